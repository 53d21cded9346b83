"""What the documents name is there: files, settings, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/alley_boards.md", "docs/numbering.md",
    "docs/operations.md", "docs/plates.md", "docs/residents.md", "docs/security.md", "docs/soil.md",
    "docs/street_imports.md",
)  # fmt: skip
FOLDERS = r"(?:config|mapping|households|soil_map|static|tests|script|docs)"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_named_in_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text()
    named = set(re.findall(rf"(?<![\w/.-])({FOLDERS}/[\w./-]*\w/?)(?![\w<])", text))
    missing = sorted(path for path in named if not (ROOT / path).exists())
    assert missing == []
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


def test_the_readme_lists_every_setting_and_no_other() -> None:
    settings = set(re.findall(r'"((?:SONHA|DATABASE)_[A-Z_]+)"', (ROOT / "config/settings.py").read_text()))
    settings |= {"DATABASE_URL"}
    readme = (ROOT / "README.md").read_text()
    table = set(re.findall(r"^\| `((?:SONHA|DATABASE)_[A-Z_]+)`", readme, re.MULTILINE))
    assert table == settings - {"SONHA_DB_ROLE", "SONHA_TEST_DATABASE"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_named_in_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text()
    named = set(re.findall(r"manage\.py (\w+)", text))
    assert named <= set(get_commands()) | {"test"}


def test_the_changelog_gives_the_version() -> None:
    from django.conf import settings

    assert re.fullmatch(r"\d+\.\d+\.\d+", settings.VERSION)
    assert settings.VERSION != "0.0.0"
