"""The events of houses and what hangs on them; the triggers that write them stand in migrations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from households.models.assessment import Assessment
from households.models.house import House, HouseExternalId
from households.models.household import Household
from households.models.numbering import NumberingDecision
from households.models.plate import Plate
from households.models.residents import Consent, Correction, ResidentSecret
from households.models.street import HouseGroup, Street
from mapping.history import event_model


def _left_village(name: str) -> models.Index:
    """Finds what a village lost or saw changed, as phones ask for it (`households/survey/changes_since.py`)."""
    return models.Index(
        fields=("pgh_village_id",), condition=Q(pgh_label__in=("update", "delete")), name=f"{name}_event_village"
    )


class HouseEvent(event_model(House, indexes=(_left_village("house"),))):  # type: ignore[misc]
    """An event of a house."""


class HouseExternalIdEvent(event_model(HouseExternalId)):  # type: ignore[misc]
    """An event of what others call a house."""


class HouseholdEvent(
    event_model(
        Household,
        # Only events that hold a row stand in it: who once lived in a house is asked for by house.
        indexes=(
            models.Index(fields=("house",), condition=Q(house__isnull=False), name="household_event_house"),
            _left_village("household"),
        ),
    )  # type: ignore[misc]
):
    """An event of a household. Personal data lies here: the wall stands around it and the redaction empties it."""


class AssessmentEvent(event_model(Assessment)):  # type: ignore[misc]
    """An event of an assessment, behind the same wall as these (migration 0020)."""


class PlateEvent(event_model(Plate)):  # type: ignore[misc]
    """An event of a plate."""


class CorrectionEvent(event_model(Correction)):  # type: ignore[misc]
    """An event of a wish of a household."""


class ConsentEvent(event_model(Consent)):  # type: ignore[misc]
    """An event of a consent: added, and never anything else."""


class ResidentSecretEvent(event_model(ResidentSecret, exclude=("digest",))):  # type: ignore[misc]
    """An event of a household's secret, of which not even the hash is kept."""


class StreetEvent(event_model(Street)):  # type: ignore[misc]
    """An event of a street or an alley."""


class HouseGroupEvent(event_model(HouseGroup)):  # type: ignore[misc]
    """An event of a group of houses."""


class NumberingDecisionEvent(event_model(NumberingDecision)):  # type: ignore[misc]
    """An event of a decision over house numbers."""
