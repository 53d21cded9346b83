"""One million invented houses in a province-sized box of 169 square communes, for tiles, scan and search.

`fill(connection)` makes the units, and one household and one plate a house, in a migrated database. Positions,
numbers and names are the same every time; plate tokens are fresh, as `households.codes` makes them.

A commune of the countryside has 12 villages of some 470 houses; the commune in the middle of the box is a town
of 48,000. Most houses lie within 500 m of their village's middle. Rows lie in the order of the villages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psycopg
from numpy.typing import NDArray

from households import codes

HOUSES = 1_000_000
WEST, SOUTH, EAST, NORTH = 104.40, 19.30, 106.09, 20.60
SIDE = 13  # communes along each side of the box
TOWN = SIDE * SIDE // 2
VILLAGES = (4, 3)  # of a commune, west to east and south to north
TOWN_SHARE = 0.048
TABLES = ("households_house", "households_household", "households_plate")

FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Mai Trịnh Đinh Cao Lương Hà Tạ"
MIDDLES = "Văn Thị Hữu Đức Ngọc Minh Xuân Thanh Quang Đình Công Thu Bá Kim Hồng Duy Trọng Mạnh"
GIVEN = (
    "An Anh Bình Cường Chi Dung Dũng Đông Giang Hà Hải Hạnh Hiền Hiếu Hoa Hoà Hùng Huệ Hương Khánh Kiên Lan Lâm Liên"
    " Linh Loan Long Lộc Mai Minh Nam Nga Ngân Nghĩa Nhung Oanh Phong Phúc Phương Quân Quý Quyên Sơn Tâm Tân Thảo"
    " Thắng Thuỷ Tiến Toàn Trang Trung Tú Tuấn Tuyết Uyên Vân Việt Vinh Yến"
)
ALLEYS = "ngõ Đình,ngõ Giếng,ngõ Chùa,ngõ Đồng,đường Làng,đường Mới,ngõ 1,ngõ 2,ngõ 3,ngõ Bãi"


def fill(connection: psycopg.Connection, *, houses: int = HOUSES) -> None:
    """Fill the database behind `connection`, its owner's, unless it holds that many houses already.

    Takes a minute and a half for a million; commits. `houses` scales every village alike.
    """
    if connection.execute("SELECT count(*) FROM households_house").fetchone() == (houses,):
        connection.rollback()
        return
    with connection.transaction():
        connection.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL synchronous_commit = off")
        units = _make_units(connection)
        with without_indexes(connection):
            _make_houses(connection, units, houses)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE " + ", ".join(("mapping_unit", *TABLES)))
    connection.autocommit = False


def _make_units(connection: psycopg.Connection) -> list[tuple[int, int]]:
    """The province, its communes and villages; return (commune id, village id) in the order of the villages."""
    add = """
        INSERT INTO mapping_unit (kind, designation, code, name, name_folded, parent_id, outline, vn2000_srid,
                                  source, is_invented)
        VALUES (%s, %s, %s, %s, sonha_fold(%s), %s, ST_Multi(ST_MakeEnvelope(%s, %s, %s, %s, 4326)), 5897, '', true)
        RETURNING id
    """

    def one(kind: str, designation: str, code: str, name: str, parent: int | None, box: tuple[float, ...]) -> int:
        row = connection.execute(add, [kind, designation, code, name, name, parent, *box]).fetchone()
        assert row is not None
        return int(row[0])

    province = one("province", "Tỉnh", "99", "Thử Nghiệm", None, (WEST, SOUTH, EAST, NORTH))
    villages: list[tuple[int, int]] = []
    for number, box in enumerate(cells((WEST, SOUTH, EAST, NORTH), SIDE, SIDE)):
        kind = "Phường" if number == TOWN else "Xã"
        commune = one("commune", kind, f"{99001 + number}", f"Thử {number + 1}", province, box)
        for below, village_box in enumerate(cells(box, *VILLAGES), start=1):
            village = one("village", "Thôn", f"{99001 + number}-{below:02d}", f"Làng {below}", commune, village_box)
            villages.append((commune, village))
    return villages


def cells(box: tuple[float, ...], columns: int, rows: int) -> Iterator[tuple[float, float, float, float]]:
    """Cut a box into cells, row by row from the south-west; corners as west, south, east, north."""
    west, south, east, north = box
    xs, ys = np.linspace(west, east, columns + 1), np.linspace(south, north, rows + 1)
    for row in range(rows):
        for column in range(columns):
            yield float(xs[column]), float(ys[row]), float(xs[column + 1]), float(ys[row + 1])


def _make_houses(connection: psycopg.Connection, units: list[tuple[int, int]], houses: int) -> None:
    village, lng, lat = _positions(houses)
    per_village = np.bincount(village, minlength=len(units))
    within = np.arange(houses) - np.repeat(np.cumsum(per_village) - per_village, per_village)
    random = np.random.default_rng(43)
    alleys = ALLEYS.split(",")
    rows = zip(
        codes.house_codes(np.arange(houses)),
        codes.new_tokens(houses),
        codes.plus_codes(lat, lng),
        *(_uuids(houses, kind) for kind in range(2)),
        (units[number][0] for number in village),
        (units[number][1] for number in village),
        lng.tolist(),
        lat.tolist(),
        (str(number // len(alleys) + 1) for number in within.tolist()),
        (alleys[number % len(alleys)] for number in within.tolist()),
        _names(houses, random),
        (f"09{digits:08d}" if digits % 10 < 7 else "" for digits in random.integers(0, 10**8, houses).tolist()),
        random.integers(1, 8, houses).tolist(),
        strict=True,
    )
    connection.execute("""
        CREATE TEMPORARY TABLE million (code text, token text, plus_code text, house uuid, household uuid,
            commune bigint, village bigint, lng float8, lat float8, number text, street text, head text, phone text,
            size int2) ON COMMIT DROP
    """)
    with connection.cursor().copy("COPY million FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute("""
        INSERT INTO households_house (id, code, commune_id, village_id, number, street, location, location_source,
                                      state, closed_reason, note, version, created_at, updated_at)
        SELECT house, code, commune, village, number, street, ST_SetSRID(ST_MakePoint(lng, lat), 4326), 'import',
               'active', '', '', 1, now(), now() FROM million
    """)
    connection.execute("""
        INSERT INTO households_household (id, house_id, commune_id, head_name, phone, size, note, version,
                                          created_at, updated_at)
        SELECT household, house, commune, head, phone, size, '', 1, now(), now() FROM million
    """)
    connection.execute(r"""
        INSERT INTO households_plate (token, house_id, state, face_hash, plus_code, created_at)
        SELECT token, house, 'draft', decode(md5(code), 'hex'), plus_code, now() FROM million
    """)
    connection.execute("SELECT setval('households_house_code_number', %s)", [houses])


def _positions(houses: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Village number, longitude and latitude of every house, village by village."""
    boxes = np.array([cell for box in cells((WEST, SOUTH, EAST, NORTH), SIDE, SIDE) for cell in cells(box, *VILLAGES)])
    each = VILLAGES[0] * VILLAGES[1]
    is_town = np.arange(len(boxes)) // each == TOWN
    share = np.where(is_town, TOWN_SHARE / each, (1 - TOWN_SHARE) / (len(boxes) - each))
    per_village = np.diff(np.rint(np.cumsum(share) * houses).astype(np.int64), prepend=0)
    village = np.repeat(np.arange(len(boxes)), per_village)
    random = np.random.default_rng(42)
    crowds = random.random(houses) < 0.8  # around the middle of the village; the rest lie anywhere in it
    anywhere, crowded = random.random((2, houses)) - 0.5, random.normal(0, 0.0025, (2, houses))
    west, south, east, north = boxes[village].T
    shift_x = np.where(crowds, np.clip(crowded[0], -0.01, 0.01), anywhere[0] * (east - west) * 0.98)
    shift_y = np.where(crowds, np.clip(crowded[1], -0.01, 0.01), anywhere[1] * (north - south) * 0.98)
    return village, np.round((west + east) / 2 + shift_x, 7), np.round((south + north) / 2 + shift_y, 7)


def _uuids(count: int, kind: int) -> Iterator[str]:
    """UUIDv7 in hexadecimal, one a millisecond, so that rows and their keys lie in the same order."""
    milliseconds = 1_764_000_000_000 + np.arange(count, dtype=np.int64)
    return (f"{at:012x}7{kind:03x}8{at:015x}" for at in milliseconds.tolist())


def _names(count: int, random: np.random.Generator) -> Iterator[str]:
    """Names as frequent as in life: over a third are Nguyễn, half of the middle names are Văn or Thị."""
    families, middles, given = FAMILIES.split(), MIDDLES.split(), GIVEN.split()
    picks = [
        random.choice(len(families), count, p=_falling(len(families), 0.38, 0.11, 0.10, 0.07, 0.05)).tolist(),
        random.choice(len(middles), count, p=_falling(len(middles), 0.27, 0.25)).tolist(),
        random.choice(len(given), count, p=_falling(len(given))).tolist(),
    ]
    return (f"{families[a]} {middles[b]} {given[c]}" for a, b, c in zip(*picks, strict=True))


def _falling(count: int, *first: float) -> NDArray[np.float64]:
    """Shares that add up to 1: the first as given, the others falling as 1 ÷ (10 + place)."""
    rest = 1 / np.arange(10, 10 + count - len(first))
    return np.concatenate([first, rest / rest.sum() * (1 - sum(first))])


@contextmanager
def without_indexes(connection: psycopg.Connection) -> Iterator[None]:
    """Take foreign keys and indexes off the tables, and put them back as they were: a fraction of the time."""
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    foreign_keys = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        [list(TABLES)],
    ).fetchall()
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS "
        "(SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))",
        [list(TABLES)],
    ).fetchall()
    for table, name, _ in foreign_keys:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition in foreign_keys:
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
