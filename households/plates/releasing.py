"""How a batch ends: its plates released and its files handed out, or stopped with nothing half kept."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from households import audit_trail
from households.models import BatchState, PlateBatch
from households.plates import issuing
from mapping import files, jobs
from mapping.models import Job

# A plate on its way gives way to the one that is printed now; one that hangs stays until the new one hangs.
_SUPERSEDE = """
UPDATE households_plate older SET state = 'superseded', state_at = now(), version = older.version + 1
  FROM households_batchplate place JOIN households_plate plate ON plate.token = place.plate_id
 WHERE place.batch_id = %s AND plate.state = 'draft' AND older.house_id = plate.house_id
   AND older.state IN ('printed', 'in_stock', 'issued')
"""
# What was superseded while the batch was read back may hang all the same, so it opens.
_RELEASE = """
UPDATE households_plate plate
   SET released_at = now(), version = plate.version + 1,
       state_at = CASE WHEN plate.state = 'draft' THEN now() ELSE plate.state_at END,
       state = CASE WHEN plate.state = 'draft' THEN 'printed' ELSE plate.state END
  FROM households_batchplate place
 WHERE place.batch_id = %s AND place.plate_id = plate.token AND plate.released_at IS NULL
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
                cursor.execute(_SUPERSEDE, [held.pk])
                cursor.execute(_RELEASE, [held.pk])
        held.state, held.printed_at = BatchState.PRINTED, timezone.now()
        held.save(update_fields=["state", "printed_at"])
        audit_trail.batch_printed(held)
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
        held.state, held.read_back = state, 0
        if too_long is not None:
            held.too_long = too_long
        held.save(update_fields=["state", "read_back", "too_long"])
    batch.refresh_from_db(fields=["state", "read_back", "too_long"])
