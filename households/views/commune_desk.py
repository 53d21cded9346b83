"""For which commune a page of designs or sheet profiles is, and who may change what it keeps.

Whoever prints in the commune, be it in one village of it, may look and choose; whoever prints in the whole of it may
change. A commune where the person does not work is 404, one where they work without the right is 403.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from households import finding
from mapping import access
from mapping.access import Capability
from mapping.errors import NotAllowed, UserError
from mapping.models import Unit

MOST_COMMUNES_SHOWN = 400


@dataclass(frozen=True)
class Desk:
    """The commune of the page, whether the person may change what it keeps, and where else they print."""

    commune: Unit
    may_change: bool
    others: list[Unit]


def desk_of(request: HttpRequest, code: str = "") -> Desk:
    """Return the desk of the commune that is asked for, else of the person's own. Raises Http404, NotAllowed."""
    user: Any = request.user
    asked = code or request.POST.get("commune", "") or request.GET.get("commune", "")
    commune = require_looking(user, asked) if asked else _own(user)
    others = finding.communes_of(user, Capability.PRINT).exclude(pk=commune.pk).distinct().order_by("name", "code")
    return Desk(commune, access.may(user, Capability.PRINT, commune), list(others[:MOST_COMMUNES_SHOWN]))


def require_looking(user: Any, code: str) -> Unit:
    """Return the commune with that code. Raises Http404 or NotAllowed for whoever may not look at what it keeps."""
    commune = finding.commune_or_404(user, code)
    if not finding.may_in_commune(user, Capability.PRINT, commune):
        raise NotAllowed(
            _("Tài khoản của bạn không có quyền làm việc này ở %(unit)s.") % {"unit": commune}, code="forbidden"
        )
    return commune


def require_changing(user: Any, commune: Unit) -> None:
    """Raise Http404 or NotAllowed for whoever may not change what the commune keeps."""
    require_looking(user, commune.code)
    if not access.may(user, Capability.PRINT, commune):
        raise NotAllowed(
            _("Chỉ người in biển cho cả %(commune)s mới sửa được mẫu biển và khổ giấy của xã.") % {"commune": commune},
            code="forbidden",
        )


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """Tell why something was refused on the page that comes next; who has no right is answered as anywhere."""
    try:
        yield
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)


def _own(user: Any) -> Unit:
    access.somewhere(user, Capability.PRINT)
    commune = access.own_commune(user, Capability.PRINT)
    if commune is None:
        raise NotAllowed(_("Chưa có xã nào để in biển."), code="no_unit")
    return commune
