"""What people do that the audit writes down, in words that go on after the person's name; each floor adds its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mapping import registry


def register() -> None:
    """Announce the acts of this floor."""
    registry.audit_actions |= {
        "sign_in": _("đăng nhập"),
        "sign_in.failed": _("đăng nhập không thành công"),
        "sign_out": _("đăng xuất"),
        "account.make": _("tạo tài khoản"),
        "account.change": _("sửa tài khoản"),
        "invite": _("mời người dùng"),
        "invite.withdraw": _("thu hồi lời mời"),
        "grant.give": _("phân công"),
        "grant.end": _("chấm dứt phân công"),
        "password.link": _("cấp liên kết đặt lại mật khẩu"),
        "password.set": _("đặt mật khẩu"),
        "device.add": _("thiết lập mã trên điện thoại"),
        "device.end": _("đăng xuất thiết bị khác"),
        "recovery_codes.make": _("tạo mã khôi phục"),
        "second_factor.reset": _("đặt lại mã điện thoại"),
        "api_key.give": _("tạo khóa API"),
        "api_key.revoke": _("thu hồi khóa API"),
        "export": _("tải danh sách"),
        "file.download": _("tải tệp"),
        "backup": _("sao lưu dữ liệu"),
        "restore": _("khôi phục dữ liệu"),
        "redact": _("xóa dữ liệu cá nhân khỏi lịch sử"),
    }
