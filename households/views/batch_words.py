"""What the pages of orders and batches say in words: how many certificates there are, which texts do not fit."""

from __future__ import annotations

from typing import Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from households.models import BatchFileKind, BatchState, House, PlateBatch

_TOO_LONG_SHOWN: Final = 200
_FIELDS: Final[dict[str, str | Promise]] = {
    "number": gettext_lazy("số nhà"),
    "headline": gettext_lazy("đường, ngõ hoặc thôn"),
    "street": gettext_lazy("đường, ngõ"),
    "village": gettext_lazy("thôn"),
    "village_below": gettext_lazy("thôn"),
    "commune": gettext_lazy("xã"),
    "commune_province": gettext_lazy("xã, tỉnh"),
    "province": gettext_lazy("tỉnh"),
    "house_code": gettext_lazy("mã nhà"),
    "token": gettext_lazy("mã biển"),
    "host": gettext_lazy("địa chỉ trang web"),
    "plus_code": "Plus Code",
}
"""What people call what stands on a plate."""


def certificates_told(houses: int, unnumbered: int) -> str:
    """Say how many certificates are made of so many houses, and how many have none since they have no number."""
    given = houses - unnumbered
    said = ngettext("%(n)s giấy chứng nhận", "%(n)s giấy chứng nhận", given) % {"n": intcomma(given)}
    if not unnumbered:
        return f"{said}."
    left = ngettext(
        "%(n)s nhà chưa có số nhà nên không có giấy", "%(n)s nhà chưa có số nhà nên không có giấy", unnumbered
    )
    return f"{said}; {left % {'n': intcomma(unnumbered)}}."


def certificates_of(batch: PlateBatch) -> str:
    """Say the same of a printed batch, by what stands on its plates; empty where it makes no certificates."""
    if batch.state != BatchState.PRINTED or BatchFileKind.CERTIFICATES not in batch.outputs:
        return ""
    return certificates_told(batch.plate_count, batch.places.filter(plate__number="").count())


def too_long(batch: PlateBatch) -> list[dict[str, str]]:
    """Return which text of which house does not fit: its code, its address today, what the text is, and the text."""
    texts = batch.too_long[:_TOO_LONG_SHOWN]
    found = House.objects.filter(commune=batch.commune, code__in=[_plain(one["house"]) for one in texts])
    addresses = {house.code: house.local_address for house in found.select_related("village", "commune")}
    return [
        {
            "house": one["house"],
            "address": addresses.get(_plain(one["house"]), ""),
            "field": str(_FIELDS.get(one["field"], "")),
            "text": one["text"],
        }
        for one in texts
    ]


def _plain(formatted: str) -> str:
    return formatted.replace("-", "")
