"""Personal fields of houses and households: what each is for, how long it is kept, who sees it and how."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from mapping import personal
from mapping.access import Capability
from mapping.personal import Ground, PersonalField, PersonalTable, Sensitivity

LEFT: Final = _("ngày hộ rời đi hoặc nhà đóng")
TASK: Final = Ground(basis=_("nhiệm vụ của chính quyền xã: lập số nhà, biết hộ nào ở nhà nào"), counted_from=LEFT)
CONSENT: Final = Ground(basis=_("sự đồng ý của hộ, rút lại được"), counted_from=LEFT)
POVERTY: Final = Ground(
    basis=_("nhiệm vụ của chính quyền xã: rà soát hộ nghèo, hộ cận nghèo và chính sách với người có công"),
    counted_from=LEFT,
)

RESIDENT: Final = Ground(
    basis=_("quyền của người dân: xem, sửa, đồng ý và rút lại về dữ liệu của mình"), counted_from=LEFT
)

_THREE_MONTHS, _ONE_YEAR, _FIVE_YEARS = 90, 365, 1_825


def _basic(purpose: Any, keep_days: int | None, ground: Ground = TASK, **more: Any) -> PersonalField:
    return PersonalField(purpose, ground, keep_days, **more)


def _masked(purpose: Any, ground: Ground = TASK) -> PersonalField:
    return PersonalField(purpose, ground, _THREE_MONTHS, masked=True, reveal=Capability.REVEAL)


def _sensitive(purpose: Any, see: Capability = Capability.SEE_SENSITIVE) -> PersonalField:
    return PersonalField(purpose, POVERTY, _FIVE_YEARS, Sensitivity.SENSITIVE, see=see)


def _resident(
    purpose: Any, keep_days: int | None, see: Capability | None = Capability.HANDLE_RESIDENTS
) -> PersonalField:
    return PersonalField(purpose, RESIDENT, keep_days, see=see)


HOUSEHOLD: Final = PersonalTable(
    fields={
        "head_name": _basic(_("biết nhà này của hộ nào, để tìm nhà và giao giấy tờ"), _FIVE_YEARS),
        "phone": _masked(_("gọi cho hộ về việc của nhà: lắp biển, thiên tai, cấp cứu"), CONSENT),
        "personal_number": _masked(_("phân biệt những người trùng tên khi làm giấy tờ"), CONSENT),
        "shop_name": _basic(_("hiện tên cửa hàng cho người quét biển, nếu hộ muốn"), _THREE_MONTHS, CONSENT),
        "size": _basic(_("biết số người khi cứu hộ, phát hàng, lập kế hoạch"), _FIVE_YEARS),
        "note": _basic(_("việc cán bộ cần nhớ về hộ; không ghi dữ liệu nhạy cảm"), _ONE_YEAR),
        "search_key": _basic(_("tìm theo tên không dấu"), _FIVE_YEARS),
    },
    others=frozenset({"id", "house", "commune", "village", "version", "created_at", "updated_at"}),
)
HOUSE: Final = PersonalTable(
    fields={
        "number": _basic(_("địa chỉ, in trên biển cho mọi người"), None, see=Capability.SEE_HOUSES),
        "street": _basic(_("địa chỉ, in trên biển cho mọi người"), None, see=Capability.SEE_HOUSES),
        "location": _basic(_("địa chỉ, chỉ đường cho mọi người"), None, see=Capability.SEE_HOUSES),
        "note": _basic(_("việc cán bộ cần nhớ về nhà; không ghi tên người"), _ONE_YEAR, see=Capability.SEE_HOUSES),
    },
    others=frozenset({
        "id", "code", "commune", "village", "location_source", "accuracy_m", "state", "closed_on", "closed_reason",
        "search_key", "location_3857", "version", "created_at", "updated_at",
    }),
)  # fmt: skip

ADDRESS_BEFORE: Final = _("tìm được nhà theo địa chỉ cũ, nói cho người quét biển cũ")
PROPOSED: Final = _("cho cán bộ so số nhà cũ và mới trước khi quyết định")
NUMBERING: Final[dict[str, PersonalTable]] = {
    "households.FormerAddress": PersonalTable(
        fields={
            "number": _basic(ADDRESS_BEFORE, None, see=Capability.SEE_HOUSES),
            "street": _basic(ADDRESS_BEFORE, None, see=Capability.SEE_HOUSES),
        },
        others=frozenset({"id", "house", "commune", "search_key", "until", "was_on_plate", "decision"}),
    ),
    "households.NumberingProposal": PersonalTable(
        fields={"created_by": _basic(_("biết ai đã lập phương án"), None, see=Capability.SEE_AUDIT)},
        others=frozenset(
            {
                "id",
                "commune",
                "village_ids",
                "house",
                "rules",
                "state",
                "counts",
                "group_letters",
                "returned_addresses",
                "job",
                "created_at",
                "version",
                "changeset",
            }
        ),
    ),
    "households.ProposedNumber": PersonalTable(
        fields={
            name: _basic(PROPOSED, None, see=Capability.NUMBER)
            for name in ("old_number", "old_street", "new_number", "new_street")
        },
        others=frozenset(
            {
                "id",
                "proposal",
                "house",
                "house_version",
                "street",
                "side",
                "position_m",
                "distance_m",
                "outcome",
                "doubt",
                "by_hand",
            }
        ),
    ),
    "households.NumberingDecision": PersonalTable(
        fields={"approved_by": _basic(_("biết ai đã duyệt số nhà"), None, see=Capability.SEE_AUDIT)},
        others=frozenset(
            {
                "id",
                "commune",
                "number",
                "number_folded",
                "decided_on",
                "proposal",
                "approved_at",
                "undone_at",
                "version",
            }
        ),
    ),
    "households.StreetImport": PersonalTable(
        fields={"created_by": _basic(_("biết ai đã nhập"), None, see=Capability.SEE_AUDIT)},
        others=frozenset(
            {"id", "commune", "file", "state", "meaning", "report", "changeset", "created_at", "applied_at"}
        ),
    ),
}


EXPORTED_FILE_DAYS: Final = 7
"""A list that somebody took out is fetched at once; it can be made again any time."""
IMPORTED_FILE_DAYS: Final = min(field.keep_days for field in HOUSEHOLD.fields.values() if field.keep_days is not None)
"""Originals of imports and reports on them: so long as the field of a household that is kept shortest.

Counted from the import, before which nobody who was in the list had left it.
"""


def register() -> None:
    """Declare every field of this floor's tables."""
    personal.without_people |= {
        "households.HouseGridCell", "households.HouseholdPresence", "households.HouseExternalId",
        "households.ImportPlace", "households.Street", "households.HouseGroup", "households.Frontage",
        "households.ProposedStreet", "households.ProposalFinding", "households.BatchPlate", "households.BatchFile",
    }  # fmt: skip
    personal.tables |= NUMBERING
    personal.tables |= {
        "households.Household": HOUSEHOLD,
        "households.House": HOUSE,
        "households.Plate": PersonalTable(
            fields={
                "created_by": _basic(_("biết ai đã cấp biển"), None, see=Capability.SEE_AUDIT),
                "issued_to": _basic(_("biết ai giữ biển chưa lắp"), None, see=Capability.PRINT),
                "installed_location": _basic(_("biết biển có lắp đúng nhà không"), None, see=Capability.PRINT),
                "installed_photo": _basic(_("thấy biển đã lắp ở đâu"), None, see=Capability.PRINT),
                "installed_reason": _basic(_("biết vì sao biển lắp xa nhà"), None, see=Capability.PRINT),
                "note": _basic(_("việc cần nhớ về biển"), None, see=Capability.PRINT),
            },
            others=frozenset(
                {
                    "token",
                    "house",
                    "state",
                    "face_hash",
                    "plus_code",
                    "number",
                    "street",
                    "village_name",
                    "commune_name",
                    "location",
                    "created_at",
                    "released_at",
                    "state_at",
                    "installed_at",
                    "installed_accuracy",
                    "installed_distance",
                    "inspected_at",
                    "lost_from",
                    "replaced_by",
                    "version",
                }
            ),
        ),
        "households.PlateBatch": PersonalTable(
            fields={"created_by": _basic(_("biết ai đã đặt in"), None, see=Capability.SEE_AUDIT)},
            others=frozenset(
                {
                    "id",
                    "commune",
                    "number",
                    "village_ids",
                    "choice",
                    "design_name",
                    "design",
                    "profile_name",
                    "profile",
                    "host",
                    "order",
                    "copies",
                    "skip",
                    "is_proof",
                    "fresh",
                    "goes_on",
                    "outputs",
                    "state",
                    "job",
                    "plate_count",
                    "page_count",
                    "new_count",
                    "read_back",
                    "too_long",
                    "created_at",
                    "printed_at",
                }
            ),
        ),
        "households.OwnSheetProfile": PersonalTable(
            fields={"created_by": _basic(_("biết ai đã làm"), None, see=Capability.SEE_AUDIT)},
            others=frozenset({"id", "commune", "name", "body", "updated_at", "version"}),
        ),
        "households.OwnPlateDesign": PersonalTable(
            fields={"created_by": _basic(_("biết ai đã làm"), None, see=Capability.SEE_AUDIT)},
            others=frozenset({"id", "commune", "name", "source", "updated_at", "version"}),
        ),
        "households.Emblem": PersonalTable(
            fields={"created_by": _basic(_("biết ai đã làm"), None, see=Capability.SEE_AUDIT)},
            others=frozenset({"id", "commune", "name", "file", "width", "height", "created_at"}),
        ),
        "households.GivenCertificate": PersonalTable(
            fields={
                "reason": _basic(_("biết vì sao giấy chứng nhận bị thu hồi"), None, see=Capability.PRINT),
                "revoked_by": _basic(_("biết ai đã thu hồi"), None, see=Capability.SEE_AUDIT),
            },
            others=frozenset({"identifier", "house_code", "commune", "issued_on", "batch", "revoked_at"}),
        ),
        "households.PlateReport": PersonalTable(
            fields={
                "note": _basic(_("biết biển nào có việc gì"), _ONE_YEAR, see=Capability.PRINT),
                "answer": _basic(_("biết đã làm gì với báo lỗi"), _ONE_YEAR, see=Capability.PRINT),
                "handled_by": _basic(_("biết ai đã xử lý"), None, see=Capability.SEE_AUDIT),
            },
            others=frozenset(
                {"id", "house", "plate", "commune", "village", "kind", "state", "created_at", "handled_at"}
            ),
        ),
        "households.ImportRun": PersonalTable(
            fields={
                "report": _basic(_("nói dòng nào của danh sách sai ở đâu"), _ONE_YEAR, see=Capability.IMPORT),
                "report_file": _basic(_("nói dòng nào của danh sách sai ở đâu"), _ONE_YEAR, see=Capability.IMPORT),
                "file": _basic(_("giữ nguyên danh sách đã nhập, để đối chiếu"), _FIVE_YEARS, see=Capability.IMPORT),
                "created_by": _basic(_("biết ai đã nhập"), None, see=Capability.SEE_AUDIT),
            },
            others=frozenset({"id", "commune", "state", "reading", "changeset", "created_at", "applied_at"}),
        ),
        "households.Assessment": PersonalTable(
            fields={
                "household": _sensitive(_("biết hộ nào được hưởng chính sách nào")),
                "standard": _sensitive(_("biết kết quả theo chuẩn của những năm nào")),
                "outcome": _sensitive(_("biết hộ nào được hưởng chính sách nào")),
                "assessed_on": _sensitive(_("biết kết quả có từ ngày nào")),
                "decision_number": _sensitive(_("đối chiếu với quyết định")),
                "decision_date": _sensitive(_("đối chiếu với quyết định")),
                "corrects": _sensitive(_("biết dòng nào ghi sai và đã sửa")),
                "assessed_by": _sensitive(_("biết ai đã ghi")),
            },
            others=frozenset({"id", "created_at", "version"}),
        ),
        "households.ResidentSecret": PersonalTable(
            fields={
                "household": _resident(_("mở trang của hộ bằng mã trên giấy; chỉ lưu mã băm"), _ONE_YEAR),
                "first_opened_at": _resident(_("nhận ra mã bị người khác dùng"), _ONE_YEAR),
                "last_opened_at": _resident(_("nhận ra mã bị người khác dùng"), _ONE_YEAR),
                "issued_by": _resident(_("biết ai đã cấp mã"), None),
                "revoked_by": _resident(_("biết ai đã thu hồi mã"), None),
            },
            others=frozenset({"id", "digest", "batch", "issued_at", "printed_at", "expires_at", "revoked_at"}),
        ),
        "households.ResidentSession": PersonalTable(
            fields={
                "household": _resident(_("giữ trang của hộ mở trong một trình duyệt"), _ONE_YEAR, None),
                "opened_at": _resident(_("giữ trang của hộ mở trong một trình duyệt"), _ONE_YEAR, None),
                "seen_at": _resident(_("đóng trang khi không dùng nữa"), _ONE_YEAR, None),
                "ended_at": _resident(_("đóng trang khi không dùng nữa"), _ONE_YEAR, None),
            },
            others=frozenset({"id", "secret", "digest"}),
        ),
        "households.Consent": PersonalTable(
            fields={
                "household": _resident(_("chứng minh hộ đã đồng ý hoặc rút lại điều gì"), _FIVE_YEARS),
                "purpose": _resident(_("chứng minh hộ đã đồng ý hoặc rút lại điều gì"), _FIVE_YEARS),
                "field": _resident(_("chứng minh hộ đã đồng ý hoặc rút lại điều gì"), _FIVE_YEARS),
                "given": _resident(_("chứng minh hộ đã đồng ý hoặc rút lại điều gì"), _FIVE_YEARS),
            },
            others=frozenset({"id", "wording_version", "wording", "secret", "at"}),
        ),
        "households.Correction": PersonalTable(
            fields={
                "household": _resident(_("sửa điều hộ thấy sai"), _ONE_YEAR),
                "before": _resident(_("sửa điều hộ thấy sai"), _ONE_YEAR),
                "wanted": _resident(_("sửa điều hộ thấy sai"), _ONE_YEAR),
                "answer": _resident(_("cho hộ biết đề nghị được trả lời thế nào"), _ONE_YEAR),
                "answered_by": _resident(_("biết ai đã trả lời"), None),
            },
            others=frozenset({"id", "field", "state", "asked_at", "answered_at", "changeset"}),
        ),
    }
