"""What people type at the desk about houses and households, cleaned and checked field by field."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import House, Household
from households.number_fields import KeepsMasked, PersonalNumber, Phone
from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.text import clean


class CleanText(forms.CharField):
    """One line of text in NFC, without what cannot be seen."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value))


class Degrees(forms.CharField):
    """Decimal degrees, with a point or the Vietnamese decimal comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, bound: int, example: str, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.bound, self.example = bound, example

    def clean(self, value: Any) -> float:
        typed = clean(super().clean(value))
        try:
            degrees = float(typed.replace(",", "."))
        except ValueError:
            degrees = float("nan")
        if not -self.bound <= degrees <= self.bound:
            raise forms.ValidationError(
                _("“%(typed)s” không phải độ thập phân từ -%(bound)d đến %(bound)d. Ví dụ đúng: %(example)s.")
                % {"typed": typed, "bound": self.bound, "example": self.example}
            )
        return degrees


class VillageChoice(forms.ModelChoiceField):
    """A village by its name on paper."""

    def label_from_instance(self, village: Unit) -> str:
        return village.full_name


class HouseholdChoices(forms.ModelMultipleChoiceField):
    """Households by their heads."""

    def label_from_instance(self, household: Household) -> str:
        return household.head_name


class DeskForm(forms.Form):
    """A form whose labels stand alone, without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class SeenVersion(DeskForm):
    """Carries the version that the person saw, so that nobody overwrites what another has written meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AddressForm(DeskForm):
    """Number and street of a house."""

    number = CleanText(
        label=gettext_lazy("Số nhà"), max_length=20, required=False, help_text=gettext_lazy("Ví dụ: 12, 12A, 12/5.")
    )
    street = CleanText(
        label=gettext_lazy("Đường, ngõ"), max_length=120, required=False, help_text=gettext_lazy("Ví dụ: ngõ Đình.")
    )


class PointForm(DeskForm):
    """A point in degrees (WGS 84), as Google Maps shows it."""

    lat = Degrees(label=gettext_lazy("Vĩ độ"), bound=90, example="19,6712345")
    lng = Degrees(label=gettext_lazy("Kinh độ"), bound=180, example="105,8123456")

    @staticmethod
    def initial_of(house: House) -> dict[str, str]:
        """The point of a house as it is typed, to about a centimetre."""
        return {"lat": f"{house.location.y:.7f}", "lng": f"{house.location.x:.7f}"}


class HouseForm(AddressForm, SeenVersion):
    """What is written about a house."""

    village = VillageChoice(
        label=gettext_lazy("Thôn"), queryset=None, required=False, empty_label=gettext_lazy("Chưa xếp thôn")
    )
    note = CleanText(label=gettext_lazy("Ghi chú"), max_length=500, required=False)

    def __init__(self, *args: Any, commune: Unit, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        villages = Unit.objects.current().villages().filter(parent=commune).in_order()
        scope = access.scope_of(user, Capability.EDIT)
        if commune not in scope:  # who works in villages alone can leave a house neither elsewhere nor nowhere
            villages = villages.filter(scope.units())
            self.fields["village"].empty_label, self.fields["village"].required = None, True
        self.fields["village"].queryset = villages


class PlaceAnyway(DeskForm):
    """Has a box that shows itself once a house stands at the point: tick it and there are two."""

    anyway = forms.BooleanField(
        label=gettext_lazy("Vẫn thêm nhà mới ở đúng chỗ này"), required=False, widget=forms.HiddenInput
    )

    def offer_anyway(self) -> None:
        """Show the box."""
        self.fields["anyway"].widget = forms.CheckboxInput()


class MoveHouseForm(PointForm, SeenVersion):
    """Where a house goes."""


class SplitHouseForm(AddressForm, PointForm, PlaceAnyway, SeenVersion):
    """The second house made out of one, and who goes there."""

    households = HouseholdChoices(
        label=gettext_lazy("Hộ chuyển sang nhà mới"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("number", "street", "households", "lat", "lng", "anyway", "version")

    def __init__(self, *args: Any, house: House, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["households"].queryset = Household.objects.filter(house=house).order_by("head_name")


class CloseHouseForm(SeenVersion):
    """Why and since when a house is no more."""

    reason = CleanText(
        label=gettext_lazy("Lý do"), max_length=200, help_text=gettext_lazy("Ví dụ: đã phá dỡ, gộp với nhà bên.")
    )
    closed_on = forms.DateField(
        label=gettext_lazy("Đóng từ ngày"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class HouseholdForm(DeskForm):
    """The people of a household, by their head. Numbers that are kept already stand under their masks."""

    head_name = CleanText(label=gettext_lazy("Chủ hộ"), max_length=100)
    phone = Phone(label=gettext_lazy("Điện thoại"), required=False, max_length=30)
    personal_number = PersonalNumber(
        label=gettext_lazy("Số định danh cá nhân của chủ hộ"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("12 chữ số, chỉ ghi khi thật cần. Người khác chỉ thấy ba số cuối."),
    )
    size = forms.IntegerField(label=gettext_lazy("Số người"), required=False, min_value=1, max_value=60)
    note = CleanText(label=gettext_lazy("Ghi chú"), max_length=500, required=False)
    shop_name = CleanText(
        label=gettext_lazy("Tên cửa hàng"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Chỉ hiện trên trang biển số nhà khi hộ tự đồng ý trên trang của mình."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, household: Household | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if household is not None:
            for name, field in self.fields.items():
                if isinstance(field, KeepsMasked):
                    field.kept = getattr(household, name)


class AddHouseForm(AddressForm, PointForm, PlaceAnyway):
    """A new house by its coordinates, for whoever has them on paper; the map does it with a click."""

    head_name = CleanText(
        label=gettext_lazy("Chủ hộ"), max_length=100, required=False, help_text=gettext_lazy("Để trống nếu chưa biết.")
    )
    phone = Phone(label=gettext_lazy("Điện thoại"), required=False, max_length=30)
    size = forms.IntegerField(label=gettext_lazy("Số người"), required=False, min_value=1, max_value=60)
    # Names this filled-in form: a second click on the button, or a reload, does not make a second house.
    form_id = forms.UUIDField(required=False, initial=uuid.uuid4, widget=forms.HiddenInput)
    field_order = ("lat", "lng", "anyway", "number", "street", "head_name", "phone", "size")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("head_name") and (cleaned.get("phone") or cleaned.get("size")):
            self.add_error("head_name", _("Có điện thoại hoặc số người mà chưa có tên chủ hộ. Hãy ghi tên chủ hộ."))
        return cleaned
