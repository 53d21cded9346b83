"""Ids of rows that are added in bulk: a random block of an import's own, with the number of the row at its end. Pure.

The change set then keeps a range instead of an entry for each row, and a row knows the id of another one unasked.
"""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Final

DIGITS: Final = 6
"""Hexadecimal digits of an id that count rows: 16.7 million, more than a worksheet or a sensible file has."""


def new_block() -> str:
    """The beginning of a block of UUIDv7: this millisecond and 50 random bits; the row's number follows."""
    milliseconds = time.time_ns() // 1_000_000
    return f"{milliseconds:012x}7{secrets.randbits(12):03x}{0x80 | secrets.randbits(6):02x}{secrets.randbits(32):08x}"


def id_in(block: str, number: int) -> uuid.UUID:
    """The id of the row with this number."""
    return uuid.UUID(f"{block}{number:0{DIGITS}x}")


def ends_of(block: str) -> tuple[uuid.UUID, uuid.UUID]:
    """The first and the last id of a block."""
    return uuid.UUID(block + "0" * DIGITS), uuid.UUID(block + "f" * DIGITS)
