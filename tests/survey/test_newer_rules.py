"""A round that goes on by a newer version of its rules: phones ask by that one from the next changes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from households.models import SurveyRound
from mapping.models import Unit
from tests import factories
from tests.survey.held_phone import GOOD, Held
from tests.survey.node_phone import NodePhone
from tests.survey.test_moved_on_phones import cursor, send
from tests.survey.world import surveyor

PACK_IS_CUT = [GOOD, GOOD, GOOD, "cut before"]
"""Who is it, which phone, what has changed, and no more."""


@pytest.fixture
def held(survey: SurveyRound, commune: Unit) -> Iterator[Held]:
    """A phone with a village of a round by version 1."""
    with NodePhone() as phone:
        held = Held(phone, surveyor(survey, "bon"))
        held.take_along(str(survey.pk), factories.village(commune))
        yield held


@pytest.mark.django_db(transaction=True)  # the changes alone: within one transaction all is told anew each time
@pytest.mark.parametrize("happenings", [[], PACK_IS_CUT], ids=["at once", "after a cut"])
def test_a_phone_takes_the_newer_rules_along(held: Held, survey: SurveyRound, happenings: list[str]) -> None:
    since = cursor()
    SurveyRound.objects.filter(pk=survey.pk).update(rules_version=2)
    told = send(held, happenings, since=since)
    if happenings:
        assert told["packs"][0]["rules"]["version"] == 1
        told = send(held, since=since)
    [pack] = told["packs"]
    assert pack["rules"]["version"] == 2
    assert pack["rules"]["sections"]
