"""`import`: a CSV of 100,000 rows from its bytes to committed houses and households, every check on.

The yardstick is COPY of the same rows, already parsed and placed, into one table with a unique and a GiST index. A
second figure measures against COPY into tables that have every column, index and key that ours have, which is the
least that any program could do to hold the same data. The rows are invented: 12 villages, streets drawn as lines of
houses, one household each. As in most communes' lists they have no identifiers of their own, so the yardstick's
unique index is on the row's number; a third figure is of a list that has one in every row.
"""

from __future__ import annotations

import csv
import os
import random
import struct
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import PeakMemory, Report, interleaved, owner_connection

ROWS = int(os.environ.get("SONHA_BENCH_IMPORT_ROWS", "100000"))
IDENTIFIER = "Mã hộ"
HEADER = (
    "Số nhà",
    "Đường, ngõ",
    "Thôn",
    "Chủ hộ",
    "Điện thoại",
    "Số nhân khẩu",
    "Ghi chú",
    "Kinh độ",
    "Vĩ độ",
)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
MIDDLE = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Thanh", "Quang", "Xuân", "Thu", "Kim", "Hồng", "Bá", "Đình")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Hà", "Hải", "Hạnh", "Hoa", "Hòa", "Hùng", "Khánh", "Lan", "Long", "Thủy", "Yến")


def invented_rows(count: int, villages: list[str]) -> list[tuple[str, ...]]:
    """Streets of 50 houses, 8 m apart, inside the bench's commune: an identifier, then the columns of `HEADER`."""
    chance = random.Random(19)
    rows = []
    for at in range(count):
        street, place = divmod(at, 50)
        lng = 105.70 + (street % 40) * 0.004 + place * 0.00007
        lat = 19.60 + (street // 40) * 0.003 + chance.random() * 0.00002
        rows.append((
            f"H{at:06d}", str(place * 2 + 1), f"Ngõ {street + 1} đường Đình", villages[street % 12],
            f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}",
            f"09{chance.randrange(10**8):08d}", str(chance.randint(1, 7)), "", f"{lng:.7f}", f"{lat:.7f}",
        ))  # fmt: skip
    return rows


def run(report: Report) -> None:
    """Measure in turn: our import, COPY into one indexed table, COPY into our own tables."""
    from django.contrib.gis.geos import MultiPolygon, Polygon

    from mapping.models import Unit, UnitKind

    box = MultiPolygon(Polygon.from_bbox((105.69, 19.59, 105.90, 19.81)), srid=4326)
    commune = Unit.objects.create(
        kind=UnitKind.COMMUNE, code="99001", name="Bình Minh", designation="Xã", outline=box, vn2000_srid=5897,
        is_invented=True,
    )  # fmt: skip
    for number in range(1, 13):
        Unit.objects.create(
            kind=UnitKind.VILLAGE, code=f"99001-{number:02d}", name=str(number), designation="Thôn", parent=commune,
            vn2000_srid=5897, is_invented=True,
        )  # fmt: skip
    rows = invented_rows(ROWS, [f"Thôn {number}" for number in range(1, 13)])
    with tempfile.TemporaryDirectory() as folder:
        plain, with_ids = Path(folder) / "list.csv", Path(folder) / "list_with_ids.csv"
        _write(plain, [HEADER, *(row[1:] for row in rows)])
        _write(with_ids, [(IDENTIFIER, *HEADER), *rows])
        peak = PeakMemory()
        with peak:
            _import(plain, commune)
        ours, ours_with_ids, one_table, own_tables = interleaved(
            lambda: _import(plain, commune),
            lambda: _import(with_ids, commune),
            lambda: _copy_once(rows),
            lambda: _copy_ours(commune, rows),
        )
    one = "COPY of the same rows into a table with a unique and a GiST index"
    report("seconds", "s", ours, one_table, one, ROWS)
    report("seconds_with_ids", "s", ours_with_ids, one_table, one, ROWS)
    report("seconds_own_indexes", "s", ours, own_tables, "COPY of ready rows into our own tables and indexes", ROWS)
    report("peak_mb", "MB", peak.megabytes, None, None, ROWS)


def _write(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)


def _import(path: Path, commune: Any) -> float:
    """What the command does with a file; nothing of it is left when the next run begins."""
    from dataclasses import replace

    from households.importing import runs
    from mapping import wall

    _empty()
    start = time.perf_counter()
    reading = runs.look(path, path.name).reading
    finding = runs.find_meanings(path, path.name, reading, commune)
    meaning = finding.candidates[0]
    reading = replace(reading, srid=meaning.srid, swapped=meaning.swapped)
    with wall.acting_as_system("import_houses"):
        _run, found = runs.import_at_once(
            path=path, name=path.name, reading=reading, commune=commune, user=None, with_doubles=True
        )
    assert found.add + found.double == ROWS, found.counts()
    return time.perf_counter() - start


def _empty() -> None:
    with owner_connection() as connection:
        connection.execute(
            "TRUNCATE households_house, households_household, households_houseexternalid, households_plate, "
            "households_housegridcell, mapping_changeset, mapping_change, mapping_addedrange, households_importrun "
            "CASCADE"
        )


def _ewkb(row: tuple[str, ...]) -> str:
    return struct.pack("<BIIdd", 1, 0x20000001, 4326, float(row[8]), float(row[9])).hex()


def _copy_once(rows: list[tuple[str, ...]]) -> float:
    data = "".join("\t".join((str(at), *row[1:8], _ewkb(row))) + "\n" for at, row in enumerate(rows))
    with owner_connection() as connection:
        connection.execute(
            "DROP TABLE IF EXISTS yardstick; CREATE TABLE yardstick (line int UNIQUE, number text, street text, "
            "village text, head text, phone text, size smallint, note text, location geometry(Point, 4326));"
            "CREATE INDEX ON yardstick USING gist (location)"
        )
        connection.commit()
        start = time.perf_counter()
        with connection.cursor().copy("COPY yardstick FROM STDIN") as copy:
            copy.write(data)
        connection.commit()
        return time.perf_counter() - start


def _copy_ours(commune: Any, rows: list[tuple[str, ...]]) -> float:
    from households import codes
    from mapping.models import Unit

    villages = list(Unit.objects.filter(parent=commune).order_by("code").values_list("pk", flat=True))
    house_codes = codes.house_codes(range(len(rows)))
    now = "2026-01-01 00:00+00"
    houses, households = [], []
    for at, row in enumerate(rows):
        key = f"01900000-0000-7000-8000-{at:012x}"
        village = villages[int(row[3].split()[-1]) - 1]
        place = (row[1], row[2], _ewkb(row), "import", "active", "", "", "1", now, now)
        houses.append((key, house_codes[at], str(commune.pk), str(village), *place))
        households.append(
            (
                f"01900000-0001-7000-8000-{at:012x}",
                key,
                str(commune.pk),
                str(village),
                row[4],
                row[5],
                row[6],
                "",
                "1",
                now,
                now,
            )
        )
    loads = (
        ("households_house (id, code, commune_id, village_id, number, street, location, location_source, state, "
         "closed_reason, note, version, created_at, updated_at)", houses),
        ("households_household (id, house_id, commune_id, village_id, head_name, phone, size, note, version, "
         "created_at, updated_at)", households),
    )  # fmt: skip
    ready = [(table, "".join("\t".join(line) + "\n" for line in lines)) for table, lines in loads]
    _empty()
    with owner_connection() as connection:
        # PostgreSQL refuses COPY into a table whose row-level security holds for the owner too.
        connection.execute("ALTER TABLE households_household NO FORCE ROW LEVEL SECURITY")
        start = time.perf_counter()
        for table, data in ready:
            with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(data)
        connection.commit()
        taken = time.perf_counter() - start
        connection.execute("ALTER TABLE households_household FORCE ROW LEVEL SECURITY")
        return taken
