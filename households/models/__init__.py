"""Models of houses, households and plates."""

from households.models.assessment import Assessment
from households.models.history import (
    AssessmentEvent,
    ConsentEvent,
    CorrectionEvent,
    HouseEvent,
    HouseExternalIdEvent,
    HouseholdEvent,
    PlateEvent,
    ResidentSecretEvent,
)
from households.models.house import House, HouseExternalId, HouseState, LocationSource
from households.models.house_grid import HouseGridCell
from households.models.household import Household, HouseholdPresence
from households.models.import_run import ImportPlace, ImportRun, ImportState
from households.models.plate import Plate, PlateState
from households.models.residents import Consent, Correction, CorrectionState, ResidentSecret, ResidentSession

__all__ = [
    "Assessment",
    "AssessmentEvent",
    "Consent",
    "ConsentEvent",
    "Correction",
    "CorrectionEvent",
    "CorrectionState",
    "House",
    "HouseEvent",
    "HouseExternalId",
    "HouseExternalIdEvent",
    "HouseGridCell",
    "HouseState",
    "Household",
    "HouseholdEvent",
    "HouseholdPresence",
    "ImportPlace",
    "ImportRun",
    "ImportState",
    "LocationSource",
    "Plate",
    "PlateEvent",
    "PlateState",
    "ResidentSecret",
    "ResidentSecretEvent",
    "ResidentSession",
]
