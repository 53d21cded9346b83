"""Certificates of house numbers: given for houses as they are today, and checked against what they are by then."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import io
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from households import address_reading, audit_trail, certificate_codes, codes
from households.certificate_codes import Certified
from households.models import FormerAddress, Frontage, GivenCertificate, House, HouseState, PlateBatch
from households.plates import press
from households.plates.certificate import HALF_EAST_M, HALF_NORTH_M, Certificate, write_certificates
from households.plates.mini_map import Surroundings
from households.plates.route_reading import on_ground
from households.plates.walk_list_reading import surroundings
from households.streets.ground import Ground
from mapping import access
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import Unit
from mapping.printing.host import why_not_printable
from mapping.text import clean
from mapping.wording import gettext as _

_SLICE: Final = 500
_AROUND_M: Final = 120.0
LONGEST_REASON: Final = 300
_PROOF: Final = "BẢN IN THỬ"


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a certificate: the house it is of, and whether that still has the address.

    `former` is the address that stood on it, where it is another one than today's and is known. One that was taken back
    (`revoked_at`) is not valid whatever the address.
    """

    certified: Certified
    house: House
    is_valid: bool
    former: FormerAddress | None
    revoked_at: datetime.datetime | None = None


def check(typed: str) -> Checked | None:
    """Return what became of a certificate; None where this server gave none like it, or its house is gone."""
    certified = certificate_codes.read(typed, _key())
    if certified is None:
        return None
    house = House.objects.select_related("commune__parent", "village").filter(code=certified.house_code).first()
    if house is None:
        return None
    taken_back = GivenCertificate.objects.filter(pk=codes.as_written(typed)).exclude(revoked_at=None).first()
    if taken_back is not None:
        return Checked(certified, house, False, None, taken_back.revoked_at)
    if certified.says(house.number, house.street):
        return Checked(certified, house, house.state == HouseState.ACTIVE, None)
    formers = FormerAddress.objects.filter(house=house).select_related("decision").latest_first()
    former = next((one for one in formers if certified.says(one.number, one.street)), None)
    return Checked(certified, house, False, former)


def for_house(house: House) -> BinaryIO:
    """Return the certificate of a house as a PDF, and write down that it was given.

    The caller has asked whether the person may. Raises UserError for a house that has no number or is closed.
    """
    if house.state != HouseState.ACTIVE:
        raise UserError(_("Nhà này đã đóng nên không cấp giấy chứng nhận số nhà."), code="closed")
    if not house.number:
        raise UserError(
            _("Nhà này chưa có số nhà nên chưa cấp được giấy chứng nhận. Hãy đánh số nhà trước."), code="no_number"
        )
    if GivenCertificate.objects.filter(pk=identifier_of(house, timezone.localdate())).exclude(revoked_at=None).exists():
        raise UserError(
            _("Giấy chứng nhận cấp hôm nay cho nhà này đã bị thu hồi. Từ ngày mai mới cấp lại được."), code="revoked"
        )
    out = io.BytesIO()
    with transaction.atomic():
        write_certificates(out, _certificates(house.commune, [house.pk]), press.fonts())
        audit_trail.certified(house)
    out.seek(0)
    return out


def write_for_houses(
    out: BinaryIO,
    commune: Unit,
    houses: Sequence[uuid.UUID],
    on_progress: Callable[[int], None] | None = None,
    *,
    proof: bool = False,
    batch: PlateBatch | None = None,
) -> int:
    """Write a certificate for each of these houses that stands and has a number, in order; return how many.

    The caller has asked whether the person may, and writes down that they were given. Those of a `batch` count as given
    once it is printed. Raises OSError.
    """
    drawn = _certificates(commune, houses, proof=proof, batch=batch)
    return write_certificates(out, drawn, press.fonts(), on_progress)


def of_house(house: House) -> list[GivenCertificate]:
    """Return the certificates that somebody may hold of a house, the newest first."""
    return list(GivenCertificate.objects.handed_out().filter(house_code=house.code))


@transaction.atomic
def revoke(*, user: Any, house: House, identifier: str, reason: str) -> None:
    """Take one certificate of a house back: from now on its page says so and shows no address.

    Raises Http404, NotAllowed, Conflict for one that is revoked already, UserError without a reason and for letters
    that are of no certificate of the house.
    """
    access.require(user, Capability.PRINT, house.village or house.commune)
    reason = clean(reason)
    if not reason:
        raise UserError(_("Hãy ghi lý do thu hồi giấy chứng nhận."), code="reason")
    if len(reason) > LONGEST_REASON:
        raise UserError(_("Lý do thu hồi dài nhất %(most)d chữ.") % {"most": LONGEST_REASON}, code="reason")
    identifier = codes.as_written(identifier)
    certified = certificate_codes.read(identifier, _key())
    if certified is None or certified.house_code != house.code:
        raise UserError(_("Không có giấy chứng nhận nào của nhà này mang mã đó."), code="identifier")
    # One that was given before certificates were written down has no row yet.
    given = {"house_code": house.code, "commune": house.commune, "issued_on": certified.issued_on}
    GivenCertificate.objects.get_or_create(pk=identifier, defaults=given)
    row = GivenCertificate.objects.select_for_update(of=("self",)).get(pk=identifier)
    if row.revoked_at is not None:
        raise Conflict(_("Giấy chứng nhận này đã bị thu hồi trước đó."), code="revoked")
    row.revoked_at, row.revoked_by, row.reason = timezone.now(), user, reason
    row.save(update_fields=["revoked_at", "revoked_by", "reason"])
    audit_trail.certificate_revoked(house, identifier)


def identifier_of(house: House, issued_on: datetime.date) -> str:
    """Return the identifier of the certificate that the house is given on that day."""
    return certificate_codes.certificate_id(house.code, issued_on, house.number, house.street, _key())


def _key(use: bytes = b"sonha certificate v1") -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), use, hashlib.sha256)


def _identifier_of_proof(house: House, issued_on: datetime.date) -> str:
    """Looks like one and is sealed with another key: whoever checks it is told that none like it was given."""
    key = _key(b"sonha certificate proof v1")
    return certificate_codes.certificate_id(house.code, issued_on, house.number, house.street, key)


def _certificates(
    commune: Unit, ids: Sequence[uuid.UUID], *, proof: bool = False, batch: PlateBatch | None = None
) -> Iterator[tuple[Certificate, Surroundings]]:
    ground = Ground(commune)
    today = timezone.localdate()
    proof = proof or why_not_printable(settings.PLATE_HOST) is not None  # nobody could check it
    todo = iter(ids)
    while some := list(islice(todo, _SLICE)):
        houses = (
            House.objects.active().filter(commune=commune).exclude(number="").select_related("village").in_bulk(some)
        )
        wanted = [houses[pk] for pk in some if pk in houses]
        if wanted:
            slice_ = list(_of_slice(ground, wanted, today, proof=proof))
            if not proof:
                _write_down(slice_, commune, batch)
            yield from slice_


def _write_down(drawn: list[tuple[Certificate, Surroundings]], commune: Unit, batch: PlateBatch | None) -> None:
    """Keep which certificates there are. One that was given the same day with the same words is the same one."""
    rows = [
        GivenCertificate(
            identifier=one.identifier,
            house_code=one.house_code,
            commune=commune,
            issued_on=one.issued_on,
            batch=batch,
        )
        for one, _around in drawn
    ]
    GivenCertificate.objects.bulk_create(rows, ignore_conflicts=True)
    if batch is None:  # a batch that is stopped later takes its rows along, and not those of papers given otherwise
        GivenCertificate.objects.filter(pk__in=[row.pk for row in rows]).update(batch=None)


def _of_slice(
    ground: Ground, houses: list[House], today: datetime.date, *, proof: bool
) -> Iterator[tuple[Certificate, Surroundings]]:
    addresses = address_reading.of_houses(houses)
    decisions = {
        frontage.house_id: frontage.decision
        for frontage in Frontage.objects.filter(house__in=houses, decision__undone_at=None).select_related("decision")
        if frontage.decision is not None
    }
    places = on_ground(ground, [one.location.x for one in houses], [one.location.y for one in houses])
    (west, south), (east, north) = places.min(axis=0) - _AROUND_M, places.max(axis=0) + _AROUND_M
    around = surroundings(ground.commune, (west, south, east, north))
    for house, (x, y) in zip(houses, places.tolist(), strict=True):
        identifier = _identifier_of_proof(house, today) if proof else identifier_of(house, today)
        decision = decisions.get(house.pk)
        yield (
            Certificate(
                commune=ground.commune.full_name,
                number=house.number,
                address=addresses[house.pk].long,
                house_code=house.code,
                plus_code=codes.plus_code(house.location.y, house.location.x),
                lat=house.location.y,
                lng=house.location.x,
                decision=decision.number if decision else "",
                decided_on=decision.decided_on if decision else None,
                issued_on=today,
                identifier=identifier,
                url=certificate_codes.certificate_url(settings.PLATE_HOST, identifier),
                typed_url=f"{settings.PLATE_HOST}/certificate/",
                at=(x, y),
                neighbours=tuple(around.numbered((x, y), HALF_EAST_M, HALF_NORTH_M)),
                watermark=_PROOF if proof else _watermark(ground.commune, house),
            ),
            around,
        )


def _watermark(commune: Unit, house: House) -> str:
    invented = commune.is_invented or (house.village is not None and house.village.is_invented)
    return "MINH HỌA" if invented else ""
