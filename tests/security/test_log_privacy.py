"""The log holds no telephone number, no personal number and no name, whatever goes wrong."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from households.models import House, Household
from mapping.log_privacy import scrub
from tests import factories

NAME, PHONE, NUMBER = "Nguyễn Văn Bí Mật", "0987654321", "038090123456"
SECRETS = (NAME, "Bí Mật", PHONE, "0987 654 321", NUMBER, "654321")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the production's handler writes, at the level that says most."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    made = logging.config.DictConfigurator(dict(settings.LOGGING))
    handler.addFilter(made.configure_filter(settings.LOGGING["filters"]["without_people"]))
    handler.setFormatter(made.configure_formatter(settings.LOGGING["formatters"]["line"]))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def test_every_handler_of_the_server_looks_through_the_filter() -> None:
    for handler in settings.LOGGING["handlers"].values():
        assert handler["filters"] == ["without_people"] and handler["formatter"] == "line"


@pytest.mark.parametrize(
    "said",
    [
        f"calls {PHONE}", "calls +84 987 654 321", "calls 0987.654.321", f"number {NUMBER}", "038 090 123 456",
        f"Not Found: /houses/?q={NAME}", '"GET /houses/search.json?q=Nguy%E1%BB%85n HTTP/1.1" 200',
        f"Failing row contains (1, {NAME}, {PHONE}).", f"DETAIL:  Key (head_name)=({NAME}) already exists.",
        f"UPDATE ...; args=('{NAME}',)",
    ],
)  # fmt: skip
def test_what_carries_people_is_left_out(said: str) -> None:
    shown = scrub(said)
    assert not any(secret in shown for secret in (*SECRETS, "987 654", "Nguy%E1", "038 090")), shown


LINK_SECRET = "ab2c-de3f-gh4j-km5n-pq6r"


@pytest.mark.parametrize(
    "said",
    [
        f"A form was refused at /join/{LINK_SECRET}/: CSRF token missing.", f"Not Found: /join/{LINK_SECRET}/x/y?a=b",
        f'"GET /join/{LINK_SECRET} HTTP/1.1" 404 17', f"https://sonha.example/JOIN/{LINK_SECRET.upper()}/",
        f"Not Found: //join/{LINK_SECRET}%20/",
    ],
)  # fmt: skip
def test_a_link_that_lets_somebody_in_is_left_out(said: str) -> None:
    shown = scrub(said)
    assert "ab2c" not in shown.lower() and "pq6r" not in shown.lower(), shown
    assert "/join/…" in shown.lower()


def test_no_record_of_a_refused_form_or_a_dead_link_holds_the_links_secret(db: None, log: io.StringIO) -> None:
    Client(enforce_csrf_checks=True).post(f"/join/{LINK_SECRET}/", {"new_password1": "x"})
    Client().get(f"/join/{LINK_SECRET}/")
    Client().get(f"/join/{LINK_SECRET}/more/")
    assert "A form was refused at /join/…" in log.getvalue()
    assert "ab2c" not in log.getvalue() and "pq6r" not in log.getvalue()


def test_what_an_operator_needs_stays() -> None:
    for said in (
        "Not Found: /houses/123-456/", "job 01a21909-3a5c-7135-ae60-4ff553474715 failed",
        "2026-11-26 18:27:15 ERROR", "Listening on 127.0.0.1:8127", "1234567 rows",
    ):  # fmt: skip
        assert scrub(said) == said


def test_a_refused_row_does_not_show_itself(log: io.StringIO, commune: Any) -> None:
    house = factories.house(commune)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO households_household (id, house_id, commune_id, head_name, phone, size, note, version, "
                "created_at, updated_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, 99, '', 1, now(), now())",
                [house.pk, commune.pk, NAME, PHONE],
            )
    except IntegrityError:
        logging.getLogger("mapping.jobs").exception("Writing %s failed", {"head": 1})
    said = log.getvalue()
    assert "IntegrityError" in said and "test_log_privacy.py" in said and "[23514]" in said
    assert not any(secret in said for secret in SECRETS), said


def test_pages_searches_and_failures_log_no_people(
    log: io.StringIO, commune: Any, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    house: House = factories.house(commune)
    household: Household = factories.household(house, NAME, phone=PHONE, personal_number=NUMBER)
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    client.get("/houses/", {"q": NAME})
    client.get(f"/khong-co/?q={PHONE}")
    client.post(f"/households/{household.pk}/reveal/")
    client.post(f"/households/{household.pk}/edit/", {"head_name": NAME, "phone": "12"})

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError(f"cannot show {NAME}, {PHONE}")

    monkeypatch.setattr("households.views.houses.attach_people", fail)
    assert client.get(f"/houses/{house.code}/").status_code == 500
    said = log.getvalue()
    assert "ValueError" in said and "houses.py" in said
    assert not any(secret in said for secret in SECRETS), [line for line in said.splitlines() if "0987" in line][:3]
