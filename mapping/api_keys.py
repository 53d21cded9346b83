"""Give, know and take back keys of the API.

A key is 256 bits from `secrets`, so its plain SHA-256 can neither be reversed nor guessed, and one indexed look finds
it. It never opens more than its owner may do on the day it is used, and nothing at all once the owner is deactivated.
Whoever must show a second factor makes keys in a session that has shown one, and they hold while there is one. All of
a person's keys end with the password, with a link that leads back, and with a phone that is reset: whoever made one
with a stolen password is out then.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mapping import audit
from mapping.accounts import second_factor
from mapping.models import ApiKey

PREFIX: Final = "sonha_"
"""So that a key which strays into a repository or a log is known for what it is."""
LONGEST_DAYS: Final = 366
_SEEN_EVERY: Final = datetime.timedelta(minutes=10)


@transaction.atomic
def give(*, user: Any, name: str, days: int, with_second_factor: bool = False) -> tuple[ApiKey, str]:
    """Make a key that holds for `days` (at most a year) and return it with its text, which is kept nowhere.

    `with_second_factor` says whether the session that asks has shown one.
    """
    text = PREFIX + secrets.token_urlsafe(32)
    until = timezone.localdate() + datetime.timedelta(days=max(1, min(days, LONGEST_DAYS)))
    key = ApiKey.objects.create(
        user=user, name=name[:60], key_hash=_hash(text), valid_until=until, with_second_factor=with_second_factor
    )
    audit.record("api_key.give", subject=key.name)
    return key, text


def user_of(text: str) -> Any | None:
    """Return the account that a key speaks for today, None for any text that is no such key."""
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    today = timezone.localdate()
    holds = Q(revoked_at=None, valid_until__gte=today, user__is_active=True)
    key = ApiKey.objects.filter(holds, key_hash=_hash(text)).select_related("user").first()
    if key is None or not _has_shown_enough(key):
        return None
    now = timezone.now()
    if key.used_at is None or now - key.used_at > _SEEN_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)
    return key.user


@transaction.atomic
def revoke(*, user: Any, key_id: Any) -> bool:
    """Take one of the person's keys back; False when it is not theirs or was taken back already."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id, user=user, revoked_at=None).first()
    if key is None:
        return False
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    audit.record("api_key.revoke", subject=key.name)
    return True


@transaction.atomic
def revoke_all(user: Any) -> int:
    """Take every key of the person's back, whoever asks; return how many held until now."""
    keys = list(ApiKey.objects.select_for_update().filter(user=user, revoked_at=None))
    ApiKey.objects.filter(pk__in=[key.pk for key in keys]).update(revoked_at=timezone.now())
    for key in keys:
        audit.record("api_key.revoke", subject=key.name)
    return sum(key.valid_until >= timezone.localdate() for key in keys)


def _has_shown_enough(key: ApiKey) -> bool:
    """Whether the key may stand for a person who could not sign in without a second factor."""
    return not second_factor.is_required(key.user) or (key.with_second_factor and second_factor.has(key.user))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
