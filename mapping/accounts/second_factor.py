"""The second step of signing in: six digits that change every half minute on the person's phone (TOTP, RFC 6238).

Whoever edits or manages must have it, everyone else may. django-otp keeps the secret, refuses a code that was used,
and makes each wrong guess cost twice the wait of the one before; here the wait is bounded, so that someone who knows
a password cannot lock its owner out for days.
"""

from __future__ import annotations

import base64
import datetime
import math
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from mapping import access
from mapping.access import Capability
from mapping.accounts import recovery, traces
from mapping.models import Factor, RecoveryCode, User

_GUARDED: Final = (Capability.EDIT, Capability.IMPORT, Capability.EXPORT_PEOPLE, Capability.MANAGE_ACCOUNTS)
_SET_UP_WITHIN: Final = datetime.timedelta(hours=1)  # an older secret that nobody confirmed is drawn anew
_LONGEST_WAIT_AFTER: Final = 11  # wrong guesses: 2 ** 10 seconds, 17 minutes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a typed code: `factor` is empty when it was refused; `wait_s` when not even looked at."""

    factor: str
    wait_s: int = 0


def is_required(user: Any) -> bool:
    """Return whether the person's rights ask for a second factor."""
    if not settings.REQUIRE_TOTP:
        return False
    return user.is_superuser or any(access.has_anywhere(user, capability) for capability in _GUARDED)


def has(user: User) -> bool:
    """Return whether the person has set a second factor up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_asked(user: User) -> bool:
    """Return whether signing in takes a second step: because it must, or because the person chose so."""
    return has(user) or is_required(user)


def to_set_up(user: User) -> TOTPDevice:
    """Return the secret that the person is setting up, the same one until it is confirmed or an hour has passed."""
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False)
    device = waiting.filter(created_at__gt=timezone.now() - _SET_UP_WITHIN).first()
    if device is None:
        waiting.delete()
        device = TOTPDevice.objects.create(user=user, confirmed=False, name="SoNha")
    return device


def confirm(user: User, typed: str) -> tuple[Answer, list[str]]:
    """Take the phone that shows this code as the person's second factor, in place of any other.

    Returns the new recovery codes besides, once and never again; none when the code is refused.
    """
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None:
            return Answer(Factor.NONE), []
        answer = _look(device, typed)
        if not answer.factor:
            return answer, []
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        traces.record("device.add", about=user, by=user)
        return answer, recovery.make(user)


def verify(user: User, typed: str) -> Answer:
    """Look at the code of the phone, or at a recovery code, which is spent then. Both share one wait."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            return Answer(Factor.NONE)
        if not recovery.looks_like_one(typed):
            return _look(device, typed)
        if wait_s := _seconds_to_wait(device):
            return Answer(Factor.NONE, wait_s)
        if recovery.use(user, typed):
            device.throttle_reset()
            return Answer(Factor.RECOVERY)
        _count_wrong_guess(device)
        return Answer(Factor.NONE)


@transaction.atomic
def reset(user: User) -> None:
    """Forget the person's phone and recovery codes, so that the next sign-in sets up anew."""
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def secret_in_letters(device: TOTPDevice) -> str:
    """Return the secret in groups of four letters, for a phone without a camera."""
    letters = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def address_for_phone(device: TOTPDevice) -> str:
    """Return what the QR holds, by the key URI format that authenticator apps share."""
    issuer = quote(f"SoNha {settings.PLATE_HOST}" if settings.PLATE_HOST != "localhost" else "SoNha")
    secret = secret_in_letters(device).replace(" ", "")
    return f"otpauth://totp/{issuer}:{quote(device.user.get_username())}?secret={secret}&issuer={issuer}"


def _look(device: TOTPDevice, typed: str) -> Answer:
    if wait_s := _seconds_to_wait(device):
        return Answer(Factor.NONE, wait_s)
    if device.verify_token("".join(typed.split())):
        return Answer(Factor.TOTP)
    _bound_wait(device)
    return Answer(Factor.NONE)


def _seconds_to_wait(device: TOTPDevice) -> int:
    allowed, why = device.verify_is_allowed()
    return 0 if allowed else max(1, math.ceil((why["locked_until"] - timezone.now()).total_seconds()))


def _count_wrong_guess(device: TOTPDevice) -> None:
    device.throttle_increment()
    _bound_wait(device)


def _bound_wait(device: TOTPDevice) -> None:
    if device.throttling_failure_count > _LONGEST_WAIT_AFTER:
        device.throttling_failure_count = _LONGEST_WAIT_AFTER
        device.save(update_fields=["throttling_failure_count"])
