"""Keep to the owner what only its triggers may call.

PostgreSQL lets everybody execute a new function. One that a trigger calls as the owner of the tables could then be hung
on a temporary table of the caller's own, with arguments of the caller's own, and would do the owner's work for them.
A trigger that stands needs no such right, so nobody else gets it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

CLOSE: Final = """
DO $$
DECLARE closed regprocedure;
BEGIN
    FOR closed IN
        SELECT oid FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
           AND proowner = current_user::regrole AND has_function_privilege('public', oid, 'EXECUTE')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', closed);
    END LOOP;
END $$
"""


def close_functions(**_: Any) -> None:
    """Run after every migration, as whoever migrates: what they do not own is not theirs to close."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE)
