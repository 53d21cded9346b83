"""What I may do where, and why I do not see the rest: a help page for whoever works here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mapping.access import ROLE_TABLE, Capability, Role
from mapping.accounts import people
from mapping.models.units import in_natural_order


@dataclass(frozen=True, slots=True)
class RightsLine:
    """One capability, and for each role in the order of `ROLE_TABLE` whether it has it."""

    label: str
    held: list[bool]


def role_lines() -> list[RightsLine]:
    """The table of roles, a line a capability."""
    return [
        RightsLine(capability.label, [capability in capabilities for capabilities in ROLE_TABLE.values()])
        for capability in Capability
    ]


def role_table() -> dict[str, Any]:
    """The table of roles as `mapping/role_table.html` shows it."""
    return {"roles": [role.label for role in ROLE_TABLE], "lines": role_lines()}


@login_required
@never_cache
@require_safe
def my_rights(request: HttpRequest) -> HttpResponse:
    """What each of my grants lets me do, and what it does not; then the whole table."""
    grants = (
        people.current_grants()
        .filter(user=request.user)
        .select_related("unit__parent")
        .order_by(in_natural_order("unit__code"))
    )
    held = [(grant, *_split(Role(grant.role))) for grant in grants]
    context = {"grants": held, "everything": request.user.is_superuser, **role_table()}
    return render(request, "mapping/accounts/my_rights.html", context)


def _split(role: Role) -> tuple[list[str], list[str]]:
    """The labels of what a role may do, and of what it may not."""
    may = [capability.label for capability in Capability if capability in ROLE_TABLE[role]]
    return may, [capability.label for capability in Capability if capability not in ROLE_TABLE[role]]
