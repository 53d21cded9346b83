"""What the desk says of a visit reaches its person also while something of its house still lies on the phone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from households.models import SurveyRound, SurveyVisit, VisitState
from mapping import wall
from tests import factories
from tests.survey.held_phone import Held
from tests.survey.node_phone import Answer, Request
from tests.survey.test_moved_on_phones import cursor
from tests.survey.test_refused_again import Refusing
from tests.survey.world import Phone

pytestmark = pytest.mark.django_db(
    transaction=True
)  # the changes alone: within one transaction all is told anew each time
WORD = "Chụp lại biển số nhà."
HOUR_MS = 3_600_000


Line = Callable[[Request], Answer | None]


def give_back() -> None:
    """The desk sends the visit back with a word."""
    with transaction.atomic(), wall.acting_as_system("test"):
        SurveyVisit.objects.update(state=VisitState.RETURNED, comment=WORD)


def state() -> str:
    """How the visit stands at the server."""
    with transaction.atomic(), wall.acting_as_system("test"):
        return str(SurveyVisit.objects.get().state)


def told_once(line: Line) -> Line:
    """The line to a server on which nothing else runs: what changes told once they do not tell again."""

    def served(request: Request) -> Answer | None:
        now = cursor()
        answer = line(request)
        if "/changes" not in request.url or answer is None or answer.status != 200:
            return answer
        return Answer(200, answer.headers, json.dumps({**json.loads(answer.body), "cursor": now}).encode())

    return served


def after_an_hour(held: Held, line: Line) -> tuple[str, str, str]:
    """After another try: how the visit stands on the phone, with its comment, and the word its page begins with."""
    held.phone.do("wait", ms=HOUR_MS)
    assert held.phone.do("sync", told_once(line), all=False) == {"reason": ""}
    [visit] = held.phone.do("look")["visits"]
    return visit["state"], visit["comment"], held.phone.do("open", house=visit["house"])["comment"]


def test_a_return_is_read_where_a_later_entry_was_refused_and_holds_until_that_is_mended(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    ba.phone.do("sync", ba.line)
    ba.fill_in(house, {"number": "2"})
    server = Refusing(ba, 422, "faults", "/operations")
    ba.phone.do("sync", server.line)
    give_back()
    assert after_an_hour(ba, server.line) == ("waiting", WORD, WORD)
    server.is_refusing = False
    ba.fill_in(house, {"number": "3"})
    assert after_an_hour(ba, server.line)[0] == "received"
    assert state() == VisitState.RECEIVED


def test_a_return_outlives_an_older_receipt_that_comes_late(ba: Held) -> None:
    """The answer to the first try was cut; the receipt of the second is the same byte for byte."""
    ba.fill_in(str(uuid.uuid4()), {"number": "1"})
    ba.happenings = ["good", "good", "cut after"]
    assert after_an_hour(ba, ba.line)[0] == "waiting"
    give_back()
    ba.happenings = ["good", "good", "500"]
    assert after_an_hour(ba, ba.line)[:2] == ("waiting", WORD)
    assert after_an_hour(ba, ba.line) == ("returned", WORD, WORD)
    assert ba.phone.do("look")["entries"] == []


def test_an_answer_to_a_return_is_received_though_the_return_was_told_while_it_waited(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    ba.phone.do("sync", ba.line)
    give_back()
    ba.fill_in(house, {"number": "2"})
    ba.happenings = ["good", "good", "500"]
    assert after_an_hour(ba, ba.line)[:2] == ("waiting", WORD)
    assert after_an_hour(ba, ba.line)[0] == "received"


def test_an_answer_that_only_stands_against_another_value_comes_after_the_return(ba: Held) -> None:
    """Its receipt names the version that the return had; what stands at the server is told later."""
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    ba.phone.do("sync", ba.line)
    ba.fill_in(house, {"number": "2"})
    with transaction.atomic(), wall.acting_as_system("test"):
        village = factories.village(SurveyRound.objects.get().commune)
        other = Phone(ba.user, SurveyRound.objects.get(), village.code)
    other.send(house, {"number": {"from": "1", "to": "9"}}, base=1)
    server = Refusing(ba, 422, "faults", "/operations")
    ba.phone.do("sync", server.line)
    give_back()
    assert after_an_hour(ba, server.line) == ("waiting", WORD, WORD)
    server.is_refusing = False
    ba.fill_in(house, {"number": "3"})
    ba.happenings = ["good", "good", "good", "cut before"]
    assert after_an_hour(ba, ba.line)[0] == "received"
    assert state() == VisitState.RECEIVED


def test_a_return_is_read_once_what_was_refused_is_withdrawn(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    ba.phone.do("sync", ba.line)
    ba.fill_in(house, {"number": "2"})
    server = Refusing(ba, 422, "faults", "/operations")
    ba.phone.do("sync", server.line)
    give_back()
    assert after_an_hour(ba, server.line) == ("waiting", WORD, WORD)
    ba.phone.do("withdraw", house=house)
    [visit] = ba.phone.do("look")["visits"]
    assert (visit["state"], visit["comment"]) == ("returned", WORD)
    assert (visit["answers"]["number"], visit["told"]) == ("1", None)
