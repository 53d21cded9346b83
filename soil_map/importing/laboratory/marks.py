"""How the figures of a column part decimals: whether its "1.250" is one and a quarter or more than a thousand. Pure."""

from __future__ import annotations

import math
import re
import statistics
from dataclasses import dataclass, field
from typing import Final

from mapping.tables import NumberText
from mapping.text import clean
from soil_map.importing.values import FigureWrong, read_figure, readings_of

_SURE: Final = re.compile(r"[<≤ ]*(?:0[.,][0-9]{3}|[0-9]{4,}[.,][0-9]{3}|[0-9]+[.,][0-9]{4,})", re.ASCII)
"""Three decimals that are no thousands, or more of them."""


@dataclass(slots=True)
class Marks:
    """The figures of a column, by how they are written."""

    has_sure: bool = False
    plain: dict[str, float] = field(default_factory=dict)
    """Figures that are read in one way, as they are written."""
    open: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Those with two readings: as decimals, as thousands."""
    _seen: set[str] = field(default_factory=set)

    def look_at(self, cell: str) -> None:
        """Count a cell."""
        if isinstance(cell, NumberText):  # the spreadsheet knows the number
            self.plain.setdefault(cell, float(cell))
            return
        if cell in self._seen:
            return
        self._seen.add(cell)
        if readings := readings_of(cell):
            self.open[cell] = readings
            return
        self.has_sure = self.has_sure or _SURE.fullmatch(clean(cell)) is not None
        try:
            figure = read_figure(cell)
        except FigureWrong:
            return
        if figure is not None and not figure.is_below_detection:
            self.plain[cell] = figure.number

    def doubts(self, possible: tuple[float, float]) -> frozenset[str]:
        """The cells that may mean either; `possible` is the range of the property in the unit of the column.

        None where another figure of the column surely has three decimals. Beside figures without them those are in
        doubt that may be thousands, since soils have so much or since thousands are nearer to the rest. In a column of
        three decimals throughout all are in doubt where every one of them may be thousands.
        """
        if self.has_sure or not self.open:
            return frozenset()
        lowest, highest = possible
        fits = {cell for cell, (_one, many) in self.open.items() if lowest <= many <= highest}
        if not self.plain:
            return frozenset(fits) if len(fits) == len(self.open) else frozenset()
        middle = statistics.median(self.plain.values())
        near = {cell for cell, readings in self.open.items() if middle > 0 and _is_nearer(middle, *readings)}
        return frozenset(fits | near)

    def settled(self, possible: tuple[float, float]) -> frozenset[str]:
        """The cells read as decimals for no other reason than that no soil has their thousands, among figures written
        with fewer decimals: "5,125" beside "5,1". They are taken and named.
        """
        if self.has_sure or not self.plain:
            return frozenset()
        return frozenset(self.open) - self.doubts(possible)


def _is_nearer(middle: float, one: float, many: float) -> bool:
    """Whether the reading in thousands is the one nearer to the rest of the column, in proportion."""
    return abs(math.log(many / middle)) < abs(math.log(one / middle))
