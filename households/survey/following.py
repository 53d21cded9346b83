"""A house that is given another village while a round goes on: what the round knows of it goes with it.

Visits, operations, conflicts, photos and sensitive answers follow in the database, whoever changes the house and by
whatever way (migrations 0052 and 0054). Here is the rest: what phones of the village that it left still hold of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db.models import Max
from django.http import Http404
from django.utils import timezone

from households.models import House, SurveyOperation
from households.models.history import HouseEvent
from households.survey.rounds_for import Walk, walk_of
from households.survey.running import LATE
from mapping import access, wall
from mapping.access import Capability
from mapping.errors import NotAllowed
from mapping.models import Unit


@contextmanager
def walk_to(user: Any, walk: Walk, house: House | None, *, made_at: datetime.datetime | None = None) -> Iterator[Walk]:
    """Let somebody bring what they did at a house that has left the village they walk: into the village it is in now.

    Who walks there too does so by that assignment. Who does not may still bring it where the house left their village
    while the round went on, and it was made at most `running.LATE` after that, as a phone without signal does: until
    the block ends what lies there can be read and written for them, and nothing of it is told (`Walk.has_left`). Else
    it is their own walk, and whoever takes the work refuses it.

    `made_at` is by the phone's clock, later than now is now. What says no time belongs to an operation that was taken
    before; Http404 where there is none.
    """
    if house is None or house.village_id in (None, walk.village.pk) or house.commune_id != walk.commune.pk:
        yield walk
        return
    village = Unit.objects.select_related("parent").defer("outline", "parent__outline").get(pk=house.village_id)
    try:
        own = walk_of(user, walk.round.pk, village.code)
    except (Http404, NotAllowed):
        own = None
    left_at = _left_at(walk, house)
    if own is not None or left_at is None or (made_at is not None and min(made_at, timezone.now()) > left_at + LATE):
        yield own or walk
        return
    now = wall.current()
    with wall.standing_as(replace(now, sees=_with(now.sees, village))):
        sent = SurveyOperation.objects.filter(visit__round=walk.round, visit__house_id=house.pk, user=user)
        if made_at is None and not sent.exists():
            raise Http404
        sees_sensitive = access.may(user, Capability.SEE_SENSITIVE, village)
        yield replace(walk, village=village, sees_sensitive=sees_sensitive, has_left=True)


def _left_at(walk: Walk, house: House) -> datetime.datetime | None:
    """When the house left the village of the walk; None if it has not stood there since the round began.

    Its events say where it was: the last that has it there is of the act that took it away.
    """
    began = timezone.make_aware(datetime.datetime.combine(walk.round.starts_on, datetime.time()))
    events = HouseEvent.objects.filter(pgh_obj=house.pk, pgh_village_id=walk.village.pk, pgh_label="update")
    last: datetime.datetime | None = events.aggregate(last=Max("pgh_created_at"))["last"]
    return last if last is not None and last >= began else None


def _with(units: str, village: Unit) -> str:
    if units == wall.EVERYTHING:
        return units
    return f"{{{','.join(filter(None, (units.strip('{}'), str(village.pk))))}}}"
