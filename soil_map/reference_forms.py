"""What an administrator types about class schemes and dose rules."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.text import clean
from soil_map.forms import CleanText
from soil_map.models import ClassScheme, DoseRule, SoilClass
from soil_map.reference_acts import MOST_CLASSES, SchemeRefused, TypedClass, said

LEVELS: Final = ((-1, gettext_lazy("thấp")), (0, gettext_lazy("trung bình")), (1, gettext_lazy("cao")))
SPARE_ROWS: Final = 2
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,6}([.,][0-9]{1,6})?", re.ASCII)
_MOST_TERMS: Final = 20_000


class VersionForm(forms.Form):
    """What any new version says of itself."""

    name_vi = CleanText(label=gettext_lazy("Tên"), max_length=160)
    name_en = CleanText(label=gettext_lazy("Tên tiếng Anh"), max_length=160, required=False)
    citation = CleanText(
        label=gettext_lazy("Nguồn"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Tài liệu, năm, bảng hay trang. Không có nguồn thì không duyệt được."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @classmethod
    def of(cls, thing: ClassScheme | DoseRule) -> Any:
        """The form as the thing is now."""
        return cls(initial={name: getattr(thing, name) for name in ("name_vi", "name_en", "citation")})


class RuleForm(VersionForm):
    """A version of a dose rule, its terms as JSON."""

    terms = forms.CharField(
        label=gettext_lazy("Số hạng (JSON)"),
        max_length=_MOST_TERMS,
        widget=forms.Textarea(attrs={"class": "terms", "spellcheck": "false", "rows": 14}),
    )

    @classmethod
    def of(cls, thing: ClassScheme | DoseRule) -> Any:
        """The form as the rule is now."""
        form = super().of(thing)
        form.initial["terms"] = json.dumps(getattr(thing, "terms", {}), ensure_ascii=False, indent=2)
        return form

    def clean_terms(self) -> dict[str, Any]:
        try:
            terms = json.loads(self.cleaned_data["terms"])
        except ValueError as error:
            line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
            raise forms.ValidationError(
                _("Không đọc được JSON ở dòng %(line)d, cột %(column)d.") % {"line": line, "column": column}
            ) from error
        except RecursionError as error:
            raise forms.ValidationError(_("Số hạng lồng quá sâu.")) from error
        if not isinstance(terms, dict):
            raise forms.ValidationError(_("Số hạng phải là một đối tượng {…}."))
        return terms


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of classes as it stands in the form."""

    place: int
    lower: str = ""
    label_vi: str = ""
    label_en: str = ""
    level: str = "0"
    colour: str = "#cccccc"
    is_wrong: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not (self.lower or self.label_vi or self.label_en)


def rows_of(scheme: ClassScheme) -> list[Row]:
    """The table of a scheme, with spare rows below."""
    rows: Sequence[SoilClass] = scheme.classes.order_by("rank")
    filled = [
        Row(place, "" if one.lower is None else said(one.lower), one.label_vi, one.label_en, str(one.level), one.colour)
        for place, one in enumerate(rows)
    ]
    return filled + [Row(len(filled) + spare) for spare in range(min(SPARE_ROWS, MOST_CLASSES - len(filled)))]


def rows_typed(asked: Any, wrong: int | None = None) -> list[Row]:
    """The table as it was sent; `wrong` is the place of the row at fault among those that are not empty."""
    rows = []
    filled = 0
    for place in range(MOST_CLASSES):
        if f"label_vi-{place}" not in asked:
            break
        row = Row(
            place,
            clean(asked.get(f"lower-{place}", ""))[:20],
            clean(asked.get(f"label_vi-{place}", ""))[:60],
            clean(asked.get(f"label_en-{place}", ""))[:60],
            asked.get(f"level-{place}", "0")[:2],
            asked.get(f"colour-{place}", "")[:7].lower(),
        )
        at_fault = not row.is_empty and filled == wrong
        filled += not row.is_empty
        rows.append(Row(place, row.lower, row.label_vi, row.label_en, row.level, row.colour, at_fault))
    return rows


def classes_of(rows: Sequence[Row]) -> list[TypedClass]:
    """The classes of the rows that are not empty. Raises SchemeRefused for a number, level or colour that is none."""
    typed = []
    for row in (one for one in rows if not one.is_empty):
        place = len(typed)
        named = row.label_vi or str(place + 1)
        if row.lower and not _NUMBER.fullmatch(row.lower):
            raise SchemeRefused(
                _("Giới hạn của cấp “%(name)s” là “%(typed)s”, không phải số. Ví dụ đúng: 2,2.")
                % {"name": named, "typed": row.lower},
                place,
            )
        if row.level not in ("-1", "0", "1"):
            raise SchemeRefused(_("Cấp “%(name)s” chưa chọn mức thấp, trung bình hay cao.") % {"name": named}, place)
        if not _COLOUR.fullmatch(row.colour):
            raise SchemeRefused(_("Màu của cấp “%(name)s” phải viết như #a6d96a.") % {"name": named}, place)
        lower = float(row.lower.replace(",", ".")) if row.lower else None
        typed.append(TypedClass(lower, int(row.level), row.label_vi, row.label_en, row.colour))
    return typed
