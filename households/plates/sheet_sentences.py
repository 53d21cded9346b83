"""What is wrong with a sheet profile, as sentences with the numbers: "8 ô cao 65 mm và lề trên 12 mm cần 532 mm…"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mapping.errors import UserError
from mapping.printing.sheet import Sheet
from mapping.printing.sheet_reading import COUNTS, FIELDS, SheetProblem, SheetRefused, to_json

LABELS: Final[Mapping[str, str | Promise]] = {
    "page_width": gettext_lazy("bề rộng trang"),
    "page_height": gettext_lazy("chiều cao trang"),
    "columns": gettext_lazy("số cột"),
    "rows": gettext_lazy("số hàng"),
    "cell_width": gettext_lazy("bề rộng ô"),
    "cell_height": gettext_lazy("chiều cao ô"),
    "margin_left": gettext_lazy("lề trái"),
    "margin_top": gettext_lazy("lề trên"),
    "gutter_x": gettext_lazy("khe giữa các cột"),
    "gutter_y": gettext_lazy("khe giữa các hàng"),
    "bleed": gettext_lazy("phần chừa xén"),
    "mark_gap": gettext_lazy("khoảng hở trước dấu cắt"),
    "mark_length": gettext_lazy("chiều dài dấu cắt"),
    "offset_x": gettext_lazy("bù sang phải"),
    "offset_y": gettext_lazy("bù xuống dưới"),
}
"""What people call the fields of a profile, in the order in which forms ask for them."""

_BACKWARDS: Final[Mapping[str, Promise]] = {
    "offset_x": gettext_lazy("bù sang trái"),
    "offset_y": gettext_lazy("bù lên trên"),
}
"""What the offsets are called that are less than nothing."""


class ProfileRefused(UserError):
    """A profile that cannot be used; `problems` are the things wrong with it, `sentence` says all of them."""

    def __init__(self, problems: tuple[SheetProblem, ...]) -> None:
        super().__init__(" ".join(map(sentence, problems)), code="sheet_profile")
        self.problems = problems


def refused(error: SheetRefused) -> ProfileRefused:
    """The error for people."""
    return ProfileRefused(error.problems)


def described(sheet: Sheet) -> str:
    """Say a profile in one line: "giấy 210 × 297 mm, 2 × 4 ô 95 × 65 mm"."""
    words = {
        "width": millimetres(sheet.page_width),
        "height": millimetres(sheet.page_height),
        "columns": sheet.columns,
        "rows": sheet.rows,
        "cell_width": millimetres(sheet.cell_width),
        "cell_height": millimetres(sheet.cell_height),
    }
    if sheet.cells == 1:
        text = _("trang %(width)s × %(height)s mm, một biển %(cell_width)s × %(cell_height)s mm") % words
    else:
        text = (
            _("trang %(width)s × %(height)s mm, %(columns)d × %(rows)d ô %(cell_width)s × %(cell_height)s mm") % words
        )
    if sheet.bleed:
        text += _(", chừa xén %(bleed)s mm") % {"bleed": millimetres(sheet.bleed)}
    return text


def sentence(problem: SheetProblem) -> str:
    """Say one thing that is wrong, what was read and what would be right."""
    reason = problem.reason
    if reason in ("width", "height"):
        return _overflow(problem)
    if reason in ("left", "top"):
        return _("Cần %(field)s ít nhất %(needed)s mm cho phần chừa xén và độ lệch phải bù, nay là %(there)s mm.") % {
            "field": LABELS["margin_left" if reason == "left" else "margin_top"],
            "needed": millimetres(problem.needed),
            "there": millimetres(problem.available),
        }
    if reason in ("gutter_x", "gutter_y"):
        return _("Phần chừa xén của hai ô cạnh nhau cần %(field)s ít nhất %(needed)s mm, nay là %(there)s mm.") % {
            "field": LABELS[reason],
            "needed": millimetres(problem.needed),
            "there": millimetres(problem.available),
        }
    if reason == "scaled":
        return _scaled(problem)
    if reason == "cells":
        return _("Một trang có nhiều nhất %(limit)d ô; khổ này có %(count)d ô.") % {
            "limit": problem.limit,
            "count": problem.value,
        }
    if reason == "syntax":
        return _("Không đọc được bản khai khổ giấy: dòng %(line)d, cột %(column)d chưa đúng cách viết JSON.") % {
            "line": problem.line,
            "column": problem.column,
        }
    if reason == "object":
        return _('Bản khai khổ giấy phải là một đối tượng JSON, ví dụ {"page_width": 210, "page_height": 297, …}.')
    return _of_field(problem)


def _of_field(problem: SheetProblem) -> str:
    label = LABELS.get(problem.field, "")
    words = {"field": problem.field, "label": label, "value": _shown(problem.value)}
    if problem.reason == "unknown":
        return _("Khổ giấy không có mục “%(field)s”. Các mục: %(known)s.") % {
            "field": problem.field[:40],
            "known": ", ".join(FIELDS),
        }
    if problem.reason == "missing":
        return _("Còn thiếu %(label)s (%(field)s).") % words
    if problem.reason == "number":
        return _("%(label)s (%(field)s) phải là một số, không phải %(value)s.") % _capitalised(words)
    if problem.reason == "whole":
        return _("%(label)s (%(field)s) phải là số nguyên, không phải %(value)s.") % _capitalised(words)
    limit = {"limit": millimetres(problem.limit), "unit": "" if problem.field in COUNTS else " mm"}
    if problem.field.startswith("offset"):
        return _(
            "Phải bù %(shift)s, mà nhiều nhất chỉ bù được %(limit)s mm mỗi chiều. Hãy xem lại giấy trong khay và "
            "thước đo."
        ) % {"shift": _one_way(problem.field, problem.value), "limit": millimetres(abs(problem.limit))}
    if problem.reason == "small":
        return _("%(label)s (%(field)s) là %(value)s%(unit)s, ít nhất phải là %(limit)s%(unit)s.") % (
            _capitalised(words) | limit
        )
    return _("%(label)s (%(field)s) là %(value)s%(unit)s, nhiều nhất chỉ được %(limit)s%(unit)s.") % (
        _capitalised(words) | limit
    )


def shift_told(sheet: Sheet) -> str:
    """Say how a sheet makes up for its printer: "1,5 mm sang trái và 1 mm xuống dưới"; empty where it does not."""
    ways = {"offset_x": sheet.offset_x, "offset_y": sheet.offset_y}
    return f" {_('và')} ".join(_one_way(field, value) for field, value in ways.items() if value)


def _one_way(field: str, value: Any) -> str:
    size = {"size": _shown(abs(value))}
    if field == "offset_x":
        return (_("%(size)s mm sang trái") if value < 0 else _("%(size)s mm sang phải")) % size
    return (_("%(size)s mm lên trên") if value < 0 else _("%(size)s mm xuống dưới")) % size


def _scaled(problem: SheetProblem) -> str:
    words = {"needed": millimetres(problem.needed), "there": millimetres(problem.available)}
    if problem.field == "page_width":
        text = _("Hai vạch đậm trái và phải đúng ra cách nhau %(needed)s mm, theo số đo thì %(there)s mm.") % words
    else:
        text = _("Hai vạch đậm trên và dưới đúng ra cách nhau %(needed)s mm, theo số đo thì %(there)s mm.") % words
    return " ".join((text, _("Máy in đã co hoặc phóng trang: hãy in lại với “Kích thước thực” (100 %) rồi đo lại.")))


def _overflow(problem: SheetProblem) -> str:
    """Say what adds up to more than the page: "8 ô cao 65 mm, khe 4 mm và lề trên 12,5 mm cần 560,5 mm…"."""
    numbers = problem.values or {}
    across = problem.reason == "width"

    def of(field: str) -> float:
        return numbers.get(field, 0)

    count = int(of("columns" if across else "rows"))
    size = {"count": count, "size": millimetres(of("cell_width" if across else "cell_height"))}
    if across:
        parts = [ngettext("%(count)d ô rộng %(size)s mm", "%(count)d ô rộng %(size)s mm", count) % size]
    else:
        parts = [ngettext("%(count)d ô cao %(size)s mm", "%(count)d ô cao %(size)s mm", count) % size]
    further = (
        ("gutter_x" if count > 1 else "", "margin_left") if across else ("gutter_y" if count > 1 else "", "margin_top")
    )
    for field in (*further, "bleed", "offset_x" if across else "offset_y"):
        if field and of(field):
            label = _BACKWARDS[field] if field in _BACKWARDS and of(field) < 0 else LABELS[field]
            parts.append(f"{label} {millimetres(abs(of(field)))} mm")
    words = {
        "parts": " ".join((", ".join(parts[:-1]), _("và"), parts[-1])) if len(parts) > 1 else parts[0],
        "needed": millimetres(problem.needed),
        "there": millimetres(problem.available),
    }
    if across:
        return _("%(parts)s cần %(needed)s mm, trang rộng %(there)s mm.") % words
    return _("%(parts)s cần %(needed)s mm, trang cao %(there)s mm.") % words


def millimetres(value: float) -> str:
    """Write a length or a count to a hundredth, with the decimal mark of the reader's language and nothing spare."""
    plain = f"{value:.2f}".rstrip("0").rstrip(".")
    return number_format(abs(Decimal(plain)) if plain == "-0" else Decimal(plain), use_l10n=True, force_grouping=False)


def values_of(sheet: Sheet) -> dict[str, float]:
    """The numbers of a sheet for a form, by field, in the order of LABELS."""
    values = to_json(sheet)
    return {field: values[field] for field in LABELS}


def _capitalised(words: dict[str, object]) -> dict[str, object]:
    label = str(words["label"])
    return words | {"label": label[:1].upper() + label[1:]}


def _shown(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
        return millimetres(value).replace("-", "−")
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:39]}…"
