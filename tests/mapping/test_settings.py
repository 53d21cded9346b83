"""Settings: production ones are clean, wrong ones stop the process with a sentence that names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from config import environment

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SONHA_HTTPS": "True",
    "SONHA_BEHIND_PROXY": "True",
    "SONHA_HOSTS": "sonha.example.vn",
    "SONHA_PLATE_HOST": "sonha.example.vn",
    "SONHA_SECRET_KEY": "9f0c" * 20 + "+khoa-bi-mat-cua-xa",
}


def check(**variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` in a process of its own, with these variables on top of the production ones."""
    # Set by the browser tests for Playwright's event loop; it is no setting of ours.
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**inherited, **PRODUCTION, **variables},
        capture_output=True,
        text=True,
    )


def test_production_settings_are_clean() -> None:
    done = check()
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not environment.text("DATABASE_OWNER_URL", ""), reason="one role does everything here")
def test_pages_that_ask_as_the_owner_of_the_tables_are_told_of(db: None) -> None:
    owner = urlsplit(environment.text("DATABASE_OWNER_URL"))
    done = check(DATABASE_URL=owner._replace(path=f"/{connection.settings_dict['NAME']}").geturl())
    assert done.returncode != 0
    assert "mapping.W003" in done.stderr and "owns the tables" in done.stderr


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SONHA_DEBUG": "yes"}, "SONHA_DEBUG='yes': write True or False"),
        ({"SONHA_DEBUG": "True"}, "SONHA_DEBUG=True with SONHA_HTTPS=True"),
        ({"SONHA_MAX_IMPORT_ROWS": "-3"}, "SONHA_MAX_IMPORT_ROWS='-3'"),
        ({"SONHA_BASEMAP_URL": "https://tiles.example/{z}/{x}/{y}.png"}, "SONHA_BASEMAP_ATTRIBUTION"),
        ({"DATABASE_URL": "mysql://here/sonha"}, "DATABASE_URL is not a postgresql:// URL"),
        ({"SONHA_SECRET_KEY_FILE": "/nowhere/key"}, "SONHA_SECRET_KEY_FILE=/nowhere/key cannot be read"),
        ({"SONHA_PLATE_HOST": "localhost"}, "SONHA_PLATE_HOST=localhost: only proofs can be printed"),
        ({"SONHA_FONT_BOLD": "/nowhere/font.ttf"}, "SONHA_FONT_BOLD=/nowhere/font.ttf"),
    ],
)
def test_a_wrong_setting_is_named(variables: dict[str, str], says: str) -> None:
    done = check(**variables)
    assert done.returncode != 0
    assert says in done.stderr
