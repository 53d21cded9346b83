"""Say in one sentence why a file could not be read as a table, and what would be right."""

from __future__ import annotations

from mapping.errors import UserError
from mapping.tables import TableError
from mapping.wording import gettext as _


def table_error(error: TableError) -> UserError:
    """Return the error for a person; its code is the table's."""
    params = {"file": "", "sheet": "", "row": 0, "limit": 0, "limit_mb": 0, **error.params}
    if isinstance(params.get("sheets"), tuple):
        params["sheets"] = ", ".join(params["sheets"])
    template = _sentences().get(error.code) or _("Không đọc được tệp “%(file)s”.")
    sentence = template % params
    return UserError(sentence, code=error.code)


def _sentences() -> dict[str, str]:
    return {
        "empty": _("Tệp “%(file)s” không có dữ liệu; hãy chọn tệp có ít nhất một dòng."),
        "no_rows": _("Tệp “%(file)s” chỉ có dòng tiêu đề, chưa có dòng dữ liệu nào."),
        "one_column": _(
            "Tệp “%(file)s” chỉ có một cột; hãy lưu lại với các cột cách nhau bằng dấu phẩy, chấm phẩy hoặc tab."
        ),
        "too_big": _("Tệp “%(file)s” lớn hơn %(limit_mb)d MB; hãy chia thành nhiều tệp."),
        "too_many_rows": _("Tệp “%(file)s” có hơn %(limit)d dòng; hãy chia thành nhiều tệp."),
        "too_many_columns": _("Tệp “%(file)s” có hơn %(limit)d cột; hãy bỏ bớt các cột không dùng."),
        "no_such_sheet": _("Tệp “%(file)s” không có trang “%(sheet)s”; các trang có trong tệp: %(sheets)s."),
        "row_unreadable": _("Tệp “%(file)s”, dòng %(row)s: không đọc được; hãy mở tệp, sửa dòng này rồi lưu lại."),
        "zip_bomb": _(
            "Tệp nén “%(file)s” giải nén ra hơn %(limit_mb)d MB, quá lớn so với cỡ của nó, nên không được mở."
        ),
        "zip_entries": _("Tệp nén “%(file)s” chứa hơn %(limit)d tệp nên không được mở."),
        "workbook_bomb": _(
            "Tệp “%(file)s” có hơn %(limit)d mục trong phần “%(part)s”, nhiều hơn một danh sách thật cần đến, nên "
            "không được mở; hãy chép riêng bảng danh sách sang một tệp Excel mới."
        ),
        "zip_unsafe": _("Tệp nén “%(file)s” chứa tên tệp không an toàn (%(entry)s) nên không được mở."),
        "zip_without_table": _("Tệp nén “%(file)s” không chứa bảng Excel hay Shapefile nào."),
        "truncated": _("Tệp “%(file)s” bị cụt, có lẽ tải chưa hết; hãy chép lại từ bản gốc."),
        "damaged": _("Tệp “%(file)s” bị hỏng, không đọc được; hãy lưu lại từ bản gốc."),
        "password_protected": _("Tệp “%(file)s” có mật khẩu; hãy bỏ mật khẩu rồi thử lại."),
        "xls_old": _("Tệp “%(file)s” là Excel đời cũ (.xls); hãy mở bằng Excel và lưu lại thành .xlsx."),
        "not_excel": _(
            "Tệp “%(file)s” mang đuôi Excel nhưng không phải bảng Excel; hãy mở danh sách bằng Excel và lưu lại thành "
            ".xlsx."
        ),
        "html": _("Tệp “%(file)s” là trang web, không phải bảng; hãy mở bằng Excel và lưu lại thành .xlsx."),
        "not_supported": _(
            "Tệp “%(file)s” thuộc loại chưa đọc được (%(kind)s); hãy dùng XLSX, CSV, GeoJSON, GeoPackage hoặc "
            "Shapefile nén .zip."
        ),
        "json_broken": _("Tệp “%(file)s” không đúng định dạng JSON ở dòng %(line)s, cột %(column)s."),
        "shapefile_not_zipped": _(
            "Tệp “%(file)s” chỉ là một phần của Shapefile; hãy nén các tệp .shp, .shx, .dbf và .prj vào một tệp .zip."
        ),
        "shapefile_incomplete": _("Shapefile “%(layer)s” trong “%(file)s” thiếu tệp %(missing)s."),
        "layer_without_points": _("Lớp “%(sheet)s” trong tệp “%(file)s” không có điểm nào."),
        "crs_unknown": _(
            "Tệp “%(file)s” không ghi hệ tọa độ (thiếu .prj); hãy cho biết hệ tọa độ, ví dụ EPSG:5897 hoặc EPSG:4326."
        ),
        "crs_deprecated": _(
            "Tệp “%(file)s” dùng hệ tọa độ đã bị hủy (%(crs)s); hãy xuất lại bằng một múi VN-2000 còn hiệu lực."
        ),
        "crs_unsupported": _(
            "Tệp “%(file)s” dùng hệ tọa độ không nhận được (%(crs)s); hãy xuất lại bằng VN-2000 hoặc WGS 84."
        ),
    }
