"""Models of houses, households and plates."""

from households.models.house import House, HouseExternalId, HouseState, LocationSource
from households.models.house_grid import HouseGridCell
from households.models.household import Household, HouseholdPresence
from households.models.import_run import ImportRun, ImportState
from households.models.plate import Plate, PlateState
from households.models.residents import Consent, Correction, CorrectionState, ResidentSecret, ResidentSession

__all__ = [
    "Consent",
    "Correction",
    "CorrectionState",
    "House",
    "HouseExternalId",
    "HouseGridCell",
    "HouseState",
    "Household",
    "HouseholdPresence",
    "ImportRun",
    "ImportState",
    "LocationSource",
    "Plate",
    "PlateState",
    "ResidentSecret",
    "ResidentSession",
]
