"""The list for whoever goes out to hang plates: a page is a piece of the way, its map and a box to tick. Pure.

Whatever stands on it is on the plates themselves or on a public map: nobody is named. It is a paper of the commune and
stays Vietnamese in every language of the program.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from households.addresses import capitalised
from households.plates.board_cutting import Bounds
from households.plates.design import BLUE, WHITE, Colour
from households.plates.mini_map import Labelled, Surroundings, draw_mini_map, height_for
from households.plates.route import Leg
from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.pen import Pen

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
MARGIN: Final = 12.0
_WIDTH: Final = PAGE_WIDTH - 2 * MARGIN
_TOP, _BOTTOM = PAGE_HEIGHT - 25.0, 16.0
_ROW, _TURN, _TITLE, _COLUMNS_ROW, _GAP = 6.6, 5.4, 8.0, 5.6, 6.0
_MAP_LEAST, _MAP_MOST = 44.0, 98.0
_MAP_OF_FEW: Final = 56.0  # so that two short pieces share a page
MOST_ROWS: Final = 22
"""So many houses stand on one map at most."""
_OWN_PIECE: Final = 8
"""An alley of so many houses has a map of its own."""
_FEW: Final = 4
_FULL: Final = 12
_MOST_EAST_M, _MOST_NORTH_M = 240.0, 150.0
"""A map that shows more ground than this has numbers too small to find."""
_EDGE_M: Final = 10.0
_INK: Final[Colour] = (0.08, 0.10, 0.16)
_FAINT: Final[Colour] = (0.42, 0.44, 0.48)
_RULE: Final[Colour] = (0.72, 0.73, 0.76)
_BAND: Final[Colour] = (0.92, 0.93, 0.96)

_COLUMNS: Final = (
    ("Lắp", 10.0), ("TT", 11.0), ("Số nhà", 25.0), ("Đường, ngõ", 52.0), ("Mã nhà", 26.0), ("Lô-số", 18.0),
    ("Ghi chú", 44.0),
)  # fmt: skip

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class WalkRow:
    """A house of the list; `serial` is batch and place in it ("7-123"), `note` what is known already."""

    number: str
    street: str
    house_code: str
    serial: str
    note: str
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Walk:
    """The way through one village, its legs naming rows and streets by their places in the list."""

    village: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class WalkList:
    """All that the papers say. `names` are those of the streets that legs name."""

    title: str
    rows: tuple[WalkRow, ...]
    names: tuple[str, ...]
    walks: tuple[Walk, ...]
    ground: Surroundings
    printed_on: datetime.date


@dataclass(frozen=True, slots=True)
class _Section:
    """What one map shows: pieces of legs; `first` is the number of its first row in the list."""

    village: str
    legs: tuple[Leg, ...]
    first: int
    bounds: Bounds

    @property
    def houses(self) -> tuple[int, ...]:
        """Its rows."""
        return tuple(house for leg in self.legs for house in leg.houses)

    @property
    def map_height(self) -> float:
        """How high its map is."""
        most = _MAP_OF_FEW if len(self.houses) + len(self.legs) <= _OWN_PIECE + 1 else _MAP_MOST
        return height_for(self.bounds, _WIDTH, _MAP_LEAST, most)

    @property
    def height(self) -> float:
        """How high all of it is."""
        turns = len(self.legs) - 1
        return _TITLE + self.map_height + _COLUMNS_ROW + len(self.houses) * _ROW + turns * _TURN


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def write_walk_list(out: BinaryIO, listed: WalkList, fonts: Fonts, progress: Progress = silent) -> int:
    """Draw the list into `out`; return how many pages it has. Raises OSError."""
    pages = list(_paged(sections(listed)))
    writer = PdfWriter(out, title=f"Danh sách đi lắp biển: {listed.title}")
    pen = Pen(writer, fonts)
    done = 0
    for number, page in enumerate(pages, start=1):
        _head(pen, listed, number, len(pages))
        top = _TOP
        for section in page:
            _draw(pen, listed, section, top, fonts)
            top -= section.height + _GAP
            done += len(section.houses)
            progress(done, len(listed.rows))
        pen.end_page(PAGE_WIDTH, PAGE_HEIGHT)
    writer.close()
    return len(pages)


def sections(listed: WalkList) -> Iterator[_Section]:
    """The way cut into what fits on one map each, in order."""
    first = 1
    for walk in listed.walks:
        for legs in _cut(listed, walk.legs):
            houses = [house for leg in legs for house in leg.houses]
            yield _Section(walk.village, tuple(legs), first, _bounds([listed.rows[house].at for house in houses]))
            first += len(houses)


def _cut(listed: WalkList, legs: Sequence[Leg]) -> Iterator[list[Leg]]:
    """An alley with a few houses begins a map of its own and stays whole on it where it can."""
    open_legs: list[Leg] = []
    count = 0
    for leg in legs:
        is_own = len(leg.houses) >= _OWN_PIECE and count >= _FEW
        if open_legs and (is_own or count >= _FULL or count + len(leg.houses) > MOST_ROWS):
            yield open_legs
            open_legs, count = [], 0
        part: list[int] = []
        for house in leg.houses:
            shown = [one for before in open_legs for one in before.houses] + part
            if shown and (len(shown) >= MOST_ROWS or not _is_near(listed, shown, house)):
                yield [*open_legs, Leg(leg.street, tuple(part))] if part else open_legs
                open_legs, part = [], []
            part.append(house)
        open_legs.append(Leg(leg.street, tuple(part)))
        count = sum(len(one.houses) for one in open_legs)
    if open_legs:
        yield open_legs


def _is_near(listed: WalkList, shown: Sequence[int], house: int) -> bool:
    xs, ys = zip(*(listed.rows[one].at for one in (*shown, house)), strict=True)
    is_near: bool = max(xs) - min(xs) <= _MOST_EAST_M and max(ys) - min(ys) <= _MOST_NORTH_M
    return is_near


def _bounds(places: Sequence[tuple[float, float]]) -> Bounds:
    xs, ys = zip(*places, strict=True)
    return min(xs) - _EDGE_M, min(ys) - _EDGE_M, max(xs) + _EDGE_M, max(ys) + _EDGE_M


def _paged(found: Iterator[_Section]) -> Iterator[list[_Section]]:
    """Sections on pages; none is cut."""
    page: list[_Section] = []
    used = 0.0
    for section in found:
        if page and used + section.height > _TOP - _BOTTOM:
            yield page
            page, used = [], 0.0
        page.append(section)
        used += section.height + _GAP
    if page:
        yield page


def _head(pen: Pen, listed: WalkList, number: int, pages: int) -> None:
    top = PAGE_HEIGHT - MARGIN
    pen.fitted(
        f"Danh sách đi lắp biển: {listed.title}", MARGIN, top - 6, _WIDTH - 32, 7,
        largest=13, smallest=8, bold=True, colour=BLUE,
    )  # fmt: skip
    pen.text(f"Trang {number}/{pages}", PAGE_WIDTH - MARGIN, top - 2.5, 10, bold=True, colour=_INK, align=1)
    pen.path([(MARGIN, top - 9), (PAGE_WIDTH - MARGIN, top - 9)], BLUE, 0.5)
    pen.text(
        "Đi từ trên xuống. Lắp xong đánh dấu vào ô. Biển không khớp nhà thì ghi vào cột Ghi chú, không lắp.",
        MARGIN, 9.5, 8, colour=_FAINT,
    )  # fmt: skip
    pen.text(f"In ngày {listed.printed_on:%d/%m/%Y}", PAGE_WIDTH - MARGIN, 9.5, 8, colour=_FAINT, align=1)


def _draw(pen: Pen, listed: WalkList, section: _Section, top: float, fonts: Fonts) -> None:
    streets = list(dict.fromkeys(leg.street for leg in section.legs))
    title = ", ".join(dict.fromkeys(_name(listed, street) for street in streets[:4])) + (", …" if streets[4:] else "")
    pen.fitted(
        capitalised(title), MARGIN, top - _TITLE + 1.2, _WIDTH - 58, _TITLE - 2,
        largest=12, smallest=7, bold=True, colour=_INK,
    )  # fmt: skip
    count = len(section.houses)
    span = f"{section.first}–{section.first + count - 1}" if count > 1 else f"{section.first}"
    where = f"{section.village or 'Không thuộc thôn nào'}, thứ tự {span}"
    pen.text(
        where, PAGE_WIDTH - MARGIN, top - _TITLE / 2, 9 if pen.width(where, 9) < 56 else 6.5, colour=_FAINT, align=1
    )
    height = section.map_height
    bottom = top - _TITLE - height
    # A house without a number is found on the map by its place in the list.
    labels = [
        Labelled(listed.rows[house].number or f"({place})", listed.rows[house].at)
        for place, house in enumerate(section.houses, start=section.first)
    ]
    draw_mini_map(
        pen, listed.ground, section.bounds, (MARGIN, bottom, _WIDTH, height), fonts, own=set(streets), labelled=labels
    )
    y = _columns(pen, bottom)
    place = section.first
    for before, leg in zip((None, *section.legs), section.legs, strict=False):
        if before is not None:
            pen.box(MARGIN, y - _TURN, _WIDTH, _TURN, fill=_BAND)
            turn = f"Sang {_name(listed, leg.street)}"
            pen.text(turn, MARGIN + 2, y - _TURN / 2, 8.5, bold=True, colour=BLUE)
            y -= _TURN
        for house in leg.houses:
            _row(pen, listed.rows[house], place, y)
            y -= _ROW
            place += 1


def _name(listed: WalkList, street: int) -> str:
    return listed.names[street] if street >= 0 else "nhà chưa gắn với đường, ngõ"


def _edges() -> list[float]:
    return [MARGIN + edge for edge in itertools.accumulate((width for _, width in _COLUMNS), initial=0.0)]


def _columns(pen: Pen, top: float) -> float:
    pen.box(MARGIN, top - _COLUMNS_ROW, _WIDTH, _COLUMNS_ROW, fill=BLUE)
    for (title, _), left in zip(_COLUMNS, _edges(), strict=False):
        pen.text(title, left + 1.5, top - _COLUMNS_ROW / 2, 8, bold=True, colour=WHITE)
    return top - _COLUMNS_ROW


def _row(pen: Pen, row: WalkRow, place: int, top: float) -> None:
    edges = _edges()
    middle, bottom = top - _ROW / 2, top - _ROW
    pen.path([(MARGIN, bottom), (PAGE_WIDTH - MARGIN, bottom)], _RULE, 0.15)
    pen.box(edges[0] + 2.6, middle - 2.1, 4.2, 4.2, line=_INK, thickness=0.35)
    texts = (f"{place}", row.number or "(chưa có)", row.street, row.house_code, row.serial, row.note)
    for column, text in enumerate(texts, start=1):
        if not text:
            continue
        bold, size = column == 2 and bool(row.number), 11 if column == 2 and row.number else 9
        width = edges[column + 1] - edges[column] - 2.5
        if pen.width(text, size, bold=bold) <= width:
            pen.text(text, edges[column] + 1.5, middle, size, bold=bold, colour=_INK)
        else:
            pen.fitted(
                text, edges[column] + 1.5, bottom + 0.8, width, _ROW - 1.6,
                largest=size, smallest=6, bold=bold, colour=_INK,
            )  # fmt: skip
    if not row.note:
        pen.path([(edges[6] + 1.5, bottom + 1.4), (edges[7] - 1, bottom + 1.4)], _RULE, 0.2)
