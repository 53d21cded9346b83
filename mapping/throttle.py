"""How often something may be tried, counted in PostgreSQL: for what can be guessed, over all web processes.

    if not throttle.allow("resident.secret", str(household_id), limit=10, seconds=3600):
        raise TooMany(_("…"), seconds=3600)

Counting runs on a connection of its own, so a try counts whatever becomes of the request's transaction. Keys are kept
as keyed hashes: the table says nothing about who tried what. It is UNLOGGED: a crash of the server forgets the tries.
"""

from __future__ import annotations

import threading
from hashlib import blake2b
from typing import Final

from django.conf import settings
from django.db import connection
from psycopg_pool import ConnectionPool

# Each try takes away two that are over, so the table holds little more than what counts.
_COUNT: Final = """
WITH swept AS (
    DELETE FROM mapping_throttle WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM mapping_throttle
         WHERE until <= now() AND (scope, key) <> (%(scope)s, %(key)s)
         LIMIT 2 FOR UPDATE SKIP LOCKED)))
INSERT INTO mapping_throttle AS kept (scope, key, tries, until)
VALUES (%(scope)s, %(key)s, 1, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (scope, key) DO UPDATE SET
    tries = CASE WHEN kept.until <= now() THEN 1 ELSE least(kept.tries + 1, 1000000000) END,
    until = CASE WHEN kept.until <= now() THEN EXCLUDED.until ELSE kept.until END
RETURNING tries
"""
_LOOK: Final = """
SELECT extract(epoch FROM until - now())::float FROM mapping_throttle
 WHERE scope = %(scope)s AND key = %(key)s AND until > now() AND tries >= %(limit)s
"""
_GIVE_BACK: Final = """
UPDATE mapping_throttle SET tries = tries - 1
 WHERE scope = %(scope)s AND key = %(key)s AND until > now() AND tries > 0
"""
_FORGET: Final = "DELETE FROM mapping_throttle WHERE scope = %(scope)s AND key = %(key)s"
_pool: ConnectionPool | None = None
_pool_lock = threading.Lock()


def allow(scope: str, key: str, *, limit: int, seconds: int) -> bool:
    """Count a try; True for the first `limit` within `seconds` from the first of them, False for those after."""
    with _connections().connection() as line:
        row = line.execute(_COUNT, {"scope": scope, "key": _hashed(scope, key), "seconds": seconds}).fetchone()
    return row is not None and row[0] <= limit


def seconds_to_wait(scope: str, key: str, *, limit: int) -> float:
    """The seconds until something may be tried again, 0.0 when it may be now. Counts nothing."""
    with _connections().connection() as line:
        row = line.execute(_LOOK, {"scope": scope, "key": _hashed(scope, key), "limit": limit}).fetchone()
    return max(1.0, row[0]) if row is not None else 0.0


def give_back(scope: str, key: str) -> None:
    """Take one counted try back: it was no guess after all."""
    with _connections().connection() as line:
        line.execute(_GIVE_BACK, {"scope": scope, "key": _hashed(scope, key)})


def forget(scope: str, key: str) -> None:
    """Forget every try that was counted."""
    with _connections().connection() as line:
        line.execute(_FORGET, {"scope": scope, "key": _hashed(scope, key)})


def _hashed(scope: str, key: str) -> bytes:
    secret = blake2b(f"{settings.SECRET_KEY}\0{settings.THROTTLE_SALT}".encode(), digest_size=32).digest()
    return blake2b(f"{scope}\0{key}".encode(errors="replace"), key=secret, digest_size=16).digest()


def _connections() -> ConnectionPool:
    """Two connections beside those that requests hold: with the same ones, requests could wait for each other."""
    global _pool
    if _pool is None:
        with _pool_lock:
            if _pool is None:
                wanted = connection.get_connection_params()
                for name in ("context", "cursor_factory", "pool"):  # what Django's own cursors need
                    wanted.pop(name, None)
                _pool = ConnectionPool(
                    kwargs={**wanted, "autocommit": True, "application_name": "sonha throttle"},
                    min_size=0,
                    max_size=2,
                    timeout=2,
                    max_idle=60,
                    check=ConnectionPool.check_connection,
                    open=True,
                    name="throttle",
                )
    return _pool


def close() -> None:
    """Give the connections back, before the database is dropped or the process ends; the next count opens new ones."""
    global _pool
    with _pool_lock:
        if _pool is not None:
            _pool.close()
            _pool = None
