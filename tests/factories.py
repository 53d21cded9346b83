"""Plain factories: each makes one valid row and returns it. Everything here is invented."""

from __future__ import annotations

import itertools
import random
import zlib
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import transaction
from django.utils import timezone

from households import codes
from households.models import BatchFile, House, Household, LocationSource, Plate, PlateBatch
from households.plates.press import face_hash
from households.plates.reprint import place_of
from mapping.access import Role
from mapping.models import Grant, StoredFile, Unit, UnitKind, User

CENTRE = (105.81, 19.67)
_numbers = itertools.count(1)
_chance = random.Random()  # as the operating system likes, until a test begins


def begin(test: str) -> None:
    """Give the houses and plates of a test the same codes whenever it runs, whatever ran before it.

    A code that by chance reads like something else on a page does so in every run then, or in none.
    """
    global _numbers
    seed = zlib.crc32(test.encode())
    _numbers = itertools.count(1 + seed % 8_000_000)
    _chance.seed(seed)


def token() -> str:
    """A plate token like those that the product makes."""
    body = "".join(_chance.choices(codes.TOKEN_ALPHABET, k=codes.TOKEN_LENGTH - 1))
    return next(body + last for last in codes.TOKEN_ALPHABET if _is_token(body + last))


def _is_token(text: str) -> bool:
    try:
        return codes.parse_token(text) == text
    except codes.CodeError:
        return False


def square(lng: float, lat: float, half: float) -> MultiPolygon:
    """A square outline around a point, `half` degrees to each side."""
    return MultiPolygon(Polygon.from_bbox((lng - half, lat - half, lng + half, lat + half)), srid=4326)


def province(code: str = "38", name: str = "Thử Nghiệm") -> Unit:
    """Tỉnh Thử Nghiệm, or another."""
    unit, _ = Unit.objects.get_or_create(
        kind=UnitKind.PROVINCE,
        code=code,
        defaults={"name": name, "designation": "Tỉnh", "vn2000_srid": 5897, "is_invented": True},
    )
    return unit


def commune(
    code: str = "99001",
    name: str = "Bình Minh",
    lng: float = CENTRE[0],
    lat: float = CENTRE[1],
    of: Unit | None = None,
) -> Unit:
    """A commune of some 4 × 4 km with two villages, west and east."""
    unit = Unit.objects.create(
        kind=UnitKind.COMMUNE,
        code=code,
        name=name,
        designation="Xã",
        parent=of or province(),
        outline=square(lng, lat, 0.02),
        vn2000_srid=5897,
        is_invented=True,
    )
    for number, (village_name, shift) in enumerate((("Đông Hoà", -0.01), ("Xa Thư", 0.01)), start=1):
        box = Polygon.from_bbox((lng + shift - 0.01, lat - 0.02, lng + shift + 0.01, lat + 0.02))
        Unit.objects.create(
            kind=UnitKind.VILLAGE,
            code=f"{code}-{number:02d}",
            name=village_name,
            designation="Thôn",
            parent=unit,
            outline=MultiPolygon(box, srid=4326),
            vn2000_srid=5897,
            is_invented=True,
        )
    return unit


def neighbour_commune() -> Unit:
    """Xã Tân Lập, east of Bình Minh."""
    return commune(code="99002", name="Tân Lập", lng=CENTRE[0] + 0.05)


def village(of: Unit, number: int = 1) -> Unit:
    """The village with this number."""
    return Unit.objects.get(code=f"{of.code}-{number:02d}")


def user(
    username: str,
    full_name: str = "",
    *,
    officer_of: Unit | None = None,
    viewer_of: Unit | None = None,
    role: Role | None = None,
    at: Unit | None = None,
) -> User:
    """Someone who signs in with the password `mật khẩu thử`; with `role` at the unit `at`."""
    person = User.objects.create_user(username=username, password="mật khẩu thử", full_name=full_name)
    for unit, granted in ((officer_of, Role.COMMUNE_OFFICER), (viewer_of, Role.VIEWER), (at, role)):
        if unit is not None and granted is not None:
            Grant.objects.create(user=person, unit=unit, role=granted)
    return person


def house(of: Unit, lng: float = CENTRE[0], lat: float = CENTRE[1], **fields: Any) -> House:
    """A house of the commune, by default in its middle, without number or street."""
    fields.setdefault("location_source", LocationSource.MAP)
    fields.setdefault("code", codes.house_code(next(_numbers) + 80_000_000))
    return House.objects.create(commune=of, location=Point(lng, lat, srid=4326), **fields)


def household(of: House, head_name: str = "Nguyễn Văn An", **fields: Any) -> Household:
    """A household of the house."""
    with transaction.atomic():  # outside of one, the wall around people lets nobody in
        return Household.objects.create(house=of, commune=of.commune, head_name=head_name, **fields)


def batch(of: Unit, file: StoredFile, **fields: Any) -> PlateBatch:
    """A printed batch of the commune, without plates, that has kept `file` as its sheets."""
    number = PlateBatch.objects.filter(commune=of).count() + 1
    fields = {"state": "printed", "design_name": "Biển", "profile_name": "A4", "host": "sonha.example.vn"} | fields
    made = PlateBatch.objects.create(commune=of, number=number, **fields)
    BatchFile.objects.create(batch=made, kind="sheets", file=file)
    return made


def plate(of: House, **fields: Any) -> Plate:
    """The draft plate of the house as it is now, printed to hang; `released_at=None` for one that a proof showed."""
    fields.setdefault("token", token())
    fields.setdefault("released_at", timezone.now())
    now = House.objects.select_related("village", "commune__parent").get(pk=of.pk)
    units = (now.village, now.commune, now.commune.parent)
    fields.setdefault("plus_code", codes.plus_code(now.location.y, now.location.x))
    fields.setdefault("number", now.number)
    fields.setdefault("street", now.street)
    fields.setdefault("village_name", now.village.full_name if now.village else "")
    fields.setdefault("commune_name", place_of(now.commune))
    fields.setdefault("location", now.location)
    said = (now.code, now.number, now.street, *(unit.full_name if unit else "" for unit in units))
    fields.setdefault("face_hash", face_hash(*said, fields["plus_code"]))
    return Plate.objects.create(house=of, **fields)
