"""The API with the addresses that the floors bring."""

from households.address_api import router as addresses
from households.api import router as households
from households.survey.api import router as survey
from households.survey.pack_api import router as survey_packs
from mapping.api import new_api

api = new_api()
api.add_router("", households)
api.add_router("", addresses)
api.add_router("/survey", survey)
api.add_router("", survey_packs)
