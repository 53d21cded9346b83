"""A round in the commune of the tests, one of its houses, and phones of people who walk there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from households.models import House, SurveyRound
from mapping.models import Unit
from tests import factories
from tests.survey.held_phone import Held
from tests.survey.node_phone import NodePhone
from tests.survey.world import WEST, Phone, phone, round_in, surveyor


@pytest.fixture
def survey(commune: Unit) -> SurveyRound:
    """A round of today."""
    return round_in(commune)


@pytest.fixture
def house(commune: Unit) -> House:
    """Number 12, in the village that the phones walk."""
    return factories.house(commune, *WEST, village=factories.village(commune), number="12")


@pytest.fixture
def lan(survey: SurveyRound) -> Phone:
    """The phone of Ba, who walks the village."""
    return phone(survey, surveyor(survey, "ba"))


@pytest.fixture
def hoa(survey: SurveyRound) -> Phone:
    """Another one's, in the same village."""
    return phone(survey, surveyor(survey, "hoa"))


@pytest.fixture
def ba(commune: Unit) -> Iterator[Held]:
    """A person with the page's own modules on a phone, and a village taken along."""
    survey = round_in(commune)
    with NodePhone() as held_by:
        held = Held(held_by, surveyor(survey, "ba"))
        held.take_along(str(survey.pk), factories.village(commune))
        yield held
