"""What people do with the soil map that the audit writes down."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mapping import registry


def register() -> None:
    """Announce the acts of this floor, in words that go on after the person's name."""
    registry.audit_actions |= {
        "soil.import": _("nhập dữ liệu đất"),
        "soil.undo": _("hoàn tác lần nhập dữ liệu đất"),
        "soil.publish": _("công bố bản đồ đất"),
        "soil.unpublish": _("thôi công bố bản đồ đất"),
        "soil.export": _("tải dữ liệu đất"),
        "soil.read_private": _("xem mẫu đất riêng tư"),
        "soil.scheme": _("sửa, duyệt thang phân cấp đất"),
        "soil.rule": _("sửa, duyệt quy tắc bón"),
    }
