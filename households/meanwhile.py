"""What somebody else wrote while a form stood open, beside what was typed into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that stands otherwise in the database than in the form."""

    label: str
    theirs: str
    typed: str


def compare(form: forms.Form, latest: dict[str, Any]) -> list[Difference]:
    """Return the visible fields that differ from `latest`, and give the form the version that is seen with them.

    The form is a bound one; sent once more it is about `latest`.
    """
    found = []
    for bound in form.visible_fields():
        theirs = _said(bound.field, latest.get(bound.name))
        typed = _said(bound.field, bound.value())
        if bound.name in latest and theirs != typed:
            found.append(Difference(str(bound.label), theirs, typed))
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = str(latest["version"])
    return found


def conflict_sentence(differences: list[Difference]) -> str:
    """Say what happened and what the button does now."""
    if not differences:
        return _(
            "Trong lúc bạn gõ, người khác đã sửa và lưu chỗ này, nhưng các ô dưới đây vẫn giống như bạn gõ. Chưa lưu "
            "gì của bạn; bấm nút lưu lần nữa thì lưu."
        )
    return _(
        "Trong lúc bạn gõ, người khác đã sửa và lưu chỗ này, nên chưa lưu gì của bạn. Hãy so hai cột dưới đây và sửa "
        "các ô nếu cần; bấm nút lưu lần nữa thì những gì bạn gõ thay những gì người kia đã ghi."
    )


def _said(field: forms.Field, value: Any) -> str:
    """A value as the form shows it, a choice by its label."""
    text = "" if value is None else str(value).strip()
    if text and isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return next((str(label) for key, label in field.choices if str(key) == text), text)
    return text
