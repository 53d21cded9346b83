"""What a household may consent to, in which words, and what it has said so far.

No consent is the rule; silence is none. Each yes and each no is a row of its own, with the time and the sentence that
stood beside the button. A sentence is never changed: a new one gets the next number.

"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import Consent, Household
from households.residents.sessions import Resident
from mapping.errors import UserError


@dataclass(frozen=True, slots=True)
class Purpose:
    """One field for one purpose, as the household is asked about it. `version` numbers the sentence."""

    purpose: str
    field: str
    title: Promise
    sentence: Promise
    version: int

    @property
    def key(self) -> str:
        """Names it in a form."""
        return f"{self.purpose}.{self.field}"


PURPOSES: Final = (
    Purpose(
        "publish",
        "shop_name",
        gettext_lazy("Hiện tên cửa hàng trên trang biển số nhà"),
        gettext_lazy(
            "Tôi đồng ý cho xã hiện tên cửa hàng của hộ trên trang mà ai quét biển số nhà cũng mở được. "
            "Không có tên người, số điện thoại hay thông tin nào khác của hộ hiện theo. "
            "Tôi có thể rút lại bất cứ lúc nào, và tên cửa hàng thôi hiện ngay."
        ),
        version=1,
    ),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a household stands on a purpose: its last word, and all of them, the latest first."""

    purpose: Purpose
    is_given: bool
    history: list[Consent]


def standing_of(household: Household) -> list[Standing]:
    """Return where the household stands on each purpose."""
    said = list(Consent.objects.filter(household=household).order_by("-id"))
    standing = []
    for purpose in PURPOSES:
        history = [row for row in said if (row.purpose, row.field) == (purpose.purpose, purpose.field)]
        standing.append(Standing(purpose, bool(history) and history[0].given, history))
    return standing


def say(resident: Resident, *, key: str, given: bool) -> Consent | None:
    """Write down a yes or a no; None when it only repeats the last word. Raises UserError for an unknown purpose."""
    standing = next((one for one in standing_of(resident.household) if one.purpose.key == key), None)
    if standing is None:
        raise UserError(_("Không có mục đích này. Hãy tải lại trang rồi chọn lại."), code="purpose")
    if standing.is_given == given:
        return None
    purpose = standing.purpose
    values: dict[str, Any] = {"wording_version": purpose.version, "wording": str(purpose.sentence), "given": given}
    return Consent.objects.create(
        household=resident.household,
        purpose=purpose.purpose,
        field=purpose.field,
        secret_id=resident.secret_id,
        **values,
    )
