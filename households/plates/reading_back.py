"""Read finished files of plates as a phone would, and refuse them when one symbol is not its house's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

from households.models import BatchFileKind, BatchState, PlateBatch
from households.plates import frozen, reading_engraved
from households.plates.design import PlateDesign
from households.plates.frozen import Pages
from households.plates.press import Expected, FinishedFile, texts_of
from mapping import files, jobs
from mapping.errors import UserError
from mapping.printing.readback import Texts, read_plates
from mapping.printing.reading_apart import Slice, read_slices
from mapping.wording import gettext as _

SLICE: Final = 400
"""Plates that are read between two checkpoints: about a second of one core."""


def check_file(file: FinishedFile, on_progress: Callable[[int], None] | None = None) -> None:
    """Render every page of `file`, decode every symbol and compare it with what should stand there.

    Raises UserError that names the first plate that cannot be read or leads elsewhere.
    """
    read = read_plates(file.path, file.sheet, file.plates, file.skip, file.symbols)
    for done, plate in enumerate(read, start=1):
        compare(next(file.expected, None), plate.texts, page=plate.page, cell=plate.cell)
        if on_progress is not None:
            on_progress(done)


def read_back(batch: PlateBatch, on_progress: Callable[[int], None]) -> None:
    """Read every plate of a batch's PDFs in slices by several processes, from where `batch.read_back` says on.

    Then the SVGs and the table for engravers, where the batch makes them. What a slice has proved is committed before
    the next one, so that whoever takes the batch up does not begin anew. `on_progress` is told the plates of all files.
    Raises UserError that names the first plate which cannot be read or leads elsewhere, and `jobs.Cancelled` when the
    batch was stopped meanwhile.
    """
    design = frozen.design_of(batch)
    before, plates = 0, batch.plate_count * batch.copies
    for pages in frozen.pages_of(batch):
        done = min(max(0, batch.read_back - before), plates)
        for read in _read_file(batch, design, pages, done):
            _keep_checkpoint(batch, before + read)
            on_progress(before + read)
        before += plates
    if BatchFileKind.SVG in batch.outputs:
        for read in reading_engraved.read_svgs(batch, min(max(0, batch.read_back - before), batch.plate_count)):
            _keep_checkpoint(batch, before + read)
            on_progress(before + read)
    if BatchFileKind.CSV in batch.outputs:
        reading_engraved.read_table(batch)


def _read_file(batch: PlateBatch, design: PlateDesign, pages: Pages, done: int) -> Iterator[int]:
    """Read one file of a batch, of which `done` plates are read; yields how many are, after each slice."""
    plates, cells = batch.plate_count * batch.copies, pages.sheet.cells
    last_page = -(-(plates + pages.skip) // cells)
    step = max(1, SLICE // cells)
    first_page = (done + pages.skip) // cells
    if done >= plates:
        return
    # The last slice asks for a page too many: a file of more pages than it should have is wrong as well.
    slices = [(first, min(first + step, last_page + 1)) for first in range(first_page, last_page + 1, step)]
    path = files.path_of(batch.files.select_related("file").get(kind=pages.kind).file)
    with closing(read_slices(path, pages.sheet, slices, symbols=len(design.qrs))) as answers:
        for wanted, answer in zip(slices, answers, strict=True):
            _compare_slice(batch, design, pages, wanted, answer)
            yield min(plates, wanted[1] * cells - pages.skip)


def _compare_slice(
    batch: PlateBatch, design: PlateDesign, pages: Pages, wanted: Slice, answer: list[list[Texts]]
) -> None:
    cells, plates = pages.sheet.cells, batch.plate_count * batch.copies
    first = max(0, wanted[0] * cells - pages.skip)
    last = min(plates, wanted[1] * cells - pages.skip)
    faces = frozen.faces_of(batch, first // batch.copies, -(-last // batch.copies))
    expected = [(face.house_code, texts_of(design, face)) for face in faces for _copy in range(batch.copies)]
    offset = first - first // batch.copies * batch.copies
    read = [texts for page in answer for texts in page]
    for place in range(max(len(read), pages.skip + last - wanted[0] * cells)):
        plate = wanted[0] * cells + place - pages.skip
        compare(
            expected[offset + plate - first] if 0 <= plate < last else None,
            read[place] if place < len(read) else (),
            page=wanted[0] + place // cells + 1,
            cell=place % cells + 1,
        )


def _keep_checkpoint(batch: PlateBatch, read: int) -> None:
    """Write down how far the batch is read; somebody who has it too may be further."""
    going = PlateBatch.objects.filter(pk=batch.pk, state=BatchState.READING)
    if not going.exists():
        raise jobs.Cancelled
    going.filter(read_back__lt=read).update(read_back=read)


def compare(expected: Expected | None, texts: Texts, *, page: int, cell: int) -> None:
    """Raise UserError unless exactly what is expected was read (None: a cell that should be empty)."""
    house, wanted = expected or ("", frozenset())
    if len(texts) != len(wanted) or set(texts) != wanted:
        raise UserError(
            _(
                "Tệp in không được giao: biển của nhà %(house)s (tờ %(page)d, ô %(cell)d) không đọc lại được đúng "
                "mã QR. Xin báo người quản trị."
            )
            % {"house": house, "page": page, "cell": cell},
            code="read_back",
        )
