"""JSON that is nested as deep as a reader just takes is refused in words, however deep that is."""

from __future__ import annotations

import json

import pytest

from households.models import House, SurveyVisit
from mapping import rate_limits
from tests.survey.world import WHOLE, Phone

MARK = '"here"'


@pytest.mark.parametrize("side", ["to", "from"])
def test_no_depth_of_nesting_breaks_the_server(lan: Phone, house: House, side: str) -> None:
    body = json.dumps(lan.operation(house, WHOLE | {"note": {"from": None, "to": "x"} | {side: "here"}}))

    def at(depth: int) -> tuple[int, bool]:
        rate_limits.forget()
        answer = lan.post(body.replace(MARK, "[" * depth + "]" * depth).encode())
        return answer.status_code, "note" in answer.content.decode()

    readable, unreadable = 10, 1_000  # by the depth of the stack somewhere in between
    while unreadable - readable > 1:
        middle = (readable + unreadable) // 2
        readable, unreadable = (readable, middle) if at(middle)[0] == 400 else (middle, unreadable)
    assert at(unreadable) == (400, False)
    # A few less: what is called from here lies a little deeper in the stack.
    assert {at(depth) for depth in range(readable - 60, readable - 4)} == {(422, True)}
    assert not SurveyVisit.objects.exists()
