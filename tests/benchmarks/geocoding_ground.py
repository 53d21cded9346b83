"""The ground of `bench_geocoding`: the demo commune, one that nothing was tuned on, and a million houses around."""

from __future__ import annotations

import random
from typing import Any

import psycopg

from tests.benchmarks import million
from tests.benchmarks.geocoding_slips import Parts

HELD_BACK_CODE = "98001"
HELD_BACK_HOUSES = 4_000
# Syllables of its own; two and three of them make a name, so that names come near each other by chance.
SYLLABLES = (
    "Minh", "Hải", "Sơn", "Trung", "Thọ", "Phúc", "Khê", "Trạch", "Vĩnh", "Nghĩa", "Thái", "Quý", "Lĩnh", "Bảo",
    "Tường", "Khánh", "Diễn", "Cát", "Hưng", "Thuận", "Giang", "Mỹ", "Châu", "Lương", "Đức", "Nhân", "Hậu", "Cầu",
    "Rồng", "Voi", "Tháp", "Mười", "Gò", "Sậy", "Trúc", "Tùng", "Bách", "Thiên", "Hội", "Xuyên", "Ái", "Kim",
)  # fmt: skip


def prepare(connection: psycopg.Connection) -> None:
    """Fill what is not there yet."""
    row = connection.execute("SELECT count(*) FROM households_house").fetchone()
    assert row is not None
    if row[0] < million.HOUSES:
        million.fill(connection)
    from households.demo import commune, loading
    from mapping import wall

    with wall.acting_as_system("bench geocoding"):
        loading.load(drawn=commune.build(), reset=False)
    if not connection.execute("SELECT 1 FROM mapping_unit WHERE code = %s", [HELD_BACK_CODE]).fetchone():
        _held_back(connection)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE households_house, mapping_unit")
    connection.autocommit = False


def _held_back(connection: psycopg.Connection) -> None:
    """A commune of 9 villages and 150 streets with names of its own, 4,000 houses; the same every time."""
    from households.codes import house_codes

    chance = random.Random(98001)

    def unit(kind: str, designation: str, code: str, name: str, parent: int | None) -> int:
        row = connection.execute(
            "INSERT INTO mapping_unit (kind, designation, code, name, name_folded, parent_id, vn2000_srid, source, "
            "is_invented) VALUES (%s, %s, %s, %s, sonha_fold(%s), %s, 5897, '', true) RETURNING id",
            [kind, designation, code, name, name, parent],
        ).fetchone()
        assert row is not None
        return int(row[0])

    province = unit("province", "Tỉnh", "98", "Cẩm Xuyên", None)
    commune = unit("commune", "Phường", HELD_BACK_CODE, "Hồng Ngự", province)
    villages = [
        unit("village", "Tổ dân phố" if number % 2 else "Khu phố", f"{HELD_BACK_CODE}-{number:02d}", name, commune)
        for number, name in enumerate(_names(chance, 9), start=1)
    ]
    streets = [
        f"{kind} {name}"
        for name in _names(chance, 150)
        for kind in [chance.choices(("đường", "phố", "hẻm", "kiệt", "ngõ"), (2, 2, 4, 1, 4))[0]]
    ]
    rows = connection.execute(
        "SELECT nextval('households_house_code_number') FROM generate_series(1, %s)", [HELD_BACK_HOUSES]
    ).fetchall()
    codes = house_codes([number for (number,) in rows])
    used: set[tuple[str, str]] = set()
    for code in codes:
        at = chance.randrange(len(streets))
        while (number := _number(chance), streets[at]) in used:
            pass
        used.add((number, streets[at]))
        connection.execute(
            "INSERT INTO households_house (id, code, commune_id, village_id, number, street, location, "
            "location_source, state, closed_reason, note, version, created_at, updated_at) "
            "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, "
            "ST_SetSRID(ST_MakePoint(%s, %s), 4326), 'import', 'active', '', '', 1, now(), now())",
            [code, commune, villages[at % 9], number, streets[at], 106.5 + at / 5000, 18.5 + len(used) / 90_000],
        )


def _names(chance: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(chance.sample(SYLLABLES, chance.choices((1, 2, 3), (1, 5, 2))[0]))] = None
    return list(found)


def _number(chance: random.Random) -> str:
    pieces = [str(chance.randrange(1, 260)) for _ in range(chance.choices((1, 2, 3), (12, 5, 1))[0])]
    return "/".join(pieces) + chance.choices(("", "A", "B", "-1"), (40, 2, 1, 1))[0]


def addressed(commune_code: str) -> list[tuple[str, Parts]]:
    """Code and parts of every house of a commune that has an address, by code."""
    from households.addresses import in_sentence
    from households.models import House

    rows = House.objects.filter(commune__code=commune_code).exclude(number="").exclude(street="")
    rows = rows.select_related("village", "commune__parent").order_by("code")
    return [(row.code, _parts(row, in_sentence)) for row in rows]


def _parts(row: Any, in_sentence: Any) -> Parts:
    units = (row.village, row.commune, row.commune.parent)
    return Parts(row.number, row.street, *(in_sentence(unit.full_name) for unit in units))
