"""Sheets of an XLSX, row by row."""

from collections.abc import Iterator
from typing import IO, Any

from mapping.tables.model import Headers, Limits, Table, TableError, sheet_rows
from mapping.tables.workbook_parts import open_book


def open_workbook(file: IO[bytes], name: str, headers: Headers, sheet: str | None, limits: Limits) -> Table:
    """Open a sheet of a workbook that `archive.look_over` has passed. Raises `TableError`."""
    try:
        book = open_book(file, limits)
        sheets = {page.title: page for page in book.worksheets}
        visible = [title for title, page in sheets.items() if page.sheet_state == "visible"]
    except TableError:
        raise
    except Exception as error:
        # openpyxl has no exception of its own: a damaged part surfaces as KeyError, TypeError, ParseError, …
        raise TableError("damaged") from error
    names = tuple(visible or sheets)
    if not names:
        raise TableError("empty")
    if sheet is not None and sheet not in sheets:
        raise TableError("no_such_sheet", sheet=sheet, sheets=names)
    chosen = sheet if sheet is not None else _best(sheets, names, headers, limits)
    header_row, columns, matched, rows = sheet_rows(_rows(sheets[chosen], limits), headers, limits, chosen)
    return Table(name, "xlsx", chosen, names, header_row, columns, matched, rows, close=book.close)


def _best(sheets: dict[str, Any], names: tuple[str, ...], headers: Headers, limits: Limits) -> str:
    """The sheet whose header matches most, the first of equals, leaving out sheets with nothing in them."""
    best, best_score = names[0], -1
    for title in names if len(names) > 1 else ():
        score, filled = 0, False
        for count, (_, values) in enumerate(_rows(sheets[title], limits)):
            if count >= limits.header_rows:
                break
            filled = True
            score = max(score, len(headers.match(values)))
        if filled and score > best_score:
            best, best_score = title, score
    return best


def _rows(page: Any, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Numbers and texts of the rows that are not blank."""
    try:
        for number, values in page.numbered_rows(limits):
            if any(value and not value.isspace() for value in values):
                yield number, values
    except TableError:
        raise
    except Exception as error:
        raise TableError("damaged") from error
