"""What a decision must have before a draft becomes law by it: asked when it is ordered, and again when it is done."""

from __future__ import annotations

import datetime
from typing import Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone

from households.codes import format_house_code
from households.models import NumberingDecision, NumberingProposal
from households.numbering import written
from households.proposals import clashes, twice
from mapping.errors import Conflict, UserError
from mapping.text import clean, squash
from mapping.wording import gettext as _

EARLIEST: Final = datetime.date(1990, 1, 1)


def require_approvable(draft: NumberingProposal, number: str, decided_on: datetime.date) -> str:
    """Return the decision's number as it is to be kept.

    Raises UserError for a number that is empty or that a decision of the commune has in that year, a date after today
    or before 1990, a draft that gives nothing; Conflict when its houses or streets have changed since, or a number
    stands twice. What this is to hold for is locked before: `clashes.lock`.
    """
    number = _checked_number(number)
    _require_date(decided_on)
    _require_unused(draft, number, decided_on.year)
    if not draft.numbers.filter(outcome__in=("same", "given", "changed")).exists():
        raise UserError(
            _("Phương án này không cấp, không đổi và không công nhận số nào nên không có gì để duyệt."), code="nothing"
        )
    clashes.require_unchanged(draft)
    _require_readable(draft)
    twice.require_once(draft)
    return number


def _require_readable(draft: NumberingProposal) -> None:
    """Raise Conflict when a text that is no house number ("gần chợ") would become law, and be kept for ever."""
    rows = draft.numbers.filter(outcome__in=("same", "given", "changed")).order_by("new_street", "new_number")
    wrong = [row for row in rows.values_list("new_number", "house__code") if written.parse(row[0]) is None]
    if wrong:
        named = ", ".join(f"“{text}” ({format_house_code(code)})" for text, code in wrong[: clashes.NAMED])
        raise Conflict(
            _("Có chỗ ghi không phải là số nhà: %(named)s%(more)s. Hãy ghi số cho nhà đó, hoặc để nhà đó lại sau.")
            % {"named": named, "more": f" (+{len(wrong) - clashes.NAMED})" if len(wrong) > clashes.NAMED else ""},
            code="unreadable",
        )


def _checked_number(number: str) -> str:
    number = clean(number)
    if not number:
        raise UserError(_("Hãy ghi số quyết định, ví dụ 45/QĐ-UBND."), code="no_number")
    longest = NumberingDecision._meta.get_field("number").max_length or 0
    if len(number) > longest:
        raise UserError(_("Số quyết định dài quá %(most)d ký tự.") % {"most": longest}, code="long_number")
    return number


def _require_unused(draft: NumberingProposal, number: str, year: int) -> None:
    """Raise UserError when a decision of the commune has that number; each January official numbers begin anew."""
    standing = NumberingDecision.objects.filter(commune=draft.commune, decided_on__year=year, undone_at=None)
    used = next((decision for decision in standing if _key(decision.number) == _key(number)), None)
    if used is not None:
        raise UserError(
            _(
                "Quyết định số %(number)s năm %(year)d đã dùng ở %(commune)s: ban hành ngày %(date)s, đánh số "
                "%(houses)s nhà. Hãy ghi số của quyết định mới."
            )
            % {
                "number": used.number,
                "year": year,
                "commune": draft.commune,
                "date": f"{used.decided_on:%d/%m/%Y}",
                "houses": intcomma(used.frontages.count()),
            },
            code="decision_used",
        )


def _key(number: str) -> str:
    """What makes a decision's number the same as another: not its case, marks, signs, spaces or leading zeros."""
    squashed = squash(number.replace("Ð", "Đ").replace("ð", "đ"))
    return squashed.removeprefix("so").lstrip("0")


def _require_date(decided_on: datetime.date) -> None:
    today = timezone.localdate()
    if decided_on > today:
        raise UserError(
            _("Ngày quyết định %(date)s ở sau hôm nay. Hãy ghi ngày ký.") % {"date": f"{decided_on:%d/%m/%Y}"},
            code="future",
        )
    if decided_on < EARLIEST:
        raise UserError(
            _("Ngày quyết định %(date)s ở trước năm 1990. Hãy xem lại năm.") % {"date": f"{decided_on:%d/%m/%Y}"},
            code="too_early",
        )
