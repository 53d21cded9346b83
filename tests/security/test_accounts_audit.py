"""What the audit tells about accounts, and what it must not keep."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from mapping import wall
from mapping.access import Role
from mapping.models import AccountLink, AuditEntry, Grant, Unit, User
from tests import factories
from tests.security.accounts import PASSWORD, give_phone, sign_in, type_password, wrong_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phones_are_asked_for(settings: Any) -> None:
    settings.REQUIRE_TOTP = True


def acts() -> QuerySet[AuditEntry]:
    """What people did, in order; changes of rows write themselves down besides."""
    return AuditEntry.objects.exclude(action__startswith="row.").order_by("id")


def told() -> list[tuple[str, str]]:
    """Action and subject of every act."""
    return list(acts().values_list("action", "subject"))


def test_ways_in_and_out_are_written_down_with_who_and_from_where(viewer: User, commune: Unit) -> None:
    client = Client(REMOTE_ADDR="192.0.2.1")
    type_password(client, "vy", "sai rồi")
    type_password(client, "vy")
    client.post("/sign-out/")
    assert told() == [("sign_in.failed", "vy"), ("sign_in", "vy"), ("sign_out", "vy")]
    failed, signed_in, _signed_out = acts()
    assert (failed.user_id, failed.address, failed.commune) == (None, "192.0.2.1", commune)
    assert (signed_in.user_id, signed_in.user_name) == (viewer.pk, "Trần Vy")


def test_a_typed_name_is_kept_only_when_there_is_such_an_account(viewer: User) -> None:
    type_password(Client(), "mật khẩu gõ nhầm ô", "vy")
    assert told() == [("sign_in.failed", "")]


def test_guesses_at_a_locked_name_fill_no_table(viewer: User) -> None:
    for guess in range(12):
        type_password(Client(), "vy", f"sai rồi {guess}")
    assert told() == [("sign_in.failed", "vy")] * 5


def test_the_second_step_tells_what_was_shown_and_what_failed(officer: User) -> None:
    phone = give_phone(officer)
    client = Client()
    type_password(client, "lan")
    client.post("/sign-in/code/", {"code": wrong_code(phone)})
    assert told()[-1] == ("sign_in.failed", "lan")
    assert acts().last().detail == {"step": "code"}
    assert ("sign_in", "lan") not in told()


def test_what_managers_do_is_seen_by_those_who_manage_there(officer: User, commune: Unit, stranger: User) -> None:
    head = factories.user("truong")
    Grant.objects.create(user=head, unit=factories.village(commune, 1), role=Role.VILLAGE_HEAD)
    give_phone(head)
    desk = Client()
    sign_in(desk, officer, give_phone(officer))
    data = {"full_name": "Đỗ Thị Quý", "username": "quy.do", "unit": commune.pk, "role": Role.VIEWER, "until": ""}
    desk.post(f"/people/invite/?unit={commune.code}", data)
    desk.post(f"/people/invitations/{AccountLink.objects.get().pk}/withdraw/")
    desk.post(f"/people/{head.pk}/way-back/")
    desk.post(f"/people/{head.pk}/reset-second-factor/")
    desk.post(f"/people/grants/{head.grants.get().pk}/end/")
    done = [
        ("invite", "quy.do"),
        ("invite.withdraw", "quy.do"),
        ("password.link", "truong"),
        ("second_factor.reset", "truong"),
        ("grant.end", "truong"),
    ]
    assert told()[-5:] == done
    assert {entry.user_id for entry in acts().reverse()[:5]} == {officer.pk}
    with wall.acting(officer):
        assert set(done) <= set(told())
    with wall.acting(stranger):
        assert not set(done) & set(told())


def test_no_entry_keeps_a_password_a_code_or_a_link(officer: User, commune: Unit) -> None:
    phone = give_phone(officer)
    desk = Client()
    sign_in(desk, officer, phone)
    data = {"full_name": "Đỗ Thị Quý", "username": "quy.do", "unit": commune.pk, "role": Role.VIEWER, "until": ""}
    slip = desk.post(f"/people/invite/?unit={commune.code}", data).content.decode()
    secret = slip.split("/join/")[1].split("/")[0]
    everything = " ".join(str(entry) for entry in AuditEntry.objects.values())
    assert secret not in everything
    assert PASSWORD not in everything
    assert phone.key not in everything
