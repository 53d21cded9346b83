"""A proposal in words: what it covers, how it numbers, what approving it would do, what stands before a plate."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from households.addresses import in_sentence
from households.models import NumberingProposal, ProposedStreet, Street
from households.models.street import street_full_name
from households.proposals.rules import ProposalRules
from mapping.models import Unit

_MOST_VILLAGES_NAMED = 4


def scope_in_words(proposal: NumberingProposal) -> str:
    """Return which houses a proposal is about: "Cả xã", "Thôn Xa Thư, thôn Đông Hoà", "Một nhà: 12 ngõ Đình"."""
    if proposal.house is not None:
        return _("Một nhà: %(house)s") % {"house": proposal.house}
    if proposal.village_ids is None:
        return _("Cả xã")
    villages = Unit.objects.filter(pk__in=proposal.village_ids).in_order()
    names = [village.full_name for village in villages]
    named = ", ".join(
        name if place == 0 else in_sentence(name) for place, name in enumerate(names[:_MOST_VILLAGES_NAMED])
    )
    left = len(names) - _MOST_VILLAGES_NAMED
    if left > 0:
        return ngettext("%(villages)s và %(count)d thôn nữa", "%(villages)s và %(count)d thôn nữa", left) % {
            "villages": named,
            "count": left,
        }
    return named


def rules_in_words(proposal: NumberingProposal) -> list[str]:
    """Return how a proposal numbers, a sentence a rule."""
    rules = ProposalRules.from_json(proposal.rules)
    if rules.only_new:
        kept = _("Chỉ cấp số cho nhà chưa có số; số đang dùng giữ nguyên.")
    elif rules.keep == "all":
        kept = _("Giữ mọi số đang dùng.")
    else:
        kept = _("Giữ số đã có quyết định; số khác có thể đổi.")
    if rules.slot_m:
        spacing = _("Mỗi số ứng với %(metres)s m mặt đường.") % {"metres": f"{rules.slot_m:g}".replace(".", ",")}
    else:
        spacing = _("Đánh số liền nhau.")
    suffix = _("Nhà xen giữa: 20A, 20B.") if rules.suffix == "letter" else _("Nhà xen giữa: 20-1, 20-2.")
    return [kept, spacing, suffix]


def approval_in_words(counts: dict[str, int]) -> list[str]:
    """Return exactly what approving would do, a sentence a kind of house; of what there is none nothing is said."""
    given, changed = counts.get("given", 0), counts.get("changed", 0)
    kept = counts.get("same", 0) + counts.get("locked", 0)
    left = counts.get("unplaced", 0) + counts.get("left_out", 0)
    plates = counts.get("plates_to_reprint", 0)
    said = [
        (given or None, ngettext("%(count)s nhà được cấp số mới.", "%(count)s nhà được cấp số mới.", given)),
        (changed or None, ngettext("%(count)s nhà đổi số.", "%(count)s nhà đổi số.", changed)),
        (
            kept or None,
            ngettext(
                "%(count)s nhà giữ số như cũ, nay theo quyết định này hoặc quyết định trước.",
                "%(count)s nhà giữ số như cũ, nay theo quyết định này hoặc quyết định trước.",
                kept,
            ),
        ),
        (
            left or None,
            ngettext(
                "%(count)s nhà chưa gắn được với đường, ngõ hoặc để lại sau thì không thay đổi.",
                "%(count)s nhà chưa gắn được với đường, ngõ hoặc để lại sau thì không thay đổi.",
                left,
            ),
        ),
        (
            counts.get("alleys_given") or None,
            ngettext(
                "%(count)s ngõ chưa có tên được cấp số.",
                "%(count)s ngõ chưa có tên được cấp số.",
                counts.get("alleys_given", 0),
            ),
        ),
        (
            counts.get("alleys_changed") or None,
            ngettext(
                "%(count)s ngõ đổi số so với sổ đường, ngõ.",
                "%(count)s ngõ đổi số so với sổ đường, ngõ.",
                counts.get("alleys_changed", 0),
            ),
        ),
        (plates or None, ngettext("%(count)s biển số nhà phải in lại.", "%(count)s biển số nhà phải in lại.", plates)),
    ]
    afterwards = _("Địa chỉ cũ được giữ lại và vẫn tìm ra nhà; biển cũ quét vẫn mở đúng trang của nhà.")
    told = [sentence % {"count": intcomma(count)} for count, sentence in said if count is not None]
    return [*told, afterwards] if changed or plates else told


def alley_outcome(proposed: ProposedStreet) -> str:
    """Return what becomes of the number of a nameless alley: "given", "changed" or "kept"."""
    if not proposed.old_number:
        return "given"
    return "kept" if proposed.old_number == proposed.new_number else "changed"


def called_before(proposed: ProposedStreet) -> str:
    """Return what an alley is called now: "ngõ 5", or "" where it has neither name nor number."""
    if not proposed.street.name and not proposed.old_number:
        return ""
    return street_full_name(proposed.street.kind, proposed.street.name, proposed.old_number)


def called(street: Street, proposed_number: str) -> str:
    """Return what a street would be called: "đường Liên Xã", "ngõ 12/5"."""
    return street_full_name(street.kind, street.name, proposed_number or street.number)


def names_of(proposal: NumberingProposal, streets: Iterable[Street]) -> dict[uuid.UUID, str]:
    """Return what streets and the ones they leave would be called, by their ids; `parent` is loaded with them."""
    all_of_them = {one.pk: one for street in streets for one in (street, street.parent) if one is not None}
    proposed = proposal.streets.filter(street__in=all_of_them).values_list("street", "new_number")
    numbers = dict(proposed)
    return {pk: called(street, numbers.get(pk, "")) for pk, street in all_of_them.items()}


def alley_in_words(proposed: ProposedStreet, names: Mapping[uuid.UUID, str]) -> str:
    """Return why a street is called as it is: "sau nhà 12 đường Liên Xã" for an alley without a name."""
    street = proposed.street
    parent = names[street.parent.pk] if street.parent else ""
    if street.name:
        return _("có tên riêng, đi ra từ %(street)s") % {"street": parent} if parent else _("có tên riêng")
    if not proposed.new_number:
        return _("chưa có số để lấy")
    if street.parent is not None and street.parent.name:
        return _("sau nhà %(number)s %(street)s") % {"number": proposed.new_number, "street": parent}
    if parent:
        return _("sau nhà %(number)s, đi ra từ %(street)s") % {"number": proposed.new_number, "street": parent}
    return _("sau nhà %(number)s") % {"number": proposed.new_number}
