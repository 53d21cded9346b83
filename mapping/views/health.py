"""Whether the server lives, and when it was last backed up: for whoever started it and whoever watches it."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mapping import backup


@require_safe
@transaction.non_atomic_requests
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 after a round trip to the database, 503 when there is none. Says nothing else about the inside.

    `last_backup` is the moment of the last good backup, null when there was none.
    """
    made_at = backup.last_good(Path(settings.MEDIA_ROOT))
    last = made_at.astimezone(UTC).isoformat(timespec="seconds") if made_at else None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "database_down", "last_backup": last}, status=503)
    return JsonResponse({"status": "ok", "last_backup": last})
