"""A key of the API opens no more than its owner's sign-in would, and outlives no recovery of the account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mapping import api_keys, wall
from mapping.accounts import second_factor
from mapping.models import ApiKey, AuditEntry, User
from tests.security.accounts import NEW_PASSWORD, PASSWORD, give_phone, link_in, sign_in, type_password

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phones_are_asked_for(settings: Any) -> None:
    settings.REQUIRE_TOTP = True


@pytest.fixture
def desk(officer: User) -> Client:
    """The officer, signed in with both steps."""
    client = Client()
    sign_in(client, officer, give_phone(officer))
    return client


def make_key(client: Client) -> str:
    """Make a key on its page and return its text."""
    page = client.post("/account/keys/", {"name": "bản đồ", "days": "30", "password": PASSWORD})
    found = re.search(r"sonha_[\w-]+", page.content.decode())
    assert found, page.content.decode()
    return found[0]


def opens(key: str) -> bool:
    """Whether the key opens anything."""
    return Client(headers={"Authorization": f"Bearer {key}"}).get("/api/me").status_code == 200


def test_a_key_of_an_officer_needs_the_phone_when_it_is_made_and_while_it_is_used(desk: Client, officer: User) -> None:
    key = make_key(desk)
    assert opens(key)
    with wall.acting(officer):
        _key, by_password_alone = api_keys.give(user=officer, name="mật khẩu bị lộ", days=30)
    assert not opens(by_password_alone)
    second_factor.reset(officer)
    assert not opens(key)


def test_a_viewer_who_needs_no_phone_needs_none_for_a_key(viewer: User) -> None:
    client = Client()
    type_password(client, "vy")
    assert opens(make_key(client))


def test_all_keys_end_with_the_password(viewer: User) -> None:
    client = Client()
    type_password(client, "vy")
    key = make_key(client)
    new = {"password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    page = client.post("/account/password/", new, follow=True)
    assert "khóa API của bạn cũng đã bị thu hồi" in page.content.decode()
    assert not opens(key)
    assert AuditEntry.objects.filter(action="api_key.revoke", subject="bản đồ").exists()


def test_all_keys_end_when_somebody_above_helps_back_in(desk: Client, viewer: User) -> None:
    client = Client()
    type_password(client, "vy")
    key = make_key(client)
    slip = desk.post(f"/people/{viewer.pk}/way-back/")
    assert opens(key), "a link that nobody used changes nothing"
    Client().post(link_in(slip), {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD})
    assert not opens(key)


def test_all_keys_end_when_the_phone_is_reset(desk: Client, viewer: User) -> None:
    give_phone(viewer)
    with wall.acting(viewer):
        _key, key = api_keys.give(user=viewer, name="thử", days=30)
    assert opens(key)
    assert desk.post(f"/people/{viewer.pk}/reset-second-factor/").status_code == 302
    assert not opens(key)
    assert ApiKey.objects.get().revoked_at <= timezone.now()
