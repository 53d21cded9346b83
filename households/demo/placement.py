"""Put houses along the demo's streets and number them by Circular 08/2024: odd on the left, even on the right,
12/5 in the unnamed alley after house 12, 12/5/3 one lane deeper.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import shapely

from households.demo.layout import REACH_M, Point, Street, along, length_m

_APART_M: Final = 10.5
_CLEAR_OF_STREETS_M: Final = 5.0
_VACANT: Final = {"road": 0.2, "cross_road": 0.4, "alley": 0.33, "sub_alley": 0.25, "new_street": 0.0}
_NAMED_ALLEYS: Final = 0.38
_ALLEY_NAMES: Final = (
    "Đình", "Chùa", "Giếng Làng", "Ao Sen", "Cây Đa", "Cây Gạo", "Bến Đò", "Chợ Cũ", "Trường Học", "Lò Gạch",
    "Cổng Làng", "Đồng Cửa", "Bãi Trên", "Bãi Dưới", "Vườn Cam", "Lũy Tre", "Kho Thóc", "Trạm Bơm", "Cầu Đá",
    "Văn Chỉ", "Miếu Ông", "Miếu Bà", "Sân Kho", "Ao Cá", "Cây Sung", "Cây Si", "Cây Thị", "Cây Muỗm", "Hàng Cau",
    "Hàng Dừa", "Xóm Trại", "Xóm Mới", "Xóm Đông", "Xóm Tây", "Xóm Giữa", "Nhà Văn Hóa", "Trạm Xá", "Mẫu Giáo",
    "Đồng Mùa", "Đồng Chiêm", "Đồng Màu", "Bờ Kênh", "Bờ Đê", "Cống Đá", "Cống Mới", "Ông Đồ", "Thợ Mộc", "Thợ Rèn",
    "Hàng Xáo", "Dệt Chiếu", "Nước Mắm", "Bánh Đa", "Lúa Mới", "Rừng Phi Lao", "Cồn Cát", "Cồn Cao", "Nương Dâu",
    "Vườn Ươm", "Ao Rau Muống", "Ao Làng", "Ao Bèo", "Sân Bóng", "Sân Đình", "Nhà Thờ", "Giếng Đôi", "Giếng Khơi",
    "Gốc Bàng", "Gốc Phượng", "Hoa Gạo", "Hoa Sữa", "Hương Sen", "Bình Minh", "Hòa Bình", "Thống Nhất", "Đoàn Kết",
    "Quyết Thắng", "Toàn Thắng", "Đồng Tâm", "Tân Sơn", "Tân Hải", "Cát Vàng", "Ruộng Mạ", "Hợp Tác", "Đội Một",
    "Đội Hai", "Đội Ba", "Đội Bốn", "Đội Năm", "Đội Sáu", "Đội Bảy", "Đội Tám", "Đội Chín", "Đội Mười", "Lò Vôi",
    "Lò Rèn", "Cây Xoài", "Cây Khế", "Cây Bưởi", "Cây Nhãn", "Cây Mít", "Cây Trôi", "Cây Duối", "Cầu Tre", "Cầu Ván",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A house that has been placed: its point, its street (place in the list), how far along, on which side."""

    point: Point
    street: int
    distance: float
    left: bool


@dataclass(frozen=True, slots=True)
class Address:
    """What stands on the door: "12/5", "đường Liên Xã"."""

    number: str
    street: str


def spots(rng: random.Random, streets: list[Street]) -> list[Spot]:
    """Houses at plausible frontages, clear of each other and of every street; roads are settled first."""
    network = shapely.STRtree([shapely.LineString(street.line) for street in streets])
    taken: dict[tuple[int, int], list[Point]] = {}
    placed = []
    for spot in _candidates(rng, streets):
        x, y = spot.point
        cell = (int(x // _APART_M), int(y // _APART_M))
        neighbours = (p for i in (-1, 0, 1) for j in (-1, 0, 1) for p in taken.get((cell[0] + i, cell[1] + j), ()))
        if math.hypot(x, y) > REACH_M or any(math.dist(spot.point, other) < _APART_M for other in neighbours):
            continue
        if network.query(shapely.Point(x, y), predicate="dwithin", distance=_CLEAR_OF_STREETS_M).size:
            continue
        taken.setdefault(cell, []).append(spot.point)
        placed.append(spot)
    return placed


def _candidates(rng: random.Random, streets: list[Street]) -> Iterator[Spot]:
    ridges = shapely.MultiLineString([street.line for street in streets if street.kind == "road"])
    villages = shapely.union_all(
        [shapely.LineString(street.line).buffer(45) for street in streets if street.kind == "alley"]
    )
    for place, street in enumerate(streets):
        lane = street.kind in ("alley", "sub_alley")
        first, setback = (21.0, 7.0) if lane else (12.0, 9.5)
        end = length_m(street.line) + (2.0 if lane else -4.0)
        for left in (True, False):
            distance = first + rng.uniform(-3, 5)
            while distance < end:
                depth = setback + rng.uniform(-0.8, 3.2)
                (x, y), (dx, dy) = along(street.line, distance)
                side = 1 if left else -1
                point = (x - side * dy * depth, y + side * dx * depth)
                where = shapely.Point(point)
                if street.kind == "road":
                    settled = bool(villages.contains(where))
                else:
                    settled = street.kind != "cross_road" or ridges.distance(where) < 120
                if settled and rng.random() >= _VACANT[street.kind]:
                    yield Spot(point, place, distance, left)
                distance += rng.uniform(11.5, 17.5)


def addresses(
    rng: random.Random, streets: list[Street], placed: list[Spot]
) -> tuple[dict[Spot, Address], list[tuple[str, str]]]:
    """The address of every house, no two alike in the commune, and every street's prefix and name."""
    names = iter(_ALLEY_NAMES)
    on_street: dict[int, list[Spot]] = {}
    for spot in placed:
        on_street.setdefault(spot.street, []).append(spot)
    given: dict[Spot, Address] = {}
    bases: dict[Spot, int] = {}  # the number without a letter, by which alleys are called
    prefixes: list[tuple[str, str]] = []  # what stands before a street's numbers, and its name
    used: set[tuple[str, str]] = set()
    for place, street in enumerate(streets):
        prefix, name = "", street.name
        if street.parent is not None:
            parent_prefix, parent_name = prefixes[street.parent]
            before = [
                s for s in on_street.get(street.parent, ()) if s.left == street.left and s.distance < street.mouth
            ]
            corner = max(before, key=lambda spot: spot.distance, default=None)
            prefix, name = f"{parent_prefix}{bases[corner]}/" if corner else "", parent_name
            if not corner or (prefix, name) in used or (street.kind == "alley" and rng.random() < _NAMED_ALLEYS):
                prefix, name = "", f"ngõ {next(names)}"
            used.add((prefix, name))
        prefixes.append((prefix, name))
        for left in (True, False):
            number, last = -1 if left else 0, ""
            side = sorted((s for s in on_street.get(place, ()) if s.left == left), key=lambda spot: spot.distance)
            for spot in side:
                later = number > 0 and rng.random() < 0.015  # built between two neighbours: 20A
                if not later or last.endswith("A"):
                    number += 4 if rng.random() < 0.03 else 2  # a lot still empty keeps its number
                    later = False
                last = f"{prefix}{number}{'A' if later else ''}"
                given[spot], bases[spot] = Address(last, name), number
    return given, prefixes
