"""The annex of a decision ("bảng kê"): every house of a proposal with its old and new number. No names of people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from households.codes import format_house_code
from households.models import NumberingProposal
from households.proposals import reading
from households.proposals.choosing import KINDS, Choice
from households.proposals.telling import rules_in_words, scope_in_words
from mapping import audit, exporting
from mapping.exporting import Column

_CHUNK: Final = 2_000


def write(*, proposal: NumberingProposal, choice: Choice, user: Any, folder: Path) -> Path:
    """Write the annex as XLSX into `folder`, write down who took it, and return the file. Memory stays flat."""
    path = folder / f"bang-ke-so-nha-{proposal.commune.code}-{timezone.localdate():%Y-%m-%d}.xlsx"
    count = exporting.write_xlsx(
        path,
        title=_("Bảng kê số nhà"),
        columns=_columns(),
        rows=_rows(proposal, choice),
        notes=_notes(proposal, choice, user),
        notes_title=_("Về bảng kê này"),
    )
    audit.record(
        "export", subject=proposal.commune.full_name, commune=proposal.commune, count=count,
        detail={"list": "numbering", "format": "xlsx"},
    )  # fmt: skip
    return path


def _columns() -> list[Column]:
    return [
        Column(_("TT"), "whole", 7),
        Column(_("Thôn"), width=22),
        Column(_("Đường, ngõ"), width=28),
        Column(_("Số cũ"), width=10),
        Column(_("Đường, ngõ cũ"), width=28),
        Column(_("Số mới"), width=10),
        Column(_("Kết quả"), width=28),
        Column(_("Mã nhà"), width=14),
        Column(_("Ghi chú"), width=50),
    ]


def _rows(proposal: NumberingProposal, choice: Choice) -> Iterator[tuple[Any, ...]]:
    for count, row in enumerate(choice.rows(proposal).iterator(chunk_size=_CHUNK), start=1):
        village = row.house.village
        yield (
            count,
            village.full_name if village else "",
            row.new_street,
            row.old_number,
            row.old_street,
            row.new_number,
            str(row.get_outcome_display()),
            format_house_code(row.house.code),
            reading.doubt_sentence(row.doubt),
        )


def _notes(proposal: NumberingProposal, choice: Choice, user: Any) -> list[tuple[str, str]]:
    """What the file says of itself: of which proposal or decision it is the annex."""
    decision = getattr(proposal, "decision", None)
    stands = (
        _("Quyết định số %(number)s ngày %(date)s")
        % {"number": decision.number, "date": f"{decision.decided_on:%d/%m/%Y}"}
        if decision
        else _("Phương án, chưa có quyết định")
    )
    return [
        (_("Xã"), proposal.commune.full_name),
        (_("Phạm vi"), scope_in_words(proposal)),
        (_("Căn cứ"), stands),
        (_("Tình trạng"), str(proposal.get_state_display())),
        (_("Cách đánh số"), " ".join(rules_in_words(proposal))),
        (_("Gồm"), str(KINDS[choice.kind])),
        (_("Lập lúc"), f"{timezone.localtime(proposal.created_at):%d/%m/%Y %H:%M}"),
        (_("Người tải"), str(user)),
    ]
