"""The certificate of a house number: one A4 page with address, map, codes, decision, and a QR to check it. Pure.

It speaks of a house and of nobody. A paper of the commune, it stays Vietnamese in every language of the program.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Final

from households import codes
from households.addresses import in_sentence
from households.plates.design import BLUE, Colour
from households.plates.mini_map import Labelled, Surroundings, draw_mini_map
from mapping.printing import qr
from mapping.printing.flow import wrap
from mapping.printing.fonts import Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.pen import Pen

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
_LEFT, _RIGHT = 22.0, 188.0
_WIDTH: Final = _RIGHT - _LEFT
_MIDDLE: Final = PAGE_WIDTH / 2
_MAP: Final = (_LEFT, 101.0, _WIDTH, 78.0)
HALF_EAST_M, HALF_NORTH_M = 72.0, 29.0
"""What of the ground the map shows around the house, metres: 1 : 1000."""
QR_SIDE: Final = 34.0
_QR_BOTTOM: Final = 20.0
_INK: Final[Colour] = (0.08, 0.10, 0.16)
_FAINT: Final[Colour] = (0.38, 0.40, 0.45)
_MARK: Final[Colour] = (0.88, 0.88, 0.90)
_LABEL: Final = 42.0
_ADDRESS_SIZE: Final = 15.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one certificate says.

    `decision` and `decided_on` are "" and None for a number that is in use without one. `watermark`: what it is not
    meant for, "" for a real one. `at` and `neighbours` are metres of the ground's zone.
    """

    commune: str
    number: str
    address: str  # in long form
    house_code: str  # nine digits
    plus_code: str
    lat: float
    lng: float
    decision: str
    decided_on: datetime.date | None
    issued_on: datetime.date
    identifier: str
    url: str
    typed_url: str  # where the identifier is typed
    at: tuple[float, float]
    neighbours: tuple[Labelled, ...]
    watermark: str = ""


def write_certificates(
    out: BinaryIO,
    certificates: Iterable[tuple[Certificate, Surroundings]],
    fonts: Fonts,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Draw each certificate on a page of its own into `out`; return how many. Raises qr.TextTooLong, OSError.

    Where there is none, a page says so.
    """
    writer = PdfWriter(out, title="Giấy chứng nhận số nhà")
    pen = Pen(writer, fonts)
    todo, done = iter(certificates), 0
    while some := list(islice(todo, qr.BATCH)):  # symbols of one form are made together
        symbols = qr.symbols([certificate.url for certificate, _ in some], "Q")
        for (certificate, ground), symbol in zip(some, symbols, strict=True):
            _draw(pen, certificate, ground, symbol, fonts)
            pen.end_page(PAGE_WIDTH, PAGE_HEIGHT)
            done += 1
            if on_progress is not None:
                on_progress(done)
    if not done:  # a file without pages is none
        pen.text("Chưa có nhà nào có số nhà để cấp giấy chứng nhận.", _MIDDLE, 250, 14, colour=_INK, align=0.5)
        pen.end_page(PAGE_WIDTH, PAGE_HEIGHT)
    writer.close()
    return done


def _draw(pen: Pen, paper: Certificate, ground: Surroundings, symbol: qr.Symbol, fonts: Fonts) -> None:
    if paper.watermark:
        pen.text(paper.watermark, _MIDDLE, 205, 64, bold=True, colour=_MARK, align=0.5, angle=0.5)
    _heading(pen, paper)
    pen.text("GIẤY CHỨNG NHẬN SỐ NHÀ", _MIDDLE, 247, 20, bold=True, colour=BLUE, align=0.5)
    pen.text(f"Ủy ban nhân dân {in_sentence(paper.commune)} chứng nhận nhà vẽ dưới đây có địa chỉ:", _MIDDLE, 236, 11,
             colour=_INK, align=0.5)  # fmt: skip
    y = 227.0
    for line in _in_middle(paper.address, fonts):
        pen.text(line, _MIDDLE, y, _ADDRESS_SIZE, bold=True, colour=_INK, align=0.5)
        y -= 7.5
    y = 207.0
    _pair(pen, "Mã nhà", codes.format_house_code(paper.house_code), y)
    _pair(pen, "Plus Code", paper.plus_code, y - 7)
    pen.text(
        f"Tọa độ WGS 84: {paper.lat:.6f}, {paper.lng:.6f}".replace(".", ","), _RIGHT, y - 7, 9, colour=_FAINT, align=1
    )
    _pair(pen, "Quyết định đánh số", _decision(paper), y - 14)
    pen.text("Sơ đồ vị trí (bắc ở phía trên)", _LEFT, _MAP[1] + _MAP[3] + 4, 9, colour=_FAINT)
    x, north = paper.at
    bounds = (x - HALF_EAST_M, north - HALF_NORTH_M, x + HALF_EAST_M, north + HALF_NORTH_M)
    own = Labelled(paper.number, paper.at)
    draw_mini_map(pen, ground, bounds, _MAP, fonts, own=(), labelled=(own, *paper.neighbours), marked=True)
    _signing(pen, paper)
    _check(pen, paper, symbol, fonts)


def _heading(pen: Pen, paper: Certificate) -> None:
    left, right = 60.0, 143.0
    pen.text("ỦY BAN NHÂN DÂN", left, 279, 11, colour=_INK, align=0.5)
    name = paper.commune.upper()
    pen.text(name, left, 273.5, min(11, 11 * 70 / pen.width(name, 11, bold=True)), bold=True, colour=_INK, align=0.5)
    pen.path([(left - 12, 270), (left + 12, 270)], _INK, 0.3)
    pen.text("Số: ……………………", left, 265, 10, colour=_INK, align=0.5)
    pen.text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", right, 279, 11, bold=True, colour=_INK, align=0.5)
    pen.text("Độc lập - Tự do - Hạnh phúc", right, 273.5, 11, bold=True, colour=_INK, align=0.5)
    pen.path([(right - 27, 270), (right + 27, 270)], _INK, 0.3)


def _in_middle(address: str, fonts: Fonts) -> list[str]:
    """The address on one line, on two that end with a part and are about as long, or on as many as it takes."""
    lines = wrap(address, fonts.bold, _ADDRESS_SIZE, _WIDTH)
    if len(lines) != 2:
        return lines
    parts = address.split(", ")
    halves = [(", ".join(parts[:cut]) + ",", ", ".join(parts[cut:])) for cut in range(1, len(parts))]
    fitting = [half for half in halves if all(len(wrap(one, fonts.bold, _ADDRESS_SIZE, _WIDTH)) == 1 for one in half)]
    return list(min(fitting, key=lambda half: max(map(fonts.bold.measure, half)), default=lines))


def _decision(paper: Certificate) -> str:
    if paper.decided_on is None:
        return "chưa có; số nhà đang dùng"
    return f"số {paper.decision} ngày {paper.decided_on:%d/%m/%Y}"


def _pair(pen: Pen, label: str, value: str, y: float) -> None:
    pen.text(label, _LEFT, y, 11, colour=_INK)
    room = _WIDTH - _LABEL
    pen.text(value, _LEFT + _LABEL, y, min(11.5, 11.5 * room / max(room, pen.width(value, 11.5, bold=True))), bold=True,
             colour=_INK)  # fmt: skip


def _signing(pen: Pen, paper: Certificate) -> None:
    middle = 146.0
    day = paper.issued_on
    place = f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}"
    pen.text(place, middle, 92, 10.5, colour=_INK, align=0.5)
    pen.text("TM. ỦY BAN NHÂN DÂN", middle, 86, 11, bold=True, colour=_INK, align=0.5)
    pen.text("(ký, ghi rõ họ tên, đóng dấu)", middle, 81, 9, colour=_FAINT, align=0.5)


def _check(pen: Pen, paper: Certificate, symbol: qr.Symbol, fonts: Fonts) -> None:
    """The QR and how to check without it; and what the paper is no proof of."""
    pen.symbol(symbol, _LEFT - 3, _QR_BOTTOM, QR_SIDE)
    left = _LEFT + QR_SIDE + 3
    pen.text("Kiểm tra giấy này", left, 51, 11, bold=True, colour=BLUE)
    pen.text("Quét mã bên trái, hoặc mở trang sau rồi xem giấy còn giá trị hay không:", left, 45.5, 9, colour=_INK)
    room = _RIGHT - left
    host = f"{paper.typed_url}"
    pen.text(host, left, 40.5, min(9.5, 9.5 * room / pen.width(host, 9.5, bold=True)), bold=True, colour=_INK)
    pen.text(codes.format_token(paper.identifier), left, 35.5, 10.5, bold=True, colour=_INK)
    note = (
        "Giấy chỉ nói về số nhà và địa chỉ; không chứng nhận quyền sử dụng đất, quyền sở hữu nhà hay nơi cư trú. "
        "Trang kiểm tra không hỏi tiền, mật khẩu hay mã OTP."
    )
    y = 29.5
    for line in wrap(note, fonts.regular, 8, room):
        pen.text(line, left, y, 8, colour=_FAINT)
        y -= 3.8
