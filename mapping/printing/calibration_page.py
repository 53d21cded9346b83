"""The calibration page: rulers in millimetres on both axes, in the middle and along the edges, and how to read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from mapping.printing.calibration import line_distance
from mapping.printing.flow import LEADING, POINT, wrap
from mapping.printing.fonts import Font, Fonts, number
from mapping.printing.pdf import MM, PdfWriter
from mapping.printing.sheet import Sheet

TICKS: Final = {10: 4.0, 5: 2.8, 1: 1.6}
"""How long the tick of every tenth, fifth and single millimetre is."""
SIZES: Final = (12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.5)
"""Points; the largest at which all words fit is taken."""
SMALL: Final = 6.0

INK: Final = "0 G 0 g\n"
CELLS: Final = "0.62 G [1.2 1.2] 0 d 0.15 w\n"

_FOLD: Final = (
    "Cách 1, không cần thước",
    "Gấp đôi tờ giấy cho mép trái trùng mép phải, vuốt nhẹ ở giữa. Nếp gấp cắt thước ngang giữa trang ở số nào thì máy "
    "in lệch bấy nhiêu mm: nếp nằm bên TRÁI số 0 là lệch sang PHẢI, nằm bên phải là lệch sang trái.",
    "Mở ra, gấp cho mép trên trùng mép dưới: nếp nằm TRÊN số 0 là lệch XUỐNG, nằm dưới là lệch lên.",
)
_MEASURE: Final = (
    "Cách 2, dùng thước kẻ",
    "Đo từ từng mép giấy đến vạch đậm gần nó nhất, theo mũi tên. Cả bốn số đúng ra là {due} mm.",
    "Hai vạch đậm trái và phải đúng ra cách nhau {across} mm, trên và dưới {down} mm. Khác đi là máy in đã co trang: "
    "in lại với “Kích thước thực” (100 %), bỏ chọn “Vừa trang giấy”.",
)
_TITLE: Final = (
    "Trang thử canh máy in",
    "Khổ giấy: {name}",
    "{width} × {height} mm. Khung nét đứt là các ô, {shift}; thước thì in đúng chỗ, chưa bù.",
)
_WRITE: Final = (
    "Ghi lại để gõ vào máy",
    "Lệch sang phải: .......... mm",
    "Lệch xuống dưới: .......... mm",
    "Hoặc: trái ........ phải ........ trên ........ dưới ........ mm",
)


def write_calibration_page(out: BinaryIO, sheet: Sheet, fonts: Fonts) -> None:
    """Write the page for a sheet as a PDF to `out`; the same sheet gives the same bytes."""
    writer = PdfWriter(out, title=f"Trang thử canh máy in: {sheet.name}")
    page = _Page(writer, sheet, fonts)
    page.draw()
    writer.page((page.content(),), sheet.page_width * MM, sheet.page_height * MM)
    writer.close()


class _Page:
    """Draws in millimetres from the lower left corner of the page."""

    def __init__(self, writer: PdfWriter, sheet: Sheet, fonts: Fonts) -> None:
        self._writer = writer
        self._sheet = sheet
        self._fonts = fonts
        self._width, self._height = sheet.page_width, sheet.page_height
        self._due = line_distance(sheet)
        self._edge = self._due * 0.6  # how far from its edge the ruler along it lies
        self._lines: list[str] = []
        self._patches: list[str] = []
        self._texts: list[bytes] = []

    def content(self) -> bytes:
        cells = f"q {MM:.5f} 0 0 {MM:.5f} 0 0 cm\n{CELLS}{''.join(self._cells())}"
        patches = f"1 g {''.join(self._patches)}f\n"
        rulers = f"{INK}[] 0 d 0.15 w\n{''.join(self._lines)}"
        return b"%bBT\n%bET Q\n" % ("".join((cells, patches, rulers)).encode(), b"".join(self._texts))

    def draw(self) -> None:
        self._middle_rulers()
        self._edge_rulers()
        self._measuring_lines()
        self._words()

    def _cells(self) -> Iterator[str]:
        for cell in map(self._sheet.cell, range(self._sheet.cells)):
            yield f"{' '.join(map(number, (cell.x, cell.y, cell.width, cell.height)))} re S\n"

    def _middle_rulers(self) -> None:
        """Through the middle of the page, with 0 where a fold should be."""
        middle_x, middle_y = self._width / 2, self._height / 2
        for place, tick in _ticks(-int(middle_x), int(middle_x)):
            self._line(middle_x + place, middle_y, middle_x + place, middle_y + tick)
            if place % 10 == 0 and self._is_clear(middle_x + place, self._width):
                self._label(str(abs(place)), middle_x + place, middle_y - 2.6, centred=True)
        for place, tick in _ticks(-int(middle_y), int(middle_y)):
            self._line(middle_x, middle_y + place, middle_x + tick, middle_y + place)
            if place % 10 == 0 and self._is_clear(middle_y + place, self._height):
                self._label(str(abs(place)), middle_x - 0.8, middle_y + place - 0.7, right=True)
        self._line(0, middle_y, self._width, middle_y)
        self._line(middle_x, 0, middle_x, self._height)

    def _edge_rulers(self) -> None:
        """Along all four edges, counted from the left and from the top edge of the paper."""
        edge = self._edge
        for y, up in ((self._height - edge, -1), (edge, 1)):
            self._line(0, y, self._width, y)
            for place, tick in _ticks(0, int(self._width)):
                self._line(place, y, place, y + up * tick)
                if place % 10 == 0 and self._is_clear(place, self._width):
                    self._label(str(place), place, y - 2.6 if up > 0 else y + 0.9, centred=True)
        for x, along in ((edge, 1), (self._width - edge, -1)):
            self._line(x, 0, x, self._height)
            for place, tick in _ticks(0, int(self._height)):
                y = self._height - place
                self._line(x, y, x + along * tick, y)
                if place % 10 == 0 and self._is_clear(place, self._height):
                    self._label(str(place), x - along * 0.8, y - 0.7, right=along > 0)

    def _is_clear(self, place: float, length: float) -> bool:
        """Whether a label at this place of a ruler is clear of the rulers that cross it."""
        crossings = (0, self._edge, length / 2, length - self._edge, length)
        return all(abs(place - crossing) > 4.5 for crossing in crossings)

    def _measuring_lines(self) -> None:
        """Bold lines at the distance that is measured, each with an arrow from its edge."""
        due, reach = self._due, min(self._width, self._height) / 8
        across, up = self._width * 0.75, self._height * 0.75
        self._lines.append("0.5 w\n")
        for x, outwards in ((due, -1), (self._width - due, 1)):
            self._line(x, up - reach / 2, x, up + reach / 2)
            self._arrow(x, up, outwards, 0)
        for y, outwards in ((due, -1), (self._height - due, 1)):
            self._line(across - reach / 2, y, across + reach / 2, y)
            self._arrow(across, y, 0, outwards)
        self._lines.append("0.15 w\n")

    def _arrow(self, x: float, y: float, right: int, up: int) -> None:
        """From a measuring line to its edge of the paper; printers leave out its very end."""
        reach, head = self._due, 1.6
        tip_x, tip_y = x + right * (reach - 4.5), y + up * (reach - 4.5)
        self._line(x, y, tip_x, tip_y)
        for side in (-1, 1):
            self._line(tip_x, tip_y, tip_x - head * (right or side * 0.6), tip_y - head * (up or side * 0.6))

    def _words(self) -> None:
        """One paragraph group in each quarter of the page, all in the largest size that fits."""
        values = {
            "name": self._sheet.name,
            "width": _decimal(self._width),
            "height": _decimal(self._height),
            "shift": _shift(self._sheet),
            "due": _decimal(self._due),
            "across": _decimal(self._width - 2 * self._due),
            "down": _decimal(self._height - 2 * self._due),
        }
        inner, gap = self._due + 4, 7.0
        width, height = self._width / 2 - inner - gap, self._height / 2 - inner - gap
        groups = [[text.format(**values) for text in group] for group in (_TITLE, _FOLD, _MEASURE, _WRITE)]
        size = next((size for size in SIZES if all(self._tall(group, size, width) <= height for group in groups)), None)
        if size is None:  # a page too small for words is a page of rulers; the words stand beside it on the screen
            return
        for place, group in enumerate(groups):
            row, column = divmod(place, 2)
            left = inner if column == 0 else self._width / 2 + gap
            top = self._height - inner if row == 0 else self._height / 2 - gap
            self._group(group, left, top, width, size)

    def _tall(self, group: list[str], size: float, width: float) -> float:
        lines = sum(len(wrap(text, self._face(place), size, width)) for place, text in enumerate(group))
        return (lines * LEADING + 0.4 * (len(group) - 1)) * size * POINT

    def _group(self, group: list[str], left: float, top: float, width: float, size: float) -> None:
        for place, text in enumerate(group):
            font = self._face(place)
            for line in wrap(text, font, size, width):
                self._text(line, font, left, top - size * POINT, size)
                top -= LEADING * size * POINT
            top -= 0.4 * size * POINT

    def _face(self, place: int) -> Font:
        return self._fonts.bold if place == 0 else self._fonts.regular

    def _line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self._lines.append(f"{number(x1)} {number(y1)} m {number(x2)} {number(y2)} l S\n")

    def _label(self, text: str, x: float, y: float, *, centred: bool = False, right: bool = False) -> None:
        wide = self._fonts.regular.measure(text) * SMALL * POINT
        self._text(text, self._fonts.regular, x - (wide / 2 if centred else wide if right else 0), y, SMALL)

    def _text(self, text: str, font: Font, x: float, y: float, size: float) -> None:
        subset = self._writer.font(font)
        # A patch of paper below the words, so that no dashed line of a cell runs through them.
        wide = font.measure(text) * size * POINT
        patch = " ".join(map(number, (x - 0.3, y - 0.25 * size * POINT, wide + 0.6, 1.25 * size * POINT)))
        self._patches.append(f"{patch} re\n")
        place = f"1 0 0 1 {number(x)} {number(y)} Tm ".encode()
        self._texts.append(subset.select(size * POINT) + b" " + place + subset.show(text, size * POINT) + b"\n")


def _ticks(first: int, last: int) -> Iterator[tuple[int, float]]:
    for place in range(first, last + 1):
        yield place, next(length for step, length in TICKS.items() if place % step == 0)


def _shift(sheet: Sheet) -> str:
    """Which way the cells are moved: "đã bù 1,5 mm sang trái và 1 mm xuống dưới"."""
    ways = [
        f"{_decimal(abs(offset))} mm {forwards if offset > 0 else backwards}"
        for offset, forwards, backwards in (
            (sheet.offset_x, "sang phải", "sang trái"),
            (sheet.offset_y, "xuống dưới", "lên trên"),
        )
        if offset
    ]
    return f"đã bù {' và '.join(ways)}" if ways else "chưa phải bù gì"


def _decimal(value: float) -> str:
    """As it is written in Vietnamese."""
    return number(value).replace(".", ",")
