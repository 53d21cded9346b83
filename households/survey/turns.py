"""Wait for whoever is at a round or at one of its houses, but not for long.

Operations hold a share of their round and all of their house. A house that is given another village holds the round
alone (migrations 0052 and 0054), and an import keeps it until it ends: what phones send meanwhile is told to come
again, instead of standing in the way of everybody else's requests.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError, connection

from households.survey import refusals

LONGEST_MS: Final = 1_500
"""A request waits so long for anything that another one holds, until its transaction ends."""
_IN_VAIN: Final = ("55P03", "40P01")  # lock_not_available, deadlock_detected


def hold_house(survey_round: uuid.UUID, house: uuid.UUID) -> None:
    """Hold a house of a round until the transaction ends: one name each, so that nobody waits in a ring.

    The same operation is of the same house, whoever brings it; another body under its id meets its primary key.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock_shared(hashtextextended(%s, 7)), "
            "pg_advisory_xact_lock(hashtextextended(%s, 7))",
            [f"{LONGEST_MS}ms", str(survey_round), f"{survey_round} {house}"],
        )


def hold_still(survey_round: uuid.UUID) -> None:
    """Keep houses from being given another village until the transaction ends, as operations do of their round."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock_shared(hashtextextended(%s, 7))",
            [f"{LONGEST_MS}ms", str(survey_round)],
        )


@contextmanager
def patiently() -> Iterator[None]:
    """Let what waited in vain be told to come again (`busy`): nothing is wrong with it, and nothing of it was kept."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in _IN_VAIN:
            raise refusals.busy() from error
        raise
