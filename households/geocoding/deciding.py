"""Which house, street or village an address means, how well, and why. Pure.

Careful by rule: a house is answered alone only where nothing else could have been meant. Two names that are as near,
two houses of one address, a village that contradicts: all these are answered with several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from households.geocoding.book import HouseRow, Street, nearest_number
from households.geocoding.commune_names import CommuneNames, StreetName
from households.geocoding.model import Part
from households.geocoding.names import Likeness
from households.geocoding.understanding import Note, Wish

Grade = Literal["exact", "close", "former", "several", "street", "village", "none"]
GRADES: Final[tuple[Grade, ...]] = ("exact", "close", "former", "several", "street", "village", "none")
CONFIDENT: Final = ("exact", "close", "former")
"""Grades that name one house as the answer."""
MOST_CANDIDATES: Final = 5

_DOUBTS: Final = (
    "unknown_village", "more_than_street", "unknown_former_commune", "former_village_alone", "not_former",
)  # fmt: skip
_IN_NUMBERS = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
"""What was not understood and holds a number may be an alley between the number and the street."""
_MARGIN: Final = 0.12
"""Of two houses whose readings cost nearly the same, none is the answer alone."""
_OTHER_VILLAGE: Final = 0.6
_STREET_NOT_SAID: Final = 0.4
_CLOSED: Final = 0.02


@dataclass(frozen=True, slots=True)
class Candidate:
    """A house, or where `house` is None a street or village; `near` is the house on the street that lies nearest."""

    house: HouseRow | None = None
    street: StreetName | None = None
    village_id: int | None = None
    near: HouseRow | None = None


@dataclass(slots=True)
class Verdict:
    """The answer to one address. `notes` say what was overlooked, `words` what was not understood.

    `confidence` is how likely the first of the candidates is right at least, 0 to 1: what `script/bench geocoding`
    finds lies above it for each grade. Of several it is shared out among them, so that it never passes one half.
    """

    grade: Grade
    confidence: float
    candidates: list[Candidate] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Hit:
    house: HouseRow
    wish: Wish
    cost: float
    like: Likeness[StreetName] | None = None
    other_village: bool = False


def decide(
    wishes: Sequence[Wish], names: CommuneNames, book: Mapping[str, Street], *, former: bool = False
) -> Verdict | None:
    """Return the verdict on an address; `book` holds the houses of `understanding.texts_wanted`.

    With `former` the book is that of addresses that houses had, and None says that there is none; a street or village
    is then no answer.
    """
    elsewhere = next((wish for wish in wishes if wish.is_first and wish.other_commune), None)
    if elsewhere is not None:
        # Another reading may take the same words for something that is here ("x. 5"), but nothing may be left over.
        wishes = [wish for wish in wishes if not wish.other_commune and not wish.words]
    hits = _hits(wishes, book)
    if elsewhere is not None and not hits:
        return None if former else Verdict("none", 0.0, [], list(elsewhere.notes), elsewhere.words)
    if hits:
        return _of_houses(hits, names, book, former=former)
    if former:
        return None
    return _of_street(wishes, book) or _of_village(wishes)


def _hits(wishes: Sequence[Wish], book: Mapping[str, Street]) -> list[_Hit]:
    """The houses that answer some wish, each once, the likeliest first."""
    best: dict[object, _Hit] = {}
    for wish in wishes:
        if not wish.number or wish.other_commune or wish.street_unknown:
            continue
        for hit in _hits_of(wish, book):
            known = best.get(hit.house.id)
            if known is None or hit.cost < known.cost:
                best[hit.house.id] = hit
    return sorted(best.values(), key=lambda hit: (hit.cost, hit.house.code))


def _hits_of(wish: Wish, book: Mapping[str, Street]) -> Iterator[_Hit]:
    for like in wish.streets:
        street = like.known.thing
        for text in street.texts:
            for house in book.get(text, {}).get(street.before_number + wish.number, ()):
                is_there = not wish.villages or house.village_id is None or house.village_id in wish.villages
                cost = wish.cost + like.cost + _OTHER_VILLAGE * (not is_there) + _CLOSED * (not house.is_active)
                yield _Hit(house, wish, cost, like, not is_there)
    if not wish.streets:
        for text, street_book in book.items():
            if text and not wish.villages:
                continue
            for house in street_book.get(wish.number, ()):
                if not wish.villages or house.village_id in wish.villages:
                    yield _Hit(house, wish, wish.cost + (_STREET_NOT_SAID if text else 0.0))


def _of_houses(hits: list[_Hit], names: CommuneNames, book: Mapping[str, Street], *, former: bool) -> Verdict:
    best = hits[0]
    wish = best.wish
    rivals = [hit for hit in hits[1:] if hit.cost <= best.cost + _MARGIN]
    # A house that was closed is no rival of one that stands.
    rivals = [hit for hit in rivals if hit.house.is_active or not best.house.is_active]
    answered = {hit.like.known.thing.full_name for hit in (best, *rivals) if hit.like is not None}
    streets = [street for street in _other_streets(best, book) if street.full_name not in answered]
    notes = [*wish.notes, *_notes_of(best)]
    if wish.says_former and not former:
        notes.append(Note("not_former", ""))
    doubtful = best.other_village or wish.other_province or (best.like is None and best.cost >= _STREET_NOT_SAID)
    doubtful = doubtful or any(note.code in _DOUBTS for note in notes)
    doubtful = doubtful or any(_IN_NUMBERS.search(words) for words in wish.words)
    if rivals or streets or doubtful:
        houses = [Candidate(house=hit.house) for hit in [best, *rivals][:MOST_CANDIDATES]]
        others = [Candidate(street=street, near=_nearest(wish, [street], book)) for street in streets]
        shown = [*houses, *others][:MOST_CANDIDATES]
        count = len(rivals) + len(streets) + 1
        return Verdict("several", round(max(0.1, 0.9 / max(count, 2)), 2), shown, notes, wish.words)
    if former:
        grade: Grade = "former"
        confidence = 0.95 - 0.5 * best.cost
    elif best.cost == 0.0 and not notes and not wish.words:
        grade, confidence = "exact", 0.99
    else:
        grade, confidence = "close", 0.97 - 0.3 * best.cost
    return Verdict(grade, round(max(0.5, confidence), 2), [Candidate(house=best.house)], notes, wish.words)


def _other_streets(best: _Hit, book: Mapping[str, Street]) -> list[StreetName]:
    """The streets that may have been meant as well, though they have no such number.

    The village decides between them where it was said, and no other of the streets has a house there.
    """
    if best.like is None:
        return []
    others = [like.known.thing for like in best.wish.streets if like is not best.like]
    if best.wish.villages and best.house.village_id in best.wish.villages:
        others = [street for street in others if _stands_in(street, best.wish.villages, book)]
    return others


def _stands_in(street: StreetName, villages: Sequence[int], book: Mapping[str, Street]) -> bool:
    rows = [row for text in street.texts for found in book.get(text, {}).values() for row in found]
    return not rows or any(row.village_id in villages for row in rows)


def _notes_of(hit: _Hit) -> list[Note]:
    notes = []
    if hit.like is not None and (hit.like.oddities):
        notes.append(_read_as(hit.like, hit.wish))
    if hit.other_village:
        notes.append(Note("other_village", hit.house.code))
    if hit.like is None and hit.house.street:
        notes.append(Note("street_not_said", hit.house.street))
    if not hit.house.is_active:
        notes.append(Note("closed", hit.house.code))
    return notes


def _read_as(like: Likeness[StreetName], wish: Wish) -> Note:
    typed = wish.typed_street or Part("", "")
    if like.other_kind:
        return Note("read_as", typed.text, like.known.thing.full_name)
    return Note("read_as", typed.name, like.known.name)


def _nearest(wish: Wish, streets: Sequence[StreetName], book: Mapping[str, Street]) -> HouseRow | None:
    books = [book[text] for street in streets for text in street.texts if text in book]
    return nearest_number(wish.number, books, wish.villages)


def _of_street(wishes: Sequence[Wish], book: Mapping[str, Street]) -> Verdict | None:
    wish = next((wish for wish in wishes if wish.streets and not wish.other_commune), None)
    if wish is None:
        return None
    notes = list(wish.notes)
    candidates = [
        Candidate(street=like.known.thing, near=_nearest(wish, [like.known.thing], book))
        for like in wish.streets[:MOST_CANDIDATES]
    ]
    like = wish.streets[0]
    if len(candidates) == 1 and like.oddities:
        notes.append(_read_as(like, wish))
    near = candidates[0].near
    if not wish.number:
        notes.append(Note("no_number", ""))
    elif near is not None:
        notes.append(Note("number_not_there", wish.number, near.number, like.known.thing.full_name))
    else:
        notes.append(Note("number_not_there", wish.number))
    if len(candidates) > 1:
        return Verdict("several", 0.1, candidates, notes, wish.words)
    return Verdict("street", 0.4 if wish.number else 0.3, candidates, notes, wish.words)


def _of_village(wishes: Sequence[Wish]) -> Verdict:
    wish = next((one for one in wishes if (one.villages or one.former_villages) and not one.other_commune), None)
    if wish is not None:
        villages = dict.fromkeys(wish.villages or wish.former_villages)
        candidates = [Candidate(village_id=village) for village in villages][:MOST_CANDIDATES]
        return Verdict("village", 0.2 if len(candidates) == 1 else 0.1, candidates, list(wish.notes), wish.words)
    first = wishes[0]
    notes = list(first.notes) or ([] if first.words else [Note("too_little", "")])
    return Verdict("none", 0.0, [], notes, first.words)
