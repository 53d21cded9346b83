"""What the map of a proposal needs to know, and what its scripts say in the reader's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from households.models import NumberingProposal, ProposedOutcome
from households.proposals import map_features
from mapping.registry import TileLayer, layers

_A_CODE = "100000007"  # stands in the addresses where the script puts the house's code


def map_config(proposal: NumberingProposal, *, focus: str | None) -> dict[str, Any]:
    """Return what static/js/numbering/page.js reads; `focus` is the code of the house to begin at."""
    return {
        "language": get_language(),
        "bounds": map_features.bounds(proposal) or _outline_bounds(proposal),
        "focus": focus or None,
        "focusAt": _place_of(proposal, focus),
        "version": proposal.version,
        "mayEdit": proposal.is_open,
        "baseMap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION}
        if settings.BASEMAP_URL
        else None,
        "units": _tiles(layers["units"]),
        "urls": {
            "page": reverse("proposal", args=[proposal.pk]),
            "features": reverse("proposal_features", args=[proposal.pk]),
            "house": reverse("edit_proposed", args=[proposal.pk, _A_CODE]),
            "codePlaceholder": _A_CODE,
        },
        "outcomes": {value: str(label) for value, label in ProposedOutcome.choices},
        "text": _texts(),
    }


def _place_of(proposal: NumberingProposal, code: str | None) -> list[float] | None:
    row = proposal.numbers.select_related("house").filter(house__code=code).first() if code else None
    return [row.house.location.x, row.house.location.y] if row else None


def _outline_bounds(proposal: NumberingProposal) -> list[list[float]] | None:
    if proposal.commune.outline is None:
        return None
    west, south, east, north = proposal.commune.outline.extent
    return [[south, west], [north, east]]


def _tiles(layer: TileLayer) -> dict[str, Any]:
    folder = reverse("tiles", args=[layer.name, 0, 0, 0]).removesuffix("0/0/0.mvt")
    return {"url": folder + "{z}/{x}/{y}.mvt", "minZoom": layer.min_zoom, "maxZoom": layer.max_zoom}


def _texts() -> dict[str, str]:
    """What the scripts say; %(name)s is filled in by them."""
    return {
        "mapLabel": _("Bản đồ phương án"),
        "zoomIn": _("Phóng to"),
        "zoomOut": _("Thu nhỏ"),
        "loading": _("Đang tải bản đồ…"),
        "offline": _("Máy đang ngoại tuyến. Những gì đã tải vẫn xem được; thay đổi mới chưa gửi được."),
        "unreachable": _("Chưa nối được máy chủ. Xin thử lại, hoặc tải lại trang để đăng nhập."),
        "failed": _("Máy chủ chưa trả lời được. Xin thử lại."),
        "again": _("Thử lại"),
        "partly": _("Bản đồ vẽ %(drawn)s trong %(of)s nhà ở khung này. Phóng to để thấy hết."),
        "noNumber": _("chưa có số"),
        "showRow": _("Đến dòng của nhà này"),
        "newNumber": _("Số mới"),
        "saveNumber": _("Lưu số"),
        "againstRule": _("Vẫn dùng số này ở bên kia đường"),
        "street": _("Đường, ngõ"),
        "metres": _("cách %(distance)s m"),
        "saveStreet": _("Chuyển sang đường này"),
        "leaveOut": _("Để lại sau"),
        "takeBack": _("Đưa lại vào phương án"),
        "close": _("Đóng"),
        "editorOf": _("Sửa số của nhà %(code)s"),
        "saved": _("Đã lưu: %(address)s."),
        "leftOut": _("Đã để nhà này lại sau."),
        "alsoChanged": _("Có thêm %(count)s nhà khác đổi theo."),
        "stays": _("giữ nguyên"),
        "byHand": _("cán bộ đã sửa"),
    }
