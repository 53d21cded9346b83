"""What a batch was ordered with, frozen: its design, its sheet, and the plates with the words of the day."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from households import codes
from households.models import BatchFileKind, PlateBatch
from households.plates import emblems, own_designs, own_profiles
from households.plates.design import PlateDesign, PlateFace
from households.plates.design_reading import emblems_of, read_design
from households.plates.emblems import Shelf
from mapping.errors import UserError
from mapping.models import Unit
from mapping.printing.fonts import Fonts
from mapping.printing.sheet import Sheet
from mapping.printing.sheet_reading import to_json
from mapping.wording import gettext as _

_FETCHED: Final = 2_000
# The words are those that were printed: edits of the house since then change nothing here.
_FACES: Final = """
SELECT place.serial, house.code, plate.token, plate.plus_code, plate.number, plate.street, plate.village_name,
       ST_Y(plate.location), ST_X(plate.location)
  FROM households_batchplate place
  JOIN households_plate plate ON plate.token = place.plate_id
  JOIN households_house house ON house.id = plate.house_id
 WHERE place.batch_id = %s AND place.serial > %s AND place.serial <= %s
 ORDER BY place.serial
"""


@dataclass(frozen=True)
class Chosen:
    """A design or a sheet that somebody chose: what people call it, and what a batch keeps of it."""

    title: str
    kept: dict[str, Any]


def freeze_design(commune: Unit, key: str, *, host: str, sheet: Sheet, fonts: Fonts) -> Chosen:
    """Return a design to keep, by the name of a shipped one or the id of the commune's own.

    Raises UserError where there is none, where it is no house's, and DesignProblems where it cannot be printed on the
    sheet for that host.
    """
    chosen = own_designs.find(commune, key)
    title, text = chosen.title, chosen.source
    shown = emblems.all_of(commune, emblems_of(text))
    design = read_design(text, shown, host=host, sheet=sheet, fonts=fonts)
    if design.subject != "house":
        raise UserError(
            _("Mẫu “%(name)s” là biển ngõ, không in được cho từng nhà. Hãy chọn mẫu biển số nhà.") % {"name": title},
            code="design",
        )
    return Chosen(title, {"key": key, "text": text, "emblems": shown.hashes})


def freeze_sheet(commune: Unit, key: str) -> tuple[Chosen, Sheet]:
    """Return a sheet to keep, by the name of a shipped one or the id of the commune's own. Raises UserError."""
    profile = own_profiles.find(commune, key)
    return Chosen(profile.title, {"key": key, "sheet": to_json(profile.sheet)}), profile.sheet


def design_of(batch: PlateBatch) -> PlateDesign:
    """Return the design of a batch, with the emblems of its day."""
    return read_design(batch.design["text"], Shelf(batch.design.get("emblems", {})))


def sheet_of(batch: PlateBatch) -> Sheet:
    """Return the sheet of a batch, with the calibration of its day."""
    return own_profiles.sheet_of(batch.profile_name, batch.profile["sheet"])


@dataclass(frozen=True)
class Pages:
    """A PDF of plates that a batch makes: which of its files, on which sheets, with so many cells left out."""

    kind: BatchFileKind
    sheet: Sheet
    skip: int


def pages_of(batch: PlateBatch) -> list[Pages]:
    """Return the PDFs of plates that a batch makes, in the order in which they are read back."""
    sheet = sheet_of(batch)
    found = []
    if BatchFileKind.SHEETS in batch.outputs:
        found.append(Pages(BatchFileKind.SHEETS, sheet, batch.skip))
    if BatchFileKind.FACTORY in batch.outputs:
        found.append(Pages(BatchFileKind.FACTORY, sheet.for_factory(), 0))
    return found


def to_read(batch: PlateBatch) -> int:
    """Return how many plates are read back in all, copies and files counted: `batch.read_back` counts up to it.

    Of the SVGs each is one; the table is read at one go and does not count.
    """
    svgs = batch.plate_count if BatchFileKind.SVG in batch.outputs else 0
    return batch.plate_count * batch.copies * len(pages_of(batch)) + svgs


def faces_of(batch: PlateBatch, after: int = 0, until: int | None = None) -> Generator[PlateFace, None, None]:
    """Yield the plates of a batch as they were frozen, in order: those with serials over `after` up to `until`.

    A few at a time, so that memory stays flat. What is written within the transaction is seen.
    """
    commune = batch.commune.full_name
    province = batch.commune.parent.full_name if batch.commune.parent else ""
    last = after
    while True:
        most = last + _FETCHED if until is None else min(last + _FETCHED, until)
        rows = _rows(batch, last, most)
        yield from _faces(rows, batch.host, commune, province)
        last = most
        if not rows or most == until:
            return


def _rows(batch: PlateBatch, after: int, until: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_FACES, [batch.pk, after, until])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _faces(rows: list[tuple[Any, ...]], host: str, commune: str, province: str) -> list[PlateFace]:
    urls = codes.plate_urls(host, [row[2] for row in rows], [row[3] for row in rows])
    return [
        PlateFace(
            token=token,
            house_code=codes.format_house_code(code),
            plus_code=place,
            number=number,
            street=street,
            village=village,
            commune=commune,
            province=province,
            host=host,
            url=url,
            maps_url=codes.google_maps_url(lat, lng),
        )
        for (_serial, code, token, place, number, street, village, lat, lng), url in zip(rows, urls, strict=True)
    ]
