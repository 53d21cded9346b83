"""What the undo of an approval does to the visit: it waits again, and the approval stands no more."""

from __future__ import annotations

import uuid
from typing import Final

from django.db.models import Q
from django.utils import timezone

from households.models import Household, HousePhoto, SurveyRound, SurveyVisit, VisitState
from households.survey import approvals
from mapping.models import ChangeSet

APPROVAL: Final = "survey.approve"
"""The kind of a change set that an approval makes."""


def reopen(changeset: ChangeSet) -> None:
    """Let the visit that was approved by a change set wait for review again; it keeps what was answered.

    One that was returned or refused since stays so. Earlier approvals of it stand. Call it before the rows are put
    back: they say of which house the visit is. Whoever calls has the commune's turn, as whoever approves.
    """
    if changeset.kind != APPROVAL:
        return
    visit = _approved_by(changeset)
    if visit is None:
        return
    visit.approvals = approvals.without(visit, changeset)
    if visit.state == VisitState.APPROVED:
        visit.state = VisitState.RECEIVED
    visit.updated_at = timezone.now()
    visit.save(update_fields=["approvals", "state", "updated_at"])


def _approved_by(changeset: ChangeSet) -> SurveyVisit | None:
    """The visit whose approval the change set is, held until the transaction ends.

    Looked for where an index leads; only an approval that changed no row, and is not the last of its visit, is looked
    for among all visits of the commune.
    """
    noted = SurveyVisit.objects.select_for_update(of=("self",)).filter(
        commune=changeset.commune_id, approvals__contains=[{"changeset": str(changeset.pk)}]
    )
    rounds = SurveyRound.objects.filter(commune=changeset.commune_id)
    of_houses = Q(round__in=list(rounds.values_list("pk", flat=True)), house_id__in=_houses_of(changeset))
    return noted.filter(changeset=changeset).first() or noted.filter(of_houses).first() or noted.first()


def _houses_of(changeset: ChangeSet) -> set[uuid.UUID]:
    """The houses that its rows are, or belong to; other rows' ids among them are no houses'."""
    rows: set[uuid.UUID] = set()
    houses: set[uuid.UUID] = set()
    for row_id, house_id in changeset.changes.values_list("row_id", "before__house_id"):
        rows.add(row_id)
        houses |= {uuid.UUID(house_id)} if house_id else set()
    for table in (Household, HousePhoto):
        houses |= set(table.objects.filter(pk__in=rows).values_list("house", flat=True))
    return rows | houses
