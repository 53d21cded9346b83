"""The search box reads a written address: "12/5 ng. Đình, th. Xa Thư", "số 5 ngõ 12 đường Liên Xã, xã Quảng Bình".

What the words are `geocoding.reading` says, in a few readings; here the names are looked up within the person's
reach. The reading wins that leads to houses and leaves the least over. What is left over is told: a village that is
not there, an abolished district, words that are nobody's name.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Final

from households import address_reading
from households.geocoding.formerly import without_old
from households.geocoding.model import Part, WrittenAddress, name_key, written_number
from households.geocoding.reading import read_address
from households.models import House, Street
from households.search_addresses import addresses_with, narrowed, of_villages
from households.search_rows import HOUSEHOLDS, HOUSES, NAME_COLUMNS, Question, Reach, candidates
from households.search_rows import people as people_rows
from households.search_words import Words, rank_name
from mapping.models import Unit, UnitKind
from mapping.text import fold

_MOST_TOKENS: Final = 30  # an address has fewer, and reading takes longer with each
_HOUSES_OF_PEOPLE: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """Houses, what was left over, and whether that holds words that may be somebody's name."""

    ids: list[uuid.UUID]
    left: tuple[str, ...]
    may_be_people: bool

    @property
    def cost(self) -> tuple[bool, int]:
        """Houses before none, then the fewest words left over."""
        return not self.ids, sum(len(part.split()) for part in self.left)


def by_written_address(asked: Question, villages: list[tuple[int, str]]) -> Answer:
    """Return the houses that the text means as an address, and the parts of it that nobody understood.

    `villages` are those within reach whose names stand in the text: id and folded name.
    """
    if len(asked.typed.text.split()) > _MOST_TOKENS:
        return Answer([], (), False)
    readings = _readings(asked.typed.text)
    ground = _Ground(asked, villages, _units_called(readings, asked.houses))
    best: Answer | None = None
    of_best: WrittenAddress | None = None
    for reading in readings:
        if best is not None and best.ids and of_best is not None and _leaves_as_much(reading, of_best, best):
            continue
        answer = _Looking(ground, reading).answer()
        if best is None or answer.cost < best.cost:
            best, of_best = answer, reading
        if best.ids and not best.left:
            break
    return best or Answer([], (), False)


def _leaves_as_much(reading: WrittenAddress, of_best: WrittenAddress, best: Answer) -> bool:
    """Whether a reading cannot leave less over than the best one: only the kind of its street is another."""
    if reading.street is None or of_best.street is None or of_best.street.kind in best.left:
        return False
    street = replace(of_best.street, kind=reading.street.kind)
    return replace(reading, alternatives=()) == replace(of_best, alternatives=(), street=street)


def _readings(text: str) -> list[WrittenAddress]:
    """The readings that say anything, the best first; at last "5 ngõ 12" as the house 12/5 of whatever street."""
    readings = [one for one in read_address(text).readings if not one.is_empty]
    if any(one.number for one in readings):  # one that takes the number for a word would find the whole street
        readings = [one for one in readings if one.number]
    for one in readings[:1]:
        if one.number and one.street and one.street.kind and not one.off and (alley := written_number(one.street.name)):
            readings.append(replace(one, number=f"{alley}/{one.number}", street=None))
    return readings


class _Ground:
    """What all readings of a text share: the units that any of them names, and what was looked for already."""

    def __init__(self, asked: Question, villages: list[tuple[int, str]], units: list[Unit]) -> None:
        self.asked = asked
        self.villages = villages
        self.units = units
        self._known: dict[tuple[object, ...], list[uuid.UUID]] = {}
        self._found_none = False

    def houses(self, words: tuple[str, ...], there: Reach) -> list[uuid.UUID]:
        """The houses whose address has the words, looked for once."""
        key = (frozenset(words), tuple(there.communes or ()), tuple(there.villages or ()))
        if key not in self._known and self._found_none and self.asked.lacks(Words(words, open_end=False)):
            return []
        if key not in self._known:
            self._known[key] = addresses_with(self.asked, Words(words, open_end=False), there, is_whole=True)
            self._found_none |= not self._known[key]
        return self._known[key]


class _Looking:
    """Looks one reading up."""

    def __init__(self, ground: _Ground, reading: WrittenAddress) -> None:
        self._ground = ground
        self._asked = ground.asked
        self._villages = ground.villages
        self._reading = reading
        self._left: list[str] = []
        self._names: list[str] = []  # words that may be a person's
        self._named_village = False

    def answer(self) -> Answer:
        reach = self._reach()
        ids = self._houses(reach) if reach is not None else []
        ids = self._off(ids)
        ids = self._people(ids, reach)
        return Answer(ids, tuple(self._left), bool(self._names))

    def _reach(self) -> Reach | None:
        """Where the units that are named lie; None when they exclude one another."""
        reading, reach = self._reading, self._asked.houses
        units = self._ground.units
        provinces = self._found(units, UnitKind.PROVINCE, reading.province)
        communes = self._found(units, UnitKind.COMMUNE, reading.commune)
        if reading.district is not None:
            self._left.append(reading.district.text)
        named = [self._found(units, UnitKind.VILLAGE, part) for part in reading.villages]
        for words in reading.words:
            loose = [one for one in units if name_key(one.name_folded) == name_key(words)]
            here = [one for one in loose if one.kind == UnitKind.VILLAGE]
            if here:
                named.append(here)
            elif not loose and not without_old(words, has_marks=True):
                self._names.append(words)
            communes = communes or [one for one in loose if one.kind == UnitKind.COMMUNE] if not here else communes
        if provinces:
            inside = {one.pk for one in provinces}
            communes = [one for one in communes if one.parent_id in inside] if communes else communes
        if communes:
            reach = _in_communes(reach, [one.pk for one in communes])
        for found in named:
            if found:
                self._named_village = True
                ids = [one.pk for one in found if reach.communes is None or one.parent_id in reach.communes]
                reach = _in_villages(reach, ids, [one.parent_id for one in found])
        return reach

    def _found(self, units: list[Unit], kind: str, part: Part | None) -> list[Unit]:
        if part is None:
            return []
        found = [one for one in units if one.kind == kind and name_key(one.name_folded) == part.key]
        exact = [one for one in found if fold(one.designation) == fold(part.kind)]
        if not found and not part.is_former:
            self._left.append(part.text)
        return exact or found

    def _houses(self, reach: Reach) -> list[uuid.UUID]:
        reading = self._reading
        if not reading.number and reading.street is None:
            return of_villages(self._asked, reach) if self._named_village and not self._names else []
        street = reading.street
        for kind, name, there in self._ways(street, reach):
            words = tuple(word for part in (reading.number, kind, name) for word in fold(part).split())
            ids = self._ground.houses(words, there)
            if ids:
                if street is not None and kind != street.kind:
                    self._left.append(street.kind)
                return ids
        return []

    def _ways(self, street: Part | None, reach: Reach) -> list[tuple[str, str, Reach]]:
        """Kind, name and reach to try, the likeliest first: as written, with a village behind the name, of any kind."""
        if street is None:
            return [("", "", reach)]
        ways = [(street.kind, street.name, reach)]
        words = fold(street.name).split()
        for _, village in self._villages:
            behind = village.split()
            if len(words) > len(behind) and words[-len(behind) :] == behind:
                same = [pk for pk, name in self._villages if name == village]
                ways.append((street.kind, " ".join(words[: -len(behind)]), narrowed(reach, same) or reach))
        return ways + [("", name, there) for _, name, there in ways if street.kind]

    def _off(self, ids: list[uuid.UUID]) -> list[uuid.UUID]:
        """Keep the houses whose alley leaves the larger streets that are named, where any does."""
        if not self._reading.off or not ids:
            return ids
        few = ids[: 2 * self._asked.limit]
        houses = House.objects.in_bulk(few)
        chains = address_reading.of_houses(houses.values())
        for part in self._reading.off:
            key = fold(part.name)
            there = [pk for pk in few if any(f" {fold(street)}".endswith(f" {key}") for street in chains[pk].off)]
            if there:
                few = ids = there
            elif not self._is_street(part, houses[few[0]].commune_id):
                self._left.append(part.text)
        return ids

    def _is_street(self, part: Part, commune: int) -> bool:
        """Whether the commune has a street of this name, drawn or in an address."""
        if Street.objects.filter(name_folded=fold(part.name), commune=commune).exists():
            return True
        words = Words(tuple(fold(part.text).split()), open_end=False)
        return bool(candidates(self._asked.cursor, HOUSES, "x.id", words, Reach([commune], None), enough=1, most=1))

    def _people(self, ids: list[uuid.UUID], reach: Reach | None) -> list[uuid.UUID]:
        """Of the houses those whose people bear the names; names that nobody there bears are left over."""
        if not self._names:
            return ids
        asked = self._asked
        words = Words(tuple(fold(" ".join(self._names)).split()), open_end=False)
        if not ids and self._named_village and not self._reading.number and self._reading.street is None:
            there = narrowed(asked.people, reach.villages or ()) if reach is not None else None
            rows = candidates(asked.cursor, HOUSEHOLDS, NAME_COLUMNS, words, there, enough=asked.limit) if there else []
            rows.sort(key=lambda row: rank_name(row[1], row[2], words, asked.typed))
            ids = list(dict.fromkeys(row[0] for row in rows))
            if ids:
                return ids
        if ids and asked.people is not None and not words.numbers():
            rows = people_rows(
                asked.cursor, asked.people, needles=words.needles(), houses=ids[:_HOUSES_OF_PEOPLE], most=200
            )
            if rows:
                here = {row[0] for row in rows}
                return [pk for pk in ids if pk in here]
        self._left += self._names
        return ids


def _units_called(readings: list[WrittenAddress], reach: Reach) -> list[Unit]:
    """Units of today within reach, and above it, that bear one of the names."""
    named = [part for one in readings for part in (*one.villages, one.commune, one.province)]
    keys = {key for part in named if part is not None for key in (fold(part.name), part.key, f"so {part.key}")}
    keys |= {key for one in readings for words in one.words for key in (fold(words), name_key(words))}
    if not keys:
        return []
    units = list(Unit.objects.current().filter(name_folded__in=keys).defer("outline"))
    if reach.communes is None or not units:
        return units
    above = set(Unit.objects.filter(pk__in=reach.communes).values_list("parent_id", flat=True))
    return [
        unit
        for unit in units
        if unit.pk in above
        or unit.pk in reach.communes
        or (unit.parent_id in reach.communes and (reach.villages is None or unit.pk in reach.villages))
    ]


def _in_villages(reach: Reach, ids: list[int], communes: list[int]) -> Reach:
    if reach.villages is not None:
        ids = [pk for pk in ids if pk in reach.villages]
    if reach.communes is not None:
        communes = [pk for pk in communes if pk in reach.communes]
    return Reach(sorted(set(communes)), sorted(ids))


def _in_communes(reach: Reach, ids: list[int]) -> Reach:
    if reach.communes is not None:
        ids = [pk for pk in ids if pk in reach.communes]
    return replace(reach, communes=sorted(ids))
