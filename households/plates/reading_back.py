"""Read a finished file of plates as a phone would, and refuse it when one symbol is not its house's."""

from __future__ import annotations

from collections.abc import Callable

from households import codes
from households.plates.press import FinishedFile
from mapping.errors import UserError
from mapping.printing.readback import read_plates
from mapping.wording import gettext as _


def check_file(file: FinishedFile, on_progress: Callable[[int], None] | None = None) -> None:
    """Render every page of `file`, decode every symbol and compare it with what should stand there.

    Raises UserError that names the first plate that cannot be read or leads elsewhere.
    """
    for done, symbol in enumerate(read_plates(file.path, file.sheet, file.plates, file.skip), start=1):
        house_code, url = next(file.expected, ("", ""))
        if symbol.text != url:
            raise UserError(
                _(
                    "Tệp in không được giao: biển của nhà %(house)s (tờ %(page)d, ô %(cell)d) không đọc lại được đúng "
                    "mã QR. Xin báo người quản trị."
                )
                % {"house": codes.format_house_code(house_code), "page": symbol.page, "cell": symbol.cell},
                code="read_back",
            )
        if on_progress is not None:
            on_progress(done)
