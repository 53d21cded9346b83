"""What people's phones said that they still had to send when they were last seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from households.models import SurveyDevice


@dataclass(frozen=True, slots=True)
class Left:
    """On somebody's phones: houses and photos that are unsent, and phones that never said."""

    unsent: int = 0
    silent: int = 0

    def __add__(self, other: Left) -> Left:
        return Left(self.unsent + other.unsent, self.silent + other.silent)

    def sentence(self) -> str:
        """Return it said to an officer who is about to take nothing more."""
        said = []
        if self.unsent:
            told = ngettext(
                "Điện thoại báo còn %(count)d nhà và ảnh chưa gửi.",
                "Điện thoại báo còn %(count)d nhà và ảnh chưa gửi.",
                self.unsent,
            )
            said.append(told % {"count": self.unsent})
        if self.silent:
            said.append(_("Có điện thoại chưa từng báo còn gì chưa gửi."))
        return " ".join(said) or _("Theo lần báo cuối, không điện thoại nào còn gì chưa gửi.")


def left_on_phones(people: Iterable[Any]) -> dict[Any, Left]:
    """Return what lies on the phones of people, by the person's key; phones that were revoked do not count."""
    keys = set(people)
    phones = SurveyDevice.objects.filter(user__in=keys, revoked_at=None).order_by().values("user")
    found = phones.annotate(left=Sum("unsent"), never=Count("pk", filter=Q(unsent=None)))
    told = {row["user"]: Left(row["left"] or 0, row["never"]) for row in found}
    return {key: told.get(key, Left()) for key in keys}
