"""Invented communes with streets, for the numbering: roads, alleys with and without names, sub-alleys, houses on all.

A commune has 150 streets and 2,500 houses: 10 roads of 1,200 m, bent a little and 260 m apart; on each 11 alleys of
100 m to either side, six of them named; and three sub-alleys of 60 m off the nameless ones. Each lies turned by an
angle of its own. In every tenth commune the houses have numbers already, in an order of their own and by no decision.
Everything is the same every time.
"""

from __future__ import annotations

import sys

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

from households import codes
from mapping import crs
from tests.benchmarks import million
from tests.benchmarks.measure import owner_connection

SRID = 5897
ROADS, MOUTHS, NAMED, SUB_ALLEYS = 10, 11, 6, 3  # of a commune; of a road
STREETS = ROADS * (1 + MOUTHS + SUB_ALLEYS)
HOUSES = 2_500
ROAD_M, APART_M, ALLEY_M, SUB_ALLEY_M = 1_200.0, 260.0, 100.0, 60.0
WEST_M, SOUTH_M, STEP_M, PER_ROW = 440_000.0, 2_150_000.0, 5_000.0, 20
_PER_ROAD, _PER_NAMED, _PER_NAMELESS = 40, 18, 14  # houses on each; sub-alleys have the rest


def fill(connection: psycopg.Connection, *, communes: int) -> None:
    """Make so many communes with their streets and houses in a migrated, empty database; the owner's connection."""
    with connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = off; SET LOCAL maintenance_work_mem = '512MB'")
        units = _make_units(connection, communes)
        ground = [_commune(number) for number in range(communes)]
        _make_streets(connection, units, [lines for lines, _ in ground])
        with million.without_indexes(connection):
            _make_houses(connection, units, [houses for _, houses in ground])
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE households_house, households_street, mapping_unit")
    connection.autocommit = False


def _make_units(connection: psycopg.Connection, communes: int) -> list[int]:
    province = connection.execute(
        "INSERT INTO mapping_unit (kind, designation, code, name, name_folded, vn2000_srid, source, is_invented) "
        "VALUES ('province', 'Tỉnh', '99', 'Thử Nghiệm', 'thu nghiem', 5897, '', true) RETURNING id"
    ).fetchone()
    assert province is not None
    rows = connection.execute(
        "INSERT INTO mapping_unit (kind, designation, code, name, name_folded, parent_id, vn2000_srid, source, "
        "is_invented) SELECT 'commune', 'Xã', (10000 + n)::text, 'Thử ' || n, 'thu ' || n, %s, 5897, '', true "
        "FROM generate_series(0, %s) n RETURNING id",
        [province[0], communes - 1],
    ).fetchall()
    return [row[0] for row in rows]


def _commune(number: int) -> tuple[list[NDArray[np.float64]], tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """The streets of one commune as lines, roads first; and its houses: the place of each one's street, and points."""
    random = np.random.default_rng(number)
    origin = (WEST_M + number % PER_ROW * STEP_M, SOUTH_M + number // PER_ROW * STEP_M)
    turn = random.random() * 2 * np.pi
    along, up = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    roads, alleys, subs = [], [], []
    for road in range(ROADS):
        xs = np.linspace(0, ROAD_M, MOUTHS + 2)
        ys = road * APART_M + np.cumsum(random.uniform(-3, 3, len(xs)))
        roads.append(np.column_stack((xs, ys)))
        for mouth in range(MOUTHS):
            x, y = xs[mouth + 1], ys[mouth + 1]
            side = 1 if mouth % 2 else -1
            end = (x + random.uniform(-8, 8), y + side * ALLEY_M)
            alleys.append(np.array([(x, y), ((x + end[0]) / 2, (y + end[1]) / 2), end]))
            if NAMED <= mouth < NAMED + SUB_ALLEYS:
                middle = alleys[-1][1]
                subs.append(np.array([middle, (middle[0] + SUB_ALLEY_M, middle[1] + random.uniform(-4, 4))]))
    lines = [*roads, *alleys, *subs]
    counts = np.array([
        *[_PER_ROAD] * ROADS,
        *[_PER_NAMED if mouth < NAMED else _PER_NAMELESS for _ in range(ROADS) for mouth in range(MOUTHS)],
        *[0] * len(subs),
    ])  # fmt: skip
    rest = HOUSES - counts.sum()
    counts[-len(subs) :] = np.diff(np.linspace(0, rest, len(subs) + 1).round().astype(int))
    street = np.repeat(np.arange(len(lines)), counts)
    points = np.concatenate([_beside(line, count, random) for line, count in zip(lines, counts.tolist(), strict=True)])

    def placed(local: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array(origin) + local[:, :1] * along + local[:, 1:] * up

    return [placed(line) for line in lines], (street, placed(points))


def _beside(line: NDArray[np.float64], count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Points 5 to 9 m beside a line, to both sides in turn, none at its very ends."""
    whole = shapely.LineString(line)
    along = (np.arange(count) + 0.5 + random.uniform(-0.2, 0.2, count)) / count * (whole.length - 10) + 8
    here = shapely.get_coordinates(shapely.line_interpolate_point(whole, along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(whole, np.minimum(along + 0.5, whole.length)))
    back = shapely.get_coordinates(shapely.line_interpolate_point(whole, along - 0.5))
    forward = (ahead - back) / np.linalg.norm(ahead - back, axis=1, keepdims=True)
    side = np.where(np.arange(count) % 2, 1, -1) * random.uniform(5, 9, count)
    return here + np.column_stack((-forward[:, 1], forward[:, 0])) * side[:, None]


def _kind_of(place: int) -> tuple[str, str, int, int | None]:
    """Kind, name, width class and the place of the parent of a street of a commune."""
    if place < ROADS:
        return "road", f"Liên Xã {place + 1}", 4, None
    if place < ROADS * (1 + MOUTHS):
        road, mouth = divmod(place - ROADS, MOUTHS)
        return "ngo", f"Xóm {road + 1}.{mouth + 1}" if mouth < NAMED else "", 2, road
    road, sub = divmod(place - ROADS * (1 + MOUTHS), SUB_ALLEYS)
    return "ngach", "", 1, ROADS + road * MOUTHS + NAMED + sub


def _make_streets(connection: psycopg.Connection, units: list[int], grounds: list[list[NDArray[np.float64]]]) -> None:
    keys = [
        [f"01900000-0000-7000-8000-{number:06x}{place:06x}" for place in range(STREETS)] for number in range(len(units))
    ]
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY households_street (id, commune_id, kind, name, number, width_class, parent_id, parent_by_hand, "
            "direction, line, source, note, version, created_at, updated_at) FROM STDIN"
        ) as copy,
    ):
        for unit, own, lines in zip(units, keys, grounds, strict=True):
            for place, line in enumerate(lines):
                kind, name, width, parent = _kind_of(place)
                degrees = np.column_stack(crs.to_lonlat(SRID, *line.T))
                wkb = shapely.to_wkb(shapely.set_srid(shapely.LineString(degrees), 4326), hex=True, include_srid=True)
                copy.write_row((
                    own[place], unit, kind, name, "", width, own[parent] if parent is not None else None, False,
                    "auto", wkb, "", "", 1, "2026-01-01", "2026-01-01",
                ))  # fmt: skip


def _make_houses(
    connection: psycopg.Connection,
    units: list[int],
    grounds: list[tuple[NDArray[np.int64], NDArray[np.float64]]],
) -> None:
    total = len(units) * HOUSES
    house_codes = iter(codes.house_codes(range(total)))
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY households_house (id, code, commune_id, number, street, location, location_source, state, "
            "closed_reason, note, version, created_at, updated_at) FROM STDIN"
        ) as copy:
            for number, (unit, (streets, points)) in enumerate(zip(units, grounds, strict=True)):
                lng, lat = crs.to_lonlat(SRID, *points.T)
                wkb = shapely.to_wkb(shapely.set_srid(shapely.points(lng, lat), 4326), hex=True, include_srid=True)
                for place, (street, point) in enumerate(zip(streets.tolist(), wkb.tolist(), strict=True)):
                    kind, name, _, _ = _kind_of(street)
                    said = number % 10 == 0 and name
                    named = f"{'đường' if kind == 'road' else 'ngõ'} {name}"
                    copy.write_row((
                        f"01900000-0001-7000-8000-{number:06x}{place:06x}", next(house_codes), unit,
                        str(place % 60 + 1) if said else "", named if said else "", point, "import",
                        "active", "", "", 1, "2026-01-01", "2026-01-01",
                    ))  # fmt: skip
        cursor.execute("SELECT setval('households_house_code_number', %s)", [total])


if __name__ == "__main__":
    with owner_connection() as owner:
        fill(owner, communes=int(sys.argv[1]))
