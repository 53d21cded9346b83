"""The audit's own table: who reads, takes out and signs in is written down and stays written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from mapping import audit, wall
from mapping.models import AuditEntry, Unit, User
from tests import factories

pytestmark = pytest.mark.django_db


def entries() -> models.QuerySet[AuditEntry]:
    """What was recorded, without what the triggers wrote of the rows that the test made."""
    return AuditEntry.objects.exclude(action__startswith="row.")


def test_an_entry_says_who_from_where_and_why(commune: Unit, officer: User, rf: Any) -> None:
    request = rf.get("/houses/", REMOTE_ADDR="203.0.113.7")
    with wall.acting(officer, request=request, why="kiểm tra"):
        audit.record("export", subject="Xã Bình Minh", commune=commune, count=12, detail={"format": "xlsx"})
    entry = entries().get()
    assert (entry.user_id, entry.user_name, entry.address, entry.path) == (
        officer.pk,
        "Lê Thị Lan",
        "203.0.113.7",
        "/houses/",
    )
    assert (entry.why, entry.action, entry.count, entry.detail) == ("kiểm tra", "export", 12, {"format": "xlsx"})


def test_an_unknown_action_is_refused(commune: Unit) -> None:
    with pytest.raises(ValueError, match="announce it"):
        audit.record("nothing.known")


def test_whoever_sees_no_people_writes_entries_and_sees_their_own_alone(commune: Unit, officer: User) -> None:
    viewer = factories.user("vy", "Trần Vy", viewer_of=commune)
    with wall.acting(officer):
        audit.record("export", commune=commune)
    with wall.acting(viewer):
        audit.record("export", commune=commune)
        assert [entry.user_name for entry in entries()] == ["Trần Vy"]
    with wall.acting(officer):
        assert entries().count() == 2


def test_an_officer_sees_no_entries_of_another_commune(commune: Unit, officer: User, stranger: User) -> None:
    with wall.acting(stranger):
        audit.record("export", commune=Unit.objects.get(code="99002"))
    with wall.acting(officer):
        assert not entries().exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_yet_writes_without_a_transaction(commune: Unit, rf: Any) -> None:
    with wall.standing_as(wall.NOBODY):
        audit.record("sign_in.failed", subject="lan", request=rf.post("/sign-in/", REMOTE_ADDR="203.0.113.9"))
    with transaction.atomic():
        entry = entries().get()
    assert (entry.user_id, entry.address, entry.path) == (None, "203.0.113.9", "/sign-in/")


@pytest.mark.parametrize("statement", ["UPDATE mapping_auditentry SET why = ''", "DELETE FROM mapping_auditentry"])
def test_the_web_role_changes_and_deletes_no_entry(commune: Unit, statement: str) -> None:
    audit.record("export", commune=commune)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert entries().count() == 1


def test_a_second_look_within_minutes_is_the_same_reading(commune: Unit, officer: User, stranger: User) -> None:
    household = factories.household(factories.house(commune))
    for person in (officer, officer, stranger, officer):
        with wall.acting(person):
            audit.record("household.read", row_id=household.pk, commune=commune, once=True)
    assert sorted(entries().values_list("user_name", flat=True)) == ["Lê Thị Lan", "Phạm Văn Hùng"]
