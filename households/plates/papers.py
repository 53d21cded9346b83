"""The papers that go with a batch of plates: the list for whoever hangs them, and the houses' certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from households.models import PlateBatch

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def write_walk_list(out: BinaryIO, batch: PlateBatch, progress: Progress = silent) -> int:
    """Write the list for whoever hangs the plates of a batch, by route, as a PDF; return its pages. Raises OSError."""
    raise NotImplementedError


def write_certificates(out: BinaryIO, batch: PlateBatch, progress: Progress = silent) -> int:
    """Write a certificate for each house of a batch, in its order, as a PDF; return how many. Raises OSError."""
    raise NotImplementedError
