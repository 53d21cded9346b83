"""A village as a phone takes it along: its houses, households, streets, outline, the rules and the visits so far.

Rows are arrays in the order of `COLUMNS`, places are rounded to a ten-thousandth of a second of arc (0.1 m), telephone
numbers are masked. Of another person's visit the phone learns its state and nothing that was answered: it has seen
nothing of it, so its base is 0, and what differs becomes a conflict instead of overwriting what nobody saw. Of a visit
of one's own telephone numbers that somebody else wrote are left out. Why one was returned is told to all there.
"""

from __future__ import annotations

import json
from typing import Any, Final

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet

from households.models import (
    House,
    Household,
    HouseState,
    Street,
    SurveyAssignment,
    SurveyConflict,
    SurveyOperation,
    SurveySensitive,
    SurveyVisit,
    VisitState,
)
from households.models.history import HouseEvent, HouseholdEvent
from households.survey.changes_since import Cursor, cursor_now, left_since, usable, written_since
from households.survey.plate_keys import COLUMNS as PLATE_COLUMNS
from households.survey.plate_keys import plate_rows
from households.survey.rules import Rules, rules
from households.survey.seen import bare, written_in
from mapping import access, audit
from mapping.access import Capability
from mapping.masking import masked_phone
from mapping.models import Unit

COLUMNS: Final = {
    "houses": ["id", "code", "number", "street", "lng", "lat", "accuracy_m", "version"],
    "households": ["id", "house", "head_name", "phone", "size", "shop_name", "version"],
    "streets": ["id", "kind", "name", "line"],
    "visits": [
        "house", "version", "state", "mine", "is_new", "number", "street", "lng", "lat", "comment", "answers",
        "position", "conflicts",
    ],
    "plates": PLATE_COLUMNS,
}  # fmt: skip
_DIGITS: Final = 6
_OUTLINE_DIGITS: Final = 5


def whole(user: Any, assignment: SurveyAssignment) -> dict[str, Any]:
    """Return all of a village, and write down whose names were taken along."""
    return _answer(user, assignment, cursor_now(), None)


def changed(user: Any, assignment: SurveyAssignment, cursor: str) -> dict[str, Any]:
    """Return what changed after `cursor`, with what is gone; all, with `whole`, where the cursor says nothing.

    All is told too where the assignment itself was changed.
    """
    now = cursor_now()
    since = usable(cursor, now)
    if since is not None and _written(SurveyAssignment.objects.filter(pk=assignment.pk), since).exists():
        since = None  # another area has other houses, which nobody wrote
    return _answer(user, assignment, now, since)


def late(user: Any, assignment: SurveyAssignment, cursor: str, ended: str) -> dict[str, Any]:
    """Return what became of one's own visits since `cursor`, where the last day is over and one may still send.

    Nothing else is taken along any more, as `ended` says. The phone's cursor stays: should the village go on, all that
    it lacks by then comes.
    """
    village, survey_round = assignment.village, assignment.round
    since = usable(cursor, cursor_now())
    visits = _own(user, SurveyVisit.objects.for_user(user).filter(round=survey_round, village=village))
    if since is not None:
        visits = _written(visits, since)
    table = rules(survey_round.rules_version)
    return {
        **_about(user, assignment),
        "cursor": cursor,
        "whole": False,
        "ended": ended,
        "rules": {"version": survey_round.rules_version},
        "houses": [],
        "households": [],
        "streets": [],
        "visits": _visits(user, visits, assignment, table),
        "plates": [],
    }


def houses_of(village_id: int, area: Polygon | None = None) -> QuerySet[House]:
    """The houses that stand in a village, or in the part of it that somebody was given."""
    standing = House.objects.filter(village=village_id, state=HouseState.ACTIVE)
    return standing if area is None else standing.filter(location__intersects=area)


def _answer(user: Any, assignment: SurveyAssignment, now: Cursor, since: Cursor | None) -> dict[str, Any]:
    village, survey_round = assignment.village, assignment.round
    houses = houses_of(village.pk, assignment.area)
    households = Household.objects.for_user(user, Capability.SURVEY).filter(house__in=houses)
    streets = _streets_of(village)
    visits = SurveyVisit.objects.for_user(user).filter(round=survey_round, village=village)
    if assignment.area is not None:
        # What one sent oneself stays, wherever it lies: a return has to reach the phone.
        new_there = Q(is_new_house=True, location__intersects=assignment.area)
        own = _own(user, visits).values("pk")
        visits = visits.filter(Q(house_id__in=houses.values("pk")) | new_there | Q(pk__in=own))
    only_changes: dict[str, Any] = {}
    standing, told = houses, list[Any]()
    if since is not None:
        only_changes = {
            "gone": {
                "houses": left_since(since, HouseEvent, village.pk, houses.values_list("pk", flat=True)),
                "households": left_since(since, HouseholdEvent, village.pk, households.values_list("pk", flat=True)),
            },
            "street_ids": [str(one) for one in streets.values_list("pk", flat=True)],
        }
        houses, streets = (_written(rows, since) for rows in (houses, streets))
        # A house that came back, or into the area, brings households and visit along, which nobody wrote.
        told = list(houses.values_list("pk", flat=True))
        households = households.annotate(is_told=written_since(since, Household._meta.db_table))
        households = households.filter(Q(is_told=True) | Q(house__in=told))
        visits = visits.annotate(is_told=written_since(since, SurveyVisit._meta.db_table))
        visits = visits.filter(Q(is_told=True) | Q(house_id__in=told))
    people = list(households.order_by("house_id", "id").defer("search_key"))
    if people:
        audit.record(
            "survey.pack",
            subject=village.full_name,
            table=Household._meta.db_table,
            rows=[one.pk for one in people],
            commune=survey_round.commune,
            village_id=village.pk,
            count=len(people),
        )
    table = rules(survey_round.rules_version).table
    return {
        **_about(user, assignment),
        "cursor": str(now),
        "whole": since is None,
        "rules": table if since is None else {"version": survey_round.rules_version},
        "houses": [_house(one) for one in houses.order_by("street", "number", "code")],
        "households": [_household(one) for one in people],
        "streets": [_street(one) for one in streets.order_by("pk")],
        "visits": _visits(user, visits, assignment, rules(survey_round.rules_version)),
        "plates": plate_rows(user, standing, since, told),
        **only_changes,
    }


def _about(user: Any, assignment: SurveyAssignment) -> dict[str, Any]:
    """What every answer says of the village and its round."""
    village, survey_round = assignment.village, assignment.round
    return {
        "round": {"id": str(survey_round.pk), "name": survey_round.name, "ends_on": survey_round.ends_on.isoformat()},
        "village": _village(village, assignment)
        | {"sees_sensitive": access.may(user, Capability.SEE_SENSITIVE, village)},
        "commune": _commune(survey_round.commune),
        "columns": COLUMNS,
    }


def _own(user: Any, visits: QuerySet[SurveyVisit]) -> QuerySet[SurveyVisit]:
    """Those of `visits` that the person sent something for."""
    sent = SurveyOperation.objects.filter(user=user, visit__in=visits.values("pk"))
    return visits.filter(Q(surveyor=user) | Q(pk__in=sent.values("visit")))


def _written(rows: Any, since: Cursor) -> Any:
    return rows.annotate(is_told=written_since(since, rows.model._meta.db_table)).filter(is_told=True)


def _streets_of(village: Unit) -> QuerySet[Street]:
    """Streets that run through the village, and those that say that they lie in it."""
    of_commune = Street.objects.filter(commune=village.parent_id)
    if village.outline is None:
        return of_commune
    return of_commune.filter(Q(line__intersects=village.outline) | Q(village=village))


def _house(house: House) -> list[Any]:
    accuracy = None if house.accuracy_m is None else round(house.accuracy_m, 1)
    return [
        str(house.pk), house.code, house.number, house.street, *_place(house.location), accuracy, house.version,
    ]  # fmt: skip


def _household(one: Household) -> list[Any]:
    return [
        str(one.pk), str(one.house_id), one.head_name, masked_phone(one.phone), one.size, one.shop_name, one.version,
    ]  # fmt: skip


def _street(street: Street) -> list[Any]:
    line = [[round(lng, _DIGITS), round(lat, _DIGITS)] for lng, lat, *_height in street.line.coords]
    return [str(street.pk), street.kind, street.full_name, line]


def _visits(user: Any, visits: QuerySet[SurveyVisit], assignment: SurveyAssignment, table: Rules) -> list[list[Any]]:
    village, found = assignment.village, list(visits.order_by("pk"))
    mine = [one for one in found if one.surveyor_id == user.pk]
    sensitive: dict[Any, dict[str, Any]] = {}
    if mine and access.may(user, Capability.SEE_SENSITIVE, village):
        kept = SurveySensitive.objects.filter(visit__in=[one.pk for one in mine])
        sensitive = dict(kept.values_list("visit_id", "answers"))
    phones, waiting = _numbers_of(user, mine), _waiting(user, table, village, found)
    new = _new_houses(found, assignment.area)
    told = []
    for one in found:
        answers: dict[str, Any] = {}
        if one.surveyor_id == user.pk:
            own = phones.get(one.pk, frozenset())
            shown = {name: bare(table, name, value, own) for name, value in one.answers.items()}
            answers = _emptied(table, one) | {name: value for name, value in shown.items() if value is not None}
            answers |= sensitive.get(one.pk, {})
        told.append([*_visit(one, one.surveyor_id == user.pk, one.house_id in new, answers), waiting.get(one.pk, [])])
    return told


def _new_houses(visits: list[SurveyVisit], area: Polygon | None) -> set[Any]:
    """Houses that were added in the field and that the register lacks, or lacks again: the visit alone tells of them.

    So it does of one's own that the register has by now outside the part that one was given.
    """
    added = {one.house_id for one in visits if one.is_new_house}
    if not added:
        return added
    told = House.objects.filter(pk__in=added)
    if area is not None:
        told = told.filter(Q(location__intersects=area) | ~Q(state=HouseState.ACTIVE))
    return added - set(told.values_list("pk", flat=True))


def _emptied(table: Rules, visit: SurveyVisit) -> dict[str, None]:
    """Answers that were emptied, so that the form does not show what the register holds in their place."""
    gone = visit.field_versions.keys() - visit.answers.keys()
    return {key: None for key, one in table.questions.items() if key in gone and not one.is_sensitive}


def _waiting(user: Any, table: Rules, village: Unit, visits: list[SurveyVisit]) -> dict[Any, list[str]]:
    """Visit → fields of which two values wait for an officer, where the person sent something for the visit.

    That something sensitive waits is told only to who may see it.
    """
    sees_all = access.may(user, Capability.SEE_SENSITIVE, village)
    fields = SurveyConflict.objects.filter(visit__in=[one.pk for one in visits], settled_at=None)
    fields = fields.filter(Q(visit__surveyor=user) | Q(visit__operations__user=user)).order_by("field")
    found: dict[Any, list[str]] = {}
    for visit, field in fields.values_list("visit_id", "field").distinct() if visits else ():
        question = table.question_of(field)
        if sees_all or question is None or not question.is_sensitive:
            found.setdefault(visit, []).append(field)
    return found


def _numbers_of(user: Any, visits: list[SurveyVisit]) -> dict[Any, frozenset[str]]:
    """Visit → telephone numbers that the person wrote themselves, among other short texts."""
    found: dict[Any, frozenset[str]] = {}
    sent = SurveyOperation.objects.filter(user=user, visit__in=[one.pk for one in visits])
    for visit, changes in sent.values_list("visit_id", "changes") if visits else ():
        found[visit] = found.get(visit, frozenset()) | written_in(changes.values())
    return found


def _visit(visit: SurveyVisit, is_mine: bool, is_new: bool, answers: dict[str, Any]) -> list[Any]:
    # Where a new house stands others must know, so as not to add it again.
    number, street = (visit.answers.get(key, "") for key in ("number", "street")) if is_new else ("", "")
    lng, lat = _place(visit.location) if visit.location is not None else (None, None)
    return [
        str(visit.house_id), visit.version if is_mine else 0, visit.state, is_mine, is_new, number, street,
        lng, lat, visit.comment if is_mine or visit.state == VisitState.RETURNED else "", answers,
        visit.position if is_mine else {},
    ]  # fmt: skip


def _village(village: Unit, assignment: SurveyAssignment) -> dict[str, Any]:
    outline = Unit.objects.filter(pk=village.pk).values_list(AsGeoJSON("outline", precision=_OUTLINE_DIGITS), flat=True)
    text = outline.get()
    area = assignment.area
    return {
        "code": village.code,
        "name": village.full_name,
        "outline": None if text is None else json.loads(text),
        "area": None if area is None else json.loads(area.geojson),
    }


def _commune(commune: Unit) -> dict[str, Any]:
    bounds = None if commune.outline is None else [round(one, _DIGITS) for one in commune.outline.extent]
    return {"code": commune.code, "name": commune.full_name, "bounds": bounds}


def _place(point: Any) -> tuple[float, float]:
    return round(point.x, _DIGITS), round(point.y, _DIGITS)
