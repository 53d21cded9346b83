"""Personal fields of the field survey.

Telephone numbers among answers and conflicts are the one exception to masks: whoever decides about a visit sees what
was sent in full until it is approved or refused (`shown_numbers.py`), and the audit has each look as `survey.read`.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from mapping import personal
from mapping.access import Capability
from mapping.personal import Ground, PersonalField, PersonalTable, Sensitivity

SURVEY: Final = Ground(
    basis=_("nhiệm vụ của chính quyền xã: điều tra nhà và hộ"),
    counted_from=_("ngày đóng đợt điều tra, hoặc ngày cuối của đợt chưa ai đóng"),
)
_ONE_YEAR: Final = 365


def _found(purpose: Any, keep_days: int | None = _ONE_YEAR) -> PersonalField:
    return PersonalField(purpose, SURVEY, keep_days)


def _work(purpose: Any) -> PersonalField:
    return PersonalField(purpose, SURVEY, None, see=Capability.EDIT)


FOUND: Final = _("điều tra được ở nhà, chờ cán bộ duyệt vào hồ sơ")
PROOF: Final = _("chứng minh điện thoại đã gửi gì và máy chủ đã nhận gì")
BOTH: Final = _("để cán bộ so hai người ghi khác nhau")


def register() -> None:
    """Declare every field of the survey's tables."""
    personal.tables |= {
        "households.SurveyRound": PersonalTable(
            fields={"created_by": _work(_("biết ai đã lập đợt"))},
            others=frozenset({
                "id", "commune", "name", "starts_on", "ends_on", "rules_version", "closed_at", "created_at", "version",
            }),
        ),
        "households.SurveyAssignment": PersonalTable(
            fields={
                "surveyor": _work(_("biết ai đi thôn nào")),
                "created_by": _work(_("biết ai đã giao")),
            },
            others=frozenset({"id", "round", "village", "area", "ends_on", "created_at", "ended_at", "version"}),
        ),
        "households.SurveyDevice": PersonalTable(
            fields={
                "user": _work(_("biết máy của ai, để thu hồi khi mất")),
                "name": _work(_("nhận ra máy cần thu hồi")),
                "last_seen_at": _work(_("nhận ra máy đã mất")),
                "revoked_by": _work(_("biết ai đã thu hồi")),
                "revoke_reason": _work(_("biết vì sao máy bị thu hồi")),
            },
            others=frozenset({"id", "key", "created_at", "unsent", "revoked_at"}),
        ),
        "households.SurveyVisit": PersonalTable(
            fields={
                "location": _found(FOUND),
                "latitude": _found(FOUND),
                "position": _found(_("biết vị trí đo được tốt đến đâu")),
                "answers": _found(FOUND),
                "comment": _found(_("nhắn người điều tra cần sửa gì")),
                "flags": _found(_("biết điều gì cần xem lại")),
                "surveyor": _work(_("biết ai đã đến nhà")),
                "device": _work(_("biết gửi từ máy nào")),
                "started_at": _work(_("nhận ra lần hỏi nhanh bất thường")),
                "ended_at": _work(_("nhận ra lần hỏi nhanh bất thường")),
                "reviewed_by": _work(_("biết ai đã duyệt")),
            },
            others=frozenset({
                "id", "round", "house_id", "is_new_house", "commune", "village", "field_versions", "version", "state",
                "received_at", "updated_at", "reviewed_at", "changeset", "approvals",
            }),
        ),
        "households.SurveySensitive": PersonalTable(
            fields={
                "answers": PersonalField(
                    FOUND, SURVEY, _ONE_YEAR, Sensitivity.SENSITIVE, see=Capability.SEE_SENSITIVE
                ),
                "clashes": PersonalField(
                    BOTH, SURVEY, _ONE_YEAR, Sensitivity.SENSITIVE, see=Capability.SEE_SENSITIVE
                ),
            },
            others=frozenset({"id", "visit", "commune", "village"}),
        ),
        "households.SurveyOperation": PersonalTable(
            fields={
                "changes": _found(PROOF),
                "receipt": _found(PROOF),
                "user": _work(PROOF),
                "device": _work(PROOF),
            },
            others=frozenset({
                "id", "visit", "commune", "village", "base", "digest", "made_at", "received_at",
            }),
        ),
        "households.SurveyConflict": PersonalTable(
            fields={
                "held": _found(BOTH),
                "sent": _found(BOTH),
                "flags": _found(BOTH),
                "settled_by": _work(_("biết ai đã chọn")),
            },
            others=frozenset({"id", "visit", "commune", "village", "operation", "field", "settled_at"}),
        ),
        "households.HousePhoto": PersonalTable(
            fields={"file": _found(_("xem nhà, tìm đúng cửa"), None)},
            others=frozenset({"id", "house", "taken_at", "version", "created_at"}),
        ),
        "households.SurveyPhoto": PersonalTable(
            fields={
                "file": _found(_("xem nhà, tìm đúng cửa")),
                "user": _work(_("biết ai đã chụp")),
            },
            others=frozenset({
                "id", "round", "house_id", "commune", "village", "question", "sha256", "size", "offset", "created_at",
                "received_at",
            }),
        ),
    }  # fmt: skip
