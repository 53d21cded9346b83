"""Map sheets of a campaign and of soil maps, read from the database. Papers of the commune stay Vietnamese.

A sheet leaves the office, so it shows what anyone may know: private samples are on none, and how sure a surface is
comes from the raster that was made for everyone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import shapely
from django.utils import timezone
from django.utils.translation import override

from mapping import crs
from mapping.models import Unit
from mapping.printing.pen import Colour
from soil_map import units as unit_texts
from soil_map.areas import vietnamese
from soil_map.models import Campaign, SoilComponent, SoilMapVersion, Surface
from soil_map.reports.layers import ClassTable, LayerReport, layer_reports
from soil_map.sheets.content import Inset, MapSheet, SheetClass, SheetPoint
from soil_map.soil_colours import colours_of
from soil_map.surfaces import reading

_INVENTED: Final = "SỐ LIỆU GIẢ LẬP"
_DRAFT: Final = "THANG PHÂN CẤP DỰ THẢO"
_OF_SOIL: Final = ("Độ", "Dung tích", "Tổng")  # what soil has, not what is in it
MOST_SYMBOLS: Final = 45
_RARE: Final = "khác"
_RARE_COLOUR: Final = "#d9d6cf"
_NOT_A_TEST: Final = (
    "Ranh giới giữa các cấp là ước lượng từ các điểm lấy mẫu; bản đồ không thay cho phân tích đất của chính thửa ruộng."
)
_LACKS_ZONES: Final = (
    "Chỉ vẽ điểm: thang phân cấp đã đổi sau khi nội suy, vùng theo thang mới chưa được vẽ. Hãy in lại khi đã vẽ."
)


def layer_sheets(campaign: Campaign, keys: Sequence[str] | None = None) -> Iterator[MapSheet]:
    """Return a sheet for each layer that a scheme classes, of all or of those named by `LayerReport.key`."""
    with override("vi"):
        ground = _Ground(campaign.commune)
        for report in layer_reports(campaign, exactly=False):
            if report.table is not None and (keys is None or report.key in keys):
                yield _layer_sheet(campaign, report, report.table, ground)


def soil_map_sheet(soil_map: SoilMapVersion) -> MapSheet | None:
    """Return the sheet of a soil map: its units by symbol; None of a map without units."""
    units = list(soil_map.units.values_list("pk", "symbol", "area_m2", "outline"))
    if not units:
        return None
    with override("vi"):
        return _soil_map_sheet(soil_map, units, _Ground(soil_map.commune))


class _Ground:
    """The commune on paper: its zone, outline and villages."""

    def __init__(self, commune: Unit) -> None:
        self.commune = commune
        self.srid = commune.vn2000_srid
        self.outline = self.in_metres(commune.outline) if commune.outline is not None else None
        villages = Unit.objects.current().villages().filter(parent=commune).in_order()
        self.villages = [(one.full_name, self.in_metres(one.outline)) for one in villages if one.outline is not None]
        self.place = commune.full_name
        if commune.parent is not None:
            province = commune.parent
            self.place += f", {province.designation.lower()} {province.name}"

    def in_metres(self, outline: Any) -> shapely.Geometry:
        """A geometry of the database in the zone."""
        return crs.to_zone(shapely.from_wkb(bytes(outline.wkb)), self.srid)

    @property
    def meridian(self) -> str:
        """What the zone is called on a map."""
        zone = crs.ZONES[self.srid]
        degrees, minutes = divmod(round(zone.meridian * 60), 60)
        kind = "múi chiếu 3°" if zone.kind == "tm3" else "múi chiếu 6°"
        return f"{kind}, kinh tuyến trục {degrees}°{minutes:02d}′"


def _layer_sheet(campaign: Campaign, report: LayerReport, table: ClassTable, ground: _Ground) -> MapSheet:
    surface = report.surface if table.has_areas else None
    outlines = {}
    if surface is not None:
        zones = surface.zones.filter(soil_class__scheme=table.used.scheme)
        outlines = {zone.soil_class_id: ground.in_metres(zone.outline) for zone in zones}
    places = {one.pk: place for place, one in enumerate(table.used.classes)}
    classes = tuple(
        SheetClass(
            mark=str(place + 1),
            label=row.soil_class.label_vi,
            limits=row.limits,
            colour=rgb(row.soil_class.colour),
            area_m2=row.area_m2,
            outline=outlines.get(row.soil_class.pk, shapely.MultiPolygon()) if surface is not None else None,
            count=row.samples,
        )
        for place, row in enumerate(table.rows)
    )
    x, y = crs.from_lonlat(ground.srid, [one.lng for one in report.values], [one.lat for one in report.values])
    points = [
        SheetPoint(float(x[at]), float(y[at]), places[table.used.class_of(one.value).pk])
        for at, one in enumerate(report.values)
    ]
    scheme = table.used.scheme
    unit = f" ({report.unit})" if report.unit else ""
    stamps = [_INVENTED] if campaign.is_invented else []
    return MapSheet(
        title=_title(report.layer.method.property.name_vi, is_mapped=surface is not None),
        subtitle=f"{report.method}{unit}, tầng đất {report.depth}, {campaign.name}",
        place=ground.place,
        legend_title=scheme.name_vi + (f", {unit_texts.unit_of(scheme.unit)}" if scheme.unit else ""),
        classes=classes,
        srid=ground.srid,
        meridian=ground.meridian,
        outline=ground.outline,
        villages=ground.villages,
        points=points,
        notes=_notes(campaign, report, table),
        printed_on=timezone.localdate(),
        inset=_inset(report, ground) if surface is not None else None,
        stamps=tuple([*stamps, _DRAFT] if table.used.is_draft else stamps),
    )


def _inset(report: LayerReport, ground: _Ground) -> Inset | None:
    surface = report.surface
    if surface is None or surface.values_file_id is None or surface.surveyed is None:
        return None
    _values, deviations, grid = reading.read(surface, exactly=False)
    return Inset(
        title="Độ lệch chuẩn của ước lượng",
        unit=report.unit,
        decimals=report.decimals + (0 if report.decimals > 1 else 1),
        values=deviations / report.shown.factor,
        grid=grid,
        area=ground.in_metres(surface.surveyed),
    )


def _notes(campaign: Campaign, report: LayerReport, table: ClassTable) -> list[tuple[str, str]]:
    scheme = table.used.scheme
    when = f"{campaign.started_on:%d/%m/%Y}"
    if campaign.ended_on:
        when += f" đến {campaign.ended_on:%d/%m/%Y}"
    source = f"{campaign.name}, {when}, {vietnamese(report.layer.count)} mẫu tầng {report.depth}."
    if campaign.laboratory:
        source += f" Phân tích: {campaign.laboratory}."
    notes = [("Nguồn", source), ("Thang phân cấp", f"{scheme.name_vi}. {scheme.citation}.".replace("..", "."))]
    hidden = report.layer.count - len(report.values)
    if report.surface is not None and table.has_areas:
        notes.append(
            (
                "Chắc đến đâu",
                f"{_how_sure(report, report.surface)} Hình nhỏ: càng sẫm càng kém chắc chắn. {_NOT_A_TEST}",
            )
        )
    elif table.lacks_zones:
        notes.append(("Chắc đến đâu", _LACKS_ZONES))
    else:
        notes.append(("Chắc đến đâu", "Chỉ vẽ điểm: chưa đủ cơ sở để nói về đất ở giữa các điểm."))
    if report.is_stale and table.has_areas:
        notes.append(("", "Mẫu của tầng này đã thay đổi sau khi tính: hãy tính lại rồi in lại tờ này."))
    if hidden:
        notes.append(("", f"Không vẽ {vietnamese(hidden)} mẫu riêng tư."))
    if campaign.is_invented:
        notes.append(("", "Số liệu giả lập để minh họa, không dùng để bón phân hay báo cáo."))
    return notes


def _how_sure(report: LayerReport, surface: Surface) -> str:
    record = surface.validation
    places = surface.model.get("places", surface.sample_count)
    told = f"Nội suy kriging từ {vietnamese(places)} điểm, ô {surface.cell_m:g} m."
    shown = next((one for one in record.get("candidates", ()) if one["shape"] == record.get("shown")), None)
    if shown is not None:
        digits = report.decimals + 1
        unit = f" {report.unit}" if report.unit else ""
        error, of_mean = (report.shown.number(one) for one in (shown["rmse"], record["rmse_of_mean"]))
        told += (
            f" Bỏ từng điểm rồi đoán lại thì sai {vietnamese(error, digits)}{unit}; chỉ lấy trung bình cả xã "
            f"thì sai {vietnamese(of_mean, digits)}."
        )
    return told


def _soil_map_sheet(soil_map: SoilMapVersion, units: Sequence[tuple[Any, ...]], ground: _Ground) -> MapSheet:
    by_symbol: dict[str, list[tuple[float, Any]]] = defaultdict(list)
    for _pk, symbol, area, outline in units:
        by_symbol[symbol].append((area, outline))
    soils = main_soils(soil_map)
    colours = colours_of((symbol, *soils.get(symbol, ("", ""))) for symbol in by_symbol)
    rare = _rare(by_symbol)
    if rare:
        label = f"{len(rare)} loại khác"
        by_symbol[_RARE] = [unit for symbol in rare for unit in by_symbol.pop(symbol)]
        soils[_RARE], colours[_RARE] = ("", label), _RARE_COLOUR
    classes = tuple(
        SheetClass(
            mark=symbol,
            label=soils.get(symbol, ("", ""))[1] or symbol,
            limits="",
            colour=rgb(colours[symbol]),
            area_m2=sum(area for area, _ in by_symbol[symbol]),
            outline=shapely.union_all([ground.in_metres(outline) for _, outline in by_symbol[symbol]]),
        )
        for symbol in sorted(by_symbol, key=lambda one: (one == _RARE, one))
    )
    facts = [f"{soil_map.title}. Tên đất theo {soil_map.legend}, {soil_map.edition}."]
    if soil_map.surveyed_in:
        facts.append(f"Điều tra năm {soil_map.surveyed_in}.")
    if soil_map.scale:
        facts.append(f"Tỷ lệ bản đồ gốc 1:{vietnamese(soil_map.scale)}.")
    if soil_map.source:
        facts.append(f"Nguồn: {soil_map.source}.")
    notes = [
        ("Nguồn", " ".join(facts)),
        (
            "Đọc bản đồ thế nào",
            "Mỗi khoanh mang ký hiệu của loại đất chính; trong một khoanh có thể có nhiều loại đất. "
            "Ranh giới không chính xác hơn tỷ lệ của bản đồ gốc.",
        ),
    ]
    return MapSheet(
        title="BẢN ĐỒ ĐẤT",
        subtitle=soil_map.title,
        place=ground.place,
        legend_title=f"{soil_map.legend}, {soil_map.edition}",
        classes=classes,
        srid=ground.srid,
        meridian=ground.meridian,
        outline=ground.outline,
        villages=ground.villages,
        points=(),
        notes=notes,
        printed_on=timezone.localdate(),
        stamps=(_INVENTED,) if soil_map.is_invented else (),
        total="Tổng diện tích",
    )


def _rare(by_symbol: dict[str, list[tuple[float, Any]]]) -> list[str]:
    """Symbols with least ground, which share one entry where a legend would have more than fit beside the map."""
    if len(by_symbol) <= MOST_SYMBOLS:
        return []
    ground = {symbol: sum(area for area, _ in units) for symbol, units in by_symbol.items()}
    return sorted(by_symbol, key=lambda symbol: (-ground[symbol], symbol))[MOST_SYMBOLS - 1 :]


def main_soils(soil_map: SoilMapVersion) -> dict[str, tuple[str, str]]:
    """Return WRB group and name of the soil that has most ground under each symbol."""
    ground: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    rows = SoilComponent.objects.filter(unit__map=soil_map).values_list(
        "unit__symbol", "wrb_group", "name", "percent", "unit__area_m2"
    )
    for symbol, group, name, percent, area in rows:
        ground[symbol][(group, name)] += percent * area
    return {symbol: max(found, key=lambda one: (found[one], one)) for symbol, found in ground.items()}


def rgb(colour: str) -> Colour:
    """A colour of the database as the pen wants it."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _title(name: str, *, is_mapped: bool) -> str:
    if not is_mapped:
        return f"ĐIỂM LẤY MẪU: {_upper(name)}"
    return f"BẢN ĐỒ {_upper(name)} {'CỦA' if name.startswith(_OF_SOIL) else 'TRONG'} ĐẤT"


def _upper(text: str) -> str:
    """Capitals, but for pH."""
    return text.upper().replace("PH", "pH") if "pH" in text else text.upper()
