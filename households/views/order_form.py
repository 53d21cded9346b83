"""What the page that orders plates asks for, read from its form or its address."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from households.models import BatchFileKind, BatchOrder
from households.plates.choosing import Choice
from households.plates.shipped import CUSTOMARY
from mapping.errors import UserError
from mapping.printing.sheet import A4_PLATES
from mapping.text import clean

STREET, WRITTEN = "id:", "text:"
"""What begins the value of a street that was drawn, and of one that addresses alone name."""


_WHOLE: Final = re.compile(r"[-−]?[0-9]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as `batching.order` takes it."""

    choice: Choice
    design: str = CUSTOMARY
    profile: str = A4_PLATES.name
    order: BatchOrder = BatchOrder.ROUTE
    outputs: tuple[BatchFileKind, ...] = (BatchFileKind.SHEETS,)
    copies: int = 1
    skip: int = 0
    proof: bool = False
    fresh: bool = False


def read(values: QueryDict) -> Asked:
    """Read what was chosen; what an address leaves out is as at first. Raises UserError for what no order can be."""
    streets = values.getlist("street")
    choice = Choice.from_json(
        {
            "villages": values.getlist("village"),
            "streets": [one.removeprefix(STREET) for one in streets if one.startswith(STREET)],
            "street_texts": [clean(one.removeprefix(WRITTEN)) for one in streets if one.startswith(WRITTEN)],
            "want": values.get("want", ""),
            "states": values.getlist("state"),
            "polygon": _polygon(values.get("polygon", "")),
        }
    )
    try:
        order = BatchOrder(values.get("order") or BatchOrder.ROUTE)
        kinds = values.getlist("output")
        outputs = tuple(BatchFileKind(kind) for kind in kinds)
    except ValueError:
        raise _unreadable() from None
    return Asked(
        choice=choice,
        design=values.get("design") or CUSTOMARY,
        profile=values.get("profile") or A4_PLATES.name,
        order=order,
        outputs=outputs if kinds or "sent" in values else (BatchFileKind.SHEETS,),
        copies=_whole(values.get("copies", ""), 1, _("Số bản mỗi biển")),
        skip=_whole(values.get("skip", ""), 0, _("Số ô đã dùng trên tờ đầu")),
        proof="proof" in values,
        fresh="fresh" in values,
    )


def read_what_can_be(values: QueryDict) -> Asked:
    """Read an order that was refused, without the parts that no order can have: nobody types the others again."""
    kept = values.copy()
    for name in ("polygon", "copies", "skip", "order", "output", "street", "want", "state", "village"):
        try:
            return read(kept)
        except UserError:
            kept.pop(name, None)
    return Asked(Choice())


def _polygon(text: str) -> object:
    try:
        return json.loads(text) if text else []
    except (ValueError, RecursionError):
        raise _unreadable() from None


def _whole(text: str, otherwise: int, name: str) -> int:
    """A whole number, of which whoever knows the sheet says between which two it may lie."""
    text = text.strip()
    if not text:
        return otherwise
    if not _WHOLE.fullmatch(text):
        raise UserError(
            _("“%(name)s” phải là một số nguyên, không phải “%(text)s”.") % {"name": name, "text": text[:20]}
        )
    return int(text.replace("−", "-"))


def _unreadable() -> UserError:
    return UserError(_("Không đọc được lựa chọn nhà để in biển. Hãy tải lại trang và chọn lại."), code="choice")
