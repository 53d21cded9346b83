"""What one phone did at a house goes up in the order in which it was done, whatever its clock says."""

from __future__ import annotations

import uuid

import pytest

from households.models import SurveyConflict, SurveyOperation, SurveyVisit
from tests.node import answer
from tests.survey.held_phone import Held
from tests.survey.node_phone import Request
from tests.survey.test_refused_again import Refusing

YEAR_MS = 365 * 86_400_000


@pytest.mark.parametrize("back_ms", [YEAR_MS, 3_600_000, 1_000])
def test_a_clock_that_is_put_right_turns_nothing_round(ba: Held, back_ms: int) -> None:
    house = str(uuid.uuid4())
    ba.phone.do("wait", ms=back_ms)
    ba.fill_in(house, {"number": "1", "street": "Ngõ Đình"})
    ba.phone.restart()
    ba.phone.do("wait", ms=-back_ms)
    ba.fill_in(house, {"number": "2"})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    ba.look()
    assert SurveyVisit.objects.get().answers["number"] == "2"
    assert not SurveyConflict.objects.exists()
    assert [ba.receipts[made.id]["version"] for made in ba.made] == [1, 2]


def test_what_waited_before_there_were_numbers_goes_first() -> None:
    entries = [{"id": "b", "number": 2}, {"id": "a", "number": 10}, {"id": "d"}, {"id": "c"}, {"id": "e", "number": 0}]
    told = answer("survey/order_of_work.js", "module.inTurn(given).map((one) => one.id).join('')", entries)
    assert told == "cdeba"


def test_an_id_says_when_it_was_made() -> None:
    work = "given.map((at) => module.madeAt(module.sortableId(Date.parse(at))))"
    times = ["2026-11-27T17:05:00.123Z", "2025-11-27T17:05:00.000Z"]
    assert answer("survey/sortable_ids.js", work, times) == times


@pytest.mark.parametrize("status", [422, 500])
def test_what_was_mended_while_it_was_under_way_does_not_come_back(ba: Held, status: int) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    server = Refusing(ba, 422, "faults", "/operations")
    assert ba.phone.do("sync", server.line) == {"reason": ""}
    server.status = status
    ba.phone.begin("sync", all=True)
    request = ba.phone.next()
    while "/operations" not in request.url:
        ba.phone.hear(request, server.line)
        request = ba.phone.next()
        assert isinstance(request, Request)
    ba.fill_in(house, {"number": "2"})
    ba.phone.hear(request, server.line)
    server.is_refusing = False
    ba.phone.do("sync", server.line)
    ba.phone.do("sync", server.line)
    told = ba.phone.do("look")
    assert told["entries"] == []
    assert [str(one.pk) for one in SurveyOperation.objects.all()] == [ba.made[1].id]
    assert SurveyVisit.objects.get().answers["number"] == "2"
