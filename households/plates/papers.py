"""The papers that go with a batch of plates: the list for whoever hangs them, and the houses' certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from households import audit_trail, certificates
from households.models import BatchFileKind, PlateBatch
from households.plates import press, walk_list, walk_list_reading

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def write_walk_list(out: BinaryIO, batch: PlateBatch, progress: Progress = silent) -> int:
    """Write the list for whoever hangs the plates of a batch, by route, as a PDF; return its pages.

    Raises UserError for a batch without plates, OSError.
    """
    return walk_list.write_walk_list(out, walk_list_reading.of_batch(batch), press.fonts(), progress)


def write_certificates(out: BinaryIO, batch: PlateBatch, progress: Progress = silent) -> int:
    """Write a certificate for each house of a batch, in its order, as a PDF; return how many.

    Houses that are closed by now, and those without a number, have none. That they were given is written down when the
    batch is released (`certified`), for one that is stopped gives none. Raises OSError.
    """
    houses = list(dict.fromkeys(batch.places.order_by("serial").values_list("plate__house", flat=True)))
    return certificates.write_for_houses(
        out,
        batch.commune,
        houses,
        lambda done: progress(done, len(houses)),
        proof=batch.is_proof,
        batch=batch,
    )


def certified(batch: PlateBatch) -> None:
    """Write down that the houses of a batch were given certificates, where it makes some."""
    if BatchFileKind.CERTIFICATES not in batch.outputs or batch.is_proof:
        return
    numbered = batch.places.exclude(plate__number="").values("plate__house").distinct().count()
    if numbered:
        audit_trail.batch_certified(batch, numbered)
