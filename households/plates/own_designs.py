"""Plate designs: those that come with the program and those that a commune has made for itself, as the text of each.

`owning.py` says who may change them and how; what can be printed is judged by `design_reading.py`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import OwnPlateDesign, PlateBatch
from households.models.plate_batch import LONGEST_NAME
from households.plates import emblems, press
from households.plates.design import PlateDesign
from households.plates.design_reading import read_design
from households.plates.owning import Owning, Sentences
from households.plates.shipped import NAMES, source_of
from mapping import access
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Unit
from mapping.printing.sheet import Sheet
from mapping.text import clean

_owning: Final = Owning(
    OwnPlateDesign,
    "plate_design",
    Sentences(
        gone=gettext_lazy("Mẫu biển “%(name)s” đã được người khác xóa. Hãy tải lại trang."),
        changed=gettext_lazy(
            "Mẫu biển “%(name)s” đã được người khác sửa sau khi bạn mở trang. Hãy tải lại trang rồi sửa tiếp."
        ),
        taken=gettext_lazy("%(commune)s đã có mẫu biển tên “%(name)s”. Hãy đặt tên khác."),
        unnamed=gettext_lazy("Hãy đặt tên cho mẫu biển."),
        long_name=gettext_lazy("Tên mẫu biển dài nhất %(most)d chữ, viết bằng chữ thường đọc được."),
        too_many=gettext_lazy(
            "%(commune)s đã có %(count)d mẫu biển riêng, nhiều nhất là chừng đó. Hãy xóa mẫu không dùng nữa."
        ),
    ),
)


SHIPPED_TITLES: Final[Mapping[str, str | Promise]] = {
    "house-number": gettext_lazy("Biển xanh lam, chữ trắng"),
    "white-qr": gettext_lazy("Biển trắng, mã QR lớn"),
    "two-codes": gettext_lazy("Biển hai mã: trang của nhà và Google Maps"),
    "alley-board": gettext_lazy("Biển tên ngõ ở đầu ngõ"),
}
"""Their titles in the reader's language; the files themselves are Vietnamese."""


@dataclass(frozen=True)
class Choosable:
    """A design to choose: `key` is the name of a shipped one or the id of the commune's own, which is then `own`."""

    key: str
    title: str
    source: str
    own: OwnPlateDesign | None = None


def designs_of(commune: Unit) -> list[Choosable]:
    """Return what can be chosen in a commune: its own by name, then the shipped ones."""
    own = OwnPlateDesign.objects.filter(commune=commune).order_by("name")
    return [*(Choosable(str(one.pk), one.name, one.source, one) for one in own), *map(_shipped, NAMES)]


def find(commune: Unit, key: str) -> Choosable:
    """Return the design with that key; raises UserError that names those there are."""
    known = {one.key: one for one in designs_of(commune)}
    if key not in known:
        raise UserError(
            _("Không có mẫu biển “%(name)s”. Các mẫu hiện có: %(known)s.")
            % {"name": key[:LONGEST_NAME], "known": "; ".join(one.title for one in known.values())},
            code="design",
        )
    return known[key]


def title_of(batch: PlateBatch) -> str:
    """What the design of a batch is called: that of a shipped one in the reader's language, else as on its day."""
    return str(SHIPPED_TITLES.get(batch.design.get("key", ""), batch.design_name))


def judged(commune: Unit, source: str, sheet: Sheet | None = None) -> PlateDesign:
    """Return the design that a text describes, as it would be printed for the commune; raises DesignProblems."""
    return read_design(source, emblems.all_of(commune), host=settings.PLATE_HOST, sheet=sheet, fonts=press.fonts())


def add(*, user: Any, commune: Unit, name: str, source: str) -> OwnPlateDesign:
    """Keep a new design of a commune. Raises Http404, NotAllowed, DesignProblems, UserError."""
    access.require(user, Capability.PRINT, commune)
    name = _owning.name(name)
    judged(commune, source)
    with transaction.atomic():
        _owning.require_room(commune)
        design = OwnPlateDesign(commune=commune, name=name, source=source, created_by=user)
        _owning.save(design)
        _owning.record("add", design, {"bytes": len(source.encode())})
    return design


def change(*, user: Any, design: OwnPlateDesign, version: int, name: str, source: str) -> OwnPlateDesign:
    """Change a design's name and text. Raises as `add` does, and Conflict."""
    with transaction.atomic():
        design = _owning.locked(user, design, version)
        design.name = _owning.name(name)
        judged(design.commune, source)
        design.source = source
        _owning.save(design)
        _owning.record("change", design, {"bytes": len(source.encode())})
    return design


def copy(*, user: Any, commune: Unit, key: str) -> OwnPlateDesign:
    """Make the commune's own copy of any design that it can choose, under the first name that is free."""
    access.require(user, Capability.PRINT, commune)
    original = find(commune, key)
    return add(user=user, commune=commune, name=_owning.free_name(commune, original.title), source=original.source)


def remove(*, user: Any, design: OwnPlateDesign, version: int) -> None:
    """Delete a design; batches keep theirs. Raises Http404, NotAllowed, Conflict."""
    with transaction.atomic():
        design = _owning.locked(user, design, version)
        _owning.record("remove", design, {"bytes": len(design.source.encode())})
        design.delete()


def name_in(source: str) -> str:
    """Return the title that a text gives itself, "" where it gives none: the first name of what is uploaded."""
    try:
        said = json.loads(source)
    except (ValueError, RecursionError):
        return ""
    title = said.get("title") if isinstance(said, dict) else None
    return clean(title)[:LONGEST_NAME] if isinstance(title, str) else ""


def own(user: Any, design_id: uuid.UUID) -> OwnPlateDesign | None:
    """Return a commune's own design within the person's reach."""
    return OwnPlateDesign.objects.for_user(user).select_related("commune").filter(pk=design_id).first()


def _shipped(name: str) -> Choosable:
    return Choosable(name, str(SHIPPED_TITLES[name]), source_of(name))
