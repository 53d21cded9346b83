"""The map on which streets, alleys and house groups are drawn and mended: the page around it and what it says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households.finding import communes_of
from households.models import StreetDirection, StreetKind, WidthClass
from households.views.map import bounds_of
from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.registry import layers
from mapping.tile_addresses import layer_config

_AN_ID = "00000000-0000-0000-0000-000000000000"  # stands in the addresses where the scripts put an id
_MOST_COMMUNES = 400  # in the list above the panel; whoever has more comes from a page that names one


@login_required
@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The editor for the commune of `?commune=CODE`, or for the person's own."""
    access.somewhere(request.user, Capability.NUMBER)
    code = request.GET.get("commune", "")
    if code:
        commune = access.commune_or_404(request.user, code, Capability.NUMBER)
    else:
        commune = access.own_commune(request.user, Capability.NUMBER)
    communes = communes_of(request.user, Capability.NUMBER)
    context = {
        "commune": commune,
        "communes": _others(list(communes.select_related("parent").order_by("name", "code")[: _MOST_COMMUNES + 1])),
        "config": _config(request.user, commune) if commune else None,
        "kinds": StreetKind.choices,
        "widths": WidthClass.choices,
        "directions": StreetDirection.choices,
    }
    return render(request, "households/street_editor.html", context)


def _others(communes: list[Unit]) -> list[Unit]:
    """The communes to choose from; none when there is one alone, or an endless list."""
    return communes if 1 < len(communes) <= _MOST_COMMUNES else []


def _config(user: Any, commune: Unit) -> dict[str, Any]:
    """What the scripts need to know."""
    return {
        "language": get_language(),
        "commune": commune.code,
        "bounds": bounds_of(user, commune),
        "layers": {name: layer_config(layers[name]) for name in ("units", "houses")},
        "baseMap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION}
        if settings.BASEMAP_URL
        else None,
        "urls": {
            "idPlaceholder": _AN_ID,
            "features": f"{reverse('street_features')}?commune={commune.code}",
            "add": reverse("add_street"),
            "join": reverse("join_streets"),
            "street": reverse("street", args=[_AN_ID]),
            "edit": reverse("edit_street", args=[_AN_ID]),
            "line": reverse("redraw_street", args=[_AN_ID]),
            "split": reverse("split_street", args=[_AN_ID]),
            "reverse": reverse("reverse_street", args=[_AN_ID]),
            "remove": reverse("remove_street", args=[_AN_ID]),
            "addGroup": reverse("add_house_group"),
            "editGroup": reverse("edit_house_group", args=[_AN_ID]),
            "removeGroup": reverse("remove_house_group", args=[_AN_ID]),
            "undo": reverse("undo_change", args=[_AN_ID]),
        },
        "text": {**_map_texts(), **_list_texts(), **_drawing_texts(), **_act_texts()},
    }


def _map_texts() -> dict[str, str]:
    """What the map itself says, in the reader's language; %(name)s is filled in by the scripts."""
    return {
        "mapLabel": _("Bản đồ đường, ngõ"),
        "zoomIn": _("Phóng to"),
        "zoomOut": _("Thu nhỏ"),
        "loading": _("Đang tải bản đồ…"),
        "offline": _("Máy đang ngoại tuyến. Nét đang vẽ vẫn còn trên màn hình; có mạng lại thì lưu."),
        "unreachable": _("Chưa nối được máy chủ, nên chưa lưu gì. Nét đang vẽ vẫn còn trên màn hình; xin thử lại."),
        "failed": _("Máy chủ chưa trả lời được. Xin thử lại."),
        "again": _("Thử lại"),
        "locating": _("Đang tìm vị trí của máy…"),
        "positionDenied": _("Trình duyệt không cho xem vị trí. Hãy cho phép trong phần cài đặt của trang này."),
        "positionUnknown": _("Chưa xác định được vị trí. Hãy bật định vị, ra chỗ thoáng rồi thử lại."),
        "cancel": _("Thôi"),
        "undo": _("Hoàn tác"),
    }


def _list_texts() -> dict[str, str]:
    return {
        "nothingFound": _("Không có đường, ngõ nào tên như vậy."),
        "found": _("Tìm thấy %(count)s."),
        "firstOfMany": _("Hiện %(shown)s đầu tiên; gõ tên để thu hẹp."),
        "counts": _("%(roads)s đường, phố và %(alleys)s ngõ, ngách."),
        "nameless": _("%(count)s ngõ chưa có tên."),
        "metres": _("%(metres)s m"),
        "houses": _("số nhà ở mặt đường: %(count)s"),
        "offStreet": _("ra từ %(street)s"),
        "offNothing": _("chưa rõ ra từ đâu"),
        "newStreet": _("Đường, ngõ mới"),
        "byMap": _("Tìm từ bản đồ"),
        "byMapFound": _("Bản đồ cho thấy ngõ này ra từ %(street)s."),
        "byMapNothing": _("Trên bản đồ chưa có đầu nào của ngõ chạm một đường khác."),
        "fromMap": _("Là đường mà một đầu của ngõ chạm vào."),
        "byHand": _("Do cán bộ chọn; vẽ lại nét cũng không đổi."),
        "groupOf": _("Nhóm nhà %(letter)s"),
        "groupWithoutLetter": _("Nhóm nhà chưa có chữ"),
        "newGroup": _("Nhóm nhà mới"),
    }


def _drawing_texts() -> dict[str, str]:
    return {
        "drawHint": _(
            "Chạm từng điểm dọc tim đường; chạm đúp hoặc Enter là xong nét. Điểm gần đường khác thì bám vào đường đó."
        ),
        "drawOnHint": _("Chạm tiếp các điểm từ cuối nét; chạm đúp hoặc Enter là xong nét."),
        "mendNewHint": _("Nét chưa lưu. Kéo điểm để sửa; ghi tên (ngõ chưa có tên thì để trống) rồi bấm Lưu."),
        "nameFirst": _("Chưa lưu. Hãy ghi tên rồi bấm Enter; ngõ chưa có tên thì bấm nút Lưu."),
        "mendHint": _("Kéo điểm để sửa; kéo điểm mờ ở giữa để thêm điểm; chạm đúp vào điểm để xóa."),
        "groupHint": _("Chạm quanh nhóm nhà; chạm lại điểm đầu hoặc chạm đúp để khép."),
        "mendGroupHint": _("Kéo điểm để sửa, rồi lưu."),
        "comeNearer": _("Phóng to để thấy hết các điểm."),
        "lineDone": _("Xong nét"),
        "pointHere": _("Thêm điểm ở giữa"),
        "stepBack": _("Lùi một bước"),
        "saveLine": _("Lưu nét"),
        "drawOn": _("Vẽ tiếp"),
        "twoPoints": _("Đường cần ít nhất hai điểm."),
        "threePoints": _("Nhóm nhà cần ít nhất ba điểm."),
        "givenUp": _("Đã bỏ nét đang vẽ."),
        "fetchBack": _("Lấy lại"),
        "fetchedBack": _("Đã lấy lại nét vẽ chưa lưu lần trước."),
        "pointOf": _(
            "Điểm %(place)s trên %(count)s: phím mũi tên dời 1 m, giữ Shift 10 m; Delete xóa; + thêm điểm sau"
        ),
        "addPointHere": _("Thêm điểm ở đây"),
        "chooseCut": _("Chạm vào chỗ cần cắt trên đường đã chọn."),
        "cutChosen": _("Đã chọn chỗ cắt; chạm chỗ khác để đổi."),
        "cutOnLine": _("Chỗ đó không ở trên đường đã chọn."),
        "cutHere": _("Cắt ở đây"),
        "chooseSecond": _("Chạm vào đường thứ hai trên bản đồ, hoặc chọn trong danh sách."),
        "joinChosen": _("Nối %(first)s với %(second)s; tên và loại lấy của %(first)s."),
        "joinThem": _("Nối hai đường"),
        "chooseParent": _("Chạm vào đường mà ngõ này đi ra."),
    }


def _act_texts() -> dict[str, str]:
    return {
        "did": _("Đã lưu: %(what)s."),
        "undone": _("Đã hoàn tác: %(what)s."),
        "undoWhat": _("Hoàn tác: %(what)s"),
        "added": _("thêm đường, ngõ"),
        "edited": _("sửa tên, loại"),
        "redrawn": _("sửa nét"),
        "cut": _("cắt đôi"),
        "joined": _("nối hai đường"),
        "reversed": _("đảo chiều vẽ"),
        "removed": _("xóa đường, ngõ"),
        "groupAdded": _("thêm nhóm nhà"),
        "groupEdited": _("sửa nhóm nhà"),
        "groupRemoved": _("xóa nhóm nhà"),
    }
