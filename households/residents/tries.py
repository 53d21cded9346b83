"""Slow down whoever tries secrets, without locking a household out of its own page.

A secret has 94 bits, so trying finds nothing: this keeps the noise down. Per address, `WRONG` wrong tries are heard in
`SECONDS`; then that address waits, and nobody else. Per house code, after `HOUSE_WRONG` wrong tries from anywhere, an
address that has not been heard for this house is asked to come back in `TURN` seconds, and then it is heard, however
many others try meanwhile: an attacker can make the household wait for half a minute, not longer, unless they share
its address. What is counted says nothing about which codes exist: unknown ones are counted alike.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from mapping import throttle
from mapping.client_key import key_of

ADDRESS, HOUSE, HEARD = "resident.secret", "resident.secret.house", "resident.secret.turn"
WRONG: Final = 10
SECONDS: Final = 600
HOUSE_WRONG: Final = 20
HOUSE_SECONDS: Final = 3600
TURN: Final = 30
_TURN_HOLDS: Final = 900


def seconds_to_wait(request: HttpRequest, house_code: str) -> float:
    """0.0 when a try may be heard now; asked before any secret is looked at."""
    address = key_of(request)
    if seconds := throttle.seconds_to_wait(ADDRESS, address, limit=WRONG):
        return seconds
    if not throttle.seconds_to_wait(HOUSE, house_code, limit=HOUSE_WRONG):
        return 0.0
    turn = f"{house_code} {address}"
    left = throttle.seconds_to_wait(HEARD, turn, limit=1)
    if not left:
        throttle.allow(HEARD, turn, limit=1, seconds=_TURN_HOLDS)
        return float(TURN)
    return max(0.0, left - (_TURN_HOLDS - TURN))


def was_wrong(request: HttpRequest, house_code: str) -> None:
    """Count a try that opened nothing."""
    throttle.allow(ADDRESS, key_of(request), limit=WRONG, seconds=SECONDS)
    throttle.allow(HOUSE, house_code, limit=HOUSE_WRONG, seconds=HOUSE_SECONDS)
