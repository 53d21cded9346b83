"""Acts that give, move or take back numbers of a commune follow one another: each sees what the one before kept."""

from __future__ import annotations

from django.db import connection


def take_turn(commune_id: int) -> None:
    """Wait for whoever numbers houses of the commune now; the turn is kept until the transaction ends.

    Taken before any row is locked: whoever approves has the turn, and then waits for rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('households.proposals', %s))", [commune_id])
