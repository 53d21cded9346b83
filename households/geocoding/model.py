"""A written address, taken apart. Pure: nothing here knows which streets or villages there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mapping.text import clean, fold

_DASHES: Final = str.maketrans({"–": "-", "—": "-", "−": "-", "\\": "/"})
_NUMBER = re.compile(r"(?P<group>[a-zđ]{0,2})0*(?P<digits>[0-9]+)(?P<rest>[a-zđ]{0,2})")


@dataclass(frozen=True, slots=True)
class Part:
    """A street or unit as it was written: `name` "Đình", `kind` "ngõ", or "" where none was said.

    `is_former`: it is said to be a name of before.
    """

    kind: str
    name: str
    is_former: bool = False

    @property
    def text(self) -> str:
        """The part as it stands in an address: "ngõ Đình"."""
        return f"{self.kind} {self.name}".strip()

    @property
    def key(self) -> str:
        """The name by which it is compared: folded, "số 5" as "5"."""
        return name_key(self.name)


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """What one line says. A part that it does not name is "" or None.

    `number` is the whole house number as houses carry it, alleys without a name included: "số 5 ngõ 12 đường Liên Xã"
    has the number "12/5" on the street "đường Liên Xã". `street` is what the number counts along, `off` the larger
    streets that it leaves, the nearest first. `words` are the pieces that say nothing by themselves: names without a
    kind, which a gazetteer may know, and what nobody understands. `alternatives` are the other readings, best first.
    `is_former`: the number is said to be one of before. `is_too_long`: it could be cut in too many ways to be
    understood, and all of it is words.
    """

    text: str
    number: str = ""
    street: Part | None = None
    off: tuple[Part, ...] = ()
    villages: tuple[Part, ...] = ()
    commune: Part | None = None
    district: Part | None = None
    province: Part | None = None
    words: tuple[str, ...] = ()
    alternatives: tuple[WrittenAddress, ...] = ()
    is_too_long: bool = False
    is_former: bool = False

    @property
    def village(self) -> Part | None:
        """The village, the smallest where several are named."""
        return self.villages[0] if self.villages else None

    @property
    def readings(self) -> tuple[WrittenAddress, ...]:
        """This reading and its alternatives, the best first."""
        return (self, *self.alternatives)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was understood."""
        units = (self.villages, self.commune, self.district, self.province)
        return not (self.number or self.street or any(units))


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """The key of a name without its kind: folded, letters and digits only, "số 5" and "05" as "5"."""
    words = re.sub(r"[^0-9a-z/]+", " ", fold(name)).split()
    if len(words) > 1 and words[0] == "so" and words[1][0].isdigit():
        words = words[1:]
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in words)


def written_number(text: str) -> str:
    """A house number in the one way it is written: "12 / 05a" → "12/5A", "20-a" → "20A"; "" where it is none."""
    text = "".join(clean(text).translate(_DASHES).split()).lower()
    text = re.sub(r"(?<=[0-9])-(?=[a-zđ])", "", text)
    pieces = re.split(r"([/-])", text)
    for place in range(0, len(pieces), 2):
        match = _NUMBER.fullmatch(pieces[place])
        if match is None or (match["group"] and place):
            return ""
        pieces[place] = f"{match['group']}{match['digits']}{match['rest']}".upper()
    return "".join(pieces)
