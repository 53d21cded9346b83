"""A return reaches the phone as long as it may send, and where it reaches none the desk says so."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyRound, SurveyVisit
from households.survey.running import LATE
from mapping.models import Grant
from tests.survey import pack_world
from tests.survey.held_phone import Held
from tests.survey.test_earlier_approval import decide, state
from tests.survey.test_register_changes import page
from tests.survey.world import WHOLE, Phone

DAY = datetime.timedelta(days=1)
NOBODY = "không đến máy nào"
RETURN = 'value="return"'


def round_ended(days_ago: int) -> None:
    """The round's last day was so many days ago."""
    today = timezone.localdate()
    SurveyRound.objects.update(starts_on=today - 60 * DAY, ends_on=today - days_ago * DAY)


def assignment_ended(days_ago: int) -> None:
    """The people's own last day was so many days ago; the round goes on."""
    SurveyRound.objects.update(starts_on=timezone.localdate() - 60 * DAY)
    SurveyAssignment.objects.update(ends_on=timezone.localdate() - days_ago * DAY)


def cursor_of(phone: Phone) -> str:
    """The cursor of a pack that is taken along now."""
    with transaction.atomic():
        pack = pack_world.read(phone.client, "pack", round=phone.round.pk, village=phone.village)
    return str(pack["cursor"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("over", [round_ended, assignment_ended])
def test_a_return_reaches_the_phone_after_the_last_day_and_is_mended(
    officer_client: Client, lan: Phone, hoa: Phone, house: House, over: Any
) -> None:
    lan.send(house, WHOLE)
    cursors = [cursor_of(phone) for phone in (lan, hoa)]
    over(1)
    House.objects.update(number="99")
    with transaction.atomic():
        assert RETURN in page(officer_client)
        assert decide(officer_client, "return", comment="Chụp lại biển số").status_code == 302

    told = pack_world.read(lan.client, "changes", round=lan.round.pk, village=lan.village, cursor=cursors[0])
    (row,) = pack_world.rows(told, "visits")
    assert (row["house"], row["state"], row["comment"]) == (str(house.pk), "returned", "Chụp lại biển số")
    until = timezone.localdate() - DAY + LATE
    assert f"{until:%d/%m/%Y}" in told["ended"]
    # Nothing else is taken along any more, and once the round goes on all that is missing comes.
    assert (told["houses"], told["households"], told["plates"], told["cursor"]) == ([], [], [], cursors[0])
    other = pack_world.read(hoa.client, "changes", round=hoa.round.pk, village=hoa.village, cursor=cursors[1])
    assert other["visits"] == []
    assert lan.send(house, {"house_note": "đã chụp"}, base=1)["state"] == "received"


def test_a_pack_is_not_taken_along_after_the_last_day(lan: Phone, house: House) -> None:
    round_ended(1)
    answer = lan.client.get("/api/survey/pack", {"round": lan.round.pk, "village": lan.village})
    assert (answer.status_code, answer.json()["code"]) == (403, "round_closed")


def closed() -> None:
    SurveyRound.objects.update(closed_at=timezone.now())


def taken_back() -> None:
    SurveyAssignment.objects.update(ended_at=timezone.now())


def without_right() -> None:
    Grant.objects.filter(user__username="ba").update(valid_until=timezone.localdate() - DAY)


@pytest.mark.parametrize(
    ("over", "way_out"),
    [
        (closed, "dời ngày cuối"),
        (lambda: round_ended(LATE.days + 1), "dời ngày cuối"),
        (taken_back, "giao lại"),
        (lambda: assignment_ended(LATE.days + 1), "giao lại"),
        (without_right, "giao lại"),
    ],
)
def test_a_return_that_reaches_nobody_is_not_written_down_as_one(
    officer_client: Client, lan: Phone, house: House, over: Any, way_out: str
) -> None:
    lan.send(house, WHOLE)
    over()
    text = page(officer_client)
    assert NOBODY in text and way_out in text and RETURN not in text
    told = decide(officer_client, "return", comment="Chụp lại biển số")
    assert (told.status_code, NOBODY in told.content.decode(), state()) == (409, True, "received")
    assert "Chụp lại biển số" in told.content.decode()


def test_a_return_whose_round_was_closed_since_says_that_it_waits_in_vain(
    officer_client: Client, lan: Phone, house: House
) -> None:
    lan.send(house, WHOLE)
    decide(officer_client, "return", comment="Chụp lại biển số")
    assert NOBODY not in page(officer_client)
    closed()
    assert NOBODY in page(officer_client)
    assert decide(officer_client, "reopen").status_code == 302
    assert state() == "received"


def test_who_walks_the_village_by_now_gets_the_return(
    officer_client: Client, lan: Phone, hoa: Phone, house: House
) -> None:
    lan.send(house, WHOLE)
    SurveyAssignment.objects.filter(surveyor=lan.user).update(ended_at=timezone.now())
    assert NOBODY not in page(officer_client)
    assert decide(officer_client, "return", comment="Chụp lại").status_code == 302
    told = pack_world.read(hoa.client, "pack", round=hoa.round.pk, village=hoa.village)
    assert [row["comment"] for row in pack_world.rows(told, "visits")] == ["Chụp lại"]
    SurveyVisit.objects.update(state="received")
    round_ended(1)  # after the last day only who sent something is told
    assert NOBODY in page(officer_client)


@pytest.mark.django_db(transaction=True)
def test_the_phone_shows_what_came_back_after_the_last_day_and_that_the_round_is_over(
    officer_client: Client, ba: Held
) -> None:
    house = "01890000-0000-7000-8000-000000000001"
    ba.fill_in(house, {"number": "1"})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    with transaction.atomic():
        assert decide(officer_client, "return", comment="Chụp lại biển số").status_code == 302
    round_ended(1)
    ba.phone.do("wait", ms=150_000)
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    told = ba.phone.do("look")
    (visit,), (pack,) = told["visits"], told["packs"]
    assert (visit["state"], visit["comment"]) == ("returned", "Chụp lại biển số")
    assert "đã hết ngày" in pack["ended"]

    ba.fill_in(house, {"house_note": "đã chụp"})
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    with transaction.atomic():
        assert state() == "received"
