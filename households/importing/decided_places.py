"""Numbers that a decision gave to houses that stand, as a list that names no house asks for them row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from households.same_address import number_key, street_key

Meaning = tuple[str, str]
"""The key of a street's full name, and the street's id where only one is called so, else ""."""


@dataclass(slots=True)
class DecidedPlaces:
    """By where a number counts (a street's id) and its key, and by village ("" for none), street and number: whose.

    Houses are named by their codes; `meant` is what a street in an address means, by its key.
    """

    along: dict[tuple[str, str], str]
    called: dict[tuple[str, str, str], str]
    meant: dict[str, Meaning]
    _streets: dict[str, Meaning] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)

    def holder(self, village: str, street: str, number: str) -> str | None:
        """Return the code of the house that has this number by a decision, None where nobody has."""
        meaning = self._streets.get(street)
        if meaning is None:
            said = street_key(street)
            meaning = self._streets[street] = self.meant.get(said, (said, ""))
        key = self._numbers.get(number)
        if key is None:
            key = self._numbers[number] = number_key(number)
        words, place = meaning
        found = self.along.get((place, key)) if place else None
        return found or (self.called.get((village, words, key)) if words else None)
