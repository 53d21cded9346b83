"""What people do with households that the audit writes down."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mapping import registry
from mapping.access import Capability


def register() -> None:
    """Announce the acts of this floor, in words that go on after the person's name."""
    registry.navigation.append(registry.NavigationEntry(_("Nhật ký"), "audit", Capability.SEE_AUDIT, order=80))
    registry.navigation.append(
        registry.NavigationEntry(_("Điều tra"), "survey_rounds", Capability.MANAGE_ACCOUNTS, order=60)
    )
    registry.audit_actions |= {
        "household.read": _("xem hồ sơ hộ"),
        "household.reveal": _("xem đủ số điện thoại, số định danh của hộ"),
        "household.sensitive": _("xem dữ liệu nhạy cảm của hộ"),
        "assessment.add": _("ghi kết quả rà soát hộ"),
        "assessment.correct": _("sửa kết quả rà soát hộ"),
        "household.find_by_phone": _("tìm ra hộ bằng số điện thoại"),
        "household.search": _("tìm kiếm, kết quả có tên chủ hộ"),
        "household.list": _("xem danh sách có tên chủ hộ"),
        "numbering.approve": _("duyệt phương án đánh số nhà"),
        "numbering.mend": _("sửa phương án đánh số nhà"),
        "numbering.discard": _("bỏ phương án đánh số nhà"),
        "street.import": _("nhập đường, ngõ"),
        "certificate.issue": _("cấp giấy chứng nhận số nhà"),
        "certificate.revoke": _("thu hồi giấy chứng nhận số nhà"),
        "walk_list": _("lấy danh sách đi lắp biển"),
        "print": _("in biển số nhà"),
        "print.order": _("đặt in biển số nhà"),
        "print.stop": _("dừng in biển số nhà"),
        "sheet_profile.add": _("thêm khổ giấy in biển"),
        "sheet_profile.change": _("sửa khổ giấy in biển"),
        "sheet_profile.calibrate": _("canh máy in cho khổ giấy"),
        "sheet_profile.remove": _("xóa khổ giấy in biển"),
        "plate_design.add": _("thêm mẫu biển"),
        "plate_design.change": _("sửa mẫu biển"),
        "plate_design.remove": _("xóa mẫu biển"),
        "emblem.add": _("thêm biểu trưng"),
        "emblem.remove": _("xóa biểu trưng"),
        "plate.report": _("xử lý báo lỗi biển số nhà"),
        "public.export": _("ghi các trang công khai thành tệp"),
        "survey.round": _("lập hoặc đóng đợt điều tra"),
        "survey.reschedule": _("đổi ngày cuối hoặc mở lại đợt điều tra"),
        "survey.assign": _("giao, sửa hoặc thôi giao thôn cho người điều tra"),
        "house.photo_removed": _("bỏ một ảnh của nhà khỏi hồ sơ"),
        "survey.read": _("xem kết quả điều tra một nhà"),
        "survey.review": _("duyệt, trả lại hoặc không nhận kết quả điều tra"),
        "survey.settle": _("chọn một trong hai nội dung điều tra khác nhau"),
        "survey.pack": _("tải dữ liệu thôn về điện thoại để đi điều tra"),
        "survey.basemap": _("thay bản đồ nền của điều tra"),
        "undo": _("hoàn tác"),
        "import": _("nhập danh sách"),
        "resident.open": _("mở trang của hộ bằng mã riêng"),
        "resident.download": _("tải dữ liệu của chính hộ mình"),
        "resident.secret": _("cấp mã riêng cho hộ"),
    }
