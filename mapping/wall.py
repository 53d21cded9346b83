"""Who acts now, for the wall in the database: row-level security on every table that holds people.

`acting(user)` says who acts until the block ends. While it lasts, each transaction begins by telling PostgreSQL in
settings of its own (`mapping/walled_postgis`): where the person sees people, where they may change them, who they are,
and the context that the audit copies into each event. Outside a transaction nothing is told, so nothing is seen.

This is the second wall. The first is `.for_user(user)`; a query that forgets it meets this one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.conf import settings as django_settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mapping import access
from mapping.access import Capability
from mapping.client_address import address_of

EVERYTHING: Final = "*"
NOTHING: Final = ""


@dataclass(frozen=True, slots=True)
class Wall:
    """Where somebody sees people and where they may change them, as PostgreSQL is told."""

    sees: str = NOTHING
    """Units as `{1,2}`, `*` for the whole system, "" for nothing; what lies below a unit belongs to it."""
    edits: str = NOTHING
    sensitive: str = field(default=NOTHING, kw_only=True)
    """Where they see sensitive data: poverty, merit."""
    soil: str = field(default=NOTHING, kw_only=True)
    """Where they change the soil map: what undo keeps of it holds no people and is theirs to write and take back."""
    user: str = ""
    """The id of the account, "" for nobody and for the system itself."""
    context: dict[str, Any] = field(default_factory=dict)
    """Who, from where and why, as the audit keeps it."""
    household: str = ""
    """The id of the one household that sees itself on its own page, "" for everyone else."""

    def settings(self) -> dict[str, str]:
        """The settings of a transaction."""
        return {
            "sonha.sees": self.sees,
            "sonha.edits": self.edits,
            "sonha.sensitive": self.sensitive,
            "sonha.soil": self.soil,
            "sonha.user": self.user,
            "sonha.household": self.household,
            "sonha.context": json.dumps(self.context, ensure_ascii=False) if self.context else "",
        }


NOBODY: Final = Wall()
_standing: ContextVar[Wall] = ContextVar("sonha_wall", default=NOBODY)


def current() -> Wall:
    """Who acts now."""
    return _standing.get()


def wall_of(user: Any | None, *, request: HttpRequest | None = None, why: str = "") -> Wall:
    """Where `user` sees and may change people, by the grants of today."""
    if user is None or not user.is_authenticated:
        return NOBODY
    context: dict[str, Any] = {"user": user.pk, "name": str(user)}
    if request is not None:
        context |= {"address": address_of(request), "path": request.path[:200]}
    if why:
        context["why"] = why
    return Wall(
        sees=_units(access.roots_of(user, Capability.SEE_PEOPLE)),
        edits=_units(access.roots_of(user, Capability.EDIT)),
        sensitive=_units(access.roots_of(user, Capability.SEE_SENSITIVE)),
        soil=_units(access.roots_of(user, Capability.EDIT_SOIL)),
        user=str(user.pk),
        context=context,
    )


def _units(roots: frozenset[int] | None) -> str:
    if roots is None:
        return EVERYTHING
    return f"{{{','.join(map(str, sorted(roots)))}}}" if roots else NOTHING


@contextmanager
def acting(user: Any | None, *, request: HttpRequest | None = None, why: str = "") -> Iterator[Wall]:
    """Let `user` act until the block ends, in transactions that begin in it and in one that is open already."""
    with standing_as(wall_of(user, request=request, why=why)) as standing:
        yield standing


@contextmanager
def acting_as_system(why: str) -> Iterator[Wall]:
    """Let the program itself act: commands that a server's administrator types, the demo, the upkeep of data."""
    with standing_as(
        Wall(EVERYTHING, EVERYTHING, "", {"name": "hệ thống", "why": why}, sensitive=EVERYTHING, soil=EVERYTHING)
    ) as standing:
        yield standing


@contextmanager
def acting_as_household(household_id: UUID, *, request: HttpRequest) -> Iterator[Wall]:
    """Let the residents of one household act on its own page: they see it and what hangs on it, and nothing else."""
    context = {
        "name": "hộ dân",
        "household": str(household_id),
        "address": address_of(request),
        "path": request.path[:200],
    }
    with standing_as(Wall(context=context, household=str(household_id))) as standing:
        yield standing


@contextmanager
def standing_as(standing: Wall) -> Iterator[Wall]:
    """Let a wall that is known already stand until the block ends."""
    before = _standing.get()
    token = _standing.set(standing)
    try:
        _retell(standing)
        yield standing
    finally:
        _standing.reset(token)
        _retell(before)


def _retell(standing: Wall) -> None:
    """Tell a transaction that is open already; one that has failed can be told nothing and sees nothing more."""
    if connection.in_atomic_block and connection.connection is not None and not connection.needs_rollback:
        connection.tell_who_acts(standing, always=True)


class WallMiddleware:
    """Every request acts for whoever has signed in, and for nobody else once it is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; only one that brings a session or a key asks who that is."""
        signed_in = django_settings.SESSION_COOKIE_NAME in request.COOKIES or hasattr(request, "has_api_key")
        with acting(request.user if signed_in else None, request=request):
            return self.get_response(request)
