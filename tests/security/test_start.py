"""A server starts with settings that keep people's data, or says in one sentence why it does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.start_rules import is_public, refuse_former_hosts, refuse_weak_key, refuse_wrong_combinations
from tests.mapping.test_settings import PRODUCTION, ROOT, check

KEY = PRODUCTION["SONHA_SECRET_KEY"]


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Load the WSGI application as the web server does, with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SONHA_", "DJANGO_ALLOW"))}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import config.wsgi"],
        cwd=ROOT,
        env={**kept, **variables},
        capture_output=True,
        text=True,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""


def test_a_desk_and_a_real_server_start() -> None:
    for variables in ({}, PRODUCTION, {"SONHA_DEBUG": "True", "SONHA_HOSTS": "localhost,192.168.1.20"}):
        done = start(**variables)
        assert done.returncode == 0, f"{variables}: {last_line(done)}"


@pytest.mark.parametrize(
    ("hosts", "flags", "says"),
    [
        ("sonha.example.vn", {"debug": True}, "SONHA_DEBUG=True with SONHA_HOSTS=sonha.example.vn"),
        ("203.113.1.9", {"debug": True}, "a public server must not show its insides"),
        ("localhost", {"debug": True, "https": True}, "SONHA_DEBUG=True with SONHA_HTTPS=True"),
        ("localhost", {"debug": True, "behind_proxy": True}, "SONHA_DEBUG=True with SONHA_BEHIND_PROXY=True"),
        ("sonha.example.vn", {}, "SONHA_HOSTS=sonha.example.vn without SONHA_HTTPS=True"),
        ("localhost,sonha.example.vn", {"behind_proxy": True}, "without SONHA_HTTPS=True"),
        ("*", {"https": True}, "SONHA_HOSTS=*: name each host"),
        ("*", {"debug": True}, "SONHA_HOSTS=*: name each host"),
        ("*.example.vn", {"https": True}, "name each host"),
        ("https://sonha.example.vn", {"https": True}, "write the host alone"),
        ("", {}, "SONHA_HOSTS is empty"),
    ],
)
def test_what_gives_data_away_is_refused(hosts: str, flags: dict[str, bool], says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(says)):
        refuse_wrong_combinations(
            hosts=hosts.split(",") if hosts else [],
            **{"debug": False, "https": False, "behind_proxy": False} | flags,
        )


@pytest.mark.parametrize("host", ["https://cu.example.vn", "cu.example.vn:443", "*", "*.vn", "10.0.0.1", "cu", "cu/x"])
def test_what_no_plate_can_bear_is_no_former_host(host: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(f"SONHA_FORMER_PLATE_HOSTS={host}")):
        refuse_former_hosts(["so.example.vn", host])
    refuse_former_hosts(["so.example.vn", "cu-2019.sonha.example.vn"])


def test_a_former_host_of_plates_goes_on_answering_over_https() -> None:
    """Its pages open, its forms are taken, its browsers are told to keep to https; a host of nobody is refused."""
    asked = """
import config.wsgi
from django.conf import settings
from django.http.request import validate_host
from django.test import Client
assert settings.CSRF_TRUSTED_ORIGINS == ["https://sonha.example.vn", "https://cu.example.vn"], "origins"
for host in ("cu.example.vn", "sonha.example.vn"):
    answer = Client(headers={"host": host, "x-forwarded-proto": "https"}).get("/favicon.ico")
    assert answer.status_code != 400 and "Strict-Transport-Security" in answer.headers, host
assert not validate_host("khac.example.vn", settings.ALLOWED_HOSTS), "a stranger"
"""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SONHA_", "DJANGO_ALLOW"))}
    variables = PRODUCTION | {"SONHA_FORMER_PLATE_HOSTS": "CU.example.vn, sonha.example.vn"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", asked],
        cwd=ROOT,
        env={**kept, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, last_line(done)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("short", "it has 5 characters, and needs 40"),
        ("", "it has 0 characters, and needs 40"),
        ("0123" * 20, "it has 4 different characters"),
        ("django-insecure-" + KEY, "it holds “insecure”"),
        ("Change-Me" + KEY, "it holds “change-me”"),
    ],
)
def test_a_key_that_others_could_know_is_refused_and_not_told(key: str, says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=says) as caught:
        refuse_weak_key(key)
    assert len(key) < 10 or key not in str(caught.value)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SONHA_DEBUG": "True", "SONHA_HOSTS": "sonha.example.vn"}, "a public server must not show its insides"),
        ({"SONHA_HOSTS": "*"}, "SONHA_HOSTS=*: name each host"),
        ({"SONHA_SECRET_KEY": "short"}, "it has 5 characters, and needs 40"),
    ],
)
def test_the_server_does_not_start_and_says_why_in_its_last_line(variables: dict[str, str], says: str) -> None:
    done = start(**variables)
    assert done.returncode != 0
    assert says in last_line(done) and last_line(done).startswith("django.core.exceptions.ImproperlyConfigured: ")


def test_secrets_come_from_a_file_too_and_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(KEY + "\n", encoding="utf-8")
    assert start(SONHA_SECRET_KEY_FILE=str(key)).returncode == 0
    url = tmp_path / "url"
    url.write_text("mysql://here/sonha", encoding="utf-8")
    assert "DATABASE_URL is not a postgresql:// URL" in last_line(start(DATABASE_URL_FILE=str(url), DATABASE_URL="x"))
    key.write_text("\n", encoding="utf-8")
    assert "it has 0 characters" in last_line(start(SONHA_SECRET_KEY_FILE=str(key)))
    assert "cannot be read" in last_line(start(SONHA_SECRET_KEY_FILE=str(tmp_path / "none")))


def test_djangos_own_checks_have_nothing_to_say_of_a_real_server() -> None:
    done = check()
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("localhost", False),
        ("127.0.0.1", False),
        ("[::1]", False),
        ("192.168.1.20", False),
        ("10.0.0.5", False),
        ("may-chu", False),
        ("may-chu.lan", False),
        ("[fd00::1]", False),
        ("sonha.example.vn", True),
        (".example.vn", True),
        (".vn", True),
        (".local", False),
        ("203.113.1.9", True),
        ("[2405:4800::1]", True),
        ("SONHA.VN.", True),
    ],
)
def test_what_counts_as_public(host: str, public: bool) -> None:
    assert is_public(host) is public
