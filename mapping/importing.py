"""What every import of a list shares: a reason for each row that was not taken, counts, and a report to download.

A reason is a code with parameters, so that it can be counted and tested; the floor above brings the sentence for
each of its codes. The report says sheet, row, column and reason of everything, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from mapping import exporting, scratch
from mapping.text import clean

XLSX = exporting.XLSX


@dataclass(frozen=True, slots=True)
class Issue:
    """Why one row was not taken, or what stands out about it."""

    row: int
    """The row's number in the file, as Excel shows it."""
    code: str
    column: int | None = None
    """Index of the column at fault."""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """One sheet of the report."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


def place_of(issue: Issue, sheet: str, titles: dict[int, tuple[str, str]]) -> str:
    """Say where an issue stands: "Trang “Hộ”, dòng 12, cột C “Điện thoại”"."""
    letter, title = titles.get(issue.column, ("", "")) if issue.column is not None else ("", "")
    parts = []
    if sheet:
        parts.append(_("trang “%(sheet)s”") % {"sheet": sheet})
    parts.append(_("dòng %(row)d") % {"row": issue.row})
    if letter or title:
        parts.append((_("cột %(letter)s “%(title)s”") % {"letter": letter, "title": title}).replace("  ", " "))
    place = ", ".join(parts)
    return place[:1].upper() + place[1:]


def shown(value: str, longest: int = 40) -> str:
    """A cell's text as a sentence may quote it: one line, not too long."""
    value = clean(value)
    return value if len(value) <= longest else value[: longest - 1] + "…"


@contextmanager
def report_file(sheets: Iterable[ReportSheet]) -> Iterator[Path]:
    """Write the report as XLSX into a temporary file that is gone at the end."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:31])
        page.freeze_panes = "A2"
        for letter, width in zip("ABCDEFGH", (18, 10, 24, 30, 70, 30, 30, 30), strict=True):
            page.column_dimensions[letter].width = width
        page.append([_bold(page, title) for title in sheet.header])
        for row in sheet.rows:
            page.append([exporting.text_cell(page, value) if isinstance(value, str) else value for value in row])
    with scratch.folder() as folder:
        path = folder / "report.xlsx"
        book.save(path)
        yield path


def _bold(page: Any, title: str) -> Any:
    cell = exporting.text_cell(page, title)
    cell.font = Font(bold=True)
    return cell


Progress = Callable[[int, int], None]
"""Told how many rows of how many are done; may raise to stop the work."""


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""
