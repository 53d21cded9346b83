"""A round of the field survey in the demo: two villages given to a surveyor, some visits to look at and decide on.

Visits are known by the house they are of, the same at every run. None of them has been taken into the register.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from households.demo.commune import CODE, Commune, DemoHouse
from households.models import House, SurveyAssignment, SurveyDevice, SurveyRound, SurveyVisit, VisitState
from households.survey import rules
from mapping.models import Unit, UnitKind, User

NAME: Final = "Rà soát nhà và hộ (minh họa)"
SURVEYOR: Final = "dieutra"
_WALKED: Final = (5, 9)
"""Villages of the demo that are given out; new houses of the sample list stand in the first."""
_VISITED: Final = 40
_NEW: Final = 2  # houses that the register does not have
_LASTS: Final = datetime.timedelta(days=60)
_BETWEEN: Final = datetime.timedelta(minutes=9)
_ASKED: Final = datetime.timedelta(minutes=6)
_WATER: Final = (["piped"], ["piped", "rain"], ["drilled"], ["dug"])
_LIVELIHOOD: Final = (["rice"], ["rice", "livestock"], ["worker"], ["trade"])


@transaction.atomic
def write(drawn: Commune, *, reset: bool) -> str:
    """Begin the round and put visits into it, once or with `reset` anew; return what was done as a sentence.

    Nothing is done where there is no account of the demo's surveyor, or the round is there.
    """
    surveyor = User.objects.filter(username=SURVEYOR).first()
    commune = Unit.objects.current().get(kind=UnitKind.COMMUNE, code=CODE)
    if surveyor is None:
        return ""
    known = SurveyRound.objects.filter(commune=commune, name=NAME).first()
    if known is not None and (not reset or _was_used(known, surveyor)):
        return ""
    if known is not None:
        SurveyVisit.objects.filter(round=known).delete()
        known.delete()
    today = timezone.localdate()
    made = SurveyRound.objects.create(
        commune=commune, name=NAME, starts_on=today - datetime.timedelta(days=7), ends_on=today + _LASTS,
        rules_version=rules.LATEST,
    )  # fmt: skip
    of_code = {unit.code: unit for unit in Unit.objects.current().filter(kind=UnitKind.VILLAGE, parent=commune)}
    villages = {place: of_code[f"{CODE}-{place + 1:02d}"] for place in _WALKED}
    for village in villages.values():
        SurveyAssignment.objects.create(round=made, surveyor=surveyor, village=village)
    device, _is_new = SurveyDevice.objects.get_or_create(
        user=surveyor, name="Điện thoại minh họa", defaults={"key": drawn.houses[0].id, "last_seen_at": timezone.now()}
    )
    visits = list(_visits(drawn, made, villages, surveyor, device))
    SurveyVisit.objects.bulk_create(visits)
    return _("Điều tra minh họa: “%(name)s”, %(count)d phiếu để xem ở /survey/desk/.") % {
        "name": NAME,
        "count": len(visits),
    }


def _was_used(known: SurveyRound, surveyor: User) -> bool:
    """Somebody else's work stands in it: what a phone sent is kept."""
    others = known.assignments.exclude(surveyor=surveyor)
    return known.visits.filter(operations__isnull=False).exists() or others.exists()


def _visits(
    drawn: Commune, made: SurveyRound, villages: dict[int, Unit], surveyor: User, device: SurveyDevice
) -> Iterator[SurveyVisit]:
    known = set(House.objects.filter(commune=made.commune).values_list("pk", flat=True))
    old = [house for house in drawn.houses if house.village == _WALKED[0] and house.id in known][:_VISITED]
    new = [house for house in drawn.new_houses if house.village == _WALKED[0] and house.id not in known][:_NEW]
    begun = timezone.now().replace(hour=1, minute=30, second=0, microsecond=0) - datetime.timedelta(days=1)
    for place, house in enumerate([*old, *new]):
        started, answers = begun + place * _BETWEEN, _answers(house, place)
        state, comment, flags = _state(place, is_lived_in=answers["occupied"] == "yes")
        yield SurveyVisit(
            round=made, house_id=house.id, is_new_house=house.id not in known, commune=made.commune,
            village=villages[house.village], surveyor=surveyor, device=device,
            location=Point(house.point.x, house.point.y, srid=4326), position=_position(house),
            answers=answers, field_versions={name: [1, str(device.pk)] for name in answers},
            state=state, comment=comment, flags=flags, started_at=started, ended_at=started + _ASKED,
        )  # fmt: skip


def _state(place: int, *, is_lived_in: bool) -> tuple[str, str, list[dict[str, Any]]]:
    if place % 9 == 2:
        return VisitState.RECEIVED, "", [{"code": "poor_accuracy", "metres": 24, "reason": "Dưới tán cây"}]
    if place % 9 == 5:
        asked = "Xem lại số người trong hộ." if is_lived_in else "Hỏi lại hàng xóm xem nhà còn ai ở không."
        return VisitState.RETURNED, asked, []
    if place % 9 == 7 and is_lived_in:
        return VisitState.RECEIVED, "", [{"code": "fast_interview", "seconds": 35, "answers": 5}]
    return VisitState.RECEIVED, "", []


def _position(house: DemoHouse) -> dict[str, Any]:
    return {
        "source": "averaged", "lng": house.point.x, "lat": house.point.y, "accuracy_m": 4.2, "fixes": 14, "used": 11,
        "spread_m": 1.6, "doubtful": False, "reason": "", "measured": None,
    }  # fmt: skip


def _answers(house: DemoHouse, place: int) -> dict[str, Any]:
    told: dict[str, Any] = {"number": house.number, "street": house.street}
    if not house.households:
        return {key: value for key, value in (told | {"occupied": "vacant"}).items() if value}
    people = house.households[0]
    told |= {
        "occupied": "yes", "head_name": people.head_name, "phone": people.phone,
        "size": (people.size or 3) + (place % 5 == 0), "water": _WATER[place % 4], "livelihood": _LIVELIHOOD[place % 4],
    }  # fmt: skip
    return {key: value for key, value in told.items() if value}
