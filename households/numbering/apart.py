"""No number twice: a new number that a locked house has elsewhere under the same road takes a suffix.

Within a street `assigning` sees to it. What is left are locked numbers that stand where they do not belong, as 12/5
on the road while its alley 12 is numbered now.
"""

from __future__ import annotations

import numpy as np

from households.numbering import written
from households.numbering.ground import Places
from households.numbering.model import NONE, Bools, Rules, Texts
from households.numbering.written import Readings


def keep_apart(number: Texts, root: Places, stray: Places, new: Bools, readings: Readings, rules: Rules) -> list[int]:
    """Change, in place, new numbers that a stray one is called as well; return their houses.

    `root` is the street under whose name each house is addressed, or NONE; `stray` are locked houses whose number does
    not belong where they stand.
    """
    texts = written.plain_texts(readings, stray)
    strays = set(zip(root[stray].tolist(), texts, strict=True))
    if not strays:
        return []
    near = np.flatnonzero(np.isin(root, root[stray]) & (root != NONE))
    used = set(zip(root[near].tolist(), number[near].tolist(), strict=True)) | strays
    changed: list[int] = []
    for house in near[new[near]].tolist():
        text, under = number[house], int(root[house])
        if (under, text) not in strays:
            continue
        before, slash, own = text.rpartition("/")
        it = written.parse(own) or written.Written("", "", 1, written.NO_SUFFIX)
        for one in written.later(it.number, it.suffix, rules.suffix):
            number[house] = f"{before}{slash}{it.group}{written.own_text(*one)}"
            if (under, number[house]) not in used:
                break
        used.add((under, number[house]))
        changed.append(house)
    return changed
