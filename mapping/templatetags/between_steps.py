"""Whoever has shown the password in this browser and not yet the phone: pages tell them where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings

from mapping.accounts import second_factor, signing_in

register = template.Library()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A sign-in that stopped halfway: whether a phone is set up already, and the page that goes on."""

    has_phone: bool
    url_name: str


@register.simple_tag(takes_context=True)
def unfinished_sign_in(context: dict[str, Any]) -> Unfinished | None:
    """Return what is left to do; None where nobody is between the steps. A browser without a session is not asked."""
    request = context.get("request")
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "session"):
        return None
    person = signing_in.between_steps(request)
    if person is None:
        return None
    has_phone = second_factor.has(person)
    return Unfinished(has_phone, "second_step" if has_phone else "second_factor")
