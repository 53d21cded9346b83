"""The API's addresses for units, houses and their people, with the rights of whoever asks."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from households import address_reading, audit_trail, house_editing, search
from households.addresses import Address
from households.codes import CodeError, parse_house_code
from households.finding import commune_or_404, communes_of, house_or_404
from households.models import House, Household
from households.search_words import LONGEST_TEXT
from households.views.search import houses_in_order
from mapping import access, audit
from mapping.access import Capability
from mapping.accounts import people
from mapping.errors import UserError
from mapping.models import Unit
from mapping.models.units import in_natural_order

router = Router(tags=["houses"])
_PAGE = 100
_MOST = 500
UnitCode = Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Za-z-]{1,12}$", description="code of a unit")]
HouseCode = Annotated[str, Field(max_length=20, description="nine digits, hyphens and spaces allowed")]


class UnitOut(Schema):
    """An administrative unit of today."""

    code: str
    kind: Literal["province", "commune", "village"]
    name: str = Field(description="with its designation: Thôn Xa Thư")
    parent: str | None


class HouseOut(Schema):
    """A house: no people."""

    code: str
    number: str
    street: str
    address: str = Field(description="as it is written in full: Số 5, ngõ Đình, đường Liên Xã, thôn Xa Thư, …")
    commune: str = Field(description="code of the commune")
    village: str | None = Field(description="code of the village")
    lng: float = Field(description="degrees, EPSG:4326")
    lat: float
    accuracy_m: float | None
    state: Literal["active", "closed"]
    version: int
    updated_at: datetime.datetime


class HouseholdOut(Schema):
    """A household as far as the caller may see it; telephones are not handed out here."""

    id: str
    head_name: str
    size: int | None
    version: int


class HousesOut(Schema):
    houses: list[HouseOut]
    next: str | None = Field(description="`after` of the next page, null on the last")


class FoundOut(Schema):
    houses: list[HouseOut]
    more: bool
    not_understood: list[str] = Field(description="parts of a written address that say nothing here, as typed")


class HouseIn(Schema):
    """What changes; what is left out stays."""

    version: int = Field(ge=1, le=2_147_483_646, description="the version that the caller saw")
    number: str | None = Field(None, max_length=20)
    street: str | None = Field(None, max_length=120)
    village: str | None = Field(None, max_length=12, description="code of a village, empty for none")
    note: str | None = Field(None, max_length=500)


class MeOut(Schema):
    """Who asks, and where they may do what."""

    username: str
    name: str
    roles: list[dict[str, str]]


def _unit(unit: Unit) -> dict[str, Any]:
    parent = unit.parent.code if unit.parent else None
    return {"code": unit.code, "kind": unit.kind, "name": unit.full_name, "parent": parent}


def _houses(houses: list[House]) -> list[dict[str, Any]]:
    addresses = address_reading.of_houses(houses)
    return [_house(house, addresses[house.pk]) for house in houses]


def _house(house: House, address: Address) -> dict[str, Any]:
    return {
        "code": house.code,
        "number": house.number,
        "street": house.street,
        "address": address.long,
        "commune": house.commune.code,
        "village": house.village.code if house.village else None,
        "lng": house.location.x,
        "lat": house.location.y,
        "accuracy_m": house.accuracy_m,
        "state": house.state,
        "version": house.version,
        "updated_at": house.updated_at,
    }


@router.get("/me", response=MeOut, url_name="api_me")
def me(request: HttpRequest) -> dict[str, Any]:
    """Tell the caller who they are here."""
    user: Any = request.user
    grants = (
        people.current_grants()
        .filter(user=user)
        .select_related("unit")
        .order_by(in_natural_order("unit__code"), "role")
    )
    roles = [{"role": grant.role, "unit": grant.unit.code, "unit_name": grant.unit.full_name} for grant in grants]
    if user.is_superuser:
        roles.insert(0, {"role": access.Role.ADMINISTRATOR.value, "unit": "", "unit_name": ""})
    return {"username": user.username, "name": str(user), "roles": roles}


@router.get("/units", response=list[UnitOut], url_name="api_units")
def units(request: HttpRequest, parent: UnitCode | None = None) -> list[dict[str, Any]]:
    """List the communes where the caller sees houses; with `parent`, the villages of one of them."""
    if parent is None:
        return [_unit(unit) for unit in communes_of(request.user).select_related("parent").order_by("code")]
    commune = commune_or_404(request.user, parent)
    villages = Unit.objects.current().villages().filter(parent=commune).select_related("parent").in_order()
    scope = access.scope_of(request.user, Capability.SEE_HOUSES)
    return [_unit(village) for village in villages if village in scope]


class HousesQuery(Schema):
    commune: UnitCode
    village: UnitCode | None = None
    state: Literal["active", "closed", "all"] = "active"
    changed_since: datetime.datetime | None = None
    after: Annotated[str, Field(max_length=20)] | None = None
    limit: int = Field(_PAGE, ge=1, le=_MOST)


@router.get("/houses", response=HousesOut, url_name="api_houses")
def houses(request: HttpRequest, query: Query[HousesQuery]) -> dict[str, Any]:
    """List a commune's houses by their codes, page by page."""
    commune = commune_or_404(request.user, query.commune)
    rows = House.objects.for_user(request.user).filter(commune=commune).select_related("commune", "village")
    if query.village is not None:
        rows = rows.filter(village__code=query.village)
    if query.state != "all":
        rows = rows.filter(state=query.state)
    if query.changed_since is not None:
        rows = rows.filter(updated_at__gte=_aware(query.changed_since))
    if query.after is not None:
        rows = rows.filter(code__gt=_house_code(query.after))
    page = list(rows.order_by("code")[: query.limit + 1])
    shown = page[: query.limit]
    return {"houses": _houses(shown), "next": shown[-1].code if len(page) > len(shown) else None}


@router.get("/houses/{code}", response=HouseOut, url_name="api_house")
def house(request: HttpRequest, code: HouseCode) -> dict[str, Any]:
    """Return one house."""
    return _houses([house_or_404(request.user, code)])[0]


@router.patch("/houses/{code}", response=HouseOut, url_name="api_house")
def change_house(request: HttpRequest, code: HouseCode, change: HouseIn) -> dict[str, Any]:
    """Change what is written about a house, if nobody has changed it since; the change can be undone at the desk."""
    found = house_or_404(request.user, code, Capability.EDIT)
    village = found.village
    if change.village is not None:
        village = Unit.objects.current().villages().filter(parent=found.commune_id, code=change.village).first()
        if village is None and change.village:
            raise UserError(
                _("Xã này không có thôn mang mã %(code)s; xem /api/units?parent=%(commune)s.")
                % {"code": change.village, "commune": found.commune.code},
                code="village",
            )
    house_editing.edit_house(
        user=request.user,
        house=found,
        version=change.version,
        number=found.number if change.number is None else change.number,
        street=found.street if change.street is None else change.street,
        village=village,
        note=found.note if change.note is None else change.note,
    )
    return _houses([house_or_404(request.user, code)])[0]


@router.get("/houses/{code}/households", response=list[HouseholdOut], url_name="api_households")
def households(request: HttpRequest, code: HouseCode) -> list[dict[str, Any]]:
    """List the households of a house, to whoever may see people there; each look is written down."""
    found = house_or_404(request.user, code, Capability.SEE_PEOPLE)
    rows = list(Household.objects.for_user(request.user).filter(house=found).order_by("head_name", "id"))
    for row in rows:
        audit.record(
            "household.read", subject=found.code, table=Household._meta.db_table, row_id=row.pk,
            commune=found.commune, village_id=found.village_id,
        )  # fmt: skip
    return [{"id": str(row.pk), "head_name": row.head_name, "size": row.size, "version": row.version} for row in rows]


@router.get("/search", response=FoundOut, url_name="api_search")
def find(
    request: HttpRequest,
    q: Annotated[str, Field(max_length=LONGEST_TEXT)],
    commune: UnitCode | None = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    """Find houses by address, code, plate or, for whoever may see people, by name."""
    inside = commune_or_404(request.user, commune) if commune is not None else None
    found = search.find(user=request.user, text=q, commune=inside, limit=limit)
    houses = houses_in_order(request.user, found.house_ids)
    audit_trail.found(houses)
    return {"houses": _houses(houses), "more": found.more, "not_understood": found.not_understood}


def _house_code(text: str) -> str:
    try:
        return parse_house_code(text)
    except CodeError:
        raise UserError(_("“after” phải là mã nhà chín chữ số mà trang trước trả về."), code="after") from None


def _aware(at: datetime.datetime) -> datetime.datetime:
    return at if at.tzinfo else at.replace(tzinfo=datetime.UTC)
