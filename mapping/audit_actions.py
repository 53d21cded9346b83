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
        "invite": _("mời người dùng"),
        "device.add": _("đăng nhập trên thiết bị mới"),
        "api_key.give": _("tạo khóa API"),
        "api_key.revoke": _("thu hồi khóa API"),
        "export": _("tải danh sách"),
        "backup": _("sao lưu dữ liệu"),
        "restore": _("khôi phục dữ liệu"),
        "redact": _("xóa dữ liệu cá nhân khỏi lịch sử"),
    }
