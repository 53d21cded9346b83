"""The browsers in which a person is signed in: remembered at sign-in, looked at with every request, ended by choice.

A session holds the id of its row in `SignedInDevice`. The row is what keeps it alive: where it is gone or too old,
the session is nobody's. So signing out a lost phone takes deleting one row, whatever cookie it still sends.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.accounts import second_factor
from mapping.accounts.browser_names import browser_and_system
from mapping.accounts.throttling import network_address
from mapping.models import Factor, SignedInDevice, User

SESSION_KEY: Final = "device"
_TOUCHED_EVERY: Final = datetime.timedelta(minutes=1)


def remember(request: HttpRequest, user: User, factor: str) -> SignedInDevice:
    """Note that this browser is signed in from now on; what ran out, devices and sessions, is swept away."""
    request.session.clear_expired()
    SignedInDevice.objects.filter(user=user).filter(_over(timezone.now())).delete()
    device = SignedInDevice.objects.create(
        user=user,
        factor=factor,
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:300].replace("\0", ""),
        address=network_address(request),
    )
    request.session[SESSION_KEY] = str(device.pk)
    return device


def person_at(request: HttpRequest, account: Any) -> Any:
    """Return the account of the session, or nobody: where its device was signed out or ran out, or where the account
    has come to need a second factor that this browser has not shown.
    """
    if not account.is_authenticated:
        return account
    device = SignedInDevice.objects.filter(pk=_device_id(request), user=account).first()
    if device is None or _is_over(device, timezone.now()):
        return AnonymousUser()
    if not device.factor and second_factor.is_required(account):
        return AnonymousUser()
    request._device = device  # type: ignore[attr-defined]  # touched when the request is over
    return account


def current(request: HttpRequest) -> SignedInDevice | None:
    """Return the device of this request; None when nobody is signed in."""
    if not request.user.is_authenticated:
        return None
    return SignedInDevice.objects.filter(pk=_device_id(request), user=request.user).first()


def mark(device: SignedInDevice | None, factor: str) -> None:
    """Note that a second factor was shown in this browser."""
    if device is not None:
        SignedInDevice.objects.filter(pk=device.pk).update(factor=factor)


def touch(device: SignedInDevice) -> None:
    """Note that the device was seen, at most once a minute."""
    now = timezone.now()
    if now - device.last_seen_at >= _TOUCHED_EVERY:
        SignedInDevice.objects.filter(pk=device.pk).update(last_seen_at=now)


def of(user: User) -> list[SignedInDevice]:
    """Return the devices that are still signed in, the last seen first."""
    return list(SignedInDevice.objects.filter(user=user).exclude(_over(timezone.now())))


def end(user: User, device_id: uuid.UUID) -> bool:
    """Sign one device of the person's out; False when it is not theirs or was signed out already."""
    return bool(SignedInDevice.objects.filter(user=user, pk=device_id).delete()[0])


def end_all(user: User, *, but: SignedInDevice | None = None) -> int:
    """Sign every device of the person's out but one; return how many that were."""
    return SignedInDevice.objects.filter(user=user).exclude(pk=but.pk if but else None).delete()[0]


def in_words(device: SignedInDevice) -> str:
    """Return the browser as its owner would call it."""
    browser, system = browser_and_system(device.user_agent)
    if browser and system:
        return _("%(browser)s trên %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Trình duyệt không rõ tên")


def _device_id(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.session.get(SESSION_KEY, ""))
    except ValueError:
        return None


def _over(now: datetime.datetime) -> Q:
    return Q(last_seen_at__lte=now - settings.SESSION_IDLE) | Q(created_at__lte=now - settings.SESSION_WHOLE)


def _is_over(device: SignedInDevice, now: datetime.datetime) -> bool:
    return now - device.last_seen_at >= settings.SESSION_IDLE or now - device.created_at >= settings.SESSION_WHOLE


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    remember(request, user, getattr(request, "shown_factor", Factor.NONE))


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None and (device_id := _device_id(request)):
        end(user, device_id)


def register() -> None:
    """Follow every sign-in and sign-out, the administration's too."""
    user_logged_in.connect(_signed_in, dispatch_uid="mapping.accounts.devices")
    user_logged_out.connect(_signed_out, dispatch_uid="mapping.accounts.devices")
