"""Models of houses, households and plates."""

from households.models.assessment import Assessment
from households.models.history import (
    AssessmentEvent,
    ConsentEvent,
    CorrectionEvent,
    HouseEvent,
    HouseExternalIdEvent,
    HouseGroupEvent,
    HouseholdEvent,
    NumberingDecisionEvent,
    PlateEvent,
    ResidentSecretEvent,
    StreetEvent,
)
from households.models.house import House, HouseExternalId, HouseState, LocationSource
from households.models.house_grid import HouseGridCell
from households.models.household import Household, HouseholdPresence
from households.models.import_run import ImportPlace, ImportRun, ImportState
from households.models.numbering import (
    FormerAddress,
    NumberingDecision,
    NumberingProposal,
    ProposalFinding,
    ProposalState,
    ProposedNumber,
    ProposedOutcome,
    ProposedStreet,
)
from households.models.plate import Plate, PlateState
from households.models.residents import Consent, Correction, CorrectionState, ResidentSecret, ResidentSession
from households.models.street import (
    STREET_WORDS,
    Frontage,
    HouseGroup,
    Side,
    Street,
    StreetDirection,
    StreetKind,
    WidthClass,
)
from households.models.street_import import StreetImport, StreetImportState

__all__ = [
    "STREET_WORDS",
    "Assessment",
    "AssessmentEvent",
    "Consent",
    "ConsentEvent",
    "Correction",
    "CorrectionEvent",
    "CorrectionState",
    "FormerAddress",
    "Frontage",
    "House",
    "HouseEvent",
    "HouseExternalId",
    "HouseExternalIdEvent",
    "HouseGridCell",
    "HouseGroup",
    "HouseGroupEvent",
    "HouseState",
    "Household",
    "HouseholdEvent",
    "HouseholdPresence",
    "ImportPlace",
    "ImportRun",
    "ImportState",
    "LocationSource",
    "NumberingDecision",
    "NumberingDecisionEvent",
    "NumberingProposal",
    "Plate",
    "PlateEvent",
    "PlateState",
    "ProposalFinding",
    "ProposalState",
    "ProposedNumber",
    "ProposedOutcome",
    "ProposedStreet",
    "ResidentSecret",
    "ResidentSecretEvent",
    "ResidentSession",
    "Side",
    "Street",
    "StreetDirection",
    "StreetEvent",
    "StreetImport",
    "StreetImportState",
    "StreetKind",
    "WidthClass",
]
