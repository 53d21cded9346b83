"""Say in one sentence which feature of a boundary file is at fault, why, and what would be right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mapping.boundary_reading import BoundaryError
from mapping.errors import UserError
from mapping.models import UnitKind


def boundary_error(error: BoundaryError, *, file: str) -> UserError:
    """Return the error for a person; its code is the reading's, or the outline's reason."""
    code = str(error.params.get("reason", error.code))
    reason = _reason(error, code)
    if not error.number:
        sentence = _("Tệp “%(file)s”: %(reason)s") % {"file": file, "reason": reason}
    else:
        sentence = _("Tệp “%(file)s”, đối tượng %(number)d: %(reason)s") % {
            "file": file,
            "number": error.number,
            "reason": reason,
        }
    return UserError(sentence, code=code)


def _reason(error: BoundaryError, code: str) -> str:
    params = dict(error.params)
    if params.get("place"):
        lng, lat = params["place"]
        params["at"] = f"{lng:.6f}, {lat:.6f}"
    params["percent"] = 100 * params.get("change", 0.0)
    if code == "code_wrong":
        params["form"] = {
            UnitKind.PROVINCE: _("2 chữ số, như 38"),
            UnitKind.COMMUNE: _("5 chữ số, như 16543"),
            UnitKind.VILLAGE: _("mã xã và số thôn, như 16543-01"),
        }[UnitKind(params["kind"])]
    if code == "crosses" and "at" not in params:
        params["at"] = "?"
    return {
        "no_geometry_column": _("tệp không có ranh giới; hãy dùng GeoJSON, GeoPackage hoặc Shapefile nén .zip."),
        "code_missing": _("thiếu mã đơn vị; hãy điền cột “code” hoặc “mã”."),
        "kind_unknown": _("không biết mã “%(value)s” là của tỉnh, xã hay thôn; hãy thêm --kind."),
        "code_wrong": _("mã “%(value)s” không đúng dạng (%(form)s)."),
        "code_twice": _("mã “%(value)s” đã có ở đối tượng %(other)d; mỗi đơn vị chỉ được một đối tượng."),
        "name_missing": _("đơn vị mã “%(value)s” thiếu tên; hãy điền cột “name” hoặc “tên”."),
        "name_long": _("tên “%(value)s” quá dài; tên có nhiều nhất 100 chữ."),
        "none": _("“%(value)s” không có ranh giới, hoặc vòng ranh giới chưa khép kín."),
        "not_polygon": _("“%(value)s” không phải vùng khép kín; ranh giới phải là Polygon hoặc MultiPolygon."),
        "outside": _(
            "“%(value)s” nằm ngoài Việt Nam (%(at)s); có lẽ kinh độ và vĩ độ bị đảo hoặc sai hệ tọa độ (thêm --crs)."
        ),
        "crosses": _(
            "ranh giới của “%(value)s” tự cắt tại %(at)s; tự sửa sẽ làm diện tích thay đổi %(percent).1f %%, nên cần "
            "vẽ lại chỗ này."
        ),
        "nothing_left": _("ranh giới của “%(value)s” hẹp hơn nửa mét, không thành vùng."),
    }[code] % params
