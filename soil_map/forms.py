"""What people type about campaigns, checked field by field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.text import clean
from soil_map.campaigns import CampaignFields
from soil_map.models import Campaign


class CleanText(forms.CharField):
    """One line of text in NFC, without what cannot be seen."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value))


class Day(forms.DateField):
    """A day, typed in the browser's own field or as 31/12/2026."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d", "%d/%m/%Y")
    default_error_messages = {"invalid": gettext_lazy("Ngày viết như 31/12/2026.")}


class CampaignForm(forms.Form):
    """A campaign: its name, its days, its laboratory."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = CleanText(
        label=gettext_lazy("Tên đợt"),
        max_length=120,
        help_text=gettext_lazy("Ví dụ: Điều tra nông hóa 2026. Mỗi đợt trong xã một tên."),
    )
    started_on = Day(label=gettext_lazy("Lấy mẫu từ ngày"))
    ended_on = Day(label=gettext_lazy("Đến ngày"), required=False, help_text=gettext_lazy("Để trống nếu chưa xong."))
    laboratory = CleanText(label=gettext_lazy("Phòng phân tích"), max_length=160, required=False)
    note = CleanText(label=gettext_lazy("Ghi chú"), max_length=500, required=False)
    is_invented = forms.BooleanField(
        label=gettext_lazy("Số liệu giả lập, để thử"),
        required=False,
        help_text=gettext_lazy("Mọi trang, phiếu và bản đồ của đợt này sẽ ghi rõ là số liệu giả lập."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignForm:
        """The form as the campaign is now."""
        return cls(initial={name: getattr(campaign, name) for name in (*CampaignFields.__slots__, "version")})

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        first, last = typed.get("started_on"), typed.get("ended_on")
        if first and last and last < first:
            self.add_error(
                "ended_on",
                _("Ngày kết thúc %(last)s đứng trước ngày bắt đầu %(first)s.")
                % {"last": f"{last:%d/%m/%Y}", "first": f"{first:%d/%m/%Y}"},
            )
        return typed

    def fields_typed(self) -> CampaignFields:
        """What was typed, once it is valid."""
        typed = self.cleaned_data
        return CampaignFields(**{name: typed[name] for name in CampaignFields.__slots__})
