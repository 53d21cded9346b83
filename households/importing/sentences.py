"""The sentence for each reason: what is wrong with the row and what would be right."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from households.codes import format_house_code
from households.importing.fields import LABELS
from mapping.importing import Issue
from mapping.place_words import distance_text

_NAME_A_HOUSE: Final = ("code_unknown", "house_closed", "number_decided")
"""Reasons of which the value is the code of a house."""


def sentence(issue: Issue) -> str:
    """Say why a row is not taken, in the reader's language."""
    params: dict[str, Any] = {"value": "", "other": 0, "limit": 0, "length": 0, "count": 0, **issue.params}
    if "nearest" in params:
        params["nearest"] = ", ".join(f"“{name}”" for name in params["nearest"]) or _("chưa có thôn nào")
    if "metres" in params:
        metres = params["metres"]
        params["distance"] = distance_text(metres) if metres is not None and metres == metres else ""
    if issue.code in _NAME_A_HOUSE and params["value"].isdigit() and len(params["value"]) == 9:
        params["value"] = format_house_code(params["value"])
    return _sentences()[issue.code] % params


def _sentences() -> dict[str, str]:
    return {
        "too_many_cells": _("Dòng có %(count)d ô, nhiều hơn số cột của tiêu đề; hãy kiểm tra dấu ngăn cách trong ô."),
        "too_long": _("“%(value)s” dài %(length)d chữ; cột này nhận nhiều nhất %(limit)d chữ."),
        "became_a_date": _(
            "Excel đã đổi số nhà thành ngày tháng (%(value)s); hãy định dạng cột là Văn bản rồi gõ lại, ví dụ 12/5."
        ),
        "phone": _("“%(value)s” không phải một số điện thoại; số đúng có 10 chữ số, ví dụ 0912345678, mỗi ô một số."),
        "size": _("“%(value)s” không phải số người; hãy ghi một số từ 1 đến %(limit)d hoặc để trống."),
        "phone_without_head": _(
            "Dòng có điện thoại mà không có tên chủ hộ, nên không biết là số của hộ nào; hãy ghi tên chủ hộ hoặc để "
            "trống ô điện thoại."
        ),
        "size_without_head": _(
            "Dòng có số người mà không có tên chủ hộ, nên không biết là của hộ nào; hãy ghi tên chủ hộ hoặc để trống ô "
            "số người."
        ),
        "code": _("“%(value)s” không phải mã nhà; mã nhà có 9 chữ số, ví dụ 123-456-784."),
        "code_check": _("Mã nhà “%(value)s” bị gõ sai một chữ số hoặc đảo hai chữ số; hãy xem lại trên biển."),
        "accuracy": _("“%(value)s” không phải sai số; hãy ghi số mét, ví dụ 5 hoặc 4,5."),
        "village": _("Xã không có thôn “%(value)s”; các tên gần nhất: %(nearest)s."),
        "unreadable": _("“%(value)s” không phải tọa độ; hãy ghi như 105,81 và 19,67 hoặc tọa độ VN-2000 bằng mét."),
        "short_link": _("“%(value)s” là liên kết rút gọn, không chứa tọa độ; hãy mở nó và chép địa chỉ đầy đủ."),
        "out_of_range": _("“%(value)s” nằm ngoài giới hạn: vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180."),
        "other_kind": _("“%(value)s” khác kiểu với cả cột (độ lẫn với mét); hãy ghi cùng một kiểu tọa độ."),
        "swapped_pair": _("Riêng dòng này hai tọa độ bị đảo chỗ: “%(value)s”; hãy đổi lại cho đúng thứ tự."),
        "outside": _("Điểm nằm ngoài ranh giới xã, cách %(distance)s; hãy kiểm tra tọa độ “%(value)s”."),
        "code_unknown": _("Xã không có nhà mang mã %(value)s; hãy để trống mã nếu đây là nhà mới."),
        "code_and_id_differ": _("Mã nhà và mã “%(value)s” chỉ hai nhà khác nhau; hãy bỏ một trong hai mã."),
        "house_closed": _("Nhà %(value)s đã đóng; hãy mở lại nhà trước khi nhập."),
        "missing": _("Nhà mới phải có tọa độ; hãy điền tọa độ, hoặc mã của nhà đã có."),
        "no_place": _("Tệp không có cột tọa độ nên chỉ sửa được nhà đã có; dòng này không có mã của nhà nào đã có."),
        "differs": _("Khác với dòng %(other)d dù cùng một nhà; hãy ghi giống nhau hoặc để trống ở dòng sau."),
        "repeats": _("Lặp lại dòng %(other)d: cùng nhà, cùng chủ hộ hoặc không có chủ hộ; hãy bỏ một dòng."),
        "id_repeats": _("Mã “%(value)s” đã dùng ở dòng %(other)d cho một nhà khác; mỗi mã chỉ một nhà."),
        "number_decided": _(
            "Số nhà này do quyết định đặt cho nhà %(value)s; hãy ghi số khác, hoặc ghi mã %(value)s nếu là chính nhà "
            "đó."
        ),
        "leader_refused": _("Cùng nhà với dòng %(other)d, mà dòng đó chưa nhập được; hãy sửa dòng đó trước."),
    }


def double_sentence(code: str, *, line: int | None, house: str) -> str:
    """Say what a row looks like: another row of the list (`line`) or a house that is there (`house`)."""
    other = _("dòng %(line)d") % {"line": line} if line is not None else _("nhà %(house)s") % {"house": house}
    signs = {
        "same_point": _("Cùng một điểm với %(other)s"),
        "same_number": _("Cùng số nhà, cùng đường ngõ và thôn với %(other)s"),
        "near_name": _("Chủ hộ gần trùng tên, cách dưới 15 m so với %(other)s"),
    }
    return signs[code] % {"other": other}


def change_sentence(house: bool, household_comes: bool, household: bool, id_comes: bool) -> str:
    """Say what a row would change at a house that is there."""
    parts = []
    if house:
        parts.append(_("sửa nhà"))
    if household_comes:
        parts.append(_("thêm hộ"))
    if household:
        parts.append(_("sửa hộ"))
    if id_comes:
        parts.append(_("thêm mã"))
    return ", ".join(parts)


def decided_sentence(address: str, decision: str, *, is_kept: bool) -> str:
    """Say what becomes of a number that a decision gave, where a row has another."""
    about = {"address": address, "decision": decision}
    if is_kept:
        return (
            _("số nhà %(address)s do quyết định %(decision)s đặt; giữ nguyên, chỉ cán bộ được đánh số nhà mới đổi được")
            % about
        )
    return (
        _("số nhà %(address)s do quyết định %(decision)s đặt; đổi theo danh sách thì không còn theo quyết định nữa")
        % about
    )


def column_label(name: str) -> str:
    """What a field is called on screen."""
    return str(LABELS[name])
