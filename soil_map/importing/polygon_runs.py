"""An import of soil units or parcels, from its file to its writing, as the wizard, the jobs and the command call it.

See `kinds.KindOfFile`. The file is read anew each time: nothing is kept that could be something else than the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import shapely
from django.conf import settings
from django.db import transaction

from mapping import files as stored_files
from mapping import placing
from mapping.errors import TooLarge
from mapping.importing import Progress, silent
from mapping.models import Unit
from mapping.table_sentences import table_error
from mapping.tables import TableError
from soil_map.importing import keeping, polygon_choosing, polygon_report, polygon_telling, polygon_writing
from soil_map.importing.polygon_sentences import file_error
from soil_map.importing.polygon_standing import Known, commune_of, known_of, map_of
from soil_map.importing.polygons import doubting, files, planning
from soil_map.importing.polygons.meaning import Content, Meaning, Tabled, columns_of, tabled
from soil_map.importing.polygons.model import PolygonFile, PolygonFileError, PolygonLimits
from soil_map.importing.polygons.planning import Commune, Plan
from soil_map.models import SoilImport, SoilImportKind

TEMPLATE: Final = "soil_map/imports/polygons.html"
INLINE_BYTES: Final = 300_000
_PACKED: Final = 6
_MOST_SAMPLED: Final = 5_000
_STRAY: Final = 20
_STEPS: Final = 10
_TOO_MUCH: Final = {"too_big", "too_many_rows", "too_many_columns"}

start = keeping.start


@dataclass(frozen=True)
class Examined:
    """A file, how it is read, what is asked, and what it would do once nothing is."""

    file: PolygonFile
    found: Tabled
    meaning: Meaning
    columns: dict[str, int]
    asked: list[str]
    finding: placing.Finding
    commune: Commune
    known: Known | None
    plan: Plan | None

    def to_json(self) -> dict[str, Any]:
        """The report that is kept with the import."""
        told = polygon_report.of_file(self.file, self.found, self.columns) | {"asked": self.asked}
        told |= polygon_report.of_candidates(self.finding, self.found, self.commune)
        if self.meaning.is_stated and self.meaning.srid is not None:
            told |= polygon_report.of_doubt(self.finding, self.found, self.meaning.srid, self.commune)
        if self.plan is None or self.known is None:
            return told
        return told | polygon_report.of_plan(
            self.plan, self.known, self.commune, with_changes=self.meaning.with_changes
        )


def is_long(path: Path) -> bool:
    """Whether a job reads the file: a long one, and any drawing, which can ask for much more than it is long."""
    with path.open("rb") as source:
        head = source.read(files.HEAD)
    times = _PACKED if head.startswith((b"PK", b"\x1f\x8b")) else 1
    return files.is_read_apart(head) or path.stat().st_size * times > INLINE_BYTES


def examine(path: Path, name: str, unit: Unit, kind: str, meaning: Meaning, progress: Progress = silent) -> Examined:
    """Read a file and find out what it would do; what neither it nor `meaning` says is asked. Raises UserError."""
    try:
        return _examine(path, name, unit, kind, meaning, progress)
    except PolygonFileError as error:
        raise file_error(error, name) from error


def _examine(path: Path, name: str, unit: Unit, kind: str, meaning: Meaning, progress: Progress) -> Examined:
    commune = commune_of(unit)
    content = cast(Content, str(kind))
    progress(1, _STEPS)
    file = opened(path, name, layer=meaning.layer)
    meaning = replace(meaning, layer=file.layer)
    found = tabled(file, meaning)
    if not len(found.shapes):
        raise PolygonFileError("no_faces")
    progress(3, _STEPS)
    columns = columns_of(found, meaning, content)
    finding = find_systems(found, commune)
    if meaning.srid is None and file.srid is not None and _fits(finding, file.srid):
        meaning = replace(meaning, srid=file.srid, swapped=False, is_stated=True)
    asked = _asked(found, columns, meaning, unit, kind)
    if asked:
        return Examined(file, found, meaning, columns, asked, finding, commune, None, None)
    known = known_of(unit, kind, meaning)

    def on_progress(done: int, total: int) -> None:
        progress(4 + 5 * done // total, _STEPS)

    plan = planning.plan(found, columns, meaning, content, commune, known.standing, on_progress)
    return Examined(file, found, meaning, columns, [], finding, commune, known, plan)


def opened(path: Path, name: str, *, layer: str = "") -> PolygonFile:
    """Read the polygons of a file. Raises UserError, PolygonFileError."""
    try:
        return files.read(path, layer=layer, limits=PolygonLimits(file_bytes=settings.MAX_UPLOAD_MB * 1_000_000))
    except TableError as error:
        error.params["file"] = name
        told = table_error(error)
        raise (TooLarge(told.sentence, code=told.code) if error.code in _TOO_MUCH else told) from error


def find_systems(found: Tabled, commune: Commune) -> placing.Finding:
    """Find what the coordinates may mean, by the middles of polygons; meanings for a few stray ones are left out."""
    shapes = found.shapes
    if len(shapes) > _MOST_SAMPLED:
        shapes = shapes[np.linspace(0, len(shapes) - 1, _MOST_SAMPLED).astype(int)]
    middles = shapely.centroid(shapes)
    finding = placing.find_candidates(_pairs(middles), commune.outline)
    most = finding.candidates[0].inside if finding.candidates else 0
    return replace(finding, candidates=tuple(one for one in finding.candidates if one.inside * _STRAY >= most))


def _pairs(points: Any) -> placing.Pairs:
    x, y = shapely.get_x(points), shapely.get_y(points)
    return placing.Pairs(x, y, np.zeros(len(x), dtype=np.bool_), [""] * len(x))


def _fits(finding: placing.Finding, srid: int) -> bool:
    """Whether the system that the file states is believed: no other puts noticeably more polygons into the commune.

    UTM stated for the commune's own zone is 657 m off, so most polygons still lie inside and some do not.
    """
    most = max((one.inside for one in finding.candidates), default=0)
    return any(
        one.srid == srid and not one.swapped and one.inside and one.inside >= doubting.AS_GOOD * most
        for one in finding.candidates
    )


def _asked(found: Tabled, columns: dict[str, int], meaning: Meaning, unit: Unit, kind: str) -> list[str]:
    """What a person has to say first."""
    asked = []
    if not found.is_readable:
        asked.append("encoding")
    if meaning.srid is None:
        asked.append("system")
    if kind == SoilImportKind.PARCELS:
        if "number" not in columns and "label" not in columns:
            asked.append("number")
        if "sheet" not in columns and not meaning.sheet:
            asked.append("sheet")
    else:
        if "symbol" not in columns:
            asked.append("symbol")
        if map_of(unit, meaning) is None and not all(meaning.map.get(one) for one in ("title", "legend", "edition")):
            asked.append("map")
    return asked


# --- An import -------------------------------------------------------------------------------------


def check(soil_import: SoilImport, meaning: dict[str, Any] | None, progress: Progress = silent) -> dict[str, Any]:
    """Find out what the file would do, read as `meaning` says, and keep that with the import."""
    said = polygon_choosing.kept_meaning(soil_import.meaning) if meaning is None else Meaning.from_json(meaning)
    examined = examine(
        stored_files.path_of(soil_import.file), soil_import.file.name, soil_import.commune, soil_import.kind, said,
        progress,
    )  # fmt: skip
    keeping.note(
        soil_import, meaning=examined.meaning.to_json(), report=examined.to_json(), is_checked=examined.plan is not None
    )
    progress(_STEPS, _STEPS)
    return soil_import.report


@transaction.atomic
def apply(soil_import: SoilImport, user: Any, progress: Progress = silent) -> None:
    """Write what the check showed. Raises Conflict when it would do anything else now."""
    changeset = keeping.begin_writing(soil_import, user)
    current = keeping.locked(soil_import)
    meaning = Meaning.from_json(current.meaning)
    examined = examine(
        stored_files.path_of(current.file), current.file.name, current.commune, current.kind, meaning, progress
    )
    if examined.plan is None or examined.known is None:
        raise keeping.changed_since()
    if polygon_report.promise_of(examined.plan, examined.known) != current.report.get("promise"):
        raise keeping.changed_since()
    soil_import.report = current.report
    written = polygon_writing.write(
        examined.plan, examined.known, current.commune, current.kind, examined.meaning, changeset
    )
    keeping.end_writing(soil_import, changeset, written)
    progress(_STEPS, _STEPS)


def chosen(soil_import: SoilImport, data: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning with what a person chose in the form; an import that was never read is read anew."""
    return polygon_choosing.chosen(soil_import, data).to_json()


def of_options(soil_import: SoilImport, options: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning with the options of the command."""
    return polygon_choosing.of_options(soil_import, options).to_json()


def page(soil_import: SoilImport) -> dict[str, Any]:
    """The context of `TEMPLATE`."""
    return polygon_telling.page_of(soil_import)


def told(soil_import: SoilImport) -> Iterator[str]:
    """What the command says of a check."""
    return polygon_telling.lines_of(soil_import)


def report_rows(soil_import: SoilImport) -> Iterable[Sequence[Any]]:
    """The report as a table, its header first."""
    return polygon_telling.rows_of(soil_import)
