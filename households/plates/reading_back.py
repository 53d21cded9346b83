"""Read a finished file of plates as a phone would, and refuse it when one symbol is not its house's."""

from __future__ import annotations

from collections.abc import Callable

from households.plates.press import Expected, FinishedFile
from mapping.errors import UserError
from mapping.printing.readback import Texts, read_plates
from mapping.wording import gettext as _


def check_file(file: FinishedFile, on_progress: Callable[[int], None] | None = None) -> None:
    """Render every page of `file`, decode every symbol and compare it with what should stand there.

    Raises UserError that names the first plate that cannot be read or leads elsewhere.
    """
    read = read_plates(file.path, file.sheet, file.plates, file.skip, file.symbols)
    for done, plate in enumerate(read, start=1):
        compare(next(file.expected, None), plate.texts, page=plate.page, cell=plate.cell)
        if on_progress is not None:
            on_progress(done)


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
