"""One import of streets from its file to its writing, as pages, jobs and the command call it.

`start` → `check`, again whenever a person says more of what the file means → `apply`, or `discard`. A check writes no
street; applying does the whole check again and refuses when it would do anything else than what was shown. The undo is
the one of all changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from households import audit_trail
from households.models import StreetImport, StreetImportState
from households.streets.hanging import one_at_a_time
from households.streets.importing import planning, report, writing
from households.streets.importing.planning import Plan
from households.streets.importing.promise import promise_of
from households.streets.importing.reading import Box, StreetFile, StreetFileError, StreetLimits, read
from households.streets.importing.sentences import file_error
from households.streets.importing.standing import Commune, commune_of, require_outline
from households.streets.importing.understanding import Meaning, first_meaning, understand
from households.streets.importing.writing import Written
from mapping import access, changes, crs, files, placing
from mapping.access import Capability
from mapping.errors import Conflict, TooLarge, UserError
from mapping.file_names import safe_name
from mapping.importing import Progress, silent
from mapping.models import Unit
from mapping.table_sentences import table_error
from mapping.tables import TableError
from mapping.wording import gettext as _

OPEN: Final = (StreetImportState.UPLOADED, StreetImportState.CHECKED)
_MOST_SAMPLED: Final = 5_000
_STRAY: Final = 20
_AROUND_DEGREES: Final = 0.02
"""Of an OpenStreetMap extract so much around the commune is read as well: streets that leave it are cut, not lost."""
_STEPS: Final = 10
_TOO_MUCH: Final = {"too_big", "too_many_rows", "too_many_columns"}


@dataclass(frozen=True, slots=True)
class Examined:
    """A file, how it is read, what its coordinates may mean and, once that is known, what it would do."""

    file: StreetFile
    meaning: Meaning
    finding: placing.Finding
    commune: Commune
    plan: Plan | None

    @property
    def planned(self) -> Plan:
        """What it would do; raises UserError while it is open what the coordinates mean."""
        if self.plan is None:
            raise UserError(_("Hãy chọn ý nghĩa của tọa độ trước khi nhập."), code="no_meaning")
        return self.plan

    def to_json(self) -> dict[str, Any]:
        """The report that is kept with the import."""
        told = report.of_file(self.file, self.meaning) | report.of_candidates(self.finding, self.file)
        return told if self.plan is None else told | report.of_plan(self.plan, self.file, self.commune)


def examine(path: Path, name: str, unit: Unit, meaning: Meaning | None = None, progress: Progress = silent) -> Examined:
    """Read a file and find out what it would do. Without a meaning it is guessed; its system stays open unless the
    file names one that puts its lines into the commune. Raises UserError with one sentence.
    """
    commune = commune_of(unit)
    progress(1, _STEPS)
    file = opened(path, name, unit, layer=meaning.layer if meaning else "")
    progress(4, _STEPS)
    if meaning is None or meaning.layer != file.layer:
        meaning = first_meaning(file)
    finding = find_systems(file, unit)
    if meaning.srid is None and file.srid is not None and _fits(finding, file.srid):
        meaning = replace(meaning, srid=file.srid, swapped=False)
    if meaning.srid is None:
        return Examined(file, meaning, finding, commune, None)
    understanding = understand(file, meaning)

    def on_progress(done: int, total: int) -> None:
        progress(4 + 5 * done // total, _STEPS)

    return Examined(
        file, meaning, finding, commune,
        planning.plan(understanding, meaning, commune.ground, commune.standing, on_progress),
    )  # fmt: skip


def opened(path: Path, name: str, unit: Unit, *, layer: str = "") -> StreetFile:
    """Read the lines of a file; what is wrong with it comes as UserError."""
    require_outline(unit)
    limits = StreetLimits(file_bytes=settings.MAX_UPLOAD_MB * 1_000_000)
    try:
        return read(path, layer=layer, near=_around(unit), limits=limits)
    except StreetFileError as error:
        raise file_error(error, name) from error
    except TableError as error:
        error.params["file"] = name
        told = table_error(error)
        raise (TooLarge(told.sentence, code=told.code) if error.code in _TOO_MUCH else told) from error


def _around(unit: Unit) -> Box:
    west, south, east, north = unit.outline.extent
    return west - _AROUND_DEGREES, south - _AROUND_DEGREES, east + _AROUND_DEGREES, north + _AROUND_DEGREES


def find_systems(file: StreetFile, unit: Unit) -> placing.Finding:
    """Find what the coordinates may mean, by the middles of lines; meanings that fit a few stray ones are left out."""
    finding = placing.find_candidates(_sample(file), shapely.from_wkb(bytes(unit.outline.wkb)))
    most = finding.candidates[0].inside if finding.candidates else 0
    return replace(finding, candidates=tuple(one for one in finding.candidates if one.inside * _STRAY >= most))


def named_system(file: StreetFile, unit: Unit, srid: int, *, swapped: bool) -> placing.Candidate:
    """Assess a system that somebody names."""
    return placing.assess(_sample(file), shapely.from_wkb(bytes(unit.outline.wkb)), srid, swapped=swapped)


def _sample(file: StreetFile) -> placing.Pairs:
    lines = np.array([line for row in file.rows for line in row.lines], dtype=object)
    if len(lines) > _MOST_SAMPLED:
        lines = lines[np.linspace(0, len(lines) - 1, _MOST_SAMPLED).astype(int)]
    middles = shapely.get_point(lines, shapely.get_num_points(lines) // 2)
    x, y = shapely.get_coordinates(middles).T
    return placing.Pairs(x.copy(), y.copy(), np.zeros(len(lines), dtype=np.bool_), [""] * len(lines))


def _fits(finding: placing.Finding, srid: int) -> bool:
    return any(one.srid == srid and not one.swapped and one.inside for one in finding.candidates)


# --- An import -------------------------------------------------------------------------------------


@transaction.atomic
def start(*, path: Path, name: str, unit: Unit, user: Any, examined: Examined | None) -> StreetImport:
    """Keep a file, with its hash, as a new import; `examined` where it was read already."""
    access.require(user, Capability.NUMBER, unit)
    with path.open("rb") as source:
        kept = files.store(
            source=File(source), name=name, content_type="application/octet-stream", commune=unit, user=user
        )
    run = StreetImport(commune=unit, file=kept, created_by=kept.created_by)
    if examined is not None:
        _note(run, examined)
    run.save(force_insert=True)
    return run


def check(*, run: StreetImport, meaning: Meaning | None, progress: Progress = silent) -> Examined:
    """Find out what the file would do, read as `meaning` says, and keep that with the import."""
    examined = examine(files.path_of(run.file), run.file.name, run.commune, meaning, progress)
    with transaction.atomic():
        current = _locked(run)
        if current.state not in OPEN:
            raise Conflict(_("Tệp này đã được nhập rồi."), code="already_applied")
        _note(run, examined)
        run.save(update_fields=["meaning", "report", "state"])
    progress(_STEPS, _STEPS)
    return examined


def _note(run: StreetImport, examined: Examined) -> None:
    run.meaning, run.report = examined.meaning.to_json(), examined.to_json()
    run.state = StreetImportState.UPLOADED if examined.plan is None else StreetImportState.CHECKED


@transaction.atomic
def apply(*, run: StreetImport, user: Any, with_amendments: bool, progress: Progress = silent) -> Written:
    """Write what the check showed, in one transaction. Raises Conflict when it would do anything else now.

    What changed in the commune since and does not touch the file's streets is no hindrance.
    """
    current = _locked(run)
    access.require(user, Capability.NUMBER, current.commune)
    require_checked(current)
    one_at_a_time(current.commune)
    meaning = Meaning.from_json(current.meaning)
    examined = examine(files.path_of(current.file), current.file.name, current.commune, meaning, progress)
    shown = current.report
    if examined.plan is None or promise_of(examined.plan, examined.commune) != shown.get("promise"):
        raise Conflict(
            _(
                "Đường, ngõ mà tệp chạm đến đã thay đổi sau lần kiểm tra, nên kết quả không còn như đã xem. "
                "Hãy kiểm tra lại."
            ),
            code="changed_since",
        )
    written = _write(examined, run=current, user=user, with_amendments=with_amendments)
    run.state, run.report, run.changeset, run.applied_at = (
        current.state, current.report, current.changeset, current.applied_at,
    )  # fmt: skip
    progress(_STEPS, _STEPS)
    return written


def require_checked(run: StreetImport) -> None:
    """Raise Conflict when the file was not checked, or was written before."""
    if run.state != StreetImportState.CHECKED:
        raise Conflict(_("Tệp này chưa kiểm tra xong, hoặc đã được nhập rồi."), code="not_checked")


@transaction.atomic
def import_at_once(
    *, path: Path, name: str, unit: Unit, meaning: Meaning, with_amendments: bool, progress: Progress = silent
) -> tuple[Examined, Written]:
    """Check and write in one go, for the command: whoever calls has confirmed the meaning."""
    one_at_a_time(unit)
    examined = examine(path, name, unit, meaning, progress)
    with path.open("rb") as source:
        kept = files.store(
            source=File(source), name=name, content_type="application/octet-stream", commune=unit, user=None
        )
    run = StreetImport(commune=unit, file=kept)
    _note(run, examined)
    run.save(force_insert=True)
    written = _write(examined, run=run, user=None, with_amendments=with_amendments)
    progress(_STEPS, _STEPS)
    return examined, written


def _write(examined: Examined, *, run: StreetImport, user: Any, with_amendments: bool) -> Written:
    source = safe_name(run.file.name)
    changeset = changes.begin(kind="street.import", subject=source, commune=run.commune, user=user)
    written = writing.write(
        plan=examined.planned, commune=examined.commune, changeset=changeset, source=source,
        with_amendments=with_amendments,
    )  # fmt: skip
    run.report |= {
        "written": {
            "added": written.added, "amended": written.amended, "hung": written.hung, "loose": written.loose,
        }
    }  # fmt: skip
    run.state, run.changeset, run.applied_at = StreetImportState.APPLIED, changeset, timezone.now()
    run.save()
    audit_trail.streets_brought_in(run, run.report["written"])
    return written


@transaction.atomic
def discard(*, run: StreetImport) -> None:
    """Throw away an import that was not written, with its file. Raises Conflict for one that was."""
    current = StreetImport.objects.select_for_update(of=("self",)).filter(pk=run.pk).first()
    if current is None or current.state not in OPEN:
        raise Conflict(
            _("Tệp này đã được nhập hoặc đã bỏ, nên không bỏ được nữa; lần đã nhập thì hoàn tác được."),
            code="not_discardable",
        )
    kept = current.file
    current.delete()
    files.discard(kept)


def meaning_chosen(run: StreetImport, chosen: Mapping[str, Any]) -> Meaning:
    """Return the meaning with what a person chose: layer, columns, kinds by value, a candidate's key as `system`.

    Another layer is understood anew. Raises UserError for a column named twice or an unknown system.
    """
    kept = Meaning.from_json(run.meaning) if run.meaning else Meaning()
    if chosen.get("layer", kept.layer) != kept.layer:
        return Meaning(layer=chosen["layer"])
    meaning = replace(kept, columns=dict(chosen["columns"]), kinds=dict(chosen["kinds"]))
    if meaning.columns.get("kind") != kept.columns.get("kind"):
        meaning = replace(meaning, kinds={})
    if key := chosen.get("system"):
        try:
            srid, swapped = placing.system_of_key(key)
        except crs.CrsError as error:
            raise UserError(_("Hãy chọn một cách hiểu tọa độ trong danh sách."), code="meaning") from error
        meaning = replace(meaning, srid=srid, swapped=swapped)
    return meaning


def _locked(run: StreetImport) -> StreetImport:
    found = StreetImport.objects.select_for_update(of=("self",)).select_related("commune", "file").filter(pk=run.pk)
    current = found.first()
    if current is None:
        raise Conflict(_("Tệp này đã bị bỏ."), code="gone")
    return current
