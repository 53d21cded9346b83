"""What the audit writes down about accounts: who got in or failed to, who let whom in, who reset what.

An entry names accounts by their sign-in names. A name that was typed is written down only when there is such an
account: people type passwords into the wrong field.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.http import HttpRequest

from mapping import audit
from mapping.models import Grant, Unit, UnitKind, User


def record(
    action: str,
    *,
    about: User | str = "",
    unit: Unit | None = None,
    by: User | None = None,
    request: HttpRequest | None = None,
    **detail: Any,
) -> None:
    """Write an entry about an account, at `unit` or where that person works, so that those who manage there see it."""
    if unit is None and isinstance(about, User):
        unit = _unit_of(about)
    village = unit if unit is not None and unit.kind == UnitKind.VILLAGE else None
    audit.record(
        action,
        subject=about.get_username() if isinstance(about, User) else about,
        commune=village.parent if village else unit,
        village_id=village.pk if village else None,
        detail={name: str(value) for name, value in detail.items() if value},
        user=by,
        request=request,
    )


def _unit_of(person: User) -> Unit | None:
    """The highest unit where the person works or last worked."""
    levels = list(UnitKind)
    units = [grant.unit for grant in Grant.objects.filter(user=person).select_related("unit__parent").order_by("pk")]
    return min(units, key=lambda unit: levels.index(UnitKind(unit.kind)), default=None)


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is None or getattr(request, "is_not_looked_at", False):  # a locked name fills no table
        return
    typed = str(credentials.get("username", ""))
    record("sign_in.failed", about=User.objects.filter(username=typed).first() or "", request=request)


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("sign_out", about=user, by=user, request=request)


def register() -> None:
    """Follow every failed password and every sign-out, the administration's too."""
    user_login_failed.connect(_failed, dispatch_uid="mapping.accounts.traces")
    user_logged_out.connect(_signed_out, dispatch_uid="mapping.accounts.traces")
