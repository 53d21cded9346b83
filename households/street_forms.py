"""What people type at the desk about a street."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.forms import CleanText, SeenVersion
from households.models import Street, StreetDirection, StreetKind, WidthClass
from households.streets import leaving

_NEAR_DEGREES = 0.003
"""Some 300 m: an alley leaves no street that is farther away."""


class ParentChoice(forms.ModelChoiceField):
    """A street to hang on, told apart where it has no name."""

    places: dict[uuid.UUID, str]

    def label_from_instance(self, street: Street) -> str:
        return leaving.told_apart(street, self.places)


class StreetForm(SeenVersion):
    """What is written about a street; its line is drawn on the map."""

    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=StreetKind.choices)
    name = CleanText(
        label=gettext_lazy("Tên"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "Không ghi chữ đường, ngõ ở trước. Ngõ chưa có tên thì để trống: ngõ mang số của nhà ngay trước đầu ngõ."
        ),
    )
    width_class = forms.TypedChoiceField(label=gettext_lazy("Bề rộng"), choices=WidthClass.choices, coerce=int)
    parent = ParentChoice(
        label=gettext_lazy("Đi ra từ"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Tìm theo hình vẽ"),
        help_text=gettext_lazy("Chỉ của ngõ, kiệt, hẻm, ngách. Danh sách có các đường ở quanh đây."),
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Chiều đánh số"),
        choices=StreetDirection.choices,
        help_text=gettext_lazy(
            "Theo quy tắc: ngõ tính từ đầu ngõ; đường từ bắc xuống nam, từ đông sang tây; số đang có giữ chiều."
        ),
    )
    note = CleanText(label=gettext_lazy("Ghi chú"), max_length=500, required=False)
    anyway = forms.BooleanField(
        label=gettext_lazy("Vẫn dùng tên này, dù đã có đường, ngõ cùng tên"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, street: Street, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Street.objects.filter(commune=street.commune_id, line__dwithin=(street.line, _NEAR_DEGREES))
        near = near | Street.objects.filter(pk=street.parent_id)
        near = near.exclude(pk=street.pk).order_by("kind", "name", "number", "pk")
        self.fields["parent"].queryset = near
        self.fields["parent"].places = leaving.places_of(near.filter(name="", number="").values_list("pk", flat=True))
        for name in ("kind", "direction", "width_class"):
            self.fields[name].choices = [(key, capfirst(str(label))) for key, label in self.fields[name].choices]
        self.fields["width_class"].empty_value = WidthClass.UNKNOWN

    @staticmethod
    def initial_of(street: Street) -> dict[str, Any]:
        """What is written about a street now."""
        return {
            "kind": street.kind,
            "name": street.name,
            "width_class": street.width_class,
            "parent": street.parent_id,
            "direction": street.direction,
            "note": street.note,
            "version": street.version,
        }

    def offer_anyway(self) -> None:
        """Show the box that means the same name on purpose."""
        self.fields["anyway"].widget = forms.CheckboxInput()


def renaming_note(houses: int, plates: int) -> str:
    """Say before the form what a new name changes; "" where no house bears the name."""
    if not houses:
        return ""
    if not plates:
        return _("%(houses)d nhà đang ghi tên này; đổi tên thì địa chỉ của các nhà ấy đổi theo.") % {"houses": houses}
    return _(
        "%(houses)d nhà đang ghi tên này; đổi tên thì địa chỉ của các nhà ấy đổi theo và %(plates)d biển đã in phải "
        "in lại."
    ) % {"houses": houses, "plates": plates}
