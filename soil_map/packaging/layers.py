"""What of a commune's soil goes into a GeoPackage, layer by layer, read in pieces.

For the office it is all there is, at exact places. For the public it is what anyone may see: published campaigns and
maps, no parcels, and of private samples only in which square of the zone's grid there is one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import shapely
from django.db.models import Avg, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.exporting import Column, GisLayer
from mapping.models import Unit
from soil_map import areas, privacy, sample_names
from soil_map.field_facts import parcels_at
from soil_map.models import (
    Campaign,
    Method,
    Parcel,
    Result,
    Sample,
    SoilComponent,
    SoilMapVersion,
    Surface,
    SurfaceState,
    Zone,
)
from soil_map.packaging import qgis
from soil_map.packaging.qgis import Kind, Style
from soil_map.reports.layers import limits_text
from soil_map.reports.sheets import main_soils
from soil_map.schemes import UsedScheme, schemes_of
from soil_map.soil_colours import colours_of
from soil_map.surfaces.rezoning import lacking_sentence
from soil_map.viewing.telling import unit_text

_CHUNK: Final = 2_000
_COLOURS: Final = {"commune": "#6b1a73", "villages": "#6b1a73", "parcels": "#7a6a4f", "samples": "#ffffff"}

Rows = Iterator[tuple[bytes | None, Sequence[Any]]]


@dataclass(frozen=True)
class Package:
    """A layer with its styles, the default one first."""

    layer: GisLayer
    styles: tuple[Style, ...] = ()


class Contents:
    """What somebody asked for, of one commune."""

    def __init__(self, commune: Unit, *, for_public: bool) -> None:
        self.commune = commune
        self.for_public = for_public
        published = {"published_at__isnull": False} if for_public else {}
        self.campaigns = list(Campaign.objects.filter(commune=commune, **published).order_by("started_on", "name"))
        self.maps = list(SoilMapVersion.objects.filter(commune=commune, **published).order_by("created_at"))
        self._names: set[str] = set()
        self._lacking: list[str] = []  # surfaces without zones of a scheme in use, as they are found

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of the soil to write."""
        has_parcels = not self.for_public and Parcel.objects.filter(commune=self.commune).exists()
        return not (self.campaigns or self.maps or has_parcels)

    def layers(self) -> list[Package]:
        """All layers; their rows are read when they are written."""
        found = [*self._units()]
        found += [self._soil_map(one) for one in self.maps]
        if self.maps:
            found.append(Package(self._components()))
        for surface in self._surfaces():
            found += self._zones(surface)
        if self.campaigns:
            found += [self._samples(), Package(self._results())]
        if not self.for_public and Parcel.objects.filter(commune=self.commune).exists():
            found.append(self._parcels())
        return [*found, Package(self._classes()), Package(self._about())]

    def private_samples(self) -> list[Any]:
        """Ids of the private samples that leave with their places and values."""
        if self.for_public:
            return []
        samples = Sample.objects.filter(campaign__in=self.campaigns, is_private=True)
        return list(samples.values_list("pk", flat=True))

    def _named(self, name: str) -> str:
        """A table's name that no other has."""
        plain = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")
        found, more = plain, 2
        while found in self._names:
            found, more = f"{plain}_{more}", more + 1
        self._names.add(found)
        return found

    def _units(self) -> Iterator[Package]:
        """The commune and its villages."""
        villages = Unit.objects.current().villages().filter(parent=self.commune, outline__isnull=False).in_order()
        wanted = (
            ("commune", _("Xã"), Unit.objects.filter(pk=self.commune.pk, outline__isnull=False)),
            ("villages", _("Thôn"), villages),
        )
        columns = [Column("code"), Column("name"), Column("area_ha", "real")]
        for name, title, units in wanted:
            rows: Rows = (
                (bytes(one.outline.wkb), (one.code, one.full_name, _hectares(one.area_m2)))
                for one in units.iterator(chunk_size=_CHUNK)
                if one.outline is not None
            )
            style = Style(title, qgis.plain("fill", _COLOURS[name], label_field="name", is_filled=False))
            yield Package(GisLayer(self._named(name), columns, rows, "MultiPolygon", title), (style,))

    def _soil_map(self, soil_map: SoilMapVersion) -> Package:
        columns = [
            Column("unit_id"), Column("symbol"), Column("soil"), Column("wrb_group"), Column("soils"),
            Column("area_ha", "real"), Column("map"), Column("legend"), Column("edition"), Column("invented", "whole"),
        ]  # fmt: skip
        units = soil_map.units.prefetch_related("components").order_by("symbol", "pk")
        rows: Rows = (
            (
                bytes(one.outline.wkb),
                (
                    str(one.pk), one.symbol, *_main(one.components.all()), "; ".join(map(str, one.components.all())),
                    _hectares(one.area_m2), soil_map.title, soil_map.legend, soil_map.edition,
                    _yes(soil_map.is_invented),
                ),
            )
            for one in units.iterator(chunk_size=_CHUNK)
        )  # fmt: skip
        soils = _soils_of(soil_map)
        colours = colours_of((symbol, *soil) for symbol, soil in soils.items())
        kinds = [
            Kind(f"{symbol}: {soils[symbol][1]}" if soils[symbol][1] else symbol, colours[symbol], symbol)
            for symbol in sorted(soils)
        ]
        style = Style(_("Loại đất"), qgis.by_value("fill", "symbol", kinds, label_field="symbol"))
        layer = GisLayer(self._named("soil_units"), columns, rows, "MultiPolygon", soil_map.title)
        return Package(layer, (style,))

    def _components(self) -> GisLayer:
        columns = [Column("unit_id"), Column("symbol"), Column("percent", "real"), Column("soil"), Column("wrb_group")]
        components = SoilComponent.objects.filter(unit__map__in=self.maps).select_related("unit").defer("unit__outline")
        rows: Rows = (
            (None, (str(one.unit_id), one.unit.symbol, one.percent, one.name, one.wrb_group))
            for one in components.order_by("unit", "-percent", "name").iterator(chunk_size=_CHUNK)
        )
        return GisLayer(self._named("soil_components"), columns, rows, title=_("Thành phần đất"))

    def _surfaces(self) -> list[Surface]:
        """The last surface of each layer."""
        surfaces = Surface.objects.filter(campaign__in=self.campaigns, state=SurfaceState.MADE)
        if self.for_public:
            surfaces = surfaces.for_anyone()
        found: dict[tuple[Any, ...], Surface] = {}
        for one in surfaces.select_related("campaign", "method__property").order_by("-created_at"):
            key = (one.campaign_id, one.method_id, one.depth_from_cm, one.depth_to_cm)
            found.setdefault(key, one)
        return sorted(
            found.values(),
            key=lambda one: (one.campaign.started_on, one.method.property.rank, one.method_id, one.depth_from_cm),
        )

    def _zones(self, surface: Surface) -> Iterator[Package]:
        """A layer for each scheme of the surface."""
        depth = f"{surface.depth_from_cm:g}_{surface.depth_to_cm:g}"
        columns = [
            Column("class"), Column("rank", "whole"), Column("limits"), Column("unit"), Column("area_ha", "real"),
            Column("scheme"), Column("draft", "whole"), Column("campaign"), Column("method"),
            Column("invented", "whole"),
        ]  # fmt: skip
        for used in schemes_of(surface.method):
            zones = surface.zones.filter(soil_class__scheme=used.scheme).order_by("soil_class__rank")
            if not zones.exists():
                self._lacking.append(f"{surface.method}, {surface.campaign} ({used.scheme.name})")
                continue
            rows = _zone_rows(surface, used, zones)
            style = Style(used.scheme.name, qgis.by_value("fill", "class", _kinds(used)))
            name = f"zones_{surface.method_id}_{depth}_{surface.campaign.started_on.year}"
            name = self._named(name if name not in self._names else f"{name}_{used.scheme.key}")
            title = f"{surface.method.property}, {surface.method}, {depth.replace('_', '–')} cm, {surface.campaign}"
            yield Package(GisLayer(name, columns, rows, "MultiPolygon", f"{title} ({used.scheme.name})"), (style,))

    def _samples(self) -> Package:
        methods = self._methods()
        columns = [
            Column("sample_id"), Column("campaign"), Column("site"), Column("laboratory_code"),
            Column("depth_from_cm", "real"), Column("depth_to_cm", "real"), Column("sampled_on", "date"),
            Column("composite_count", "whole"), Column("parcel"), Column("private", "whole"),
            Column("invented", "whole"),
            *(Column(method.pk, "real") for method in methods),
        ]  # fmt: skip
        styles = []
        for method in methods:
            used = next(iter(schemes_of(method)), None)
            if used is not None:
                of = method.property
                ranges = qgis.by_range("marker", method.pk, _kinds(used), lowest=of.lowest, highest=of.highest)
                styles.append(Style(f"{of}, {method}", ranges, is_default=not styles))
        if not styles:
            styles = [Style(_("Điểm lấy mẫu"), qgis.plain("marker", _COLOURS["samples"]))]
        rows = self._sample_rows([method.pk for method in methods])
        layer = GisLayer(self._named("samples"), columns, rows, "Point", _("Điểm lấy mẫu"))
        return Package(layer, tuple(styles))

    def _methods(self) -> list[Method]:
        """Methods with results that are told, in the order of their properties."""
        keys = self._told_results().order_by().values_list("method", flat=True).distinct()
        return list(
            Method.objects.filter(pk__in=list(keys)).select_related("property").order_by("property__rank", "pk")
        )

    def _told_results(self) -> Any:
        results = Result.objects.filter(sample__campaign__in=self.campaigns)
        return results.filter(sample__is_private=False) if self.for_public else results

    def _sample_rows(self, methods: Sequence[str]) -> Rows:
        samples = Sample.objects.filter(campaign__in=self.campaigns).select_related("campaign", "site", "parcel")
        ordered = samples.defer("parcel__outline").order_by("campaign__started_on", "site__code", "depth_from_cm", "pk")
        numbers: dict[Any, int] = {}
        if self.for_public:  # in the order of running numbers: a row's place among codes would tell the code left out
            ordered = ordered.filter(is_private=False).order_by("campaign__started_on", "campaign", "pk")
            for campaign in self.campaigns:
                numbers |= sample_names.running_numbers(campaign)
        source = ordered.iterator(chunk_size=_CHUNK)
        while chunk := list(islice(source, _CHUNK)):
            values: dict[Any, dict[str, float]] = defaultdict(dict)
            means = (
                Result.objects.filter(sample__in=chunk).order_by().values("sample", "method").annotate(v=Avg("value"))
            )
            for one in means:
                values[one["sample"]][one["method"]] = one["v"]
            fields = parcels_at(filter(_may_tell_field, chunk)) if self.for_public else {}
            for sample in chunk:
                told = (values[sample.pk].get(method) for method in methods)
                about = self._told(sample, numbers.get(sample.pk), sample.parcel or fields.get(sample.pk))
                yield bytes(sample.site.location.wkb), (*about, *told)
        if self.for_public:
            yield from self._squares(len(methods))

    def _squares(self, methods: int) -> Rows:
        """Squares with private samples, one row each, by where they lie: among the codes of the others a row's place
        would tell the code that is left out.
        """
        for campaign in self.campaigns:
            places = campaign.samples.filter(is_private=True).values_list("site__location", flat=True)
            squares = {privacy.coarsened(*place.coords, self.commune.vn2000_srid) for place in places}
            for lng, lat in sorted(squares):
                yield _point(lng, lat), self._hidden(campaign, methods)

    def _told(self, sample: Sample, number: int | None, parcel: Parcel | None) -> tuple[Any, ...]:
        """The columns of a sample; `number` stands for codes that tell its field, `parcel`, None tells them all."""
        codes = (sample.site.code, sample.laboratory_code)
        if number is not None:
            codes = tuple(str(number) if sample_names.tells_field(one, parcel) else one for one in codes)
        return (
            str(sample.pk), sample.campaign.name, *codes, sample.depth_from_cm, sample.depth_to_cm, sample.sampled_on,
            sample.composite_count,
            str(sample.parcel) if sample.parcel is not None and not self.for_public else "", _yes(sample.is_private),
            _yes(sample.campaign.is_invented),
        )  # fmt: skip

    def _hidden(self, campaign: Campaign, methods: int) -> tuple[Any, ...]:
        """That there is one in this square, and nothing else."""
        return (
            None, campaign.name, None, None, None, None, None, None, None, _yes(True),
            _yes(campaign.is_invented), *[None] * methods,
        )  # fmt: skip

    def _results(self) -> GisLayer:
        columns = [
            Column("sample_id"), Column("campaign"), Column("property"), Column("method"), Column("value", "real"),
            Column("unit"), Column("below_detection", "whole"), Column("written"), Column("written_unit"),
            Column("replicate", "whole"),
        ]  # fmt: skip
        results = self._told_results().select_related("sample__campaign", "method__property")
        rows: Rows = (
            (
                None,
                (
                    str(one.sample_id), one.sample.campaign.name, one.method.property_id, one.method_id, one.value,
                    one.method.property.unit, _yes(one.is_below_detection), one.written, one.written_unit,
                    one.replicate,
                ),
            )
            for one in results.order_by("sample", "method", "replicate").iterator(chunk_size=_CHUNK)
        )  # fmt: skip
        return GisLayer(self._named("results"), columns, rows, title=_("Kết quả phân tích"))

    def _parcels(self) -> Package:
        columns = [Column("sheet"), Column("number"), Column("land_use"), Column("area_m2", "real")]
        rows: Rows = (
            (bytes(one.outline.wkb), (one.sheet, one.number, one.land_use, one.area_m2))
            for one in Parcel.objects.filter(commune=self.commune).iterator(chunk_size=_CHUNK)
        )
        style = Style(_("Thửa đất"), qgis.plain("fill", _COLOURS["parcels"], label_field="number", is_filled=False))
        return Package(GisLayer(self._named("parcels"), columns, rows, "MultiPolygon", _("Thửa đất")), (style,))

    def _classes(self) -> GisLayer:
        """Limits of the schemes, so that classes can be derived again from the values."""
        columns = [
            Column("scheme"), Column("version", "whole"), Column("name"), Column("method"), Column("unit"),
            Column("rank", "whole"), Column("lower", "real"), Column("label"), Column("colour"),
            Column("draft", "whole"), Column("citation"),
        ]  # fmt: skip
        rows: Rows = (
            (
                None,
                (
                    used.scheme.key, used.scheme.version, used.scheme.name, method.pk, used.scheme.unit, place + 1,
                    one.lower, one.label, one.colour, _yes(used.is_draft), used.scheme.citation,
                ),
            )
            for method in self._methods()
            for used in schemes_of(method)
            for place, one in enumerate(used.classes)
        )  # fmt: skip
        return GisLayer(self._named("classes"), columns, rows, title=_("Thang phân cấp"))

    def _about(self) -> GisLayer:
        facts = [
            (_("Xã"), f"{self.commune.full_name} ({self.commune.code})"),
            (_("Lúc"), f"{timezone.localtime():%d/%m/%Y %H:%M}"),
            (_("Tọa độ"), _("WGS 84 (EPSG:4326); diện tích đo trong múi VN-2000 EPSG:%(srid)s của xã.") % {
                "srid": self.commune.vn2000_srid
            }),
            (_("Cấp"), _("Suy ra từ giá trị, phương pháp và thang; giới hạn dưới thuộc cấp. Vùng là ước tính.")),
        ]  # fmt: skip
        facts += [(_("Vùng phân cấp"), f"{one}: {lacking_sentence()}") for one in self._lacking]
        if self.for_public:
            facts.append((_("Riêng tư"), _("Mẫu riêng tư chỉ còn một điểm ở giữa ô 500 m, không có giá trị.")))
        elif self.private_samples():
            facts.append((_("Riêng tư"), _("Tệp có vị trí mẫu riêng tư: chỉ dùng trong cơ quan, dùng xong thì xóa.")))
        if any(one.is_invented for one in (*self.campaigns, *self.maps)):
            facts.append((_("Số liệu giả lập"), _("Hàng có invented = 1 là số liệu giả lập để minh họa.")))
        rows: Rows = ((None, fact) for fact in facts)
        return GisLayer(self._named("about"), [Column("name"), Column("text")], rows, title=_("Về tệp này"))


def _may_tell_field(sample: Sample) -> bool:
    """Whether it matters in which field a sample lies whose own is not noted."""
    codes = (sample.site.code, sample.laboratory_code)
    return sample.parcel is None and any(map(sample_names.may_tell_parcel, codes))


def _zone_rows(surface: Surface, used: UsedScheme, zones: QuerySet[Zone]) -> Rows:
    places = {one.pk: place for place, one in enumerate(used.classes)}
    for zone in zones.iterator(chunk_size=_CHUNK):
        place = places[zone.soil_class_id]
        yield (
            bytes(zone.outline.wkb),
            (
                used.classes[place].label, place + 1, limits_text(used, place), used.scheme.unit,
                _hectares(zone.area_m2), used.scheme.name, _yes(used.is_draft), surface.campaign.name,
                surface.method_id, _yes(surface.campaign.is_invented),
            ),
        )  # fmt: skip


def _kinds(used: UsedScheme) -> list[Kind]:
    """The classes of a scheme, lowest first: named with their limits as the scheme writes them, so with its unit, since
    fields are in the property's; drawn by limits in the property's unit.
    """
    unit = unit_text(used.scheme.unit)
    limits = (None, *used.limits.limits, None)
    found = []
    for place, one in enumerate(used.classes):
        limit = limits_text(used, place)
        label = f"{one.label} ({f'{limit} {unit}'.strip()})" if limit else one.label
        found.append(Kind(label, one.colour, one.label, limits[place], limits[place + 1]))
    return found


def _soils_of(soil_map: SoilMapVersion) -> dict[str, tuple[str, str]]:
    """WRB group and name of each symbol's main soil."""
    found = dict.fromkeys(soil_map.units.order_by("symbol").values_list("symbol", flat=True), ("", ""))
    return found | main_soils(soil_map)


def _main(components: Any) -> tuple[str, str]:
    first = max(components, key=lambda one: (one.percent, one.name), default=None)
    return (first.name, first.wrb_group) if first is not None else ("", "")


def _point(lng: float, lat: float) -> bytes:
    return bytes(shapely.to_wkb(shapely.Point(lng, lat)))


def _hectares(area_m2: float | None) -> float | None:
    return None if area_m2 is None else round(area_m2 / areas.M2_A_HECTARE, 4)


def _yes(is_so: bool) -> int:
    return int(is_so)
