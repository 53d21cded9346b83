"""One import from its file to its undo, as pages, jobs and the command call it.

`look` → (a person confirms columns and the meaning of the coordinates) → `check` → `apply` → `undo`.
A check writes nothing; applying does the whole check again and refuses when it would do anything else than what
was shown.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone

from households import audit_trail
from households.decided_numbers import may_change_in
from households.importing import applying, decided_elsewhere, doubles, matching, new_houses, outcome, staging
from households.importing.fields import COORDINATES, LABELS, SYNONYMS, Reading
from households.importing.outcome import Outcome
from households.importing.reading import pairs_of
from households.models import ImportRun, ImportState
from households.personal_fields import IMPORTED_FILE_DAYS
from households.proposals.turns import take_turn
from mapping import changes, crs, files, placing
from mapping.errors import Conflict, TooLarge, UserError
from mapping.file_names import safe_name
from mapping.importing import XLSX, Progress, report_file, silent
from mapping.models import ChangeSet, StoredFile, Unit
from mapping.table_sentences import table_error
from mapping.tables import Limits, Row, Table, TableError, open_table
from mapping.wording import gettext as _

SAMPLE_ROWS: Final = 5_000
"""So many rows are looked at to find out what the coordinates mean; all of them are checked afterwards."""
_FIRST_ROWS: Final = 6
_STRAY: Final = 20
_TOO_MANY = {"too_big", "too_many_rows", "too_many_columns"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a file seems to hold, before anybody has confirmed it."""

    reading: Reading
    sheets: tuple[str, ...]
    header_row: int
    first_rows: list[Row]


@contextmanager
def opened(path: Path, name: str, *, sheet: str = "") -> Iterator[tuple[Table, int | None]]:
    """Open a list; with it comes the system that the file names for its geometries, None where it does not.

    Raises UserError with one sentence for whatever is wrong with the file, while opening and while reading.
    """
    limits = Limits(rows=settings.MAX_IMPORT_ROWS, file_bytes=settings.MAX_UPLOAD_MB * 1_000_000)
    try:
        try:
            table = open_table(path, name, SYNONYMS, sheet=sheet or None, limits=limits)
            stated = table.srid
        except TableError as error:
            if error.code != "crs_unknown":
                raise
            # A Shapefile without .prj: the numbers are read as they are, and a person says what they mean.
            table = open_table(path, name, SYNONYMS, sheet=sheet or None, srid=crs.WGS84, limits=limits)
            stated = None
        with table:
            yield table, stated
    except TableError as error:
        told = table_error(error)
        raise (TooLarge(told.sentence, code=told.code) if error.code in _TOO_MANY else told) from error


def look(path: Path, name: str, *, sheet: str = "") -> Look:
    """Find sheet, header, columns and the first rows of a file. Raises UserError."""
    with opened(path, name, sheet=sheet) as (table, stated):
        first = list(islice(table.rows, _FIRST_ROWS))
        columns = {name: index for name, index in table.matched.items() if name in LABELS}
        if table.has_geometry:
            columns = {name: index for name, index in columns.items() if name not in COORDINATES}
        reading = Reading(
            columns=columns,
            titles={column.index: (column.letter, column.title) for column in table.columns},
            sheet=table.sheet,
            file_srid=stated,
            has_geometry=table.has_geometry,
        )
        return Look(reading, tuple(table.sheets), table.header_row, first)


@transaction.atomic
def start(*, path: Path, name: str, content_type: str, commune: Unit, user: Any) -> ImportRun:
    """Look at a file and keep it, with its hash, as a new import. Raises UserError and keeps nothing otherwise."""
    seen = look(path, name)
    with path.open("rb") as source:
        kept = files.store(
            source=File(source), name=name, content_type=content_type, commune=commune, user=user,
            keep_days=IMPORTED_FILE_DAYS,
        )  # fmt: skip
    return ImportRun.objects.create(
        commune=commune, file=kept, reading=seen.reading.to_json(), created_by=kept.created_by
    )


def find_meanings(path: Path, name: str, reading: Reading, commune: Unit) -> placing.Finding:
    """Find what the coordinates may mean, by the first `SAMPLE_ROWS` rows. Raises UserError without an outline.

    Meanings that fit a few stray rows alone are left out: the rows themselves are what is wrong then.
    """
    finding = placing.find_candidates(_sample(path, name, reading), _outline(commune))
    most = finding.candidates[0].inside if finding.candidates else 0
    likely = tuple(one for one in finding.candidates if one.inside * _STRAY >= most)
    return replace(finding, candidates=likely)


def named_meaning(
    path: Path, name: str, reading: Reading, commune: Unit, srid: int, swapped: bool
) -> placing.Candidate:
    """Assess a meaning that somebody names."""
    return placing.assess(_sample(path, name, reading), _outline(commune), srid, swapped=swapped)


def _sample(path: Path, name: str, reading: Reading) -> placing.Pairs:
    with opened(path, name, sheet=reading.sheet) as (table, _stated):
        width = len(reading.titles)
        rows = [row for row in islice(table.rows, SAMPLE_ROWS) if len(row.values) == width]
        return pairs_of(rows, list(zip(*(row.values for row in rows), strict=True)), reading)


def _outline(commune: Unit) -> Any:
    outline = staging.outline_of(commune)
    if outline is None:
        raise UserError(
            _("%(commune)s chưa có ranh giới nên chưa kiểm tra được tọa độ; hãy nạp ranh giới xã trước.")
            % {"commune": commune},
            code="no_outline",
        )
    return outline


def require_columns(reading: Reading) -> None:
    """Raise UserError when the columns cannot say which house a row means."""
    if not reading.places and not {"code", "external_id"} & reading.columns.keys():
        raise UserError(
            _(
                "Tệp phải có tọa độ (một cột, hoặc hai cột kinh độ và vĩ độ) hoặc mã của nhà đã có. "
                "Hãy chọn cột tương ứng."
            ),
            code="no_place",
        )


def require_readable(reading: Reading) -> None:
    """Raise UserError when the columns, or what their coordinates mean, have still to be confirmed."""
    require_columns(reading)
    if reading.places and reading.srid is None:
        raise UserError(_("Hãy chọn ý nghĩa của tọa độ trước khi kiểm tra."), code="no_meaning")


def check(*, run: ImportRun, user: Any, progress: Progress = silent) -> Outcome:
    """Find out what every row would do and keep counts and report with the run; nothing else is written."""
    reading = Reading.from_json(run.reading)
    found = examine(path=files.path_of(run.file), name=run.file.name, reading=reading, commune=run.commune,
                    user=user, progress=progress)  # fmt: skip
    report = _keep_report(found, reading, run.file.name, run.commune, user)
    with transaction.atomic():
        if _locked(run).state not in (ImportState.UPLOADED, ImportState.CHECKED):
            raise Conflict(_("Danh sách này đã được nhập rồi."), code="already_applied")
        run.report, run.report_file, run.state = found.to_json(reading), report, ImportState.CHECKED
        run.save(update_fields=["report", "report_file", "state"])
    return found


@transaction.atomic
def apply(*, run: ImportRun, user: Any, with_doubles: bool, progress: Progress = silent) -> applying.Written:
    """Write what the check showed, in one transaction. Raises Conflict when the data has changed since."""
    current = _locked(run)
    if current.state != ImportState.CHECKED:
        raise Conflict(_("Danh sách này chưa kiểm tra xong, hoặc đã được nhập rồi."), code="not_checked")
    reading = Reading.from_json(current.reading)

    def agree(found: Outcome) -> None:
        shown = {**found.counts(), "standing": found.standing}
        # What a check of an older version does not name, it found none of.
        if any(current.report.get(name, 0) != value for name, value in shown.items()):
            raise Conflict(
                _("Dữ liệu của xã đã thay đổi sau lần kiểm tra, nên kết quả không còn như đã xem. Hãy kiểm tra lại."),
                code="changed_since",
            )

    found, changeset, written = _carry_out(
        path=files.path_of(run.file), name=run.file.name, reading=reading, commune=run.commune, user=user,
        with_doubles=with_doubles, expected=current.report["total"], agree=agree, progress=progress,
    )  # fmt: skip
    run.report = current.report
    _keep_written(run, changeset, written, with_doubles)
    run.save()
    progress(2 * found.total, 2 * found.total)
    return written


@transaction.atomic
def import_at_once(
    *,
    path: Path,
    name: str,
    reading: Reading,
    commune: Unit,
    user: Any,
    with_doubles: bool,
    progress: Progress = silent,
) -> tuple[ImportRun, Outcome]:
    """Check and write in one go, for the command: whoever calls has confirmed the reading."""
    found, changeset, written = _carry_out(
        path=path, name=name, reading=reading, commune=commune, user=user, with_doubles=with_doubles,
        progress=progress,
    )  # fmt: skip
    with path.open("rb") as source:
        kept = files.store(
            source=File(source), name=name, content_type="application/octet-stream", commune=commune, user=user,
            keep_days=IMPORTED_FILE_DAYS,
        )  # fmt: skip
    run = ImportRun(
        commune=commune, file=kept, reading=reading.to_json(), report=found.to_json(reading), created_by=user,
        report_file=_keep_report(found, reading, name, commune, user),
    )  # fmt: skip
    _keep_written(run, changeset, written, with_doubles)
    run.save(force_insert=True)
    return run, found


def _carry_out(
    *,
    path: Path,
    name: str,
    reading: Reading,
    commune: Unit,
    user: Any,
    with_doubles: bool,
    expected: int = 0,
    agree: Callable[[Outcome], None] = lambda found: None,
    progress: Progress,
) -> tuple[Outcome, ChangeSet, applying.Written]:
    """Find out what every row does, and do it unless `agree` raises; in the caller's transaction, which then ends."""
    take_turn(commune.pk)
    changeset = changes.begin(kind="import", subject=safe_name(name), commune=commune, user=user)
    written: applying.Written
    if reading.names_houses:
        found = examine(
            path=path, name=name, reading=reading, commune=commune, user=user, expected=expected, progress=progress
        )
        agree(found)
        written = applying.write(reading=reading, commune=commune, changeset=changeset, with_doubles=with_doubles)
    else:
        with _list(path, name, reading, commune, expected, progress) as (table, progress_of_rows):
            found, written = new_houses.write(
                table, reading, commune, progress_of_rows, changeset=changeset, with_doubles=with_doubles
            )
        agree(found)
    return found, changeset, written


def _keep_written(run: ImportRun, changeset: ChangeSet, written: applying.Written, with_doubles: bool) -> None:
    run.report |= {
        "with_doubles": with_doubles,
        "houses_added": written.houses_added,
        "houses_changed": written.houses_changed,
        "households_added": written.households_added,
        "households_changed": written.households_changed,
    }
    run.state, run.changeset, run.applied_at = ImportState.APPLIED, changeset, timezone.now()
    audit_trail.brought_in(run, {name: run.report[name] for name in ("houses_added", "households_added")})
    return written


def write_report(found: Outcome, reading: Reading, name: str, target: Path) -> None:
    """Write the report to a file of the caller's."""
    with report_file(outcome.report_sheets(found, reading, name)) as path:
        shutil.copyfile(path, target)


def _keep_report(found: Outcome, reading: Reading, name: str, commune: Unit, user: Any) -> StoredFile:
    with report_file(outcome.report_sheets(found, reading, name)) as path, path.open("rb") as source:
        return files.store(
            source=File(source), name=_("Kiểm tra %(name)s.xlsx") % {"name": Path(name).stem[:100]},
            content_type=XLSX, commune=commune, user=user, keep_days=IMPORTED_FILE_DAYS,
        )  # fmt: skip


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)


@transaction.atomic
def examine(
    *,
    path: Path,
    name: str,
    reading: Reading,
    commune: Unit,
    user: Any,
    expected: int = 0,
    progress: Progress = silent,
) -> Outcome:
    """Find out what every row of a file would do. The temporary tables it builds live as long as the transaction.

    Numbers that a decision gave stay unless `user` may number houses there; None is a command, which may not.
    `expected` rows, or a guess, are what progress is measured by.
    """
    with _list(path, name, reading, commune, expected, progress) as (table, progress_of_rows):
        if not reading.names_houses:
            found = new_houses.check(table, reading, commune, progress_of_rows)
        else:
            staged = staging.stage(table, reading, commune, progress_of_rows)
            keeps_decided = not may_change_in(user, commune)
            matching.match(reading, commune, keeps_decided=keeps_decided)
            decided_elsewhere.refuse_decided(commune)
            doubles.find_doubles(commune, staged)
            issues = sorted(staged.issues + matching.refused(reading), key=lambda issue: (issue.row, issue.column or 0))
            found = outcome.collect(
                staged.total, issues, matching.changed(reading, commune), matching.decided(),
                keeps_decided=keeps_decided,
            )  # fmt: skip
            found.left_out = staged.left_out
    progress(3 * found.total // 2, 2 * found.total)
    return found


@contextmanager
def _list(
    path: Path, name: str, reading: Reading, commune: Unit, expected: int, progress: Progress
) -> Iterator[tuple[Table, Progress]]:
    """A list that may be read, and where to tell how many of its rows were, the first half of the work."""
    require_readable(reading)
    if reading.places:
        _outline(commune)
    expected = expected or _row_guess(path)
    with connection.cursor() as cursor:
        # Joins over the whole list are hashed in memory; the default spills them to disk.
        cursor.execute("SET LOCAL work_mem = '64MB'")
    with opened(path, name, sheet=reading.sheet) as (table, _stated):
        yield table, lambda done, _: progress(done, max(2 * expected, 2 * done))


def _row_guess(path: Path) -> int:
    """How many rows a file may have, for the progress bar: lines of text, or bytes at fifty a row."""
    with path.open("rb") as source:
        content = source.read(200_000)
    lines = content.count(b"\n")
    share = path.stat().st_size / max(len(content), 1)
    return int(lines * share) if lines > 10 and not content.startswith(b"PK") else path.stat().st_size // 50 + 1


def with_columns(reading: Reading, columns: dict[str, int]) -> Reading:
    """The reading with columns as a person chose them; what the coordinates mean has to be asked again."""
    same = all(reading.columns.get(name) == columns.get(name) for name in COORDINATES)
    return replace(reading, columns=columns) if same else replace(reading, columns=columns, srid=None, swapped=False)
