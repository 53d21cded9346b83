"""Telephone and personal numbers as most people see them: enough to tell two apart, too little to call or to misuse.

Nothing here knows about the database.
"""

from __future__ import annotations

from typing import Final

DOT: Final = "•"


def masked_phone(phone: str) -> str:
    """Return national digits with four at the begin and two at the end: "0987654321" → "0987 ••• •21"; "" stays ""."""
    if len(phone) < 8:
        return DOT * len(phone)
    hidden = DOT * (len(phone) - 6) + phone[-2:]
    groups = [hidden[at : at + 3] for at in range(0, len(hidden), 3)]
    return " ".join([phone[:4], *groups])


def masked_number(number: str) -> str:
    """Return a personal number with its last three digits: "038090123456" → "••• ••• ••• 456"; "" stays ""."""
    hidden = DOT * (len(number) - 3) + number[-3:] if len(number) > 3 else DOT * len(number)
    return " ".join(hidden[at : at + 3] for at in range(0, len(hidden), 3))


def spaced(digits: str, *, first: int = 4) -> str:
    """Return digits as they are read out: "0987 654 321"; with `first=3` "038 090 123 456"."""
    rest = digits[first:]
    return " ".join(part for part in [digits[:first], *(rest[at : at + 3] for at in range(0, len(rest), 3))] if part)


def is_masked(text: str) -> bool:
    """Return whether a typed text still holds dots of a mask."""
    return DOT in text
