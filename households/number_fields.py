"""Form fields for telephone and personal numbers: checked as they are typed, masked as long as nobody reveals them.

A form shows a number that is kept already under its mask. Sent back untouched it stays; emptied it goes; typed anew
it is checked. What still holds dots of the mask and is not the whole mask is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.masking import is_masked, masked_number, masked_phone
from mapping.personal_number import PersonalNumberError, parse_personal_number
from mapping.text import clean, normal_phone


class KeepsMasked(forms.CharField):
    """A number of which the form shows the mask; `kept` is the number itself, set by the form."""

    mask: Callable[[str], str]
    kept: str = ""

    def clean(self, value: Any) -> str:
        typed = clean(super().clean(value))
        if self.kept and typed == type(self).mask(self.kept):
            return self.kept
        if is_masked(typed):
            raise forms.ValidationError(_("Số này đang được che. Hãy để nguyên, xóa hết, hoặc gõ lại đủ các chữ số."))
        return self.parsed(typed) if typed else ""

    def parsed(self, typed: str) -> str:
        """Return the digits to keep; raises ValidationError."""
        raise NotImplementedError


class Phone(KeepsMasked):
    """A Vietnamese telephone number, kept as national digits; +84, spaces and dots are understood."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    mask = staticmethod(masked_phone)

    def parsed(self, typed: str) -> str:
        national = normal_phone(typed)
        if national is None:
            raise forms.ValidationError(
                _("Số điện thoại “%(phone)s” không đúng. Ví dụ đúng: 0912 345 678.") % {"phone": typed}
            )
        return national


class PersonalNumber(KeepsMasked):
    """A personal identification number of 12 digits."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    mask = staticmethod(masked_number)

    def parsed(self, typed: str) -> str:
        try:
            return parse_personal_number(typed, this_year=timezone.localdate().year)
        except PersonalNumberError as error:
            raise forms.ValidationError(_why_not(error.reason)) from error


def _why_not(reason: str) -> str:
    if reason == "place":
        return _("Ba chữ số đầu của số định danh không phải mã của tỉnh nào. Hãy so lại với thẻ căn cước.")
    if reason == "year":
        return _(
            "Chữ số thứ tư đến thứ sáu của số định danh cho một năm sinh không thể có. Hãy so lại với thẻ căn cước."
        )
    return _("Số định danh cá nhân có đúng 12 chữ số, như trên thẻ căn cước.")
