"""The map: the page around it, and what its scripts need to know about the person and the place."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models import Extent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households.models import House
from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.registry import layers
from mapping.tile_addresses import layer_config

_VIETNAM = (102.1, 8.4, 109.5, 23.4)  # west, south, east, north in degrees
_MOST_VILLAGES = 300  # in the form's list; a person with more leaves the village to the point
_A_CODE = "100000007"  # stands in the addresses where the script puts the house's code


@login_required
@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The map of the person's houses; the tiles themselves decide what is seen."""
    access.somewhere(request.user, Capability.SEE_HOUSES)
    may_edit = bool(access.scope_of(request.user, Capability.EDIT))
    commune = access.own_commune(request.user, Capability.SEE_HOUSES)
    config = {
        "language": get_language(),
        "bounds": bounds_of(request.user, commune),
        "layers": {name: layer_config(layers[name]) for name in ("units", "streets", "houses")},
        "baseMap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION}
        if settings.BASEMAP_URL
        else None,
        "mayEdit": may_edit,
        "urls": {
            "search": reverse("search_houses"),
            "summary": reverse("house_summary", args=[_A_CODE]),
            "add": reverse("add_house"),
            "move": reverse("move_house", args=[_A_CODE]),
            "codePlaceholder": _A_CODE,
        },
        "text": _texts(),
    }
    context = {
        "config": config,
        "may_edit": may_edit,
        "may_import": access.has_anywhere(request.user, Capability.IMPORT),
        "may_find_phones": access.has_anywhere(request.user, Capability.REVEAL),
        "may_find_people": access.has_anywhere(request.user, Capability.SEE_PEOPLE),
        "commune": commune,
        "villages": _villages(request.user) if may_edit else [],
        "is_empty": not House.objects.for_user(request.user).active().exists(),
    }
    return render(request, "households/map.html", context)


def bounds_of(user: Any, commune: Unit | None) -> list[list[float]]:
    """Where the map opens, as Leaflet writes it ([[south, west], [north, east]]): houses, commune or the country."""
    box = None
    if commune is not None:
        houses = House.objects.for_user(user).active().filter(commune=commune)
        box = houses.aggregate(box=Extent("location"))["box"] or (commune.outline.extent if commune.outline else None)
    west, south, east, north = box or _VIETNAM
    return [[south, west], [north, east]]


def _villages(user: Any) -> list[Unit]:
    """Villages where the person may add a house, with their commune; none when the list would be endless."""
    scope = access.scope_of(user, Capability.EDIT)
    villages = Unit.objects.current().villages().filter(scope.units()).select_related("parent").in_order()
    found = list(villages[: _MOST_VILLAGES + 1])
    return found if len(found) <= _MOST_VILLAGES else []


def _texts() -> dict[str, str]:
    """What the scripts say, in the reader's language; %(name)s is filled in by them."""
    return {
        "mapLabel": _("Bản đồ nhà"),
        "zoomIn": _("Phóng to"),
        "zoomOut": _("Thu nhỏ"),
        "morePanel": _("Mở bảng"),
        "lessPanel": _("Thu bảng"),
        "loading": _("Đang tải bản đồ…"),
        "offline": _("Máy đang ngoại tuyến. Những gì đã tải vẫn xem được; thay đổi mới chưa gửi được."),
        "unreachable": _("Chưa nối được máy chủ. Xin thử lại, hoặc tải lại trang để đăng nhập."),
        "failed": _("Máy chủ chưa trả lời được. Xin thử lại."),
        "again": _("Thử lại"),
        "partly": _("Ô đông nhất có %(count)s nhà, bản đồ chỉ vẽ một phần. Phóng to để thấy hết."),
        "searching": _("Đang tìm…"),
        "nothingFound": _("Không tìm thấy nhà nào. Thử bớt chữ, hoặc gõ mã nhà."),
        "notUnderstood": _("Không hiểu: %(parts)s."),
        "explained": _("Chưa có nhà nào như vậy: %(reasons)s."),
        "formerlyAt": _("trước là %(address)s"),
        "moreFound": _("Còn nhiều kết quả nữa; gõ thêm để thu hẹp."),
        "closed": _("đã đóng"),
        "code": _("Mã nhà"),
        "village": _("Thuộc"),
        "state": _("Tình trạng"),
        "plate": _("Biển"),
        "hasPlate": _("đã có biển số nhà"),
        "formerly": _("Địa chỉ cũ"),
        "noPlate": _("chưa có biển số nhà"),
        "households": _("Các hộ"),
        "nobody": _("Chưa ghi hộ nào ở nhà này."),
        "size": _("Số người: %(count)s"),
        "reveal": _("Hiện số"),
        "revealOf": _("Hiện đủ số của hộ %(head)s; việc này được ghi lại"),
        "noAddress": _("Nhà chưa có số"),
        "noSuchHouse": _("Không có nhà này, hoặc nhà thuộc đơn vị khác."),
        "openRecord": _("Mở hồ sơ"),
        "move": _("Sửa vị trí"),
        "pinOfHouse": _("Vị trí nhà: kéo, hoặc dùng phím mũi tên, mỗi lần 1 m"),
        "dragPin": _("Kéo ghim đến đúng cửa nhà, hoặc dùng phím mũi tên: mỗi lần 1 m, giữ Shift là 10 m."),
        "moved": _("Cách chỗ cũ %(distance)s m."),
        "savePlace": _("Lưu vị trí"),
        "placeSaved": _("Đã lưu vị trí mới."),
        "cancel": _("Thôi"),
        "undo": _("Hoàn tác"),
        "undone": _("Đã hoàn tác."),
        "tapToAdd": _("Chạm vào bản đồ, nơi có cửa nhà. Dùng bàn phím: đưa nhà vào giữa bản đồ rồi nhấn Enter."),
        "pinOfNew": _("Vị trí nhà mới: kéo, hoặc dùng phím mũi tên, mỗi lần 1 m"),
        "added": _("Đã thêm nhà."),
        "locating": _("Đang tìm vị trí của máy…"),
        "positionDenied": _("Trình duyệt không cho xem vị trí. Hãy cho phép trong phần cài đặt của trang này."),
        "positionUnknown": _("Chưa xác định được vị trí. Hãy bật định vị, ra chỗ thoáng rồi thử lại."),
    }
