"""`manage.py load_boundaries`: provinces, communes and villages with their outlines, from a file."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping import boundaries, crs, wall
from mapping.boundary_reading import KINDS
from mapping.errors import UserError
from mapping.models import Unit

_SHOWN = 200  # lines of one list


class Command(BaseCommand):
    """Exit status 0 when every boundary is taken, 1 when the file is at fault and nothing is, 2 for bad arguments."""

    help = (
        "Load outlines of administrative units from GeoJSON (plain or .gz), GeoPackage or a zipped Shapefile. "
        "A unit that is known by its code is corrected in place: its houses stay with it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--kind", choices=KINDS, help="what all of them are; else fields and codes tell")
        parser.add_argument("--parent", default="", metavar="CODE", help="the unit above, where the file names none")
        parser.add_argument("--parent-name", default="", metavar="NAME", help="make that province when it is not known")
        parser.add_argument(
            "--valid-from", type=datetime.date.fromisoformat, metavar="DATE", help="noted with every unit (2025-07-01)"
        )
        parser.add_argument("--zone", metavar="EPSG", help="VN-2000 zone that measures them, such as 5897")
        parser.add_argument("--crs", metavar="EPSG", help="the file's system, where it names none")

    @wall.acting_as_system("load_boundaries")
    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then say what was done and what somebody should look at."""
        source: Path = options["file"]
        if not source.is_file():
            raise CommandError(_("Không có tệp “%(file)s”.") % {"file": source}, returncode=2)
        if options["parent_name"] and not options["parent"]:
            raise CommandError(_("--parent-name cần đi cùng --parent MÃ."), returncode=2)
        zone = self._srid("--zone", options["zone"])
        if zone is not None and zone not in crs.ZONES:
            raise CommandError(_("--zone %(code)d không phải múi VN-2000.") % {"code": zone}, returncode=2)
        try:
            report = boundaries.load(
                source=source,
                options=boundaries.LoadOptions(
                    kind=options["kind"],
                    parent_code=options["parent"],
                    parent_name=options["parent_name"],
                    valid_from=options["valid_from"],
                    zone=zone,
                    srid=self._srid("--crs", options["crs"]),
                ),
            )
        except UserError as error:
            raise CommandError(error.sentence) from error
        self._tell(report)

    def _srid(self, option: str, value: str | None) -> int | None:
        if value is None:
            return None
        try:
            return crs.parse_srid(value)
        except crs.CrsError as error:
            raise CommandError(
                _("%(option)s %(value)s không phải hệ tọa độ nhận được; ví dụ đúng: EPSG:5897.")
                % {"option": option, "value": value},
                returncode=2,
            ) from error

    def _tell(self, report: boundaries.LoadReport) -> None:
        self.stdout.write(
            _("%(added)d đơn vị thêm mới, %(changed)d thay đổi, %(unchanged)d giữ nguyên.")
            % {
                "added": len(report.added),
                "changed": len(report.changed),
                "unchanged": len(report.unchanged),
            }
        )
        self._list(_("Sửa tại chỗ (giữ nguyên nhà và biển):"), [self._change(*entry) for entry in report.changed])
        for consequence in report.consequences:
            self.stdout.write(consequence)
        self._list(
            _("Ranh giới đã được sửa lỗi hình học:"),
            [
                _("%(unit)s: %(fault)s, diện tích %(change)s m²")
                % {"unit": self._named(unit), "fault": _fault(fault), "change": _decimal(change, 3, sign=True)}
                for unit, fault, change in report.mended
            ],
        )
        self._list(
            _("Diện tích ghi trong tệp lệch hơn %(percent)d %% so với ranh giới:")
            % {"percent": round(boundaries.AREA_TOLERANCE * 100)},
            [
                _("%(unit)s: tệp ghi %(stated)s km², đo được %(measured)s km², lệch %(percent)s %%")
                % {
                    "unit": self._named(entry.unit),
                    "stated": _decimal(entry.stated_km2, 2),
                    "measured": _decimal(entry.measured_km2, 2),
                    "percent": _decimal(entry.percent, 1, sign=True),
                }
                for entry in sorted(report.area_differences, key=lambda entry: -abs(entry.percent))
            ],
        )
        self._list(
            _("Múi VN-2000 làm diện tích lệch hơn 0,1 %% so với mặt ellipsoid (hãy chọn múi khác bằng --zone):") % {},
            [
                _("%(unit)s: múi %(zone)d, lệch %(percent)s %%")
                % {
                    "unit": self._named(unit),
                    "zone": unit.vn2000_srid,
                    "percent": _decimal(miss * 100, 2, sign=True),
                }
                for unit, miss in report.zone_misses
            ],
        )
        self._list(
            _("Ranh giới chồng lên nhau:"),
            [f"{self._named(one)} – {self._named(two)}: {_decimal(area)} m²" for one, two, area in report.overlaps],
        )
        self._list(
            _("Khoảng hở giữa các đơn vị:"),
            [f"{lng:.5f}, {lat:.5f}: {_decimal(area)} m²" for lng, lat, area in report.gaps],
        )

    def _list(self, title: str, lines: list[str]) -> None:
        if not lines:
            return
        self.stdout.write(title)
        for line in lines[:_SHOWN]:
            self.stdout.write(f"  {line}")
        if len(lines) > _SHOWN:
            more = len(lines) - _SHOWN
            self.stdout.write("  " + ngettext("và %(count)d dòng nữa", "và %(count)d dòng nữa", more) % {"count": more})

    def _named(self, unit: Unit) -> str:
        return f"{unit.code} {unit.full_name}"

    def _change(self, unit: Unit, fields: list[str]) -> str:
        names = [str(Unit._meta.get_field(name).verbose_name) for name in fields]
        return f"{self._named(unit)}: {', '.join(names)}"


def _fault(fault: str) -> str:
    return _("mảnh hẹp hơn nửa mét") if fault == "sliver" else fault


def _decimal(value: float, places: int = 0, *, sign: bool = False) -> str:
    """A number as the reader writes it: 1.234,5 in Vietnamese; with a plus where it grew."""
    written = str(number_format(round(value, places), places, use_l10n=True, force_grouping=True))
    return f"+{written}" if sign and value > 0 else written
