"""The rows of proposals as a table for a file: one line a house, commune after commune, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from households.codes import format_house_code
from households.models import NumberingProposal
from households.proposals import reading
from mapping import exporting
from mapping.exporting import Column

FORMATS: Final = (".csv", ".xlsx")
_CHUNK: Final = 2_000


def write_report(path: Path, proposals: Iterable[NumberingProposal]) -> int:
    """Write every row of the proposals to a file named .csv or .xlsx; return how many. Raises OSError."""
    if path.suffix.lower() == ".csv":
        with path.open("wb") as target:
            return exporting.write_csv(target, columns=_columns(), rows=_rows(proposals))
    return exporting.write_xlsx(path, title=_("Phương án số nhà"), columns=_columns(), rows=_rows(proposals))


def _columns() -> list[Column]:
    return [
        Column(_("Mã xã"), width=8),
        Column(_("Thôn"), width=22),
        Column(_("Mã nhà"), width=14),
        Column(_("Số cũ"), width=10),
        Column(_("Đường, ngõ cũ"), width=28),
        Column(_("Số mới"), width=10),
        Column(_("Đường, ngõ mới"), width=28),
        Column(_("Kết quả"), width=28),
        Column(_("Cần xem lại"), width=50),
    ]


def _rows(proposals: Iterable[NumberingProposal]) -> Iterator[tuple[Any, ...]]:
    for proposal in proposals:
        rows = reading.rows(proposal).select_related("house__village")
        for row in rows.iterator(chunk_size=_CHUNK):
            yield (
                proposal.commune.code,
                row.house.village.full_name if row.house.village else "",
                format_house_code(row.house.code),
                row.old_number,
                row.old_street,
                row.new_number,
                row.new_street,
                str(row.get_outcome_display()),
                reading.doubt_sentence(row.doubt),
            )
