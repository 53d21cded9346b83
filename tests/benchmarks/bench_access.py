"""What the wall around people costs at a million households, for an officer of a commune and one of the province.

`record`: the page of a house with its household, through the whole of Django. With: as it is. Without: no row-level
security on any table and no settings at the begin of transactions. `search`: names, telephones and addresses as the
search box asks for them. Without: the same statements written straight to the table, as if nothing were walled.
The two take turns, record by record, and each text by each.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.benchmarks import measure, million

RECORDS = 60
TEXTS = ("Nguyễn Văn An", "Tạ Trọng Yến", "lan 12 ngõ đình", "hoà làng 7", "nguyễn h", "0987", "qwrtzx vbnm")
WALLED = """
SELECT format('ALTER TABLE %%I.%%I %%s ROW LEVEL SECURITY', nspname, relname, %s::text)
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE relkind = 'r' AND relforcerowsecurity
"""


def run(report: measure.Report) -> None:
    """Fill a million houses, then open records and search with and without the wall."""
    with measure.owner_connection() as connection:
        million.fill(connection)
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    settings.REQUIRE_TOTP = False  # whose page it is, is asked all the same
    people = _people()
    record = {"with": [], "without": []}
    found = {"with": [], "without": []}
    for name, (user, client) in people.items():
        codes = _codes(user)
        for way, taken in _in_turn(lambda client=client, codes=codes: _records(client, codes), _no_wall):
            record[way].append((name, taken))
        for way, taken in _in_turn(lambda user=user: _searches(user), _straight_to_the_table):
            found[way].append((name, taken))
    for figure, taken in (("record", record), ("search", found)):
        for name in people:
            ours, against = (
                statistics.median(t for who, t in taken[way] if who == name) for way in ("with", "without")
            )
            yardstick = "the same without the wall"
            report(f"{figure}_with_over_without", "ms", ours, against, f"{yardstick}, {name}", million.HOUSES)


def _people() -> dict[str, tuple[Any, Any]]:
    """An officer of a commune in the countryside and one of the province, each with a browser signed in."""
    from django.test import Client

    from mapping.access import Role
    from mapping.models import Grant, Unit, User

    units = {
        "commune": (Unit.objects.communes().order_by("pk")[0], Role.COMMUNE_OFFICER),
        "province": (Unit.objects.get(kind="province"), Role.PROVINCE_OFFICER),
    }
    people = {}
    for name, (unit, role) in units.items():
        user = User.objects.filter(username=name).first() or User.objects.create_user(username=name)
        Grant.objects.get_or_create(user=user, unit=unit, role=role)
        client = Client()
        client.force_login(user)
        people[name] = (User.objects.get(pk=user.pk), client)
    return people


def _codes(user: Any) -> list[str]:
    from django.db import connection

    from mapping.access import Capability, scope_of

    units = sorted(scope_of(user, Capability.SEE_PEOPLE).unit_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM households_house WHERE commune_id = ANY(%s) ORDER BY md5(code) LIMIT %s", [units, RECORDS]
        )
        return [code for (code,) in cursor.fetchall()]


def _in_turn(way: Callable[[], float], other: Callable[[], Any]) -> Iterator[tuple[str, float]]:
    """Measure `way` inside the wall and, in the context `other`, without it, in turn; the first are no figures."""
    for number in range(measure.RUNS + 1):
        taken = way()
        with other():
            without = way()
        if number:
            yield "with", taken
            yield "without", without


def _records(client: Any, codes: list[str]) -> float:
    """Milliseconds a record."""
    start = time.perf_counter()
    for code in codes:
        response = client.get(f"/houses/{code}/")
        assert response.status_code == 200, response.status_code
    return (time.perf_counter() - start) * 1000 / len(codes)


def _searches(user: Any) -> float:
    """Milliseconds a search."""
    from households import search
    from mapping import wall

    start = time.perf_counter()
    with wall.acting(user):
        for text in TEXTS:
            search.find(user=user, text=text, limit=20)
    return (time.perf_counter() - start) * 1000 / len(TEXTS)


@contextmanager
def _no_wall() -> Iterator[None]:
    """Take row-level security off every table, and tell transactions nothing."""
    from mapping.walled_postgis.base import DatabaseWrapper

    tell = DatabaseWrapper.tell_who_acts
    DatabaseWrapper.tell_who_acts = lambda *_, **__: None  # type: ignore[method-assign]
    _row_security("DISABLE")
    try:
        yield
    finally:
        _row_security("ENABLE")
        DatabaseWrapper.tell_who_acts = tell  # type: ignore[method-assign]


def _row_security(word: str) -> None:
    with measure.owner_connection() as connection:
        for (statement,) in connection.execute(WALLED, [word]).fetchall():
            connection.execute(statement)


@contextmanager
def _straight_to_the_table() -> Iterator[None]:
    """Search households by plain statements in place of the function that scopes itself."""
    from households import search, search_rows

    function = search_rows.people
    search_rows.people = search.people_rows = _plain
    with _no_wall():
        try:
            yield
        finally:
            search_rows.people = search.people_rows = function


def _plain(
    cursor: Any,
    reach: Any,
    *,
    words: Any = None,
    needles: Any = None,
    phone_end: str | None = None,
    houses: Any = None,
    commune: int | None = None,
    sample: int | None = None,
    most: int,
) -> list[Any]:
    """What `search_rows.people` asks, with the reach as the only condition on place."""
    conditions, params = reach.where()
    source, before = "households_household x", []
    if sample is not None:
        here = "" if reach.communes is None else "WHERE commune_id = ANY(%s::bigint[])"
        before = [] if reach.communes is None else [reach.communes]
        source = f"(SELECT * FROM households_household {here} LIMIT {sample}) x"
    if words is not None:
        conditions += " AND array_to_tsvector(string_to_array(x.search_key, ' ')) @@ %s::tsquery"
        params.append(words.tsquery())
    for spellings in needles or ():
        conditions += f" AND ({' OR '.join(['strpos(%s || x.search_key || %s, %s) > 0'] * len(spellings))})"
        params += [part for spelling in spellings for part in (" ", " ", spelling)]
    if phone_end is not None:
        conditions += " AND x.phone <> '' AND right(x.phone, 4) = %s COLLATE \"C\" AND x.phone LIKE %s"
        params += [phone_end[-4:], f"%{phone_end}"]
    if houses is not None:
        conditions += " AND x.house_id = ANY(%s::uuid[])"
        params.append(houses)
    if commune is not None:
        conditions += " AND x.commune_id = %s::bigint"
        params.append(commune)
    cursor.execute(
        f"SELECT x.house_id, x.head_name, x.search_key FROM {source} WHERE {conditions} LIMIT {most}",
        [*before, *params],
    )
    return list(cursor.fetchall())
