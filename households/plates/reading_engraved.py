"""Read back what engravers get: each plate's SVG in the zip, and the table of all that differs from plate to plate."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from households.models import BatchFileKind, PlateBatch
from households.plates import frozen, variable_data
from households.plates.engraving import svg_name
from households.plates.placing import symbol_boxes
from households.plates.press import texts_of
from mapping import files
from mapping.errors import UserError
from mapping.printing.sheet import Cell, Sheet
from mapping.printing.svg_drawing import UNITS_A_MM
from mapping.printing.svg_reading import Box, read_symbols
from mapping.wording import gettext as _

SLICE: Final = 200
"""Plates that are read between two checkpoints: some seconds."""


def read_svgs(batch: PlateBatch, done: int) -> Iterator[int]:
    """Decode every symbol of the SVGs of a batch but the first `done`; yields how many are read, now and then.

    Raises UserError that names the first plate which cannot be read, leads elsewhere, is missing or one too many.
    """
    design, sheet = frozen.design_of(batch), frozen.sheet_of(batch)
    boxes = [_box(place, sheet) for _what, place in symbol_boxes(design, replace(sheet, bleed=0), _whole(sheet))]
    path = files.path_of(batch.files.select_related("file").get(kind=BatchFileKind.SVG).file)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if len(names) != batch.plate_count:
            raise _wrong_count(names[-1] if names else path.name, len(names), batch.plate_count)
        for serial, face in enumerate(frozen.faces_of(batch, done), start=done + 1):
            name = names[serial - 1]
            read = () if name != svg_name(serial, face) else read_symbols(archive.read(name).decode(), boxes)
            wanted = texts_of(design, face)
            if len(read) != len(wanted) or set(read) != wanted:
                raise UserError(
                    _(
                        "Tệp SVG không được giao: biển của nhà %(house)s (%(name)s) không đọc lại được đúng mã QR. Xin "
                        "báo người quản trị."
                    )
                    % {"house": face.house_code, "name": name},
                    code="read_back",
                )
            if serial % SLICE == 0:
                yield serial
    yield batch.plate_count


def read_table(batch: PlateBatch) -> None:
    """Compare what the table of a batch says of each plate's symbols with the batch.

    Raises UserError that names the first plate of which it says something else.
    """
    path = files.path_of(batch.files.select_related("file").get(kind=BatchFileKind.CSV).file)
    with path.open("rb") as source:
        rows = csv.reader(io.TextIOWrapper(source, encoding="utf-8-sig", newline=""))
        next(rows, None)
        count = 0
        for count, face in enumerate(frozen.faces_of(batch), start=1):
            if variable_data.symbols_of(next(rows, [])) != (str(count), face.token, face.url, face.maps_url):
                raise UserError(
                    _(
                        "Bảng dữ liệu không được giao: dòng %(row)d không đúng với biển của nhà %(house)s. Xin báo "
                        "người quản trị."
                    )
                    % {"row": count + 1, "house": face.house_code},
                    code="read_back",
                )
        more = sum(1 for _row in rows)
        if more:
            raise _wrong_count(path.name, count + more, count)


def _wrong_count(name: str, found: int, wanted: int) -> UserError:
    return UserError(
        _("Tệp “%(name)s” không được giao: có %(found)d biển, phải là %(wanted)d. Xin báo người quản trị.")
        % {"name": name, "found": found, "wanted": wanted},
        code="read_back",
    )


def _whole(sheet: Sheet) -> Cell:
    """The picture of one plate as a cell of its own."""
    return Cell(0, 0, sheet.cell_width, sheet.cell_height)


def _box(place: Cell, sheet: Sheet) -> Box:
    """Where a symbol lies in the SVG: its units, y down."""
    top = sheet.cell_height - place.y - place.height
    return place.x * UNITS_A_MM, top * UNITS_A_MM, place.width * UNITS_A_MM, place.height * UNITS_A_MM
