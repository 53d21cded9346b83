"""Undo: everything back as it was, or nothing and a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from households.models import House, Household
from mapping import changes, wall
from mapping.errors import Conflict
from mapping.models import Unit
from tests import factories

HOUSE, HOUSEHOLD = House._meta.db_table, Household._meta.db_table


@transaction.atomic
def renumber(house: House, number: str, user: Any) -> Any:
    changeset = changes.begin(kind="house.edit", subject=str(house), commune=house.commune, user=user)
    changes.remember(changeset, HOUSE, [house.pk])
    House.objects.filter(pk=house.pk).update(number=number, version=F("version") + 1)
    changes.seal(changeset)
    return changeset


def test_undo_restores_a_changed_row_to_the_last_digit_of_its_point(commune: Unit, officer: Any) -> None:
    house = factories.house(commune, lng=105.812345678901234, lat=19.671234567890123, number="12", note="cạnh đình")
    changeset = renumber(house, "14", officer)
    House.objects.filter(pk=house.pk).update(location=factories.Point(105.8, 19.6, srid=4326))
    assert changes.undo(changeset=changeset, user=officer) == 1
    restored = House.objects.get(pk=house.pk)
    assert (restored.number, restored.note, restored.code) == ("12", "cạnh đình", house.code)
    assert restored.location.coords == house.location.coords
    assert restored.version > 2
    changeset.refresh_from_db()
    assert changeset.undone_by == officer


def test_undo_removes_what_was_added_and_brings_back_what_was_deleted(commune: Unit, officer: Any) -> None:
    kept = factories.household(factories.house(commune), head_name="Lê Thị Hoà", phone="0912345678")
    with transaction.atomic():
        changeset = changes.begin(kind="house.split", subject="", commune=commune, user=officer)
        new = factories.house(commune, lng=105.811)
        changes.added(changeset, HOUSE, [new.pk])
        changes.remember(changeset, HOUSEHOLD, [kept.pk])
        Household.objects.filter(pk=kept.pk).delete()
        changes.seal(changeset)
    assert changes.undo(changeset=changeset, user=officer) == 2
    assert not House.objects.filter(pk=new.pk).exists()
    back = Household.objects.get(pk=kept.pk)
    assert (back.head_name, back.phone, back.house_id) == ("Lê Thị Hoà", "0912345678", kept.house_id)


def test_undo_of_a_row_that_moved_on_is_refused_and_changes_nothing(commune: Unit, officer: Any) -> None:
    house, other = factories.house(commune, number="1"), factories.house(commune, number="5", lng=105.811)
    with transaction.atomic():
        changeset = changes.begin(kind="house.edit", subject="", commune=commune, user=officer)
        changes.remember(changeset, HOUSE, [house.pk, other.pk])
        House.objects.filter(pk__in=[house.pk, other.pk]).update(number="9", version=F("version") + 1)
        changes.seal(changeset)
    renumber(house, "11", officer)
    with pytest.raises(Conflict, match="1 nhà"):
        changes.undo(changeset=changeset, user=officer)
    assert set(House.objects.values_list("number", flat=True)) == {"11", "9"}


def test_undo_twice_is_refused(commune: Unit, officer: Any) -> None:
    changeset = renumber(factories.house(commune, number="1"), "2", officer)
    changes.undo(changeset=changeset, user=officer)
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        changes.undo(changeset=changeset, user=officer)


def test_undo_waits_for_an_edit_that_is_about_to_commit_and_then_refuses(
    transactional_db: None, commune: Unit, officer: Any
) -> None:
    house = factories.house(commune, number="12")
    changeset = renumber(house, "14", officer)
    editor = connections["default"].copy()
    undone: list[str] = []

    def undo() -> None:
        try:
            with wall.acting(officer):
                changes.undo(changeset=changeset, user=officer)
            undone.append("undone")
        except Conflict as refusal:
            undone.append(refusal.code)
        finally:
            connection.close()

    thread = threading.Thread(target=undo)
    try:
        with transaction_of(editor) as cursor:
            cursor.execute(
                "UPDATE households_house SET number = 'KEEP', version = version + 1 WHERE id = %s", [house.pk]
            )
            thread.start()
            wait_until_blocked(cursor)
        thread.join()
    finally:
        editor.close()
    assert undone == ["moved_on"]
    assert House.objects.get(pk=house.pk).number == "KEEP"


@contextmanager
def transaction_of(line: Any) -> Iterator[Any]:
    """A transaction on a connection of its own, committed at the end of the block."""
    line.set_autocommit(False)
    with line.cursor() as cursor:
        yield cursor
    line.commit()


def wait_until_blocked(cursor: Any) -> None:
    """Return when some other connection waits for a lock that this one holds."""
    for _ in range(1000):
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        if cursor.fetchone()[0]:
            return
        cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nothing waited for the lock")
