"""Which houses a list shows: one commune, narrowed by village, street, state, what is missing, or a search.

The page, its files and the job that writes a long file read the same `Listing`, so they show the same houses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, F, Func, IntegerField, OuterRef, UUIDField, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from households import search
from households.models import House, Household, HouseholdPresence, Plate
from households.models.house import HouseQuerySet
from households.plates import house_plates
from households.search import Found
from households.search_words import LONGEST_TEXT
from mapping import registry
from mapping.access import Capability
from mapping.models import Unit
from mapping.text import clean

MOST_FOUND = 500
"""How many houses a search in a list shows at most; more words narrow it down."""

STATES: dict[str, Promise] = {
    "active": _("Đang dùng"),
    "closed": _("Đã đóng"),
    "all": _("Tất cả"),
}
MISSING: dict[str, Promise] = {
    "number": _("Thiếu số nhà"),
    "street": _("Thiếu đường, ngõ"),
    "village": _("Chưa xếp thôn"),
    "household": _("Chưa có hộ"),
    "phone": _("Thiếu điện thoại"),
    "plate": _("Chưa có biển"),
    "place": _("Biển đúng chỗ (nhà đã dời)"),
}
MISSING_PEOPLE = frozenset({"household", "phone"})


def register() -> None:
    """Announce the list in the bar at the top."""
    registry.navigation.append(
        registry.NavigationEntry(
            label=_("Danh sách nhà"), url_name="houses", capability=Capability.SEE_HOUSES, order=20
        )
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """The choice of houses. `village` is a village's code, or "none" for houses without one."""

    commune: Unit
    village: str = ""
    street: str = ""
    state: str = "active"
    missing: str = ""
    text: str = ""

    @classmethod
    def read(cls, commune: Unit, values: Mapping[str, Any], *, with_people: bool) -> Listing:
        """Understand the values of an address or of a job; what is unknown is left out."""
        state, missing = values.get("state", ""), values.get("missing", "")
        if missing in MISSING_PEOPLE and not with_people:
            missing = ""
        return cls(
            commune=commune,
            village=clean(str(values.get("village", "")))[:12],
            street=clean(str(values.get("street", "")))[:120],
            state=state if state in STATES else "active",
            missing=missing if missing in MISSING else "",
            text=clean(str(values.get("q", "")))[:LONGEST_TEXT],
        )

    def values(self) -> dict[str, str]:
        """The choice as the values that `read` understands, without those that say nothing."""
        values = {
            "commune": self.commune.code,
            "village": self.village,
            "street": self.street,
            "state": "" if self.state == "active" else self.state,
            "missing": self.missing,
            "q": self.text,
        }
        return {name: value for name, value in values.items() if value}

    def query(self, **more: Any) -> str:
        """The choice as the query of an address."""
        return urlencode({**self.values(), **more})

    def found(self, user: Any) -> Found | None:
        """What the search in the list finds; None where nothing is searched for."""
        if not self.text:
            return None
        return search.find(user=user, text=self.text, commune=self.commune, village=self._village(), limit=MOST_FOUND)

    def houses(self, user: Any, found: Found | None = None) -> HouseQuerySet:
        """The houses, those that the person may see; ordered when they were searched for, which `found` spares."""
        houses = House.objects.for_user(user).filter(commune=self.commune)
        village = self._village()
        if self.village == "none":
            houses = houses.filter(village__isnull=True)
        elif self.village:
            houses = houses.filter(village=village) if village else houses.none()
        if self.street:
            houses = houses.filter(street=self.street)
        if self.state != "all":
            houses = houses.filter(state=self.state)
        if self.missing:
            houses = _without(houses, self.missing)
        found = found or self.found(user)
        if found is not None:
            ids = Value(found.house_ids, output_field=ArrayField(UUIDField()))
            rank = Func(ids, F("pk"), function="array_position", output_field=IntegerField())
            houses = houses.filter(pk__in=found.house_ids).order_by(rank)
        return houses

    def page(self, user: Any, found: Found | None = None) -> HouseQuerySet:
        """The houses in the order of the list. Villages stand in the order they were made: an index has them so,
        and PostgreSQL then sorts one after the other only as far as the page needs.
        """
        houses = self.houses(user, found)
        return houses if self.text else houses.order_by("village_id", "street", "number", "code")

    def _village(self) -> Unit | None:
        return Unit.objects.current().villages().filter(code=self.village, parent=self.commune).first()

    def streets(self, user: Any, most: int = 500) -> list[str]:
        """The streets to choose from, in natural order."""
        houses = House.objects.for_user(user).filter(commune=self.commune).exclude(street="")
        village = self._village()
        if village is not None:
            houses = houses.filter(village=village)
        return list(houses.order_by("street").values_list("street", flat=True).distinct()[:most])


def _without(houses: HouseQuerySet, missing: str) -> HouseQuerySet:
    if missing in ("number", "street"):
        return houses.filter(**{missing: ""})
    if missing == "village":
        return houses.filter(village__isnull=True)
    if missing == "household":
        return houses.filter(~Exists(HouseholdPresence.objects.filter(house=OuterRef("pk"))))
    if missing == "phone":
        return houses.filter(Exists(Household.objects.filter(house=OuterRef("pk"), phone="")))
    if missing == "place":
        return house_plates.only_moved(houses)
    return houses.filter(~Exists(Plate.objects.released().filter(house=OuterRef("pk"))))
