"""What a laboratory sheet would do to the samples that are there: new, same, changed, refused. Pure.

Sites are known by their code in the commune, samples by site and depth in the campaign, figures by sample, method and
replicate. Nothing is written twice: the same sheet again does nothing.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from mapping import crs
from mapping.importing import Issue
from mapping.text import clean
from soil_map.importing.columns import Field
from soil_map.importing.laboratory.meaning import LONG, REPLICATES, Meaning
from soil_map.importing.laboratory.reading import FigureRead, PrivateMark, SampleRow, SheetRead

SAME_PLACE_M: Final = 10.0
"""A site may be told this far from where it is known: what a hand-held GPS says on two days."""
_EQUAL: Final = 1e-9

Depth = tuple[float, float]
Status = Literal["new", "more", "changed", "same"]


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A sampling site of the commune, in degrees."""

    id: str
    lng: float
    lat: float


@dataclass(frozen=True, slots=True)
class KnownParcel:
    """A parcel: a point in it, and how far from this the field may lie."""

    id: str
    lng: float
    lat: float
    reach_m: float


@dataclass(frozen=True, slots=True)
class KnownSample:
    """A sample of the campaign."""

    id: str
    parcel: str | None
    laboratory_code: str
    composite: int
    sampled_on: datetime.date | None
    is_private: bool


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """A result as it is kept."""

    id: str
    written: str
    unit: str
    value: float
    is_below_detection: bool


@dataclass(frozen=True)
class Standing:
    """What is there before the import."""

    zone: int
    """The EPSG code in which distances are measured."""
    sites: dict[str, KnownSite] = field(default_factory=dict)
    parcels: dict[tuple[str, str], KnownParcel] = field(default_factory=dict)
    """By sheet and number."""
    samples: dict[tuple[str, Depth], KnownSample] = field(default_factory=dict)
    """By the id of the site, and depth."""
    figures: dict[tuple[str, str, int], KnownFigure] = field(default_factory=dict)
    """By the id of the sample, method and replicate."""
    campaign: tuple[datetime.date, datetime.date | None] | None = None
    """From when until when samples were taken."""


@dataclass(slots=True)
class PlannedSite:
    """A site that comes."""

    code: str
    lng: float
    lat: float
    written_x: str
    written_y: str
    epsg: int
    accuracy_m: float | None


@dataclass(slots=True)
class PlannedSample:
    """A sample that comes (no `id`) or is there, with what comes to it."""

    row: int
    code: str
    depth: Depth
    id: str | None
    site: str | None
    """The id of its site, None for one that comes too."""
    parcel: str | None
    laboratory_code: str
    composite: int | None
    sampled_on: datetime.date | None
    is_private: bool | None
    was_private: bool = False
    """Of a known sample."""
    status: Status = "same"
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Of a known sample: field → before and after."""
    figures: list[tuple[FigureRead, int]] = field(default_factory=list)
    """New figures with their replicate."""
    changed_figures: list[tuple[KnownFigure, FigureRead, int]] = field(default_factory=list)


@dataclass
class Plan:
    """All that an import would do."""

    sites: dict[str, PlannedSite] = field(default_factory=dict)
    samples: dict[tuple[str, Depth], PlannedSample] = field(default_factory=dict)
    """By code and depth."""
    issues: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    """What stands out and is taken all the same."""
    total: int = 0
    left_out: list[int] = field(default_factory=list)
    same_figures: int = 0
    below_detection: int = 0

    def counts(self) -> dict[str, int]:
        """Samples and figures by what becomes of them; rows that were refused, and single figures."""
        by_status: dict[str, int] = dict.fromkeys(("new", "more", "changed", "same"), 0)
        for sample in self.samples.values():
            by_status[sample.status] += 1
        figure_issues = sum(1 for issue in self.issues if issue.code.startswith("figure_"))
        rows = {issue.row for issue in self.issues if not issue.code.startswith("figure_")}
        return {
            "rows": self.total,
            "left_out": len(self.left_out),
            "sites": len(self.sites),
            **by_status,
            "figures_new": sum(len(sample.figures) for sample in self.samples.values()),
            "figures_changed": sum(len(sample.changed_figures) for sample in self.samples.values()),
            "figures_same": self.same_figures,
            "figures_below": self.below_detection,
            "figures_refused": figure_issues,
            "rows_refused": len(rows),
            "public": sum(1 for sample in self.samples.values() if sample.status != "same" and self._is_public(sample)),
        }

    def _is_public(self, sample: PlannedSample) -> bool:
        """Whether a sample is for everybody once its campaign is."""
        return not (sample.was_private if sample.is_private is None else sample.is_private)

    @property
    def does_something(self) -> bool:
        return bool(self.sites) or any(sample.status != "same" for sample in self.samples.values())

    def promise(self) -> str:
        """A hash of everything that would be written: what a check showed must be what is written."""
        told = [
            [(one.code, one.lng, one.lat, one.written_x, one.written_y, one.epsg, one.accuracy_m)
             for one in self.sites.values()],
            [
                (one.code, one.depth, one.id, one.site, one.parcel, one.laboratory_code, one.composite,
                 str(one.sampled_on), one.is_private, {name: str(pair) for name, pair in one.changes.items()},
                 [(new.method, new.written, new.unit, new.value, at) for new, at in one.figures],
                 [(old.id, new.written, new.unit, new.value) for old, new, _at in one.changed_figures])
                for one in self.samples.values() if one.status != "same"
            ],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def plan(found: SheetRead, meaning: Meaning, standing: Standing) -> Plan:
    """Find out what the samples of a sheet would do."""
    planner = _Planner(meaning, standing, found.marks)
    made = planner.made
    made.total, made.left_out = found.total, found.left_out
    made.issues, made.notes = list(found.issues), list(found.notes)
    planner.measure(found.samples)
    for place, sample in enumerate(found.samples):
        planner.take(place, sample)
    planner.finish()
    for told in (made.issues, made.notes):
        # A page shows the first of them; what opens a private sample cannot be taken back and comes before all else.
        told.sort(key=lambda one: (one.code != "becomes_open", one.row, -1 if one.column is None else one.column))
    return made


class _Planner:
    def __init__(
        self, meaning: Meaning, standing: Standing, marks: Mapping[tuple[str, Depth], Sequence[PrivateMark]]
    ) -> None:
        self.made = Plan()
        self._marks = marks
        self._meaning = meaning
        self._standing = standing
        self._rows: dict[tuple[str, Depth, int | None], int] = {}
        """Which row told of a sample first."""
        self._figure_rows: dict[tuple[str, Depth, str, int], int] = {}
        self._site_rows: dict[str, int] = {}
        self._metres: dict[int, tuple[float, float]] = {}
        self._known_metres: dict[str, tuple[float, float]] = {}
        self._known_samples: dict[str, KnownSample] = {}
        self._open_rows: dict[tuple[str, Depth], SampleRow] = {}
        """Which row says first of a sample that it is not private."""

    def measure(self, samples: list[SampleRow]) -> None:
        """Find the places of the sheet and of the sites it names in metres, once for all."""
        at = [index for index, sample in enumerate(samples) if sample.has_place]
        self._metres = dict(zip(at, self._in_zone([(samples[i].lng, samples[i].lat) for i in at]), strict=True))
        named = sorted({sample.code for sample in samples} & self._standing.sites.keys())
        places = [(self._standing.sites[code].lng, self._standing.sites[code].lat) for code in named]
        self._known_metres = dict(zip(named, self._in_zone(places), strict=True))

    def _in_zone(self, places: list[tuple[float, float]]) -> list[tuple[float, float]]:
        if not places:
            return []
        lng, lat = np.array(places).T
        east, north = crs.from_lonlat(self._standing.zone, lng, lat)
        return list(zip(east.tolist(), north.tolist(), strict=True))

    def take(self, place: int, row: SampleRow) -> None:
        """Plan one row."""
        if self._is_double(row):
            return
        parcel = self._parcel_of(row)
        if not self._site_of(place, row, parcel):
            return
        sample = self._sample_of(row, parcel)
        if sample is not None:
            self._note_day(row)
            for figure in row.figures:
                self._add(sample, row, figure)

    def finish(self) -> None:
        """Say of each sample what becomes of it; a site that got none does not come."""
        for sample in self.made.samples.values():
            self._keep_private(sample)
            if sample.id is None:
                sample.status = "new"
                continue
            sample.changes = _differences(self._known_samples[sample.id], sample)
            if sample.changes.get("is_private") == (True, False):
                self._note(self._open_rows[sample.code, sample.depth], "becomes_open", Field.PRIVATE, value=sample.code)
            if sample.changes or sample.changed_figures:
                sample.status = "changed"
            elif sample.figures:
                sample.status = "more"
        used = {sample.code for sample in self.made.samples.values()}
        self.made.sites = {code: site for code, site in self.made.sites.items() if code in used}

    def _keep_private(self, sample: PlannedSample) -> None:
        """A sample is private once any row says so or may say so, refused ones too: what was open cannot be called
        back. Only a row that is taken opens one.
        """
        marks = self._marks.get((sample.code, sample.depth), ())
        if all(mark.is_private is False for mark in marks):
            return
        sample.is_private = True
        if any(not mark.is_private for mark in marks):
            first = marks[0]
            row = next((mark.row for mark in marks if mark.is_private != first.is_private), first.row)
            at = self._meaning.columns.get(Field.PRIVATE)
            self.made.notes.append(Issue(row, "private_differs", at, {"value": sample.code}))

    # --- Which sample ------------------------------------------------------------------------------

    def _is_double(self, row: SampleRow) -> bool:
        """A wide sheet tells a sample in one row: a second one is refused, or a replicate where a person said so."""
        key = (row.code, row.depth, row.replicate)
        first = self._rows.setdefault(key, row.row)
        if first == row.row or self._meaning.form == LONG or self._meaning.doubles == REPLICATES:
            return False
        self._refuse(row, "repeats", Field.SITE, value=row.code, other=first, depth=_depth_text(row.depth))
        return True

    def _parcel_of(self, row: SampleRow) -> KnownParcel | None:
        if not (row.sheet and row.parcel):
            return None
        return self._standing.parcels.get((bare_number(row.sheet), bare_number(row.parcel)))

    def _site_of(self, place: int, row: SampleRow, parcel: KnownParcel | None) -> bool:
        """Find or plan the site of a row; False where the row is refused."""
        known = self._standing.sites.get(row.code)
        first = self.made.sites.get(row.code)
        if row.has_place:
            here = self._metres[place]
            if known is not None:
                metres = math.dist(here, self._known_metres[row.code])
                if metres > SAME_PLACE_M:
                    self._refuse(row, "site_elsewhere", Field.SITE, value=row.code, metres=metres)
                    return False
            elif first is not None:
                metres = math.dist(here, self._known_metres[row.code])
                if metres > SAME_PLACE_M:
                    other = self._site_rows[row.code]
                    self._refuse(row, "site_differs", Field.SITE, value=row.code, other=other, metres=metres)
                    return False
            else:
                self._plan_site(row, row.lng, row.lat, self._meaning.srid or crs.WGS84, row.accuracy_m, here)
            if row.sheet and row.parcel:
                self._note_parcel(row, parcel, here)
            return True
        if known is not None or first is not None:
            return True
        if parcel is not None:
            (here,) = self._in_zone([(parcel.lng, parcel.lat)])
            self._plan_site(row, parcel.lng, parcel.lat, crs.WGS84, parcel.reach_m, here)
            self._note(row, "place_of_parcel", Field.PARCEL, sheet=row.sheet, parcel=row.parcel)
            return True
        if row.sheet and row.parcel:
            self._refuse(row, "no_such_parcel", Field.PARCEL, sheet=row.sheet, parcel=row.parcel)
        else:
            self._refuse(row, "no_place", Field.SITE, value=row.code)
        return False

    def _note_parcel(self, row: SampleRow, parcel: KnownParcel | None, here: tuple[float, float]) -> None:
        """Say so where the sheet names a parcel that is not known, or one that lies elsewhere."""
        if parcel is None:
            self._note(row, "parcel_unknown", Field.PARCEL, sheet=row.sheet, parcel=row.parcel)
            return
        (there,) = self._in_zone([(parcel.lng, parcel.lat)])
        metres = math.dist(here, there)
        if metres > 3 * parcel.reach_m + 5 * SAME_PLACE_M:
            self._note(row, "parcel_far", Field.PARCEL, sheet=row.sheet, parcel=row.parcel, metres=metres)

    def _plan_site(
        self, row: SampleRow, lng: float, lat: float, epsg: int, accuracy: float | None, here: tuple[float, float]
    ) -> None:
        self.made.sites[row.code] = PlannedSite(
            row.code, lng, lat, clean(row.written_x)[:40], clean(row.written_y)[:40], epsg, accuracy
        )
        self._site_rows[row.code] = row.row
        self._known_metres[row.code] = here

    def _sample_of(self, row: SampleRow, parcel: KnownParcel | None) -> PlannedSample | None:
        key = (row.code, row.depth)
        if row.is_private is False:
            self._open_rows.setdefault(key, row)
        planned = self.made.samples.get(key)
        if planned is not None:
            return self._agreed(planned, row, parcel)
        site = self._standing.sites.get(row.code)
        known = self._standing.samples.get((site.id, row.depth)) if site is not None else None
        planned = PlannedSample(
            row=row.row, code=row.code, depth=row.depth, id=known.id if known else None,
            site=site.id if site else None, parcel=parcel.id if parcel else None,
            laboratory_code=row.laboratory_code, composite=row.composite, sampled_on=row.sampled_on,
            is_private=row.is_private, was_private=known is not None and known.is_private,
        )  # fmt: skip
        if known is not None:
            self._known_samples[known.id] = known
        self.made.samples[key] = planned
        return planned

    def _agreed(self, planned: PlannedSample, row: SampleRow, parcel: KnownParcel | None) -> PlannedSample | None:
        """Several rows tell one sample: what they say of it must agree; the first that says something counts. Only of
        being private they may differ (`_keep_private`).
        """
        told = {
            "parcel": (Field.PARCEL, parcel.id if parcel else None),
            "sampled_on": (Field.SAMPLED_ON, row.sampled_on),
            "composite": (Field.COMPOSITE, row.composite),
        }
        for name, (column, value) in told.items():
            if value is not None and getattr(planned, name) not in (None, value):
                self._refuse(row, "differs", column, other=planned.row)
                return None
        for name, (_column, value) in told.items():
            if getattr(planned, name) is None:
                setattr(planned, name, value)
        planned.laboratory_code = planned.laboratory_code or row.laboratory_code
        if planned.is_private is None:
            planned.is_private = row.is_private
        return planned

    def _note_day(self, row: SampleRow) -> None:
        if row.sampled_on is None or self._standing.campaign is None:
            return
        start, end = self._standing.campaign
        if row.sampled_on < start or (end is not None and row.sampled_on > end):
            self._note(row, "day_outside", Field.SAMPLED_ON, value=f"{row.sampled_on:%d/%m/%Y}")

    # --- Its figures -------------------------------------------------------------------------------

    def _add(self, sample: PlannedSample, row: SampleRow, figure: FigureRead) -> None:
        replicate = row.replicate or 1
        key = (row.code, row.depth, figure.method, replicate)
        if key in self._figure_rows:
            if self._meaning.doubles != REPLICATES or row.replicate is not None:
                self._refuse(
                    row, "figure_repeats", self._column_of(figure), value=figure.written,
                    other=self._figure_rows[key], method=figure.method,
                )  # fmt: skip
                return
            while key in self._figure_rows:
                replicate += 1
                key = (row.code, row.depth, figure.method, replicate)
        self._figure_rows[key] = row.row
        known = None if sample.id is None else self._standing.figures.get((sample.id, figure.method, replicate))
        if figure.is_below_detection:
            self.made.below_detection += 1
        if known is None:
            sample.figures.append((figure, replicate))
        elif _is_same(known, figure):
            self.made.same_figures += 1
        else:
            sample.changed_figures.append((known, figure, replicate))

    def _column_of(self, figure: FigureRead) -> int | None:
        return self._meaning.columns[Field.VALUE] if self._meaning.form == LONG else int(figure.analysis[1:])

    def _refuse(self, row: SampleRow, code: str, column: Field | int | None, **params: Any) -> None:
        self.made.issues.append(self._issue(row, code, column, params))

    def _note(self, row: SampleRow, code: str, column: Field, **params: Any) -> None:
        self.made.notes.append(self._issue(row, code, column, params))

    def _issue(self, row: SampleRow, code: str, column: Field | int | None, params: dict[str, Any]) -> Issue:
        at = self._meaning.columns.get(column) if isinstance(column, Field) else column
        return Issue(row.row, code, at, params)


def bare_number(number: str) -> str:
    """Sheet and parcel numbers as they compare: "012" is "12"."""
    return number.strip().lstrip("0").lower() or "0"


def _depth_text(depth: Depth) -> str:
    return f"{depth[0]:g}–{depth[1]:g}"


def _differences(known: KnownSample, told: PlannedSample) -> dict[str, tuple[Any, Any]]:
    """What a sheet says otherwise of a known sample; what it does not say stays."""
    said = {
        "parcel": told.parcel,
        "laboratory_code": told.laboratory_code or None,
        "composite": told.composite,
        "sampled_on": told.sampled_on,
        "is_private": told.is_private,
    }
    return {
        name: (getattr(known, name), value)
        for name, value in said.items()
        if value is not None and value != getattr(known, name)
    }


def _is_same(known: KnownFigure, figure: FigureRead) -> bool:
    return known.is_below_detection == figure.is_below_detection and math.isclose(
        known.value, figure.value, rel_tol=_EQUAL, abs_tol=1e-12
    )
