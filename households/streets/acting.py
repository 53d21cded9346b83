"""What every act on a street begins and ends with: the right, the version that was seen, the change set, the answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from households.models import HouseGroup, Street
from households.streets.hanging import one_at_a_time
from mapping import access, changes
from mapping.access import Capability
from mapping.errors import Conflict
from mapping.models import ChangeSet


@dataclass(slots=True)
class Done:
    """What an act did: the street, others that changed with it, those that are gone, and sentences to tell."""

    street: Street
    changeset: ChangeSet
    also: list[uuid.UUID] = field(default_factory=list)
    removed: list[uuid.UUID] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def locked(*, user: Any, street: Street, version: int) -> Street:
    """Return the street as it is now, held until the act is over. Raises Http404, NotAllowed, Conflict."""
    access.require(user, Capability.NUMBER, street.commune)
    one_at_a_time(street.commune)
    streets = Street.objects.select_for_update(of=("self",)).select_related("commune", "village", "parent")
    fresh = streets.filter(pk=street.pk).first()
    if fresh is None:
        raise Conflict(
            _("%(street)s đã được người khác xóa. Hãy tải lại trang.") % {"street": street.full_name}, code="gone"
        )
    if fresh.version != version:
        raise Conflict(
            _("%(street)s đã được người khác sửa sau khi bạn mở trang. Hãy tải lại trang rồi sửa tiếp.")
            % {"street": fresh.full_name},
            code="version",
        )
    return fresh


def begin(*, kind: str, street: Street | HouseGroup, subject: str, user: Any) -> ChangeSet:
    """Open the change set of an act."""
    return changes.begin(kind=kind, subject=subject, commune=street.commune, user=user)


def bump(row: Street | HouseGroup, *fields: str) -> None:
    """Save these fields of a row under its next version."""
    row.version += 1
    row.save(update_fields=[*fields, "version", "updated_at"])


def subject_of(street: Street) -> str:
    """Name a street in the list of changes: "ngõ Đình · Thôn Xa Thư"."""
    return " · ".join(filter(None, (street.full_name, street.village.full_name if street.village else "")))


def named(streets: Iterable[str], most: int = 3) -> str:
    """Return names in a row, the first few: "ngõ Đình, ngõ 12 và 4 nữa"."""
    names = list(streets)
    text = ", ".join(names[:most])
    return text if len(names) <= most else _("%(names)s và %(count)d nữa") % {"names": text, "count": len(names) - most}
