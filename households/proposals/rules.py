"""What a proposal is asked to do: how to number, and which numbers to leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self, get_args

from households.numbering.model import Rules
from mapping import crs
from mapping.errors import UserError
from mapping.wording import gettext as _

Suffix = Literal["letter", "dash"]
Keep = Literal["legal", "all"]
SHORTEST_SLOT_M: Final = 1.0
LONGEST_SLOT_M: Final = 100.0


def is_slot(metres: float) -> bool:
    """Return whether a number may stand for so much frontage; less than a metre would count into the millions."""
    return metres == 0 or SHORTEST_SLOT_M <= metres <= LONGEST_SLOT_M  # a NaN is neither


@dataclass(frozen=True, slots=True)
class ProposalRules:
    """The rules of one run, as `NumberingProposal.rules` keeps them.

    `keep`: "legal" locks the numbers that a decision gave, "all" every number in use. `only_new` gives numbers to
    houses without one and changes no other. `centre` is longitude and latitude (EPSG:4326).
    """

    suffix: Suffix = "letter"
    slot_m: float = 0.0
    keep: Keep = "legal"
    only_new: bool = False
    centre: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.suffix not in get_args(Suffix):
            raise UserError(
                _("Cách thêm số sau chỉ có hai: “letter” (20A, 20B) hoặc “dash” (20-1, 20-2)."), code="suffix"
            )
        if self.keep not in get_args(Keep):
            raise UserError(
                _("Số giữ nguyên chỉ có hai cách chọn: “legal” (số đã có quyết định) hoặc “all” (mọi số đang dùng)."),
                code="keep",
            )
        if not is_slot(self.slot_m):
            raise UserError(
                _("Khoảng mặt đường cho mỗi số phải từ %(least)d đến %(most)d mét, hoặc 0 là đánh số liền nhau.")
                % {"least": int(SHORTEST_SLOT_M), "most": int(LONGEST_SLOT_M)},
                code="slot",
            )
        if self.centre is not None and not (-180 <= self.centre[0] <= 180 and -90 <= self.centre[1] <= 90):
            raise UserError(_("Điểm trung tâm phải có kinh độ và vĩ độ hợp lệ."), code="centre")

    @property
    def keeps_all(self) -> bool:
        """Whether every number in use stays, by decision or not."""
        return self.keep == "all" or self.only_new

    def to_json(self) -> dict[str, Any]:
        """Return the rules as JSON."""
        return asdict(self) | {"centre": list(self.centre) if self.centre else None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the rules that `to_json` gave."""
        centre = kept.get("centre")
        return cls(
            suffix=kept.get("suffix", "letter"),
            slot_m=float(kept.get("slot_m", 0)),
            keep=kept.get("keep", "legal"),
            only_new=bool(kept.get("only_new", False)),
            centre=(float(centre[0]), float(centre[1])) if centre else None,
        )

    def for_engine(self, srid: int) -> Rules:
        """Return what the engine is told, in metres of the zone `srid`."""
        centre = None
        if self.centre is not None:
            x, y = crs.from_lonlat(srid, *self.centre)
            centre = (float(x[0]), float(y[0]))
        return Rules(suffix=self.suffix, slot_m=self.slot_m, centre=centre)
