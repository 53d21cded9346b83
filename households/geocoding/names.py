"""The names of a commune's streets or units, found by what somebody wrote. Pure.

What was written may be without marks, in other letters, with one slip a word. It is never decided between two real
names that could both have been meant: both are returned, and whoever asked sees that there are two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

from households.geocoding.model import Part, name_key
from households.geocoding.nearness import MOST_SLIPS, distance, slips_allowed, slips_between
from mapping.text import canonical_tone

Thing = TypeVar("Thing", bound=Hashable)

_MARKS_COST: Final = 0.1
_KIND_COST: Final = 0.15
_SLIP_COST: Final = 0.2
_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Known(Generic[Thing]):
    """A name that exists: its kind ("ngõ", "thôn") or "", the name, and whatever it belongs to."""

    kind: str
    name: str
    thing: Thing


@dataclass(frozen=True, slots=True)
class Likeness(Generic[Thing]):
    """A known name that may be meant. `cost` is 0 for the very name; `slips` what had to be overlooked."""

    known: Known[Thing]
    cost: float
    slips: int
    other_marks: bool
    other_kind: bool

    @property
    def oddities(self) -> int:
        """How many things have to be overlooked."""
        return self.slips + self.other_marks + self.other_kind

    @property
    def is_sure(self) -> bool:
        """Whether it is the very name, or nothing was written that speaks against it."""
        return self.cost == 0.0


class Names(Generic[Thing]):
    """An index of names. Do not change the lists that it returns."""

    def __init__(self, known: Iterable[Known[Thing]]) -> None:
        self._by_key: dict[str, list[Known[Thing]]] = defaultdict(list)
        for one in known:
            self._by_key[name_key(one.name)].append(one)
        self._by_key.pop("", None)
        self._answered: dict[tuple[Part, bool], list[Likeness[Thing]]] = {}  # a list asks for few names, often
        self._by_length: dict[int, list[tuple[str, int, Counter[str]]]] = defaultdict(list)
        for key in self._by_key:
            self._by_length[len(key)].append((key, _letters(key), Counter(key)))

        self._longest = max(self._by_length, default=0)

    def __len__(self) -> int:
        return len(self._by_key)

    def spelled(self) -> Iterable[str]:
        """The names as they are written."""
        return (known.name for same in self._by_key.values() for known in same)

    def only(self) -> Thing | None:
        """Return the one thing that there is; None of several."""
        things = {known.thing for same in self._by_key.values() for known in same}
        return things.pop() if len(things) == 1 else None

    def find(self, part: Part, *, has_marks: bool = True) -> list[Likeness[Thing]]:
        """Return the names that may be meant, the likeliest first; those that are clearly less likely are left out.

        `has_marks`: the text was written with marks, so a name without any is meant to have none.
        """
        asked = (part, has_marks)
        if asked not in self._answered:
            if len(self._answered) >= _REMEMBERED:
                self._answered.clear()
            self._answered[asked] = self._find(part, has_marks=has_marks)
        return self._answered[asked]

    def _find(self, part: Part, *, has_marks: bool) -> list[Likeness[Thing]]:
        asked = part.key
        if len(asked) > self._longest + MOST_SLIPS:
            return []
        typed = _marked(part.name)
        found = [
            self._likeness(known, part.kind, 0, has_marks and _marked(known.name) != typed)
            for known in self._by_key.get(asked, ())
        ]
        if not any(like.is_sure for like in found):
            # Where nothing is the very name, one that is a slip away may be meant as well.
            near = [(known, slips) for key, slips in self._near(asked) for known in self._by_key[key]]
            right = [(known, slips) for known, slips in near if distance(typed, _marked(known.name), slips) is not None]
            found += [self._likeness(known, part.kind, slips, False) for known, slips in right or near]
        return _likeliest(found) if found else found

    def _near(self, key: str) -> Iterable[tuple[str, int]]:
        allowed = slips_allowed(key)
        if not allowed or not key:
            return
        letters_in, letters = _letters(key), Counter(key)
        for length in range(len(key) - allowed, len(key) + allowed + 1):
            for other, others_in, others in self._by_length.get(length, ()):
                # Each slip changes two letters of the bag at most, and so of the set.
                if other == key or (letters_in ^ others_in).bit_count() > 2 * allowed:
                    continue
                if sum((letters - others).values()) + sum((others - letters).values()) > 2 * MOST_SLIPS:
                    continue
                slips = slips_between(key, other)
                if slips is not None:
                    yield other, slips

    @staticmethod
    def _likeness(known: Known[Thing], kind: str, slips: int, other_marks: bool) -> Likeness[Thing]:
        other_kind = bool(kind and known.kind) and kind != known.kind
        cost = _SLIP_COST * slips + _MARKS_COST * other_marks + _KIND_COST * other_kind
        return Likeness(known, cost, slips, other_marks, other_kind)


def _likeliest(found: list[Likeness[Thing]]) -> list[Likeness[Thing]]:
    """Those that could be meant: the very names alone, or else all with the fewest oddities.

    Other marks, another kind and one slip weigh alike: "Đĩnh" is Đình or, one letter away, Định or Bình.
    """
    fewest = min((like.oddities for like in found), default=0)
    return sorted((like for like in found if like.oddities == fewest), key=lambda like: like.cost)


def _letters(key: str) -> int:
    """The set of a key's characters, as bits."""
    bits = 0
    for letter in key:
        bits |= 1 << (ord(letter) & 127)
    return bits


@lru_cache(maxsize=_REMEMBERED)
def _marked(name: str) -> str:
    return canonical_tone(name).lower()
