"""Where the demo's samples were taken and what the laboratory wrote: two campaigns, four years apart. Pure."""

from __future__ import annotations

import datetime
import math
import random
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from soil_map.demo import land
from soil_map.demo.fields import DemoParcel

NOTE: Final = "Số liệu minh họa, không có thật"
SAMPLES: Final = 220
CAMPAIGNS: Final = 2
_IN_PARCELS: Final = 30
_PRIVATE_OF_PARCELS: Final = 18
_BESIDE: Final = 24
"""Samples a few steps beside another: only they can tell what changes over a short way."""
_EARLIER: Final = 150
_DEEPER: Final = 24
"""Of the earlier campaign, from 20 to 40 cm: too few for a map, as the page then says."""
_CLEAR_OF_BORDER_M: Final = 25.0
_CANDIDATES: Final = 24


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What was written for one method, and the number in the canonical unit: half the limit below detection."""

    method: str
    written: str
    unit: str
    value: float
    is_below_detection: bool


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A place; `parcel` is its place in the list of parcels. Metres around the centre."""

    code: str
    east: float
    north: float
    parcel: int | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class DemoSample:
    """One bag: of which site (its place in the list), from which depths, and what was found."""

    site: int
    laboratory_code: str
    depth_cm: tuple[int, int]
    sampled_on: datetime.date
    composite_count: int
    is_private: bool
    results: tuple[DemoResult, ...]


@dataclass(frozen=True, slots=True)
class DemoCampaign:
    """A survey with its samples."""

    name: str
    started_on: datetime.date
    ended_on: datetime.date
    laboratory: str
    note: str
    samples: tuple[DemoSample, ...] = field(repr=False)


def sites(outline: shapely.Polygon, parcels: tuple[DemoParcel, ...]) -> tuple[DemoSite, ...]:
    """Spread the sites over the outline (metres around the centre), some in parcels, some beside others."""
    rng = random.Random(220)  # noqa: S311 - the same at every run, on purpose
    inner = outline.buffer(-_CLEAR_OF_BORDER_M)
    shapely.prepare(inner)
    spread = _spread(rng, inner, SAMPLES - _IN_PARCELS - _BESIDE)
    beside: list[tuple[float, float]] = []
    while len(beside) < _BESIDE:
        east, north = spread[rng.randrange(len(spread))]
        turn, far = rng.uniform(0, 2 * math.pi), rng.uniform(18, 70)
        point = (east + far * math.cos(turn), north + far * math.sin(turn))
        if inner.contains(shapely.Point(point)):
            beside.append(point)
    chosen = [number for number in range(len(parcels)) if number % 2 == 0][:_IN_PARCELS]
    inside = []
    for number in chosen:
        middle = parcels[number].outline.centroid
        inside.append((middle.x + rng.uniform(-4, 4), middle.y + rng.uniform(-9, 9)))
    made = [DemoSite(f"QB{place:03d}", *_cm(point)) for place, point in enumerate([*spread, *beside], start=1)]
    for place, (number, point) in enumerate(zip(chosen, inside, strict=True)):
        private = place % 5 < 3
        made.append(DemoSite(f"QB{len(made) + 1:03d}", *_cm(point), parcel=number, is_private=private))
    return tuple(made)


def campaigns(placed: tuple[DemoSite, ...]) -> tuple[DemoCampaign, DemoCampaign]:
    """Return the campaign of all sites, and the earlier one of a part of them."""
    now = DemoCampaign(
        name="Điều tra nông hóa 2025 (minh họa)",
        started_on=datetime.date(2025, 11, 3),
        ended_on=datetime.date(2025, 11, 28),
        laboratory="Phòng phân tích minh họa",
        note=f"{NOTE}. Cánh đồng chua phía tây xã được bón vôi từ sau đợt 2021 (minh họa), pH ở đó cao hơn khoảng 0,8.",
        samples=_bags(placed, range(len(placed)), datetime.date(2025, 11, 3), "25", 0.0, (0, 20)),
    )
    some = sorted(random.Random(2021).sample([n for n, s in enumerate(placed) if s.parcel is None], _EARLIER))  # noqa: S311
    topsoil = _bags(placed, some, datetime.date(2021, 12, 6), "21", 4.0, (0, 20))
    subsoil = _bags(placed, some[:: len(some) // _DEEPER][:_DEEPER], datetime.date(2021, 12, 6), "21S", 4.0, (20, 40))
    earlier = DemoCampaign(
        name="Điều tra nông hóa 2021 (minh họa)",
        started_on=datetime.date(2021, 12, 6),
        ended_on=datetime.date(2021, 12, 24),
        laboratory="Phòng phân tích minh họa",
        note=NOTE,
        samples=(*topsoil, *subsoil),
    )
    return now, earlier


def _bags(
    placed: tuple[DemoSite, ...], which: range | list[int], first: datetime.date, series: str, years: float,
    depth: tuple[int, int],
) -> tuple[DemoSample, ...]:  # fmt: skip
    rng = random.Random(f"{series} {depth}")  # noqa: S311 - the same at every run, on purpose
    east = np.array([placed[number].east for number in which])
    north = np.array([placed[number].north for number in which])
    found = land.values(east, north, years_ago=years, depth_cm=sum(depth) / 2)
    bags = []
    for place, number in enumerate(which):
        results = tuple(_result(rng, one, float(found[one.method][place])) for one in land.PROPERTIES)
        bags.append(
            DemoSample(
                site=number,
                laboratory_code=f"{series}-{place + 1:03d}",
                depth_cm=depth,
                sampled_on=first + datetime.timedelta(days=place * 18 // len(which)),
                composite_count=rng.choice((5, 5, 5, 7, 9)),
                is_private=placed[number].is_private,
                results=results,
            )
        )
    return tuple(bags)


def _result(rng: random.Random, measured: land.Measured, true: float) -> DemoResult:
    error = rng.gauss(0, measured.error)
    value = round(true * math.exp(error) if measured.is_relative else max(true + error, 0.01), measured.decimals)
    if measured.detection is not None and value < measured.detection:
        written = f"<{measured.detection:g}".replace(".", ",")
        return DemoResult(measured.method, written, measured.unit, measured.detection / 2, True)
    written = f"{value:.{measured.decimals}f}".replace(".", ",")
    return DemoResult(measured.method, written, measured.unit, value, False)


def _spread(rng: random.Random, inner: shapely.Polygon, count: int) -> list[tuple[float, float]]:
    """Each next point is the one of some candidates that lies farthest from those before it."""
    west, south, east, north = inner.bounds
    points: list[tuple[float, float]] = []
    while len(points) < count:
        candidates = np.array([(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(_CANDIDATES * 2)])
        candidates = candidates[shapely.contains_xy(inner, candidates)][:_CANDIDATES]
        if not len(candidates):
            continue
        best = 0
        if points:
            apart = np.hypot(*(candidates[:, None, :] - np.array(points)[None, :, :]).transpose(2, 0, 1)).min(axis=1)
            best = int(apart.argmax())
        points.append((float(candidates[best, 0]), float(candidates[best, 1])))
    return points


def _cm(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 2), round(point[1], 2)
