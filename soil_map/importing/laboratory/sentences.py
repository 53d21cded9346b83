"""The sentence for each reason and question: what is wrong or not known, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.importing import Issue
from mapping.place_words import distance_text
from soil_map.importing.columns import Field
from soil_map.importing.laboratory.meaning import Analysis, MethodInfo, Open, converted
from soil_map.units import Conversion, UnitsDiffer, unit_of

LABELS: dict[str, Promise] = {
    Field.SITE: gettext_lazy("Ký hiệu điểm, mẫu"),
    Field.LABORATORY_CODE: gettext_lazy("Mã phòng phân tích"),
    Field.X: gettext_lazy("Kinh độ, X hoặc Đông"),
    Field.Y: gettext_lazy("Vĩ độ, Y hoặc Bắc"),
    Field.POINT: gettext_lazy("Cả hai tọa độ trong một ô"),
    Field.ACCURACY: gettext_lazy("Sai số vị trí (m)"),
    Field.SHEET: gettext_lazy("Số tờ bản đồ"),
    Field.PARCEL: gettext_lazy("Số thửa"),
    Field.DEPTH: gettext_lazy("Độ sâu từ–đến (cm)"),
    Field.DEPTH_FROM: gettext_lazy("Độ sâu từ (cm)"),
    Field.DEPTH_TO: gettext_lazy("Độ sâu đến (cm)"),
    Field.SAMPLED_ON: gettext_lazy("Ngày lấy mẫu"),
    Field.COMPOSITE: gettext_lazy("Số mẫu con trộn lại"),
    Field.PRIVATE: gettext_lazy("Riêng tư"),
    Field.REPLICATE: gettext_lazy("Lần lặp"),
    Field.PROPERTY: gettext_lazy("Chỉ tiêu (mỗi số một dòng)"),
    Field.METHOD: gettext_lazy("Phương pháp (mỗi số một dòng)"),
    Field.VALUE: gettext_lazy("Kết quả (mỗi số một dòng)"),
    Field.UNIT: gettext_lazy("Đơn vị (mỗi số một dòng)"),
}
"""What a column may hold besides figures, in the order of the select boxes."""


def sentence(issue: Issue, methods: Mapping[str, MethodInfo]) -> str:
    """Say why a row or a figure is not taken, or what stands out, in the reader's language."""
    params: dict[str, Any] = {"value": "", "other": 0, "limit": 0, "length": 0, "count": 0, **issue.params}
    if isinstance(params.get("metres"), float | int):
        params["distance"] = distance_text(params["metres"])
    method = methods.get(params.get("method", ""))
    if method is not None:
        params["property"] = method.property.name
        params["range"] = _range(method, params.get("unit", ""))
    params["would_be"] = number_text(params["would_be"], 6) if "would_be" in params else ""
    if "thousands" in params:
        params["thousands"] = format(params["thousands"], ".0f")
    code = issue.code
    if code == "figure_spread" and not params["would_be"]:
        code = "figure_text"
    if code == "figure_high" and params["would_be"]:
        code = "figure_comma"
    if code == "place_outside" and "distance" not in params:
        code = "place_out_of_range"
    if code == "place_outside" and params.get("unit_name"):
        code = "place_in"
    return str(_sentences()[code] % params)


def number_text(value: float, digits: int) -> str:
    """A number with so many digits that say something, as the reader writes it: "0,22914", "10"."""
    return str(number_format(format(Decimal(f"{value:.{digits}g}"), "f"), use_l10n=True))


def _range(method: MethodInfo, unit: str) -> str:
    """What soils have of a property, in the unit of the sheet."""
    try:
        factor = converted(Analysis("", (), method=method.key, unit=unit), {method.key: method}).factor
    except UnitsDiffer:
        factor = 1.0
    lowest, highest = (number_text(bound / factor, 4) for bound in (method.property.lowest, method.property.highest))
    said = f"{lowest}–{highest} {unit_of(unit)}" if unit else f"{lowest}–{highest}"
    return said.strip()


def _sentences() -> dict[str, str]:
    return {
        "too_many_cells": _("Dòng có %(count)d ô, nhiều hơn số cột của tiêu đề; hãy kiểm tra dấu ngăn cách trong ô."),
        "too_long": _("“%(value)s” dài %(length)d chữ; cột này nhận nhiều nhất %(limit)d chữ."),
        "no_site": _("Dòng có kết quả mà không có ký hiệu điểm; hãy ghi ký hiệu, hoặc số tờ và số thửa."),
        "site_date": _(
            "Excel đã đổi ký hiệu thành ngày tháng (%(value)s); hãy định dạng cột là Văn bản rồi gõ lại, ví dụ 12/5."
        ),
        "no_figures": _("Dòng không có kết quả nào; hãy ghi kết quả hoặc bỏ dòng này."),
        "depth": _("“%(value)s” không phải độ sâu; hãy ghi từ–đến bằng cm, ví dụ 0–20."),
        "depth_one": _("“%(value)s” chỉ có một số; hãy ghi độ sâu từ–đến, ví dụ 0–20."),
        "depth_up": _("Độ sâu “%(value)s” đi ngược lên; có phải %(top)s–%(bottom)s cm?"),
        "depth_deep": _("Độ sâu “%(value)s” quá 10 m; độ sâu ghi bằng cm, ví dụ 0–20."),
        "depth_date": _(
            "Excel đã đổi độ sâu thành ngày tháng; hãy định dạng cột là Văn bản rồi gõ lại, ví dụ 10–20."
        ),
        "day": _("“%(value)s” không phải một ngày; hãy ghi ngày/tháng/năm, ví dụ 15/3/2025."),
        "day_ahead": _("Ngày %(value)s chưa tới; hãy xem lại ngày lấy mẫu."),
        "mixed": _("“%(value)s” không phải số mẫu con; hãy ghi một số từ 1 đến %(limit)d hoặc để trống."),
        "replicate": _("“%(value)s” không phải lần lặp; hãy ghi 1, 2, 3…"),
        "private": _("“%(value)s” không cho biết mẫu riêng tư hay không; hãy ghi “x”, “không” hoặc để trống."),
        "accuracy": _("“%(value)s” không phải sai số; hãy ghi số mét, ví dụ 5 hoặc 4,5."),
        "figure_text": _("“%(value)s” không phải một số; hãy ghi như 7,1, hoặc “<0,05” khi dưới ngưỡng phát hiện."),
        "figure_spread": _("“%(value)s” ghi cả sai số; hãy ghi riêng số đo, ví dụ %(would_be)s."),
        "figure_spaced": _("“%(value)s” có dấu cách giữa các chữ số; nếu là một số, hãy ghi liền: %(would_be)s."),
        "figure_thousands": _(
            "“%(value)s” có thể là %(would_be)s hoặc %(thousands)s, các số khác của cột không cho biết là số nào; hãy "
            "ghi “%(would_be)s” hoặc “%(thousands)s”."
        ),
        "figure_as_decimal": _(
            "“%(value)s” được hiểu là %(would_be)s, vì %(property)s không thể là %(thousands)s; các số khác của cột có "
            "ít chữ số thập phân hơn, nên hãy đối chiếu phiếu gốc."
        ),
        "figure_negative": _("%(property)s không thể âm: “%(value)s”; hãy xem lại phiếu gốc."),
        "figure_above": _("“%(value)s” chỉ nói lớn hơn một mức; hãy ghi số đo được hoặc để trống."),
        "figure_limit": _(
            "“%(value)s” không nói ngưỡng phát hiện là bao nhiêu; hãy ghi ngưỡng của cột ở bước hiểu tệp, hoặc ghi "
            "“<0,05”."
        ),
        "figure_comma": _("%(property)s %(value)s ngoài khoảng có thể (%(range)s); có phải %(would_be)s?"),
        "figure_high": _("%(property)s %(value)s ngoài khoảng có thể (%(range)s); hãy xem lại số và đơn vị của cột."),
        "figure_low": _("%(property)s %(value)s ngoài khoảng có thể (%(range)s); hãy xem lại số và đơn vị của cột."),
        "figure_date": _(
            "Excel đã đổi kết quả thành ngày tháng (%(value)s); hãy định dạng cột là Văn bản rồi gõ lại, ví dụ 5,2."
        ),
        "figure_repeats": _(
            "%(property)s của mẫu này đã có ở dòng %(other)d; hãy bỏ một dòng, hoặc nhập cả hai thành các lần lặp."
        ),
        "repeats": _(
            "Mẫu “%(value)s” ở %(depth)s cm đã có ở dòng %(other)d; hãy bỏ một dòng, hoặc nhập cả hai thành các lần "
            "lặp."
        ),
        "differs": _("Khác với dòng %(other)d dù cùng một mẫu; hãy ghi giống nhau hoặc để trống ở dòng sau."),
        "site_elsewhere": _(
            "Điểm “%(value)s” đã có ở chỗ khác, cách %(distance)s; hãy sửa tọa độ, hoặc đặt ký hiệu khác cho điểm mới."
        ),
        "site_differs": _(
            "Điểm “%(value)s” ở dòng %(other)d nằm chỗ khác, cách %(distance)s; mỗi ký hiệu chỉ một chỗ."
        ),
        "no_such_parcel": _(
            "Xã chưa có thửa %(parcel)s tờ %(sheet)s; hãy nạp bản đồ thửa trước, hoặc ghi tọa độ của điểm."
        ),
        "no_place": _("Điểm “%(value)s” chưa có trong xã; hãy ghi tọa độ, hoặc số tờ và số thửa."),
        "place_unreadable": _(
            "“%(value)s” không phải tọa độ; hãy ghi như 105,81 và 19,67 hoặc tọa độ VN-2000 bằng mét."
        ),
        "place_short_link": _("“%(value)s” là liên kết rút gọn, không chứa tọa độ; hãy mở nó và chép địa chỉ đầy đủ."),
        "place_out_of_range": _("“%(value)s” không phải một chỗ trên trái đất trong hệ tọa độ đã chọn; hãy xem lại."),
        "place_other_kind": _("“%(value)s” khác kiểu với cả cột (độ lẫn với mét); hãy ghi cùng một kiểu tọa độ."),
        "place_swapped_pair": _("Riêng dòng này hai tọa độ bị đảo chỗ: “%(value)s”; hãy đổi lại cho đúng thứ tự."),
        "place_outside": _("Điểm nằm ngoài ranh giới xã, cách %(distance)s; hãy kiểm tra tọa độ “%(value)s”."),
        "place_in": _(
            "Điểm nằm ở %(unit_name)s, cách ranh giới xã này %(distance)s; hãy kiểm tra tọa độ “%(value)s” và xã đã "
            "chọn."
        ),
        "parcel_unknown": _("Xã chưa có thửa %(parcel)s tờ %(sheet)s; mẫu được nhập theo tọa độ, không gắn với thửa."),
        "parcel_far": _("Tọa độ cách thửa %(parcel)s tờ %(sheet)s khoảng %(distance)s; hãy xem lại số thửa."),
        "place_of_parcel": _("Không có tọa độ; điểm được đặt ở giữa thửa %(parcel)s tờ %(sheet)s."),
        "private_differs": _("Các dòng của mẫu “%(value)s” nói khác nhau về riêng tư; mẫu được giữ riêng tư."),
        "becomes_open": _("Mẫu “%(value)s” đang riêng tư; tệp ghi là không, nên khi nhập mẫu không còn riêng tư."),
        "day_outside": _("Ngày %(value)s ngoài thời gian của đợt điều tra; mẫu vẫn được nhập."),
    }  # fmt: skip


def question_sentence(
    asked: Open,
    analyses: Mapping[str, Analysis],
    titles: Mapping[int, tuple[str, str]],
    methods: Mapping[str, MethodInfo],
) -> str:
    """Say what a person has to say, and where."""
    analysis = analyses.get(asked.analysis)
    params: dict[str, Any] = {"where": where(analysis, titles) if analysis else ""}
    if asked.other in analyses:
        params["other"] = where(analyses[asked.other], titles)
    if analysis is not None:
        method = methods.get(analysis.method)
        params["property"] = method.property.name if method else _property_names(analysis, methods)
        params["method"] = method.name if method else ""
        params["methods"] = ", ".join(methods[key].name for key in analysis.methods_named if key in methods)
        params["words"] = " ".join(analysis.words)
        params["unit"] = str(unit_of(analysis.unit)) if analysis.unit else ""
        params["canonical"] = str(unit_of(method.property.unit)) if method else ""
    return str(_questions()[asked.question] % params)


def _questions() -> dict[str, str]:
    return {
        "site": _("Chưa rõ cột nào ghi ký hiệu điểm; hãy chọn cột đó, hoặc các cột số tờ và số thửa."),
        "property": _("%(where)s: không biết là chỉ tiêu nào; hãy chọn chỉ tiêu và phương pháp, hoặc bỏ ra."),
        "words": _(
            "%(where)s: chưa hiểu “%(words)s” trong tiêu đề, có thể là phương pháp hoặc chỉ tiêu khác; hãy chọn đúng "
            "chỉ tiêu và phương pháp, hoặc bỏ ra."
        ),
        "ambiguous": _("%(where)s: có thể là %(property)s; hãy chọn một, cùng với phương pháp."),
        "method": _("%(where)s: tiêu đề không ghi phương pháp phân tích %(property)s; hãy chọn."),
        "methods_named": _(
            "%(where)s: tiêu đề ghi nhiều phương pháp (%(methods)s). Số của hai phương pháp không so sánh được với "
            "nhau: hãy tách thành hai cột, hoặc chọn đúng một phương pháp, hoặc bỏ ra."
        ),
        "unit": _("%(where)s: chưa rõ đơn vị của %(property)s; hãy chọn, cả chất được tính (ví dụ P hay P₂O₅)."),
        "units_differ": _(
            "%(where)s: %(unit)s không đổi được ra %(canonical)s của %(property)s; hãy chọn đơn vị khác."
        ),
        "same_method": _(
            "%(where)s và %(other)s cùng là %(property)s, %(method)s; hãy bỏ một, hoặc nhập cả hai thành các lần lặp."
        ),
        "two_methods": _(
            "%(where)s và %(other)s là %(property)s theo hai phương pháp. Số của hai phương pháp không so sánh được "
            "với nhau: hãy bỏ một, hoặc xác nhận giữ riêng từng phương pháp."
        ),
        "system": _("Hãy chọn cách hiểu tọa độ mà các điểm nằm đúng chỗ trên bản đồ; đừng đoán nếu chưa chắc."),
        "depth": _("Tệp không ghi độ sâu lấy mẫu; hãy ghi độ sâu chung cho mọi mẫu."),
        "confirm": _(
            "%(where)s: không ghi phương pháp; hệ thống lấy %(method)s vì chỉ biết phương pháp này của %(property)s. "
            "Hãy xem phiếu gốc rồi xác nhận, hoặc chọn bỏ ra."
        ),
    }  # fmt: skip


def _property_names(analysis: Analysis, methods: Mapping[str, MethodInfo]) -> str:
    names = {one.property.key: one.property.name for one in methods.values()}
    return _(" hoặc ").join(names.get(key, key) for key in analysis.properties)


def where(analysis: Analysis, titles: Mapping[int, tuple[str, str]]) -> str:
    """Where an analysis stands: "Cột G “P2O5 dt”", or what the rows of a long sheet call it."""
    if analysis.key.startswith("c"):
        letter, title = titles.get(analysis.column, ("", analysis.title))
        return _("Cột %(letter)s “%(title)s”") % {"letter": letter, "title": title or "–"}
    return f"“{analysis.title}”"


def conversion_text(found: Conversion) -> str:
    """Say how figures become canonical ones: "mg/kg P → mg/100 g P₂O₅: × 0,22914"."""
    factor = number_text(found.factor, 5)
    if not found.changes or found.factor == 1.0:
        return _("%(unit)s, giữ nguyên") % {"unit": found.target} if str(found.target) else _("không có đơn vị")
    said = _("%(source)s → %(target)s: × %(factor)s") % {
        "source": found.source, "target": found.target, "factor": factor,
    }  # fmt: skip
    return said + (_(" (theo quy ước 1,724)") if found.is_convention else "")
