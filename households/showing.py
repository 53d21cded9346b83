"""Households as pages show them: telephone and personal number masked until somebody reveals one household's.

Templates and JSON get these and never a `Household`, so that nothing shows a number in full by oversight.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from households.codes import format_house_code
from households.finding import require_at_house
from households.models import House, Household
from mapping import audit
from mapping.access import Capability
from mapping.masking import masked_number, masked_phone, spaced


@dataclass(frozen=True, slots=True)
class ShownHousehold:
    """One household on a page. `phone` and `personal_number` are masked unless `revealed`; `tel` is empty then."""

    pk: uuid.UUID
    head_name: str
    size: int | None
    note: str
    version: int
    phone: str
    personal_number: str
    tel: str
    revealed: bool

    @property
    def hides(self) -> bool:
        """Whether there is something to reveal."""
        return not self.revealed and bool(self.phone or self.personal_number)

    @property
    def for_ears(self) -> str:
        """The telephone number for a screen reader, which would spell the dots of a mask."""
        if self.revealed or not self.phone:
            return self.phone
        return _("số điện thoại được che, hai số cuối %(end)s") % {"end": self.phone.replace(" ", "")[-2:]}


def shown(household: Household, *, revealed: bool = False) -> ShownHousehold:
    """Return a household as a page shows it."""
    phone, number = household.phone, household.personal_number
    return ShownHousehold(
        pk=household.pk,
        head_name=household.head_name,
        size=household.size,
        note=household.note,
        version=household.version,
        phone=spaced(phone) if revealed else masked_phone(phone),
        personal_number=spaced(number, first=3) if revealed else masked_number(number),
        tel=phone if revealed else "",
        revealed=revealed,
    )


def attach_people(user: Any, houses: list[House], *, revealed: Iterable[uuid.UUID] = ()) -> None:
    """Give each house `people`, its households by name; none for whoever may not see them. One query.

    Those in `revealed`, which `reveal` has let through, are shown in full.
    """
    full = set(revealed)
    of_house: dict[Any, list[ShownHousehold]] = {}
    households = Household.objects.for_user(user).filter(house__in=[house.pk for house in houses])
    for household in households.order_by("head_name"):
        of_house.setdefault(household.house_id, []).append(shown(household, revealed=household.pk in full))
    for house in houses:
        house.people = of_house.get(house.pk, [])


def reveal(*, user: Any, household: Household) -> ShownHousehold:
    """Return a household in full and write down who looked; raises NotAllowed without the right.

    What is written and what is shown stand in one transaction: without the one there is not the other.
    """
    house = household.house
    require_at_house(user, Capability.REVEAL, house)
    fields = [name for name in ("phone", "personal_number") if getattr(household, name)]
    audit.record(
        "household.reveal",
        subject=format_house_code(house.code),
        table=Household._meta.db_table,
        row_id=household.pk,
        commune=house.commune,
        village_id=house.village_id,
        detail={"fields": fields},
    )
    return shown(household, revealed=True)
