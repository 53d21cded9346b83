"""Which approvals of a visit stand in the register: several, where a phone sent more after the first.

A visit keeps them in `approvals`, the oldest first, each {changeset, version, at, kept}: what was written, which
version of the visit the officer had seen, when, and of which fields they kept what the register held. An approval that
is undone is none any more.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from households.models import SurveyVisit
from mapping.models import ChangeSet


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval that stands."""

    changeset: uuid.UUID
    version: int
    at: datetime.datetime
    kept: frozenset[str] = frozenset()
    """Keys of `RegisterChange`, of which the officer said that the register keeps what it holds."""


def standing(visit: SurveyVisit) -> list[Approval]:
    """Return the approvals of a visit that nobody undid, the oldest first."""
    return [
        Approval(
            uuid.UUID(one["changeset"]),
            int(one["version"]),
            datetime.datetime.fromisoformat(one["at"]),
            frozenset(one.get("kept", ())),
        )
        for one in visit.approvals
    ]


def latest(visit: SurveyVisit) -> Approval | None:
    """Return the last of them."""
    return next(reversed(standing(visit)), None)


def add(visit: SurveyVisit, changeset: ChangeSet, kept: Iterable[str] = ()) -> None:
    """Note an approval at the visit, which is saved by whoever approves."""
    entry = {
        "changeset": str(changeset.pk),
        "version": visit.version,
        "at": changeset.created_at.isoformat(),
        "kept": sorted(kept),
    }
    visit.approvals = [*visit.approvals, entry]


def without(visit: SurveyVisit, changeset: ChangeSet) -> list[dict[str, object]]:
    """Return what `approvals` is once a change set is undone."""
    return [one for one in visit.approvals if one["changeset"] != str(changeset.pk)]
