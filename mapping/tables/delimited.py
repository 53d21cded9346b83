"""Delimited text: CSV as Excel, databases and people write it, in whatever encoding and with whatever separator."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from mapping.formula_guard import unguarded
from mapping.tables.model import Headers, Limits, Table, TableError, sheet_rows
from mapping.tables.old_encodings import old_decoder

_SAMPLE = 65_536
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's own first line


def open_delimited(content: bytes, name: str, headers: Headers, limits: Limits) -> Table:
    """Open a CSV. Raises `TableError`."""
    stream = _decoded(content)
    sample = stream.read(_SAMPLE)
    stated = _SEPARATOR_LINE.match(sample)
    delimiter = stated.group(1) if stated else _delimiter(sample, headers)
    stream.seek(0)
    skipped = 0
    if stated:
        stream.readline()
        skipped = 1
    rows = _rows(stream, delimiter, skipped, limits, guarded=b"'" in content)
    header_row, columns, matched, data = sheet_rows(rows, headers, limits, "")
    return Table(name, "csv", "", (), header_row, columns, matched, data, close=stream.close)


def _decoded(content: bytes) -> io.TextIOBase:
    """The text as a stream; the old Vietnamese encodings are decoded at once, and composed."""
    encoding = _unicode_encoding(content)
    if encoding is None:
        return io.StringIO(old_decoder(content[:200_000])(content), newline="")
    return io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="")


def _unicode_encoding(content: bytes) -> str | None:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if (zeros := content[:2000].count(0)) > len(content[:2000]) // 10:
        return "utf-16-le" if content[1:2000:2].count(0) > zeros // 2 else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), 1_000_000):
            decoder.decode(content[start : start + 1_000_000])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _delimiter(sample: str, headers: Headers) -> str:
    """The separator under which most titles are understood, else the most rows have one and the same width."""
    lines = sample[: sample.rfind("\n") + 1] or sample

    def score(delimiter: str) -> tuple[int, int, int]:
        try:
            rows = [row for row in csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter) if any(row)]
        except csv.Error:
            return (0, 0, 0)
        widths = [len(row) for row in rows if len(row) > 1]
        width = max(set(widths), key=widths.count, default=1)
        return max((len(headers.match(row)) for row in rows[:40]), default=0), widths.count(width), width

    return max(_DELIMITERS, key=score)


def _rows(
    stream: io.TextIOBase, delimiter: str, skipped: int, limits: Limits, *, guarded: bool
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(stream, delimiter=delimiter)
    # A quoted cell may hold line breaks; a row's number is that of its record, as Excel shows it.
    number = skipped
    try:
        for values in reader:
            number += 1
            # Most rows start with a filled cell, and this loop runs a hundred thousand times.
            filled = values and values[0] and not values[0].isspace()
            if not filled and not any(value and not value.isspace() for value in values):
                continue
            if len(values) > limits.columns:
                while values and not values[-1]:
                    values.pop()
                if len(values) > limits.columns:
                    raise TableError("too_many_columns", limit=limits.columns, sheet="")
            if guarded and any(value[:1] == "'" for value in values):
                values = [unguarded(value) for value in values]  # lists that we wrote come back as they went out
            yield number, values
    except csv.Error as error:
        raise TableError("row_unreadable", row=number + 1) from error
