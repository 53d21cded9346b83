"""Liveness, and what people are told while the database is down: a real server that cannot reach one."""

from __future__ import annotations

import concurrent.futures
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client

from households.codes import new_token

ROOT = Path(__file__).resolve().parents[2]
SERVER = "server_of_test_health"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def server(database_url: str) -> Iterator[str]:
    """The web server as it is started in earnest."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "SONHA_HOSTS": "127.0.0.1",
        "SONHA_HTTPS": "False",
        "SONHA_DEBUG": "True",  # static files from their folders: collecting them is not what is tested
    }
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--workers", "1"]
    granian += ["--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port), "config.wsgi:application"]
    with subprocess.Popen(granian, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def server_without_database() -> Iterator[str]:
    """Its database's address is a port where nobody listens."""
    with server(f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere") as address:
        yield address


@pytest.fixture
def server_of_the_tests(db: None) -> Iterator[str]:
    """It works with the tests' database, under a name of its own there."""
    parts = connection.settings_dict
    user, password, name = (quote(str(parts[key]), safe="") for key in ("USER", "PASSWORD", "NAME"))
    more = {"host": parts["HOST"], "port": parts["PORT"], "application_name": SERVER}
    with server(f"postgresql://{user}:{password}@/{name}?{urlencode({k: v for k, v in more.items() if v})}") as address:
        yield address


def answer(address: str) -> tuple[int, str, str]:
    """Status, content type and text."""
    try:
        with urllib.request.urlopen(address, timeout=120) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def test_a_server_with_its_database_is_healthy(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "last_backup": None}
    assert "no-store" in response["Cache-Control"]


def test_without_a_database_health_and_pages_answer_503_with_a_sentence(server_without_database: str) -> None:
    paths = ("/healthz", f"/{new_token()}")
    with concurrent.futures.ThreadPoolExecutor() as threads:
        health, scan = threads.map(lambda path: answer(server_without_database + path), paths)
    assert health[0] == 503 and json.loads(health[2])["status"] == "database_down"
    assert scan[0] == 503 and scan[1].startswith("text/html")
    assert "Máy chủ dữ liệu đang tạm dừng" in scan[2]


def test_nobody_notices_that_the_database_was_restarted_since_the_last_request(server_of_the_tests: str) -> None:
    """A restart cuts every connection that the server keeps open, and each of them was one 503 to somebody."""
    paths = ["/healthz", f"/{new_token()}", "/sign-in/"] * 4

    def visit() -> list[int]:
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            return [found[0] for found in threads.map(lambda path: answer(server_of_the_tests + path), paths)]

    before = visit()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            [SERVER],
        )
        assert cursor.fetchone()[0] > 0
    assert visit() == before == [200, 404, 200] * 4
