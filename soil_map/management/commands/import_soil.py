"""`manage.py import_soil`: laboratory sheets, soil units and parcels, from a file into a commune's soil map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping import exporting, files, wall
from mapping.errors import UserError
from mapping.management.naming import commune_called
from mapping.models import Unit
from mapping.progress import ProgressBar
from soil_map.importing import keeping
from soil_map.importing.kinds import KindOfFile, module_of
from soil_map.models import Campaign, SoilImport, SoilImportKind, SoilImportState

_WRITTEN: Final = {
    "sites": gettext_lazy("điểm mới"), "samples": gettext_lazy("mẫu mới"), "results": gettext_lazy("kết quả mới"),
    "changed_samples": gettext_lazy("mẫu sửa"), "changed_results": gettext_lazy("kết quả sửa"),
    "units": gettext_lazy("khoanh đất"), "components": gettext_lazy("thành phần đất"),
    "parcels": gettext_lazy("thửa"), "added": gettext_lazy("mới"), "changed": gettext_lazy("sửa"),
}  # fmt: skip
_KINDS: Final = {kind.value.replace("_", "-"): kind for kind in SoilImportKind}


class Command(BaseCommand):
    """Exit status 0 when all came in, 1 when something was refused or asked, 2 for bad arguments."""

    help = (
        "Import laboratory sheets (XLSX, CSV), soil units or parcels (zipped Shapefile, GeoPackage, GeoJSON, MapInfo, "
        "MicroStation DGN, DXF). What is good is written in one transaction; exit status 0 when nothing was refused, 1 "
        "when something was (the rest is written) or has to be said first (nothing is written), 2 for bad arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--commune", required=True, metavar="CODE", help="the commune's 5-digit code")
        parser.add_argument("--kind", required=True, choices=sorted(_KINDS), help="what the file holds")
        parser.add_argument("--campaign", metavar="NAME", help="the campaign of a laboratory sheet")
        parser.add_argument("--map", metavar="TITLE", help="the soil map that the units make")
        parser.add_argument("--legend", metavar="NAME", help="the classification that the units' soils are named by")
        parser.add_argument("--edition", metavar="NAME", help="the edition of that classification, such as 1976")
        parser.add_argument("--sheet", metavar="NUMBER", help="the cadastral sheet of all parcels of the file")
        parser.add_argument("--crs", metavar="EPSG:N", help="what the coordinates are, such as EPSG:5897")
        parser.add_argument("--swap", action="store_true", help="with --crs: the first coordinate is the northing")
        parser.add_argument("--layer", default="", metavar="NAME", help="the sheet or layer, when there are several")
        parser.add_argument(
            "--encoding", default="", metavar="NAME", help="of a Shapefile's texts: utf-8, cp1258, tcvn3"
        )
        column = {"action": "append", "default": []}
        parser.add_argument("--method", metavar="COLUMN=METHOD", help="how a column was analysed", **column)
        parser.add_argument(
            "--unit", metavar="COLUMN=UNIT", help='a column\'s unit, such as G="mg/100g P2O5"', **column
        )
        parser.add_argument(
            "--limit", metavar="COLUMN=NUMBER", help="what a column's method cannot see below", **column
        )
        parser.add_argument("--leave-out", metavar="COLUMN", help="a column of figures that does not come in", **column)
        parser.add_argument(
            "--column", metavar="FIELD=TITLE", help="of units and parcels: the column that holds a field", **column
        )
        parser.add_argument("--depth", metavar="FROM-TO", help="of every sample in cm, where no column says it")
        parser.add_argument("--replicates", action="store_true", help="a sample that comes twice is a replicate")
        parser.add_argument("--both-methods", action="store_true", help="one property by two methods is two layers")
        parser.add_argument(
            "--confirm",
            action="store_true",
            help="methods that no header names are the only ones known, and the system that a file states is right",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write every refusal and its reason (CSV)")

    @wall.acting_as_system("import_soil")
    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say in one sentence why not."""
        path: Path = options["file"]
        commune = commune_called(options["commune"])
        kind = _KINDS[options["kind"]]
        if not path.is_file():
            raise CommandError(_("Không có tệp “%(file)s”.") % {"file": path}, returncode=2)
        report: Path | None = options["report"]
        if report is not None and not report.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": report.parent}, returncode=2)
        if options["swap"] and not options["crs"]:
            raise CommandError(_("--swap cần đi cùng --crs EPSG:N."), returncode=2)
        campaign = _campaign(commune, options["campaign"]) if kind is SoilImportKind.LABORATORY else None
        if kind is SoilImportKind.SOIL_UNITS and not options["map"]:
            raise CommandError(_("Khoanh đất cần --map “tên bản đồ”."), returncode=2)
        bar = ProgressBar(self.stderr, total=100, unit="%")
        try:
            with _kept(path, commune, kind, campaign, options) as soil_import:
                is_whole = self._carry_out(module_of(kind), soil_import, options, bar, report)
        except UserError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            sentence = _("Không ghi được báo cáo %(file)s: %(reason)s.") % {"file": report, "reason": error.strerror}
            raise CommandError(sentence) from error
        finally:
            bar.close()
        if not is_whole:
            raise SystemExit(1)

    def _carry_out(
        self,
        module: KindOfFile,
        soil_import: SoilImport,
        options: dict[str, Any],
        bar: ProgressBar,
        report: Path | None,
    ) -> bool:
        """Check and, unless it is a dry run or something is open, write; whether nothing was refused or asked."""

        def progress(done: int, total: int) -> None:
            bar.at(100 * done // max(total, 1))

        module.check(soil_import, None, progress)
        module.check(soil_import, module.of_options(soil_import, options), progress)
        bar.close()
        for line in module.told(soil_import):
            self.stdout.write(line)
        if report is not None:
            _write(report, module, soil_import)
        if soil_import.state != SoilImportState.CHECKED:
            self.stdout.write(_("Chưa ghi gì: hãy trả lời những câu hỏi trên bằng các tùy chọn của lệnh."))
            transaction.set_rollback(True)
            return False
        if soil_import.report.get("doubt") and not options["dry_run"]:
            self.stdout.write(_("Chưa ghi gì: hãy xác nhận hệ tọa độ bằng --confirm, hoặc ghi --crs EPSG:N."))
            transaction.set_rollback(True)
            return False
        refused = bool(soil_import.report.get("issues_total", len(soil_import.report.get("issues", ()))))
        if options["dry_run"]:
            self.stdout.write(_("Chạy thử: chưa ghi gì."))
            transaction.set_rollback(True)
        elif soil_import.report.get("does_something", True):
            module.apply(soil_import, None, progress)
            written = soil_import.report["written"]
            self.stdout.write(
                _("Đã ghi: %(what)s.")
                % {"what": ", ".join(f"{count} {_WRITTEN.get(name, name)}" for name, count in written.items() if count)}
            )
        else:
            self.stdout.write(_("Không có gì để ghi: mọi thứ trong tệp đã có."))
            transaction.set_rollback(True)
        return not refused


@contextmanager
def _kept(
    path: Path, commune: Unit, kind: SoilImportKind, campaign: Campaign | None, options: dict[str, Any]
) -> Iterator[SoilImport]:
    """The file as an import, in one transaction; where that is rolled back, nothing of the file stays on the disk."""
    digest = ""
    try:
        with transaction.atomic():
            soil_import = keeping.start(
                path=path, name=path.name, commune=commune, user=None, kind=kind, campaign=campaign,
                meaning=_first_meaning(kind, options),
            )  # fmt: skip
            digest = soil_import.file.sha256
            yield soil_import
    finally:
        if digest:
            files.remove_unneeded(digest)


def _first_meaning(kind: SoilImportKind, options: dict[str, Any]) -> dict[str, Any]:
    """What is known before the file is read."""
    if kind is SoilImportKind.LABORATORY:
        return {"sheet": options["layer"]} if options["layer"] else {}
    return {"title": options["map"]} if options["map"] else {}


def _campaign(commune: Unit, name: str | None) -> Campaign:
    known = list(Campaign.objects.filter(commune=commune))
    for campaign in known:
        if campaign.name == name:
            return campaign
    names = ", ".join(f"“{campaign.name}”" for campaign in known) or "–"
    raise CommandError(
        _("%(commune)s không có đợt điều tra “%(name)s”; các đợt có: %(names)s. Hãy ghi --campaign.")
        % {"commune": commune, "name": name or "", "names": names},
        returncode=2,
    )


def _write(report: Path, module: KindOfFile, soil_import: SoilImport) -> None:
    titles, *rows = module.report_rows(soil_import)
    with report.open("wb") as target:
        exporting.write_csv(target, columns=[exporting.Column(str(title)) for title in titles], rows=rows)
