"""An alley board as a file: drawn at once while few houses are on it, by a job where they are many."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from households.models import Street
from households.plates import press
from households.plates.alley_board import PAPERS, Board, Paper, Progress, silent
from households.plates.board_drawing import SymbolTooSmall, WrittenBoard, write_board
from households.plates.board_reading import board_of
from mapping import jobs, registry, scratch
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job
from mapping.printing.qr import TextTooLong
from mapping.text import fold
from mapping.wording import gettext as _
from mapping.wording import ngettext

KIND = "boards.draw"
INLINE_HOUSES: Final = 600
"""A board with so many houses, some twenty sheets, is drawn while the person waits: about a second."""


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("vẽ bảng ngõ"), Capability.SEE_HOUSES, run,
        back=lambda params: (reverse("street", args=[params["street"]]), _("Trở lại trang của đường, ngõ")),
    )  # fmt: skip


def drawn_or_ordered(*, user: Any, street: Street, paper: Paper, may_order: bool) -> BinaryIO | Job:
    """Draw a board, or queue the drawing of a large one and return the job.

    Raises UserError where no house has a number, and where the board is large and nothing may be ordered.
    """
    board = board_of(user, street)
    if len(board.houses) <= INLINE_HOUSES:
        out = io.BytesIO()
        _write(out, board, paper)
        out.seek(0)
        return out
    if not may_order:
        raise UserError(
            _("Bảng này có %(count)d nhà nên cần vẽ một lúc; hãy bấm nút Bảng ngõ trên trang của %(street)s.")
            % {"count": len(board.houses), "street": street.full_name},
            code="large",
            way=(
                reverse("street", args=[street.pk]),
                _("Mở trang của %(street)s") % {"street": street.full_name},
            ),
        )
    params = {"street": str(street.pk), "paper": paper.name}
    return jobs.start_once(kind=KIND, commune=street.commune, user=user, params=params)


def run(work: jobs.Work) -> None:
    """Draw the board of a street for whoever ordered it, and keep the file."""
    related = ("parent", "village", "commune__parent")
    street = Street.objects.for_user(work.user).select_related(*related).filter(pk=work.params["street"]).first()
    if street is None:
        raise UserError(_("Đường, ngõ này đã bị xóa, nên không còn gì để vẽ."), code="gone")
    paper = PAPERS[work.params["paper"]]
    board = board_of(work.user, street)
    with scratch.folder() as folder:
        path = folder / "board.pdf"
        with path.open("wb") as out:
            written = _write(out, board, paper, work.progress)
        work.keep_file(path, name=file_name(street, paper), content_type="application/pdf")
    work.job.result = {"sheets": written.sheets, "houses": len(board.houses)}
    work.job.sentence = ngettext(
        "Đã vẽ bảng của %(street)s trên %(sheets)d tờ.", "Đã vẽ bảng của %(street)s trên %(sheets)d tờ.", written.sheets
    ) % {"street": street.full_name, "sheets": written.sheets}


def _write(out: BinaryIO, board: Board, paper: Paper, progress: Progress = silent) -> WrittenBoard:
    try:
        return write_board(out, board, paper, press.fonts(), progress)
    except (SymbolTooSmall, TextTooLong) as error:
        raise UserError(
            _(
                "Tên miền “%(host)s” quá dài: mã QR của bảng ngõ sẽ nhỏ hơn 0,396 mm mỗi ô và khó đọc. "
                "Hãy dùng tên miền ngắn hơn."
            )
            % {"host": settings.PLATE_HOST},
            code="host_too_long",
        ) from error


def file_name(street: Street, paper: Paper) -> str:
    """Return the name of the file as an official would look for it: bang-ngo-dinh-a4.pdf."""
    name = "-".join(fold(street.full_name).replace("/", "-").split())
    return f"bang-{name}-{paper.name}.pdf"
