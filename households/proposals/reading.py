"""A proposal as pages, files and the command read it: rows in natural order, sentences for what is to be looked at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final, Literal

from django.db.models import BooleanField, Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from households.addresses import capitalised
from households.codes import format_house_code
from households.models import House, NumberingProposal, ProposalFinding, ProposedNumber, ProposedOutcome, ProposedStreet
from households.proposals.counting import CONFLICTS, MENDED
from households.streets import leaving

Places = dict[uuid.UUID, str]
Only = Literal[
    "all", "changes", "given", "changed", "same", "doubts", "conflicts", "unplaced", "locked", "left_out", "by_hand"
]
SETTLED: Final = Q(by_hand=True, outcome__in=(ProposedOutcome.SAME, ProposedOutcome.GIVEN, ProposedOutcome.CHANGED))
"""Houses whose number or street an officer set: what was doubtful about them is so no more."""

_FILTERS: Final[dict[str, Q]] = {
    "all": Q(),
    "changes": Q(outcome__in=(ProposedOutcome.GIVEN, ProposedOutcome.CHANGED)),
    "doubts": ~Q(doubt="") & ~SETTLED,
    "by_hand": Q(by_hand=True),
}
Shown = Literal["", "conflicts", "gaps", "others"]
SHOWN: Final[dict[Shown, Q]] = {
    "": Q(),
    "conflicts": Q(code__in=CONFLICTS),
    "gaps": Q(code="gap"),
    "others": ~Q(code__in=(*CONFLICTS, "gap")),
}
Alleys = Literal["", "numbered", "given", "changed"]
_NUMBERED: Final = ~Q(new_number="")
_ALLEYS: Final[dict[str, Q]] = {
    "": Q(),
    "numbered": _NUMBERED,
    "given": _NUMBERED & Q(old_number=""),
    "changed": _NUMBERED & ~Q(old_number="") & ~Q(old_number=F("new_number")),
}


def rows(
    proposal: NumberingProposal, *, only: Only = "all", street: uuid.UUID | str | None = None
) -> QuerySet[ProposedNumber]:
    """Houses of a proposal with `house` and `street` loaded, by street and number in natural order.

    `only`: "changes" are given and changed ones, "conflicts" those that a finding stands against; the others are
    outcomes, doubts that no officer has settled, and what an officer set. `street`: a street's id, or "" for houses on
    none.
    """
    chosen = ProposedNumber.objects.filter(proposal=proposal).select_related("house", "street")
    if only == "conflicts":
        against = findings(proposal).filter(code__in=CONFLICTS, settled=False).order_by()
        chosen = chosen.filter(house__in=against.exclude(house=None).values("house"))
    else:
        chosen = chosen.filter(_FILTERS.get(only, Q(outcome=only)))
    if street is not None:
        chosen = chosen.filter(street=street) if street else chosen.filter(street=None)
    return chosen.order_by("new_street", "new_number", "id")


def streets(proposal: NumberingProposal, *, alleys: Alleys = "") -> QuerySet[ProposedStreet]:
    """Streets of a proposal with `street` and its parents loaded: those with a name by name, then those by number.

    `alleys`: those only that take a number, of them those that had none ("given") or another ("changed").
    """
    return (
        ProposedStreet.objects.filter(_ALLEYS[alleys], proposal=proposal)
        .select_related("street__parent__parent")
        .order_by(
            Case(When(street__name="", then=Value(1)), default=Value(0), output_field=IntegerField()),
            "street__name",
            "new_number",
            "id",
        )
    )


def findings(proposal: NumberingProposal, *, code: str = "", show: Shown = "") -> QuerySet[ProposalFinding]:
    """Findings with `street` and `house` loaded, conflicts first, those of one kind together.

    `settled` ones come last: an officer has set number or street of the house since, or left it for later. `show`:
    those of one of SHOWN.
    """
    is_mended = SETTLED | Q(outcome=ProposedOutcome.LEFT_OUT)
    mended = ProposedNumber.objects.filter(is_mended, proposal=proposal, house=OuterRef("house"))
    settled = Case(When(Q(code__in=MENDED), then=Exists(mended)), default=Value(False), output_field=BooleanField())
    chosen = ProposalFinding.objects.filter(proposal=proposal).select_related("street__parent", "house")
    chosen = chosen.filter(SHOWN[show]).annotate(settled=settled)
    if code:
        chosen = chosen.filter(code=code)
    against = Case(When(code__in=CONFLICTS, then=Value(0)), default=Value(1), output_field=IntegerField())
    return chosen.order_by("settled", against, "code", "id")


def alleys_left(proposal: NumberingProposal, house: House) -> list[str]:
    """Say which alleys keep the number of a house before their mouths that it has no longer."""
    return [finding_sentence(one) for one in findings(proposal, code="mouth_left").filter(house=house)]


def finding_sentence(finding: ProposalFinding, places: Places | None = None) -> str:
    """Say a finding: what, where, and what would be right. Whoever says many hands in `places_of` them."""
    detail = finding.detail
    about = {
        "house": format_house_code(finding.house.code) if finding.house else "–",
        "street": _where(finding, places),
        "number": detail.get("number", ""),
        "given": detail.get("given", ""),
        "first": detail.get("from", ""),
        "last": detail.get("to", ""),
    }
    if finding.code == "gap" and about["first"] == about["last"]:
        return _("Trên %(street)s còn trống số %(first)s trước nhà %(house)s; nhà xây sau dùng được số này.") % about
    return capitalised(_sentence(finding.code) % about)


def _sentence(code: str) -> str:
    match code:
        case "same_number":
            return _(
                "Nhà %(house)s mang số %(number)s trùng với nhà khác trên %(street)s, cả hai đang giữ nguyên. "
                "Hãy đổi số một nhà."
            )
        case "against_order":
            return _(
                "Số %(number)s của nhà %(house)s không tăng theo các nhà bên cạnh trên %(street)s. Hãy xem lại số hoặc "
                "vị trí của nhà."
            )
        case "wrong_side":
            return _(
                "Số %(number)s của nhà %(house)s ở sai bên của %(street)s: bên trái số lẻ, bên phải số chẵn. "
                "Hãy xem lại số, vị trí nhà hoặc chiều đánh số."
            )
        case "other_prefix":
            return _(
                "Số %(number)s của nhà %(house)s không hợp với %(street)s, nơi nhà đứng. Hãy xem lại số, hoặc nhà "
                "thuộc ngõ nào."
            )
        case "unreadable":
            return _(
                "“%(number)s” của nhà %(house)s trên %(street)s không phải số nhà. Số đúng có dạng 12, 12A hoặc 12/5."
            )
        case "gap":
            return _(
                "Trên %(street)s còn trống các số từ %(first)s đến %(last)s trước nhà %(house)s; nhà xây sau dùng được "
                "các số này."
            )
        case "no_room":
            return _(
                "Nhà %(house)s trên %(street)s đứng giữa hai nhà giữ số và không còn số trống, nên nhận số %(number)s."
            )
        case "no_house_before_mouth":
            return _(
                "Trước đầu %(street)s không có nhà nào, nên ngõ lấy số %(number)s của nhà ngay sau. Hãy đặt tên "
                "cho ngõ hoặc để như vậy."
            )
        case "mouth_taken":
            return _(
                "%(street)s đáng ra mang số %(number)s nhưng ngõ khác đã lấy số đó, nên nhận %(given)s. "
                "Hãy đặt tên cho một trong hai ngõ hoặc để như vậy."
            )
        case "mouth_left":
            return _(
                "%(street)s lấy số %(given)s của nhà %(house)s ở trước đầu ngõ, nay nhà này không mang số đó mà ngõ "
                "không đổi theo được. Hãy xem lại số của nhà, đặt tên cho ngõ, hoặc lập phương án mới."
            )
        case "no_parent":
            return _(
                "%(street)s không có tên và không đi ra từ đường nào nên không có số để lấy. Hãy đặt tên, hoặc nối vào "
                "đường mà ngõ đi ra."
            )
        case "too_long":
            return _(
                "Số %(number)s của nhà %(house)s dài quá 20 ký tự. Hãy đặt tên cho một ngõ ở %(street)s để số ngắn lại."
            )
        case "no_street":
            return _("Nhà %(house)s không gần đường, ngõ nào. Hãy vẽ thêm ngõ hoặc chọn đường cho nhà.")
    return _("Cần xem lại nhà %(house)s ở %(street)s.")


def places_of(found: Iterable[ProposalFinding]) -> Places:
    """Return where the alleys of findings leave that have neither name nor number: a few queries for all of them."""
    streets = {one.street for one in found if one.street is not None}
    return leaving.places_of(street.pk for street in streets if not street.name and not street.number)


def _where(finding: ProposalFinding, places: Places | None) -> str:
    """The street of a finding; one without name and number by where it leaves."""
    street = finding.street
    if street is None:
        return _("đường, ngõ chưa rõ")
    if street.name or street.number:
        return street.full_name
    return leaving.told_apart(street, leaving.places_of([street.pk]) if places is None else places)


def doubt_sentence(code: str) -> str:
    """Say why a house's street is to be looked at; "" for no doubt."""
    match code:
        case "":
            return ""
        case "two_streets":
            return _("Hai đường, ngõ ở gần nhà gần như nhau. Hãy chọn theo lối vào cửa chính.")
        case "far":
            return _("Nhà ở xa đường, ngõ (quá 60 m). Hãy xem có lối nào chưa vẽ.")
        case "crosses":
            return _("Lối từ đường vào nhà đi qua nhà khác hoặc đường khác. Hãy chọn theo lối vào thật.")
        case "corner":
            return _("Nhà ở góc hai đường rộng như nhau. Hãy chọn đường của cửa chính.")
    return _("Hãy xem lại nhà này thuộc đường, ngõ nào.")


def doubt_of(row: ProposedNumber) -> str:
    """Say what is to be looked at about a house; "" where nothing is, or an officer has settled it."""
    return "" if is_settled(row) else doubt_sentence(row.doubt)


def settled_doubt_of(row: ProposedNumber) -> str:
    """Say which doubt an officer has settled by setting the number or street of a house; "" for none."""
    if not is_settled(row):
        return ""
    match row.doubt:
        case "":
            return ""
        case "two_streets":
            return _("Đã xử lý bằng tay: hai đường, ngõ ở gần nhà như nhau.")
        case "far":
            return _("Đã xử lý bằng tay: nhà ở xa đường, ngõ (quá 60 m).")
        case "crosses":
            return _("Đã xử lý bằng tay: lối vào nhà đi qua nhà khác hoặc đường khác.")
        case "corner":
            return _("Đã xử lý bằng tay: nhà ở góc hai đường rộng như nhau.")
    return _("Đã xử lý bằng tay.")


def is_settled(row: ProposedNumber) -> bool:
    """Whether an officer set number or street of a house that the draft gives a number."""
    return row.by_hand and row.outcome in (ProposedOutcome.SAME, ProposedOutcome.GIVEN, ProposedOutcome.CHANGED)
