"""Say in one sentence what is wrong with a file, a feature or a line, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from households.models import StreetKind
from households.models.street import street_full_name
from households.streets import shape
from households.streets.ground import sentence as shape_sentence
from households.streets.importing.reading import StreetFileError
from households.streets.importing.words import LEAVE_OUT
from mapping import wording
from mapping.errors import TooLarge, UserError

_TOO_MUCH: Final = {"too_big", "too_many_rows", "too_many_vertices"}
_READABLE: Final = "GeoPackage, GeoJSON, Shapefile nén .zip, DXF, OpenStreetMap (.osm, .osm.pbf)"


def file_error(error: StreetFileError, name: str) -> UserError:
    """Return the error for a person; its code is the reading's."""
    params = {"file": name, "readable": _READABLE, "kind": "", "limit": 0, "limit_mb": 0, "layer": "", **error.params}
    told = _file_sentences()[error.code] % params
    return TooLarge(told, code=error.code) if error.code in _TOO_MUCH else UserError(told, code=error.code)


def _file_sentences() -> dict[str, wording.Sentence]:
    _ = wording.gettext
    return {
        "other_kind": _(
            "Tệp “%(file)s” không phải tệp đường, ngõ đọc được (%(kind)s). Các loại đọc được: %(readable)s."
        ),
        "dwg": _("Tệp “%(file)s” là bản vẽ DWG; hãy mở bằng phần mềm vẽ và lưu thành DXF."),
        "osm_declares": _(
            "Tệp “%(file)s” có khai báo DOCTYPE hoặc ENTITY, không tệp OpenStreetMap nào có, nên không được mở."
        ),
        "no_lines": _(
            "Tệp “%(file)s” không có đường nào (lớp “%(layer)s”); hãy xuất lớp tim đường dạng đường gấp khúc."
        ),
        "no_ways": _("Tệp “%(file)s” không có đường đi nào (thẻ highway) trong phạm vi xã."),
        "too_many_rows": _("Tệp “%(file)s” có hơn %(limit)d đối tượng; hãy cắt riêng phần của xã."),
        "too_many_vertices": _("Các đường trong tệp “%(file)s” có hơn %(limit)d điểm; hãy cắt riêng phần của xã."),
        "too_big": _("Tệp “%(file)s” lớn hơn %(limit_mb)d MB; hãy cắt riêng phần của xã."),
        "too_heavy": _(
            "Tệp “%(file)s” cần quá nhiều thời gian hoặc bộ nhớ để đọc, nên đã dừng; hãy cắt riêng phần của xã."
        ),
        "damaged": _("Tệp “%(file)s” bị hỏng, không đọc được; hãy lưu lại từ bản gốc."),
    }


def fault_sentence(code: str, figures: dict[str, Any]) -> str:
    """Say why a feature is no street, or what is left of it."""
    name = street_full_name(figures["kind"], figures["name"], figures.get("number", "")) if "kind" in figures else ""
    match code:
        case "no_name":
            return _("Đường, phố phải có tên. Hãy điền tên trong tệp, hoặc chọn loại là ngõ: ngõ được để trống tên.")
        case "long_name":
            return _("Tên dài hơn %(most)d chữ. Hãy rút ngắn trong tệp.") % figures
        case "no_place":
            return _("Tọa độ không phải một nơi ở Việt Nam. Hãy xem lại hệ tọa độ đã chọn.")
        case "same_name":
            return _(
                "Đã có %(street)s ở đối tượng %(other)d, cách %(distance)s m và không chạm nhau. Chỉ đoạn dài hơn được "
                "nhận; hãy nối hai đoạn trong tệp, hoặc đặt tên khác."
            ) % {"street": name, "other": figures["other"], "distance": _metres(figures["distance_m"])}
        case "same_name_there":
            return _(
                "Xã đã có %(street)s ở chỗ khác. Hãy đặt tên khác, hoặc vẽ lại đường đã có trên bản đồ đường, ngõ."
            ) % {"street": name}
        case "along":
            return _("Trùng một phần với %(street)s đã có mà mang tên khác. Hãy sửa tên ở trang của đường đã có.") % {
                "street": name
            }
        case "in_use":
            return _(
                "Trùng với %(street)s đã có, đang gắn với nhà, nên tên không đổi theo tệp. Muốn đổi tên, hãy sửa ở "
                "trang của đường."
            ) % {"street": name}
        case "border":
            return _("Đường ra khỏi xã rồi trở lại: chỉ đoạn dài nhất được nhận, đoạn %(length)s m này thì không.") % {
                "length": _metres(figures["length_m"])
            }
        case "double":
            return _("Chạy trùng lên đối tượng %(other)d trong cùng tệp, nên bị bỏ.") % figures
        case _:
            return shape_sentence(shape.Fault(code, None, figures))  # type: ignore[arg-type]  # the rest is its own


def _metres(value: float) -> str:
    return number_format(round(value, 1 if value < 100 else 0), decimal_pos=1 if value < 100 else 0)


def rows_phrase(rows: Sequence[int], mark: str) -> str:
    """Say which features: "Đối tượng 12 (way 345)", "Đối tượng 3, 4, 5 …"."""
    numbers = ", ".join(map(str, rows[:3])) + (" …" if len(rows) > 3 else "")
    if mark:
        return _("Đối tượng %(numbers)s (%(mark)s)") % {"numbers": numbers, "mark": mark}
    return _("Đối tượng %(numbers)s") % {"numbers": numbers}


def kind_label(kind: str) -> str:
    """Name a kind as a choice, or what stands for none."""
    if kind == LEAVE_OUT:
        return _("bỏ ra")
    return str(StreetKind(kind).label) if kind else _("theo tên")
