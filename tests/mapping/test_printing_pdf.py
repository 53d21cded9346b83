"""The page writer: what other programs make of its files, and what a full disk leaves behind."""

import io
import resource
import string

import pypdf
import pypdfium2
import pytest
from django.conf import settings

from mapping.printing.fonts import Font, FontUnreadable
from mapping.printing.pdf import PAGES_A_NODE, PdfWriter, atomic_file

VIETNAMESE = "Ngõ Nguyễn Thị Minh Khai – Đường Trần Hưng Đạo (kéo dài) \\ ằẳẵặ ỪỬỮỰ ỵỷỹ"


@pytest.fixture(scope="module")
def font() -> Font:
    return Font(settings.FONT_REGULAR)


def line(subset, text: str, y: int) -> bytes:
    return b"BT %b 1 0 0 1 20 %d Tm %b ET\n" % (subset.select(12), y, subset.show(text, 12))


def document(font: Font, pages: list[list[str]]) -> bytes:
    out = io.BytesIO()
    writer = PdfWriter(out, title="Biển số nhà")
    subset = writer.font(font)
    form = writer.form(line(subset, "Chung", 700), 595, 842)
    for texts in pages:
        drawn = [line(subset, text, 600 - 20 * place) for place, text in enumerate(texts)]
        writer.page((f"{form} Do\n".encode(), *drawn), 595, 842)
    assert writer.close() == len(out.getvalue())
    return out.getvalue()


def extracted(data: bytes, page: int = 0) -> tuple[str, str]:
    """The text of a page as pypdf and as pdfium read it."""
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    with pypdfium2.PdfDocument(data) as opened:
        return reader.pages[page].extract_text(), opened[page].get_textpage().get_text_range()


def test_vietnamese_text_is_read_back_letter_by_letter_by_two_readers(font):
    for text in extracted(document(font, [[VIETNAMESE]])):
        assert VIETNAMESE in text
        assert "Chung" in text


def test_pages_beyond_one_node_of_the_tree_are_all_there_in_order(font):
    count = 2 * PAGES_A_NODE + 3
    data = document(font, [[f"Tờ {page}"] for page in range(count)])
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    assert len(reader.pages) == count
    for page in (0, PAGES_A_NODE - 1, PAGES_A_NODE, count - 1):
        assert f"Tờ {page}" in reader.pages[page].extract_text().splitlines()
    assert reader.metadata.title == "Biển số nhà"
    assert [float(side) for side in reader.pages[1].mediabox] == [0, 0, 595, 842]


def test_more_letters_than_one_font_holds_go_into_a_second_one(font):
    letters = [chr(c) for c in range(0x21, 0x1B0) if font.has(chr(c)) and c != 0xAD]
    assert len(letters) > 300
    rows = ["".join(letters[start : start + 40]) for start in range(0, len(letters), 40)]
    mixed = "".join(a + b for a, b in zip(letters[:20], letters[-20:], strict=True))
    data = document(font, [[*rows, mixed]])
    for text in extracted(data):
        assert all(row in text.replace("\r", "") for row in [*rows, mixed])
    fonts = pypdf.PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]
    assert len(fonts) == 2
    assert all("/FontFile2" in f.get_object()["/FontDescriptor"] for f in fonts.values())


def test_glyphs_are_drawn_and_not_only_named(font):
    data = document(font, [[string.ascii_letters]])
    with pypdfium2.PdfDocument(data) as opened:
        picture = opened[0].render(scale=1, grayscale=True).to_numpy()
    inked = (picture[842 - 612 : 842 - 596, 20:330] < 128).any(axis=(0, 2) if picture.ndim == 3 else 0)
    assert inked.mean() > 0.5


def test_the_same_content_gives_the_same_bytes_and_other_content_another_identifier(font):
    pages = [[VIETNAMESE]] * 20
    assert document(font, pages) == document(Font(font.path), pages)
    ids = {pypdf.PdfReader(io.BytesIO(document(font, [[text]]))).trailer["/ID"][0] for text in ("Thôn 1", "Thôn 2")}
    assert len(ids) == 2


def test_a_file_appears_whole_under_its_name(tmp_path):
    path = tmp_path / "plates.pdf"
    with atomic_file(path) as out:
        out.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_an_os_error_and_leaves_the_old_file_alone(tmp_path, font):
    path = tmp_path / "plates.pdf"
    path.write_bytes(b"before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError), atomic_file(path) as out:
            writer = PdfWriter(out)
            for page in range(200):
                writer.page((bytes(range(256)) * 8 + str(page).encode(),), 595, 842)
            writer.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path):
    path = tmp_path / "font.ttf"
    path.write_bytes(b"not a font at all")
    with pytest.raises(FontUnreadable) as refusal:
        Font(path)
    assert refusal.value.path == path
    with pytest.raises(FileNotFoundError):
        Font(tmp_path / "missing.ttf")
