"""Reading sheets: XLSX and CSV as communes send them, and what cannot be read."""

import codecs
import datetime
import gzip
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from mapping.tables import DateText, Limits, Table, TableError, open_table
from mapping.tables.model import cell_text

SYNONYMS = {"Số nhà": "number", "Họ tên": "head", "Chủ hộ": "head", "SĐT": "phone", "X": "x", "Y": "y", "Vĩ độ": "lat"}


def workbook(*sheets: list[list[object]], names: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for index, rows in enumerate(sheets):
        page = book.create_sheet(names[index] if names else f"Trang {index + 1}")
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, name: str = "ds.xlsx", **options: object) -> tuple[Table, list[tuple[int, list[str]]]]:
    with open_table(content, name, SYNONYMS, **options) as table:  # type: ignore[arg-type]
        return table, [(row.number, row.values) for row in table.rows]


def refused(content: bytes, name: str = "ds.xlsx", **options: object) -> TableError:
    with pytest.raises(TableError) as caught:
        read(content, name, **options)
    assert caught.value.params["file"] == name
    return caught.value


def test_a_list_of_text_is_read_under_any_name_and_one_column_is_told() -> None:
    _, rows = read("Số nhà,Họ tên\n1,An\n".encode(), "ds.xlsx")
    assert len(rows) == 1
    assert refused("Số nhà\n1\n2\n".encode(), "ds.csv").code == "one_column"


def test_title_rows_above_the_header_are_skipped_and_rows_keep_their_numbers() -> None:
    table, rows = read(
        workbook([["UBND XÃ QUẢNG BÌNH"], ["DANH SÁCH SỐ NHÀ"], [], ["STT", "Số nhà (*)", "2. Họ tên", "SĐT"],
                  [1, 2, 3, 4], [1, "12/5", "Lê Văn An", 912345678.0], [], [2, 14, "Vũ Thị Bé", "0987 654 321"]])
    )  # fmt: skip
    assert (table.kind, table.sheet, table.header_row) == ("xlsx", "Trang 1", 5)
    assert table.matched == {"number": 1, "head": 2, "phone": 3}
    assert [(column.letter, column.title) for column in table.columns][1] == ("B", "Số nhà (*)")
    assert rows == [(6, ["1", "12/5", "Lê Văn An", "912345678"]), (8, ["2", "14", "Vũ Thị Bé", "0987 654 321"])]


def test_a_header_in_two_rows_is_read_as_one() -> None:
    table, rows = read(workbook([["Số nhà", "Chủ hộ", "Tọa độ", None], [None, None, "X", "Y"], ["1", "An", 1.5, 2]]))
    assert table.matched == {"number": 0, "head": 1, "x": 2, "y": 3}
    assert rows == [(3, ["1", "An", "1.5", "2"])]


def test_dates_numbers_and_truths_become_text_and_a_date_can_be_told() -> None:
    _, rows = read(
        workbook([["Số nhà", "Họ tên"], [datetime.datetime(2024, 5, 12), "An"], [True, 105.81], [1e6, -0.5]])
    )
    assert [values for _, values in rows] == [["2024-05-12", "An"], ["TRUE", "105.81"], ["1000000", "-0.5"]]
    assert isinstance(rows[0][1][0], DateText)
    assert not isinstance(rows[0][1][1], DateText)


def test_the_sheet_that_looks_like_the_list_is_taken_and_others_can_be_asked_for() -> None:
    content = workbook([["Bước", "Việc"], ["1", "Điền đủ"]], [["Số nhà", "Họ tên"], ["5", "An"]], names=("Đọc", "Nhà"))
    table, rows = read(content)
    assert (table.sheet, table.sheets, rows) == ("Nhà", ("Đọc", "Nhà"), [(2, ["5", "An"])])
    assert read(content, sheet="Đọc")[0].sheet == "Đọc"
    assert refused(content, sheet="Khác").params["sheets"] == ("Đọc", "Nhà")


def test_the_content_decides_what_a_file_is() -> None:
    assert read(workbook([["Số nhà", "Họ tên"], ["5", "An"]]), "ds.csv")[0].kind == "xlsx"
    assert read("Số nhà;Họ tên\n5;An\n".encode(), "ds.xlsx")[0].kind == "csv"


LINES = "Số nhà{0}Họ tên{0}Vĩ độ\r\n012{0}Nguyễn Đặng Hoà{0}19,67\r\n7{0}Phạm Thị Ước{0}19,68\r\n"
ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with BOM": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 without BOM": lambda text: text.encode("utf-16-le"),
    "windows-1258": lambda text: windows_1258(text),
    "gzip": lambda text: gzip.compress(text.encode()),
}


def windows_1258(text: str) -> bytes:
    """Marks that the code page has with their letter stay there; tones follow as letters of their own."""
    out = b""
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *tones = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in tones if mark in "\u0300\u0301\u0303\u0309\u0323")
            shape = unicodedata.normalize("NFC", base + "".join(mark for mark in tones if mark != tone))
            out += shape.encode("cp1258") + tone.encode("cp1258")
    return out


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_csv_is_read_in_every_encoding_with_every_separator(encoding: str, delimiter: str) -> None:
    table, rows = read(ENCODINGS[encoding](LINES.format(delimiter)), "ds.csv")
    assert table.matched == {"number": 0, "head": 1, "lat": 2}
    assert [values for _, values in rows] == [["012", "Nguyễn Đặng Hoà", "19,67"], ["7", "Phạm Thị Ước", "19,68"]]


def test_a_csv_in_the_abc_fonts_encoding_is_read() -> None:
    content = "X,Y,Ho ten\n1,2,NguyÔn V¨n An\n3,4,§Æng ThÞ Hßa - Th«n §«ng\n".encode("latin-1")
    _, rows = read(content, "ds.csv")
    assert [values[2] for _, values in rows] == ["Nguyễn Văn An", "Đặng Thị Hòa - Thôn Đông"]


def test_commas_in_quotes_and_excels_separator_line_are_understood() -> None:
    _, rows = read('sep=,\r\nSố nhà,Họ tên\r\n"12, ngõ 5","An\nBình"\r\n'.encode(), "ds.csv")
    assert rows == [(3, ["12, ngõ 5", "An\nBình"])]


def test_a_row_with_more_cells_than_the_header_can_be_told() -> None:
    """19,67,105,81 in a comma-separated file: the row must be refused, so its surplus cells are kept."""
    table, rows = read("Số nhà,X,Y\n1,19,67,105,81\n2,19.5,105.5,,\n".encode(), "ds.csv")
    assert len(rows[0][1]) > len(table.columns)
    assert rows[1][1] == ["2", "19.5", "105.5"]


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 20_000_000)
    return out.getvalue()


def entities() -> bytes:
    """A workbook whose sheet is a billion laughs."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["Số nhà", "Họ tên"], ["1", "An"]]))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for entry in old.namelist():
            content = old.read(entry)
            if entry.endswith("sheet1.xml"):
                start = content.index(b"<worksheet")
                content = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode() + content[start:].replace(b"1", b"&l9;")
            new.writestr(entry, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "empty"),
        (workbook([[]]), "empty"),
        (workbook([["Số nhà", "Họ tên"]]), "no_rows"),
        ("Kính gửi: các thôn\nXin gửi lại danh sách.\n".encode(), "not_excel"),
        (b"a,b\n1,2\n", "not_excel"),
        (workbook([["Số nhà", "Họ tên"], ["1", "An"]])[:-300], "truncated"),
        (gzip.compress(b"a,b\n1,2\n" * 999)[:-20], "truncated"),
        (OLE2 + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
        (OLE2 + "Workbook".encode("utf-16-le"), "xls_old"),
        (b"<html><table><tr><td>1", "html"),
        (b"%PDF-1.7", "not_supported"),
        (b"\0\1\2\3" * 50, "not_supported"),
        (b'a,b\n1,2\n3,"' + b"x" * 200_000, "row_unreadable"),
        (bomb(), "zip_bomb"),
        (gzip.compress(b"\0" * 50_000_000), "zip_bomb"),
        (entities(), "damaged"),
        (b"a," * 400 + b"\n1,2", "too_many_columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes of an archive differ from run to run
)
def test_what_cannot_be_read_is_refused_with_its_own_code(content: bytes, code: str) -> None:
    assert refused(content).code == code


SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TEXTS_TYPE = (
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def excel_workbook(texts: str, rows: str, styles: bytes = b"") -> bytes:
    """A workbook as Excel writes it, its texts apart from its cells."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["a"]]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "xl/worksheets/sheet1.xml":
                content = f"<worksheet {SHEET}><sheetData>{rows}</sheetData></worksheet>".encode()
            elif entry == "[Content_Types].xml":
                content = content.replace(b"</Types>", TEXTS_TYPE.encode())
            elif entry == "xl/styles.xml":
                content = content.replace(b"</cellXfs>", styles + b"</cellXfs>")
            new.writestr(entry, content)
        new.writestr("xl/sharedStrings.xml", f"<sst {SHEET}>{texts}</sst>")
    return out.getvalue()


def excel_rows(*rows: tuple[int, int]) -> str:
    cells = "<row><c t='s'><v>{}</v></c><c t='s'><v>{}</v></c></row>"
    return "".join(cells.format(*row) for row in rows)


TITLES = "<si><t>Số nhà</t></si><si><t>Họ tên</t></si>"


def test_texts_kept_apart_from_the_cells_are_read_whatever_their_order_and_dress() -> None:
    texts = (
        f"{TITLES}<si/><si><t> a &lt; b</t></si><si><r><rPr><b/></rPr><t>Lê </t></r><r><t>An</t></r>"
        "<rPh sb='0' eb='1'><t>phiên âm</t></rPh></si><si><t>_x005F_x000D_</t></si><si><t>12</t></si>"
    )
    content = excel_workbook(texts, excel_rows((0, 1), (6, 4), (3, 2), (5, 4)))
    assert [values for _, values in read(content)[1]] == [["12", "Lê An"], [" a < b", ""], ["_x000D_", "Lê An"]]
    assert refused(excel_workbook(texts, excel_rows((0, 1), (6, 7)))).code == "damaged"
    assert refused(excel_workbook(texts, excel_rows((0, 1), (6, -1)))).code == "damaged"


def test_the_first_rows_are_read_without_the_texts_of_the_rest() -> None:
    texts = TITLES + "<si><t/></si>" * 200_000
    rows = excel_rows((0, 1), *[(2, 2), (0, 1)] * 50, (0, 199_000))
    with open_table(excel_workbook(texts, rows), "ds.xlsx", SYNONYMS, limits=Limits(texts=10_000)) as table:
        assert next(table.rows).values == ["Số nhà", "Họ tên"]
        with pytest.raises(TableError) as caught:
            list(table.rows)
    assert (caught.value.code, caught.value.params["limit"]) == ("workbook_bomb", 10_000)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (excel_workbook(TITLES + "<si><t/></si>" * 400_000, excel_rows((0, 1), (0, 399_000))), "xl/sharedStrings.xml"),
        (excel_workbook(TITLES + "<x/>" * 900_000, excel_rows((0, 1), (0, 9))), "xl/sharedStrings.xml"),
        (
            excel_workbook(TITLES + f"<si><t>{'a' * 1_000_001}</t></si>", excel_rows((0, 1), (0, 2))),
            "xl/sharedStrings.xml",
        ),
        (excel_workbook(TITLES, f"<row>{'<c/>' * 1_100_000}</row>"), "xl/worksheets/sheet1.xml"),
        (excel_workbook(TITLES, f"<row>{'<c/>' * 200}</row>" * 600), "xl/worksheets/sheet1.xml"),
        (excel_workbook(TITLES, excel_rows((0, 1), (0, 1)), b"<xf/>" * 210_000), "xl/styles.xml"),
    ],
    ids=["texts", "elements", "long text", "one row", "blank cells", "styles"],
)
def test_a_small_workbook_that_holds_millions_of_things_is_refused(content: bytes, part: str) -> None:
    error = refused(content, limits=Limits(texts=100_000, cells=100_000, ratio=2_000))
    assert (error.code, error.params["part"]) == ("workbook_bomb", part)


NUMBERS = (
    "0",
    "0.5",
    "1",
    "59",
    "61",
    "45424",
    "45424.75",
    "-3",
    "1E2",
    "1e400",
    "3000000",
    "0.1",
    "1234567890123456789",
)
CELLS = [
    *(f"<c t='n' s='{style}'><v>{number}</v></c>" for style in (0, 1, 2, 3) for number in NUMBERS),
    "<c t='b'><v>1</v></c>",
    "<c t='b'><v>0</v></c>",
    "<c t='e'><v>#N/A</v></c>",
    "<c t='str'><f>A1</f><v>x &amp; y</v></c>",
    "<c><f>1+1</f><v>2</v></c>",
    "<c><f>1+1</f></c>",
    "<c t='d'><v>2024-05-12T00:00:00</v></c>",
    "<c t='s'><v>1</v></c>",
    "<c t='inlineStr'><is><t> a </t></is></c>",
    "<c t='inlineStr'><is><t/></is></c>",
    "<c t='inlineStr'><v>3</v></c>",
    "<c t='inlineStr'><is><r><t>Lê </t></r><r><t>An</t></r><rPh sb='0' eb='1'><t>no</t></rPh></is></c>",
    "<c s='1'/>",
    "<c><v></v></c>",
    "<c><v>7</v><extLst><ext uri='x'><v>8</v></ext></extLst></c>",
]
DATED = b"".join(f"<xf numFmtId='{number}' applyNumberFormat='1'/>".encode() for number in (14, 46, 22))


@pytest.mark.parametrize("epoch", [b"", b"<workbookPr date1904='1'/>"], ids=["1900", "1904"])
def test_cells_mean_what_openpyxl_takes_them_for(epoch: bytes) -> None:
    """Numbers, dates, times and durations by their style, truths, errors, formulas, texts of every kind, nothing."""
    rows = "".join(
        f"<row r='{2 * n + 2}'><c r='B{2 * n + 2}' t='s'><v>0</v></c>{cell}</row>" for n, cell in enumerate(CELLS)
    )
    content = excel_workbook(TITLES, f"<row r='1'><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>{rows}", DATED)
    if epoch:
        content = with_part(content, "xl/workbook.xml", lambda part: re.sub(b"<workbookPr[^>]*>", epoch, part))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of dates that Excel does not have
        page = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        expected = [(at, [cell_text(cell) for cell in cells]) for at, cells in enumerate(page.values, 1) if any(cells)]
    found = read(content)[1]
    assert len(found) == len(CELLS)
    assert [(at, (values + [""] * 3)[:3]) for at, values in found] == [
        (at, (values + [""] * 3)[:3]) for at, values in expected[1:]
    ]
    told = [(type(values[2]), at) for at, values in found if len(values) > 2]
    assert told == [(type(values[2]), at) for at, values in expected[1:] if len(values) > 2 and values[2]]


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return out.getvalue()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("<row r='1'><c t='s'><v>0</v></c><c r='XFD1' t='s'><v>1</v></c></row>", "too_many_columns"),
        (excel_rows((0, 1)) + "<row r='99999999'><c><v>1</v></c></row>", "damaged"),
        (excel_rows((0, 1), (0, 1)) + "<row r='1'><c><v>1</v></c></row>", "damaged"),  # a row that nobody would see
        (excel_rows((0, 1)) + "<row><c r='1A'><v>1</v></c></row>", "damaged"),
        (excel_rows((0, 1)) + "<row><c><v>một</v></c></row>", "damaged"),
    ],
    ids=["far corner", "row beyond Excel", "rows backwards", "no such place", "no number"],
)
def test_cells_where_no_list_has_them_are_refused(rows: str, code: str) -> None:
    assert refused(excel_workbook(TITLES, rows)).code == code


def test_a_cell_in_the_last_corner_of_a_sheet_costs_nothing() -> None:
    corner = excel_rows((0, 1), (0, 1)) + "<row r='1048576'><c r='A1048576'><v>1</v></c></row>"
    assert [number for number, _ in read(excel_workbook(TITLES, corner))[1]] == [2, 1_048_576]


def test_rows_over_the_limit_are_refused_and_the_limit_is_named() -> None:
    content = b"X,Y\n" + b"1,2\n" * 11
    assert refused(content, "ds.csv", limits=Limits(rows=10)).params["limit"] == 10
    assert len(read(content, "ds.csv", limits=Limits(rows=11))[1]) == 11
    assert refused(content, "ds.csv", limits=Limits(file_bytes=20)).code == "too_big"


def test_a_file_is_read_from_disk_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(workbook([["Số nhà", "Họ tên"], ["1", "An"]]))
    with open_table(path, "Danh sách.xlsx", SYNONYMS) as table:
        assert table.source_name == "Danh sách.xlsx"
        assert [row.values for row in table.rows] == [["1", "An"]]


GOOD = workbook([["Số nhà", "Họ tên"], *([str(n), "An"] for n in range(50))])


def check_read_or_refused(content: bytes) -> None:
    try:
        with open_table(content, "tệp", SYNONYMS) as table:
            for row in table.rows:
                assert len(row.values) >= len(table.columns)
                assert all(isinstance(value, str) for value in row.values)
    except TableError as error:
        assert error.params["file"] == "tệp"


STARTS = [b"", b"PK\3\4", b"\x1f\x8b", b"{", b"SQLite format 3\0", OLE2, b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"]


@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(start: bytes, content: bytes) -> None:
    check_read_or_refused(start + content)


PIECES = ["a", "1", ",", ";", '"', "\n", "\r", "\t", " ", "\0", "Số nhà", "X", "ế"]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_read_or_refused(content: str) -> None:
    check_read_or_refused(content.encode())
    check_read_or_refused(content.encode("utf-16"))


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
@settings(max_examples=60)
def test_a_damaged_workbook_is_read_or_refused(at: int, byte: int, length: int) -> None:
    check_read_or_refused(GOOD[:at] + bytes([byte]) + GOOD[at + 1 :])
    check_read_or_refused(GOOD[:length])


@given(st.sampled_from(["sheet1.xml", "workbook.xml", "styles.xml", "sharedStrings.xml"]), st.data())
@settings(max_examples=60)
def test_a_workbook_with_nonsense_inside_is_read_or_refused(part: str, data: st.DataObject) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry.endswith(part):
                at = data.draw(st.integers(0, len(content)))
                content = content[:at] + data.draw(st.binary(max_size=8)) + content[at + data.draw(st.integers(0, 8)) :]
            new.writestr(entry, content)
    check_read_or_refused(out.getvalue())
