"""What a batch makes beside its sheets, through the job: read back before anybody gets it, and true on paper."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.db import transaction

from households import certificates, codes
from households.models import BatchState, House, PlateBatch
from households.plates import batching, frozen, making, reading_back
from households.plates.choosing import Choice
from households.plates.engraving import plate_svgs
from households.plates.placing import symbol_boxes
from households.plates.press import texts_of
from households.plates.shipped import shipped_designs
from mapping import files
from mapping.errors import UserError
from mapping.models import AuditEntry, Unit
from mapping.printing.sheet import SHEETS, Cell, Sheet
from mapping.printing.svg_reading import Box, read_symbols
from tests import factories
from tests.households.plate_faces import FONTS, face

HOST = "sonha.example.vn"
Run = Callable[[], None]


@pytest.fixture(autouse=True)
def plate_host(settings: Any) -> None:
    settings.PLATE_HOST = HOST


@pytest.fixture
def houses(transactional_db: None, commune: Unit) -> list[House]:
    """Eight along Ngõ Đình, the last without a number."""
    village = factories.village(commune)
    return [
        factories.house(commune, lng=105.80 + n / 5000, number=number, street="Ngõ Đình", village=village)
        for n, number in enumerate(["1", "2", "3", "4", "5", "6/2", "7A", ""])
    ]


def ordered(user: Any, commune: Unit, *outputs: str, **terms: Any) -> PlateBatch:
    return batching.order(user=user, commune=commune, choice=Choice(), outputs=outputs, **terms)


def content_of(batch: PlateBatch, kind: str) -> bytes:
    return files.path_of(batch.files.get(kind=kind).file).read_bytes()


def with_content(batch: PlateBatch, kind: str, content: bytes) -> None:
    """Put something else where the file lies."""
    path = files.path_of(batch.files.get(kind=kind).file)
    path.chmod(0o600)
    path.write_bytes(content)


def drawn(user: Any, commune: Unit, *outputs: str, **terms: Any) -> PlateBatch:
    """A batch whose files lie there and are not read back yet."""
    batch = PlateBatch.objects.select_related("commune__parent").get(pk=ordered(user, commune, *outputs, **terms).pk)
    making.make(batch, user, lambda _done: None)
    assert batch.state == BatchState.READING
    return batch


def boxes_of(sheet: Sheet, name: str) -> list[Box]:
    places = symbol_boxes(shipped_designs()[name], sheet, Cell(0, 0, sheet.cell_width, sheet.cell_height))
    return [
        (100 * one.x, 100 * (sheet.cell_height - one.y - one.height), 100 * one.width, 100 * one.height)
        for _what, one in places
    ]


# --- For engravers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", ["a4-2x4", "a4-3x8", "factory-200x150"])
@pytest.mark.parametrize("name", ["house-number", "white-qr", "two-codes"])
def test_every_symbol_of_an_svg_is_read_from_what_was_written(name: str, sheet: str) -> None:
    design, plates = shipped_designs()[name], [face(n, number=f"{n}/5A") for n in range(6)]
    flat = SHEETS[sheet]
    boxes = boxes_of(flat, name)
    for plate, svg in plate_svgs(plates, design=design, sheet=flat, fonts=FONTS):
        assert set(read_symbols(svg, boxes)) == texts_of(design, plate)


def test_a_symbol_that_was_spoilt_is_not_read() -> None:
    flat = SHEETS["a4-2x4"]
    ((_face, svg),) = plate_svgs([face(1)], design=shipped_designs()["house-number"], sheet=flat, fonts=FONTS)
    boxes = boxes_of(flat, "house-number")
    assert len(read_symbols(svg, boxes)) == 1
    symbol = svg.rindex("<path")
    assert read_symbols(svg[:symbol] + "</svg>", boxes) == ()
    (left, top, width, height) = (round(value) for value in boxes[0])
    veil = f'<path fill="#ffffff" d="m{left} {top}h{width // 2}v{height}h-{width // 2}z"/></svg>'
    assert read_symbols(svg.replace("</svg>", veil), boxes) == ()


@pytest.mark.parametrize("design", ["house-number", "two-codes"])
def test_svgs_and_table_are_read_back_before_the_batch_is_printed(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run, design: str
) -> None:
    batch = ordered(officer, commune, "sheets", "svg", "csv", design=design)
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.PRINTED
    assert batch.read_back == frozen.to_read(batch) == 2 * len(houses)


def swapped_svgs(content: bytes) -> bytes:
    """The second plate's picture under the first plate's name, and the other way round."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        pictures = {name: archive.read(name) for name in names}
    pictures[names[0]], pictures[names[1]] = pictures[names[1]], pictures[names[0]]
    return zipped(pictures)


def without_the_last(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()[:-1]})


def zipped(pictures: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, picture in pictures.items():
            archive.writestr(name, picture)
    return out.getvalue()


def swapped_links(content: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    rows[3][10], rows[4][10] = rows[4][10], rows[3][10]
    return table(rows)


def one_row_more(content: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return table([*rows, rows[-1]])


def table(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize(
    ("kind", "spoil", "sentence"),
    [
        ("svg", swapped_svgs, r"Tệp SVG không được giao: biển của nhà .* \(00001-"),
        ("svg", without_the_last, "có 7 biển, phải là 8"),
        ("csv", swapped_links, "dòng 4 không đúng với biển của nhà"),
        ("csv", one_row_more, "có 9 biển, phải là 8"),
    ],
)
def test_what_leads_to_another_house_is_not_handed_out(
    houses: list[House], commune: Unit, officer: Any, kind: str, spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    batch = drawn(officer, commune, "svg", "csv")
    with_content(batch, kind, spoil(content_of(batch, kind)))
    with pytest.raises(UserError, match=sentence):
        reading_back.read_back(batch, lambda _done: None)


def test_whoever_takes_a_batch_up_goes_on_with_the_svgs_where_the_last_one_was(
    houses: list[House], commune: Unit, officer: Any
) -> None:
    batch = drawn(officer, commune, "sheets", "svg")
    PlateBatch.objects.filter(pk=batch.pk).update(read_back=8 + 5)
    batch.refresh_from_db()
    with_content(batch, "svg", swapped_svgs(content_of(batch, "svg")))  # read already: nobody looks again
    told: list[int] = []
    reading_back.read_back(batch, told.append)
    assert told == [16]


# --- Papers -----------------------------------------------------------------------------------------------------------


def test_walk_list_and_certificates_come_with_a_batch(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    batch = ordered(officer, commune, "sheets", "walk_list", "certificates")
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.PRINTED

    walk = "\n".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content_of(batch, "walk_list"))
    )
    assert "lô số 1" in walk
    for place in batch.places.select_related("plate__house"):
        assert codes.format_house_code(place.plate.house.code) in walk and f"1-{place.serial}" in walk

    pages = pypdfium2.PdfDocument(content_of(batch, "certificates"))
    numbered = [house for house in houses if house.number]
    assert len(pages) == len(numbered)
    found = set()
    for page in pages:
        picture = page.render(scale=150 / 72, grayscale=True).to_numpy()
        (symbol,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        assert symbol.text.lower().startswith(f"https://{HOST}/certificate/")
        told = certificates.check(symbol.text.rstrip("/").rpartition("/")[2])
        assert told is not None
        found.add(told.house.pk)
    assert found == {house.pk for house in numbered}
    with transaction.atomic():  # outside of one the wall shows nothing
        assert AuditEntry.objects.filter(action="certificate.issue").count() == 1
