"""The parts of an XLSX, read no further than needed: a small file may hold millions of texts, cells or styles.

openpyxl makes objects of every shared text before the first row. Here texts are read as far as cells ask for them,
which in files from Excel is as far as the rows are read, and everything is counted on the way.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from mapping.tables.model import Limits, TableError
from mapping.tables.workbook_cells import Book, numbered_rows

_CHUNK = 1 << 16
_TEXT, _WORDS, _PHONETIC = (f"{SHEET_MAIN_NS} {tag}" for tag in ("si", "t", "rPh"))
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
# Elements are counted by the signs they begin with, closing tags too.
_MARKS_A_PART = 200_000
"""Of the parts that are made objects as a whole, styles above all: Excel allows 65,490 styles."""
_MARKS_BETWEEN_ROWS = 1_000_000
_MARKS_A_TEXT = 8  # on average; a text of one format has 4
_MARKS_A_CELL = 8  # the same; 6 for a text in its cell
_SHORTEST_CELL = 4  # bytes: <c/>
_LONGEST_TEXT = 1_000_000  # letters; Excel allows 32,767


def open_book(file: IO[bytes], limits: Limits) -> Workbook:
    """Open a workbook that `archive.look_over` has passed; raises `TableError`, and what openpyxl raises."""
    reader = _Reader(file, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and validations that it leaves out
        reader.read()
    book: Workbook = reader.wb
    return book


def _too_full(part: str, limit: int) -> TableError:
    return TableError("workbook_bomb", part=part, limit=limit)


def _cells_in(chunk: bytes) -> int:
    return chunk.count(b"<c") + chunk.count(b":c ")


class _Parts(ZipFile):
    """The zip of a workbook, whose parts are counted while they are read."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        super().__init__(file)
        self._limits = limits
        self._cells = self._marks = 0

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """A part that is parsed as a whole."""
        content = super().read(name, pwd)
        if content.count(b"<") > _MARKS_A_PART:
            raise _too_full(str(name), _MARKS_A_PART)
        return content

    def count_ahead(self, name: str) -> None:
        """Refuse a sheet with too many cells before any is read: unpacking and counting take a fiftieth of the time.

        A sheet that is too short to hold that many is not looked through.
        """
        if self.getinfo(name).file_size < _SHORTEST_CELL * self._limits.cells:
            return
        cells = 0
        with self.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                cells += _cells_in(chunk)
                if cells > self._limits.cells:
                    raise _too_full(name, self._limits.cells)

    def count_cells(self, name: str, cells: int, marks: int) -> None:
        """Add what has been read of a sheet; the sheets of a book count together."""
        self._cells += cells
        self._marks += marks
        if self._cells > self._limits.cells or self._marks > _MARKS_A_CELL * self._limits.cells:
            raise _too_full(name, self._limits.cells)


class _SheetStream:
    """The bytes of a sheet, counted; what stands between rows is read for nothing, so that is bounded too."""

    def __init__(self, parts: _Parts, name: str) -> None:
        self._parts = parts
        self._name = name
        self._stream = parts.open(name)
        self._since_row = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        marks = chunk.count(b"<")
        self._since_row = marks if _ROW.search(chunk) else self._since_row + marks
        if self._since_row > _MARKS_BETWEEN_ROWS:
            raise _too_full(self._name, _MARKS_BETWEEN_ROWS)
        self._parts.count_cells(self._name, _cells_in(chunk), marks)
        return chunk

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> "_SheetStream":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _Sheet(ReadOnlyWorksheet):  # type: ignore[misc]  # openpyxl ships no types
    def _get_size(self) -> None:
        """Leave the size open: the one stated is often wrong, and where none is the whole sheet would be read."""

    def numbered_rows(self, limits: Limits) -> Iterator[tuple[int, list[str]]]:
        """Numbers and texts of the rows that hold anything; see `workbook_cells`."""
        book = self.parent
        meaning = Book(self._shared_strings, book.epoch, book._date_formats, book._timedelta_formats)
        book._archive.count_ahead(self._worksheet_path)
        with _SheetStream(book._archive, self._worksheet_path) as stream:
            yield from numbered_rows(stream, meaning, limits, self.title)


class _Texts:
    """The shared texts, in order; each is read when its number, or a higher one, is first asked for."""

    def __init__(self, open_part: Callable[[], IO[bytes]], name: str, limit: int) -> None:
        self._open_part = open_part
        self._name = name
        self._limit = limit
        self._stream: IO[bytes] | None = None
        self._ended = False
        self._marks = 0
        self._texts: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._wanted = self._phonetic = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add
        self._parser.EntityDeclHandler = self._refuse_entity

    def __getitem__(self, index: int) -> str:
        while index >= len(self._texts) and not self._ended:
            self._read_on()
        if index < 0:
            raise IndexError(index)
        return self._texts[index]

    def _read_on(self) -> None:
        if self._stream is None:
            self._stream = self._open_part()
        chunk = self._stream.read(_CHUNK)
        self._ended = not chunk
        self._marks += chunk.count(b"<")
        if self._marks > _MARKS_A_TEXT * self._limit:
            raise _too_full(self._name, self._limit)
        self._parser.Parse(chunk, self._ended)

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == _WORDS:
            self._wanted = not self._phonetic
        elif tag == _TEXT:
            self._pieces = []
            self._length = 0
        elif tag == _PHONETIC:
            self._phonetic = True

    def _end(self, tag: str) -> None:
        if tag == _WORDS:
            self._wanted = False
        elif tag == _TEXT:
            if len(self._texts) >= self._limit:
                raise _too_full(self._name, self._limit)
            # How Excel writes a text that looks like one of its own escapes: _x005F_x000D_.
            self._texts.append("".join(self._pieces).replace("x005F_", ""))
        elif tag == _PHONETIC:
            self._phonetic = False

    def _add(self, piece: str) -> None:
        if self._wanted:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > _LONGEST_TEXT:
                raise _too_full(self._name, _LONGEST_TEXT)

    def _refuse_entity(self, *_declaration: object) -> None:
        raise TableError("damaged")


class _Reader(ExcelReader):  # type: ignore[misc]  # openpyxl ships no types
    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.archive = _Parts(file, limits)
        self._limits = limits

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            name = part.PartName[1:]
            self.archive.getinfo(name)  # a part that is named and missing is told of at once
            self.shared_strings = _Texts(lambda: self.archive.open(name), name, self._limits.texts)

    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                page = _Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
                page.sheet_state = sheet.state
                self.wb._sheets.append(page)
