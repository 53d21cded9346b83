"""Take what a survey found out about people away when it may be kept no longer, or when a household asks for that.

Who was where and when stays, and so do receipts, by which a phone knows what has arrived; what people answered, where
it was measured and what was photographed goes. What an officer approved lies in the register by then, which has days of
its own. Backups made before still hold it, until they are rotated.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from households.models import (
    HouseholdEvent,
    HousePhoto,
    SurveyConflict,
    SurveyOperation,
    SurveyPhoto,
    SurveyRound,
    SurveySensitive,
    SurveyVisit,
)
from households.proposals.turns import take_turn
from mapping import personal, wall
from mapping.models import StoredFile
from mapping.text import fold

_EMPTY: Final[dict[str, Any]] = {
    "answers": {}, "position": {}, "location": None, "comment": "", "flags": [],
    # What is kept no longer was emptied by nobody: no form may show it so.
    "field_versions": {},
}  # fmt: skip
_WITHOUT_ANSWERS: Final = """
UPDATE households_surveyoperation SET changes = '{}', receipt = jsonb_set(receipt, '{others}', '{}')
 WHERE visit_id = ANY (%s) AND (changes <> '{}' OR receipt -> 'others' <> '{}')
"""


def past_retention(now: datetime.datetime | None = None) -> QuerySet[SurveyRound]:
    """Rounds over for so long that nothing of people may be kept, and that hold some still.

    The days are counted from when an officer closed the round; of one that nobody ever closed from its last day.
    """
    days = personal.tables[SurveyVisit._meta.label].fields["answers"].keep_days
    limit = (now or timezone.now()) - datetime.timedelta(days=days or 0)
    over = Q(closed_at__lt=limit) | Q(closed_at=None, ends_on__lt=timezone.localdate(limit))
    visits = _held(SurveyVisit.objects.filter(round=OuterRef("pk")))
    photos = SurveyPhoto.objects.filter(round=OuterRef("pk"), file__kept_until=None, file__isnull=False)
    return SurveyRound.objects.filter(over).filter(Exists(visits) | Exists(_not_in_the_register(photos)))


def empty_past_retention() -> int:
    """Take those rounds' answers away, and let their photos go with the next files; return from how many rounds."""
    with wall.acting_as_system("survey.retention"):
        with transaction.atomic():
            over = list(past_retention())
        for survey_round in over:
            with transaction.atomic():
                _empty(SurveyVisit.objects.filter(round=survey_round))
                _let_go(SurveyPhoto.objects.filter(round=survey_round))
    return len(over)


def visits_of_household(household_id: uuid.UUID) -> tuple[list[SurveyVisit], list[SurveyVisit]]:
    """Return the visits that named a household's head, and the others of its houses, which may be of somebody else.

    Ask before its history is emptied: names and houses are read there.
    """
    events = HouseholdEvent.objects.filter(pgh_obj=household_id)
    heads = {fold(name) for name in events.values_list("head_name", flat=True) if name}
    visits = _held(SurveyVisit.objects.filter(house_id__in=events.exclude(house=None).values("house")))
    found: tuple[list[SurveyVisit], list[SurveyVisit]] = ([], [])
    for visit in visits.select_related("round").order_by("pk"):
        found[heads.isdisjoint(map(fold, _heads_of(visit)))].append(visit)
    return found


def _heads_of(visit: SurveyVisit) -> list[str]:
    """Who the visit says heads the household; of one that says nothing any more, who its operations still name."""
    if visit.answers:
        return [str(visit.answers.get("head_name", ""))]
    sent = [one.get("head_name", {}) for one in visit.operations.values_list("changes", flat=True)]
    return [str(name) for one in sent for name in (one.get("from"), one.get("to")) if name]


def empty(visits: list[SurveyVisit]) -> int:
    """Take the answers of these visits away, with their photos; return of how many."""
    if not visits:
        return 0
    of = Q()
    for visit in visits:
        of |= Q(round=visit.round_id, house_id=visit.house_id)
    count = _empty(SurveyVisit.objects.filter(pk__in=[visit.pk for visit in visits]))
    _let_go(SurveyPhoto.objects.filter(of))  # the visits are held: who approves one has put its photos with the house
    return count


def _held(visits: QuerySet[SurveyVisit]) -> QuerySet[SurveyVisit]:
    """Visits of which something is kept, be it in an operation alone."""
    sent = SurveyOperation.objects.filter(visit=OuterRef("pk")).exclude(changes={})
    is_empty = Q(answers={}, position={}, location=None, comment="", flags=[])
    return visits.filter(~is_empty | Exists(sent))


def _empty(visits: QuerySet[SurveyVisit]) -> int:
    ids = _holding(visits)
    SurveySensitive.objects.filter(visit__in=ids).delete()
    of_them = SurveyConflict.objects.filter(visit__in=ids)
    of_them.update(held=None, sent=None, flags=None)
    # Nobody can choose between two values that are gone; left open, they would keep every later visit from approval.
    of_them.filter(settled_at=None).update(settled_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_ANSWERS, [ids])
    return SurveyVisit.objects.filter(pk__in=ids).update(**_EMPTY)


def _holding(visits: QuerySet[SurveyVisit]) -> list[uuid.UUID]:
    """Hold the visits until the transaction ends: an operation that is being taken just now is waited for, and seen.

    Their communes' turn comes first, as with whoever moves houses: an import holds many visits, in an order of its own.
    """
    for commune in sorted(set(visits.order_by().values_list("commune", flat=True))):
        take_turn(commune)
    return list(visits.select_for_update().order_by("pk").values_list("pk", flat=True))


def _not_in_the_register(photos: QuerySet[SurveyPhoto]) -> QuerySet[SurveyPhoto]:
    """Photos that no approval put with a house."""
    return photos.exclude(Exists(HousePhoto.objects.filter(file=OuterRef("file"))))


def _let_go(photos: QuerySet[SurveyPhoto]) -> None:
    """The files' days end now: `files.remove_expired` takes them off the disk."""
    gone = _not_in_the_register(photos.filter(file__isnull=False))
    StoredFile.objects.filter(pk__in=gone.values("file"), kept_until=None).update(kept_until=timezone.now())
