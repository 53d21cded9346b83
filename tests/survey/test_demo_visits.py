"""The demo's visits make sense: nobody is asked how many live in a house that stands empty."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from households.demo import surveying
from households.models import VisitState


@pytest.mark.parametrize("place", range(18))
def test_what_is_asked_of_an_empty_house_is_not_about_its_people(place: int) -> None:
    empty = SimpleNamespace(number="119", street="", households=[])
    answers = surveying._answers(empty, place)  # type: ignore[arg-type]

    state, comment, flags = surveying._state(place, is_lived_in=answers["occupied"] == "yes")

    assert "số người" not in comment
    assert (state == VisitState.RETURNED) == bool(comment)
    assert "fast_interview" not in [flag["code"] for flag in flags]
