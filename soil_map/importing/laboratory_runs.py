"""An import of a laboratory sheet, from its file to its writing, as the wizard, the jobs and the command call it.

See `kinds.KindOfFile`. A sheet is read whole each time: 20,000 rows take seconds, and nothing is kept that could be
something else than the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import shapely
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from mapping import crs, files, placing
from mapping.errors import UserError
from mapping.importing import Issue, Progress, silent
from mapping.models import Unit
from mapping.wording import gettext as _
from soil_map.importing import keeping
from soil_map.importing.laboratory import choosing, opening, telling
from soil_map.importing.laboratory.meaning import Meaning, MethodInfo, Open, open_questions
from soil_map.importing.laboratory.opening import LaboratorySheet, open_sheet
from soil_map.importing.laboratory.planning import Plan, plan
from soil_map.importing.laboratory.reading import pairs_of, read
from soil_map.importing.laboratory.standing import methods_known, standing_of
from soil_map.importing.laboratory.understanding import (
    MOST_KINDS,
    Seen,
    TooManyKinds,
    analyses_of,
    first_cells,
    first_meaning,
    look,
)
from soil_map.importing.laboratory.writing import write
from soil_map.models import Campaign, SoilImport
from soil_map.surfaces import refreshing

TEMPLATE: Final = "soil_map/imports/laboratory.html"
KEPT_ISSUES: Final = 5_000
"""So many refusals are kept with the report; a sheet with more of them is another sheet."""
_SAMPLE_ROWS: Final = 5_000
_STRAY: Final = 20
_STEPS: Final = 10
_NAMED_OUTSIDE: Final = 50
"""Of so many samples outside the commune it is looked up where they lie instead."""

start = keeping.start


@dataclass(frozen=True)
class Examined:
    """A sheet, how it is read, and what it would do once nothing is open."""

    file: LaboratorySheet
    meaning: Meaning
    methods: dict[str, MethodInfo]
    seen: dict[str, Seen]
    asked: list[Open]
    finding: placing.Finding | None
    plan: Plan | None


def is_long(path: Path) -> bool:
    """Whether a job reads the sheet."""
    return opening.is_long(path)


def examine(
    path: Path, name: str, campaign: Campaign, meaning: Meaning | None = None, progress: Progress = silent
) -> Examined:
    """Read a sheet and find out what it would do. Without a meaning, or for another sheet of the file, it is guessed;
    what the guess leaves open is asked. Raises UserError with one sentence.
    """
    outline = _outline(campaign.commune)
    progress(1, _STEPS)
    file = open_sheet(path, name, sheet=meaning.sheet if meaning else "")
    progress(3, _STEPS)
    methods = methods_known()
    if meaning is None or not meaning.titles:
        meaning = _guessed(file, methods, meaning)
    elif not meaning.analyses:
        meaning = replace(meaning, analyses=analyses_of(meaning, file.rows, methods))
    seen = look(meaning, file.rows)
    finding = find_systems(file, meaning, outline) if meaning.has_place else None
    asked = open_questions(meaning, methods)
    progress(5, _STEPS)
    planned = None
    if not asked:
        found = read(file.rows, meaning, methods, outline, timezone.localdate())
        progress(7, _STEPS)
        planned = plan(found, meaning, standing_of(campaign, with_parcels=meaning.has_parcel))
        _name_places(planned.issues)
    progress(9, _STEPS)
    return Examined(file, meaning, methods, seen, asked, finding, planned)


def _guessed(file: LaboratorySheet, methods: dict[str, MethodInfo], said: Meaning | None) -> Meaning:
    try:
        found = first_meaning(file.titles, file.rows, methods, sheet=file.sheet)
    except TooManyKinds as error:
        raise UserError(
            _("Cột chỉ tiêu có hơn %(count)d giá trị khác nhau nên không phải cột chỉ tiêu; hãy đổi tiêu đề cột đó.")
            % {"count": MOST_KINDS},
            code="too_many_kinds",
        ) from error
    return found if said is None else replace(found, srid=said.srid, swapped=said.swapped, depth=said.depth)


def find_systems(file: LaboratorySheet, meaning: Meaning, outline: shapely.Geometry) -> placing.Finding:
    """Find what the coordinates may mean, by the first rows; meanings that fit a few stray ones alone are left out."""
    finding = placing.find_candidates(pairs_of(file.rows[:_SAMPLE_ROWS], meaning), outline)
    most = finding.candidates[0].inside if finding.candidates else 0
    return replace(finding, candidates=tuple(one for one in finding.candidates if one.inside * _STRAY >= most))


def _outline(commune: Unit) -> shapely.Geometry:
    if commune.outline is None:
        raise UserError(
            _("%(commune)s chưa có ranh giới nên chưa kiểm tra được tọa độ; hãy nạp ranh giới xã trước.")
            % {"commune": commune},
            code="no_outline",
        )
    return shapely.from_wkb(bytes(commune.outline.wkb))


def _name_places(issues: Iterable[Issue]) -> None:
    """Say of the first samples outside where they lie: another commune of ours explains more than a distance."""
    outside = [issue for issue in issues if issue.code == "place_outside" and issue.params["lng"] is not None]
    for issue in outside[:_NAMED_OUTSIDE]:
        point = Point(issue.params["lng"], issue.params["lat"], srid=crs.WGS84)
        unit = Unit.objects.current().communes().filter(outline__contains=point).select_related("parent").first()
        if unit is not None:
            issue.params["unit_name"] = f"{unit}, {unit.parent}" if unit.parent else str(unit)


# --- An import -------------------------------------------------------------------------------------


def check(soil_import: SoilImport, meaning: dict[str, Any] | None, progress: Progress = silent) -> dict[str, Any]:
    """Find out what the sheet would do, read as `meaning` says, and keep that with the import."""
    said = soil_import.meaning if meaning is None else meaning  # a sheet may be named before anything is read
    examined = examine(
        files.path_of(soil_import.file),
        soil_import.file.name,
        _campaign_of(soil_import),
        Meaning.from_json(said),
        progress,
    )
    keeping.note(
        soil_import,
        meaning=examined.meaning.to_json(),
        report=report_of(examined),
        is_checked=examined.plan is not None,
    )
    progress(_STEPS, _STEPS)
    return soil_import.report


def report_of(examined: Examined) -> dict[str, Any]:
    """The report that is kept: what was seen, what is asked, what would be done and the promise of it."""
    file, meaning = examined.file, examined.meaning
    told: dict[str, Any] = {
        "kind": file.kind, "sheets": list(file.sheets), "header_row": file.header_row, "rows": len(file.rows),
        "seen": {key: seen.to_json() for key, seen in examined.seen.items()},
        "cells": {str(index): first_cells(index, file.rows) for index in file.titles},
        "asked": [asdict(one) for one in examined.asked],
        "candidates": [],
    }  # fmt: skip
    if examined.finding is not None:
        told["candidates"] = [
            {"key": one.key, "srid": one.srid, "swapped": one.swapped, "inside": one.inside, "total": one.total,
             "sample": [list(point) for point in one.sample]}
            for one in examined.finding.candidates
        ]  # fmt: skip
        told["unambiguous"] = examined.finding.unambiguous
    if examined.plan is not None:
        told |= telling.report_of_plan(examined.plan, meaning, KEPT_ISSUES)
    return told


@transaction.atomic
def apply(soil_import: SoilImport, user: Any, progress: Progress = silent) -> None:
    """Write what the check showed. Raises Conflict when it would do anything else now."""
    changeset = keeping.begin_writing(soil_import, user)
    current = keeping.locked(soil_import)
    examined = examine(
        files.path_of(current.file),
        current.file.name,
        _campaign_of(current),
        Meaning.from_json(current.meaning),
        progress,
    )
    if examined.plan is None or examined.plan.promise() != current.report.get("promise"):
        raise keeping.changed_since()
    soil_import.report = current.report
    written = write(examined.plan, _campaign_of(current), changeset)
    keeping.end_writing(soil_import, changeset, written)
    has_corrections = bool(written["changed_samples"] or written["changed_results"])
    refreshing.after_change(_campaign_of(current), user, only_hidden=not has_corrections)
    progress(_STEPS, _STEPS)


def _campaign_of(soil_import: SoilImport) -> Campaign:
    if soil_import.campaign is None:
        raise UserError(_("Lần nhập này không thuộc đợt điều tra nào; hãy bỏ tệp rồi chọn lại đợt."), code="campaign")
    return soil_import.campaign


def chosen(soil_import: SoilImport, data: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning with what a person chose in the form; an import that was never read is read anew."""
    if not soil_import.report:
        return Meaning().to_json()
    return choosing.chosen(soil_import.report, Meaning.from_json(soil_import.meaning), data, methods_known()).to_json()


def of_options(soil_import: SoilImport, options: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning with the options of the command."""
    return choosing.of_options(
        soil_import.report, Meaning.from_json(soil_import.meaning), options, methods_known()
    ).to_json()


def page(soil_import: SoilImport) -> dict[str, Any]:
    """The context of `TEMPLATE`."""
    return telling.page_of(soil_import, methods_known())


def told(soil_import: SoilImport) -> Iterator[str]:
    """What the command says of a check."""
    return telling.lines_of(soil_import, methods_known())


def report_rows(soil_import: SoilImport) -> Iterable[Sequence[Any]]:
    """The report as a table, its header first."""
    return telling.rows_of(soil_import, methods_known())
