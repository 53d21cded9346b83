"""Say in one sentence what is wrong with a file of polygons or one of them, and what would be right."""

from __future__ import annotations

from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mapping import wording
from mapping.errors import TooLarge, UserError
from soil_map.importing.polygons import encodings
from soil_map.importing.polygons.model import PolygonFileError

_TOO_MUCH: Final = {"too_big", "too_many_rows", "too_many_vertices"}
_READABLE: Final = "GeoPackage, GeoJSON, Shapefile (.zip), MapInfo TAB, MIF (.zip), MicroStation DGN V7, DXF"


def file_error(error: PolygonFileError, name: str) -> UserError:
    """Return the error for a person; its code is the reading's."""
    params = {
        "file": name, "readable": _READABLE, "kind": "", "limit": 0, "limit_mb": 0, "layer": "", "layers": "",
        "missing": "", **error.params,
    }  # fmt: skip
    told = _file_sentences()[error.code] % params
    return TooLarge(told, code=error.code) if error.code in _TOO_MUCH else UserError(told, code=error.code)


def _file_sentences() -> dict[str, wording.Sentence]:
    _ = wording.gettext
    return {
        "other_kind": _("Tệp “%(file)s” không phải tệp vùng đọc được (%(kind)s). Các loại đọc được: %(readable)s."),
        "dwg": _("Tệp “%(file)s” là bản vẽ DWG; hãy mở bằng phần mềm vẽ và lưu thành DXF."),
        "dgn8": _(
            "Tệp “%(file)s” là bản vẽ MicroStation V8 hoặc tệp Office đời cũ; nếu là bản vẽ, hãy lưu lại thành DGN V7 "
            "hoặc DXF."
        ),
        "mapinfo_refers": _(
            "Bảng MapInfo trong “%(file)s” chỉ dẫn tới bảng khác (bảng ghép, bảng nhìn hoặc ảnh) nên không được mở; "
            "hãy lưu riêng lớp vùng thành một bảng."
        ),
        "mapinfo_incomplete": _(
            "Bảng MapInfo “%(layer)s” trong “%(file)s” thiếu tệp %(missing)s; hãy nén cả .tab, .dat, .map và .id vào "
            "một tệp .zip."
        ),
        "no_polygons": _("Tệp “%(file)s” không có vùng nào (lớp “%(layer)s”); hãy xuất lớp vùng khép kín."),
        "no_faces": _(
            "Các nét trong “%(file)s” không khép thành vùng nào; hãy chọn lớp nét ranh giới hoặc sửa bản vẽ."
        ),
        "no_such_layer": _("Tệp “%(file)s” không có lớp “%(layer)s”; các lớp có trong tệp: %(layers)s."),
        "too_many_rows": _(
            "Tệp “%(file)s” có hơn %(limit)d đối tượng, nhiều hơn một xã cần đến; hãy cắt riêng phần của xã."
        ),
        "too_many_vertices": _("Các vùng trong tệp “%(file)s” có hơn %(limit)d điểm; hãy cắt riêng phần của xã."),
        "too_big": _("Tệp “%(file)s” lớn hơn %(limit_mb)d MB; hãy cắt riêng phần của xã."),
        "too_heavy": _(
            "Tệp “%(file)s” cần quá nhiều thời gian hoặc bộ nhớ để đọc, nên đã dừng; hãy cắt riêng phần của xã."
        ),
        "tangled": _(
            "Quá nhiều vùng hoặc nét trong “%(file)s” chồng lên nhau, không bản đồ nào như vậy; hãy chỉ giữ "
            "lớp ranh giới."
        ),
        "damaged": _("Tệp “%(file)s” bị hỏng, không đọc được; hãy lưu lại từ bản gốc."),
    }


def field_label(name: str) -> str:
    """What a column may hold, as a choice says it."""
    labels = {
        "symbol": _("Ký hiệu khoanh đất"), "wrb": _("Nhóm đất theo WRB"), "sheet": _("Số tờ bản đồ"),
        "number": _("Số thửa"), "label": _("Nhãn thửa (loại đất, số thửa, diện tích viết liền)"),
        "land_use": _("Loại đất (mục đích sử dụng)"), "name1": _("Tên đất 1, hoặc cả thành phần (“Fl 70 %, Ac 30 %”)"),
        "percent1": _("Tỷ lệ 1 (%)"),
    }  # fmt: skip
    if name in labels:
        return labels[name]
    if name.startswith("name"):
        return _("Tên đất %(number)s") % {"number": name[-1]}
    return _("Tỷ lệ %(number)s (%%)") % {"number": name[-1]}


def question(code: str) -> str:
    """What a person has to say before anything can be found."""
    return {
        "encoding": _("Chữ trong tệp viết bằng bảng mã nào? Hãy chọn dòng đọc được thành tiếng Việt."),
        "system": _("Tọa độ thuộc hệ nào? Hãy chọn hình mà các vùng nằm đúng chỗ trong xã; đừng đoán nếu chưa chắc."),
        "symbol": _("Cột nào là ký hiệu khoanh đất?"),
        "number": _("Cột nào là số thửa, hoặc nhãn có số thửa?"),
        "sheet": _("Các thửa thuộc tờ bản đồ số mấy? Hãy chọn cột, hoặc ghi số tờ cho cả tệp."),
        "map": _("Bản đồ đất này theo bảng phân loại nào, phiên bản nào? Tên đất chỉ có nghĩa theo bảng phân loại đó."),
    }[code]


def encoding_label(key: str) -> str:
    """The name of an encoding."""
    return {
        encodings.UTF8: "Unicode (UTF-8)",
        encodings.WINDOWS: "Windows-1258",
        encodings.TCVN3: _("TCVN3 (phông ABC, .VnTime)"),
        encodings.AS_IT_IS: _("Unicode, như trong tệp"),
    }[key]


def fault_sentence(code: str, params: dict[str, Any]) -> str:
    """Why a polygon is not taken, or what stands out about one that is."""
    figures: dict[str, Any] = {
        **params,
        "percent": _number(params.get("percent", 0.0), 1),
        "field": _field(params.get("field", "")),
        "total": _number(params.get("total", 0.0), 1),
        "distance": distance_text(params.get("distance_m", 0.0)),
    }
    if code == "mended":
        return _mended(params)
    return _fault_sentences()[code] % figures


def _fault_sentences() -> dict[str, str]:
    return {
        "missing": _("Thiếu %(field)s; hãy điền trong tệp."),
        "too_long": _("Ô %(field)s dài quá %(limit)s chữ; hãy rút gọn."),
        "label": _("Nhãn “%(written)s” không đọc ra số thửa; hãy viết như “LUC 345/512,3”."),
        "composition_over": _("Các tỷ lệ đất cộng lại thành %(total)s %%; phải không quá 100 %%."),
        "composition_share": _("Tỷ lệ “%(written)s” không phải số từ 0 đến 100."),
        "composition_unnamed": _("Có tỷ lệ mà không có tên đất; hãy điền tên đất."),
        "composition_long": _("Tên đất “%(name)s…” quá dài; tên có nhiều nhất 120 chữ."),
        "composition_missing": _("Đất “%(name)s” thiếu tỷ lệ; chỉ một loại đất trong khoanh được để trống tỷ lệ."),
        "twice": _(
            "%(name)s đã có ở đối tượng %(other)s của tệp với hình hoặc nội dung khác; mỗi thửa, khoanh chỉ một lần."
        ),
        "no_place": _("Tọa độ không phải một nơi ở Việt Nam; hãy xem lại hệ tọa độ đã chọn."),
        "nothing_left": _("Vùng không có diện tích: ranh giới không khép kín hoặc các điểm trùng nhau; hãy vẽ lại."),
        "outside": _("Nằm ngoài xã, cách ranh giới %(distance)s; hãy xem lại xã và hệ tọa độ."),
        "mostly_outside": _("%(percent)s %% diện tích nằm ngoài xã; hãy nhập ở xã có phần lớn vùng này."),
        "elsewhere": _(
            "Xã đã có tờ/thửa %(name)s ở chỗ khác, cách %(distance)s: có lẽ số tờ trùng nhau sau khi nhập xã; hãy đổi "
            "số tờ, ví dụ thêm tên xã cũ."
        ),
        "on_known": _(
            "%(percent)s %% diện tích chồng lên khoanh “%(other)s” đã có trong bản đồ này; hãy nhập thành một bản đồ "
            "mới, hoặc bỏ khoanh trùng."
        ),
        "crossing": _("%(percent)s %% diện tích của %(name)s nằm ngoài ranh giới xã; vẫn giữ cả vùng."),
        "double": _("%(name)s lặp lại đối tượng %(other)s của tệp, nên chỉ lấy một lần."),
        "part": _("Các loại đất của %(name)s cộng lại được %(percent)s %%; phần còn lại để trống."),
    }  # fmt: skip


def _mended(params: dict[str, Any]) -> str:
    figures = {
        "name": params["name"], "fault": params["fault"], "before": area_text(params["before_m2"]),
        "after": area_text(params["after_m2"]),
    }  # fmt: skip
    return (
        _(
            "Ranh giới của %(name)s tự cắt (%(fault)s) nên đã sửa; diện tích từ %(before)s thành %(after)s. Nét như đã "
            "vẽ được giữ cùng tệp gốc."
        )
        % figures
    )


def _field(name: str) -> str:
    labels = {
        "symbol": _("ký hiệu"), "sheet": _("số tờ"), "number": _("số thửa"), "land_use": _("loại đất"),
        "wrb": _("nhóm WRB"),
    }  # fmt: skip
    return labels.get(name, name)


def area_text(square_metres: float) -> str:
    """An area as a page says it: square metres, or hectares from one on."""
    if square_metres >= 10_000:
        return _("%(area)s ha") % {"area": _number(square_metres / 10_000, 2)}
    return _("%(area)s m²") % {"area": _number(square_metres, 1 if square_metres < 100 else 0)}


def distance_text(metres: float) -> str:
    """A distance: metres, or kilometres from one on."""
    if metres >= 1_000:
        return _("%(distance)s km") % {"distance": _number(metres / 1_000, 1)}
    return _("%(distance)s m") % {"distance": _number(metres, 0)}


def _number(value: float, decimals: int) -> str:
    return str(number_format(round(value, decimals), decimal_pos=decimals, force_grouping=True))
