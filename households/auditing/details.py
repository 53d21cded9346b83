"""What an entry of the audit tells besides its act: which role, which answer, whose grant, which assessment."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from households.models import Assessment, AssessmentEvent
from mapping.access import Role
from mapping.models import AuditEntry, Grant, GrantEvent, User

_BY_DETAIL: Final[dict[tuple[str, str, str], Promise]] = {
    ("numbering.mend", "act", "number"): _("đổi số của nhà trong phương án đánh số"),
    ("numbering.mend", "act", "street"): _("đổi đường của nhà trong phương án đánh số"),
    ("numbering.mend", "act", "leave_out"): _("để nhà lại sau trong phương án đánh số"),
    ("numbering.mend", "act", "take_back"): _("đưa nhà trở lại phương án đánh số"),
    ("resident.answer", "state", "accepted"): _("chấp nhận đề nghị sửa của hộ"),
    ("resident.answer", "state", "declined"): _("từ chối đề nghị sửa của hộ"),
    ("resident.consent", "given", "True"): _("đồng ý trên trang của hộ"),
    ("resident.consent", "given", "False"): _("rút lại sự đồng ý trên trang của hộ"),
    ("survey.round", "did", "begin"): _("lập đợt điều tra"),
    ("survey.round", "did", "close"): _("đóng đợt điều tra"),
    ("survey.reschedule", "did", "move"): _("đổi ngày cuối của đợt điều tra"),
    ("survey.reschedule", "did", "reopen"): _("mở lại đợt điều tra"),
    ("survey.assign", "did", "give"): _("giao thôn cho người điều tra"),
    ("survey.assign", "did", "amend"): _("sửa phần giao cho người điều tra"),
    ("survey.assign", "did", "take back"): _("thôi giao thôn cho người điều tra"),
    ("survey.review", "state", "approved"): _("duyệt kết quả điều tra một nhà"),
    ("survey.review", "state", "returned"): _("trả lại kết quả điều tra để sửa"),
    ("survey.review", "state", "rejected"): _("không nhận kết quả điều tra"),
    ("survey.review", "state", "received"): _("xét lại kết quả điều tra"),
    ("survey.settle", "chose", "held"): _("giữ nội dung đang ghi khi hai người điều tra ghi khác nhau"),
    ("survey.settle", "chose", "sent"): _("lấy nội dung gửi đến khi hai người điều tra ghi khác nhau"),
}
"""Acts that say more precisely what was done: action, name in the detail, value there."""


def act_of(entry: AuditEntry) -> Promise | None:
    """What was done, where the entry's detail tells it more precisely than its action."""
    for name, value in entry.detail.items():
        if label := _BY_DETAIL.get((entry.action, name, str(value))):
            return label
    return None


def role_of(entry: AuditEntry) -> str:
    """The role that the entry is about, in words; "" where it is about none."""
    role = entry.detail.get("role", "")
    return str(Role(role).label) if role in Role.values else ""


def grants_told(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """Person and role of the entries about one row of grants, by the entry's id.

    Such an entry names no row, whose key is a number; the event of the row was written in the same moment at the same
    unit. An update's and a delete's event hold the grant as it was, an insert's points at it.
    """
    about = [entry for entry in entries if entry.table == Grant._meta.db_table and entry.count == 1]
    if not about:
        return {}
    events = GrantEvent.objects.filter(
        pgh_created_at__in=[entry.at for entry in about], pgh_commune_id__in=[entry.commune_id for entry in about]
    )
    by_moment: dict[tuple[Any, Any], Any] = {(event.pgh_created_at, event.pgh_commune_id): event for event in events}
    grants = Grant.objects.in_bulk([event.pgh_obj_id for event in by_moment.values() if event.user_id is None])
    told = {}
    for entry in about:
        event = by_moment.get((entry.at, entry.commune_id))
        grant = event if event is None or event.user_id is not None else grants.get(event.pgh_obj_id)
        if grant is not None:
            told[entry.pk] = grant
    people = User.objects.in_bulk({grant.user_id for grant in told.values()})
    return {
        pk: f"{people.get(grant.user_id) or '?'}: {Role(grant.role).label if grant.role in Role.values else grant.role}"
        for pk, grant in told.items()
    }


def assessed_households(entries: Sequence[AuditEntry]) -> dict[uuid.UUID, uuid.UUID]:
    """The household of each assessment that the entries are about; the wall hides them from who may not see them."""
    wanted = {entry.row_id for entry in entries if entry.table == Assessment._meta.db_table and entry.row_id}
    if not wanted:
        return {}
    taken_back = AssessmentEvent.objects.filter(pgh_obj__in=wanted, household__isnull=False)
    households = dict(taken_back.values_list("pgh_obj", "household_id"))
    return households | dict(Assessment.objects.filter(pk__in=wanted).values_list("pk", "household_id"))
