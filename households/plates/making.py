"""The first half of a batch: its plates given and frozen, its files drawn and kept, in one transaction.

Whoever looks from outside sees nothing of it before the batch is in state `reading`: neither tokens nor files.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.core.files import File
from django.db import DatabaseError, connection, transaction

from households.models import BatchFile, BatchFileKind, BatchOrder, BatchState, PlateBatch
from households.plates import choosing, engraving, frozen, giving, issuing, papers, press, route_reading, variable_data
from households.plates.choosing import Choice
from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import Overflow, write_plates
from mapping import access, files, scratch
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import StoredFile
from mapping.printing.fonts import Fonts
from mapping.text import fold
from mapping.wording import ngettext

MOST_TOO_LONG: Final = 1_000
"""So many texts that do not fit are listed; whoever has more has the wrong design."""

Progress = Callable[[int], None]
"""Told how many plates of the file at hand are drawn; raises `jobs.Cancelled` when nobody wants them any more."""

_BY_VILLAGE: Final = """
SELECT array_agg(house.id) FROM households_house house LEFT JOIN mapping_unit village ON village.id = house.village_id
 WHERE {where} GROUP BY village.id, village.code ORDER BY village.code COLLATE vi_natural NULLS LAST
"""
_PDF, _ZIP, _CSV = "application/pdf", "application/zip", "text/csv"
_ENDINGS: Final[dict[str, tuple[str, str, str]]] = {
    BatchFileKind.SHEETS: ("", ".pdf", _PDF),
    BatchFileKind.FACTORY: ("xuong", ".pdf", _PDF),
    BatchFileKind.SVG: ("svg", ".zip", _ZIP),
    BatchFileKind.CSV: ("du-lieu", ".csv", _CSV),
    BatchFileKind.WALK_LIST: ("danh-sach-lap", ".pdf", _PDF),
    BatchFileKind.CERTIFICATES: ("giay-chung-nhan", ".pdf", _PDF),
}


class TextsTooLong(UserError):
    """Texts of some plates fit at no size that can be read. `texts` as `PlateBatch.too_long` keeps them."""

    def __init__(self, texts: list[dict[str, str]]) -> None:
        super().__init__(
            ngettext(
                "%(count)d chỗ ghi không vừa biển ở cỡ chữ nhỏ nhất, nên chưa in biển nào. Hãy rút ngắn các chỗ ghi "
                "có trong danh sách, hoặc chọn in tiếp.",
                "%(count)d chỗ ghi không vừa biển ở cỡ chữ nhỏ nhất, nên chưa in biển nào. Hãy rút ngắn các chỗ ghi "
                "có trong danh sách, hoặc chọn in tiếp.",
                len(texts),
            )
            % {"count": len(texts)},
            code="too_long",
        )
        self.texts = texts


def make(batch: PlateBatch, user: Any, progress: Progress) -> None:
    """Give the plates, draw the files, and leave the batch in state `reading`; whoever did that already has done it.

    Raises UserError, TextsTooLong among them, and what `progress` raises; then nothing has happened.
    """
    stored: list[StoredFile] = []
    with scratch.folder() as folder:
        try:
            name = file_name(batch, BatchFileKind.SHEETS)
            with press.sentences(batch.host, batch.profile_name, name), transaction.atomic():
                # Before the first house is read. The batch's own row is not held: somebody may want to stop it.
                issuing.wait_for_turn(batch.commune)
                if PlateBatch.objects.get(pk=batch.pk).state not in (BatchState.ORDERED, BatchState.DRAWING):
                    return
                _Making(batch, user, folder, progress).run(stored)
        except BaseException:
            with suppress(DatabaseError):
                for file in stored:
                    files.remove_unneeded(file.sha256)
            raise


@dataclass
class _Making:
    """The work of one transaction; files lie in `folder` until all of them are there."""

    batch: PlateBatch
    user: Any
    folder: Path
    progress: Progress

    def run(self, stored: list[StoredFile]) -> None:
        batch = self.batch
        too_long = _TooLong()
        run = self._giving()
        pages = self._draw(run, too_long)
        if run.plates == 0:
            raise press.no_houses(batch.commune)
        if too_long.texts and not batch.goes_on:
            raise TextsTooLong(too_long.texts)
        batch.plate_count, batch.new_count, batch.page_count = run.plates, run.new, pages
        batch.too_long, batch.state, batch.read_back = too_long.texts, BatchState.READING, 0
        self._write_papers()
        for kind in batch.outputs:
            stored.append(self._keep(BatchFileKind(kind)))
        batch.save(update_fields=["plate_count", "new_count", "page_count", "too_long", "state", "read_back"])

    def _giving(self) -> giving.Giving:
        batch = self.batch
        scope = access.scope_of(self.user, Capability.PRINT)
        houses = choosing.houses_of(batch.commune, scope, Choice.from_json(batch.choice), batch.village_ids)
        order = BatchOrder(batch.order)
        terms = giving.Terms(
            commune=batch.commune,
            host=batch.host,
            user_id=self.user.pk if self.user is not None else None,
            fresh=batch.fresh,
            order=order,
            walk=self._walk(houses) if order is BatchOrder.ROUTE else None,
            batch=batch,
        )
        return giving.Giving(houses, terms)

    def _walk(self, houses: choosing.Houses) -> list[uuid.UUID]:
        """The houses as one walks past them, a village after the other: no more of them are in memory at once."""
        with connection.cursor() as cursor:
            cursor.execute(_BY_VILLAGE.format(where=houses.sql), houses.params)
            villages = cursor.fetchall()
        walk: list[uuid.UUID] = []
        for (members,) in villages:
            walk += route_reading.in_route_order(self.batch.commune, members)
        return walk

    def _draw(self, run: giving.Giving, too_long: _TooLong) -> int:
        """Draw the files; the first one takes the faces as they are given. Returns the pages of the first PDF."""
        batch, design, fonts = self.batch, frozen.design_of(self.batch), press.fonts()
        writers = self._writers(design, fonts, too_long)
        pages = 0
        # The thread that gives the tokens ends before the transaction does, on an error too.
        with closing(run.faces()) as given:
            for place, (kind, write) in enumerate(writers):
                with self._path(kind).open("wb") as out:
                    written = write(out, iter(given) if place == 0 else frozen.faces_of(batch))
                pages = pages or written
            for _face in given:  # where no file shows plates
                pass
        return pages

    def _writers(
        self, design: PlateDesign, fonts: Fonts, too_long: _TooLong
    ) -> list[tuple[BatchFileKind, Callable[[BinaryIO, Iterator[PlateFace]], int]]]:
        """What writes each file with plates on it and returns its pages, 0 where it has none."""
        batch = self.batch
        # Part of the file, so in one language: whoever prints, the bytes stay the same.
        title = f"Biển số nhà, {batch.commune}, lô {batch.number}"
        found: list[tuple[BatchFileKind, Callable[[BinaryIO, Iterator[PlateFace]], int]]] = []
        for one in frozen.pages_of(batch):

            def draw(out: BinaryIO, faces: Iterator[PlateFace], one: frozen.Pages = one) -> int:
                return write_plates(
                    out, faces, design=design, sheet=one.sheet, fonts=fonts, proof=batch.is_proof, skip=one.skip,
                    copies=batch.copies, title=title, on_progress=self.progress, on_overflow=too_long.add,
                ).pages  # fmt: skip

            found.append((one.kind, draw))

        def engrave(out: BinaryIO, faces: Iterator[PlateFace]) -> int:
            engraving.write_svg_zip(
                out, faces, design=design, sheet=frozen.sheet_of(batch), fonts=fonts, proof=batch.is_proof,
                on_progress=self.progress, on_overflow=too_long.add,
            )  # fmt: skip
            return 0

        def tabulate(out: BinaryIO, faces: Iterator[PlateFace]) -> int:
            variable_data.write_variable_data(out, faces, self.progress)
            return 0

        found += [
            (kind, write) for kind, write in ((BatchFileKind.SVG, engrave), (BatchFileKind.CSV, tabulate))
            if kind in batch.outputs
        ]  # fmt: skip
        return found

    def _write_papers(self) -> None:
        """Write what tells of the plates by name of their batch, once these have their places in it."""
        for kind, write in (
            (BatchFileKind.WALK_LIST, papers.write_walk_list),
            (BatchFileKind.CERTIFICATES, papers.write_certificates),
        ):
            if kind in self.batch.outputs:
                with self._path(kind).open("wb") as out:
                    write(out, self.batch, lambda done, _total: self.progress(done))

    def _keep(self, kind: BatchFileKind) -> StoredFile:
        with self._path(kind).open("rb") as source:
            stored = files.store(
                source=File(source), name=file_name(self.batch, kind), content_type=_ENDINGS[kind][2],
                commune=self.batch.commune, user=self.user,
            )  # fmt: skip
        BatchFile.objects.create(batch=self.batch, kind=kind, file=stored)
        return stored

    def _path(self, kind: BatchFileKind) -> Path:
        return self.folder / kind.value


class _TooLong:
    """The texts that do not fit, each once, whichever file found it out."""

    def __init__(self) -> None:
        self.texts: list[dict[str, str]] = []
        self._known: set[tuple[str, str]] = set()

    def add(self, found: Overflow) -> None:
        key = (found.face.house_code, found.field)
        if key not in self._known and len(self.texts) < MOST_TOO_LONG:
            self._known.add(key)
            self.texts.append({"house": key[0], "field": found.field, "text": found.text})


def file_name(batch: PlateBatch, kind: BatchFileKind) -> str:
    """Return the name of a file as an official would look for it: bien-so-nha-16543-lo-3-xuong.pdf."""
    what, ending, _kind = _ENDINGS[kind]
    proof = "ban-thu" if batch.is_proof else ""
    parts = ("bien-so-nha", batch.commune.code, f"lo-{batch.number}", what, proof)
    return fold("-".join(filter(None, parts))).replace(" ", "-") + ending
