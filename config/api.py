"""The API with the addresses that the floors bring."""

from households.api import router as households
from mapping.api import new_api

api = new_api()
api.add_router("", households)
