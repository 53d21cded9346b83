"""The rows of a laboratory sheet as samples and figures, each fault with its row and column. Pure.

A figure that cannot be taken is refused alone; what is wrong with the sample (its code, its place, its depth) refuses
the row. Rows at the foot of a sheet, its means and signatures, are left out and named.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import shapely

from mapping import placing
from mapping.importing import Issue
from mapping.tables import DateText, NumberText, Row
from mapping.text import clean, fold
from soil_map.importing.columns import Field
from soil_map.importing.laboratory import cells
from soil_map.importing.laboratory.cells import CellWrong
from soil_map.importing.laboratory.marks import Marks
from soil_map.importing.laboratory.meaning import LONG, Analysis, Meaning, MethodInfo, converted
from soil_map.importing.laboratory.understanding import said_of
from soil_map.importing.values import FigureWrong, check_range, read_figure, readings_of

T = TypeVar("T")
_OF_ALL: Final = r"(?:(?:chung|ca|cac|cua|toan|tat|so|mau|theo|tang|xa|thon|vung)(?![a-z])|%|\().*"
_LONG_WORDS: Final = "(?:trung binh|lon nhat|nho nhat|cao nhat|thap nhat|do lech chuan|trung vi|tong cong|tong so)"
_SUMMARY: Final = re.compile(
    rf"(?:gia tri )?(?:{_LONG_WORDS}(?: .*)?|(?:tb|max|min|mean|average|std|sd|cv|tong|cong)(?: ?{_OF_ALL})?"
    r"|(?:max|min) ?[-–—/÷~] ?(?:max|min))[.:]?"
)
"""A mean or a sum. Words that names and codes begin with as well, "Cộng Hòa", stand alone or tell what they are of."""
_COUNT: Final = re.compile(r"[(\[]? ?(?:n ?= ?[0-9]+|(?:cua )?[0-9]+ mau) ?[)\]]?")
"""Of how many samples a mean is."""
_SUMMARY_WITH_NUMBER: Final = re.compile(rf"(?:gia tri )?{_LONG_WORDS}(?! ?[0-9]+[a-z]?$).*")
"""A mean that tells a year or a depth; "Trung Bình 3" is a sample of a village."""
_LONGEST: Final = {Field.SITE: 40, Field.LABORATORY_CODE: 40, Field.SHEET: 20, Field.PARCEL: 20}
_SPREADSHEET_NUMBER: Final = re.compile(r"([0-9]+)\.0")


@dataclass(frozen=True, slots=True)
class FigureRead:
    """A figure in the canonical unit of its property."""

    analysis: str
    method: str
    written: str
    unit: str
    value: float
    is_below_detection: bool


@dataclass(slots=True)
class SampleRow:
    """What a row says of a sample. In a long sheet several rows say it of one."""

    row: int
    code: str
    sheet: str
    parcel: str
    depth: tuple[float, float]
    sampled_on: datetime.date | None
    composite: int | None
    is_private: bool | None
    """None where the row does not say it."""
    laboratory_code: str
    replicate: int | None
    accuracy_m: float | None
    written_x: str
    written_y: str
    figures: list[FigureRead]
    lng: float = float("nan")
    lat: float = float("nan")
    """Degrees; NaN where the sheet has no place for it."""

    @property
    def has_place(self) -> bool:
        return self.lng == self.lng


@dataclass(frozen=True, slots=True)
class PrivateMark:
    """What a row says of whether its sample is private; `is_private` is None for a cell that cannot be read."""

    row: int
    is_private: bool | None


@dataclass(slots=True)
class SheetRead:
    """All that a sheet says, read in one way."""

    samples: list[SampleRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    """What is taken and stands out."""
    total: int = 0
    """Rows that are about a sample."""
    marks: dict[tuple[str, tuple[float, float]], list[PrivateMark]] = field(default_factory=dict)
    """By code and depth, of refused rows too: a mark must not get lost with the figure beside it."""
    left_out: list[int] = field(default_factory=list)
    """Rows at the foot of the sheet and between its parts, that say nothing of a sample; each is told to people."""


def read(
    rows: Sequence[Row],
    meaning: Meaning,
    methods: Mapping[str, MethodInfo],
    outline: shapely.Geometry | None,
    today: datetime.date,
) -> SheetRead:
    """Read every row. `meaning` must leave nothing open; `outline`, in EPSG:4326, is needed where it has places."""
    reader = _Reader(meaning, methods, today)
    reader.look(rows)
    for row in rows:
        reader.take(row)
    if meaning.has_place and meaning.srid is not None and outline is not None:
        _place(reader.found, meaning, outline)
    return reader.found


def pairs_of(rows: Sequence[Row], meaning: Meaning) -> placing.Pairs:
    """The coordinates of rows as numbers, before it is known what they mean; rows without any are left out."""
    columns = [meaning.columns[name] for name in _coordinates(meaning)]
    texts = [[_cell(row.values, index) for index in columns] for row in rows]
    kept = [cells_of for cells_of in texts if any(any(map(str.isalnum, cell)) for cell in cells_of)]
    return placing.read_pairs(*(list(column) for column in zip(*kept, strict=True))) if kept else placing.read_pairs([])


def _coordinates(meaning: Meaning) -> tuple[str, ...]:
    return (Field.X, Field.Y) if {Field.X, Field.Y} <= meaning.columns.keys() else (Field.POINT,)


def _cell(values: Sequence[str], index: int | None) -> str:
    return values[index] if index is not None and index < len(values) else ""


class _Reader:
    def __init__(self, meaning: Meaning, methods: Mapping[str, MethodInfo], today: datetime.date) -> None:
        self.found = SheetRead()
        self._meaning = meaning
        self._columns = meaning.columns
        self._today = today
        self._analyses = [one for one in meaning.analyses if not one.left_out]
        self._by_said = {one.said: one for one in meaning.analyses}
        self._read = {one.key: _figure_reader(one, methods) for one in self._analyses}
        self._ranges = {one.key: _range_of(one, methods) for one in self._analyses}
        self._doubts: dict[str, frozenset[str]] = {}
        self._settled: dict[str, frozenset[str]] = {}
        self._site_title = fold(meaning.titles[self._columns[Field.SITE]][1]) if Field.SITE in self._columns else ""

    def look(self, rows: Sequence[Row]) -> None:
        """Find out of each analysis how its figures part decimals, before any of them is read."""
        marks = {one.key: Marks() for one in self._analyses}
        for row in rows:
            for analysis, _index, cell in self._figure_cells(row):
                marks[analysis.key].look_at(cell)
        self._doubts = {one.key: marks[one.key].doubts(self._ranges[one.key]) for one in self._analyses}
        self._settled = {one.key: marks[one.key].settled(self._ranges[one.key]) for one in self._analyses}

    def take(self, row: Row) -> None:
        """Read one row into what was found."""
        values, columns = row.values, self._columns
        if len(values) > len(self._meaning.titles):
            self.found.total += 1
            self._refuse(row, "too_many_cells", None, count=len(values))
            return
        code = _plain(_cell(values, columns.get(Field.SITE)))
        parcel = _plain(_cell(values, columns.get(Field.PARCEL)))
        figure_cells = self._figure_cells(row)
        if self._says_nothing(values, code, parcel, figure_cells):
            self.found.left_out.append(row.number)
            return
        self.found.total += 1
        before = len(self.found.issues)
        figures = self._figures(row, figure_cells)
        has_bad_figures = len(self.found.issues) > before
        sample = self._sample(row, code, parcel, figures)
        if sample is None:
            return
        if not figures:
            if not has_bad_figures and not self._is_left_out(row):
                self._refuse(row, "no_figures", None)
            return
        self.found.samples.append(sample)

    def _figure_cells(self, row: Row) -> list[tuple[Analysis, int, str]]:
        """The cells of a row that hold figures to be read."""
        if self._meaning.form == LONG:
            index = self._columns[Field.VALUE]
            analysis = self._by_said.get(said_of(row.values, self._columns))
            found = [(analysis, index)] if analysis is not None and not analysis.left_out else []
        else:
            found = [(one, one.column) for one in self._analyses]
        return [(one, index, cell) for one, index in found if (cell := _cell(row.values, index)) and not cell.isspace()]

    def _is_left_out(self, row: Row) -> bool:
        """Whether a row of a long sheet is of a kind that a person left out."""
        if self._meaning.form != LONG:
            return False
        analysis = self._by_said.get(said_of(row.values, self._columns))
        return analysis is not None and analysis.left_out

    def _says_nothing(
        self, values: Sequence[str], code: str, parcel: str, figure_cells: list[tuple[Analysis, int, str]]
    ) -> bool:
        has_code = bool(parcel) or any(map(str.isdigit, code))
        places = any(_cell(values, self._columns.get(name)).strip() for name in (Field.X, Field.Y, Field.POINT))
        if not has_code and not places and not any(_is_figure(cell) for _one, _index, cell in figure_cells):
            return True  # a heading between parts, a signature
        if code and fold(code) == self._site_title:
            return True  # the header once more, at the top of a printed page
        if _is_summary(code):
            return True  # whatever place it tells: means of coordinates
        labels = self._labels(values, code, parcel)
        return not places and any(_is_summary(cell, may_have_number=not parcel) for cell in labels)

    def _labels(self, values: Sequence[str], code: str, parcel: str) -> list[str]:
        """The cells that may call a row a mean. Where the row has a code or says field or depth, as a mean may as well,
        these are the code's and that of the running number alone: villages have such names.
        """
        columns = self._columns
        depths = (Field.DEPTH, Field.DEPTH_FROM, Field.DEPTH_TO)
        if code or parcel or any(_cell(values, columns.get(name)).strip() for name in depths):
            return [code, _cell(values, columns.get(Field.ORDER))]
        return list(values[:6])

    def _figures(self, row: Row, figure_cells: list[tuple[Analysis, int, str]]) -> list[FigureRead]:
        found = []
        for analysis, index, cell in figure_cells:
            try:
                if cell in self._doubts[analysis.key] and not isinstance(cell, NumberText):
                    raise _doubt(cell)
                figure = self._read[analysis.key](cell)
            except FigureWrong as error:
                self._refuse(row, f"figure_{error.code}", index, **_told(error, analysis))
            else:
                if figure is not None:
                    found.append(figure)
                    if cell in self._settled[analysis.key] and not isinstance(cell, NumberText):
                        told = _told(_doubt(cell), analysis)
                        self.found.notes.append(Issue(row.number, "figure_as_decimal", index, told))
        return found

    def _sample(self, row: Row, code: str, parcel: str, figures: list[FigureRead]) -> SampleRow | None:
        """The sample of a row; None where the row is refused, which is noted."""
        before = len(self.found.issues)
        columns, values = self._columns, row.values
        sheet = _plain(_cell(values, columns.get(Field.SHEET)))
        laboratory_code = clean(_cell(values, columns.get(Field.LABORATORY_CODE)))
        if not code:
            if sheet and parcel:
                code = f"{sheet}/{parcel}"
            else:
                self._refuse(row, "no_site", columns.get(Field.SITE))
        elif isinstance(_cell(values, columns.get(Field.SITE)), DateText):
            self._refuse(row, "site_date", columns[Field.SITE], value=code)
        for name, text in ((Field.SITE, code), (Field.LABORATORY_CODE, laboratory_code), (Field.SHEET, sheet),
                           (Field.PARCEL, parcel)):  # fmt: skip
            if len(text) > _LONGEST[name]:
                self._refuse(
                    row, "too_long", columns.get(name), value=text[:40], length=len(text), limit=_LONGEST[name]
                )
        depth = self._depth(row)
        day = self._cell_read(row, Field.SAMPLED_ON, lambda cell: cells.read_day(cell, self._today))
        mixed = self._cell_read(row, Field.COMPOSITE, cells.read_mixed)
        before_mark = len(self.found.issues)
        private = self._cell_read(row, Field.PRIVATE, cells.read_private)
        if code and depth is not None and (private is not None or len(self.found.issues) > before_mark):
            self.found.marks.setdefault((code, depth), []).append(PrivateMark(row.number, private))
        replicate = self._cell_read(row, Field.REPLICATE, cells.read_replicate)
        accuracy = self._cell_read(row, Field.ACCURACY, cells.read_accuracy)
        if len(self.found.issues) > before or depth is None:
            return None
        texts = [_cell(values, columns.get(name)) for name in _coordinates(self._meaning)]
        return SampleRow(
            row=row.number, code=code, sheet=sheet, parcel=parcel, depth=depth, sampled_on=day, composite=mixed,
            is_private=private, laboratory_code=laboratory_code, replicate=replicate, accuracy_m=accuracy,
            written_x=texts[0], written_y=texts[1] if len(texts) > 1 else "", figures=figures,
        )  # fmt: skip

    def _depth(self, row: Row) -> tuple[float, float] | None:
        columns, values = self._columns, row.values
        index = columns.get(Field.DEPTH)
        try:
            if index is not None:
                cell = _cell(values, index)
                if not cell.strip() and self._meaning.depth is not None:
                    return self._meaning.depth
                return cells.read_depth(cell)
            if self._meaning.has_depth:
                index = columns[Field.DEPTH_FROM]
                top = cells.read_depth_end(_cell(values, index))
                index = columns[Field.DEPTH_TO]
                bottom = cells.read_depth_end(_cell(values, index))
                return cells.checked_depth(top, bottom, f"{top:g}–{bottom:g}")
        except CellWrong as error:
            self._refuse(row, error.code, index, **error.params)
            return None
        return self._meaning.depth

    def _cell_read(self, row: Row, name: Field, reader: Callable[[str], T]) -> T | None:
        index = self._columns.get(name)
        if index is None:
            return None
        try:
            return reader(_cell(row.values, index))
        except CellWrong as error:
            self._refuse(row, error.code, index, **error.params)
            return None

    def _refuse(self, row: Row, code: str, column: int | None, **params: Any) -> None:
        self.found.issues.append(Issue(row.number, code, column, params))


def _is_summary(cell: str, *, may_have_number: bool = False) -> bool:
    """Whether a cell is the word for a mean or a sum, "Trung bình (n=30)"; with another number it is a code, "TB 01",
    unless it `may_have_number`.
    """
    if len(cell) >= 60:
        return False
    text = _COUNT.sub("", fold(cell)).strip()
    if any(map(str.isdigit, text)):
        return may_have_number and _SUMMARY_WITH_NUMBER.fullmatch(text) is not None
    return _SUMMARY.fullmatch(text) is not None


def _is_figure(cell: str) -> bool:
    """Whether a cell is meant as a figure, be it a wrong one."""
    try:
        return read_figure(cell) is not None
    except FigureWrong as error:
        return error.code != "text"


def _plain(cell: str) -> str:
    """A code or number as text; one that went through a spreadsheet's float has lost its ".0"."""
    text = clean(cell)
    if found := _SPREADSHEET_NUMBER.fullmatch(text):
        return found[1]
    return text if any(map(str.isalnum, text)) else ""


def _figure_reader(analysis: Analysis, methods: Mapping[str, MethodInfo]) -> Callable[[str], FigureRead | None]:
    """Reads the cells of an analysis; equal cells are read once, since figures repeat."""
    conversion = converted(analysis, methods)
    prop = methods[analysis.method].property
    known: dict[str, FigureRead | FigureWrong | None] = {}

    def read_one(cell: str) -> FigureRead | None:
        if isinstance(cell, DateText):  # Excel makes a day of 5.2
            raise FigureWrong("date", cell)
        figure = read_figure(cell, detection_limit=analysis.limit)
        if figure is None:
            return None
        value = conversion.convert(figure.number)
        try:
            check_range(figure, value, prop.lowest, prop.highest)
        except FigureWrong as error:
            would_be = None if error.would_be is None else error.would_be / conversion.factor
            raise FigureWrong(error.code, error.written, would_be) from None
        return FigureRead(
            analysis.key, analysis.method, figure.written, analysis.unit or "", value, figure.is_below_detection
        )

    def read_known(cell: str) -> FigureRead | None:
        found = known.get(cell, cell)
        if found is cell:
            try:
                found = read_one(cell)
            except FigureWrong as error:
                found = error
            if not isinstance(cell, DateText):
                known[cell] = found
        if isinstance(found, FigureWrong):
            raise found
        return found if isinstance(found, FigureRead) else None

    return read_known


def _range_of(analysis: Analysis, methods: Mapping[str, MethodInfo]) -> tuple[float, float]:
    """What soils have, in the unit of the analysis."""
    factor, prop = converted(analysis, methods).factor, methods[analysis.method].property
    return prop.lowest / factor, prop.highest / factor


def _doubt(cell: str) -> FigureWrong:
    readings = readings_of(cell)
    return FigureWrong("thousands", clean(cell), readings[0] if readings else None)


def _told(error: FigureWrong, analysis: Analysis) -> dict[str, Any]:
    told: dict[str, Any] = {"value": error.written, "method": analysis.method, "unit": analysis.unit or ""}
    if error.code == "thousands" and (readings := readings_of(error.written)):
        told["thousands"] = readings[1]
    if error.would_be is not None:
        told["would_be"] = float(f"{error.would_be:.6g}")
    return told


def _place(found: SheetRead, meaning: Meaning, outline: shapely.Geometry) -> None:
    """Give samples their places; those whose place is wrong go, with the reason."""
    samples = found.samples
    if not samples or meaning.srid is None:
        return
    x = [sample.written_x for sample in samples]
    y = [sample.written_y for sample in samples] if len(_coordinates(meaning)) > 1 else None
    placed = placing.place(placing.read_pairs(x, y), meaning.srid, outline, swapped=meaning.swapped)
    column = meaning.columns[_coordinates(meaning)[0]]
    kept = []
    for index, sample in enumerate(samples):
        reason = placed.reason[index]
        if reason == "":
            sample.lng, sample.lat = round(float(placed.lng[index]), 9), round(float(placed.lat[index]), 9)
        elif reason != placing.MISSING:
            metres = float(placed.outside_m[index])
            params = {
                "value": "; ".join(filter(None, (clean(sample.written_x), clean(sample.written_y))))[:60],
                "metres": metres if metres == metres else None,
                "lng": _finite(float(placed.lng[index])),
                "lat": _finite(float(placed.lat[index])),
            }
            found.issues.append(Issue(sample.row, f"place_{reason}", column, params))
            continue
        kept.append(sample)
    found.samples = kept


def _finite(value: float) -> float | None:
    return value if value == value else None
