"""Names that are nearly equal: one slip of a hand in a word. Pure.

A slip is a wrong, missing, doubled or swapped letter (Damerau–Levenshtein distance 1). The rule is strict, since the
names of a commune are short and alike: up to three letters none, up to eight one, above that one a word, two at most.
"""

from __future__ import annotations

from typing import Final

MOST_SLIPS: Final = 2
_SHORT, _LONG = 3, 9


def slips_allowed(key: str) -> int:
    """Return how many slips a folded name of this length may hold."""
    return 0 if len(key) <= _SHORT else 1 if len(key) < _LONG else MOST_SLIPS


def slips_between(typed: str, known: str) -> int | None:
    """Return the slips that lead from one folded name to the other; None when there are more than is allowed."""
    if typed == known:
        return 0
    allowed = min(slips_allowed(typed), slips_allowed(known))
    if abs(len(typed) - len(known)) > allowed or any(letter.isdigit() for letter in typed + known):
        return None  # another number is another name
    if sorted(typed.replace(" ", "")) == sorted(known.replace(" ", "")) and typed.split()[::-1] == known.split():
        return None  # the same words the other way round are another name
    slips = distance(typed, known, allowed)
    if slips is None or slips < MOST_SLIPS:
        return slips
    words, others = typed.split(), known.split()
    if len(words) != len(others) or any(distance(a, b, 1) is None for a, b in zip(words, others, strict=True)):
        return None  # two slips in one word make another word
    return slips


def distance(a: str, b: str, most: int) -> int | None:
    """Return the edits (one letter wrong, dropped, added, or two neighbours swapped), None when more than `most`."""
    if abs(len(a) - len(b)) > most:
        return None
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        two_before, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                least = min(least, two_before[j - 2] + 1)
            row.append(least)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
