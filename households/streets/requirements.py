"""What must be so before a street is changed or goes, and the sentences where it is not."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from households.addresses import capitalised
from households.models import Frontage, ProposalState, ProposedStreet, Street, StreetKind
from households.streets.acting import named
from mapping.errors import Conflict, UserError


def require_parent(street: Street, parent: Street | None) -> None:
    """Raise UserError where a street cannot hang on the one chosen: itself, one below it, another commune's."""
    if parent is None:
        return
    if not StreetKind(street.kind).is_alley:
        raise UserError(
            _("Đường, phố không đi ra từ đường khác; chỉ ngõ, kiệt, hẻm, ngách mới có. Hãy để trống mục này."),
            code="parent",
        )
    if parent.pk == street.pk:
        raise UserError(
            _("%(street)s không thể đi ra từ chính nó. Hãy chọn đường mà ngõ này đi ra.")
            % {"street": street.full_name},
            code="parent_itself",
            place=_middle(street),
        )
    if parent.commune_id != street.commune_id:
        raise UserError(
            _("%(street)s thuộc %(commune)s. Hãy chọn một đường trong cùng xã.")
            % {"street": parent.full_name, "commune": parent.commune},
            code="parent_commune",
        )
    above = parent.parent_id
    seen: set[uuid.UUID] = set()
    while above is not None and above not in seen:
        if above == street.pk:
            raise UserError(
                _("%(parent)s đang đi ra từ %(street)s, nên %(street)s không thể đi ra từ đó. Hãy chọn đường khác.")
                % {"parent": parent.full_name, "street": street.full_name},
                code="parent_below",
                place=_middle(parent),
            )
        seen.add(above)
        above = Street.objects.values_list("parent", flat=True).get(pk=above)


def _middle(street: Street) -> tuple[float, float]:
    """Where a mark on a street shows which one is meant."""
    middle = street.line.interpolate_normalized(0.5)
    return round(middle.x, 7), round(middle.y, 7)


def require_free(street: Street) -> None:
    """Raise Conflict that names what still depends on a street that is to go."""
    branches = [branch.full_name for branch in street.branches.order_by("kind", "name", "number")]
    if branches:
        raise Conflict(
            _("%(street)s còn %(branches)s đi ra từ nó. Hãy xóa hoặc nối chúng sang đường khác trước.")
            % {"street": street.full_name, "branches": named(branches)},
            code="has_branches",
        )
    legal = (
        Frontage.objects.filter(street=street, decision__isnull=False).select_related("house").order_by("house__number")
    )
    numbers = [frontage.house.number for frontage in legal]
    if numbers:
        raise Conflict(
            _("%(street)s có %(count)d nhà mang số theo quyết định: số %(numbers)s. Chưa xóa được đường này.")
            % {"street": street.full_name, "count": len(numbers), "numbers": named(numbers)},
            code="has_numbers",
        )
    groups = [str(group) for group in street.house_groups.order_by("letter")]
    if groups:
        raise Conflict(
            _("%(street)s còn %(groups)s. Hãy xóa nhóm nhà trước.")
            % {"street": street.full_name, "groups": named(groups)},
            code="has_groups",
        )
    require_no_draft(street)


def require_no_draft(street: Street) -> None:
    """Raise Conflict while a proposal waits that counts with the street: its rows would go with it."""
    require_no_draft_of([street.pk])


def require_no_draft_of(streets: Collection[uuid.UUID]) -> None:
    """Raise Conflict while a proposal waits that counts with one of these streets; the sentence names both."""
    waiting = ProposedStreet.objects.filter(
        street__in=streets, proposal__state__in=(ProposalState.COMPUTING, ProposalState.DRAFT)
    )
    found = waiting.select_related("proposal", "street").first()
    if found is not None:
        raise Conflict(
            _("%(street)s nằm trong phương án đánh số lập ngày %(day)s chưa duyệt. Hãy duyệt hoặc bỏ phương án trước.")
            % {
                "street": capitalised(found.street.full_name),
                "day": f"{localtime(found.proposal.created_at):%d/%m/%Y}",
            },
            code="in_proposal",
        )
