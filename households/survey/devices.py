"""Phones that take surveys along: known by the id that a browser made itself, one row for each of its people."""

from __future__ import annotations

import datetime
import unicodedata
import uuid
from typing import Any, Final

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from households.models import SurveyAssignment, SurveyDevice
from households.survey import refusals
from mapping import audit

_SEEN_EVERY: Final = datetime.timedelta(minutes=5)
_LONGEST_NAME: Final = 120
_IN_SESSION: Final = "survey_devices"
_MOST_IN_SESSION: Final = 10
"""Phones that one session is used by. None is ever forgotten: the one that is would be the one that was revoked."""
_MOST_NEW: Final = ((datetime.timedelta(days=1), 10), (datetime.timedelta(days=30), 30))
"""In so long a time so many phones of one person become known: browsers that forget make themselves a new id."""


def device_of(user: Any, key: uuid.UUID) -> SurveyDevice:
    """Return the person's phone, made known if it is not yet, and note that it was seen.

    Raises NotAllowed: `device_revoked` for one that was revoked, `too_many_devices` for one new phone too many.
    """
    device = _known(user, key, timezone.now())
    if device.revoked_at is not None:
        raise refusals.device_revoked()
    if device.last_seen_at is None or timezone.now() - device.last_seen_at > _SEEN_EVERY:
        SurveyDevice.objects.filter(pk=device.pk).update(last_seen_at=timezone.now())
    return device


def maker_of(user: Any, key: uuid.UUID, *, sent_by: uuid.UUID) -> SurveyDevice:
    """Return the phone on which the person made what another of their phones sends, the same one as a rule.

    Work of a lost phone comes by its backup and is good all the same: only the phone that sends has to be let.
    Raises NotAllowed as `device_of` for that one, and `too_many_devices` for either.
    """
    sender = device_of(user, sent_by)
    return sender if key == sent_by else _known(user, key, None)


def _known(user: Any, key: uuid.UUID, seen_at: datetime.datetime | None) -> SurveyDevice:
    device = SurveyDevice.objects.filter(key=key, user=user).first()
    if device is not None:
        return device
    _require_room(user)
    device, is_new = SurveyDevice.objects.get_or_create(key=key, user=user, defaults={"last_seen_at": seen_at})
    if is_new:
        walks = SurveyAssignment.objects.filter(surveyor=user).order_by(F("ended_at").desc(nulls_first=True), "-pk")
        commune = walks.values_list("round__commune", flat=True).first()
        audit.record("survey.device", table=SurveyDevice._meta.db_table, row_id=device.pk, commune=commune)
    return device


def remember_in_session(request: HttpRequest, key: uuid.UUID) -> None:
    """Note in the session that this phone uses it, whether it may send or not. Who comes by an API key has no session.

    Raises NotAllowed (`too_many_devices`) for more phones than use one session.
    """
    known = request.session.get(_IN_SESSION, [])
    if request.session.session_key is None or str(key) in known:
        return
    if len(known) >= _MOST_IN_SESSION:
        raise refusals.too_many_devices_in_session()
    request.session[_IN_SESSION] = [*known, str(key)]


def require_let(request: HttpRequest, key: uuid.UUID | None = None) -> None:
    """Raise NotAllowed (`device_revoked`) where the session was used by a phone that is revoked.

    A phone that somebody found takes nothing along under another id either, until its person signed out and in again.
    `key` is one that is looked at anyway: a phone that keeps to its id costs no query.
    """
    others = [one for one in request.session.get(_IN_SESSION, []) if one != str(key)]
    if others and SurveyDevice.objects.filter(user=request.user, key__in=others, revoked_at__isnull=False).exists():
        raise refusals.device_revoked()


def name_device(*, user: Any, key: uuid.UUID, name: str, unsent: int | None = None) -> SurveyDevice:
    """Make a phone known under a name that its person recognises it by, or give it another one.

    `unsent` is how many houses and photos it says that it still has to send; None of one that does not say.
    """
    device = device_of(user, key)
    written = printable(name)[:_LONGEST_NAME]
    if (device.name, device.unsent) != (written, unsent):
        device.name, device.unsent, device.last_seen_at = written, unsent, timezone.now()
        device.save(update_fields=["name", "unsent", "last_seen_at"])
    return device


def _require_room(user: Any) -> None:
    for time, most in _MOST_NEW:
        if SurveyDevice.objects.filter(user=user, created_at__gt=timezone.now() - time).count() >= most:
            raise refusals.too_many_devices(most, time.days * 24)


def printable(text: str) -> str:
    """Return a text without signs that nobody sees, which the database would not take either."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs")).strip()
