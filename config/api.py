"""The API with the addresses that the floors bring."""

from households.address_api import router as addresses
from households.api import router as households
from mapping.api import new_api

api = new_api()
api.add_router("", households)
api.add_router("", addresses)
