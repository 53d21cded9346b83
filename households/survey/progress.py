"""How far a round is: by village and by surveyor, from visits and the houses that stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q

from households.models import House, HouseState, SurveyRound, SurveyVisit, VisitState

_STATES = {str(state): Count("pk", filter=Q(state=state)) for state in VisitState}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar, in per cent of its length."""

    state: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One village or person: how many houses stand (0 for a person), and how many visits are in each state."""

    name: str
    houses: int
    received: int
    approved: int
    returned: int
    rejected: int
    conflicts: int = 0
    most: int = 0
    """The length of the longest bar beside this one, of lines that know no houses."""

    @property
    def visited(self) -> int:
        """Visits in any state."""
        return self.received + self.approved + self.returned + self.rejected

    @property
    def whole(self) -> int:
        """The length of the bar: houses, or visits where new houses make more of them."""
        return max(self.houses, self.visited, self.most)

    @property
    def done(self) -> int:
        """Visits that are here and not to be made again: received or approved."""
        return self.received + self.approved

    @property
    def share(self) -> int:
        """Done, in whole per cent, rounded down: 100 is said only of what is finished. 0 where there is no house."""
        return 100 * self.done // max(self.houses, self.visited, 1)

    @property
    def parts(self) -> list[Part]:
        """The bar: approved first, what is left of the houses empty. New houses may make more visits than houses."""
        whole = max(self.whole, 1)
        parts, x = [], 0.0
        for state in ("approved", "received", "returned", "rejected"):
            width = 100.0 * getattr(self, state) / whole
            if width:
                parts.append(Part(state, round(x, 2), round(width, 2)))
            x += width
        return parts


def by_village(survey_round: SurveyRound, villages: Iterable[Any]) -> list[Line]:
    """Return a line for each village, in their order."""
    found = list(villages)
    standing = House.objects.filter(village__in=[one.pk for one in found], state=HouseState.ACTIVE).order_by()
    houses = {row["village"]: row["count"] for row in standing.values("village").annotate(count=Count("pk"))}
    visits = {row["village"]: row for row in _visits(survey_round).values("village").annotate(**_STATES)}
    # A visit once, however many of its fields wait.
    unsettled = _visits(survey_round).filter(conflicts__settled_at__isnull=True, conflicts__isnull=False)
    clashing = {
        row["village"]: row["count"] for row in unsettled.values("village").annotate(count=Count("pk", distinct=True))
    }
    return [
        Line(one.full_name, houses.get(one.pk, 0), **_counts(visits.get(one.pk)), conflicts=clashing.get(one.pk, 0))
        for one in found
    ]


def by_surveyor(survey_round: SurveyRound) -> list[Line]:
    """Return a line for each person who sent a visit first, or walks somewhere; those with most visits first."""
    names = ("surveyor", "surveyor__full_name", "surveyor__username")
    rows = {row["surveyor"]: row for row in _visits(survey_round).values(*names).annotate(**_STATES)}
    for row in survey_round.assignments.filter(ended_at=None).values(*names):
        rows.setdefault(row["surveyor"], row | dict.fromkeys(_STATES, 0))
    lines = [Line(row["surveyor__full_name"] or row["surveyor__username"], 0, **_counts(row)) for row in rows.values()]
    most = max((line.visited for line in lines), default=0)
    return sorted((replace(line, most=most) for line in lines), key=lambda line: (-line.visited, line.name))


def _visits(survey_round: SurveyRound) -> Any:
    return SurveyVisit.objects.filter(round=survey_round).order_by()


def _counts(row: dict[str, Any] | None) -> dict[str, int]:
    return {state: row[state] if row else 0 for state in _STATES}
