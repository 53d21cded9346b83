"""What an officer types to start a proposal of house numbers, and to make it law."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.forms import CleanText, DeskForm
from households.proposals.rules import LONGEST_SLOT_M, SHORTEST_SLOT_M, ProposalRules, is_slot
from mapping.models import Unit

KEEPS = {
    "legal": gettext_lazy("Giữ số đã có quyết định, xếp lại các số khác cho đúng quy tắc"),
    "all": gettext_lazy("Giữ mọi số đang dùng, báo chỗ chưa đúng quy tắc"),
    "only_new": gettext_lazy("Chỉ cấp số cho nhà chưa có số, không đụng nhà nào khác"),
}
SPACINGS = {
    "none": gettext_lazy("Đánh liền nhau: 1, 3, 5 … theo thứ tự nhà"),
    "slots": gettext_lazy("Theo mặt tiền, để dành số cho nhà xây sau"),
}
SUFFIXES = {"letter": gettext_lazy("20A, 20B"), "dash": gettext_lazy("20-1, 20-2")}


class Metres(forms.CharField):
    """Metres, with a point or the Vietnamese decimal comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> float:
        typed = str(super().clean(value)).strip()
        try:
            metres = float(typed.replace(",", ".") or 0)
        except ValueError:
            metres = float("nan")
        if not is_slot(metres):
            raise forms.ValidationError(
                _("“%(typed)s” không phải số mét từ %(least)d đến %(most)d. Ví dụ đúng: 5 hoặc 4,5.")
                % {"typed": typed, "least": int(SHORTEST_SLOT_M), "most": int(LONGEST_SLOT_M)}
            )
        return metres


class VillageChoices(forms.ModelMultipleChoiceField):
    """Villages by their names on paper."""

    def label_from_instance(self, village: Unit) -> str:
        return village.full_name


class StartForm(DeskForm):
    """What to number and how. No village chosen means the whole commune."""

    villages = VillageChoices(
        label=gettext_lazy("Chỉ đánh số ở"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    keep = forms.ChoiceField(
        label=gettext_lazy("Số đang dùng"), choices=list(KEEPS.items()), initial="legal", widget=forms.RadioSelect
    )
    spacing = forms.ChoiceField(
        label=gettext_lazy("Khoảng cách giữa các số"), choices=list(SPACINGS.items()), initial="none",
        widget=forms.RadioSelect,
    )  # fmt: skip
    slot_m = Metres(label=gettext_lazy("Mỗi số ứng với bao nhiêu mét mặt đường"), required=False, initial="5")
    suffix = forms.ChoiceField(
        label=gettext_lazy("Nhà xây thêm giữa hai số"), choices=list(SUFFIXES.items()), initial="letter",
        widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *args: Any, commune: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        villages = Unit.objects.current().villages().filter(parent=commune).in_order()
        self.fields["villages"].queryset = villages

    def clean(self) -> dict[str, Any]:
        """Ask for metres where the numbers stand for frontage."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("spacing") == "slots" and not cleaned.get("slot_m") and "slot_m" not in self.errors:
            self.add_error("slot_m", _("Hãy ghi số mét, ví dụ 5; hoặc chọn đánh liền nhau."))
        return cleaned

    def chosen_villages(self) -> list[Unit] | None:
        """The villages of the valid form; None for the whole commune."""
        chosen = list(self.cleaned_data["villages"])
        return chosen if chosen and len(chosen) < self.fields["villages"].queryset.count() else None

    def rules(self) -> ProposalRules:
        """The rules that the valid form asks for; raises UserError."""
        data = self.cleaned_data
        only_new = data["keep"] == "only_new"
        return ProposalRules(
            suffix=data["suffix"],
            slot_m=data["slot_m"] if data["spacing"] == "slots" else 0.0,
            keep="all" if only_new else data["keep"],
            only_new=only_new,
        )


class ApproveForm(DeskForm):
    """The decision that makes a proposal law."""

    number = CleanText(label=gettext_lazy("Số quyết định"), max_length=60, help_text=gettext_lazy("Ví dụ: 45/QĐ-UBND."))
    decided_on = forms.DateField(
        label=gettext_lazy("Ngày quyết định"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_decided_on(self) -> datetime.date:
        """Refuse a day that is still to come."""
        day: datetime.date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Ngày quyết định không thể sau hôm nay."))
        return day
