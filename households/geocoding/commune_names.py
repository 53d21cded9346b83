"""What a commune has names for: its streets as houses carry them, its villages, itself and its province. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from households.geocoding.kinds import LONGEST, SHORT, STREETS, WHOLE
from households.geocoding.model import Part
from households.geocoding.names import Known, Names
from mapping.text import canonical_tone, fold


@dataclass(frozen=True, slots=True)
class StreetName:
    """A street by its name. `texts` are the spellings that houses carry; none: it is drawn and has no house yet.

    `before_number` stands before the numbers of a nameless alley's houses: of "ngõ 12" off "đường Liên Xã" the houses
    are "12/5 đường Liên Xã".
    """

    kind: str
    name: str
    texts: tuple[str, ...]
    before_number: str = ""

    @property
    def full_name(self) -> str:
        """The name as it stands in an address: "ngõ Đình"."""
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True)
class CommuneNames:
    """The names of one commune. Villages are known by their id, `communes` and `provinces` are this one's own alone."""

    commune_id: int
    streets: Names[StreetName]
    former_streets: Names[StreetName]
    villages: Names[int]
    communes: Names[int]
    provinces: Names[int]
    texts: frozenset[str]
    """Every street text that a house of the commune carries, "" among them."""
    former_villages: Names[int]
    former_communes: Names[int]
    """Villages and communes of before that lay where the commune is today."""

    @cached_property
    def like_kinds(self) -> frozenset[tuple[str, ...]]:
        """The folded words of villages whose name begins as a kind does without its marks: Xa Thư, as in "xã"."""
        names = (name.split() for name in self.villages.spelled())
        return frozenset(tuple(fold(word) for word in words) for words in names if _begins_like_a_kind(words))


def _begins_like_a_kind(words: list[str]) -> bool:
    whole = WHOLE.get((fold(words[0]),)) if len(words) > 1 else None
    return whole is not None and canonical_tone(words[0]).lower() != canonical_tone(whole[1])


def street_part(text: str) -> Part:
    """Take the kind off a street's text: "Ngõ Đình" → ngõ, Đình; a text without one is all name."""
    words = text.split()
    for length in range(min(LONGEST, len(words) - 1), 0, -1):
        whole = WHOLE.get(tuple(fold(word) for word in words[:length]))
        if whole is not None and whole[0].rank in STREETS:
            return Part(whole[0].word, " ".join(words[length:]))
    short = SHORT.get(fold(words[0]).rstrip(".")) if len(words) > 1 else None
    streets = [kind for kind in short or () if kind.rank in STREETS]
    if len(streets) == 1 or (streets and words[0].endswith(".")):
        return Part(streets[0].word, " ".join(words[1:]))
    return Part("", text)


def known_streets(texts: Iterable[str], drawn: Iterable[tuple[str, str, str, str]] = ()) -> list[Known[StreetName]]:
    """Group the texts of houses by the street they name, and add drawn streets.

    `drawn` are (kind's word, name, number of a nameless alley, text of the street it leaves).
    """
    spellings: dict[tuple[str, str], list[str]] = {}
    names: dict[tuple[str, str], Part] = {}
    for text in texts:
        part = street_part(text)
        key = (part.kind, canonical_tone(part.name).lower())
        names.setdefault(key, part)
        spellings.setdefault(key, []).append(text)
    aliases: list[StreetName] = []
    for kind, name, number, leaves in drawn:
        if name:
            key = (kind, canonical_tone(name).lower())
            names.setdefault(key, Part(kind, name))
            spellings.setdefault(key, [])
        elif number and leaves:
            aliases.append(StreetName(kind, number, (leaves,), f"{number}/"))
    found = [StreetName(part.kind, part.name, tuple(sorted(spellings[key]))) for key, part in names.items()]
    taken = {(street.kind, street.name) for street in found}
    found += [alias for alias in dict.fromkeys(aliases) if (alias.kind, alias.name) not in taken]
    return [Known(street.kind, street.name, street) for street in found]
