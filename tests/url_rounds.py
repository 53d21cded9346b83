"""Go through many addresses in one world: each request sees it as it was made, whatever the one before did to it.

Making the world takes longer than asking it, so one is made for a round of addresses instead of one for each.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from mapping import rate_limits

ROUND = 12


def rounds(names: Iterable[str]) -> Any:
    """Return the decorator that gives a test `names`, some addresses at a time; a round is called by its first."""
    ordered = list(names)
    some = [ordered[start : start + ROUND] for start in range(0, len(ordered), ROUND)]
    return pytest.mark.parametrize("names", some, ids=[one[0] for one in some])


_salts = itertools.count()


@contextmanager
def untouched(clients: dict[str, Client], settings: Any) -> Iterator[None]:
    """What is done inside leaves the database, the sessions, the language and the counted tries as they were."""
    kept = {person: copy.deepcopy(client.cookies) for person, client in clients.items()}
    settings.THROTTLE_SALT = str(Path(settings.MEDIA_ROOT) / str(next(_salts)))
    rate_limits.forget()
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # views that insist on the outermost one still get theirs
    with translation.override("vi"), block:
        yield
        transaction.set_rollback(True)
    for person, client in clients.items():
        client.cookies = kept[person]
