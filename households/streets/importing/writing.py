"""Write a plan: streets to add and to amend, and on which street each alley hangs, in the caller's transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils import timezone

from households.models import Street
from households.streets import network
from households.streets.importing.hanging import parents_of
from households.streets.importing.planning import Plan
from households.streets.importing.standing import Commune
from mapping import changes
from mapping.models import ChangeSet

STREETS = Street._meta.db_table
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Written:
    """What was done: streets added, streets amended, alleys that found a street to hang on, alleys without one."""

    added: int
    amended: int
    hung: int
    loose: int


def write(*, plan: Plan, commune: Commune, changeset: ChangeSet, source: str, with_amendments: bool) -> Written:
    """Write what the plan says; every row goes into the change set, so that an undo takes all of it back."""
    unit = commune.zone.commune
    added = [
        Street(
            commune=unit,
            village=commune.villages[street.village] if street.village >= 0 else None,
            kind=street.kind,
            name=street.name,
            number=street.number,
            width_class=street.width_class,
            source=source[:200],
            line=commune.zone.stored(street.line),
        )
        for street in plan.new
    ]
    amended = _amend(plan, commune, changeset) if with_amendments else []
    streets = [*commune.streets, *added]
    above = {streets[at].pk: streets[parent].pk for at, parent in parents_of(plan, commune).items()}
    for street in added:
        street.parent_id = above.get(street.pk)
    Street.objects.bulk_create(added, batch_size=_BATCH)
    changes.added(changeset, STREETS, [street.pk for street in added])
    _rehang(commune, above, changeset, {street.pk for street in amended})
    changes.seal(changeset)
    alleys = [street for street in added if network.LEVELS[street.kind]]
    hung = sum(street.parent_id is not None for street in alleys)
    return Written(len(added), len(amended), hung, len(alleys) - hung)


def _amend(plan: Plan, commune: Commune, changeset: ChangeSet) -> list[Street]:
    """Give streets that are there the name, kind and width that the file knows."""
    streets = []
    for amended in plan.amended:
        street = commune.streets[amended.at]
        for field, value in amended.values.items():
            setattr(street, field, value)
        if "name" in amended.values:
            street.number = ""
        streets.append(street)
    changes.remember(changeset, STREETS, [street.pk for street in streets])
    for street in streets:
        street.version, street.updated_at = street.version + 1, timezone.now()
    Street.objects.bulk_update(
        streets, ["kind", "name", "number", "width_class", "version", "updated_at"], batch_size=_BATCH
    )
    return streets


def _rehang(commune: Commune, above: dict[uuid.UUID, uuid.UUID], changeset: ChangeSet, amended: set[uuid.UUID]) -> None:
    """Hang alleys that were there and hung on nothing on what has come."""
    moved = [street for street in commune.streets if street.pk in above]
    changes.remember(changeset, STREETS, [street.pk for street in moved if street.pk not in amended])
    for street in moved:
        street.parent_id = above[street.pk]
        street.version, street.updated_at = street.version + 1, timezone.now()
    Street.objects.bulk_update(moved, ["parent", "version", "updated_at"], batch_size=_BATCH)
