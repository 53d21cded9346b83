"""The letter that brings a household its secret: one A4 page, for a window envelope. Pure; millimetres.

The address stands where DIN 5008 (form B) and most windows of long envelopes want it, 20 mm from the left and 45 mm
from the top. Folded in a zigzag at the two marks, the address is outside and the secret, in the middle third, inside.
On paper everything is in Vietnamese.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

from households import codes
from households.addresses import in_sentence
from mapping.printing import qr
from mapping.printing.flow import PAGE_HEIGHT, Flow, wrap
from mapping.printing.fonts import Fonts, number
from mapping.printing.pdf import MM, PdfWriter

_BOX_TOP, _BOX_HEIGHT = 148.0, 53.0
_QR_SIDE: Final = 46.0
_WINDOW: Final = 76.0
_WINDOW_ENDS, _ADDRESS_STEP = 90.0, 5.4
_SMALL: Final = 10.3
_FOLDS: Final = (105.0, 210.0)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter says."""

    head_name: str
    address: tuple[str, ...]  # lines below the name, as `Address.lines` has them
    commune: str
    house_code: str  # nine digits
    secret: str
    url: str  # of the QR
    typed_url: str  # the page's address as a person types it
    contact: str
    issued_on: datetime.date
    expires_on: datetime.date
    proof: bool = False


def resident_url(host: str, house_code: str, secret: str) -> str:
    """The text of the letter's QR. What follows `#` stays in the browser: no server and no log receives it."""
    return f"https://{host.lower()}/ho/#{house_code}.{secret}"


def write_letters(
    out: BinaryIO, letters: Iterable[Letter], fonts: Fonts, on_progress: Callable[[int], None] | None = None
) -> int:
    """Draw each letter on a page of its own into `out`; return how many. Raises qr.TextTooLong, OSError."""
    writer = PdfWriter(out, title="Thư mở trang của hộ")
    done = 0
    for letter in letters:
        _draw(Flow(writer, fonts, top=12, bottom=8), letter)
        done += 1
        if on_progress is not None:
            on_progress(done)
    writer.close()
    return done


def _draw(page: Flow, letter: Letter) -> None:
    for fold in _FOLDS:
        page.rule(fold, 4, 4)
    page.paragraph(f"Ủy ban nhân dân {in_sentence(letter.commune)}", bold=True, size=12, after=0.5)
    page.paragraph(f"Ngày {letter.issued_on:%d/%m/%Y}", size=10, after=0)
    if letter.proof:
        page.line_at("BẢN IN THỬ", 150, 12, size=16, bold=True)
    _address(page, letter)
    page.y = 109  # below the fold, with everything that is not for the postman
    page.paragraph("Mã bí mật để hộ tự mở trang của mình", size=16, bold=True, after=2.5)
    page.paragraph(
        "Xã quản lý số nhà bằng phần mềm SoNha. Mỗi hộ có một trang riêng để tự xem xã đang ghi gì về hộ mình. "
        "Thư này có mã bí mật để mở trang đó. Không mở trang cũng không sao: hộ không mất quyền lợi gì.",
        after=1.6,
    )
    page.paragraph(
        "Không cán bộ nào gọi điện hay nhắn tin hỏi mã này, hỏi tiền hay mã OTP. Ai hỏi là lừa đảo: "
        "đừng trả lời và báo công an xã.",
        bold=True,
        after=0,
    )
    _box(page, letter)
    page.y = 203
    _heading(page, "Cách mở")
    _point(page, "1.", "Dùng điện thoại quét ô vuông ở trên. Trang của hộ tự mở ra.")
    _point(page, "2.", f"Hoặc gõ địa chỉ {letter.typed_url} vào trình duyệt, rồi gõ mã nhà và mã bí mật.")
    _heading(page, "Trên trang, hộ làm được gì")
    _point(page, "–", "Xem xã đang ghi gì về hộ, để làm gì, và ai đã xem.")
    _point(page, "–", "Đề nghị sửa chỗ sai; cán bộ xã trả lời ngay trên trang.")
    _point(page, "–", "Đồng ý hoặc không đồng ý cho hiện tên cửa hàng khi người khác quét biển số nhà.")
    _point(page, "–", "Tải về tất cả những gì xã ghi về hộ.")
    _heading(page, "Giữ mã thế nào")
    page.paragraph(
        f"Mã dùng được đến hết ngày {letter.expires_on:%d/%m/%Y}. Ai có mã này đều xem được trang của hộ: hãy cất thư "
        "như giấy tờ nhà, đừng chụp gửi cho ai. Mất thư, hoặc nghi người khác đã xem: báo ngay để xã hủy mã cũ và cấp "
        "mã mới.",
        size=_SMALL,
        after=1.4,
    )
    page.paragraph(f"Hỏi ở đâu: {letter.contact}", size=_SMALL, bold=True, after=0)
    page.end()


def _heading(page: Flow, text: str) -> None:
    page.y += 1.4
    page.paragraph(text, size=11.5, bold=True, after=0.5)


def _point(page: Flow, mark: str, text: str) -> None:
    page.paragraph(text, size=_SMALL, mark=mark, indent=6, after=0.4)


def _address(page: Flow, letter: Letter) -> None:
    y = 50.0
    page.line_at("Kính gửi hộ:", 25, y, size=9)
    y += 5
    for line in wrap(letter.head_name, page.fonts.bold, 12, _WINDOW)[:2]:
        page.line_at(line, 25, y, size=12, bold=True)
        y += 6.2
    step = min(_ADDRESS_STEP, (_WINDOW_ENDS - y) / max(1, len(letter.address)))
    for line in letter.address:
        page.line_at(_short(page, line, 11), 25, y, size=11)
        y += step


def _short(page: Flow, text: str, size: float) -> str:
    """As much of a line as the window shows."""
    font = page.fonts.bold
    while text and font.measure(text) * size > _WINDOW * MM:
        text = text[:-2].rstrip() + "…"
    return text


def _box(page: Flow, letter: Letter) -> None:
    x, width = page.left, page.width
    frame = " ".join(number(v * MM) for v in (x, PAGE_HEIGHT - _BOX_TOP - _BOX_HEIGHT, width, _BOX_HEIGHT))
    page.draw(f"0 G 1 w {frame} re S\n".encode())
    (symbol,) = qr.symbols([letter.url], "M")
    module = _QR_SIDE / (symbol.size + 2 * qr.QUIET_ZONE)
    left = (x + 2 + qr.QUIET_ZONE * module) * MM
    top = (PAGE_HEIGHT - _BOX_TOP - (_BOX_HEIGHT - _QR_SIDE) / 2 - qr.QUIET_ZONE * module) * MM
    scale = module * MM
    page.draw(f"q 0 g {scale:.5f} 0 0 {-scale:.5f} {left:.4f} {top:.4f} cm\n".encode())
    page.draw(qr.finder_path(symbol.size) + qr.paths([symbol])[0] + b"f Q\n")
    text_x = x + _QR_SIDE + 8
    page.line_at("Mã nhà (ghi trên biển số nhà)", text_x, _BOX_TOP + 6, size=10)
    page.line_at(codes.format_house_code(letter.house_code), text_x, _BOX_TOP + 11, size=18, bold=True)
    page.line_at("Mã bí mật của hộ", text_x, _BOX_TOP + 23, size=10)
    groups = codes.format_token(letter.secret)
    page.line_at(groups, text_x, _BOX_TOP + 28, size=18, bold=True)
    page.line_at("Địa chỉ trang", text_x, _BOX_TOP + 40, size=10)
    room = x + width - text_x - 4
    size = min(12.0, room * MM / page.fonts.bold.measure(letter.typed_url))  # however long the host's name is
    page.line_at(letter.typed_url, text_x, _BOX_TOP + 44.5, size=size, bold=True)
