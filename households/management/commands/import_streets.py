"""`manage.py import_streets`: a commune's streets and alleys, from a file into the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households.streets.importing import report, runs, sentences, words
from households.streets.importing.reading import StreetFile
from households.streets.importing.runs import Examined
from households.streets.importing.understanding import Meaning, first_meaning
from households.streets.importing.writing import Written
from mapping import crs, exporting, wall
from mapping.errors import UserError
from mapping.management.naming import commune_called
from mapping.models import Unit
from mapping.place_words import meaning_label
from mapping.placing import Candidate
from mapping.progress import ProgressBar
from mapping.text import fold

_SHOWN = 20


class Command(BaseCommand):
    """Exit status 0 when no feature was refused, 1 when some were or nothing could be done, 2 for bad arguments."""

    help = (
        "Import streets and alleys from GeoPackage, GeoJSON, a zipped Shapefile, DXF or an OpenStreetMap extract "
        "(.osm, .osm.pbf). Good lines are written in one transaction; exit status 0 when no feature was refused, "
        "1 when some were (the rest is written) or the file could not be read (nothing is written), 2 for bad "
        "arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--commune", required=True, metavar="CODE", help="the commune's 5-digit code")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
        parser.add_argument("--crs", metavar="EPSG", help="what the coordinates are, such as EPSG:5897")
        parser.add_argument("--swap", action="store_true", help="with --crs: the first coordinate is the northing")
        parser.add_argument("--layer", default="", metavar="NAME", help="the layer, when there are several")
        parser.add_argument(
            "--kind", action="append", default=[], metavar="VALUE=KIND",
            help="what a layer of a drawing, or a value of the kind's column, is: road, street, ngo, kiet, hem, ngach, "
            "or - to leave it out; may be given more than once",
        )  # fmt: skip
        parser.add_argument(
            "--update", action="store_true", help="give streets that are there the name and width that the file knows"
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write every fault with its place (CSV)")

    @wall.acting_as_system("import_streets")
    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say in one sentence why not."""
        path: Path = options["file"]
        unit = commune_called(options["commune"])
        if not path.is_file():
            raise CommandError(_("Không có tệp “%(file)s”.") % {"file": path}, returncode=2)
        target: Path | None = options["report"]
        if target is not None and not target.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": target.parent}, returncode=2)
        if options["swap"] and not options["crs"]:
            raise CommandError(_("--swap cần đi cùng --crs EPSG:N."), returncode=2)
        kinds = self._kinds(options["kind"])
        bar = ProgressBar(self.stderr, total=100, unit="%")
        written: Written | None = None
        try:
            file = runs.opened(path, path.name, unit, layer=options["layer"])
            meaning = self._meaning(file, unit, kinds, options)
            if options["dry_run"]:
                found = runs.examine(path, path.name, unit, meaning, _progress(bar))
            else:
                found, written = runs.import_at_once(
                    path=path, name=path.name, unit=unit, meaning=meaning, with_amendments=options["update"],
                    progress=_progress(bar),
                )  # fmt: skip
            if target is not None:
                _write_report(found, target)
        except UserError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            sentence = _("Không ghi được báo cáo %(file)s: %(reason)s.") % {"file": target, "reason": error.strerror}
            raise CommandError(sentence) from error
        finally:
            bar.close()
        self._tell(found, written, updating=options["update"])
        if found.planned.faults:
            raise SystemExit(1)

    def _kinds(self, given: list[str]) -> dict[str, str]:
        kinds = {}
        for pair in given:
            value, _equals, kind = pair.rpartition("=")
            if not value or kind not in (*words.KINDS, words.LEAVE_OUT):
                raise CommandError(
                    _("--kind %(given)s không đúng; ví dụ đúng: --kind TIM_NGO=ngo. Các loại: %(kinds)s.")
                    % {"given": pair, "kinds": ", ".join((*words.KINDS, words.LEAVE_OUT))},
                    returncode=2,
                )
            kinds[fold(value)] = kind
        return kinds

    def _meaning(self, file: StreetFile, unit: Unit, kinds: dict[str, str], options: dict[str, Any]) -> Meaning:
        """How the file is read; what its coordinates mean is named, stated by the file, or beyond doubt, and said."""
        meaning = replace(first_meaning(file), kinds=kinds)
        named = ", ".join(f"{file.titles[index]} → {_field(name)}" for name, index in meaning.columns.items())
        self.stdout.write(_("Các cột: %(columns)s") % {"columns": named or "–"})
        system = self._named(file, unit, options) if options["crs"] else self._found(file, unit)
        self.stdout.write(_("Tọa độ: %(meaning)s") % {"meaning": _described(system)})
        return replace(meaning, srid=system.srid, swapped=system.swapped)

    def _named(self, file: StreetFile, unit: Unit, options: dict[str, Any]) -> Candidate:
        try:
            srid = crs.parse_srid(options["crs"])
        except crs.CrsError as error:
            raise CommandError(
                _("--crs %(value)s không phải hệ tọa độ nhận được; ví dụ đúng: EPSG:5897.") % {"value": options["crs"]},
                returncode=2,
            ) from error
        return runs.named_system(file, unit, srid, swapped=options["swap"])

    def _found(self, file: StreetFile, unit: Unit) -> Candidate:
        finding = runs.find_systems(file, unit)
        stated = [one for one in finding.candidates if one.srid == file.srid and not one.swapped and one.inside]
        if stated:
            return stated[0]
        if finding.unambiguous:
            return finding.candidates[0]
        listed = "\n".join(
            f"  --crs EPSG:{one.srid}{' --swap' if one.swapped else ''}: {_described(one)}"
            for one in finding.candidates
        )
        raise UserError(
            _("Tọa độ có thể hiểu theo nhiều cách; hãy chọn một bằng --crs:") + "\n" + listed, code="ambiguous"
        )

    def _tell(self, found: Examined, written: Written | None, *, updating: bool) -> None:
        plan = found.planned
        marks = {row.number: row.mark for row in found.file.rows}
        for fault in plan.faults[:_SHOWN]:
            rows = sentences.rows_phrase(fault.rows, marks.get(fault.rows[0], ""))
            self.stderr.write(f"{rows}: {sentences.fault_sentence(fault.code, fault.figures)}")
        if len(plan.faults) > _SHOWN:
            self.stderr.write(_("… và %(count)d lỗi nữa; xem đủ bằng --report.") % {"count": len(plan.faults) - _SHOWN})
        counts = report.counts_of(plan)
        for value, count in plan.left_out.most_common(_SHOWN):
            self.stdout.write(_("Bỏ ra “%(value)s”: %(count)d đối tượng.") % {"value": value or "–", "count": count})
        self.stdout.write(
            (_("Sẽ") if written is None else _("Đã"))
            + " "
            + _(
                "thêm %(new)d đường, ngõ; %(amended)d đường đã có mang tên hoặc bề rộng khác (%(what)s); %(known)d đã "
                "có; %(faults)d lỗi; %(outside)d đối tượng ngoài xã; %(clipped)d đường cắt ở ranh giới; %(left_out)d "
                "đối tượng bỏ ra."
            )
            % {**counts, "what": _("sửa theo tệp") if updating else _("giữ nguyên; sửa bằng --update")}
        )
        if written is not None and written.hung + written.loose:
            self.stdout.write(
                _("%(hung)d ngõ đã gắn với đường mà nó đi ra, %(loose)d ngõ chưa chạm đường nào.")
                % {"hung": written.hung, "loose": written.loose}
            )


def _progress(bar: ProgressBar) -> Any:
    return lambda done, total: bar.at(done * 100 // total if total else 0)


def _field(name: str) -> str:
    return {"name": _("tên"), "kind": _("loại"), "width": _("bề rộng")}[name]


def _described(one: Candidate) -> str:
    return _("%(system)s, %(inside)d trong %(total)d đường được xem nằm trong xã") % {
        "system": meaning_label(one.srid, one.swapped),
        "inside": one.inside,
        "total": one.total,
    }


def _write_report(found: Examined, target: Path) -> None:
    marks = {row.number: row.mark for row in found.file.rows}
    titles = (_("Đối tượng"), _("Mã trong tệp"), _("Kinh độ"), _("Vĩ độ"), _("Lý do"))
    rows = []
    for fault in found.planned.faults:
        lng, lat = found.commune.zone.place(fault.at) or (None, None)
        sentence = sentences.fault_sentence(fault.code, fault.figures)
        rows.append([" ".join(map(str, fault.rows)), marks.get(fault.rows[0], ""), lng, lat, sentence])
    with target.open("wb") as stream:
        exporting.write_csv(stream, columns=[exporting.Column(title) for title in titles], rows=rows)
