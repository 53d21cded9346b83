"""Each oddity of a visit, from the phone to what the officer is told: nothing but that oddity has its flag."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyAssignment, SurveyConflict, SurveyVisit, VisitState
from households.survey import flag_sentences
from households.survey.settling import field_version
from mapping.access import Role
from mapping.models import Grant, Unit
from tests import factories
from tests.survey.world import WEST, WHOLE, Phone, position

NORTH = 1 / 111_320
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def house(commune: Unit) -> House:
    """Where `position` measures."""
    at = position()
    return factories.house(commune, at["lng"], at["lat"], village=factories.village(commune), number="12")


def codes(house: Any) -> list[str]:
    """The flags of a visit, each said to an officer."""
    flags = SurveyVisit.objects.get(house_id=getattr(house, "pk", house)).flags
    assert all(flag_sentences.sentence(flag) != flag["code"] for flag in flags)
    return [flag["code"] for flag in flags]


def hours(began: float, minutes: float = 8) -> dict[str, Any]:
    """Times of a visit that began so many minutes ago."""
    start = timezone.now() - began * MINUTE
    end = start + minutes * MINUTE
    return {"started_at": start.isoformat(), "ended_at": end.isoformat()}


def test_an_honest_visit_has_no_flag(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE, position=position())
    assert codes(house) == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"position": position(accuracy_m=24, reason="dưới tán cây")}, ["poor_accuracy"]),
        ({"position": position(accuracy_m=0)}, ["exact_fix"]),
        ({"position": position(lat=position()["lat"] + 90 * NORTH)}, ["far_capture"]),
        (
            {"position": position(source="map", measured={"lng": WEST[0], "lat": WEST[1] - 0.002})},
            ["far_capture"],
        ),
        ({"position": position(lng=105.8001, lat=19.6702)}, ["round_coordinates"]),
        (hours(10, 0.6), ["fast_interview"]),
        ({"made_at": "2025-11-27T09:00:00Z"}, ["clock_off"]),
        ({"made_at": "2190-11-28T09:00:00Z"}, ["clock_off"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_one_oddity_has_one_flag(lan: Phone, house: House, sent: dict[str, Any], expected: list[str]) -> None:
    lan.send(house, WHOLE, **({"position": position()} | sent))
    assert codes(house) == expected


def test_a_place_outside_village_or_commune(lan: Phone, commune: Unit) -> None:
    edge = commune.outline.extent[0]
    west = factories.house(commune, edge + 0.0005, 19.670234, village=factories.village(commune))
    lan.send(west, WHOLE, position=position(lng=edge - 0.0005, measured=None, source="map", accuracy_m=None))
    assert codes(west) == ["outside_commune"]
    new = uuid.uuid4()
    lan.send(new, WHOLE, is_new=True, position=position(lng=105.811234))
    assert codes(new) == ["outside_village"]


def test_a_commune_without_an_outline_says_nothing_of_outside(lan: Phone, commune: Unit) -> None:
    Unit.objects.filter(pk=commune.pk).update(outline=None)
    village = factories.village(commune)
    village.outline = MultiPolygon(Polygon.from_bbox((105.7, 19.6, 105.75, 19.65)), srid=4326)
    village.save(update_fields=["outline"])
    new = uuid.uuid4()
    lan.send(new, WHOLE, is_new=True, position=position())
    assert codes(new) == ["outside_village"]


def test_a_point_that_two_houses_share_and_one_too_near(lan: Phone, house: House) -> None:
    same, near = uuid.uuid4(), uuid.uuid4()
    lan.send(same, WHOLE, is_new=True, position=position())
    lan.send(near, WHOLE, is_new=True, position=position(lat=position()["lat"] + 6 * NORTH))
    assert (codes(same), codes(near)) == (["shared_point"], ["near_duplicate"])


def test_a_way_that_nobody_walks_in_the_time(lan: Phone, house: House, commune: Unit) -> None:
    first = factories.house(commune, WEST[0] + 0.000123, 19.680234, village=factories.village(commune))
    lan.send(first, WHOLE, position=position(lat=19.680234), **hours(20, 9))
    lan.send(house, WHOLE, position=position(), **hours(10.5))
    assert (codes(first), codes(house)) == ([], ["impossible_speed"])


def test_two_places_at_one_time(lan: Phone, house: House, commune: Unit) -> None:
    first = factories.house(commune, WEST[0] + 0.000123, 19.680234, village=factories.village(commune))
    lan.send(first, WHOLE, position=position(lat=19.680234), **hours(20, 9))
    lan.send(house, WHOLE, position=position(), **hours(19, 9))
    assert (codes(first), codes(house)) == ([], ["impossible_speed"])
    assert SurveyVisit.objects.get(house_id=house.pk).flags[0]["seconds"] == 0


def test_an_earlier_visit_that_comes_late_is_held_against_the_one_after(
    lan: Phone, house: House, commune: Unit
) -> None:
    first = factories.house(commune, WEST[0] + 0.000123, 19.680234, village=factories.village(commune))
    lan.send(house, WHOLE, position=position(), **hours(10.5))
    lan.send(first, WHOLE, position=position(lat=19.680234), **hours(20, 9))
    assert (codes(first), codes(house)) == (["impossible_speed"], [])


def test_a_place_that_was_tapped_on_the_map_is_no_place_where_somebody_was(
    lan: Phone, house: House, commune: Unit
) -> None:
    first = factories.house(commune, WEST[0] + 0.000123, 19.680234, village=factories.village(commune))
    lan.send(first, WHOLE, position=position(lat=19.680234, source="map", accuracy_m=None), **hours(20, 9))
    lan.send(house, WHOLE, position=position(), **hours(10.5))
    assert codes(house) == []


def test_what_is_mended_at_home_in_the_evening_has_no_flag(lan: Phone, house: House, commune: Unit) -> None:
    first = factories.house(commune, WEST[0] + 0.000123, 19.680234, village=factories.village(commune))
    lan.send(first, WHOLE, position=position(lat=19.680234), **hours(200, 9))
    lan.send(house, WHOLE, position=position(), **hours(100))
    lan.send(first, {"phone": "0912 345 670"}, base=1, **hours(1, 0.1))
    lan.send(house, {"phone": "0912 345 671"}, base=1, **hours(0.5, 0.1))
    assert (codes(first), codes(house)) == ([], [])


def test_a_place_measured_again_quickly_is_no_fast_interview(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE, position=position())
    lan.send(house, {}, base=1, position=position(accuracy_m=3.0), **hours(1, 0.5))
    assert codes(house) == []


def test_a_fast_interview_stays_flagged_until_somebody_has_looked(lan: Phone, house: House) -> None:
    lan.send(house, WHOLE, position=position(), **hours(30, 0.3))
    lan.send(house, {"house_note": "cổng xanh"}, base=1, **hours(10))
    lan.send(house, {"size": 4}, base=2, position=position(accuracy_m=3.0), **hours(9))
    assert codes(house) == ["fast_interview"]
    SurveyVisit.objects.update(state=VisitState.RETURNED)
    lan.send(house, {"phone": "0912 345 671"}, base=3, position=position(accuracy_m=2.0), **hours(8))
    assert codes(house) == []


def test_a_way_between_two_villages_is_a_way_too(lan: Phone, house: House, commune: Unit) -> None:
    other = factories.village(commune, 2)
    SurveyAssignment.objects.create(round=lan.round, surveyor=lan.user, village=other)
    Grant.objects.create(user=lan.user, unit=other, role=Role.SURVEYOR)
    east = factories.house(commune, 105.811234, 19.670234, village=other, number="7")
    lan.send(house, WHOLE, position=position(), **hours(20, 9))
    lan.send(east, WHOLE, village=other.code, position=position(lng=105.811234), **hours(10.5))
    assert (codes(house), codes(east)) == ([], ["impossible_speed"])


@pytest.mark.parametrize(("take", "expected"), [("sent", ["exact_fix", "fast_interview"]), ("held", ["poor_accuracy"])])
def test_a_place_that_an_officer_chooses_brings_its_own_flags(
    lan: Phone, hoa: Phone, house: House, officer_client: Client, take: str, expected: list[str]
) -> None:
    lan.send(house, WHOLE, position=position(accuracy_m=24, reason="dưới tán cây"))
    hoa.send(house, {"size": 4}, position=position(accuracy_m=0), **hours(5, 0.1))
    assert codes(house) == ["poor_accuracy"]
    conflict = SurveyConflict.objects.get()
    typed = {"take": take, "seen": field_version(SurveyVisit.objects.get(), "position")}
    assert officer_client.post(f"/survey/desk/conflicts/{conflict.pk}/settle/", typed).status_code == 302
    assert codes(house) == expected


def test_how_somebody_asked_stays_flagged_when_another_place_is_chosen(
    lan: Phone, hoa: Phone, house: House, officer_client: Client
) -> None:
    lan.send(house, WHOLE, position=position(accuracy_m=0), **hours(30, 0.3))
    hoa.send(house, {}, position=position(), **hours(20))
    typed = {"take": "sent", "seen": field_version(SurveyVisit.objects.get(), "position")}
    officer_client.post(f"/survey/desk/conflicts/{SurveyConflict.objects.get().pk}/settle/", typed)
    assert codes(house) == ["fast_interview"]


def test_a_place_that_is_chosen_for_a_new_house_says_itself_whether_it_lies_in_the_part(
    lan: Phone, hoa: Phone, officer_client: Client
) -> None:
    lng, lat = WEST
    part = Polygon.from_bbox((lng - 0.005, lat - 0.005, lng + 0.001, lat + 0.005))
    part.srid = 4326
    SurveyAssignment.objects.filter(surveyor=hoa.user).update(area=part)
    new = uuid.uuid4()
    lan.send(new, WHOLE, is_new=True, position=position())
    hoa.send(new, {"size": 4}, is_new=True, position=position(lng=lng + 0.003123))
    assert codes(new) == []
    typed = {"take": "sent", "seen": field_version(SurveyVisit.objects.get(), "position")}
    officer_client.post(f"/survey/desk/conflicts/{SurveyConflict.objects.get().pk}/settle/", typed)
    assert codes(new) == ["outside_part"]
