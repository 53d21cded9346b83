"""The samples of a campaign as a table: filtered, a page at a time or all of them for a file.

Whoever asks may see the commune's soil: exact places, codes and private samples are among it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping import crs, text
from mapping.exporting import Column
from soil_map.classes import digits_to_tell
from soil_map.measured import Layer, layers_of
from soil_map.models import Campaign, Method, Result, Sample, SoilClass
from soil_map.schemes import UsedScheme, scheme_of
from soil_map.units import unit_of

PER_PAGE: Final = 50
KINDS: Final = {
    "": gettext_lazy("Mọi mẫu"),
    "private": gettext_lazy("Mẫu riêng tư"),
    "open": gettext_lazy("Mẫu không riêng tư"),
    "below": gettext_lazy("Có kết quả dưới ngưỡng phát hiện"),
    "replicated": gettext_lazy("Có kết quả lặp"),
    "parcel": gettext_lazy("Gắn với thửa"),
}
_MOST_TYPED: Final = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """What was found by one method, replicates averaged, and the class where a scheme holds for it.

    `value` is in the property's canonical unit; of a replicate below detection half the limit counts. `text` tells it
    in that unit, of what is wholly below detection the limit: "<1,1". `written` are the figures as they were written,
    each with its unit.
    """

    text: str
    written: str
    soil_class: SoilClass | None
    value: float
    below: int
    """So many of `count` replicates are below detection."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A sample with a cell for each method, None where it was not measured."""

    sample: Sample
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the table shows: words of codes or parcels, a depth "0-20", a kind of sample."""

    campaign: Campaign
    text: str = ""
    depth: str = ""
    kind: str = ""

    @classmethod
    def read(cls, campaign: Campaign, asked: Any) -> Chosen:
        """What an address asks for; what it cannot mean is left out."""
        kind = asked.get("kind", "")
        return cls(
            campaign,
            text.clean(asked.get("q", ""))[:_MOST_TYPED],
            asked.get("depth", "")[:20],
            kind if kind in KINDS else "",
        )

    @property
    def query(self) -> str:
        """The choice as an address, without the page."""
        asked = {"q": self.text, "depth": self.depth, "kind": self.kind}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Whether something was left out."""
        return bool(self.text or self.depth or self.kind)

    def found(self) -> QuerySet[Sample]:
        """The samples, by site and depth, with site and parcel."""
        samples = Sample.objects.filter(campaign=self.campaign).select_related("site", "parcel")
        if depth := _depth(self.depth):
            samples = samples.filter(depth_from_cm=depth[0], depth_to_cm=depth[1])
        results = Result.objects.filter(sample=OuterRef("pk"))
        if self.kind == "private":
            samples = samples.filter(is_private=True)
        elif self.kind == "open":
            samples = samples.filter(is_private=False)
        elif self.kind == "below":
            samples = samples.filter(Exists(results.filter(is_below_detection=True)))
        elif self.kind == "replicated":
            samples = samples.filter(Exists(results.filter(replicate__gt=1)))
        elif self.kind == "parcel":
            samples = samples.filter(parcel__isnull=False)
        for word in self.text.split():
            samples = samples.filter(_named(word))
        return samples.order_by("site__code", "depth_from_cm", "depth_to_cm", "pk")


def _named(word: str) -> Q:
    """Samples whose code has the word in it, or whose parcel it is: 12/345, or the number alone."""
    said = Q(site__code__icontains=word) | Q(laboratory_code__icontains=word)
    sheet, slash, number = word.partition("/")
    if slash:
        return said | Q(parcel__sheet=sheet, parcel__number=number)
    return said | Q(parcel__number=word)


def _depth(typed: str) -> tuple[float, float] | None:
    top, dash, bottom = typed.partition("-")
    try:
        return (float(top), float(bottom)) if dash else None
    except ValueError:
        return None


class SampleTable:
    """The methods of a campaign as columns, and samples as lines of cells."""

    def __init__(self, campaign: Campaign, layers: Sequence[Layer] | None = None) -> None:
        found = layers_of(campaign) if layers is None else layers
        self.campaign = campaign
        self.methods: list[Method] = list(dict.fromkeys(layer.method for layer in found))
        self._schemes: dict[str, UsedScheme | None] = {method.pk: scheme_of(method) for method in self.methods}

    def page(self, samples: QuerySet[Sample], number: str | None) -> Any:
        """One page whose `object_list` is lines."""
        page: Any = Paginator(samples, PER_PAGE).get_page(number)
        page.object_list = list(self.lines(page.object_list))
        return page

    def lines(self, samples: QuerySet[Sample]) -> Iterator[Line]:
        """The samples as lines, replicates averaged."""
        for sample in samples.prefetch_related(Prefetch("results", Result.objects.order_by("replicate"))):
            of: dict[str, list[Result]] = {}
            for result in sample.results.all():
                of.setdefault(result.method_id, []).append(result)
            yield Line(sample, [self._cell(method, of.get(method.pk, ())) for method in self.methods])

    def _cell(self, method: Method, results: Sequence[Result]) -> Cell | None:
        if not results:
            return None
        value = sum(one.value for one in results) / len(results)
        below = sum(one.is_below_detection for one in results)
        scheme = self._schemes[method.pk]
        decimals = method.property.decimals
        # Of a value below detection the limit is told and not half of it, which is what is kept.
        if below == len(results):
            shown = f"<{_told(2 * max(one.value for one in results), decimals)}"
        else:
            shown = _told(value, digits_to_tell(value, scheme.place_of, decimals) if scheme else decimals)
        written = "; ".join(f"{one.written} {_unit(one.written_unit)}".strip() for one in results)
        return Cell(shown, written, scheme.class_of(value) if scheme else None, value, below, len(results))

    def columns(self) -> list[Column]:
        """The columns of a file."""
        return [
            Column(_("Ký hiệu điểm")),
            Column(_("Kinh độ"), "real"),
            Column(_("Vĩ độ"), "real"),
            Column(_("Đông (m, VN-2000)"), "real"),
            Column(_("Bắc (m, VN-2000)"), "real"),
            Column(_("Độ sâu từ (cm)"), "real"),
            Column(_("Độ sâu đến (cm)"), "real"),
            Column(_("Ngày lấy mẫu"), "date"),
            Column(_("Mã phòng phân tích")),
            Column(_("Số mẫu con"), "whole"),
            Column(_("Riêng tư")),
            Column(_("Số tờ")),
            Column(_("Số thửa")),
            *(
                column
                for method in self.methods
                for column in (
                    Column(_headed(method), "real", 24),
                    Column(_("Dưới ngưỡng phát hiện: %(method)s") % {"method": method}, "text", 18),
                    Column(_("Đã ghi: %(method)s") % {"method": method}, "text", 18),
                    Column(_("Cấp: %(method)s") % {"method": method}, "text", 18),
                )
            ),
        ]

    def rows(self, lines: Iterable[Line]) -> Iterator[list[Any]]:
        """The rows of a file; a class stands with values that a scheme holds for, and beside a value that counts half a
        detection limit that it does.
        """
        zone = self.campaign.commune.vn2000_srid
        for line in lines:
            sample, point = line.sample, line.sample.site.location
            east, north = crs.from_lonlat(zone, np.array([point.x]), np.array([point.y]))
            parcel = sample.parcel
            row: list[Any] = [
                sample.site.code,
                point.x,
                point.y,
                round(float(east[0]), 2),
                round(float(north[0]), 2),
                sample.depth_from_cm,
                sample.depth_to_cm,
                sample.sampled_on,
                sample.laboratory_code,
                sample.composite_count,
                _("có") if sample.is_private else "",
                parcel.sheet if parcel else "",
                parcel.number if parcel else "",
            ]
            for cell in line.cells:
                if cell is None:
                    row += [None, "", "", ""]
                else:
                    row += [cell.value, _below(cell), cell.written, cell.soil_class.label if cell.soil_class else ""]
            yield row


def depths_of(campaign: Campaign) -> list[tuple[str, str, int]]:
    """The depths that samples were taken at, the upper first: "0-20", as it is said, how many."""
    rows = (
        Sample.objects.filter(campaign=campaign)
        .order_by("depth_from_cm", "depth_to_cm")
        .values_list("depth_from_cm", "depth_to_cm")
        .annotate(count=Count("pk"))
    )
    return [(f"{top:g}-{bottom:g}", f"{top:g}–{bottom:g} cm", count) for top, bottom, count in rows]


def _told(value: float, decimals: int) -> str:
    """A number with the decimals of its property, more where these would make it none."""
    while value and not round(value, decimals):
        decimals += 1
    return number_format(round(value, decimals), decimals)  # which by itself cuts digits off


def _unit(key: str) -> str:
    return str(unit_of(key)) if key else ""


def _below(cell: Cell) -> str:
    if not cell.below:
        return ""
    if cell.below == cell.count:
        return _("có: số ghi nửa ngưỡng")
    return _("%(below)d trong %(count)d lần lặp: tính bằng nửa ngưỡng") % {"below": cell.below, "count": cell.count}


def _headed(method: Method) -> str:
    unit = method.property.unit
    return f"{method.property.name}, {method.name}" + (f" ({unit})" if unit else "")
