"""What was refused because of who may send now, and not because of what it says, goes up once the person may again."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from households.models import SurveyAssignment, SurveyOperation, SurveyPhoto, SurveyVisit, VisitState
from tests.survey.held_phone import Held, picture
from tests.survey.node_phone import Answer, Request


class Refusing:
    """A server that takes nothing of a kind for a while, and counts what it was asked."""

    def __init__(self, held: Held, status: int, code: str, where: str) -> None:
        self.held, self.status, self.code, self.where = held, status, code, where
        self.is_refusing, self.lists_village, self.asked = True, True, 0

    def line(self, request: Request) -> Answer | None:
        """As the server's own sentence, or what it truly answers."""
        if self.where in request.url and request.method != "HEAD":
            self.asked += 1
            if self.is_refusing:
                return answer(self.status, {"error": "Chưa nhận được.", "code": self.code})
        told = self.held.line(request)
        if request.url.endswith("/me") and not self.lists_village and told is not None:
            return answer(200, {**json.loads(told.body), "rounds": []})
        return told


def answer(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


def later(held: Held, line: Any, *, button: bool = False) -> dict[str, Any]:
    """What lies on the phone after a quarter of an hour and another try."""
    held.phone.do("wait", ms=900_000)
    assert held.phone.do("sync", line, all=button) == {"reason": ""}
    told: dict[str, Any] = held.phone.do("look")
    return told


@pytest.mark.parametrize("code", ["round_closed", "assignment_ended", "not_found"])
@pytest.mark.parametrize("where", ["/operations", "/photos/"])
def test_it_waits_until_the_server_lists_the_village_again(ba: Held, code: str, where: str) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1))
    server = Refusing(ba, 404 if code == "not_found" else 403, code, where)
    server.lists_village = False
    later(ba, server.line)
    assert server.asked == 1
    later(ba, server.line)
    assert server.asked == 1
    server.is_refusing, server.lists_village = False, True
    told = later(ba, server.line)
    assert (told["entries"], told["left"]) == ([], [])
    assert SurveyOperation.objects.count() == SurveyPhoto.objects.exclude(received_at=None).count() == 1


@pytest.mark.parametrize("where", ["/operations", "/photos/"])
def test_what_is_wrong_in_itself_waits_for_the_button(ba: Held, where: str) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1))
    server = Refusing(ba, 422, "faults", where)
    later(ba, server.line)
    later(ba, server.line)
    assert server.asked == 1
    server.is_refusing = False
    told = later(ba, server.line, button=True)
    assert (told["entries"], told["left"]) == ([], [])


@pytest.mark.parametrize("where", ["/operations", "/photos/"])
def test_too_many_requests_are_no_refusal(ba: Held, where: str) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1))
    server = Refusing(ba, 429, "too_many", where)
    later(ba, server.line)
    server.is_refusing = False
    told = later(ba, server.line)
    assert (told["entries"], told["left"]) == ([], [])


def test_an_assignment_that_ended_and_was_given_again(ba: Held) -> None:
    ba.fill_in(str(uuid.uuid4()), {"number": "1"}, picture(1))
    ba.is_welcome = False
    SurveyAssignment.objects.filter(surveyor=ba.user).update(ended_at=timezone.now())
    [entry] = later(ba, ba.line)["entries"]
    assert (entry["state"], entry["code"]) == ("refused", "assignment_ended")
    ba.is_welcome = True
    SurveyAssignment.objects.filter(surveyor=ba.user).update(ended_at=None)
    told = later(ba, ba.line)
    assert (told["entries"], told["left"]) == ([], [])


def test_what_nothing_is_left_of_goes_with_what_stood_behind_it_and_its_photos(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"}, picture(1))
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    ba.fill_in(house, {"number": "2"}, picture(3))
    ba.fill_in(house, {"number": "3"})
    server = Refusing(ba, 422, "faults", "/operations")
    assert [entry["state"] for entry in later(ba, server.line)["entries"]] == ["refused", "waiting"]
    ba.phone.do("withdraw", house=house)
    told = ba.phone.do("look")
    assert (told["entries"], told["drafts"], told["left"]) == ([], [], [])
    [photo] = told["photos"]
    [visit] = told["visits"]
    assert photo["receipt"] and [one["sha256"] for one in visit["photos"]] == [photo["sha256"]]
    assert (visit["answers"]["number"], visit["version"], visit["state"]) == ("1", 1, "received")
    server.is_refusing = False
    SurveyVisit.objects.update(state=VisitState.APPROVED)
    [visit] = later(ba, server.line)["visits"]
    assert (visit["answers"]["number"], visit["version"], visit["state"]) == ("1", 1, "approved")


def test_a_first_word_of_a_house_that_is_taken_back_leaves_no_visit(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"}, picture(1))
    later(ba, Refusing(ba, 422, "faults", "/operations").line)
    ba.phone.do("withdraw", house=house)
    told = ba.phone.do("look")
    assert (told["entries"], told["visits"], told["photos"], told["left"]) == ([], [], [], [])
