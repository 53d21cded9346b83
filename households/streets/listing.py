"""Which streets a list shows, for the page and its file: one commune, narrowed by village, kind or a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from households.desk_lists import DeskList
from households.models import Street, StreetKind
from households.streets.reading import with_branches, with_houses, with_length
from mapping.exporting import Column
from mapping.models import Unit
from mapping.text import clean, fold

NO_VILLAGE = "none"
_IN_ORDER = (StreetKind.ROAD, StreetKind.STREET, StreetKind.NGO, StreetKind.KIET, StreetKind.HEM, StreetKind.NGACH)

_SHAPES = ("line", "line_3857")


@dataclass(frozen=True, slots=True)
class StreetListing:
    """The choice of streets. `village` is a village's code, or NO_VILLAGE for roads through several."""

    commune: Unit
    village: str = ""
    kind: str = ""
    text: str = ""

    @classmethod
    def read(cls, commune: Unit, values: Mapping[str, Any]) -> StreetListing:
        """Understand the values of an address; what is unknown is left out."""
        kind = str(values.get("kind", ""))
        return cls(
            commune=commune,
            village=clean(str(values.get("village", "")))[:12],
            kind=kind if kind in StreetKind.values else "",
            text=clean(str(values.get("q", "")))[:100],
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether it shows less than all."""
        return bool(self.village or self.kind or self.text)

    def query(self, **more: Any) -> str:
        """The choice as the query of an address."""
        values = {"commune": self.commune.code, "village": self.village, "kind": self.kind, "q": self.text}
        return urlencode({name: value for name, value in {**values, **more}.items() if value})

    def streets(self, user: Any) -> QuerySet[Street]:
        """The streets: roads first, then alleys, each kind in the natural order of names; nameless ones by parent."""
        streets = Street.objects.for_user(user).filter(commune=self.commune)
        if self.village == NO_VILLAGE:
            streets = streets.filter(village=None)
        elif self.village:
            streets = streets.filter(village__code=self.village)
        if self.kind:
            streets = streets.filter(kind=self.kind)
        for word in fold(self.text).split():
            # "ngõ đình": a word of the kind matches the kind.
            kinds = [kind for kind in StreetKind.values if fold(StreetKind(kind).word) == word]
            streets = streets.filter(
                Q(name_folded__contains=word)
                | Q(number=word)
                | Q(kind__in=kinds)
                | Q(parent__name_folded__contains=word)
            )
        rank = Case(
            *(When(kind=kind, then=Value(place)) for place, kind in enumerate(_IN_ORDER)), output_field=IntegerField()
        )
        nameless = Case(When(name="", then=1), default=0, output_field=IntegerField())
        return (
            with_length(with_branches(with_houses(streets)))
            .annotate(rank=rank, nameless=nameless)
            .select_related("village", "parent__parent")
            .defer(*(f"{above}{column}" for above in ("", "parent__", "parent__parent__") for column in _SHAPES))
            .order_by("nameless", "rank", "name", F("parent__name").asc(nulls_last=True), "number", "pk")
        )


def as_file(listing: StreetListing, user: Any) -> DeskList:
    """The same streets for a file."""
    columns = (
        Column(_("Đường, ngõ"), width=30), Column(_("Loại"), width=10), Column(_("Tên"), width=24),
        Column(_("Số"), width=10), Column(_("Đi ra từ"), width=30), Column(_("Thôn"), width=20),
        Column(_("Bề rộng"), width=18), Column(_("Chiều đánh số"), width=22), Column(_("Dài (m)"), "whole", 10),
        Column(_("Số lượng nhà"), "whole", 14), Column(_("Số ngõ đi ra"), "whole", 12),
        Column(_("Nguồn"), width=30), Column(_("Ghi chú"), width=30),
    )  # fmt: skip
    rows = (
        (street.full_name, street.kind_word, street.name, street.number,
         _above(street), street.village.full_name if street.village else "",
         street.get_width_class_display(), capfirst(street.get_direction_display()), round(street.length_m),
         street.houses, street.branch_count, street.source, street.note)
        for street in _worded(listing.streets(user))
    )  # fmt: skip
    return DeskList("duong-ngo", _("Đường, ngõ"), columns, rows)


def _above(street: Street) -> str:
    """What a street hangs on, and where that has no name what it hangs on in turn."""
    if street.parent is None:
        return ""
    further = street.parent.parent if not street.parent.name else None
    return ", ".join(above.full_name for above in (street.parent, further) if above)


def _worded(streets: QuerySet[Street]) -> Any:
    for street in streets.iterator(chunk_size=2_000):
        street.kind_word = StreetKind(street.kind).word
        yield street
