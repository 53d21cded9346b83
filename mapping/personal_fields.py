"""Personal fields of the ground floor: accounts, grants, what they did, and images of rows."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from mapping import personal
from mapping.access import Capability
from mapping.personal import Ground, PersonalField, PersonalTable

WORK: Final = Ground(
    basis=_("nhiệm vụ của cơ quan nhà nước: người dùng là cán bộ và người được giao việc"),
    counted_from=_("ngày thôi phân công"),
)
ACCOUNTABILITY: Final = Ground(
    basis=_("nghĩa vụ ghi lại việc xem, sửa dữ liệu cá nhân"),
    counted_from=_("ngày ghi"),
)
SECURITY: Final = Ground(basis=_("bảo vệ hệ thống và tài khoản"), counted_from=_("lần đăng nhập cuối"))

_TWO_YEARS, _FIVE_YEARS, _TEN_YEARS = 730, 1_825, 3_650


def _of_work(purpose: object, keep_days: int | None = _FIVE_YEARS) -> PersonalField:
    return PersonalField(purpose, WORK, keep_days, see=Capability.MANAGE_ACCOUNTS)  # type: ignore[arg-type]


def _of_audit(purpose: object, see: Capability | None = Capability.SEE_AUDIT) -> PersonalField:
    return PersonalField(purpose, ACCOUNTABILITY, _TEN_YEARS, see=see)  # type: ignore[arg-type]


def _of_security(purpose: object, see: Capability | None = None) -> PersonalField:
    return PersonalField(purpose, SECURITY, _TWO_YEARS, see=see)  # type: ignore[arg-type]


def register() -> None:
    """Declare every field of this floor's tables."""
    personal.without_people |= {
        "mapping.Unit", "mapping.UnitShape", "mapping.AddedRange",
        "mapping.User_groups", "mapping.User_user_permissions",  # Django's own, which nothing here uses
    }  # fmt: skip
    personal.tables |= {
        "mapping.User": PersonalTable(
            fields={
                "username": _of_work(_("đăng nhập, và biết ai đã làm gì")),
                "full_name": _of_work(_("biết ai đã làm gì")),
                "email": _of_work(_("liên lạc về công việc"), 30),
                "password": _of_security(_("đăng nhập; chỉ lưu mã băm")),
                "last_login": _of_security(_("nhận ra tài khoản bỏ không"), Capability.MANAGE_ACCOUNTS),
                "date_joined": _of_work(_("biết tài khoản có từ bao giờ")),
            },
            others=frozenset({"id", "is_superuser", "is_staff", "is_active", "groups", "user_permissions"}),
        ),
        "mapping.Grant": PersonalTable(
            fields={
                "user": _of_work(_("biết ai được làm gì ở đâu")),
                "role": _of_work(_("biết ai được làm gì ở đâu")),
                "unit": _of_work(_("biết ai được làm gì ở đâu")),
                "valid_until": _of_work(_("biết phân công đến bao giờ")),
            },
            others=frozenset({"id"}),
        ),
        "mapping.SignedInDevice": PersonalTable(
            fields={
                "user": _of_security(_("cho chủ tài khoản thấy và ngắt những máy đang đăng nhập")),
                "user_agent": _of_security(_("cho chủ tài khoản nhận ra máy của mình")),
                "address": _of_security(_("cho chủ tài khoản nhận ra máy lạ")),
                "last_seen_at": _of_security(_("cho chủ tài khoản nhận ra máy lạ")),
                "created_at": _of_security(_("cho chủ tài khoản nhận ra máy lạ")),
            },
            others=frozenset({"id", "factor"}),
        ),
        "mapping.RecoveryCode": PersonalTable(
            fields={"user": _of_security(_("đăng nhập khi mất điện thoại; chỉ lưu mã băm"))},
            others=frozenset({"id", "salt", "digest", "made_at", "used_at"}),
        ),
        "mapping.AccountLink": PersonalTable(
            fields={
                "user": _of_work(_("đặt lại mật khẩu"), 365),
                "username": _of_work(_("mời một người làm việc trong hệ thống"), 365),
                "full_name": _of_work(_("mời một người làm việc trong hệ thống"), 365),
                "made_by": _of_work(_("biết ai đã mời")),
            },
            others=frozenset(
                {
                    "id",
                    "kind",
                    "digest",
                    "role",
                    "unit",
                    "grant_until",
                    "made_at",
                    "expires_at",
                    "used_at",
                    "withdrawn_at",
                }
            ),
        ),
        "mapping.StoredFile": PersonalTable(
            fields={
                "name": _of_audit(_("tìm lại tệp đã nhập, đã in"), Capability.IMPORT),
                "created_by": _of_audit(_("biết ai đã nhập, đã in tệp"), Capability.IMPORT),
            },
            others=frozenset(
                {"id", "commune", "content_type", "sha256", "size", "created_at", "kept_until", "removed_at"}
            ),
        ),
        "mapping.Job": PersonalTable(
            fields={
                "created_by": _of_audit(_("biết ai đã yêu cầu việc này"), None),
                "params": _of_audit(_("chạy lại việc dở dang; có thể chứa chữ đã tìm"), None),
                "sentence": _of_audit(_("nói việc kết thúc thế nào"), None),
                "result": _of_audit(_("nói việc kết thúc thế nào"), None),
            },
            others=frozenset(
                {
                    "id",
                    "kind",
                    "commune",
                    "created_at",
                    "language",
                    "villages",
                    "state",
                    "done",
                    "total",
                    "result_file",
                    "cancel_requested",
                    "started_at",
                    "ended_at",
                }
            ),
        ),
        "mapping.ChangeSet": PersonalTable(
            fields={
                "created_by": _of_audit(_("biết ai đã sửa"), Capability.EDIT),
                "undone_by": _of_audit(_("biết ai đã hoàn tác"), Capability.EDIT),
            },
            others=frozenset({"id", "commune", "kind", "subject", "created_at", "undone_at"}),
        ),
        "mapping.Change": PersonalTable(
            fields={"before": _of_audit(_("hoàn tác: ảnh của dòng trước khi sửa, có thể có tên và điện thoại"), None)},
            others=frozenset({"id", "changeset", "table", "row_id", "version_after"}),
        ),
        "mapping.AuditEntry": PersonalTable(
            fields={
                "user_id": _of_audit(_("biết ai đã xem, sửa, in, tải dữ liệu nào")),
                "user_name": _of_audit(_("biết ai đã xem, sửa, in, tải dữ liệu nào")),
                "address": _of_audit(_("biết việc ấy đến từ máy nào")),
                "path": _of_audit(_("biết việc ấy làm ở trang nào")),
                "why": _of_audit(_("biết vì sao dữ liệu được đưa ra")),
                "row_id": _of_audit(_("cho người dân biết ai đã xem dữ liệu của mình")),
                "rows": _of_audit(_("cho người dân biết danh sách nào có dữ liệu của mình")),
                "detail": _of_audit(_("biết việc ấy gồm những gì; không chứa giá trị cá nhân")),
            },
            others=frozenset({"id", "at", "action", "subject", "table", "commune", "village_id", "count"}),
        ),
        "mapping.ApiKey": PersonalTable(
            fields={
                "user": _of_security(_("chương trình nào làm việc thay ai")),
                "name": _of_security(_("chủ tài khoản nhận ra khóa của mình")),
                "used_at": _of_security(_("chủ tài khoản nhận ra khóa lạ")),
            },
            others=frozenset({"id", "key_hash", "with_second_factor", "created_at", "valid_until", "revoked_at"}),
        ),
    }
