"""A slip in a question that another answer hides afterwards holds up nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from households.models import SurveyVisit
from tests.survey.held_phone import Held

MEMBER = "members.018f3c6e-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("slip", "arrives"),
    [
        ({"size": "4-5"}, {}),
        ({MEMBER: {"name": "Bình", "born_in": "khoảng 1960"}}, {MEMBER: {"name": "Bình"}}),
    ],
)
def test_a_house_with_a_slip_that_nobody_sees_any_more_arrives(
    ba: Held, slip: dict[str, Any], arrives: dict[str, Any]
) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "7", **slip})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    ba.look()
    assert SurveyVisit.objects.get().answers == {"occupied": "vacant", "number": "7", **arrives}
