"""How a batch ends: its plates released and its files handed out, or stopped with nothing half kept."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from households import audit_trail
from households.models import OPENS_SQL, BatchState, GivenCertificate, PlateBatch
from households.plates import issuing, papers
from mapping import files, jobs
from mapping.models import Job

# Two batches may be read back at once. Whichever ends first, the plates of the one that was ordered last are those to
# hang: a plate of a later order that is on its way or hangs stays, and ours is superseded from the start.
_LATER = """
EXISTS (SELECT FROM households_plate other WHERE other.house_id = plate.house_id AND other.token <> plate.token
           AND other.state IN ('printed', 'in_stock', 'issued', 'installed', 'damaged')
           AND CASE WHEN EXISTS (SELECT FROM households_batchplate its
                                   JOIN households_platebatch printed ON printed.id = its.batch_id
                                  WHERE its.plate_id = other.token AND printed.state = 'printed'
                                    AND NOT printed.is_proof)
                    THEN EXISTS (SELECT FROM households_batchplate its
                                   JOIN households_platebatch later ON later.id = its.batch_id
                                  WHERE its.plate_id = other.token AND later.state = 'printed'
                                    AND NOT later.is_proof AND later.number > %(number)s)
                    ELSE other.released_at > %(ordered)s END)
"""
# Whoever does something to several plates of a house holds them in the order of their tokens, and so do we: else each
# of two might wait for the other.
_HOLD = """
SELECT count(*) FROM (
    SELECT older.token FROM households_plate older
     WHERE older.state IN ('printed', 'in_stock', 'issued')
       AND older.house_id IN (SELECT plate.house_id FROM households_batchplate place
                                JOIN households_plate plate ON plate.token = place.plate_id
                               WHERE place.batch_id = %(batch)s)
     ORDER BY older.token FOR NO KEY UPDATE) held
"""
# A plate on its way gives way to ours, whether that is new, hangs already and says what is right again, or gave way
# itself to an earlier order meanwhile; one that hangs stays until the new one hangs.
_SUPERSEDE = f"""
UPDATE households_plate older SET state = 'superseded', state_at = now(), version = older.version + 1
  FROM households_batchplate place JOIN households_plate plate ON plate.token = place.plate_id
 WHERE place.batch_id = %(batch)s AND plate.state IN ('draft', 'superseded', 'installed')
   AND older.house_id = plate.house_id AND older.token <> plate.token
   AND older.state IN ('printed', 'in_stock', 'issued') AND NOT {_LATER}
"""
# What is superseded may hang all the same, since it stands in a file that is handed out: so it opens. What was revoked
# or reported lost meanwhile stays so.
_RELEASE = f"""
UPDATE households_plate plate
   SET released_at = coalesce(plate.released_at, now()), version = plate.version + 1,
       state_at = CASE WHEN plate.state IN ('draft', 'superseded') THEN now() ELSE plate.state_at END,
       state = CASE WHEN plate.state NOT IN ('draft', 'superseded') THEN plate.state
                    WHEN {_LATER} THEN 'superseded' ELSE 'printed' END
  FROM households_batchplate place
 WHERE place.batch_id = %(batch)s AND place.plate_id = plate.token
   AND (plate.released_at IS NULL OR plate.state = 'superseded') AND plate.state {OPENS_SQL}
"""
OVER = (BatchState.PRINTED, BatchState.CANCELLED, BatchState.FAILED)
"""States in which nothing more happens to a batch by itself."""


@transaction.atomic
def release(batch: PlateBatch) -> None:
    """Make a batch that was read back `printed`: from now on its files are there and its plates may hang.

    A batch that is over already stays as it is. Raises `jobs.Cancelled` when somebody has asked to stop it.
    """
    issuing.wait_for_turn(batch.commune)
    held = PlateBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if held.state == BatchState.READING:
        if Job.objects.filter(pk=held.job_id, cancel_requested=True).exists():
            raise jobs.Cancelled
        if not held.is_proof:
            with connection.cursor() as cursor:
                terms = {"batch": held.pk, "number": held.number, "ordered": held.created_at}
                cursor.execute(_HOLD, terms)
                cursor.execute(_SUPERSEDE, terms)
                cursor.execute(_RELEASE, terms)
        held.state, held.printed_at = BatchState.PRINTED, timezone.now()
        held.save(update_fields=["state", "printed_at"])
        audit_trail.batch_printed(held)
        papers.certified(held)
    batch.refresh_from_db(fields=["state", "printed_at"])


@transaction.atomic
def stop(batch: PlateBatch, state: BatchState, too_long: list[dict[str, Any]] | None = None) -> None:
    """End a batch that is not printed: its plates stay drafts, its files go. One that is over stays as it is."""
    held = PlateBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if held.state not in OVER:
        for kept in held.files.select_related("file"):
            kept.delete()
            files.discard(kept.file)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM households_batchplate WHERE batch_id = %s", [held.pk])
        GivenCertificate.objects.filter(batch=held).delete()
        held.state, held.read_back = state, 0
        if too_long is not None:
            held.too_long = too_long
        held.save(update_fields=["state", "read_back", "too_long"])
    batch.refresh_from_db(fields=["state", "read_back", "too_long"])
