"""Write the demo commune into the database, take it out again, and make its accounts.

Units and houses are marked as invented. Houses of the demo are known by their ids, which are the same at every
run, so that a reset never touches a house that somebody added.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from typing import Final

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from households.codes import house_codes
from households.demo import street_loading, surveying
from households.demo.commune import CODE, NAME, PROVINCE_CODE, PROVINCE_NAME, ZONE, Commune, DemoHouse
from households.models import House, Household, Street
from mapping import crs
from mapping.access import Role
from mapping.errors import UserError
from mapping.models import Grant, Unit, UnitKind, User

OUTLINE_SOURCE: Final = "Hình vẽ minh họa của SoNha, không phải ranh giới chính thức"
NOTE: Final = "Dữ liệu minh họa, không có thật"
KNOWN_PASSWORD: Final = "minh-hoa-16543"  # noqa: S105 - of accounts that exist for trying out only
_SINCE: Final = datetime.date(2025, 7, 1)
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was written; `houses` is 0 when the commune had houses already."""

    houses: int
    households: int
    already_there: int
    streets: int = 0


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demo. `password` is empty when the account was there before and keeps its own."""

    username: str
    full_name: str
    what: str
    password: str


@transaction.atomic
def load(*, drawn: Commune, reset: bool) -> Loaded:
    """Write units, streets, houses, households where the commune has no houses; with `reset` renew the demo's own."""
    commune = _commune(drawn)
    villages = _villages(drawn, commune)
    if reset:
        _remove(drawn)
    elif standing := House.objects.filter(commune=commune).count():
        # A demo from before there were streets gets them.
        is_demo = House.objects.filter(pk=drawn.houses[0].id).exists()
        is_old = is_demo and not Street.objects.filter(commune=commune).exists()
        return Loaded(0, 0, standing, street_loading.write(drawn, commune, villages) if is_old else 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('households_house_code_number') FROM generate_series(1, %s)", [len(drawn.houses)]
        )
        codes = house_codes([number for (number,) in cursor.fetchall()])
    House.objects.bulk_create(
        (
            _house(house, code, commune, villages[house.village])
            for house, code in zip(drawn.houses, codes, strict=True)
        ),
        batch_size=_BATCH,
    )
    households = [
        Household(
            id=household.id,
            house_id=house.id,
            commune=commune,
            head_name=household.head_name,
            phone=household.phone,
            size=household.size,
        )
        for house in drawn.houses
        for household in house.households
    ]
    Household.objects.bulk_create(households, batch_size=_BATCH)
    streets = street_loading.write(drawn, commune, villages)
    return Loaded(len(drawn.houses), len(households), 0, streets)


def _house(house: DemoHouse, code: str, commune: Unit, village: Unit) -> House:
    return House(
        id=house.id,
        code=code,
        commune=commune,
        village=village,
        number=house.number,
        street=house.street,
        location=_geos(house.point),
        location_source=house.source,
        accuracy_m=house.accuracy_m,
        note=NOTE,
    )


def _remove(drawn: Commune) -> None:
    """Take the demo's houses out with their plates, and its households wherever they live now."""
    houses = [house.id for house in drawn.houses]
    people = [household.id for house in drawn.houses for household in house.households]
    Household.objects.filter(Q(house__in=houses) | Q(pk__in=people)).delete()
    House.objects.filter(pk__in=houses).delete()


def _commune(drawn: Commune) -> Unit:
    """The commune and its province as they are, else made; an official outline that was loaded stays."""
    province, _made = Unit.objects.current().get_or_create(
        kind=UnitKind.PROVINCE,
        code=PROVINCE_CODE,
        defaults={"name": PROVINCE_NAME, "designation": "Tỉnh", "vn2000_srid": ZONE, "valid_from": _SINCE},
    )
    commune = Unit.objects.current().filter(kind=UnitKind.COMMUNE, code=CODE).first()
    if commune is None:
        commune = Unit(kind=UnitKind.COMMUNE, code=CODE, name=NAME, designation="Xã", parent=province)
        commune.vn2000_srid, commune.valid_from = ZONE, _SINCE
        _draw(commune, drawn.outline)
    return commune


def _villages(drawn: Commune, commune: Unit) -> list[Unit]:
    """The demo's villages, made where they are missing. Raises UserError where real ones stand in their place."""
    known = {unit.code: unit for unit in Unit.objects.current().filter(kind=UnitKind.VILLAGE, parent=commune)}
    if any(not unit.is_invented for unit in known.values()):
        raise UserError(
            _("%(commune)s đã có các thôn thật; bản minh họa không trộn vào dữ liệu thật.") % {"commune": commune},
            code="real_villages",
        )
    villages = []
    for number, (name, polygon) in enumerate(drawn.villages, start=1):
        code = f"{CODE}-{number:02d}"
        village = known.get(code)
        if village is None:
            village = Unit(kind=UnitKind.VILLAGE, code=code, name=name, designation="Thôn", parent=commune)
            village.vn2000_srid = commune.vn2000_srid
            _draw(village, polygon)
        villages.append(village)
    return villages


def _draw(unit: Unit, polygon: shapely.Polygon) -> None:
    unit.outline = MultiPolygon(_geos(polygon), srid=crs.WGS84)
    unit.area_m2 = crs.zone_area_m2(polygon, unit.vn2000_srid)
    unit.source, unit.is_invented = OUTLINE_SOURCE, True
    unit.save()


def _geos(geometry: shapely.Geometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=crs.WGS84)


@transaction.atomic
def sign_ins(*, random_passwords: bool) -> list[SignIn]:
    """Make officer, agronomist, viewer, surveyor and administrator of the demo; who is there already is left alone."""
    commune = Unit.objects.current().get(kind=UnitKind.COMMUNE, code=CODE)
    cast = (
        ("canbo", "Lê Thị Lan", _("cán bộ xã"), Role.COMMUNE_OFFICER),
        ("nongnghiep", "Phạm Thị Hạnh", _("cán bộ nông nghiệp"), Role.AGRONOMIST),
        ("xem", "Trần Văn Vinh", _("chỉ xem số liệu"), Role.VIEWER),
        (surveying.SURVEYOR, "Đỗ Minh Tuấn", _("người điều tra, mở /survey/ trên điện thoại"), Role.SURVEYOR),
        ("quantri", "Nguyễn Minh Quân", _("quản trị hệ thống"), None),
    )
    made = []
    for username, full_name, what, role in cast:
        password = ""
        if not User.objects.filter(username=username).exists():
            password = secrets.token_urlsafe(12) if random_passwords else KNOWN_PASSWORD
            if role is None:
                User.objects.create_superuser(username, password=password, full_name=full_name)
            else:
                person = User.objects.create_user(username, password=password, full_name=full_name)
                Grant.objects.create(user=person, unit=commune, role=role)
        made.append(SignIn(username, full_name, what, password))
    return made
