"""`manage.py import_houses`: a commune's list of houses, from a file into the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households.importing import runs, sentences
from households.importing.fields import Reading
from households.importing.outcome import Outcome
from mapping import crs, wall
from mapping.errors import UserError
from mapping.importing import place_of
from mapping.management.naming import commune_called
from mapping.models import Unit
from mapping.place_words import meaning_label
from mapping.placing import Candidate
from mapping.progress import ProgressBar

_SHOWN = 20


class Command(BaseCommand):
    """Exit status 0 when no row was refused, 1 when some were or nothing could be done, 2 for bad arguments."""

    help = (
        "Import houses and households from XLSX, CSV, GeoJSON, GeoPackage or a zipped Shapefile. Good rows are "
        "written in one transaction, numbers that a decision gave stay; exit status 0 when no row was refused, 1 when "
        "some were (the rest is written) or the file could not be read (nothing is written), 2 for bad arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--commune", required=True, metavar="CODE", help="the commune's 5-digit code")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
        parser.add_argument("--crs", metavar="EPSG", help="what the coordinates are, such as EPSG:5897")
        parser.add_argument("--swap", action="store_true", help="with --crs: the first coordinate is the northing")
        parser.add_argument("--sheet", default="", metavar="NAME", help="the sheet or layer, when there are several")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write every refused row and its reason (XLSX)")
        parser.add_argument(
            "--on-duplicate", choices=("skip", "add"), default="skip",
            help="what to do with rows that look like a house that is there (default: %(default)s)",
        )  # fmt: skip

    @wall.acting_as_system("import_houses")
    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say in one sentence why not."""
        path: Path = options["file"]
        commune = commune_called(options["commune"])
        if not path.is_file():
            raise CommandError(_("Không có tệp “%(file)s”.") % {"file": path}, returncode=2)
        report: Path | None = options["report"]
        if report is not None and not report.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": report.parent}, returncode=2)
        if options["swap"] and not options["crs"]:
            raise CommandError(_("--swap cần đi cùng --crs EPSG:N."), returncode=2)
        bar = ProgressBar(self.stderr, total=100, unit="%")
        try:
            reading = self._reading(path, commune, options)
            found = self._work(path, reading, commune, options, bar)
            if report is not None:
                runs.write_report(found, reading, path.name, report)
        except UserError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            sentence = _("Không ghi được báo cáo %(file)s: %(reason)s.") % {"file": report, "reason": error.strerror}
            raise CommandError(sentence) from error
        finally:
            bar.close()
        self._tell(found, reading, dry=options["dry_run"], added=options["on_duplicate"] == "add")
        if found.refuse:
            raise SystemExit(1)

    def _reading(self, path: Path, commune: Unit, options: dict[str, Any]) -> Reading:
        """The reading of the file; what the coordinates mean is either named or beyond doubt, and said."""
        reading = runs.look(path, path.name, sheet=options["sheet"]).reading
        runs.require_columns(reading)
        named = ", ".join(
            f"{reading.titles[index][1]} → {sentences.column_label(name)}" for name, index in reading.columns.items()
        )
        self.stdout.write(_("Các cột: %(columns)s") % {"columns": named or "–"})
        if not reading.places:
            return reading
        meaning = (
            self._named(path, reading, commune, options) if options["crs"] else self._found(path, reading, commune)
        )
        self.stdout.write(_("Tọa độ: %(meaning)s") % {"meaning": self._described(meaning)})
        return replace(reading, srid=meaning.srid, swapped=meaning.swapped)

    def _named(self, path: Path, reading: Reading, commune: Unit, options: dict[str, Any]) -> Candidate:
        try:
            srid = crs.parse_srid(options["crs"])
        except crs.CrsError as error:
            raise CommandError(
                _("--crs %(value)s không phải hệ tọa độ nhận được; ví dụ đúng: EPSG:5897.") % {"value": options["crs"]},
                returncode=2,
            ) from error
        return runs.named_meaning(path, path.name, reading, commune, srid=srid, swapped=options["swap"])

    def _found(self, path: Path, reading: Reading, commune: Unit) -> Candidate:
        finding = runs.find_meanings(path, path.name, reading, commune)
        if finding.unambiguous:
            return finding.candidates[0]
        listed = "\n".join(
            f"  --crs EPSG:{one.srid}{' --swap' if one.swapped else ''}: {self._described(one)}"
            for one in finding.candidates
        )
        raise UserError(
            _("Tọa độ có thể hiểu theo nhiều cách; hãy chọn một bằng --crs:") + "\n" + listed
            if listed
            else _("Không đọc được tọa độ nào trong tệp; hãy kiểm tra cột tọa độ."),
            code="ambiguous",
        )

    def _described(self, meaning: Candidate) -> str:
        return _("%(system)s, %(inside)d trong %(total)d dòng đầu nằm trong xã") % {
            "system": meaning_label(meaning.srid, meaning.swapped),
            "inside": meaning.inside,
            "total": meaning.total,
        }

    def _work(self, path: Path, reading: Reading, commune: Unit, options: dict[str, Any], bar: ProgressBar) -> Outcome:
        def progress(done: int, total: int) -> None:
            bar.at(done * 100 // total if total else 0)

        if options["dry_run"]:
            return runs.examine(
                path=path, name=path.name, reading=reading, commune=commune, user=None, progress=progress
            )
        return runs.import_at_once(
            path=path, name=path.name, reading=reading, commune=commune, user=None,
            with_doubles=options["on_duplicate"] == "add", progress=progress,
        )[1]  # fmt: skip

    def _tell(self, found: Outcome, reading: Reading, *, dry: bool, added: bool) -> None:
        for issue in found.issues[:_SHOWN]:
            self.stderr.write(f"{place_of(issue, reading.sheet, reading.titles)}: {sentences.sentence(issue)}")
        if len(found.issues) > _SHOWN:
            self.stderr.write(
                _("… và %(count)d lỗi nữa; xem đủ bằng --report.") % {"count": len(found.issues) - _SHOWN}
            )
        for double in found.doubles[:_SHOWN]:
            self.stdout.write(_("Dòng %(row)d: %(reason)s") % {"row": double.row, "reason": double.sentence})
        for one in found.decided[:_SHOWN]:
            self.stdout.write(
                _("Dòng %(row)d: nhà %(house)s, %(what)s")
                % {"row": one.row, "house": one.house_code, "what": one.sentence}
            )
        if len(found.decided) > _SHOWN:
            self.stdout.write(
                _("… và %(count)d số theo quyết định nữa; xem đủ bằng --report.")
                % {"count": len(found.decided) - _SHOWN}
            )
        counts = {**found.counts(), "what": _("vẫn thêm") if added else _("bỏ qua")}
        self.stdout.write(
            (_("Sẽ") if dry else _("Đã"))
            + " "
            + _(
                "thêm %(add)d dòng (%(houses)d nhà), sửa %(change)d, giữ nguyên %(leave)d; %(double)d dòng có thể "
                "trùng (%(what)s); %(refuse)d dòng không nhập được."
            )
            % counts
        )
