"""A number and street that a decision gave are changed only by whoever may number houses, and stand by none then.

Every way to write an address onto a house asks here: the form of one house, and the import of a list.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, Final

from django.db.models import F
from django.utils.translation import gettext as _

from households.finding import may_at_house
from households.models import Frontage, House
from mapping import access, changes
from mapping.access import Capability
from mapping.errors import NotAllowed
from mapping.models import ChangeSet, Unit

FRONTAGES: Final = Frontage._meta.db_table


def may_change_in(user: Any, commune: Unit) -> bool:
    """Whether the person may change decided numbers anywhere in a commune; a command, which is nobody, may not."""
    return user is not None and commune.pk in access.scope_of(user, Capability.NUMBER)


def leave_decision(house: House, changeset: ChangeSet, user: Any) -> None:
    """Let the number of a house, which is about to be changed by hand, stand by no decision; the undo restores it.

    Raises NotAllowed with the decision's number where there is one and the person may not number houses.
    """
    frontage = Frontage.objects.select_for_update(of=("self",)).filter(house=house, decision__isnull=False).first()
    if frontage is None:
        return
    if not may_at_house(user, Capability.NUMBER, house):
        raise NotAllowed(
            _("Số nhà này theo quyết định số %(number)s; chỉ cán bộ được đánh số nhà mới đổi được.")
            % {"number": frontage.decision.number},
            code="decided",
        )
    take_from_decisions([frontage.pk], changeset)


def take_from_decisions(frontages: Collection[uuid.UUID], changeset: ChangeSet) -> None:
    """Take these frontages, which the caller holds, from their decisions, as part of a change set not yet sealed."""
    changes.remember(changeset, FRONTAGES, frontages)
    Frontage.objects.filter(pk__in=frontages).update(decision=None, version=F("version") + 1)
