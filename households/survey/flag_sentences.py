"""Flags of a visit, said to an officer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_SENTENCES: Final = {
    "outside_commune": gettext_noop("Vị trí nằm ngoài ranh giới xã %(metres)s m."),
    "outside_village": gettext_noop("Vị trí nằm ngoài ranh giới thôn %(metres)s m."),
    "outside_part": gettext_noop("Nhà nằm ngoài phần được giao khoảng %(metres)s m."),
    "after_last_day": gettext_noop("Ghi sau ngày cuối được giao %(days)s ngày."),
    "shared_point": gettext_noop("Vị trí trùng với %(house)s."),
    "near_duplicate": gettext_noop("Nhà mới chỉ cách %(house)s %(metres)s m; có thể là cùng một nhà."),
    "same_number": gettext_noop("Nhà mới trùng số và đường với %(house)s, cách %(metres)s m; có thể là cùng một nhà."),
    "same_head": gettext_noop("Nhà mới trùng tên chủ hộ với %(house)s, cách %(metres)s m; có thể là cùng một nhà."),
    "poor_accuracy": gettext_noop("Sai số vị trí %(metres)s m. %(reason)s"),
    "exact_fix": gettext_noop("Máy báo sai số 0 m: vị trí có thể do đặt tay hoặc giả lập."),
    "far_capture": gettext_noop("Người điều tra đứng cách nhà %(metres)s m."),
    "round_coordinates": gettext_noop("Tọa độ tròn số, có thể được gõ tay."),
    "impossible_speed": gettext_noop("Đến hai nhà cách nhau %(metres)s m mà giữa hai lần chỉ có %(seconds)s giây."),
    "fast_interview": gettext_noop("Hỏi xong trong %(seconds)s giây (%(answers)s câu về hộ)."),
    "clock_off": gettext_noop("Đồng hồ của máy sai: ghi lúc %(made_at)s."),
}
CODES: Final = frozenset(_SENTENCES)


def sentence(flag: Mapping[str, Any]) -> str:
    """Return what a flag says; one of a later version is told by its code."""
    template = _SENTENCES.get(flag["code"])
    if template is None:
        return str(flag["code"])
    figures = dict(flag)
    if "house" in figures:
        code = figures["house"]
        figures["house"] = _("nhà %(code)s") % {"code": code} if code else _("một nhà khác trong đợt này")
    made_at = parse_datetime(str(figures.get("made_at", "")))
    if made_at is not None:
        figures["made_at"] = date_format(localtime(made_at), "SHORT_DATETIME_FORMAT")
    return (_(template) % figures).strip()
