"""Parts of a village and last days hold for what phones send: the server's clock refuses, the phone's is flagged."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyRound, SurveyVisit
from households.survey import flag_sentences
from households.survey.running import LATE
from mapping.models import Unit
from tests import factories
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WEST, WHOLE, Phone, position

DAY = datetime.timedelta(days=1)


def flags(house: Any) -> list[dict[str, Any]]:
    """The flags of a visit."""
    return list(SurveyVisit.objects.get(house_id=getattr(house, "pk", house)).flags)


def given_until(days_ago: int) -> None:
    """All assignments ended so many days ago; the round goes on."""
    today = timezone.localdate()
    SurveyRound.objects.update(starts_on=today - 90 * DAY, ends_on=today + 30 * DAY)
    SurveyAssignment.objects.update(ends_on=today - days_ago * DAY)


def sent_at(at: datetime.datetime) -> dict[str, str]:
    return {
        "made_at": at.isoformat(), "started_at": (at - 6 * datetime.timedelta(minutes=1)).isoformat(),
        "ended_at": at.isoformat(),
    }  # fmt: skip


def test_nothing_is_taken_once_the_time_for_what_comes_late_is_over(lan: Phone, house: House) -> None:
    given_until(LATE.days)
    lan.send(house, WHOLE)
    given_until(LATE.days + 1)
    for at in (timezone.now(), timezone.now() - 60 * DAY, timezone.now() + 60 * DAY):
        told = lan.refused(house, {"house_note": "x"}, base=1, **sent_at(at))
        assert (told["status"], told["code"]) == (403, "assignment_ended")
        assert "Thôn Đông Hoà" in told["error"]
    assert Upload(lan, house, picture(40, 40)).put(0, b"x").json()["code"] == "assignment_ended"


def test_a_round_takes_nothing_after_its_time_though_no_worker_has_closed_it(lan: Phone, house: House) -> None:
    today = timezone.localdate()
    SurveyRound.objects.update(starts_on=today - 60 * DAY, ends_on=today - LATE - DAY)
    assert lan.refused(house, WHOLE)["code"] == "round_closed"


def test_a_round_takes_nothing_before_its_first_day(lan: Phone, house: House) -> None:
    SurveyRound.objects.update(starts_on=timezone.localdate() + DAY)
    told = lan.refused(house, WHOLE)
    assert (told["status"], told["code"]) == (403, "round_closed")
    assert f"{timezone.localdate() + DAY:%d/%m/%Y}" in told["error"]
    assert not SurveyVisit.objects.exists()


@pytest.mark.parametrize("of", ["assignment", "round"])
def test_what_was_made_after_the_last_day_is_flagged_and_what_only_comes_late_is_not(
    lan: Phone, house: House, of: str, commune: Unit
) -> None:
    given_until(5)
    if of == "round":
        SurveyAssignment.objects.update(ends_on=None)
        SurveyRound.objects.update(ends_on=timezone.localdate() - 5 * DAY)
    lan.send(house, WHOLE, position=position(), **sent_at(timezone.now() - 6 * DAY))
    assert flags(house) == []
    lan.send(house, {"house_note": "x"}, base=1, **sent_at(timezone.now() - 2 * DAY))
    (flag,) = flags(house)
    assert flag == {"code": "after_last_day", "days": 3}
    assert flag_sentences.sentence(flag) == "Ghi sau ngày cuối được giao 3 ngày."
    lan.send(house, {"house_note": "y"}, base=2, **sent_at(timezone.now() - 6 * DAY))
    assert [one["code"] for one in flags(house)] == ["after_last_day"]


def test_a_clock_ahead_makes_nothing_late(lan: Phone, house: House) -> None:
    SurveyAssignment.objects.update(ends_on=timezone.localdate())
    lan.send(house, WHOLE, **sent_at(timezone.now() + 3 * DAY))
    assert [one["code"] for one in flags(house)] == ["clock_off"]


def test_houses_outside_the_given_part_are_flagged_measured_or_not(lan: Phone, house: House, commune: Unit) -> None:
    lng, lat = WEST
    part = Polygon.from_bbox((lng - 0.005, lat - 0.005, lng + 0.001, lat + 0.005))
    part.srid = 4326
    SurveyAssignment.objects.update(area=part)
    east = factories.house(commune, lng + 0.003, lat, village=factories.village(commune), number="14")
    new_in, new_out = uuid.uuid4(), uuid.uuid4()
    earlier = timezone.now() - datetime.timedelta(hours=1)
    lan.send(house, WHOLE)
    lan.send(east, WHOLE)
    lan.send(new_in, WHOLE, is_new=True, position=position(lat=lat + 0.001234))
    lan.send(new_out, WHOLE, is_new=True, position=position(lng=lng + 0.003123, lat=lat + 0.001234), **sent_at(earlier))
    assert [flags(one) for one in (house, new_in)] == [[], []]
    for one in (east, new_out):
        (flag,) = flags(one)
        assert (flag["code"], 190 < flag["metres"] < 230) == ("outside_part", True)
        assert "ngoài phần được giao" in flag_sentences.sentence(flag)
    lan.send(new_out, {"house_note": "x"}, base=1)
    assert [one["code"] for one in flags(new_out)] == ["outside_part"]
