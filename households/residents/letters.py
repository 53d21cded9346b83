"""From households to letters: which households, their addresses, new secrets, and the PDF."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from households import address_reading
from households.addresses import Address, in_sentence
from households.finding import require_at_house
from households.models import Household, HouseState, ResidentSecret
from households.plates import press
from households.residents import secret_keeping
from households.residents.letter import Letter, resident_url, write_letters
from households.residents.secret_keeping import Issued
from mapping import access, audit
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job, Unit
from mapping.models.units import in_natural_order
from mapping.printing.host import why_not_printable
from mapping.printing.qr import TextTooLong
from mapping.wording import gettext as _

_BATCH = 200


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """Which households get letters. Without `again` those whose secret still holds are left alone."""

    commune: Unit
    village: Unit | None = None
    again: bool = False
    contact: str = ""
    proof: bool = False

    def check(self) -> None:
        """Raise UserError while the plates' host is none that a resident's phone could reach."""
        sentence = "" if self.proof else proofs_only_sentence()
        if sentence:
            raise UserError(sentence, code="plate_host")

    @property
    def contact_line(self) -> str:
        """Whom to ask, as the letter says it."""
        return self.contact or f"Ủy ban nhân dân {in_sentence(self.commune.full_name)}, hoặc trưởng thôn."


def proofs_only_sentence(to: Any = None) -> str:
    """Say why letters may be no more than proofs for now; "" when nothing stands against them.

    Only an administrator, in `to`, is told the name of the setting.
    """
    if why_not_printable(settings.PLATE_HOST) is None:
        return ""
    return press.with_setting(
        _(
            "Bây giờ chỉ làm được thư in thử: điện thoại của người dân không mở được địa chỉ “%(host)s”. "
            "Hãy nhờ người quản trị máy chủ khai báo tên miền công khai có https của xã."
        )
        % {"host": settings.PLATE_HOST},
        to,
    )


def households_for(order: LetterOrder, user: Any) -> QuerySet[Household]:
    """The households that the order means and the person may write to, in walking order."""
    scope = access.scope_of(user, Capability.HANDLE_RESIDENTS)
    found = Household.objects.filter(scope.rows(), commune=order.commune, house__state=HouseState.ACTIVE)
    if order.village is not None:
        found = found.filter(village=order.village)
    if not order.again:
        live = ResidentSecret.objects.filter(household=OuterRef("pk"), revoked_at=None, expires_at__gt=timezone.now())
        found = found.exclude(Exists(live))
    return found.select_related("house__commune__parent", "house__village").order_by(
        in_natural_order("house__village__code"), "house__street", "house__number", "house__code", "head_name", "id"
    )


def single_letter(*, user: Any, household: Household, order: LetterOrder) -> bytes:
    """Give one household a new secret and return its letter; the file lies nowhere."""
    return _single(user, household, order, to_fetch=False)[0]


def letter_to_fetch(*, user: Any, household: Household, order: LetterOrder) -> tuple[bytes, uuid.UUID]:
    """The same for a letter that is fetched later, with the id of its secret."""
    return _single(user, household, order, to_fetch=True)


def _single(user: Any, household: Household, order: LetterOrder, *, to_fetch: bool) -> tuple[bytes, uuid.UUID]:
    require_at_house(user, Capability.HANDLE_RESIDENTS, household.house)
    order.check()
    out = io.BytesIO()
    (issued,) = secret_keeping.issue(user=user, households=[household], to_fetch=to_fetch)
    _write(out, iter([issued]), order)
    audit.record(
        "resident.secret",
        subject=household.house.code,
        table=Household._meta.db_table,
        row_id=household.pk,
        commune=household.house.commune,
        village_id=household.house.village_id,
    )
    return out.getvalue(), issued.secret_id


def batch_of_letters(
    out: BinaryIO,
    *,
    user: Any,
    order: LetterOrder,
    batch: Job,
    on_progress: Callable[[int], None],
) -> int:
    """Give every household of the order a new secret and write the letters; call in one transaction."""
    ids = list(households_for(order, user).values_list("pk", flat=True))
    if not ids:
        raise UserError(_("Không có hộ nào cần thư: mọi hộ ở đây đã có mã còn dùng được."), code="no_households")

    def issued() -> Iterator[Issued]:
        for some in _pieces(ids):
            known = households_for(LetterOrder(order.commune, again=True), user).in_bulk(some)
            yield from secret_keeping.issue(
                user=user, households=[known[pk] for pk in some if pk in known], batch=batch
            )

    written = _write(out, issued(), order, on_progress)
    audit.record(
        "resident.secret",
        subject=str(order.village or order.commune),
        table=Household._meta.db_table,
        rows=ids,
        commune=order.commune,
        village_id=order.village.pk if order.village else None,
        count=written,
    )
    return written


def _pieces(ids: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _write(
    out: BinaryIO, issued: Iterator[Issued], order: LetterOrder, on_progress: Callable[[int], None] | None = None
) -> int:
    try:
        return write_letters(out, _letters(issued, order), press.fonts(), on_progress)
    except TextTooLong as error:
        raise UserError(
            _("Tên miền “%(host)s” quá dài cho mã QR của thư. Hãy dùng tên miền ngắn hơn.")
            % {"host": settings.PLATE_HOST},
            code="host_too_long",
        ) from error


def _letters(issued: Iterator[Issued], order: LetterOrder) -> Iterator[Letter]:
    for one, address in address_reading.with_addresses(issued, lambda one: one.household.house):
        yield _letter(one, order, address)


def _letter(issued: Issued, order: LetterOrder, address: Address) -> Letter:
    house = issued.household.house
    return Letter(
        head_name=issued.household.head_name,
        address=address.lines,
        commune=house.commune.full_name,
        house_code=issued.house_code,
        secret=issued.secret,
        url=resident_url(settings.PLATE_HOST, issued.house_code, issued.secret),
        typed_url=f"{settings.PLATE_HOST}/ho",
        contact=order.contact_line,
        issued_on=timezone.localdate(),
        expires_on=timezone.localdate(issued.expires_at),
        proof=order.proof,
    )
