"""Show codes as they are printed and spoken, and coordinates as they are typed."""

from __future__ import annotations

from django import template

from households import codes
from households.models import PlateBatch
from households.plates import own_designs, own_profiles

register = template.Library()


@register.filter
def house_code(code: str) -> str:
    """A house code in its groups: 123-456-78C."""
    return codes.format_house_code(code)


@register.filter
def plate_token(token: str) -> str:
    """A plate token in groups of four."""
    return codes.format_token(token)


@register.filter
def design_title(batch: PlateBatch) -> str:
    """What the design of a batch is called, in the reader's language where it is a shipped one."""
    return own_designs.title_of(batch)


@register.filter
def profile_title(batch: PlateBatch) -> str:
    """What the sheet of a batch is called, in the reader's language where it is a shipped one."""
    return own_profiles.title_of(batch)


@register.filter
def degrees(value: float) -> str:
    """Degrees with a decimal point in every language, as maps take them: 105.8123456."""
    return f"{value:.7f}".rstrip("0").rstrip(".")
