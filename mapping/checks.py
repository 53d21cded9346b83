"""System checks of the settings that a wrong value would make visible only on paper or in the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check
from django.db import OperationalError, connections
from django.http.request import validate_host
from psycopg_pool import PoolTimeout

from mapping.printing.host import why_not_printable


def check_fonts(**_: Any) -> list[CheckMessage]:
    """mapping.E001: the fonts that are embedded in every PDF must be there."""
    return [
        Error(
            f"{name}={path}: there is no such font file.",
            hint="Install fonts-noto-core, or name a TrueType font with full Vietnamese.",
            id="mapping.E001",
        )
        for name, path in (
            ("SONHA_FONT_REGULAR", settings.FONT_REGULAR),
            ("SONHA_FONT_BOLD", settings.FONT_BOLD),
        )
        if not Path(path).is_file()
    ]


def check_plate_host(**_: Any) -> list[CheckMessage]:
    """mapping.W001: a real server should know the host that goes on the plates."""
    reason = why_not_printable(settings.PLATE_HOST)
    if reason is None:
        return []
    return [
        Warning(
            f"SONHA_PLATE_HOST={settings.PLATE_HOST}: only proofs can be printed ({reason}).",
            hint="Set it to the public https host name of this server.",
            id="mapping.W001",
        )
    ]


def plate_host_is_answered() -> bool:
    """Whether this server answers to the host on its plates: not asked of one without https, which is a try."""
    return (
        not settings.HTTPS
        or why_not_printable(settings.PLATE_HOST) is not None
        or validate_host(settings.PLATE_HOST, settings.ALLOWED_HOSTS)
    )


def check_plate_host_is_answered(**_: Any) -> list[CheckMessage]:
    """mapping.E002: a plate whose host this server refuses opens nothing."""
    if plate_host_is_answered():
        return []
    return [
        Error(
            f"SONHA_PLATE_HOST={settings.PLATE_HOST} is not in SONHA_HOSTS: every plate's page would answer 400.",
            hint=f"Add {settings.PLATE_HOST} to SONHA_HOSTS.",
            id="mapping.E002",
        )
    ]


def check_second_factor(**_: Any) -> list[CheckMessage]:
    """mapping.W002: without a second factor one stolen password opens the data of a whole commune."""
    if settings.REQUIRE_TOTP:
        return []
    return [
        Warning(
            "SONHA_REQUIRE_TOTP=False: officers sign in with a password alone.",
            hint="Leave it out: it is for trying things on one machine.",
            id="mapping.W002",
        )
    ]


_ROLE: Final = """
SELECT role.rolname, role.rolsuper, role.rolbypassrls,
       EXISTS (SELECT FROM pg_class
                WHERE oid = to_regclass('mapping_unit') AND pg_has_role(role.oid, relowner, 'MEMBER'))
  FROM pg_roles role WHERE role.rolname = coalesce(nullif(%s, ''), session_user)
"""


def check_database_role(**_: Any) -> list[CheckMessage]:
    """mapping.W003: pages must ask the database as a role that the walls in it hold for."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(_ROLE, [settings.DB_USER_OF_PAGES])
            row = cursor.fetchone()
    except (OperationalError, PoolTimeout):  # no database yet: then there is nothing to guard
        return []
    if row is None:
        return []
    role, is_superuser, passes_by, owns = row
    reasons = [
        reason
        for reason, holds in (
            ("is a superuser", is_superuser),
            ("has BYPASSRLS", passes_by),
            ("owns the tables", owns and not is_superuser),
        )
        if holds
    ]
    if not reasons:
        return []
    return [
        Warning(
            f"DATABASE_URL: the role {role} {' and '.join(reasons)}, so a page's mistake may pass row-level security "
            "and change what is only added to.",
            hint="Give pages a role of their own, as script/setup does (docs/operations.md).",
            id="mapping.W003",
        )
    ]


def register() -> None:
    """Register the checks; host and role matter on a deployed server only."""
    register_check(check_fonts, Tags.compatibility)
    register_check(check_plate_host_is_answered, Tags.security)
    register_check(check_plate_host, Tags.security, deploy=True)
    register_check(check_second_factor, Tags.security, deploy=True)
    register_check(check_database_role, Tags.security, deploy=True)
