"""House plates as a village sees them: every symbol read, every text found, nothing outside its box."""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pypdf
import pypdfium2
import pytest
from django.conf import settings as django_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st

from households.plates.design import POINT, SOURCES, PlateFace
from households.plates.drawing import ModulesTooSmall, UnprintableCharacter, write_plates
from households.plates.placing import symbol_place
from households.plates.shipped import CUSTOMARY, shipped_designs
from households.plates.typesetting import Typesetter, set_block
from mapping.printing import qr, readback
from mapping.printing.fonts import Font, Fonts
from mapping.printing.pdf import PdfWriter
from mapping.printing.readback import FileUnreadable, read_plates
from mapping.printing.sheet import A4_PLATES, SheetDoesNotFit
from tests.households import plate_faces

FONTS = Fonts(Font(django_settings.FONT_REGULAR), Font(django_settings.FONT_BOLD))
HOUSE_NUMBER = shipped_designs()[CUSTOMARY]
QR, PANEL = HOUSE_NUMBER.qrs[0], HOUSE_NUMBER.qrs[0].patch.box
WARNING = "Trang này không bao giờ hỏi tiền, mã OTP hay mật khẩu"
DOTS_A_MM = 300 / 25.4


def face(index: int = 0, **changes: str) -> PlateFace:
    """As `plate_faces.face`, with a host so short that its address lies in the smallest symbol."""
    token = f"7K3M9QXT2W{index:02d}"
    url = f"https://SONHA.VN/{token}/7PH7MRC6+XJH"
    return plate_faces.face(index, **{"host": "sonha.vn", "url": url, **changes})


def printed(faces, **options) -> bytes:
    out = io.BytesIO()
    options = {"design": HOUSE_NUMBER, "sheet": A4_PLATES, "fonts": FONTS, **options}
    written = write_plates(out, faces, **options)
    assert written.bytes == len(out.getvalue())
    return out.getvalue()


def page_text(data: bytes, page: int = 0) -> str:
    return pypdf.PdfReader(io.BytesIO(data), strict=True).pages[page].extract_text()


def picture(data: bytes, page: int = 0) -> np.ndarray:
    with pypdfium2.PdfDocument(data) as opened:
        rendered = opened[page].render(scale=300 / 72, grayscale=True).to_numpy()
    return rendered.reshape(rendered.shape[:2])


def cut(image: np.ndarray, x: float, y: float, width: float, height: float) -> np.ndarray:
    """A rectangle of the page in millimetres from its lower left corner, less a hair for smoothed edges."""
    hair = 0.12
    top = image.shape[0] - (y + height - hair) * DOTS_A_MM
    left = (x + hair) * DOTS_A_MM
    height_dots, width_dots = (height - 2 * hair) * DOTS_A_MM, (width - 2 * hair) * DOTS_A_MM
    return image[round(top) : round(top + height_dots), round(left) : round(left + width_dots)]


MIXED = [
    face(0),
    face(1, number="7", street=""),
    face(2, number="1234/56/78A", street="Ngõ 128/45/3 đường Nguyễn Văn Trỗi"),
    face(3, number="125B", village="Thôn Nguyễn Thị Minh Khai – Phố Trần Hưng Đạo kéo dài"),
    face(4, number="", village="Thôn Ngọc Sơn"),
    face(5, number=" ", street="", village="Thôn Hạ"),
    face(6, host="diachi.quangbinh.gov.vn", url="https://DIACHI.QUANGBINH.GOV.VN/7K3M9QXT2W06/7PH7MRC6+XJH"),
    face(7, province=""),
    face(8),
    face(9, url="https://sonha.vn/7k3m9qxt2w09/7ph7mrc6+xjh"),
]


@pytest.mark.parametrize("proof", [False, True])
def test_every_symbol_is_read_back_as_its_own_text(tmp_path, proof):
    path = tmp_path / "plates.pdf"
    path.write_bytes(printed(MIXED, proof=proof))
    read = list(read_plates(path, A4_PLATES, len(MIXED)))
    assert [plate.text for plate in read] == [one.url for one in MIXED]
    assert [(plate.page, plate.cell) for plate in read] == [(1, k) for k in range(1, 9)] + [(2, 1), (2, 2)]


def test_pages_and_plates_are_counted_and_progress_is_told_page_by_page():
    told: list[int] = []
    out = io.BytesIO()
    written = write_plates(
        out,
        map(face, range(19)),
        design=HOUSE_NUMBER,
        sheet=A4_PLATES,
        fonts=FONTS,
        on_progress=told.append,
    )
    assert (written.plates, written.pages) == (19, 3)
    assert told == [8, 16, 19]
    assert len(pypdf.PdfReader(out).pages) == 3


def test_a_half_used_sheet_starts_in_its_first_free_cell(tmp_path):
    path = tmp_path / "plates.pdf"
    path.write_bytes(printed(map(face, range(5)), skip=6))
    read = list(read_plates(path, A4_PLATES, 5, skip=6))
    assert [(plate.page, plate.cell) for plate in read] == [(1, 7), (1, 8), (2, 1), (2, 2), (2, 3)]
    assert [plate.text for plate in read] == [face(k).url for k in range(5)]


def test_all_that_a_plate_says_can_be_searched():
    text = page_text(printed([face(3)]))
    for words in (
        "12",
        "Ngõ 3 đường Lê Lợi",
        "Thôn Trung Đình",
        "Xã Quảng Bình, tỉnh Thanh Hóa",
        "123-456-786",
        "7PH7MRC6+XJH",
        "7K3M 9QXT 2W03",
        "sonha.vn",
        WARNING,
    ):
        assert words in text, words
    assert "BẢN IN THỬ" not in text


def test_a_name_in_decomposed_letters_is_printed_composed():
    data = printed([face(street=unicodedata.normalize("NFD", "Ngõ Trỗi"))])
    assert "Ngõ Trỗi" in page_text(data)


def test_a_house_without_a_number_shows_its_village_and_a_larger_code():
    sizes: dict[str, float] = {}

    def note(text, _matrix, _placed, _font, size) -> None:
        sizes[text.strip()] = size

    pypdf.PdfReader(io.BytesIO(printed([face(number="", street="", village="Thôn Hạ")]))).pages[0].extract_text(
        visitor_text=note
    )
    numbered = dict(sizes)
    sizes.clear()
    pypdf.PdfReader(io.BytesIO(printed([face()]))).pages[0].extract_text(visitor_text=note)
    assert numbered["123-456-786"] > 2 * sizes["123-456-786"]
    assert numbered["Thôn Hạ"] > numbered["123-456-786"]


@pytest.mark.parametrize("proof", [False, True])
def test_the_panel_around_the_symbol_is_white_and_the_symbol_stands_where_it_should(proof):
    image = picture(printed(MIXED, proof=proof))
    for index, one in enumerate(MIXED[:8]):
        cell = A4_PLATES.cell(index)
        (symbol,) = qr.symbols([one.url])
        module, left, top = symbol_place(QR, symbol.size)
        assert module >= qr.SMALLEST_MODULE_MM
        side = module * symbol.size
        box = QR.box
        quiet = qr.QUIET_ZONE * module
        x, y = cell.x + box.x, cell.y + box.y
        for strip in (
            (x, y, quiet, box.height),
            (x + box.width - quiet, y, quiet, box.height),
            (x, y, box.width, quiet),
            (x, y + box.height - quiet, box.width, quiet),
        ):
            assert cut(image, *strip).min() == 255
        centres = (np.arange(symbol.size) + 0.5) * module
        rows = np.round((297 - (cell.y + top - centres)) * DOTS_A_MM).astype(int)
        columns = np.round((cell.x + left + centres) * DOTS_A_MM).astype(int)
        assert ((image[np.ix_(rows, columns)] < 128) == symbol.matrix).all()
        assert side + 2 * quiet == pytest.approx(box.width)


def test_the_watermark_is_on_every_plate_of_a_proof_and_keeps_off_the_panel():
    data, plain = printed(MIXED, proof=True), printed(MIXED)
    assert "BẢN IN THỬ" in page_text(data)
    changed = picture(data) != picture(plain)
    panel = PANEL
    for index in range(8):
        cell = A4_PLATES.cell(index)
        assert cut(changed, cell.x, cell.y, cell.width, cell.height).mean() > 0.02
        assert not cut(changed, cell.x + panel.x, cell.y + panel.y, panel.width, panel.height).any()


def test_modules_keep_their_least_size_or_the_run_is_refused():
    limit = QR.box.width / qr.SMALLEST_MODULE_MM
    text = "https://SONHA.VN/" + "7PH7MRC6" * 60
    with pytest.raises(ModulesTooSmall) as refusal:
        printed([face(), face(1, url=text)])
    (symbol,) = qr.symbols([text])
    assert symbol.size + 2 * qr.QUIET_ZONE > limit
    assert refusal.value.face.token == face(1).token
    assert refusal.value.module < qr.SMALLEST_MODULE_MM


def test_forms_that_the_font_lacks_are_printed_plain_and_what_has_no_plain_form_is_refused():
    wide = face(number="＝１２\u3000Ａ", street="Ngõ\u061c\ufe0f ３", village="Thôn Ｈạ")
    said = page_text(printed([wide]))
    assert "=12 A" in said and "Ngõ 3" in said and "Thôn Hạ" in said
    for changes in ({"number": "1漢"}, {"street": "Ngõ 漢"}, {"number": "", "village": "漢"}, {"commune": "Xã 漢"}):
        with pytest.raises(UnprintableCharacter) as refusal:
            printed([face(), face(1, house_code="999-999-999", **changes)])
        assert (refusal.value.face.house_code, refusal.value.character) == ("999-999-999", "漢")


NAMES = st.one_of(
    st.text(alphabet="NguyễnThịMinhKhaiPhốWĐ –/1", max_size=70),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
)


@settings(max_examples=60, deadline=None)
@given(number=NAMES, street=NAMES, village=NAMES, place=NAMES, host=st.from_regex(r"[a-zW.]{1,63}", fullmatch=True))
@example(number="W" * 200, street="W" * 300, village="Ổ " * 200, place="Xã " + "W" * 90, host="w" * 63)
def test_no_text_of_any_plate_leaves_its_box(number, street, village, place, host):
    one = face(number=number, street=street, village=village, commune=place, host=host, token="W" * 12)
    layout = HOUSE_NUMBER.layout(one)
    for field in (*layout.shared, *layout.fields):
        block = set_block(FONTS, field, field.texts(one))
        for style, fitted in block:
            font = FONTS.bold if style.bold else FONTS.regular
            assert fitted.size <= style.limits.largest * POINT * 1.000001
            for line in fitted.lines:
                assert font.measure(line) * fitted.size * fitted.stretch <= field.box.width * 1.000001
        gaps = field.gap * max(0, len(block) - 1)
        assert sum(fitted.height for _, fitted in block) + gaps <= field.box.height * 1.000001


def test_the_ink_of_long_texts_stays_inside_the_text_column_and_the_panel():
    longest = face(
        number="1234/56/78A/90/12", street="Đường " * 12, village="Ngõ Ổi " * 14, host="w" * 60, token="W" * 12
    )
    image = picture(printed([longest, replace(longest, number="")]))
    for index in range(2):
        cell = A4_PLATES.cell(index)
        panel = PANEL
        between = cut(image, cell.x + 50.3, cell.y + 11.6, panel.x - 50.3, panel.height)
        assert len(np.unique(between)) == 1  # the ground alone
        margin = cut(image, cell.x + panel.x, cell.y + panel.y, 0.8, panel.height - 2)[20:-20]
        assert margin.min() == 255


def test_the_same_faces_give_the_same_bytes_and_text_order_does_not_depend_on_a_thread():
    faces = [face(k % 100, number=str(k)) for k in range(90)]
    first = printed(faces, proof=True, title="Biển số nhà")
    assert all(printed(iter(faces), proof=True, title="Biển số nhà") == first for _ in range(3))
    assert printed(faces[:-1], proof=True) != first


def test_cells_that_a_sheet_does_not_have_are_refused_before_anything_is_written():
    out = io.BytesIO()
    with pytest.raises(SheetDoesNotFit):
        write_plates(out, [face()], design=HOUSE_NUMBER, sheet=A4_PLATES, fonts=FONTS, skip=8)
    assert out.getvalue() == b""


def test_faces_are_taken_as_they_are_drawn_and_not_all_at_once():
    taken = 0

    def endless() -> Iterator[PlateFace]:
        nonlocal taken
        while True:
            taken += 1
            yield face(taken % 100)

    class Full(io.BytesIO):
        def write(self, data) -> int:
            if self.tell() > 60_000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    with pytest.raises(OSError):
        write_plates(Full(), endless(), design=HOUSE_NUMBER, sheet=A4_PLATES, fonts=FONTS)
    assert taken < 1000


def test_a_long_file_is_read_back_across_its_openings(tmp_path, monkeypatch):
    monkeypatch.setattr(readback, "PAGES_AN_OPENING", 2)
    path = tmp_path / "plates.pdf"
    path.write_bytes(printed(map(face, range(37))))
    assert [plate.text for plate in read_plates(path, plates=37)] == [face(k).url for k in range(37)]


def test_reading_back_notices_a_spoilt_a_missing_and_a_surplus_plate(tmp_path):
    path = tmp_path / "plates.pdf"
    spoilt = replace(HOUSE_NUMBER, ink=(1, 1, 1))
    path.write_bytes(printed(map(face, range(3)), design=spoilt))
    assert [plate.text for plate in read_plates(path, A4_PLATES, 3)] == ["", "", ""]
    path.write_bytes(printed(map(face, range(3))))
    short = list(read_plates(path, A4_PLATES, 10))
    assert [bool(plate.text) for plate in short] == [True] * 3 + [False] * 7
    assert (short[-1].page, short[-1].cell) == (2, 2)
    assert [plate.cell for plate in read_plates(path, A4_PLATES, 2)] == [1, 2, 3]
    assert [plate.text for plate in islice(read_plates(path), 9)] == [face(k).url for k in range(3)]


def test_a_file_that_is_no_pdf_is_refused_by_name(tmp_path):
    path = tmp_path / "plates.pdf"
    path.write_bytes(b"%PDF-1.6 and then nothing")
    with pytest.raises(FileUnreadable) as refusal:
        list(read_plates(path))
    assert refusal.value.path == path


def test_a_sign_begins_with_a_capital() -> None:
    face = PlateFace(
        "T" * 12, "123-456-780", "7PF7MRC3+P6C", "12", "ngõ Đình", "Thôn Xa Thư", "", "", "a.vn", "https://A.VN"
    )
    assert SOURCES["headline"](face) == "Ngõ Đình"


@pytest.mark.parametrize("name", shipped_designs())
def test_a_text_set_at_once_is_set_as_one_among_several(name: str) -> None:
    """Most texts are alone in their field and set without further ado; beside an empty one they go the long way."""
    texts = (
        "12", "125/8/4", "1/2A-B", "7PH7MRC6+XJH", "WWWWWWWWWWWWWWWWWWWW", "K7QP 2M4X 9TRA", " Ngõ \t Đình  Làng ",
        "A\tB", "Xa\u00a0Thư", "thôn Đông Hoà Thượng", "một tên rất dài của một ngõ mà không ai đặt như thế bao giờ",
        "x" * 200, " ", "１２",
    )  # fmt: skip
    design = shipped_designs()[name]
    alone = [field for field in (*design.numbered.fields, *design.unnumbered.fields) if len(field.parts) == 1]
    assert alone
    for field in alone:
        blank = replace(field, parts=(*field.parts, field.parts[0]))
        for floor in (0, 2.4):
            set_at_once, at_length = (Typesetter(PdfWriter(io.BytesIO()), FONTS, floor) for _way in range(2))
            for text in texts:
                assert set_at_once.field(field, (text,)) == at_length.field(blank, (text, ""))
                assert set_at_once.too_long == at_length.too_long
