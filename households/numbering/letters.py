"""Letters of house groups: to the left of their street A, C, Đ, G, I …, to the right B, D, E, H, K …

These are the letters of the Vietnamese alphabet dealt out in turn, left and right, as odd and even numbers are. The
examples of the circular leave out the letters with a mark on a vowel and keep Đ, so that is what we deal from.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np

from households.numbering.ground import Along
from households.numbering.model import LEFT, RIGHT, Groups, Texts

ALPHABET: Final = "ABCDĐEGHIKLMNOPQRSTUVXY"


def letter(place: int) -> str:
    """Return the letter in this place from 0; after Y come AA, AB …"""
    text = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


def letters_of(side: int) -> Iterator[str]:
    """Yield the letters of a side (`LEFT` or `RIGHT`), without end."""
    return (letter(place) for place in itertools.count(0 if side == LEFT else 1, 2))


def give_letters(groups: Groups, fixed: Texts, along: Along) -> Texts:
    """Return every group's letter: fixed ones as they are, the others in order along their side of their street.

    A letter that is fixed somewhere along the street is given to no other group of it, on either side.
    """
    given: Texts = fixed.copy()
    taken: dict[int, set[str]] = {}
    for street, text in zip(groups.street.tolist(), fixed.tolist(), strict=True):
        if text:
            taken.setdefault(street, set()).add(text)
    supply: dict[tuple[int, int], Iterator[str]] = {}
    for place in np.lexsort((np.arange(len(groups)), along.order_m, groups.street)).tolist():
        if given[place]:
            continue
        street, side = int(groups.street[place]), LEFT if along.left[place] else RIGHT
        letters = supply.setdefault((street, side), letters_of(side))
        given[place] = next(text for text in letters if text not in taken.get(street, ()))
    return given
