"""The session of a household's page: a cookie of its own, no account, bound to one household.

It ends after half an hour without use, after eight hours in any case, by its button, and as soon as the secret that
opened it is revoked or has run out. The cookie goes to the pages under `/ho/` alone, to no script and to no other site.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from households.models import Household, ResidentSession
from households.residents.secret_keeping import Opened
from mapping import wall

COOKIE: Final = "sonha_ho"
PATH: Final = "/ho/"
IDLE: Final = datetime.timedelta(minutes=30)
LONGEST: Final = datetime.timedelta(hours=8)
_KEPT: Final = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Resident:
    """Who looks at a household's page."""

    household: Household
    session_id: uuid.UUID
    secret_id: uuid.UUID


def begin(request: HttpRequest, response: HttpResponse, opened: Opened) -> None:
    """Open a session in this browser for the household whose secret was given."""
    token = secrets.token_urlsafe(32)
    with wall.acting_as_household(opened.household_id, request=request):
        ResidentSession.objects.create(
            household_id=opened.household_id, secret_id=opened.secret_id, digest=_digest(token)
        )
    response.set_cookie(COOKIE, token, path=PATH, secure=settings.HTTPS, httponly=True, samesite="Strict")


def end(response: HttpResponse, resident: Resident) -> None:
    """End the session, in the database and in the browser."""
    ResidentSession.objects.filter(pk=resident.session_id).update(ended_at=timezone.now())
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")


def is_open(request: HttpRequest) -> bool:
    """Whether this browser is in a session."""
    return _find(request) is not None


def forget_old() -> int:
    """Delete sessions that ended long ago; call with rights for the whole system."""
    return ResidentSession.objects.filter(seen_at__lt=timezone.now() - _KEPT).delete()[0]


def resident_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call the view as `view(request, resident, ...)` while that household acts, whoever else has signed in here.

    Without a session it leads to the door. Nothing on the way keeps the page.
    """

    @never_cache
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = _find(request)
        if found is None:
            return redirect("resident_door")
        session_id, secret_id, household_id = found
        with wall.acting_as_household(household_id, request=request):
            household = Household.objects.select_related("house__commune__parent", "house__village").get(
                pk=household_id
            )
            response = view(request, Resident(household, session_id, secret_id), *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _find(request: HttpRequest) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID] | None:
    token = request.COOKIES.get(COOKIE)
    if not token:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM households_resident_at(%s, %s, %s)", [_digest(token), IDLE, LONGEST])
        row = cursor.fetchone()
    return (row[0], row[1], row[2]) if row else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()  # 256 random bits need no key
