"""Load administrative boundaries: match units by kind and code, add the new, correct the known in place.

A unit that is known keeps its row, so houses, grants and plates keep pointing at it: a better outline or a
corrected name is a correction, not a change of history. All of a file is taken in one transaction, or nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext as _

from mapping import boundary_reading, crs, outlines, registry
from mapping.boundary_reading import Boundary, BoundaryError, Kind
from mapping.boundary_sentences import boundary_error
from mapping.errors import UserError
from mapping.models import Unit, UnitKind
from mapping.table_sentences import table_error
from mapping.tables import TableError

AREA_TOLERANCE = 0.02
"""A file's own area that differs from the measured one by more than this share is told."""


@dataclass(frozen=True, slots=True)
class AreaDifference:
    """A unit whose area in the file is not the area of its outline."""

    unit: Unit
    stated_km2: float
    measured_km2: float

    @property
    def percent(self) -> float:
        """By how much the outline measures more (or, below zero, less) than the file says."""
        return (self.measured_km2 / self.stated_km2 - 1) * 100


@dataclass(slots=True)
class LoadReport:
    """What a load did and what somebody should look at."""

    added: list[Unit] = field(default_factory=list)
    changed: list[tuple[Unit, list[str]]] = field(default_factory=list)  # the unit, names of its changed fields
    unchanged: list[Unit] = field(default_factory=list)
    mended: list[tuple[Unit, str, float]] = field(default_factory=list)  # the fault in GEOS's words, m² gained
    area_differences: list[AreaDifference] = field(default_factory=list)
    zone_misses: list[tuple[Unit, float]] = field(default_factory=list)  # share by which the zone's area is off
    overlaps: list[tuple[Unit, Unit, float]] = field(default_factory=list)  # m² that both cover
    gaps: list[tuple[float, float, float]] = field(default_factory=list)  # lng, lat, m² that none covers
    consequences: list[str] = field(default_factory=list)  # what the floors above say about moved outlines


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the caller knows and the file may not say. `srid` is the file's system, `zone` the units' VN-2000 zone."""

    kind: Kind | None = None
    parent_code: str = ""
    parent_name: str = ""
    valid_from: datetime.date | None = None
    zone: int | None = None
    srid: int | None = None


def load(*, source: Path, options: LoadOptions) -> LoadReport:
    """Take every boundary of the file, or raise UserError with the feature at fault and take none."""
    try:
        read = boundary_reading.read(source, kind=options.kind, srid=options.srid, zone=options.zone)
    except TableError as error:
        raise table_error(error) from error
    except BoundaryError as error:
        raise boundary_error(error, file=source.name) from error
    report = LoadReport()
    with transaction.atomic():
        _name_the_parent(options)
        taken = [(boundary, *_take(boundary, source.name, options, report)) for boundary in read]
        for witness in registry.outline_witnesses:
            report.consequences += witness([unit for _boundary, unit, moved in taken if moved])
    for kind in boundary_reading.KINDS:
        _compare_neighbours([(unit, boundary) for boundary, unit, _moved in taken if boundary.kind == kind], report)
    return report


def _compare_neighbours(taken: list[tuple[Unit, Boundary]], report: LoadReport) -> None:
    """Note where units of one kind overlap or leave a hole between them."""
    if len(taken) < 2:
        return
    shapes, zone = [boundary.outline for _unit, boundary in taken], taken[0][0].vn2000_srid
    report.overlaps += [(taken[a][0], taken[b][0], area) for a, b, area in outlines.overlaps(shapes, zone)]
    report.gaps += outlines.gaps(shapes, zone)


def _name_the_parent(options: LoadOptions) -> None:
    """Add the province that `--parent` and `--parent-name` name, or correct its name."""
    if not options.parent_name:
        return
    if len(options.parent_code) != 2:
        raise UserError(
            _("Chỉ tạo được tỉnh bằng tên: mã “%(code)s” không phải mã tỉnh gồm 2 chữ số.")
            % {"code": options.parent_code},
            code="parent_code",
        )
    designation, name = boundary_reading.split_name(options.parent_name, "province")
    province = Unit.objects.current().filter(kind=UnitKind.PROVINCE, code=options.parent_code).first()
    if province is None:
        # A zone is wanted before any outline is known: the national one of 105°E, where most provinces lie.
        zone = options.zone or crs.zone_for_longitude(105.0)
        province = Unit(kind=UnitKind.PROVINCE, code=options.parent_code, vn2000_srid=zone)
    province.designation, province.name = designation or province.designation or "Tỉnh", name
    province.save()


def _take(boundary: Boundary, file_name: str, options: LoadOptions, report: LoadReport) -> tuple[Unit, bool]:
    """Add or correct one unit; return it and whether it was known with another outline."""
    unit = Unit.objects.current().select_for_update().filter(kind=boundary.kind, code=boundary.code).first()
    known = unit is not None
    unit = unit or Unit(kind=boundary.kind, code=boundary.code)
    parent = _parent(boundary, unit, file_name, options)
    zone = options.zone or (unit.vn2000_srid if known else 0) or (parent.vn2000_srid if parent else 0)
    zone = zone or crs.zone_for_longitude(boundary.outline.centroid.x)
    outline_moved = unit.outline is None or not shapely.equals_exact(_shape(unit.outline), boundary.outline, 0.0)
    wanted = {
        "name": boundary.name,
        "designation": boundary.designation or unit.designation,
        "parent": parent,
        "vn2000_srid": zone,
        "is_invented": False,
        "valid_from": options.valid_from or unit.valid_from,
    }
    changed = [name for name, value in wanted.items() if getattr(unit, name) != value]
    measured = crs.zone_area_m2(boundary.outline, zone)
    if not known or changed or outline_moved:
        for name in changed:
            setattr(unit, name, wanted[name])
        unit.area_m2 = measured
        if outline_moved:
            unit.outline = GEOSGeometry(memoryview(shapely.to_wkb(boundary.outline)), srid=crs.WGS84)
            unit.source = file_name[:200]
        unit.save()
    if not known:
        report.added.append(unit)
    elif changed or outline_moved:
        report.changed.append((unit, changed + (["outline"] if outline_moved else [])))
    else:
        report.unchanged.append(unit)
    if boundary.fault:
        report.mended.append((unit, boundary.fault, boundary.change_m2))
    if boundary.stated_km2 and abs(measured / 1e6 / boundary.stated_km2 - 1) > AREA_TOLERANCE:
        report.area_differences.append(AreaDifference(unit, boundary.stated_km2, measured / 1e6))
    if miss := outlines.zone_misses(boundary.outline, zone):
        report.zone_misses.append((unit, miss))
    return unit, known and outline_moved


def _parent(boundary: Boundary, unit: Unit, file_name: str, options: LoadOptions) -> Unit | None:
    """The unit above: as the file says, as the caller says, as it was, or the only province there is."""
    if boundary.kind == UnitKind.PROVINCE:
        return None
    above = Unit.objects.current().filter(
        kind=UnitKind.PROVINCE if boundary.kind == UnitKind.COMMUNE else UnitKind.COMMUNE
    )
    code = boundary.parent_code or options.parent_code
    if not code and unit.parent is not None:
        return unit.parent
    found = list(above.filter(code=code) if code else above[:2])
    if len(found) == 1 and (code or boundary.kind == UnitKind.COMMUNE):
        return found[0]
    place = {"file": file_name, "number": boundary.number, "name": boundary.name, "code": code}
    if code:
        raise UserError(
            _(
                "Tệp “%(file)s”, đối tượng %(number)d (%(name)s): chưa có đơn vị cấp trên mang mã %(code)s. Hãy nạp "
                "ranh giới của đơn vị đó trước; với tỉnh, có thể thêm --parent %(code)s --parent-name TÊN_TỈNH."
            )
            % place,
            code="parent",
        )
    raise UserError(
        _(
            "Tệp “%(file)s”, đối tượng %(number)d (%(name)s): không biết thuộc đơn vị nào. Hãy thêm --parent MÃ, và "
            '--parent-name TÊN_TỈNH nếu tỉnh chưa có, ví dụ --parent 38 --parent-name "Thanh Hóa".'
        )
        % place,
        code="parent",
    )


def _shape(outline: GEOSGeometry) -> shapely.Geometry:
    return shapely.from_wkb(bytes(outline.wkb))
