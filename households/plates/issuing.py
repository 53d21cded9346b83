"""Who may give tokens to a commune's houses now, and how tokens that nobody can hold vanish with their house."""

from __future__ import annotations

from django.db import connection

from households.models import BatchState, House, PlateBatch
from mapping.errors import Conflict
from mapping.models import ChangeSet, Unit
from mapping.wording import gettext as _

_TURN = "hashtextextended('households.plates', %s)"

_HOUSES_ADDED = """
SELECT EXISTS (SELECT FROM mapping_addedrange WHERE changeset_id = %(changeset)s AND "table" = %(houses)s)
    OR EXISTS (SELECT FROM mapping_change
                WHERE changeset_id = %(changeset)s AND "table" = %(houses)s AND before IS NULL)
"""
# Places in batches go first, those of proofs: a plate that was printed to hang is none of these.
_PROOFS_OF_RANGES = """
WITH proofs AS (
    SELECT plate.token FROM households_plate plate JOIN mapping_addedrange range
        ON plate.house_id BETWEEN range.first_id AND range.last_id
     WHERE range.changeset_id = %(changeset)s AND range."table" = %(houses)s AND plate.released_at IS NULL
       AND plate.state NOT IN ('installed', 'damaged')
)
"""
_PROOFS_OF_ROWS = """
WITH proofs AS (
    SELECT plate.token FROM households_plate plate JOIN mapping_change change ON plate.house_id = change.row_id
     WHERE change.changeset_id = %(changeset)s AND change."table" = %(houses)s AND change.before IS NULL
       AND plate.released_at IS NULL
       AND plate.state NOT IN ('installed', 'damaged')
)
"""
_PLACES = "DELETE FROM households_batchplate place USING proofs WHERE place.plate_id = proofs.token"
_PLATES = "DELETE FROM households_plate plate USING proofs WHERE plate.token = proofs.token"


def wait_for_turn(commune: Unit) -> None:
    """Hold the commune's tokens until the transaction ends; whoever holds them already is waited for.

    Two runs would both give a house without a draft a token of its own, and a house has one draft.
    """
    _execute(f"SELECT pg_advisory_xact_lock({_TURN})", commune.pk)


def require_turn(commune: Unit) -> None:
    """Hold the commune's tokens until the transaction ends, without waiting. Raises Conflict while a run has them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({_TURN})", [commune.pk])
        if not cursor.fetchone()[0]:
            raise Conflict(_("Xã đang in biển số nhà. Hãy đợi in xong rồi thử lại."), code="printing")


def discard_proofs(changeset: ChangeSet) -> None:
    """Delete the plates that only a proof showed, of the houses that `changeset` added: call before its undo.

    A plate that was printed to hang stays, and keeps its house with it. Raises Conflict while a run gives tokens
    in the commune: what it prints is not to be seen yet.
    """
    params = {"changeset": changeset.pk, "houses": House._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES_ADDED, params)
        if not cursor.fetchone()[0]:
            return
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({_TURN})", [changeset.commune_id])
        begun = PlateBatch.objects.filter(
            commune=changeset.commune_id, state__in=(BatchState.DRAWING, BatchState.READING)
        )
        if not cursor.fetchone()[0] or begun.exists():
            raise Conflict(
                _("Chưa hoàn tác được: xã đang in biển số nhà. Hãy đợi in xong rồi thử lại."), code="printing"
            )
        for proofs in (_PROOFS_OF_RANGES, _PROOFS_OF_ROWS):
            cursor.execute(proofs + _PLACES, params)
            cursor.execute(proofs + _PLATES, params)


def _execute(statement: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [number])
