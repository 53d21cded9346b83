"""Turn the cells of a list into values, column by column, each fault with its row and column.

Nothing in here asks the database. A value that cannot be understood is never dropped or mended in silence: the row is
refused. A cell of dashes or dots alone is an empty one, as people fill tables in. Equal cells are read once, since
lists repeat their villages, streets and family names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from households import codes
from households.importing.fields import LONGEST, MOST_PEOPLE, POINT, Reading, X, Y
from mapping import crs, placing, text
from mapping.coordinate_text import UnreadableError, read_number
from mapping.importing import Issue, shown
from mapping.tables import DateText, Row

_SAID_TO_BE_A_NUMBER = re.compile(r"(?:số nhà|số|sn|no)[.:\s]*(?=[0-9])", re.IGNORECASE)
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?(?:\s*(?:người|khẩu|nhân khẩu))?", re.IGNORECASE)
_FOOT = re.compile(
    r"(?:tổng|cộng|tổng cộng|tổng số|tổng cộng toàn xã)\s*(?:[:.(]?\s*[0-9].*|:.*)?"
    r"|(?:cộng|tổng|tổng cộng|tổng số)\s+(?:thôn|xã|hộ|số hộ|toàn)\b.*"
    r"|người lập(?:\s+(?:biểu|bảng|danh sách))?[:.]?|(?:.*,\s*)?ngày\b.{0,12}\btháng\b.*",
    re.DOTALL,
)
"""What stands below a list, in one cell of a row without a place: its total, its date, who drew it up."""
_MEMO_LIMIT = 50_000
_LONGEST_VILLAGE = 60  # letters of a cell that are compared with the names of villages


class Fault(Exception):
    """A cell that cannot be taken: a code of `sentences` with its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class _Memo(dict[str, Any]):
    """A column's reader that remembers what it has read."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self.read = read
        self.has_faults = False

    def __missing__(self, cell: str) -> Any:
        value: Any
        try:
            value = self.read(cell) if cell.isalnum() or any(map(str.isalnum, cell)) else ""
        except Fault as fault:
            fault.params.setdefault("value", shown(cell))
            self.has_faults, value = True, fault
        if len(self) > _MEMO_LIMIT:
            self.clear()
        self[cell] = value
        return value


def _text(name: str) -> Callable[[str], str]:
    longest = LONGEST[name]

    def read(cell: str) -> str:
        value = cell if cell.isascii() and cell.isalnum() else text.clean(cell, keep_lines=name == "note")
        if len(value) > longest:
            raise Fault("too_long", limit=longest, length=len(value))
        return value

    return read


def _number(cell: str) -> str:
    if isinstance(cell, DateText):
        raise Fault("became_a_date")
    return _text("number")(_SAID_TO_BE_A_NUMBER.sub("", text.clean(cell)))


def _phone(cell: str) -> str:
    phone = text.normal_phone(cell)
    if phone is None:
        raise Fault("phone")
    return phone


def _size(cell: str) -> str:
    match = _WHOLE.fullmatch(text.clean(cell))
    if not match or not 1 <= int(match.group(1)) <= MOST_PEOPLE:
        raise Fault("size", limit=MOST_PEOPLE)
    return match.group(1)


def _house_code(cell: str) -> str:
    try:
        return codes.parse_house_code(cell)
    except codes.CodeError as error:
        raise Fault("code_check" if error.reason == "check" else "code") from None


def _accuracy(cell: str) -> str:
    value = text.clean(cell).removesuffix("m").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]+)?", value):
        raise Fault("accuracy")
    return value


class Villages:
    """The villages of a commune by what people call them."""

    def __init__(self, villages: Sequence[tuple[int, str, str, shapely.Geometry | None]]) -> None:
        """Take id, designation ("Thôn"), name and outline of each."""
        self._ids: dict[str, int | None] = {}
        self._names = [name for _, _, name, _ in villages]
        self._outlines = [(key, outline) for key, _, _, outline in villages if outline is not None]
        for key, designation, name, _ in villages:
            for spelling in {text.squash(name), text.squash(f"{designation} {name}"), _without_kind(name)}:
                # Two villages of one name: the name alone then says nothing.
                self._ids[spelling] = key if self._ids.get(spelling, key) == key else None

    def read(self, cell: str) -> str:
        """The id of a village as text, "" for an empty cell."""
        key = text.squash(cell)
        if not key:
            return ""
        found = self._ids.get(key) or self._ids.get(_without_kind(cell))
        if found is None:
            raise Fault("village", nearest=self._nearest(cell))
        return str(found)

    def _nearest(self, cell: str) -> list[str]:
        wanted = _without_kind(cell[:_LONGEST_VILLAGE])
        return sorted(self._names, key=lambda name: _edits(wanted, _without_kind(name)))[:3]

    def at(self, lng: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str]:
        """For each point the id of the village that holds it, "" where outlines do not say."""
        found = [""] * lng.size
        for key, outline in self._outlines:
            for place in np.flatnonzero(shapely.intersects_xy(outline, lng, lat)).tolist():
                found[place] = found[place] or str(key)
        return found


_KINDS = re.compile(r"^(?:thon|ban|xom|lang|ap|khu pho|khoi pho|khu|to dan pho|tdp|to)\b[\s.:]*(?:so\s+)?")


def _without_kind(name: str) -> str:
    """ "Thôn 3", "thôn số 3" and "3" alike."""
    folded = text.fold(name)
    return text.squash(re.sub(r"^0+(?=[0-9])", "", _KINDS.sub("", folded)) or folded)


def _edits(first: str, second: str) -> int:
    """How many letters must be added, left out or changed."""
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, 1):
        corner, row[0] = row[0], place
        for other, its in enumerate(second, 1):
            corner, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, corner + (letter != its))
    return row[-1]


@dataclass
class Batch:
    """Rows that passed, as columns of text ready to be carried over; "" for what a row does not say."""

    lines: list[int]
    columns: dict[str, list[str]]
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    """Degrees, to 0.1 mm; NaN for a row without a point."""
    issues: list[Issue] = field(default_factory=list)


class Reader:
    """Reads one list row by row in the way that was confirmed."""

    def __init__(self, reading: Reading, villages: Villages, outline: shapely.Geometry | None) -> None:
        self._reading = reading
        self._villages = villages
        self._outline = outline
        plain = {name: _text(name) for name in LONGEST}
        readers: dict[str, Callable[[str], Any]] = {
            **plain, "number": _number, "phone": _phone, "size": _size, "code": _house_code,
            "accuracy_m": _accuracy, "village": villages.read,
        }  # fmt: skip
        self._memos = {name: _Memo(readers[name]) for name in readers if name in reading.columns}
        self.left_out: list[int] = []
        """Rows so far that are the foot of a list and no house's."""
        self._folds = {name: _Memo(text.fold) for name in ("number", "street", "head_name")}

    def read(self, rows: list[Row]) -> Batch:
        """The values of some rows and what was wrong with the others."""
        width = len(self._reading.titles)
        issues = [Issue(row.number, "too_many_cells", params={"count": len(row.values)})
                  for row in rows if len(row.values) > width]  # fmt: skip
        if issues:
            rows = [row for row in rows if len(row.values) <= width]
        refused: set[int] = set()
        cells = list(zip(*(row.values for row in rows), strict=True))
        columns: dict[str, list[str]] = {}
        for name, memo in self._memos.items():
            index = self._reading.columns[name]
            values = [memo[cell] for cell in cells[index]] if cells else []
            if memo.has_faults:
                for place, value in enumerate(values):
                    if isinstance(value, Fault):
                        refused.add(place)
                        issues.append(Issue(rows[place].number, value.code, index, value.params))
            columns[name] = values
        self._refuse_people_without_head(rows, columns, refused, issues)
        lng, lat = self._place(rows, cells, columns, refused, issues)
        if foot := self._foot(rows, lng):
            refused |= foot
            lines_of_foot = [rows[place].number for place in sorted(foot)]
            self.left_out += lines_of_foot
            issues = [issue for issue in issues if issue.row not in lines_of_foot]
        lines = [row.number for row in rows]
        if refused:
            keep = [place for place in range(len(rows)) if place not in refused]
            lines = [lines[place] for place in keep]
            columns = {name: [values[place] for place in keep] for name, values in columns.items()}
            lng, lat = lng[keep], lat[keep]
        empty = [""] * len(lines)
        columns.setdefault("village", empty)
        for name, memo in self._folds.items():
            values = columns.setdefault(name, empty)
            columns[f"{name}_key"] = [memo[value] for value in values]
        return Batch(lines, columns, lng, lat, issues)

    def _refuse_people_without_head(
        self, rows: list[Row], columns: dict[str, list[str]], refused: set[int], issues: list[Issue]
    ) -> None:
        """A telephone or a number of people is a household's, and a household is kept by the name of its head."""
        names = columns.get("head_name")
        if names is not None and "" not in names:
            return
        nameless = [place for place, name in enumerate(names) if name == ""] if names else range(len(rows))
        for field_name, code in (("phone", "phone_without_head"), ("size", "size_without_head")):
            values = columns.get(field_name)
            if not values:
                continue
            for place in nameless:
                value = values[place]
                if value and not isinstance(value, Fault):
                    refused.add(place)
                    issues.append(Issue(rows[place].number, code, self._reading.columns[field_name]))

    def _foot(self, rows: list[Row], lng: NDArray[np.float64]) -> set[int]:
        """Which rows are a total or a signature: they say neither where nor which house, and one cell says what."""
        naming = [self._reading.columns[name] for name in (POINT, X, Y, "code", "external_id")
                  if name in self._reading.columns]  # fmt: skip
        return {
            place
            for place in np.flatnonzero(np.isnan(lng)).tolist()
            if not any(rows[place].values[index].strip() for index in naming)
            and any(_FOOT.fullmatch(text.clean(cell).lower()) for cell in rows[place].values if cell)
        }

    def _place(
        self, rows: list[Row], cells: list[Any], columns: dict[str, list[str]], refused: set[int], issues: list[Issue]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Find each row's point; a row without one passes, as it may name a house that is there already."""
        reading = self._reading
        if not reading.places or reading.srid is None or self._outline is None or not rows:
            return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        pairs = pairs_of(rows, cells, reading)
        placed = placing.place(pairs, reading.srid, self._outline, swapped=reading.swapped)
        column = None if reading.has_geometry else reading.columns.get(POINT, reading.columns.get(X))
        for place, reason in enumerate(placed.reason):
            if reason and reason != placing.MISSING:
                refused.add(place)
                issues.append(_misplaced(rows[place], reason, column, reading, float(placed.outside_m[place])))
        has_point = np.array([not reason for reason in placed.reason], dtype=np.bool_)
        named = columns.get("village")
        wanting = has_point if named is None else has_point & np.array([value == "" for value in named], dtype=np.bool_)
        if wanting.any():
            found = iter(self._villages.at(placed.lng[wanting], placed.lat[wanting]))
            columns["village"] = [
                next(found) if wants else (named[place] if named else "")
                for place, wants in enumerate(wanting.tolist())
            ]
        lng, lat = (np.where(has_point, np.round(degrees, 9), np.nan) for degrees in (placed.lng, placed.lat))
        return lng, lat


def pairs_of(rows: Sequence[Row], cells: Sequence[Sequence[str]], reading: Reading) -> placing.Pairs:
    """The coordinates of some rows as numbers, from the geometry of a vector file or from columns."""
    if reading.has_geometry:
        shapes = np.array([row.geometry for row in rows], dtype=object)
        missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        # The outline of a house stands for a point inside it.
        points = shapely.point_on_surface(shapes)
        faults = [placing.MISSING if gone else "" for gone in missing.tolist()]
        certain = np.zeros(len(rows), dtype=np.bool_)
        return placing.Pairs(shapely.get_x(points), shapely.get_y(points), certain, faults)
    if POINT in reading.columns:
        return placing.read_pairs(cells[reading.columns[POINT]])
    return placing.read_pairs(cells[reading.columns[X]], cells[reading.columns[Y]])


def _misplaced(row: Row, reason: str, column: int | None, reading: Reading, outside_m: float) -> Issue:
    if reading.has_geometry:
        return Issue(row.number, reason, None, {"value": "", "metres": outside_m})
    order: tuple[str, ...] = (POINT, X, Y)
    if reading.srid in (crs.WGS84, crs.VN2000) and not reading.swapped:  # degrees as on the record: latitude first
        order = (POINT, Y, X)
    value = " ; ".join(row.values[reading.columns[name]] for name in order if name in reading.columns)
    return Issue(
        row.number, reason, _at_fault(row, reason, column, reading), {"value": shown(value), "metres": outside_m}
    )


def _at_fault(row: Row, reason: str, column: int | None, reading: Reading) -> int | None:
    """Which of two columns holds what cannot be read or cannot be; `column` when both could."""
    if POINT in reading.columns or reason not in (placing.UNREADABLE, placing.OUT_OF_RANGE):
        return column
    latitude = X if reading.swapped else Y
    for name in (Y, X):
        try:
            number = read_number(row.values[reading.columns[name]])
        except UnreadableError:
            return reading.columns[name]
        if name == latitude and not -90 <= number.value <= 90 and reason == placing.OUT_OF_RANGE:
            return reading.columns[name]
    return column
