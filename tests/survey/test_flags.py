"""What makes a visit worth a second look."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest

from households.models import House, SurveyVisit
from households.survey import flag_sentences
from households.survey.flags import Alike, Neighbour, Stop, Surroundings, Visit, flags_of
from mapping.models import Unit
from tests import factories
from tests.survey.world import WEST, WHOLE, phone, position, round_in, surveyor

NOW = datetime.datetime(2026, 11, 27, 9, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
DOOR = (position()["lng"], position()["lat"])


def told(around: Surroundings | None = None, position_: dict[str, Any] | None = None, **fields: Any) -> list[str]:
    """The codes for a visit with nothing the matter but what is given."""
    visit = {
        "position": position_ or position(), "is_new_house": False, "asked": 8, "started_at": NOW - 9 * MINUTE,
        "ended_at": NOW - MINUTE, "made_at": NOW, "received_at": NOW, "round_starts_on": NOW.date(),
    } | fields  # fmt: skip
    flags = flags_of(Visit(**visit), around or Surroundings())
    assert all(flag_sentences.sentence(flag) for flag in flags)
    return [flag["code"] for flag in flags]


def test_a_good_visit_has_none() -> None:
    assert (
        told(Surroundings(house=DOOR, neighbours=[Neighbour("nhà bên", 12.0)], stops=[Stop(*DOOR, NOW - MINUTE, NOW)]))
        == []
    )


def moved(north_m: float) -> tuple[float, float]:
    return DOOR[0], DOOR[1] + north_m / 111_320


def at(lng: float, lat: float, began: float, left: float) -> Surroundings:
    """Another house of the person, from and to minutes after now."""
    return Surroundings(stops=[Stop(lng, lat, NOW + began * MINUTE, NOW + left * MINUTE)])


@pytest.mark.parametrize(
    ("around", "position_", "fields", "codes"),
    [
        (Surroundings(outside_commune_m=40, outside_village_m=900), None, {}, ["outside_commune"]),
        (Surroundings(outside_village_m=3.2), None, {}, ["outside_village"]),
        (Surroundings(outside_commune_m=None, outside_village_m=None), None, {}, []),
        (Surroundings(neighbours=[Neighbour("x", 0.4)]), None, {}, ["shared_point"]),
        (Surroundings(neighbours=[Neighbour("x", 6)]), None, {}, []),
        (Surroundings(neighbours=[Neighbour("x", 6)]), None, {"is_new_house": True}, ["near_duplicate"]),
        (Surroundings(alike=[Alike("number", "x", 120)]), None, {}, []),
        (Surroundings(alike=[Alike("number", "x", 120)]), None, {"is_new_house": True}, ["same_number"]),
        (Surroundings(alike=[Alike("head", "x", 120)]), None, {"is_new_house": True}, ["same_head"]),
        (
            Surroundings(neighbours=[Neighbour("x", 6)], alike=[Alike("number", "x", 6), Alike("head", "", 90)]),
            None,
            {"is_new_house": True},
            ["near_duplicate", "same_head"],
        ),
        (None, position(accuracy_m=20.0), {}, []),
        (None, position(accuracy_m=20.1), {}, ["poor_accuracy"]),
        (None, position(accuracy_m=0), {}, ["exact_fix"]),
        (None, position(doubtful=True), {}, ["exact_fix"]),
        (Surroundings(house=moved(83)), None, {}, []),
        (Surroundings(house=moved(86)), None, {}, ["far_capture"]),
        (Surroundings(house=moved(86)), position(source="map", accuracy_m=None), {}, []),
        (None, position(source="map", measured={"lng": DOOR[0], "lat": DOOR[1] + 0.002}), {}, ["far_capture"]),
        (None, position(lng=105.8, lat=19.6712), {}, ["round_coordinates"]),
        (None, position(lng=105.8, lat=19.67123), {}, []),
        (at(*moved(2000), -20, -10), None, {}, ["impossible_speed"]),
        (at(*moved(1000), -20, -10), None, {}, []),
        (at(*moved(200), -20, -9), None, {}, []),
        (at(*moved(2000), 0, 20), None, {}, ["impossible_speed"]),
        (at(*moved(2000), 1, 20), None, {}, []),
        (at(*moved(400), -5, -3), None, {}, ["impossible_speed"]),
        (at(*moved(2000), -12, 6), None, {}, ["impossible_speed"]),
        (at(*moved(2000), -120, 6), None, {}, []),
        (at(*moved(2000), -120, -9), None, {}, ["impossible_speed"]),
        (at(*moved(2000), -5, -3), position(source="map", accuracy_m=None), {}, []),
        (at(*moved(2000), -5, -3), None, {"ended_at": None}, []),
        (None, None, {"started_at": NOW - 1.9 * MINUTE}, ["fast_interview"]),
        (None, None, {"started_at": NOW - 1.5 * MINUTE, "asked": 0}, []),
        (None, None, {"started_at": None, "ended_at": None}, []),
        (None, None, {"made_at": NOW + 11 * MINUTE}, ["clock_off"]),
        (None, None, {"made_at": NOW - 366 * 1440 * MINUTE}, ["clock_off"]),
        (None, None, {"outside_part_m": 0.3}, ["outside_part"]),
        (None, None, {"over_at": NOW}, ["after_last_day"]),
        (None, None, {"over_at": NOW + MINUTE}, []),
        (None, None, {"over_at": NOW + MINUTE, "made_at": NOW + 9 * MINUTE}, []),
        (None, None, {"over_at": NOW - MINUTE, "made_at": NOW - 2 * MINUTE}, []),
        (None, None, {"made_at": NOW - 9 * MINUTE, "received_at": NOW + 20 * 1440 * MINUTE}, []),
    ],
)
def test_each_oddity_has_its_flag(
    around: Surroundings | None, position_: dict[str, Any] | None, fields: dict[str, Any], codes: list[str]
) -> None:
    assert told(around, position_, **fields) == codes


def test_flags_are_found_in_the_register_and_the_round(commune: Unit) -> None:
    survey = round_in(commune)
    ba = phone(survey, surveyor(survey, "ba"))
    house: House = factories.house(commune, *WEST, village=factories.village(commune), number="12")
    far = position(lat=WEST[1] + 0.00251, lng=WEST[0] + 0.00001)
    ba.send(house, WHOLE, position=far)
    new = uuid.uuid4()
    ba.send(new, WHOLE, is_new=True, position=far)
    beside = position(lat=WEST[1] + 0.00003, lng=WEST[0] + 0.00001, accuracy_m=25, reason="dưới tán cây")
    ba.send(uuid.uuid4(), WHOLE, is_new=True, position=beside)
    flags = [visit.flags for visit in SurveyVisit.objects.order_by("received_at")]
    assert [[flag["code"] for flag in one] for one in flags] == [
        ["far_capture"], ["shared_point"], ["near_duplicate", "poor_accuracy"],
    ]  # fmt: skip
    assert "dưới tán cây" in flag_sentences.sentence(flags[2][1])
    assert flag_sentences.sentence(flags[1][0]) == "Vị trí trùng với một nhà khác trong đợt này."


def test_a_flag_of_a_later_version_is_told_by_its_code() -> None:
    assert flag_sentences.sentence({"code": "eclipse"}) == "eclipse"
