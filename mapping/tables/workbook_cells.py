"""The cells of an XLSX sheet, read as a stream: rows of text, whatever the sheet holds, in the memory of one row.

openpyxl builds a tree of every row, with a parser in Python where XML must not be trusted, and takes ten times as
long. A faster reader in another language keeps a rectangle around all cells: two cells in opposite corners of a sheet
ask for 17 billion, and the process ends. What a cell means (dates by their style, types, texts) is as in openpyxl.
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol
from xml.parsers import expat

from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHEET_MAIN_NS

from mapping.tables.model import Limits, TableError, cell_text

_CHUNK = 1 << 16
_EXCEL_ROWS = 1_048_576
_ROW, _CELL, _VALUE, _INLINE, _WORDS, _PHONETIC = (
    f"{SHEET_MAIN_NS} {tag}" for tag in ("row", "c", "v", "is", "t", "rPh")
)
_LONGEST_TEXT = 1_000_000  # letters; Excel allows 32,767


class Bytes(Protocol):
    """What the sheet's XML is read from."""

    def read(self, size: int, /) -> bytes: ...


class Texts(Protocol):
    """The texts that cells share, by number."""

    def __getitem__(self, index: int, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Book:
    """What cells of all sheets of a workbook refer to. Styles are numbers."""

    texts: Texts
    epoch: datetime.datetime
    """Day 0 of its dates."""
    dates: Collection[int]
    """The styles that show a number as a date or a time."""
    durations: Collection[int]
    """Those of them that show a length of time."""


def numbered_rows(stream: Bytes, book: Book, limits: Limits, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Numbers and values of the rows that hold any, as far as their last filled cell.

    Raises `TableError`; a broken sheet raises ValueError, IndexError or `expat.ExpatError`.
    """
    reader = _Reader(book, limits, sheet)
    ended = False
    while not ended:
        chunk = stream.read(_CHUNK)
        ended = not chunk
        try:
            reader.feed(chunk, ended)
        finally:  # what is wrong further down the sheet does not hide the rows before it
            yield from reader.taken()


class _Reader:
    def __init__(self, book: Book, limits: Limits, sheet: str) -> None:
        self._book = book
        self._limits = limits
        self._sheet = sheet
        self._done: list[tuple[int, list[str]]] = []
        self._number = 0
        self._row: list[str] = []
        self._columns: dict[str, int] = {}  # letters → number, of those seen
        self._column = 0
        self._type = "n"
        self._style = 0
        self._pieces: list[str] = []
        self._length = 0
        self._filled = self._wanted = self._phonetic = self._inline = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add
        self._parser.EntityDeclHandler = self._refuse_entity

    def feed(self, chunk: bytes, ended: bool) -> None:
        """Read a piece of the sheet."""
        self._parser.Parse(chunk, ended)

    def taken(self) -> list[tuple[int, list[str]]]:
        """The rows that have ended since this was asked last."""
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _CELL:
            self._type = attributes.get("t", "n")
            style = attributes.get("s")
            self._style = int(style) if style else 0
            place = attributes.get("r")
            self._column = self._column_of(place) if place else self._column + 1
            self._filled = False
        elif tag == _VALUE:
            self._wanted = self._type != "inlineStr" and not self._filled
            self._pieces = [] if self._wanted else self._pieces
        elif tag == _ROW:
            self._begin_row(attributes.get("r"))
        elif tag == _WORDS:
            self._wanted = self._inline and not self._phonetic
        elif tag == _INLINE:
            self._inline = self._type == "inlineStr"
            self._pieces = []
        elif tag == _PHONETIC:
            self._phonetic = True

    def _end(self, tag: str) -> None:
        if tag == _CELL:
            return  # most of all elements
        if tag == _VALUE:
            if self._wanted and self._pieces:
                self._keep(self._text("".join(self._pieces)))
            self._wanted = False
        elif tag == _ROW:
            if self._row:
                self._done.append((self._number, self._row))
        elif tag == _WORDS:
            self._wanted = False
        elif tag == _INLINE:
            if self._inline:
                self._keep("".join(self._pieces))
            self._inline = False
        elif tag == _PHONETIC:
            self._phonetic = False

    def _add(self, piece: str) -> None:
        if self._wanted:
            self._length = len(piece) if not self._pieces else self._length + len(piece)
            if self._length > _LONGEST_TEXT:
                raise TableError("workbook_bomb", part=self._sheet, limit=_LONGEST_TEXT)
            self._pieces.append(piece)

    def _begin_row(self, stated: str | None) -> None:
        number = self._number + 1 if stated is None else int(float(stated))
        # A file may number its rows beyond what Excel has; one that counts backwards has rows that nobody would see.
        if not self._number < number <= _EXCEL_ROWS:
            raise TableError("damaged")
        self._number = number
        self._row = []
        self._column = 0

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            if not letters.isalpha() or not letters.isascii() or len(letters) > 3:
                raise TableError("damaged")
            column = 0
            for letter in letters.upper():
                column = column * 26 + ord(letter) - ord("A") + 1
            self._columns[letters] = column
        return column

    def _keep(self, value: str) -> None:
        row, column = self._row, self._column
        self._filled = True
        if column > self._limits.columns:
            raise TableError("too_many_columns", limit=self._limits.columns, sheet=self._sheet)
        missing = column - len(row) - 1
        if missing > 0:
            row.extend([""] * missing)
        if missing >= 0:
            row.append(value)
        else:
            row[column - 1] = value

    def _text(self, value: str) -> str:
        kind = self._type
        if kind == "s":
            return self._book.texts[int(value)]
        if kind == "n":
            if self._style in self._book.dates:
                return self._date(float(value) if _has_fraction(value) else int(value))
            return cell_text(float(value)) if _has_fraction(value) else str(int(value))
        if kind == "b":
            return "TRUE" if int(value) else "FALSE"
        return cell_text(from_ISO8601(value)) if kind == "d" else value

    def _date(self, days: float) -> str:
        try:
            return cell_text(from_excel(days, self._book.epoch, timedelta=self._style in self._book.durations))
        except (OverflowError, ValueError):
            return "#VALUE!"  # as Excel shows a date before its first or after its last

    def _refuse_entity(self, *_declaration: object) -> None:
        raise TableError("damaged")


def _has_fraction(number: str) -> bool:
    return "." in number or "E" in number or "e" in number
