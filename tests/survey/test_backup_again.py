"""A backup brings back what is lost, and nothing that was finished, or followed by something newer, since."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from households.models import SurveyAssignment, SurveyOperation, SurveyPhoto, SurveyVisit, VisitState
from mapping.models import Unit
from tests.survey.held_phone import Held, picture
from tests.survey.node_phone import Answer, Request
from tests.survey.test_refused_again import Refusing

NOTHING = {"drafts": 0, "queue": 0, "photos": 0, "skipped": 0, "beside": []}
HOUR_MS = 3_600_000


def notes(held: Held) -> dict[str, str]:
    """What drafts on the phone say, by house."""
    return {draft["house"]: draft["answers"]["house_note"] for draft in held.phone.do("look")["drafts"]}


def go_on_with_another_phone(held: Held) -> None:
    """The person, who has one village in one round, takes it along anew."""
    walk = SurveyAssignment.objects.get()
    held.key = str(uuid.uuid4())
    held.take_along(str(walk.round_id), walk.village)


def send(held: Held) -> dict[str, Any]:
    """All goes well; what lies on the phone then."""
    for _ in range(2):
        assert held.phone.do("sync", held.line) == {"reason": ""}
    told: dict[str, Any] = held.phone.do("look")
    return told


@pytest.mark.parametrize("set_ms", [0, HOUR_MS, -HOUR_MS])
@pytest.mark.parametrize("is_sent", [True, False])
def test_a_house_that_was_finished_since_is_not_begun_again(ba: Held, set_ms: int, is_sent: bool) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"house_note": "cũ"}, picture(1), is_put_off=True)
    ba.phone.do("backup")
    ba.phone.do("wait", ms=set_ms)
    ba.fill_in(house, {"house_note": "mới"})
    if is_sent:
        send(ba)
    assert ba.phone.do("load") == NOTHING | {"skipped": 1}
    told = send(ba)
    assert (told["drafts"], told["entries"], told["left"]) == ([], [], [])
    assert SurveyVisit.objects.get().answers["house_note"] == "mới"
    assert SurveyPhoto.objects.exclude(received_at=None).count() == 1


@pytest.mark.parametrize("set_ms", [0, -HOUR_MS])
def test_what_was_refused_and_mended_does_not_come_after_its_mending(ba: Held, set_ms: int) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    server = Refusing(ba, 422, "faults", "/operations")
    ba.phone.do("sync", server.line)
    ba.phone.do("backup")
    for number in ("2", "3"):  # the second is refused too, and mended once more
        ba.phone.do("wait", ms=set_ms)
        ba.fill_in(house, {"number": number})
        ba.phone.do("sync", server.line)
    assert ba.phone.do("load") == NOTHING | {"skipped": 1}
    server.is_refusing = False
    assert send(ba)["entries"] == []
    assert ba.phone.do("load") == NOTHING | {"skipped": 1}
    assert [str(one.pk) for one in SurveyOperation.objects.all()] == [ba.made[-1].id]
    assert SurveyVisit.objects.get().answers["number"] == "3"


@pytest.mark.parametrize("set_ms", [HOUR_MS, -HOUR_MS])
def test_what_is_being_filled_in_stays_until_the_files_is_chosen(ba: Held, set_ms: int) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"house_note": "cũ"}, is_put_off=True)
    ba.phone.do("backup")
    assert ba.phone.do("load") == NOTHING  # it says the same
    ba.phone.do("wait", ms=set_ms)
    ba.fill_in(house, {"house_note": "mới"}, picture(1), is_put_off=True)
    assert ba.phone.do("load") == NOTHING | {"beside": [house]}
    assert notes(ba) == {house: "mới"}
    assert ba.phone.do("choose", house=house) is True
    assert notes(ba) == {house: "cũ"}
    assert [photo["house"] for photo in ba.phone.do("look")["photos"]] == [house]  # its form takes it in again


@pytest.mark.parametrize("set_ms", [HOUR_MS, -HOUR_MS])
def test_another_phones_draft_takes_no_place_by_itself(ba: Held, set_ms: int) -> None:
    house, alone = (str(uuid.uuid4()) for _ in range(2))
    ba.fill_in(house, {"house_note": "cổng xanh", "number": "4"}, picture(1), is_put_off=True)
    ba.fill_in(alone, {"house_note": "x"}, picture(3), east=0.001, is_put_off=True)
    ba.phone.do("backup")
    go_on_with_another_phone(ba)
    ba.phone.do("wait", ms=set_ms)
    ba.fill_in(house, {"house_note": "cổng đỏ"}, picture(5), is_put_off=True)
    assert ba.phone.do("load") == NOTHING | {"drafts": 1, "photos": 1, "beside": [house]}
    assert notes(ba) == {house: "cổng đỏ", alone: "x"}
    assert ba.phone.do("choose", house=house) is True
    assert len(ba.phone.do("look")["photos"]) == 3
    assert notes(ba) == {house: "cổng xanh", alone: "x"}
    ba.fill_in(house, {})
    told = send(ba)
    assert (told["entries"], SurveyVisit.objects.get().answers["number"]) == ([], "4")


def test_only_what_was_chosen_comes_a_second_time(ba: Held) -> None:
    house, thrown_away = (str(uuid.uuid4()) for _ in range(2))
    ba.fill_in(house, {"house_note": "cổng xanh"}, is_put_off=True)
    ba.fill_in(thrown_away, {"house_note": "x"}, picture(1), east=0.001, is_put_off=True)
    ba.phone.do("backup")
    ba.fill_in(house, {"house_note": "cổng đỏ"}, is_put_off=True)
    assert ba.phone.do("load") == NOTHING | {"beside": [house]}
    ba.phone.do("throwAway", house=thrown_away)
    assert ba.phone.do("choose", house=house) is True
    assert notes(ba) == {house: "cổng xanh"}
    assert ba.phone.do("look")["photos"] == []


def test_a_house_that_was_finished_before_the_files_draft_was_chosen_stays_finished(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"house_note": "cổng xanh"}, is_put_off=True)
    ba.phone.do("backup")
    ba.fill_in(house, {"house_note": "cổng đỏ"}, is_put_off=True)
    assert ba.phone.do("load") == NOTHING | {"beside": [house]}
    ba.fill_in(house, {})
    assert ba.phone.do("choose", house=house) is False
    assert send(ba)["drafts"] == []
    assert SurveyVisit.objects.get().answers["house_note"] == "cổng đỏ"


@pytest.mark.parametrize("is_mended", [False, True])
def test_what_was_refused_and_given_up_does_not_come_back(ba: Held, is_mended: bool) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"}, picture(1))
    ba.phone.do("sync", Refusing(ba, 422, "faults", "/operations").line)
    if is_mended:
        ba.fill_in(house, {"number": "2"}, is_put_off=True)
    ba.phone.do("backup")
    ba.phone.do("withdraw", house=house)
    assert ba.phone.do("load") == NOTHING | {"skipped": 2 if is_mended else 1}
    told = ba.phone.do("look")
    assert (told["entries"], told["drafts"], told["left"]) == ([], [], [])


def test_another_phone_gets_all_of_it_once(ba: Held) -> None:
    houses = [str(uuid.uuid4()) for _ in range(2)]
    ba.fill_in(houses[0], {"number": "1"}, picture(1))
    ba.fill_in(houses[0], {"number": "2"})
    ba.fill_in(houses[1], {"number": "3"}, picture(3), east=0.001, is_put_off=True)
    told = ba.phone.do("move", ba.line, device={"key": str(uuid.uuid4()), "name": "Android"})
    assert told == NOTHING | {"drafts": 1, "queue": 2, "photos": 2}
    assert ba.phone.do("load") == NOTHING
    told = send(ba)
    assert (len(told["drafts"]), told["entries"], len(told["left"])) == (1, [], 1)
    assert SurveyVisit.objects.get().answers["number"] == "2"
    ba.phone.do("wait", ms=1_000)
    ba.fill_in(houses[1], {"number": "4"}, east=0.001)
    assert ba.phone.do("load") == NOTHING | {"skipped": 1}
    told = send(ba)
    assert (told["drafts"], told["entries"], told["left"]) == ([], [], [])


def test_what_another_phone_made_goes_before_what_waits_here(ba: Held) -> None:
    house = str(uuid.uuid4())
    for number in "12":
        ba.fill_in(house, {"number": number})
    ba.phone.do("backup")
    before = ba.made[0].body
    ba.key = str(uuid.uuid4())
    ba.take_along(before["round"], Unit.objects.get(code=before["village"]))
    ba.phone.do("wait", ms=1_000)
    ba.fill_in(house, {"number": "3"})
    assert ba.phone.do("load") == NOTHING | {"queue": 2}
    assert [entry["id"] for entry in ba.phone.do("look")["entries"]] == [made.id for made in ba.made]


def test_a_return_reaches_the_phone_after_the_servers_own_backup_was_brought_back(ba: Held) -> None:
    """Versions begin again lower than what receipts told; the cursor says that the database is another one."""
    house = str(uuid.uuid4())
    for number in "123":
        ba.fill_in(house, {"number": number})
    send(ba)
    visit = SurveyVisit.objects.get()
    assert visit.version == 3
    SurveyVisit.objects.update(version=1, state=VisitState.RETURNED, comment="Đo lại giúp.")

    def of_another_database(request: Request) -> Answer | None:
        told = ba.line(request)
        if "/changes" in request.url and told is not None:
            body = json.loads(told.body)
            table, at = body["cursor"].split("-")
            told = Answer(told.status, told.headers, json.dumps({**body, "cursor": f"{int(table) + 1}-{at}"}).encode())
        return told

    def later(line: Any) -> tuple[Any, ...]:
        ba.phone.do("wait", ms=HOUR_MS)
        ba.phone.do("sync", line)
        [known] = ba.phone.do("look")["visits"]
        return known["state"], known["comment"], known["version"]

    assert later(ba.line)[2] == 3
    assert later(of_another_database) == ("returned", "Đo lại giúp.", 1)
    SurveyVisit.objects.update(version=2)
    assert later(ba.line) == ("returned", "Đo lại giúp.", 2)


def test_a_return_that_the_servers_own_backup_knows_nothing_of_holds_no_more(ba: Held) -> None:
    """It was told while what the server refused lay here, of a version that the visit has not reached again."""
    house = str(uuid.uuid4())
    for number in "123":
        ba.fill_in(house, {"number": number})
    send(ba)
    ba.fill_in(house, {"number": "4"})
    server = Refusing(ba, 422, "faults", "/operations")

    def later(line: Any) -> tuple[Any, ...]:
        ba.phone.do("wait", ms=HOUR_MS)
        ba.phone.do("sync", line)
        [known] = ba.phone.do("look")["visits"]
        return known["state"], known["comment"]

    def restored(request: Request) -> Answer | None:
        told = server.line(request)
        if "/changes" in request.url and told is not None:
            body = json.loads(told.body)
            table, at = body["cursor"].split("-")
            body |= {"cursor": f"{int(table) + 1}-{at}", "visits": []}
            told = Answer(told.status, told.headers, json.dumps(body).encode())
        return told

    SurveyVisit.objects.update(state=VisitState.RETURNED, comment="Đo lại giúp.")
    assert later(server.line) == ("waiting", "Đo lại giúp.")
    SurveyVisit.objects.update(version=1, state=VisitState.RECEIVED, comment="")
    assert later(restored) == ("waiting", "")
    server.is_refusing = False
    assert later(restored) == ("received", "")
