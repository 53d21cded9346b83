"""Two steps to get in: the password, then the code of the phone. Between them a person is nobody yet.

The session of someone between the steps holds a note for ten minutes: who showed the right password, and where they
wanted to go. It opens the pages of the second step and nothing else. Its key changes at each step, so that a key which
somebody planted in the browser before is worth nothing after.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from mapping.accounts import second_factor, traces
from mapping.models import Factor, User

_NOTE: Final = "second_step"
_SECONDS_BETWEEN_STEPS: Final = 600
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


def safe_next(request: HttpRequest, address: str) -> str:
    """Return `address` when it is a page of this server, else an empty text."""
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else ""


def password_was_right(request: HttpRequest, user: User, *, next_page: str) -> str:
    """Sign the person in, or note that the second step is due; return the address to go to."""
    if not second_factor.is_asked(user):
        return complete(request, user, factor=Factor.NONE, next_page=next_page)
    if request.user.is_authenticated or SESSION_KEY in request.session:
        logout(request)
    request.session[_NOTE] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "until": int(time.time()) + _SECONDS_BETWEEN_STEPS,
        "next": next_page,
    }
    request.session.cycle_key()
    return reverse("second_step" if second_factor.has(user) else "second_factor")


def between_steps(request: HttpRequest) -> User | None:
    """Return who has shown the password in this browser and not yet the second factor, within the last minutes."""
    note: dict[str, Any] | None = request.session.get(_NOTE)
    if not note or note["until"] < time.time():
        return None
    user = User.objects.filter(pk=note["user"], is_active=True).first()
    if user is None or not constant_time_compare(note["password"], user.get_session_auth_hash()):
        return None
    return user


def next_page_of(request: HttpRequest) -> str:
    """Return where the person between the steps wanted to go, or the first page."""
    note: dict[str, Any] = request.session.get(_NOTE) or {}
    return str(note.get("next") or resolve_url(settings.LOGIN_REDIRECT_URL))


def complete(request: HttpRequest, user: User, *, factor: str, next_page: str = "") -> str:
    """Sign the person in under a new session key; return the address to go to."""
    address = next_page or next_page_of(request)
    if SESSION_KEY in request.session:
        request.session.flush()
    request.session.pop(_NOTE, None)
    request.shown_factor = factor  # type: ignore[attr-defined]  # read where the device is remembered
    login(request, user, backend=_BACKEND)
    traces.record("sign_in", about=user, by=user, request=request, factor=factor)
    return address
