"""What communes keep for themselves (sheet profiles, plate designs): named once, changed under a version, written down.

Whoever has PRINT at the whole commune changes it. A batch keeps what it was printed by, so nothing here touches plates
that are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise

from households.models.plate_batch import LONGEST_NAME
from mapping import access, audit
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import Unit

MOST: Final = 100
"""Of a kind in a commune: nobody chooses from more, and a list of them stays a page."""

Own = TypeVar("Own", bound=models.Model)


@dataclass(frozen=True)
class Sentences:
    """What is said of one kind of thing; `name`, `commune`, `count` and `most` are filled in where they stand."""

    gone: Promise
    changed: Promise
    taken: Promise
    unnamed: Promise
    long_name: Promise
    too_many: Promise


class Owning(Generic[Own]):
    """Keeps rows of one model; `action` opens the names of its audit entries."""

    def __init__(self, model: type[Own], action: str, sentences: Sentences) -> None:
        self._model: Any = model
        self._action = action
        self._say = sentences

    def locked(self, user: Any, own: Any, version: int) -> Any:
        """Return the row of now, locked until the transaction ends. Raises Http404, NotAllowed, Conflict."""
        access.require(user, Capability.PRINT, own.commune)
        now = self._model.objects.select_for_update(of=("self",)).select_related("commune").filter(pk=own.pk).first()
        if now is None:
            raise Conflict(self._say.gone % {"name": own.name}, code="gone")
        if now.version != version:
            raise Conflict(self._say.changed % {"name": now.name}, code="version")
        return now

    def save(self, own: Any) -> None:
        """Save under the next version; raises UserError for a name that the commune already uses."""
        if not own._state.adding:
            own.version += 1
        try:
            with transaction.atomic():
                own.save()
        except IntegrityError as error:
            raise UserError(self._say.taken % {"commune": own.commune, "name": own.name}, code="name_taken") from error

    def require_room(self, commune: Unit) -> None:
        """Raise UserError where the commune has as many as it may."""
        if self._model.objects.filter(commune=commune).count() >= MOST:
            raise UserError(self._say.too_many % {"commune": commune, "count": MOST}, code="too_many")

    def name(self, name: str) -> str:
        """Return a name as it is kept; raises UserError."""
        name = " ".join(name.split())
        if not name:
            raise UserError(str(self._say.unnamed), code="name")
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise UserError(self._say.long_name % {"most": LONGEST_NAME}, code="name")
        return name

    def free_name(self, commune: Unit, name: str) -> str:
        """Return the name, with the first number behind it that makes it free."""
        taken = set(self._model.objects.filter(commune=commune).values_list("name", flat=True))
        base = name[: LONGEST_NAME - 6]
        numbered = (base, *(f"{base} ({number})" for number in range(2, MOST + 3)))
        return next(one for one in numbered if one not in taken)

    def record(self, act: str, own: Any, detail: dict[str, Any]) -> None:
        """Write down what was done."""
        audit.record(
            f"{self._action}.{act}",
            subject=own.name,
            table=self._model._meta.db_table,
            row_id=own.pk,
            commune=own.commune_id,
            detail=detail,
        )
