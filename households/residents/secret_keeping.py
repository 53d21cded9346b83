"""Secrets of households: made for a letter, kept as a keyed hash, opened, revoked.

The hash is HMAC-SHA-256 over house code and secret, with a key that is derived from SECRET_KEY for this alone: whoever
reads the database finds nothing to try secrets on. A new SECRET_KEY ends every letter. The house code is the one
printed on the letter, so a letter goes on holding when its household moves.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from households import codes
from households.finding import require_at_house
from households.models import Household, ResidentSecret
from households.models.residents import expiry
from mapping.access import Capability
from mapping.errors import Conflict
from mapping.models import Job
from mapping.wording import gettext as _

DAYS_VALID: Final = 365


@dataclass(frozen=True, slots=True)
class Issued:
    """A secret as it goes on one letter. It is nowhere else."""

    household: Household
    house_code: str
    secret: str
    expires_at: datetime.datetime
    secret_id: uuid.UUID = field(default_factory=uuid_utils.uuid7)


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose page a secret opened, and when it was opened before, None for the first time."""

    secret_id: uuid.UUID
    household_id: uuid.UUID
    opened_before: datetime.datetime | None


def digest_of(house_code: str, secret: str) -> bytes:
    """What is kept of a secret; both as `codes` parses them."""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"sonha household secret v1", hashlib.sha256)
    return hmac.digest(key, f"{house_code}\0{secret}".encode(), hashlib.sha256)


@transaction.atomic
def issue(
    *, user: Any, households: Iterable[Household], batch: Job | None = None, to_fetch: bool = False
) -> list[Issued]:
    """Give each household a new secret; the ones given before end. Households come with their house.

    Letters of a batch, and one `to_fetch`, are printed when somebody fetches them.

    The caller has asked whether `user` may; the wall asks again. Raises Conflict when somebody else gave a household
    one while this was being asked for: two letters, of which one is dead already, help nobody.
    """
    households = list(households)
    if batch is None:
        _one_at_a_time(households)
    else:  # thousands; the letters of single households wait meanwhile, each household alone would be too many locks
        _hold("residents.batch", shared=False)
    now, end = timezone.now(), expiry(DAYS_VALID)
    ResidentSecret.objects.filter(household__in=households, revoked_at=None).update(revoked_at=now, revoked_by=user)
    issued = [Issued(household, household.house.code, codes.new_secret(), end) for household in households]
    ResidentSecret.objects.bulk_create(
        ResidentSecret(
            id=one.secret_id,
            household=one.household,
            digest=digest_of(one.house_code, one.secret),
            batch=batch,
            issued_by=user,
            issued_at=now,
            printed_at=None if batch or to_fetch else now,
            expires_at=end,
        )
        for one in issued
    )
    return issued


def _one_at_a_time(households: list[Household]) -> None:
    """Let nobody else give these households a secret until the transaction ends. Raises Conflict after a wait."""
    before = _live(households)
    _hold("residents.batch", shared=True)
    for household in sorted(households, key=lambda one: one.pk):
        _hold(f"residents.secret {household.pk}", shared=False)
    if _live(households) != before:
        raise Conflict(
            _(
                "Hộ này vừa được làm một thư khác. Hãy tải lại trang; "
                "nếu vẫn cần thì làm thư lần nữa, mã trước sẽ hết dùng."
            ),
            code="letter_made",
        )


def _live(households: list[Household]) -> set[uuid.UUID]:
    return set(ResidentSecret.objects.filter(household__in=households, revoked_at=None).values_list("pk", flat=True))


def _hold(name: str, *, shared: bool) -> None:
    # Not the household's row: whoever gives letters need not be allowed to change it, and then the wall hides the lock.
    with connection.cursor() as cursor:
        lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [name])


@transaction.atomic
def revoke(*, user: Any, household: Household) -> int:
    """End the household's secret and every browser that it opened; return how many secrets ended."""
    require_at_house(user, Capability.HANDLE_RESIDENTS, household.house)
    live = ResidentSecret.objects.for_user(user).filter(household=household, revoked_at=None)
    return live.update(revoked_at=timezone.now(), revoked_by=user)


def open_with(house_code: str, secret: str) -> Opened | None:
    """Return whose page it is; None for a secret that is unknown, of another house, revoked or run out.

    One statement by a hash decides for all of these alike, so that neither text nor time tells them apart.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM households_open_secret(%s)", [digest_of(house_code, secret)])
        row = cursor.fetchone()
    return Opened(*row) if row else None
