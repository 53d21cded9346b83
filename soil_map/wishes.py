"""What somebody wants to grow, how much of it, and with which fertilisers: as it stands in an address or a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from mapping.errors import UserError
from soil_map import advising
from soil_map.advised import Advice, Liming, Refusal
from soil_map.harvests import MOST_T_PER_HA
from soil_map.models import Crop, Fertiliser

_NUMBER: Final = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?", re.ASCII)


@dataclass(frozen=True)
class Wish:
    """A crop, its target yield and that of a plot without potassium (t/ha), and the fertilisers there are, None all."""

    crop: Crop
    target_t_per_ha: float | None = None
    zero_k_t_per_ha: float | None = None
    fertilisers: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {
            "crop": self.crop.pk,
            "target": self.target_t_per_ha,
            "zero_k": self.zero_k_t_per_ha,
            "fertilisers": None if self.fertilisers is None else list(self.fertilisers),
        }

    def to_query(self) -> str:
        """As an address has it."""
        parts: list[tuple[str, str]] = [("crop", self.crop.pk)]
        parts += [("target", f"{self.target_t_per_ha:g}")] if self.target_t_per_ha is not None else []
        parts += [("zero_k", f"{self.zero_k_t_per_ha:g}")] if self.zero_k_t_per_ha is not None else []
        parts += [("with", key) for key in self.fertilisers or ()]
        return urlencode(parts)


@dataclass(frozen=True)
class Counsel:
    """What a wish comes to where values are known: nutrients and lime, each or why not."""

    wish: Wish
    dose: Advice | Refusal
    lime: Liming | Refusal


def counsel(wish: Wish, values: advising.Values) -> Counsel:
    """Return what to give for a wish."""
    dose = advising.needs(
        wish.crop,
        values,
        target_t_per_ha=wish.target_t_per_ha,
        zero_k_t_per_ha=wish.zero_k_t_per_ha,
        fertilisers=wish.fertilisers,
    )
    return Counsel(wish, dose, advising.lime(wish.crop, values))


def read(query: QueryDict) -> Wish | None:
    """Return the wish of an address or a form; None where no crop is named. Raises UserError by the field at fault."""
    key = query.get("crop", "").strip()
    if not key:
        return None
    crop = Crop.objects.filter(pk=key[:30]).first()
    if crop is None:
        raise UserError(_("Không có cây trồng này trong danh mục. Hãy chọn một cây trong danh sách."), code="crop")
    known = list(Fertiliser.objects.values_list("pk", flat=True))
    chosen = tuple(key for key in known if key in query.getlist("with"))
    return Wish(
        crop,
        *yields_of(query),
        chosen or None,
    )


def yields_of(query: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Return the target and the yield without potassium of an address or a form. Raises UserError by the field."""
    return (
        _tonnes(query.get("target", ""), "target", _("Năng suất mục tiêu")),
        _tonnes(query.get("zero_k", ""), "zero_k", _("Năng suất ô không bón kali")),
    )


def of_json(kept: Mapping[str, Any]) -> Wish | None:
    """Return the wish that a job kept; None where it kept none, or the crop is gone."""
    crop = Crop.objects.filter(pk=kept["crop"]).first() if kept else None
    if crop is None:
        return None
    fertilisers = None if kept["fertilisers"] is None else tuple(kept["fertilisers"])
    return Wish(crop, kept["target"], kept["zero_k"], fertilisers)


def _tonnes(written: str, name: str, label: str) -> float | None:
    """Tonnes a hectare as people write them: "6", "6,5"."""
    written = written.strip()
    if not written:
        return None
    tonnes = float(written.replace(",", ".")) if _NUMBER.fullmatch(written) else -1.0
    if not 0 < tonnes <= MOST_T_PER_HA:
        raise UserError(
            _("%(label)s phải là số tấn trên hecta, ví dụ 6 hoặc 6,5; “%(written)s” thì không đọc được.")
            % {"label": label, "written": written[:20]},
            code=name,
        )
    return tonnes
