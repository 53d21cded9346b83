"""The form that asks for a key of the API."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from mapping import text

DAYS = ((30, _("30 ngày")), (90, _("90 ngày")), (365, _("một năm")))


class ApiKeyForm(forms.Form):
    """What the key is for, and for how long."""

    name = forms.CharField(
        label=_("Dùng cho"), max_length=60, help_text=_("Tên chương trình, để sau này biết khóa nào cần thu hồi.")
    )
    days = forms.TypedChoiceField(label=_("Thời hạn"), choices=DAYS, coerce=int, initial=90)

    def clean_name(self) -> str:
        """Keep the name in one form of Unicode; one that cannot be seen is none."""
        name = text.clean(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Hãy ghi tên chương trình dùng khóa này."))
        return name
