"""What a list of houses may hold, what people call it, and which of it was found where.

Titles are compared folded and without anything but letters and digits, so each synonym stands here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

X, Y, POINT = "x", "y", "point"
COORDINATES: Final = (X, Y, POINT)

LABELS: Final[dict[str, Promise]] = {
    "number": _("Số nhà"),
    "street": _("Đường, ngõ"),
    "village": _("Thôn, tổ dân phố"),
    "head_name": _("Chủ hộ"),
    "phone": _("Điện thoại"),
    "size": _("Số người"),
    "note": _("Ghi chú"),
    "code": _("Mã nhà (9 chữ số)"),
    "external_id": _("Mã của danh sách"),
    X: _("Kinh độ, X hoặc Đông"),
    Y: _("Vĩ độ, Y hoặc Bắc"),
    POINT: _("Cả hai tọa độ trong một ô"),
    "accuracy_m": _("Sai số vị trí (m)"),
}

_TITLES: Final[dict[str, tuple[str, ...]]] = {
    "number": (
        "Số nhà", "Số nhà, ngõ", "SN", "Số", "Biển số nhà", "Nhà số", "House number", "House no", "House no.", "Number",
        "No. of house", "Housenumber", "addr:housenumber",
    ),
    "street": (
        "Đường", "Ngõ", "Đường, ngõ", "Ngõ, đường", "Đường/ngõ", "Tên đường", "Đường phố", "Phố", "Ngõ, ngách", "Kiệt",
        "Hẻm", "Ngõ xóm", "Tuyến đường", "Tên đường, ngõ", "Street", "Alley", "Street name", "Street or alley", "Road",
        "Lane", "addr:street",
    ),
    "village": (
        "Thôn", "Bản", "Xóm", "Làng", "Ấp", "Khu phố", "Khối phố", "Tổ dân phố", "TDP", "Thôn, bản", "Thôn/bản",
        "Thôn (bản)", "Tên thôn", "Thôn, tổ dân phố", "Thôn/Tổ dân phố", "Thôn xóm", "Khu dân cư", "Đơn vị", "Village",
        "Hamlet", "Village name", "Residential group",
    ),
    "head_name": (
        "Chủ hộ", "Họ tên chủ hộ", "Họ và tên chủ hộ", "Họ và tên", "Họ tên", "Tên chủ hộ", "Chủ nhà", "Tên chủ nhà",
        "Họ, tên chủ hộ", "Head of household", "Head", "Household head", "Head name", "Owner", "Name", "Full name",
    ),
    "phone": (
        "Điện thoại", "Số điện thoại", "SĐT", "ĐT", "SĐT chủ hộ", "Di động", "Số ĐT", "Điện thoại liên hệ", "Phone",
        "Phone number", "Telephone", "Tel", "Mobile",
    ),
    "size": (
        "Số người", "Số nhân khẩu", "Nhân khẩu", "Số khẩu", "Khẩu", "Số thành viên", "Household size", "People",
        "Persons", "Members", "Size",
    ),
    "note": ("Ghi chú", "Chú thích", "Ghi chú khác", "Note", "Notes", "Remark", "Remarks", "Comment"),
    "code": ("Mã nhà", "Mã số nhà", "Mã nhà SoNha", "House code", "SoNha code"),
    "external_id": (
        "Mã hộ", "Mã số hộ", "Mã danh sách", "Mã địa chỉ", "Mã địa chỉ số", "Mã định danh địa điểm", "Mã thửa", "ID",
        "Mã của danh sách", "Mã", "Mã số", "Household ID", "External ID", "House ID", "Code", "FID", "Ref",
    ),
    X: (
        "Kinh độ", "Kinh độ (E)", "Kinh độ Đông", "KĐ", "X", "Tọa độ X", "X (m)", "Đông", "Longitude", "Lng", "Lon",
        "Long", "Easting", "East", "POINT_X", "Tọa độ kinh độ",
    ),
    Y: (
        "Vĩ độ", "Vĩ độ (N)", "Vĩ độ Bắc", "VĐ", "Y", "Tọa độ Y", "Y (m)", "Bắc", "Latitude", "Lat", "Northing",
        "North", "POINT_Y", "Tọa độ vĩ độ",
    ),
    POINT: (
        "Tọa độ", "Toạ độ GPS", "Vị trí", "Định vị", "Tọa độ vị trí", "Vị trí Google Maps", "Link Google Maps",
        "Google Maps", "Coordinates", "Coordinate", "Location", "GPS", "Position", "Lat, lng", "Lat/long", "WKT",
    ),
    "accuracy_m": ("Sai số", "Sai số (m)", "Độ chính xác", "Độ chính xác (m)", "Accuracy", "Accuracy (m)"),
}  # fmt: skip
SYNONYMS: Final[dict[str, str]] = {title: name for name, titles in _TITLES.items() for title in titles}

SCHEMES: Final[dict[str, Promise]] = {
    "list": _("Mã riêng của danh sách"),
    "address": _("Mã địa chỉ số quốc gia"),
    "parcel": _("Mã thửa đất"),
}
"""Whose identifiers the column `external_id` may hold."""

LONGEST: Final = {"number": 20, "street": 120, "head_name": 100, "note": 500, "external_id": 60}
"""Letters that the database holds."""
MOST_PEOPLE: Final = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be understood: what a person saw and confirmed."""

    columns: dict[str, int]
    """Field → index of its column."""
    titles: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Index → letter and title, for messages."""
    sheet: str = ""
    file_srid: int | None = None
    """What the file itself says about its geometries."""
    has_geometry: bool = False
    srid: int | None = None
    """What the coordinates mean, None until someone has said so."""
    swapped: bool = False
    scheme: str = "list"
    """Whose identifiers the column `external_id` holds."""

    @property
    def places(self) -> bool:
        """Whether the file says where anything is."""
        return self.has_geometry or POINT in self.columns or (X in self.columns and Y in self.columns)

    @property
    def names_houses(self) -> bool:
        """Whether a row may name a house that is there; of a list without codes and ids each row is a new house's."""
        return bool({"code", "external_id"} & self.columns.keys())

    def to_json(self) -> dict[str, Any]:
        """As `ImportRun.reading` keeps it."""
        return {
            "columns": self.columns,
            "titles": {str(index): list(title) for index, title in self.titles.items()},
            "sheet": self.sheet,
            "file_srid": self.file_srid,
            "has_geometry": self.has_geometry,
            "srid": self.srid,
            "swapped": self.swapped,
            "scheme": self.scheme,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Reading:
        """Out of `ImportRun.reading`."""
        titles = {int(index): (title[0], title[1]) for index, title in kept.get("titles", {}).items()}
        return cls(**{**kept, "titles": titles})
