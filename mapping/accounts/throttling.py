"""Slow down whoever guesses passwords: five tries for a name from an address, thirty for an address, then ten minutes.

django-axes counts in the database, so every web process knows. Three things differ from what it does by itself:

- One right password forgives the tries at that name only. An address that signs in once may not guess on.
- A try that is refused without a look at the password takes as long as one that was looked at.
- Names are counted by a keyed hash: people type their password into the wrong field, and it must not be kept.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from mapping.client_address import address_of
from mapping.text import nfc

TRIES_FOR_AN_ADDRESS: Final = 30  # a commune's office has one address for all its people


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """`AXES_USERNAME_CALLABLE`: what stands for the typed name in the table of tries."""
    typed = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    return salted_hmac("mapping.accounts.throttling", nfc(str(typed)).strip().casefold()).hexdigest()


def network_address(request: HttpRequest) -> str | None:
    """`AXES_CLIENT_IP_CALLABLE`: where the request comes from; None when no address is known."""
    try:
        return str(ipaddress.ip_address(address_of(request)))
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
    """First of `AUTHENTICATION_BACKENDS`: refuses to look at a password after too many tries."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> None:
        """Let the next backend look, or raise PermissionDenied after the time that a look takes."""
        if request is None:  # a program of ours, not somebody at a form
            return
        try:
            super().authenticate(request, username=username, password=password, **kwargs)
        except AxesBackendPermissionDenied:
            make_password(password)
            request.is_not_looked_at = True  # type: ignore[attr-defined]
            raise


def forgive(username: str) -> None:
    """Forget every try at a name, wherever from: whoever set a new password may use it at once."""
    AccessAttempt.objects.filter(username=counted_name(None, {"username": username})).delete()


def minutes_to_wait() -> int:
    """Return what the pages tell people."""
    return int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
