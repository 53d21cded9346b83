"""Whatever becomes of an account, a key or a phone is written down, in the admin and by hand in the database too."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from mapping import api_keys, wall
from mapping.accounts import links, second_factor
from mapping.models import AccountLinkEvent, ApiKeyEvent, AuditEntry, Unit, User, UserEvent
from tests.security.accounts import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("quantri", password=PASSWORD, full_name="Nguyễn Quân")


@pytest.fixture
def administration(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def entries(table: str, person: User) -> list[tuple[str, Any]]:
    """What the audit tells of the rows of a table that are about a person."""
    told = AuditEntry.objects.filter(table=table, subject=person.username).order_by("id")
    return [(entry.action, entry.detail.get("changed")) for entry in told]


def account_form(person: User, **changed: Any) -> dict[str, Any]:
    """What the account's page in the admin sends."""
    inline = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    return {"username": person.username, "full_name": person.full_name, "is_active": "on", **inline, **changed}


def test_an_administrator_made_in_the_admin_is_written_down(administration: Client, boss: User, viewer: User) -> None:
    address = f"/admin/mapping/user/{viewer.pk}/change/"
    assert administration.post(address, account_form(viewer, is_superuser="on")).status_code == 302
    act = AuditEntry.objects.get(action="account.change")
    assert (act.user_id, act.subject, act.detail) == (boss.pk, "vy", {"changed": "is_superuser=True"})
    event = UserEvent.objects.filter(pgh_obj=viewer.pk, pgh_label="update").first()
    assert event.is_superuser is False and event.pgh_context["user"] == boss.pk
    assert ("row.update", ["is_superuser"]) in entries("mapping_user", viewer)


def test_nobody_sets_anothers_password_or_deletes_an_account_in_the_admin(
    administration: Client, viewer: User, boss: User
) -> None:
    before = viewer.password
    new = {"password1": "trâu vàng đi xe đạp", "password2": "trâu vàng đi xe đạp", "usable_password": "true"}
    answer = administration.post(f"/admin/mapping/user/{viewer.pk}/password/", new)
    assert answer["Location"] == f"/people/{viewer.pk}/"
    assert administration.post(f"/admin/mapping/user/{boss.pk}/password/", new)["Location"] == "/account/password/"
    assert administration.post(f"/admin/mapping/user/{viewer.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": viewer.pk, "post": "yes"}
    administration.post("/admin/mapping/user/", chosen)
    viewer.refresh_from_db()
    assert viewer.password == before


def test_accounts_changed_by_hand_leave_a_trace_and_no_secret(viewer: User) -> None:
    with wall.standing_as(wall.NOBODY), connection.cursor() as cursor:
        cursor.execute("UPDATE mapping_user SET password = 'x', is_superuser = true WHERE id = %s", [viewer.pk])
        cursor.execute("UPDATE mapping_user SET last_login = now() WHERE id = %s", [viewer.pk])
    assert entries("mapping_user", viewer)[1:] == [("row.update", ["is_superuser", "password"])]
    event = UserEvent.objects.filter(pgh_obj=viewer.pk).first()
    assert (event.pgh_context, event.username, event.is_superuser) == ({"name": "sonha_web"}, "vy", False)
    names = {field.name for model in (UserEvent, ApiKeyEvent, AccountLinkEvent) for field in model._meta.get_fields()}
    assert not names & {"password", "key_hash", "digest", "key"}


def test_keys_links_and_phones_leave_a_trace(viewer: User, boss: User, commune: Unit) -> None:
    with wall.acting(boss):
        key, _text = api_keys.give(user=viewer, name="bản đồ", days=30)
        api_keys.revoke(user=viewer, key_id=key.pk)
        links.way_back(manager=boss, person=viewer)
        second_factor.to_set_up(viewer)
        TOTPDevice.objects.filter(user=viewer).update(confirmed=True)
        TOTPDevice.objects.filter(user=viewer).update(drift=1)
        second_factor.reset(viewer)
    assert entries("mapping_apikey", viewer) == [("row.insert", None), ("row.update", ["revoked_at"])]
    assert entries("mapping_accountlink", viewer) == [("row.insert", None)]
    assert entries("otp_totp_totpdevice", viewer) == [("row.update", ["confirmed"]), ("row.delete", None)]
    assert [event.pgh_label for event in ApiKeyEvent.objects.order_by("pgh_id")] == ["insert", "update"]
    assert AccountLinkEvent.objects.get().pgh_context["user"] == boss.pk


@pytest.mark.parametrize("statement", ["DELETE FROM django_admin_log", "UPDATE django_admin_log SET object_repr = ''"])
def test_the_admins_own_log_only_grows(administration: Client, viewer: User, statement: str) -> None:
    administration.post(f"/admin/mapping/user/{viewer.pk}/change/", account_form(viewer, full_name="Trần Vy Vy"))
    assert LogEntry.objects.count() == 1
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
