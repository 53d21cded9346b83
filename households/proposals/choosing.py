"""Which houses of a proposal a page or file shows: by outcome, street, village, a page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from households.models import NumberingProposal, ProposedNumber, ProposedOutcome
from households.proposals import reading
from households.proposals.reprinting import houses_to_reprint
from mapping import registry
from mapping.access import Capability
from mapping.models import Unit
from mapping.text import clean

PER_PAGE: Final = 100
MOST_STREETS: Final = 1_000
"""Names offered while a street is typed."""

KINDS: Final[dict[str, Promise]] = {
    "all": _("Mọi nhà"),
    "changes": _("Cấp mới và đổi số"),
    "given": _("Được cấp số mới"),
    "changed": _("Đổi số"),
    "kept": _("Giữ số"),
    "doubts": _("Cần xem lại"),
    "conflicts": _("Vướng mắc"),
    "unplaced": _("Không trên đường, ngõ nào"),
    "left_out": _("Để lại sau"),
    "by_hand": _("Cán bộ đã sửa"),
    "reprint": _("Phải in lại biển"),
}
_OF_READING: Final = get_args(reading.Only)


def register() -> None:
    """Announce the pages of numbering in the bar at the top."""
    registry.navigation.append(
        registry.NavigationEntry(label=_("Đánh số nhà"), url_name="numbering", capability=Capability.NUMBER, order=36)
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The houses to show. `street` is a name as it stands in the new address, `line` the id of one street or alley."""

    kind: str = "all"
    street: str = ""
    line: str = ""
    village: str = ""

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Choice:
        """Understand the values of an address; what is unknown is left out."""
        kind, line = values.get("only", ""), str(values.get("line", ""))
        return cls(
            kind=kind if kind in KINDS else "all",
            street=clean(str(values.get("street", "")))[:120],
            line=line if _is_id(line) else "",
            village=clean(str(values.get("village", "")))[:12],
        )

    @property
    def is_narrow(self) -> bool:
        """Whether not every house is shown."""
        return self != Choice()

    def values(self) -> dict[str, str]:
        """The choice as the values that `read` understands, without those that say nothing."""
        kind = "" if self.kind == "all" else self.kind
        values = {"only": kind, "street": self.street, "line": self.line, "village": self.village}
        return {name: value for name, value in values.items() if value}

    def query(self) -> str:
        """The choice as the query of an address."""
        return urlencode(self.values())

    def only(self, kind: str) -> str:
        """The query of the same choice with other outcomes."""
        return replace(self, kind=kind).query()

    def rows(self, proposal: NumberingProposal) -> QuerySet[ProposedNumber]:
        """The houses, by street and number in natural order, each with its house, village and street."""
        only = self.kind if self.kind in _OF_READING else "all"
        rows = reading.rows(proposal, only=only, street=self.line or None)  # type: ignore[arg-type]
        if self.kind == "kept":
            rows = rows.filter(outcome__in=(ProposedOutcome.LOCKED, ProposedOutcome.SAME))
        elif self.kind == "reprint":
            rows = rows.filter(house__in=houses_to_reprint(proposal))
        if self.street:
            rows = rows.filter(new_street=self.street)
        if self.village == "none":
            rows = rows.filter(house__village__isnull=True)
        elif self.village:
            rows = rows.filter(house__village__code=self.village)
        return rows.select_related("house__village", "street__parent")

    def page_of(self, proposal: NumberingProposal, code: str) -> int | None:
        """On which page the house with this code stands; None when the choice leaves it out."""
        rows = self.rows(proposal)
        row = rows.filter(house__code=code).first()
        if row is None:
            return None
        in_street = Q(new_number__lt=row.new_number) | Q(new_number=row.new_number, pk__lt=row.pk)
        before = rows.filter(Q(new_street__lt=row.new_street) | Q(in_street, new_street=row.new_street))
        return before.count() // PER_PAGE + 1


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def streets_of(proposal: NumberingProposal) -> list[str]:
    """Names to choose a street by, in natural order."""
    names = proposal.numbers.exclude(new_street="").order_by("new_street").values_list("new_street", flat=True)
    return list(names.distinct()[:MOST_STREETS])


def villages_of(proposal: NumberingProposal) -> QuerySet[Unit]:
    """The villages that the proposal covers."""
    villages = Unit.objects.current().villages().filter(parent=proposal.commune_id).in_order()
    return villages if proposal.village_ids is None else villages.filter(pk__in=proposal.village_ids)
