"""Slow down whoever tries house codes or tokens one after the other to find out which exist.

What counts as a guess is a code that could be one, its check digit is right, and that nothing carries: a slip of the
finger is found out by the check digit and costs nobody anything. House codes are eight digits, so a program that may
guess sixty times in ten minutes finds a house of a full province every few hours, and not where it wanted one.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from mapping import rate_limits, throttle
from mapping.client_key import key_of

SCOPE: Final = "house.guess"
WRONG: Final = 60
SECONDS: Final = 600


def seconds_to_wait(request: HttpRequest) -> float:
    """Count a look-up by a typed code; 0.0 when it may be answered."""
    seconds = rate_limits.seconds_to_wait("look_up", request)
    return seconds or throttle.seconds_to_wait(SCOPE, key_of(request), limit=WRONG)


def was_wrong(request: HttpRequest) -> None:
    """Count a code that nothing carries."""
    throttle.allow(SCOPE, key_of(request), limit=WRONG, seconds=SECONDS)
