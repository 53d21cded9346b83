"""The floors hold: what imports cannot tell (keys, migrations, templates, scripts) is checked here."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent
FLOOR = {"mapping": 0, "households": 1, "soil_map": 1}
OURS = ("config", "mapping", "households", "soil_map")


def ours(*patterns: str) -> Iterator[Path]:
    """Files of the project that match, without what npm brought."""
    for folder in (*OURS, "static/js", "static/css", "tests", "script"):
        for pattern in patterns:
            yield from (path for path in (ROOT / folder).rglob(pattern) if "node_modules" not in path.parts)


def may_point(source: str, target: str) -> bool:
    """Whether something of the app `source` may lean on the app `target`: itself, a lower floor, a package."""
    return target not in FLOOR or source == target or FLOOR[target] < FLOOR[source]


def test_imports_run_downwards_and_pure_modules_know_no_django() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_foreign_keys_point_downwards() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for app in FLOOR
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not None
        if not may_point(app, field.related_model._meta.app_label)
    ]
    assert wrong == []


def test_migrations_depend_downwards_and_none_is_missing() -> None:
    loader = MigrationLoader(None)
    wrong = [
        f"{app}.{name} → {dependency}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in FLOOR
        for dependency in migration.dependencies
        if not may_point(app, dependency[0])
    ]
    assert wrong == []


@pytest.mark.parametrize("app", FLOOR)
def test_templates_include_and_link_downwards(app: str) -> None:
    """A template of the ground floor names no page and no template of the floors above, nor these each other's."""
    from django.urls import get_resolver

    owner_of_url = {}
    for name, (*_, pattern) in _named_patterns(get_resolver().url_patterns):
        owner_of_url[name] = pattern.callback.__module__.partition(".")[0]
    wrong = []
    for path in (ROOT / app / "templates").rglob("*.html"):
        text = path.read_text()
        for name in re.findall(r"{%\s*url\s+['\"]([\w:-]+)['\"]", text):
            if not may_point(app, owner_of_url.get(name, "missing")) or (name not in owner_of_url and ":" not in name):
                wrong.append(f"{path.name}: url {name}")
        for other in re.findall(r"{%\s*(?:include|extends)\s+['\"](\w+)/", text):
            if not may_point(app, other):
                wrong.append(f"{path.name}: template of {other}")
    assert wrong == []


def _named_patterns(patterns: list) -> Iterator[tuple[str, tuple]]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.app_name is None:
                yield from _named_patterns(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name, (pattern,)


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in ours("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text()) and path.parts[len(ROOT.parts)] in OURS
    ]
    assert sorted(readers) == ["config/environment.py", "config/wsgi.py"]


def test_scripts_fetch_in_one_place_and_never_write_markup() -> None:
    for path in ours("*.js"):
        text = path.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), path
        # A service worker stands between the page and the network: it has no other way to ask.
        if path.name not in {"http.js", "worker.js"}:
            assert not re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon", text), path


def test_templates_keep_to_the_content_security_policy() -> None:
    """No inline style or handler, and every script carries the nonce."""
    for path in ours("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|javascript:", text), path
        for tag in re.findall(r"<script[^>]*>", text):
            assert "nonce=" in tag or 'type="application/json"' in tag, path


def test_files_say_what_they_know_and_stay_readable() -> None:
    for path in ours("*.py", "*.js", "*.html", "*.css"):
        assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc"}, path
        assert len(path.read_text().splitlines()) <= 500, f"{path} is too long; split it by what it knows"


def test_every_module_says_what_it_is_for() -> None:
    for path in ours("*.py"):
        text = path.read_text().removeprefix("#!/usr/bin/env python\n").lstrip()
        if text and not re.match(r"\d{4}_", path.name):
            assert text.startswith(('"""', 'r"""')), f"{path} has no docstring"
