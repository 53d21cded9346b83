"""Slow down whoever guesses passwords: five tries for a name from a network, thirty for a network, then ten minutes.

A network is an IPv4 address or the 64 bits of an IPv6 network (`mapping/client_key.py`). django-axes counts in the
database, so every web process knows. What differs from what it does by itself:

- One right password forgives the tries at that name only. A network that signs in once may not guess on.
- Tries are counted before the password is looked at too (`mapping/throttle.py`), so that many at the same moment get
  no further than many in a row; axes counts them afterwards. A right password gives its count back.
- Over all networks, after `NAME_WRONG` wrong tries for a name a network that is new to it is not heard for `TURN`
  seconds, once, and then it is: that costs guessers more than it costs the name's owner, who is never locked out.
- A try that is refused without a look at the password waits as long as a look takes, and costs no computing.
- Names are counted by a keyed hash: people type their password into the wrong field, and it must not be kept.
"""

from __future__ import annotations

import ipaddress
import time
from typing import Any, Final

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from mapping import throttle
from mapping.client_address import address_of
from mapping.client_key import key_of
from mapping.text import nfc

TRIES_FOR_AN_ADDRESS: Final = 30  # a commune's office has one address for all its people
NAME, HEARD, AT_ONCE, NETWORK_AT_ONCE = "sign_in.name", "sign_in.turn", "sign_in.at_once", "sign_in.network"
NAME_WRONG: Final = 50
NAME_SECONDS: Final = 3600
TURN: Final = 30
_TURN_HOLDS: Final = 900
_AT_ONCE_SECONDS: Final = 60  # by then axes has counted what was looked at
_LONGEST_WAIT: Final = 1.0
_seconds_of_a_look = 0.3


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """`AXES_USERNAME_CALLABLE`: what stands for the typed name in the table of tries."""
    typed = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    return salted_hmac("mapping.accounts.throttling", nfc(str(typed)).strip().casefold()).hexdigest()


def network_address(request: HttpRequest) -> str | None:
    """Return where the request comes from; None when no address is known."""
    try:
        return str(ipaddress.ip_address(address_of(request)))
    except ValueError:
        return None


def counted_network(request: HttpRequest) -> str | None:
    """`AXES_CLIENT_IP_CALLABLE`: the first address of the network that tries are counted for; None when unknown."""
    key = key_of(request)
    try:
        return str(ipaddress.ip_address(f"{key}::" if ":" in key else key))
    except ValueError:
        return None


class TryCounter(AxesDatabaseHandler):
    """`AXES_HANDLER`: counts tries at a name from an address, and at any name from an address."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the tries at the name, or those from the address in the same measure, whichever are more."""
        at_name, from_address = (
            tries.aggregate(total=Sum("failures_since_start"))["total"] or 0
            for tries in self.get_user_attempts(request, credentials)
        )
        return max(at_name, from_address * settings.AXES_FAILURE_LIMIT // TRIES_FOR_AN_ADDRESS)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the tries at the name from the address, and those alone."""
        at_name, _from_address = self.filter_user_attempts(request, credentials)
        return at_name.delete()[0]


class SlowDown(AxesStandaloneBackend):
    """First of `AUTHENTICATION_BACKENDS`: looks at the password that somebody typed, or after too many tries does not.

    The one behind it serves programs of ours, and the sessions, which bear its name.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """Return whose password it is; raise PermissionDenied after the time of a look for any other, looked at or not.

        None when a program of ours asks instead of somebody at a form.
        """
        if request is None:
            return None
        try:
            super().authenticate(request, username=username, password=password, **kwargs)
        except AxesBackendPermissionDenied:
            _refuse(request)
            raise
        name, network = counted_name(request, {"username": username}), counted_network(request) or ""
        if not _may_look(name, network):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # axes counts no try that was not looked at
            _refuse(request)
            raise PermissionDenied
        user = _look(request, username, password, **kwargs)
        if user is None:
            raise PermissionDenied
        for scope, key in ((AT_ONCE, f"{name} {network}"), (NETWORK_AT_ONCE, network), (NAME, name)):
            throttle.give_back(scope, key)
        return user


def _may_look(name: str, network: str) -> bool:
    """Count a try before anything is looked at; return whether it is one of those that may be."""
    here = f"{name} {network}"
    if not throttle.allow(AT_ONCE, here, limit=settings.AXES_FAILURE_LIMIT, seconds=_AT_ONCE_SECONDS):
        return False
    if not throttle.allow(NETWORK_AT_ONCE, network, limit=TRIES_FOR_AN_ADDRESS, seconds=_AT_ONCE_SECONDS):
        return False
    if throttle.allow(NAME, name, limit=NAME_WRONG, seconds=NAME_SECONDS):
        return True
    left = throttle.seconds_to_wait(HEARD, here, limit=1)
    if not left:
        throttle.allow(HEARD, here, limit=1, seconds=_TURN_HOLDS)
        return False
    return left <= _TURN_HOLDS - TURN


def _look(request: HttpRequest, username: str | None, password: str | None, **kwargs: Any) -> Any:
    """Look at the password, and remember how long that takes."""
    global _seconds_of_a_look
    begun = time.perf_counter()
    user = ModelBackend().authenticate(request, username=username, password=password, **kwargs)
    _seconds_of_a_look = (_seconds_of_a_look + min(time.perf_counter() - begun, _LONGEST_WAIT)) / 2
    return user


def _refuse(request: HttpRequest) -> None:
    """Wait as long as a look takes: a hash for each refused try would let anyone keep the server busy."""
    request.is_not_looked_at = True  # type: ignore[attr-defined]
    time.sleep(_seconds_of_a_look)


def forgive(username: str) -> None:
    """Forget every try at a name, wherever from: whoever set a new password may use it at once."""
    name = counted_name(None, {"username": username})
    AccessAttempt.objects.filter(username=name).delete()
    throttle.forget(NAME, name)


def minutes_to_wait() -> int:
    """Return what the pages tell people."""
    return int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
