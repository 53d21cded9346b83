"""What is stored about a household, as its own page shows it: each field with its value, purpose and class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import codes
from households.models import Household
from households.residents import corrections

_HOUSE, _CONTACT, _PLANNING = (
    gettext_lazy("Địa chỉ và biển số nhà"),
    gettext_lazy("Liên hệ khi có việc của thôn, xã"),
    gettext_lazy("Lập danh sách hộ, kế hoạch của thôn, xã"),
)
_PLAIN, _BASIC = gettext_lazy("không phải dữ liệu cá nhân"), gettext_lazy("dữ liệu cá nhân cơ bản")
_PURPOSES: Final = {
    "head_name": _PLANNING,
    "phone": _CONTACT,
    "size": _PLANNING,
    "note": _PLANNING,
    "shop_name": gettext_lazy("Chỉ hiện trên trang biển số nhà khi hộ đồng ý"),
}


@dataclass(frozen=True, slots=True)
class StoredField:
    """One thing that is written down. `name` is its column where the household can ask for it by itself, else ""."""

    label: str
    value: str
    purpose: str
    sensitivity: str
    name: str = ""


def about_people(household: Household) -> list[StoredField]:
    """What is written about the people."""
    fields = []
    for name, purpose in _PURPOSES.items():
        label = str(Household._meta.get_field(name).verbose_name)
        fields.append(
            StoredField(
                label[:1].upper() + label[1:],
                corrections.shown(household, name),
                str(purpose),
                str(_BASIC),
                name if name in corrections.FIELDS else "",
            )
        )
    return fields


def about_house(household: Household) -> list[StoredField]:
    """What is written about the house they live in, which anyone may see."""
    house = household.house
    province = house.commune.parent
    units = (house.village, house.commune, province)
    values = (
        (_("Mã nhà"), codes.format_house_code(house.code)),
        (_("Số nhà, đường, ngõ"), house.short_address),
        (_("Thôn, xã, tỉnh"), ", ".join(unit.full_name for unit in units if unit)),
        (_("Vị trí"), f"{house.location.y:.6f}, {house.location.x:.6f}"),
    )
    return [StoredField(label, value, str(_HOUSE), str(_PLAIN)) for label, value in values]
