"""What each row of a file says: a soil unit's symbol and soils, a parcel's sheet and number; else why not. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from soil_map.importing.polygons.composition import Component, CompositionError, read_composition
from soil_map.importing.polygons.meaning import Meaning, Tabled, read_label

_LONGEST: Final = {"symbol": 30, "sheet": 20, "number": 20, "land_use": 20, "wrb": 60}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not taken, or what stands out about one that is: a code, its number, its column, figures.

    Of cells: missing(field) · too_long(field, limit) · label(written) · composition_over(total) ·
    composition_share(written) · composition_unnamed(percent) · composition_long(name) · composition_missing(name) ·
    twice(other, name). Of shapes: no_place · nothing_left · outside(distance_m) · mostly_outside(percent) ·
    elsewhere(name, distance_m) · on_known(name, percent).
    Notes: mended(fault, before_m2, after_m2) · crossing(percent) · double(other) · part(percent).
    """

    code: str
    number: int
    column: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    at: int = -1
    """The row's place in the table."""


@dataclass(frozen=True, slots=True)
class SoilRow:
    """A soil unit as its row says it."""

    symbol: str
    components: tuple[Component, ...]
    wrb: str

    @property
    def name(self) -> str:
        """What sentences call it."""
        return self.symbol


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel as its row says it."""

    sheet: str
    number: str
    land_use: str

    @property
    def name(self) -> str:
        """What sentences call it."""
        return f"{self.sheet}/{self.number}"


Row = SoilRow | ParcelRow


class _CellWrong(Exception):
    def __init__(self, code: str, column: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.params = params


def read_rows(
    found: Tabled, columns: dict[str, int], meaning: Meaning, content: str
) -> tuple[list[Row | None], list[Fault]]:
    """Every row, None for one with a fault."""
    rows: list[Row | None] = []
    faults: list[Fault] = []
    for at, number in enumerate(found.numbers):
        cells = {name: found.columns[column][at] for name, column in columns.items()}
        try:
            rows.append(_soil(cells) if content == "soil_units" else _parcel(cells, meaning))
        except _CellWrong as error:
            rows.append(None)
            faults.append(Fault(error.code, number, columns.get(error.column), error.params, at))
    return rows, faults


def _soil(cells: dict[str, str]) -> SoilRow:
    pairs = [(cells.get(f"name{at}", ""), cells.get(f"percent{at}", "")) for at in (1, 2, 3, 4)]
    try:
        components = read_composition(pairs)
    except CompositionError as error:
        raise _CellWrong(f"composition_{error.code}", "name1", **error.params) from error
    symbol = _cell(cells, "symbol")
    if not symbol:
        raise _CellWrong("missing", "symbol", field="symbol")
    return SoilRow(symbol, tuple(components), _cell(cells, "wrb"))


def _parcel(cells: dict[str, str], meaning: Meaning) -> ParcelRow:
    number, land_use = _cell(cells, "number"), _cell(cells, "land_use")
    if label := cells.get("label", ""):
        told = read_label(label)
        if told is None and not number:
            raise _CellWrong("label", "label", written=label[:40])
        number, land_use = number or (told or ("", ""))[0], land_use or (told or ("", ""))[1]
    sheet = _plain(_cell(cells, "sheet") or meaning.sheet)
    if not sheet:
        raise _CellWrong("missing", "sheet", field="sheet")
    if not number:
        raise _CellWrong("missing", "number", field="number")
    return ParcelRow(sheet, _plain(number), land_use)


def _cell(cells: dict[str, str], name: str) -> str:
    value = cells.get(name, "")
    if len(value) > _LONGEST[name]:
        raise _CellWrong("too_long", name, field=name, limit=_LONGEST[name])
    return value


def _plain(number: str) -> str:
    """A number without what programs put around it: "007" and "7.0" are 7."""
    return re.sub(r"^0+(?=[0-9])", "", re.sub(r"(?<=[0-9])[.,]0+$", "", number))
