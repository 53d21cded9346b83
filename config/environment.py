"""Strict readers of the environment, used by `config.settings` alone.

A value that cannot be read stops the process with a sentence that names the variable: a server that
starts with a guessed setting is worse than one that does not start.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict


def load_env_file(path: Path) -> None:
    """Add the `KEY=VALUE` lines of `path` to the environment; what is already set there wins.

    With DATABASE_URL set there, the file's other roles are left out too: they belong to another database.
    """
    if not path.is_file():
        return
    elsewhere = "DATABASE_URL" in os.environ
    for line in path.read_text(encoding="utf-8").splitlines():
        key, separator, value = line.partition("=")
        if separator and not line.startswith("#") and not (elsewhere and key.startswith("DATABASE_")):
            os.environ.setdefault(key.strip(), value.strip())


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or what the file named by `<name>_FILE` holds, or the default."""
    if file_name := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={file_name} cannot be read: {error.strerror}.") from error
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set: run script/setup, or set it in the environment.")
    return value


def flag(name: str, default: bool) -> bool:
    """Return a boolean written as True or False."""
    value = text(name, str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value!r}: write True or False.")
    return value == "True"


def whole(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number of at least `least`."""
    value = text(name, str(default))
    if not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number of at least {least}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without empty entries."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(allowed)}.")
    return value


def database(name: str) -> dict[str, Any]:
    """Return Django's database settings for the `postgresql://` URL in the variable `name`."""
    url = text(name)
    try:
        parts = conninfo_to_dict(url)
    except Exception as error:
        raise ImproperlyConfigured(f"{name} is not a postgresql:// URL: {error}") from error
    known = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    settings: dict[str, Any] = {"ENGINE": "mapping.walled_postgis"}
    settings |= {django: str(parts[part]) for part, django in known.items() if part in parts}
    settings["OPTIONS"] = {key: value for key, value in parts.items() if key not in known}
    if "NAME" not in settings:
        raise ImproperlyConfigured(f"{name} names no database: postgresql://user@host/NAME.")
    return settings
