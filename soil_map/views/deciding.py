"""What several pages of the desk do alike: approve or withdraw, publish or take back, and say how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.errors import NotAllowed, UserError
from soil_map import publishing, reference_acts
from soil_map.models import Campaign, ClassScheme, DoseRule, SoilMapVersion

T = TypeVar("T")


def decide(request: HttpRequest, thing: ClassScheme | DoseRule) -> None:
    """Approve a draft, or with `do=withdraw` make a draft of it again."""
    if request.POST.get("do") == "withdraw":
        done = _("“%(name)s” lại là dự thảo.") % {"name": thing}
        act = reference_acts.withdraw
    else:
        done = _("Đã duyệt “%(name)s”.") % {"name": thing}
        act = reference_acts.approve

    if redrawn := tell(request, lambda: act(user=request.user, thing=thing), done):
        said = ngettext(
            "Đang vẽ lại vùng phân cấp của %(count)d mặt nội suy theo thang đang dùng.",
            "Đang vẽ lại vùng phân cấp của %(count)d mặt nội suy theo thang đang dùng.",
            redrawn,
        )
        messages.info(request, said % {"count": redrawn})


def publish(request: HttpRequest, thing: Campaign | SoilMapVersion) -> None:
    """Let anyone see it."""
    done = _("Đã công bố “%(name)s”: ai cũng xem được.") % {"name": thing}
    tell(request, lambda: publishing.publish(user=request.user, thing=thing), done)


def unpublish(request: HttpRequest, thing: Campaign | SoilMapVersion) -> None:
    """Show it to those alone who may see the commune's soil."""
    done = _("Đã thôi công bố “%(name)s”.") % {"name": thing}
    tell(request, lambda: publishing.unpublish(user=request.user, thing=thing), done)


def tell(request: HttpRequest, act: Callable[[], T], done: str) -> T | None:
    """Do it, and say on the next page that it is done or why not; return what came of it, None where it was refused.

    Raises NotAllowed, which is a page of its own.
    """
    try:
        told = act()
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
        return None
    messages.success(request, done)
    return told
