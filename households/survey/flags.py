"""What makes a visit worth a second look before it is approved. Pure.

A flag refuses nothing: each has an innocent reason too (a large yard, a clock that was never set). It is {code,
…figures}; `flag_sentences` says it to an officer.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from households.survey.position import BAD_M, FAR_M, metres_between

Flag = dict[str, Any]

SHARED_M: Final = 1.0
"""Two houses nearer than this have one point."""
NEAR_M: Final = 8.0
"""A new house nearer than this to another may be that one: narrower fronts than 4 m are rare in villages."""
FASTEST_M_S: Final = 20.0
"""72 km/h between two doors of a village."""
_LEAST_WAY_M: Final = 300.0  # shorter ways say nothing: positions err by tens of metres and clocks by seconds
_DECIMALS: Final = 4  # a hundred thousandth of a degree is a metre: fewer figures were typed or tapped on a grid
_PUT_OFF: Final = datetime.timedelta(hours=1)  # a form that was open for longer says not when somebody stood there
_FAST_S: Final = 60.0  # for a household; a house alone may be looked at in less
_FAST_HOUSE_S: Final = 10.0
_EARLY: Final = datetime.timedelta(days=1)
_AHEAD: Final = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class Neighbour:
    """Another place of the register, by its house code, or of the round alone, by ""; and how far it is."""

    house: str
    metres: float


@dataclass(frozen=True)
class Alike:
    """Another place that says the same of itself as a new house: `why` is "number" (and street) or "head"."""

    why: str
    house: str
    metres: float


@dataclass(frozen=True)
class Stop:
    """Where a surveyor was measured at another house, from when to when; by the phone's clock."""

    lng: float
    lat: float
    began_at: datetime.datetime
    left_at: datetime.datetime


@dataclass(frozen=True)
class Surroundings:
    """What the register and the round know of the place; distances are 0 inside, None where outlines do not say."""

    outside_commune_m: float | None = 0.0
    outside_village_m: float | None = 0.0
    house: tuple[float, float] | None = None
    """Longitude and latitude of the house in the register."""
    neighbours: Sequence[Neighbour] = field(default_factory=tuple)
    stops: Sequence[Stop] = field(default_factory=tuple)
    """Where the same person was around the time of the visit, before, meanwhile and after."""
    alike: Sequence[Alike] = field(default_factory=tuple)
    """What a new house may be, near as it is; by number and by head of household the nearest."""


@dataclass(frozen=True)
class Visit:
    """A visit as far as it is looked at."""

    position: dict[str, Any] | None
    is_new_house: bool
    asked: int
    """How many answers there are about the household."""
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    made_at: datetime.datetime
    received_at: datetime.datetime
    round_starts_on: datetime.date
    over_at: datetime.datetime | None = None
    """The end of the last day on which the person was to walk there."""
    outside_part_m: float = 0.0
    """How far the house lies outside the part of the village that the person was given; 0 inside, or of all of it."""


def flags_of(visit: Visit, around: Surroundings) -> list[Flag]:
    """Return what is worth a look, in a fixed order, each code once."""
    found = [*_of_assignment(visit), *_of_times(visit)]
    if visit.position is not None:
        found = [*_of_position(visit, visit.position, around), *found]
    return found


_LASTING: Final = frozenset({"impossible_speed", "fast_interview", "clock_off", "outside_part", "after_last_day"})


def lasting(flags: Sequence[Flag]) -> list[Flag]:
    """Return what a later visit to the same house does not undo: how somebody came and asked the first time."""
    return [flag for flag in flags if flag["code"] in _LASTING]


def joined(found: Sequence[Flag], before: Sequence[Flag]) -> list[Flag]:
    """Return what was found with what had been found before, each code once."""
    known = {flag["code"] for flag in found}
    return [*found, *(flag for flag in before if flag["code"] not in known)]


def _of_position(visit: Visit, position: dict[str, Any], around: Surroundings) -> Iterator[Flag]:
    lng, lat, accuracy_m = position["lng"], position["lat"], position.get("accuracy_m")
    if around.outside_commune_m:
        yield {"code": "outside_commune", "metres": round(around.outside_commune_m)}
    elif around.outside_village_m:
        yield {"code": "outside_village", "metres": round(around.outside_village_m)}
    nearest = min(around.neighbours, key=lambda one: one.metres, default=None)
    if nearest is not None and nearest.metres <= SHARED_M:
        yield {"code": "shared_point", "house": nearest.house}
    elif nearest is not None and visit.is_new_house and nearest.metres <= NEAR_M:
        yield {"code": "near_duplicate", "house": nearest.house, "metres": round(nearest.metres, 1)}
    yield from _of_alike(visit, around, nearest)
    if accuracy_m is not None and accuracy_m > BAD_M:
        yield {"code": "poor_accuracy", "metres": round(accuracy_m), "reason": position.get("reason", "")}
    if position.get("doubtful") or accuracy_m == 0:
        yield {"code": "exact_fix"}
    yield from _of_capture(position, around)
    if all(round(figure, _DECIMALS) == figure for figure in (lng, lat)):
        yield {"code": "round_coordinates"}
    yield from _of_way(visit, position, around.stops)


def _of_alike(visit: Visit, around: Surroundings, nearest: Neighbour | None) -> Iterator[Flag]:
    for one in around.alike if visit.is_new_house else ():
        # Of what is flagged as too near already, one sentence is enough.
        is_told = nearest is not None and nearest.metres <= NEAR_M
        if not (is_told and one.metres <= NEAR_M):
            yield {"code": f"same_{one.why}", "house": one.house, "metres": round(one.metres)}


def _measured(position: dict[str, Any]) -> tuple[float, float] | None:
    """Where the phone was: what was dragged has it apart; what was only tapped on the map has none."""
    if position.get("measured"):
        return position["measured"]["lng"], position["measured"]["lat"]
    return (position["lng"], position["lat"]) if position["source"] in ("gps", "averaged") else None


def _of_capture(position: dict[str, Any], around: Surroundings) -> Iterator[Flag]:
    stood = _measured(position)
    house = around.house or (position["lng"], position["lat"])
    if stood is None:
        return
    metres = metres_between(*stood, *house)
    if metres > FAR_M + (position.get("accuracy_m") or 0.0):
        yield {"code": "far_capture", "metres": round(metres)}


def _of_way(visit: Visit, position: dict[str, Any], stops: Sequence[Stop]) -> Iterator[Flag]:
    """The fastest way from or to another house, if nobody goes as fast; two places at one time are 0 seconds apart."""
    stood = _measured(position)
    if stood is None:
        return
    ways = [(metres_between(one.lng, one.lat, *stood), _seconds_between(visit, one)) for one in stops]
    known = [(metres, seconds) for metres, seconds in ways if metres > _LEAST_WAY_M and seconds is not None]
    metres, seconds = max(known, key=lambda way: way[0] / max(way[1], 1.0), default=(0.0, 0.0))
    if metres / max(seconds, 1.0) > FASTEST_M_S:
        yield {"code": "impossible_speed", "metres": round(metres), "seconds": round(seconds)}


def _seconds_between(visit: Visit, stop: Stop) -> float | None:
    """How long somebody had from the one to the other; None where the times do not say.

    What was put off and finished later spans what was done meanwhile, and is no proof of two places at one time.
    """
    if visit.started_at is None or visit.ended_at is None:
        return None
    gap = max(visit.started_at - stop.left_at, stop.began_at - visit.ended_at)
    if gap < datetime.timedelta() and max(visit.ended_at - visit.started_at, stop.left_at - stop.began_at) > _PUT_OFF:
        return None
    return max(gap.total_seconds(), 0.0)


def _of_assignment(visit: Visit) -> Iterator[Flag]:
    if visit.outside_part_m:
        yield {"code": "outside_part", "metres": max(1, round(visit.outside_part_m))}
    made_at = min(visit.made_at, visit.received_at)  # nothing was made after it came, whatever a clock says
    if visit.over_at is not None and made_at >= visit.over_at:
        yield {"code": "after_last_day", "days": (made_at - visit.over_at).days + 1}


def _of_times(visit: Visit) -> Iterator[Flag]:
    if visit.started_at is not None and visit.ended_at is not None:
        seconds = (visit.ended_at - visit.started_at).total_seconds()
        if seconds < (_FAST_S if visit.asked else _FAST_HOUSE_S):
            yield {"code": "fast_interview", "seconds": round(seconds), "answers": visit.asked}
    if visit.made_at > visit.received_at + _AHEAD or visit.made_at.date() + _EARLY < visit.round_starts_on:
        yield {"code": "clock_off", "made_at": visit.made_at.isoformat()}
