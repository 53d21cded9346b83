"""No row points at a parent that is not there, whoever writes it, whatever runs beside it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from psycopg import errors

from households.models import House, HouseExternalId, Household
from mapping.models import Unit, UnitKind
from tests import factories

HOUSES = """
INSERT INTO households_house (id, code, commune_id, village_id, number, street, location, location_source, state,
                              closed_reason, note, version, created_at, updated_at)
SELECT gen_random_uuid(), 100000000 + n, %(commune)s, %(parent)s, '', '', 'SRID=4326;POINT(105.81 19.67)', 'map',
       'active', '', '', 1, now(), now() FROM generate_series(1, %(count)s) n
"""
HOUSEHOLDS = """
INSERT INTO households_household (id, house_id, commune_id, head_name, phone, note, version, created_at, updated_at)
SELECT gen_random_uuid(), %(parent)s, %(commune)s, 'An', '', '', 1, now(), now() FROM generate_series(1, %(count)s)
"""
EXTERNAL_IDS = """
INSERT INTO households_houseexternalid (id, house_id, commune_id, scheme, value, version)
SELECT gen_random_uuid(), %(parent)s, %(commune)s, 'list', n, 1 FROM generate_series(1, %(count)s) n
"""
INSIDE = "-c sonha.sees=* -c sonha.edits=*"
CHILDREN = {"house of village": HOUSES, "household of house": HOUSEHOLDS, "id of house": EXTERNAL_IDS}


@contextmanager
def session() -> Iterator[psycopg.Connection]:
    """A connection of its own, as another web process has, inside the wall around people."""
    params = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}, options=INSIDE) as own:
        yield own


def wait_until_blocked(by: psycopg.Connection, who: psycopg.Connection) -> None:
    """Return when `who` waits for a lock that `by` holds."""
    asked = [by.info.backend_pid, who.info.backend_pid]
    for _ in range(20_000):
        if by.execute("SELECT %s = ANY(pg_blocking_pids(%s))", asked).fetchone() == (True,):
            return
    raise AssertionError("nobody waits")


@pytest.fixture(params=CHILDREN)
def family(request: Any, transactional_db: None) -> tuple[str, str, dict[str, Any]]:
    """A childless parent: SQL that gives it children, SQL that deletes it, and their parameters."""
    commune = factories.commune()
    if "village" in request.param:
        # One without an outline, as nothing else then holds it.
        bare = Unit.objects.create(
            kind=UnitKind.VILLAGE, code="99001-03", name="Trơn", parent=commune, vn2000_srid=5897
        )
        parent, table = bare.pk, "mapping_unit"
    else:
        parent, table = factories.house(commune).pk, "households_house"
    return (
        CHILDREN[request.param],
        f"DELETE FROM {table} WHERE id = %(parent)s",
        {"parent": parent, "commune": commune.pk},
    )


@pytest.mark.parametrize("count", [1, 300])
def test_a_deletion_waits_for_children_under_way_and_then_fails(family: Any, count: int) -> None:
    insert, delete, params = family
    with session() as giver, session() as taker, ThreadPoolExecutor(1) as thread:
        giver.execute(insert, {**params, "count": count})
        deletion = thread.submit(_delete_and_commit, taker, delete, params)
        wait_until_blocked(giver, taker)
        giver.commit()
        with pytest.raises(errors.ForeignKeyViolation):
            deletion.result()
    assert _is_there(params["parent"])


@pytest.mark.parametrize("count", [1, 300])
@pytest.mark.parametrize("is_kept", [False, True])
def test_children_wait_for_a_deletion_under_way_and_miss_their_parent(family: Any, count: int, is_kept: bool) -> None:
    insert, delete, params = family
    with session() as giver, session() as taker, ThreadPoolExecutor(1) as thread:
        taker.execute(delete, params)
        giving = thread.submit(giver.execute, insert, {**params, "count": count})
        wait_until_blocked(taker, giver)
        if is_kept:
            taker.rollback()
            assert giving.result().rowcount == count
        else:
            taker.commit()
            with pytest.raises(errors.ForeignKeyViolation):
                giving.result()
    assert _is_there(params["parent"]) == is_kept


def _is_there(parent: uuid.UUID | int) -> bool:
    model = Unit if isinstance(parent, int) else House
    return model.objects.filter(pk=parent).exists()


def _delete_and_commit(own: psycopg.Connection, delete: str, params: dict[str, Any]) -> None:
    own.execute(delete, params)
    own.commit()


def test_a_parent_with_children_is_not_deleted_by_plain_sql(family: Any) -> None:
    insert, delete, params = family
    with session() as own:
        own.execute(insert, {**params, "count": 2})
        own.commit()
        with pytest.raises(errors.ForeignKeyViolation):
            _delete_and_commit(own, delete, params)


def test_a_deletion_is_judged_when_its_transaction_ends(family: Any) -> None:
    insert, delete, params = family
    with session() as own:
        own.execute(insert, {**params, "count": 1})
        own.execute(delete, params)
        own.execute("DELETE FROM households_household")
        own.execute("DELETE FROM households_houseexternalid")
        own.execute("DELETE FROM households_house")
        own.commit()


def test_children_of_a_parent_made_in_the_same_transaction_are_taken(commune: Unit) -> None:
    """Whether it was made inside a savepoint or not."""
    home = factories.house(commune)
    factories.household(home, "Một")
    other = House(commune=commune, code="900000001", location=home.location, location_source="map")
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT inside")
        other.save(force_insert=True)
        cursor.execute("RELEASE SAVEPOINT inside")
    factories.household(other, "Hai")
    assert Household.objects.count() == 2


NOWHERE = uuid.UUID("01900000-0000-7000-8000-ffffffffffff")


@pytest.mark.parametrize(
    "write",
    [
        lambda commune, home: Household.objects.filter(house=home).update(house_id=NOWHERE),
        lambda commune, home: HouseExternalId.objects.filter(house=home).update(house_id=NOWHERE),
        lambda commune, home: House.objects.filter(pk=home.pk).update(village_id=0),
        lambda commune, home: House.objects.filter(pk=home.pk).update(commune_id=0),
        lambda commune, home: Household.objects.bulk_create(
            Household(house_id=key, commune=commune, head_name="An") for key in (home.pk, NOWHERE)
        ),
        lambda commune, home: connection.cursor().execute("UPDATE households_house SET id = %s", [NOWHERE]),
        lambda commune, home: connection.cursor().execute("UPDATE mapping_unit SET id = id + 1000"),
        lambda commune, home: connection.cursor().execute("TRUNCATE households_house CASCADE"),
    ],
)
def test_nothing_is_pointed_at_a_parent_that_is_not_there(
    transactional_db: None, write: Callable[[Unit, House], object]
) -> None:
    commune = factories.commune()
    home = factories.house(commune, village=factories.village(commune))
    factories.household(home)
    HouseExternalId.objects.create(house=home, commune=commune, scheme="list", value="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        write(commune, home)


def test_a_transaction_that_cannot_see_new_children_deletes_no_parent(transactional_db: None) -> None:
    commune = factories.commune()
    home = factories.house(commune)
    with session() as own:
        own.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        own.execute("SELECT 1 FROM households_house")
        factories.household(home)
        own.execute("DELETE FROM households_house")
        with pytest.raises(errors.FeatureNotSupported):
            own.commit()
    with transaction.atomic():
        assert Household.objects.get().house == home
