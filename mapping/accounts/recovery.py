"""Recovery codes: ten codes on paper, each of which stands in once for a lost phone.

They are shown once, when they are made. The database keeps scrypt hashes with one salt for a set, so that a guess
costs one hash whoever it is aimed at. 12 characters of 31 are 59 bits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

from django.db import transaction
from django.utils import timezone

from mapping.accounts import traces
from mapping.models import RecoveryCode, User

COUNT: Final = 10
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0, 1, i, l, o: they are copied by hand
_LENGTH: Final = 12
_GROUP: Final = 4


@transaction.atomic
def make(user: User) -> list[str]:
    """Make a new set in place of the old one; return the codes in groups of four letters, to show once."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(_LENGTH)) for _ in range(COUNT)]
    salt = secrets.token_bytes(16)
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, salt=salt, digest=_hash(code, salt)) for code in codes)
    traces.record("recovery_codes.make", about=user, by=user)
    return [_grouped(code) for code in codes]


def use(user: User, typed: str) -> bool:
    """Spend the code and return True, or return False when the person has no such code left.

    Call it inside a transaction: the codes are locked, so that one code cannot be spent twice at the same time.
    """
    code = _read(typed)
    unused = list(RecoveryCode.objects.select_for_update().filter(user=user, used_at__isnull=True).order_by("pk"))
    if not unused or len(code) != _LENGTH:
        return False
    digest = _hash(code, bytes(unused[0].salt))
    for row in unused:
        if hmac.compare_digest(bytes(row.digest), digest):
            row.used_at = timezone.now()
            row.save(update_fields=["used_at"])
            return True
    return False


def belong_to(user: User, typed: list[str]) -> bool:
    """Return whether all of these are codes that the person has left: for the file of the codes just shown."""
    rows = list(RecoveryCode.objects.filter(user=user, used_at__isnull=True))
    if not rows or not 0 < len(typed) <= COUNT:
        return False
    known = {bytes(row.digest) for row in rows}
    return all(_hash(_read(code), bytes(rows[0].salt)) in known for code in typed)


def left(user: User) -> int:
    """Return how many codes the person has left."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def looks_like_one(typed: str) -> bool:
    """Return whether this is meant as a recovery code rather than as the six digits of a phone."""
    return len(_read(typed)) > _LENGTH // 2 or re.search(r"[^\W\d_]", typed) is not None


def _read(typed: str) -> str:
    return re.sub(r"[^0-9a-z]", "", typed.lower())


def _grouped(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def _hash(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
