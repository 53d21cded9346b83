"""Batches of plates: ordered on a page, drawn and frozen, read back, printed; or stopped with nothing half kept.

Drawing is one transaction that leaves tokens, places in the batch and files, and the state `reading`. Whoever takes the
batch up after that goes on reading where the last one was; tokens are given once. Plates are released, and files handed
out, in the transaction that makes the batch `printed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from households.models import BatchFileKind, BatchOrder, PlateBatch
from households.plates.choosing import Choice, Forecast
from households.plates.shipped import CUSTOMARY
from mapping import jobs
from mapping.models import Unit
from mapping.printing.sheet import A4_PLATES

KIND = "plates.batch"


def forecast(
    user: Any, commune: Unit, choice: Choice, *, profile: str = A4_PLATES.name, copies: int = 1, skip: int = 0
) -> Forecast:
    """Return what a choice would come to where the person may print. Raises UserError for an unknown profile."""
    raise NotImplementedError


def order(
    *,
    user: Any,
    commune: Unit,
    choice: Choice,
    design: str = CUSTOMARY,
    profile: str = A4_PLATES.name,
    order: BatchOrder = BatchOrder.ROUTE,
    outputs: Sequence[BatchFileKind] = (BatchFileKind.SHEETS,),
    copies: int = 1,
    skip: int = 0,
    proof: bool = False,
    fresh: bool = False,
    goes_on: bool = False,
) -> PlateBatch:
    """Check all that can be checked at once, freeze design and profile, and queue the batch.

    `design` and `profile` are the name of a shipped one or the id of one of the commune's own. The same order of the
    same person that waits or works already is handed back: a button pressed twice prints once. Raises UserError (no
    houses, a host that is not fit to print, a plate that does not fit its sheet, …), Http404 and NotAllowed.
    """
    raise NotImplementedError


def cancel(*, user: Any, batch: PlateBatch) -> None:
    """Stop a batch that is not printed yet: its plates stay drafts, its files go. Raises Conflict when it is over."""
    raise NotImplementedError


def go_on(*, user: Any, batch: PlateBatch) -> PlateBatch:
    """Queue a batch again that stopped before printing, although some texts do not fit (`batch.too_long`).

    Raises Conflict when it did not stop for that.
    """
    raise NotImplementedError


def run(work: jobs.Work) -> None:
    """Take a batch from where it is to its files: draw unless it is drawn, read back what is not read, release."""
    raise NotImplementedError
