"""System checks of the settings that a wrong value would make visible only on paper or in the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check

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


def register() -> None:
    """Register the checks; the host matters on a deployed server only."""
    register_check(check_fonts, Tags.compatibility)
    register_check(check_plate_host, Tags.security, deploy=True)
    register_check(check_second_factor, Tags.security, deploy=True)
