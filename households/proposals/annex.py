"""The annex of a decision ("bảng kê"): every house of a proposal with its old and new number. No names of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.codes import format_house_code
from households.models import NumberingProposal
from households.proposals import reading
from households.proposals.choosing import KINDS, Choice
from households.proposals.telling import alley_outcome, called_before, names_of, rules_in_words, scope_in_words
from mapping import access, audit, exporting, jobs, registry, scratch
from mapping.access import Capability
from mapping.exporting import Column, Table
from mapping.jobs import Work
from mapping.models import Job

AT_ONCE: Final = 5_000
"""Houses that a page writes while the person waits; a longer annex is a job."""

KIND: Final = "numbering.annex"
_CHUNK: Final = 2_000


def register() -> None:
    """Announce the kind of work that writes a long annex."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("ghi bảng kê số nhà ra tệp"), Capability.NUMBER, _run
    )


def order_job(*, proposal: NumberingProposal, choice: Choice, user: Any) -> Job:
    """Queue the writing of a long annex."""
    params = {"proposal": str(proposal.pk), **choice.values()}
    return jobs.start_once(kind=KIND, commune=proposal.commune, user=user, params=params)


def _run(work: Work) -> None:
    proposal = NumberingProposal.objects.select_related("commune", "house").get(pk=work.params["proposal"])
    access.require(work.user, Capability.NUMBER, proposal.commune)
    choice = Choice.read(work.params)
    total = choice.rows(proposal).count()
    with scratch.folder() as folder:
        path = write(
            proposal=proposal, choice=choice, user=work.user, folder=folder,
            seen=lambda done: work.progress(done, total),
        )  # fmt: skip
        work.keep_file(path, name=path.name, content_type=exporting.XLSX)


def write(
    *,
    proposal: NumberingProposal,
    choice: Choice,
    user: Any,
    folder: Path,
    seen: Callable[[int], None] | None = None,
) -> Path:
    """Write the annex as XLSX into `folder`, write down who took it, and return the file; `seen(houses so far)`."""
    path = folder / f"bang-ke-so-nha-{proposal.commune.code}-{timezone.localdate():%Y-%m-%d}.xlsx"
    count = exporting.write_xlsx(
        path,
        title=_("Bảng kê số nhà"),
        columns=_columns(),
        rows=_rows(proposal, choice, seen),
        notes=_notes(proposal, choice, user),
        notes_title=_("Về bảng kê này"),
        further=() if choice.is_narrow else _alleys(proposal),
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


def _rows(proposal: NumberingProposal, choice: Choice, seen: Callable[[int], None] | None) -> Iterator[tuple[Any, ...]]:
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
            reading.doubt_of(row) or reading.settled_doubt_of(row),
        )
        if seen is not None and count % _CHUNK == 0:
            seen(count)


def _alleys(proposal: NumberingProposal) -> list[Table]:
    """The alleys that take a number, with the one that each has in the register; none where no alley does."""
    told = list(reading.streets(proposal, alleys="numbered"))
    if not told:
        return []
    names = names_of(proposal, [one.street for one in told])
    outcomes = {"given": _("cấp số mới"), "changed": _("đổi số"), "kept": _("giữ số")}
    columns = [
        Column(_("TT"), "whole", 7),
        Column(_("Ngõ cũ"), width=18),
        Column(_("Ngõ mới"), width=18),
        Column(_("Đi ra từ"), width=28),
        Column(_("Kết quả"), width=16),
        Column(_("Nhà bên trái"), "whole", 12),
        Column(_("Nhà bên phải"), "whole", 12),
    ]
    rows = [
        (
            count,
            called_before(one),
            names[one.street_id],
            names[one.street.parent_id] if one.street.parent_id else "",
            outcomes[alley_outcome(one)],
            one.left_houses,
            one.right_houses,
        )
        for count, one in enumerate(told, start=1)
    ]
    return [Table(_("Ngõ có số"), columns, rows)]


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
