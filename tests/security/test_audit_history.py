"""Every change of a row leaves an event, however it was made: who, from where, why, and what stood there before."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import uuid_utils.compat as uuid_utils
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from households import codes
from households.models import (
    Correction,
    CorrectionEvent,
    House,
    HouseEvent,
    HouseExternalId,
    Household,
    HouseholdEvent,
    LocationSource,
    PlateEvent,
    ResidentSecretEvent,
)
from mapping import history, wall
from mapping.access import Role
from mapping.models import AuditEntry, Grant, GrantEvent, Unit, User
from tests import factories

pytestmark = pytest.mark.django_db
EVENTS = tuple(sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "pgh_tracked_model", None)))


def labels(events: Any) -> list[str]:
    """What happened, the earliest first."""
    return list(events.order_by("pgh_id").values_list("pgh_label", flat=True))


def new_houses(commune: Unit, count: int, *, first: int) -> list[House]:
    """Houses that are not in the database yet."""
    return [
        House(
            commune=commune,
            location=Point(*factories.CENTRE, srid=4326),
            location_source=LocationSource.MAP,
            code=codes.house_code(first + number),
        )
        for number in range(count)
    ]


@contextmanager
def owner_line() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the tables' owner to the same database."""
    from config.settings import database_of

    owner = database_of("owner")
    with psycopg.connect(
        dbname=connection.settings_dict["NAME"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"],
    ) as line:
        yield line


def test_events_say_who_from_where_and_why_and_what_stood_there_before(commune: Unit, officer: User, rf: Any) -> None:
    request = rf.post("/houses/add/", REMOTE_ADDR="203.0.113.7")
    with wall.acting(officer, request=request, why="theo đơn"):
        household = factories.household(factories.house(commune), head_name="Nguyễn Văn An")
        household.head_name = "Nguyễn Thị Bình"
        household.save()
        household.delete()
    added, changed, deleted = HouseholdEvent.objects.order_by("pgh_id")
    assert (added.pgh_label, changed.pgh_label, deleted.pgh_label) == ("insert", "update", "delete")
    assert (added.head_name, changed.head_name, deleted.head_name) == (None, "Nguyễn Văn An", "Nguyễn Thị Bình")
    for event in (added, changed, deleted):
        assert event.pgh_context == {
            "user": officer.pk,
            "name": "Lê Thị Lan",
            "address": "203.0.113.7",
            "path": "/houses/add/",
            "why": "theo đơn",
        }
        assert event.pgh_commune_id == commune.pk


def test_many_rows_at_once_leave_events(commune: Unit, officer: User) -> None:
    with wall.acting(officer, why="nhiều"):
        House.objects.bulk_create(new_houses(commune, 3, first=70_000_000))
        House.objects.filter(commune=commune).update(note="ngõ mới")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE households_house SET street = 'ngõ Đình' WHERE commune_id = %s", [commune.pk])
            cursor.execute("DELETE FROM households_house WHERE commune_id = %s", [commune.pk])
    events = HouseEvent.objects.all()
    assert sorted(labels(events)) == ["delete"] * 3 + ["insert"] * 3 + ["update"] * 6
    assert {event.pgh_context["why"] for event in events} == {"nhiều"}
    assert {event.note for event in events.filter(pgh_label="delete")} == {"ngõ mới"}


def test_copy_leaves_an_event_of_every_row(commune: Unit, officer: User) -> None:
    ids = [uuid_utils.uuid7() for _ in range(2_500)]
    villages = [factories.village(commune, number).pk for number in (1, 2)]
    with (
        wall.acting(officer, why="sao chép"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(
            "COPY households_house (id, code, commune_id, village_id, number, street, location, location_source, "
            "state, closed_reason, note, version, created_at, updated_at) FROM STDIN"
        ) as copy,
    ):
        for number, house_id in enumerate(ids):
            village = villages[number % 2] if number % 5 else None
            copy.write_row((
                house_id, codes.house_code(71_000_000 + number), commune.pk, village, "", "",
                "SRID=4326;POINT(105.81 19.67)", "map", "active", "", "", 1, "2026-01-01", "2026-01-01",
            ))  # fmt: skip
    assert HouseEvent.objects.count() < 10, "rows that came together share events"
    for house_id in (ids[0], ids[1], ids[1234], ids[-1]):
        (event,) = history.of_row(HouseEvent, house_id)
        assert (event.pgh_label, event.pgh_context["why"], event.pgh_context["name"]) == (
            "insert",
            "sao chép",
            "Lê Thị Lan",
        )
        assert event.pgh_village_id == House.objects.get(pk=house_id).village_id
    assert sum(len(event.pgh_objs) for event in HouseEvent.objects.all()) == len(ids)
    assert not history.of_row(HouseEvent, uuid_utils.uuid7())
    entry = AuditEntry.objects.get(action="row.insert", table="households_house")
    assert (entry.count, entry.commune_id) == (len(ids), commune.pk)


def test_what_hangs_on_a_house_and_grants_leave_events(commune: Unit, officer: User) -> None:
    house = factories.house(commune, village=factories.village(commune))
    HouseExternalId.objects.create(house=house, commune=commune, scheme="land", value="12")
    plate = factories.plate(house)
    plate.state = "revoked"
    plate.save()
    assert labels(PlateEvent.objects.filter(pgh_obj=plate.pk)) == ["insert", "update"]
    event = PlateEvent.objects.first()
    assert event is not None and (event.pgh_commune_id, event.pgh_village_id) == (commune.pk, house.village_id)
    grant = Grant.objects.create(user=officer, unit=commune, role=Role.VIEWER)
    Grant.objects.filter(pk=grant.pk).update(role=Role.SURVEYOR)
    before = GrantEvent.objects.get(pgh_obj=grant.pk, pgh_label="update")
    assert (before.role, before.pgh_commune_id) == (Role.VIEWER, commune.pk)


def test_an_insert_that_becomes_an_update_leaves_the_row_before(commune: Unit) -> None:
    household = factories.household(factories.house(commune), head_name="Nguyễn Văn An")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO households_household (id, house_id, commune_id, head_name, phone, note, version, created_at, "
            "updated_at) SELECT id, house_id, commune_id, 'Trần Thị Cúc', '', '', 2, now(), now() "
            "FROM households_household WHERE id = %s ON CONFLICT (id) DO UPDATE SET head_name = excluded.head_name",
            [household.pk],
        )
    assert labels(HouseholdEvent.objects.all()) == ["insert", "update"]
    assert HouseholdEvent.objects.get(pgh_label="update").head_name == "Nguyễn Văn An"


def test_events_of_people_stand_behind_the_wall(commune: Unit, officer: User, stranger: User) -> None:
    factories.household(factories.house(commune))
    for person, seen in ((officer, 1), (stranger, 0), (factories.user("vy", viewer_of=commune), 0)):
        with wall.acting(person):
            assert HouseholdEvent.objects.count() == seen, person
    head = factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(commune))
    factories.household(factories.house(commune, village=factories.village(commune)))
    with wall.acting(head):
        assert HouseholdEvent.objects.count() == 1


@pytest.mark.parametrize("table", EVENTS)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET pgh_label = ''", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"]
)
def test_the_web_and_worker_roles_have_no_privilege_to_touch_an_event(
    commune: Unit, table: str, statement: str
) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(rolname, %s, 'UPDATE') OR has_table_privilege(rolname, %s, 'DELETE') "
            "OR has_table_privilege(rolname, %s, 'INSERT') "
            "FROM pg_roles WHERE rolname IN ('sonha_web', 'sonha_worker')",
            [table] * 3,
        )
        assert cursor.fetchall() == [(False,), (False,)]


@pytest.mark.parametrize("table", [*EVENTS, "mapping_auditentry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_trigger_refuses_even_the_owner(commune: Unit, table: str, statement: str) -> None:
    with owner_line() as line:
        for trigger in ("is_append_only", "is_never_emptied"):  # transactional tests empty tables
            line.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_{trigger}")
        key = "id" if table == "mapping_auditentry" else "pgh_id"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added"):
            line.execute(statement.format(table, key, key))
        line.rollback()


def test_no_role_of_the_pages_was_given_the_right_to_empty_tables() -> None:
    from tests import conftest

    assert conftest.TRUNCATABLE_BEFORE_TESTS == []


@pytest.mark.django_db(transaction=True)
def test_requests_of_two_people_at_once_keep_their_own_names(commune: Unit, officer: User, stranger: User) -> None:
    homes = {
        officer: [factories.house(commune) for _ in range(4)],
        stranger: [factories.house(Unit.objects.get(code="99002"), lng=factories.CENTRE[0] + 0.05) for _ in range(4)],
    }
    barrier = threading.Barrier(2)
    failures: list[str] = []

    def work(person: User) -> None:
        client = Client()
        client.force_login(person)
        try:
            for house in homes[person]:
                barrier.wait(timeout=20)
                answer = client.post(
                    f"/houses/{house.code}/households/add/", {"head_name": f"Hộ của {person.username}"}
                )
                if answer.status_code != 302:
                    failures.append(f"{answer.status_code} {answer.content[:500]!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(person,)) for person in homes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with transaction.atomic():
        for person in homes:
            mine = Household.objects.filter(head_name=f"Hộ của {person.username}").values_list("pk", flat=True)
            assert len(mine) == 4
            contexts = HouseholdEvent.objects.filter(pgh_obj__in=list(mine)).values_list("pgh_context", flat=True)
            assert [context["user"] for context in contexts] == [person.pk] * 4


def test_what_a_household_writes_leaves_events_without_its_secret(commune: Unit) -> None:
    household = factories.household(factories.house(commune))
    with wall.acting_as_household(household.pk, request=RequestFactory().post("/ho/correction/")):
        wish = Correction.objects.create(household=household, field="size", before="3", wanted="4")
    Correction.objects.filter(pk=wish.pk).update(answer="Đã sửa")
    added, answered = CorrectionEvent.objects.order_by("pgh_id")
    assert (added.pgh_label, added.pgh_context["household"]) == ("insert", str(household.pk))
    assert (answered.wanted, answered.answer, answered.pgh_commune_id) == ("4", "", commune.pk)
    assert "digest" not in {field.name for field in ResidentSecretEvent._meta.get_fields()}


def test_every_table_of_events_is_filled_by_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(encode(tgargs, 'escape'), '\\000', 1), count(*) FROM pg_trigger "
            "WHERE tgfoid IN ('sonha_keep_history'::regproc, 'sonha_keep_account_history'::regproc) "
            "AND tgargs NOT LIKE '\\000%' GROUP BY 1"
        )
        assert dict(cursor.fetchall()) == dict.fromkeys(EVENTS, 3)


def test_a_change_by_hand_in_the_database_names_the_role(commune: Unit) -> None:
    house = factories.house(commune)
    with wall.standing_as(wall.NOBODY), connection.cursor() as cursor:
        cursor.execute("UPDATE households_house SET note = 'x' WHERE id = %s", [house.pk])
    event = HouseEvent.objects.get(pgh_label="update")
    assert event.pgh_context == {"name": "sonha_web"}
    assert isinstance(event.pgh_obj_id, uuid.UUID)
