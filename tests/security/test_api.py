"""The API: each caller gets what a page would show them, errors are sentences, and nothing makes it stumble."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from config.wsgi import application
from households.models import House
from mapping import api_keys, wall
from mapping.access import Role
from mapping.models import ApiKey, AuditEntry, Grant, Unit
from tests import factories

ROLES = ("anonymous", "nobody", *(role.value for role in Role))


@pytest.fixture
def houses(commune: Unit) -> list[House]:
    village = factories.village(commune, 1)
    made = [factories.house(commune, village=village, number=str(n), street="ngõ Đình") for n in (1, 2, 10)]
    factories.household(made[0], "Nguyễn Văn An", phone="0912345678")
    factories.household(factories.house(factories.neighbour_commune(), lng=105.86), "Trần Cúc")
    return made


def caller(role: str, commune: Unit) -> Client:
    """A program with a key of somebody in this role at the commune."""
    if role == "anonymous":
        return Client()
    user = factories.user(role)
    if role == Role.ADMINISTRATOR:
        user.is_superuser = True
        user.save()
    elif role == Role.PROVINCE_OFFICER:
        Grant.objects.create(user=user, unit=commune.parent, role=role)
    elif role == Role.VILLAGE_HEAD:
        Grant.objects.create(user=user, unit=factories.village(commune, 1), role=role)
    elif role != "nobody":
        Grant.objects.create(user=user, unit=commune, role=role)
    with wall.acting(user):
        _key, text = api_keys.give(user=user, name="thử", days=30)
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_a_commune_is_read_page_by_page(commune: Unit, houses: list[House]) -> None:
    client = caller(Role.COMMUNE_OFFICER, commune)
    seen, after = [], None
    while True:
        page = client.get("/api/houses", {"commune": "99001", "limit": 2} | ({"after": after} if after else {})).json()
        seen += page["houses"]
        after = page["next"]
        if after is None:
            break
    assert [house["code"] for house in seen] == sorted(house.code for house in houses)
    assert seen[0].keys() == {
        "code", "number", "street", "address", "commune", "village", "lng", "lat", "accuracy_m", "state", "version",
        "updated_at",
    }  # fmt: skip


def test_people_are_for_who_may_see_them_and_each_look_is_written_down(commune: Unit, houses: list[House]) -> None:
    address = f"/api/houses/{houses[0].code}/households"
    assert caller(Role.VIEWER, commune).get(address).status_code == 403
    assert caller(Role.SURVEYOR, commune).get(address).json()[0]["head_name"] == "Nguyễn Văn An"
    assert "0912345678" not in caller(Role.COMMUNE_OFFICER, commune).get(address).content.decode()
    assert AuditEntry.objects.filter(action="household.read").count() == 2
    foreign = House.objects.exclude(commune=commune).get()
    assert caller(Role.VILLAGE_HEAD, commune).get(f"/api/houses/{foreign.code}/households").status_code == 404


def test_a_house_is_changed_once_and_can_be_undone(commune: Unit, houses: list[House]) -> None:
    client = caller(Role.COMMUNE_OFFICER, commune)
    address = f"/api/houses/{houses[0].code}"

    def change(**values: Any) -> Any:
        return client.patch(address, json.dumps(values), content_type="application/json")

    answer = change(version=1, number="1A")
    assert (answer.status_code, answer.json()["number"], answer.json()["version"]) == (200, "1A", 2)
    late = change(version=1, number="1B")
    assert (late.status_code, late.json()["code"]) == (409, "version")
    wrong = change(version=2, village="nowhere")
    assert wrong.status_code == 400 and "nowhere" in wrong.json()["error"]
    assert change(version=2, number="x" * 21).json()["code"] == "invalid"
    assert House.objects.get(pk=houses[0].pk).number == "1A"
    assert caller(Role.SURVEYOR, commune).patch(address, "{}", content_type="application/json").status_code in (
        403,
        422,
    )


def test_search_finds_people_for_who_may_see_them(commune: Unit, houses: list[House]) -> None:
    def found(role: str) -> list[str]:
        return [house["code"] for house in caller(role, commune).get("/api/search", {"q": "van an"}).json()["houses"]]

    assert found(Role.COMMUNE_OFFICER) == [houses[0].code]
    assert found(Role.AGRONOMIST) == []


def test_a_session_needs_the_token_that_forms_have(officer: Any, houses: list[House]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.get("/api/me").json()["roles"][0]["role"] == "commune_officer"
    answer = client.patch(f"/api/houses/{houses[0].code}", '{"version": 1}', content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_key_is_shown_once_and_ends_when_it_is_revoked_or_its_owner_leaves(officer: Any) -> None:
    page = Client()
    page.force_login(officer)
    asked = {"name": "Bảng tính", "days": 30}
    assert "new-key" not in page.post("/account/keys/", asked | {"password": "sai"}).content.decode()
    shown = page.post("/account/keys/", asked | {"password": "mật khẩu thử"}).content.decode()
    text = shown.split('id="new-key">')[1].split("<")[0]
    assert text not in page.get("/account/keys/").content.decode()
    program = Client(headers={"Authorization": f"Bearer {text}"})
    assert program.get("/api/me").json()["username"] == "lan"
    assert program.get("/houses/").status_code == 302  # a key opens the API and nothing else
    key = ApiKey.objects.get()
    assert text.encode() not in bytes(key.key_hash)
    officer.is_active = False
    officer.save()
    assert program.get("/api/me").status_code == 401
    officer.is_active = True
    officer.save()
    page.force_login(officer)
    page.post(f"/account/keys/{key.pk}/revoke/")
    answer = program.get("/api/me")
    assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
    assert page.post(f"/account/keys/{key.pk}/revoke/").status_code == 404


def test_errors_speak_the_callers_language(commune: Unit) -> None:
    assert "Hãy đăng nhập" in Client().get("/api/me").json()["error"]
    english = Client(headers={"Accept-Language": "en"}).get("/api/me").json()["error"]
    assert "Please sign in" in english


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests that come through WSGI share the test's transaction, as those of Django's test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def addresses() -> set[str]:
    """Every address below /api/ that the server knows, but for the description and its folder."""
    found = set()

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif path.startswith("api/") and pattern.name not in ("openapi-json", "api-root"):
                found.add("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path))

    walk(get_resolver().url_patterns, "")
    return found


def test_every_address_is_in_the_description(db: None) -> None:
    assert set(Client().get("/api/schema/").json()["paths"]) == addresses()


@pytest.mark.parametrize("role", ROLES)
def test_whatever_the_description_allows_is_answered(role: str, commune: Unit, houses: list[House]) -> None:
    """Schemathesis asks every operation, found by itself in the description, with valid and invalid values."""
    client = caller(role, commune)
    headers = {"Authorization": client.headers["Authorization"]} if client.headers else {}
    schema = schemathesis.openapi.from_dict(Client().get("/api/schema/").json())
    schema.app = application
    asked = 0

    def ask(case: Any) -> None:
        nonlocal asked
        answer = case.call(headers=headers)
        asked += 1
        case.validate_response(answer, checks=[not_a_server_error])
        if answer.status_code == 200:
            case.validate_response(answer, checks=[response_schema_conformance])
        else:
            assert answer.json()["error"], answer.text

    often = hypothesis_settings(max_examples=12, suppress_health_check=list(HealthCheck), database=None)
    with one_connection():
        for found in schema.get_all_operations():
            often(given(case=found.ok().as_strategy())(ask))()
    assert asked > 50


def test_debug_is_off_so_that_errors_are_not_told(db: None) -> None:
    assert not settings.DEBUG


def test_the_caller_is_told_of_roles_that_hold_today(commune: Unit) -> None:
    client = caller(Role.VIEWER, commune)
    assert [role["role"] for role in client.get("/api/me").json()["roles"]] == ["viewer"]
    Grant.objects.update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    assert client.get("/api/me").json()["roles"] == []
