"""What the scripts of the soil map say, in the reader's language; %(name)s is filled in by them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """Return the sentences by the names that `static/js/soil/` asks for them."""
    return {**_of_the_map(), **_of_the_legend(), **_of_a_place()}


def _of_the_map() -> dict[str, Any]:
    return {
        "mapLabel": _("Bản đồ đất"),
        "zoomIn": _("Phóng to"),
        "zoomOut": _("Thu nhỏ"),
        "morePanel": _("Mở bảng"),
        "lessPanel": _("Thu bảng"),
        "loading": _("Đang tải bản đồ…"),
        "offline": _("Máy đang ngoại tuyến. Những gì đã tải vẫn xem được; hỏi đất ở chỗ khác thì phải có mạng."),
        "unreachable": _("Chưa nối được máy chủ. Xin thử lại."),
        "failed": _("Máy chủ chưa trả lời được. Xin thử lại."),
        "again": _("Thử lại"),
        "locating": _("Đang tìm vị trí của máy…"),
        "positionDenied": _("Trình duyệt không cho xem vị trí. Hãy cho phép trong phần cài đặt của trang này."),
        "positionUnknown": _("Chưa xác định được vị trí. Hãy bật định vị, ra chỗ thoáng rồi thử lại."),
        "layers": {
            "units": _("Khoanh đất"),
            "value": _("Giá trị nội suy"),
            "zones": _("Vùng phân cấp"),
            "deviation": _("Độ chắc chắn"),
            "points": _("Điểm lấy mẫu"),
        },
        "opacityOf": _("Độ đậm của lớp %(layer)s"),
        "layerKeys": {
            "points": _("vòng đứt: mẫu riêng tư, chỗ gần đúng"),
            "deviation": _("trong: chắc; sẫm: chưa chắc"),
        },
        "noOther": _("Không so sánh"),
        "ways": {"swipe": _("Hai bên vạch"), "difference": _("Chênh lệch")},
        "splitAt": _("%(percent)s %%: bên trái là %(left)s, bên phải là %(right)s"),
        "differenceOf": _("Thay đổi từ %(from)s đến %(to)s, cùng phương pháp và độ sâu."),
    }


def _of_the_legend() -> dict[str, Any]:
    return {
        "noSurface": _("Lớp này mới có điểm lấy mẫu, chưa nội suy thành bản đồ."),
        "draft": _("dự thảo"),
        "schemeIs": _("Thang: %(name)s."),
        "samplesOnly": _("%(n)s mẫu."),
        "stale": _("mẫu đã thay đổi sau khi tính, nên tính lại"),
        "lacksZones": _("thang phân cấp đã đổi, vùng theo thang mới chưa được vẽ nên chưa có diện tích"),
        "samples": _("%(n)s mẫu"),
        "rmse": _("sai số khi kiểm tra chéo %(value)s"),
        "explained": _("giải thích được %(percent)s %% biến động"),
        "surfacePage": _("Bản đồ này được tính thế nào"),
    }


def _of_a_place() -> dict[str, Any]:
    return {
        "soilHere": _("Đất ở đây"),
        "soilWhereIStand": _("Đất nơi tôi đứng"),
        "accuracy": _("vị trí lệch tới %(metres)s m"),
        "asking": _("Đang hỏi đất ở đây…"),
        "nothingHere": _("Chỗ này chưa có số liệu về đất."),
        "interval": _("95 %% chắc là nằm giữa %(low)s và %(high)s %(unit)s"),
        "classUnsure": _("Khoảng này chạm nhiều cấp: cấp ở đây chưa chắc."),
        "rulerLabel": _("%(value)s, từ %(low)s đến %(high)s: %(name)s"),
        "nearest": _("Điểm lấy mẫu gần nhất cách %(distance)s: %(value)s"),
        "nearestPrivate": _("Điểm lấy mẫu gần nhất cách khoảng %(distance)s; số liệu của điểm đó là riêng tư"),
        "openSample": _("Xem phiếu đất"),
        "soilUnit": _("Khoanh đất ký hiệu"),
        "unitArea": _("%(area)s ha"),
        "others": _("Các chỉ tiêu khác ở đây"),
        "history": _("Qua các đợt"),
        "needs": _("Cây trồng cần gì ở đây"),
        "crop": _("Cây trồng"),
        "chooseCrop": _("Chọn cây"),
        "target": _("Năng suất (tấn/ha)"),
        "zeroK": _("Khi không bón kali (tấn/ha)"),
        "estimateNote": _("Con số nội suy là ước tính; phân tích đất của chính thửa ruộng thì chắc hơn."),
        "copyLink": _("Chép đường dẫn"),
        "linkCopied": _("Đã chép đường dẫn đến đúng chỗ này."),
        "linkNotCopied": _("Trình duyệt không cho chép; xin chép địa chỉ trên thanh của nó."),
        "print": _("In"),
    }
