"""A written address beside the names of a commune: which of its streets and villages are meant. Pure.

Nothing is decided here between names that could both be meant; a wish holds them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from households.geocoding.commune_names import CommuneNames, StreetName
from households.geocoding.formerly import without_old
from households.geocoding.model import Part, WrittenAddress
from households.geocoding.names import Likeness, Names

_LATER_READING: Final = 0.05
_UNKNOWN_WORD: Final = 0.12
_UNKNOWN_STREET: Final = 1.0
_AS_ALLEY: Final = 0.3
_MOST_WORDS_OF_A_NAME: Final = 6
_MOST_WORDS_CUT: Final = 10  # of a part's name with more behind it
_MOST_UNKNOWN: Final = 8
"""After so many words that nobody knows the rest of them is not looked at: it is no address."""
_MOST_TRIED: Final = 40
"""So many loose names are tried; where the best readings took them, the others are left alone."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell whoever asked: `code` of `sentences.py`, texts for its sentence."""

    code: str
    typed: str
    known: str = ""
    where: str = ""


@dataclass(slots=True)
class Wish:
    """One understanding of an address: houses with `number` on one of `streets` and in one of `villages`.

    No streets: none was named, or `street_unknown`. No villages: none was named or understood.
    """

    number: str
    streets: list[Likeness[StreetName]] = field(default_factory=list)
    villages: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    cost: float = 0.0
    street_unknown: bool = False
    other_commune: str = ""
    other_province: str = ""
    typed_street: Part | None = None
    is_first: bool = False  # of the best reading
    says_former: bool = False  # number or street are said to be of before
    former_villages: list[int] = field(default_factory=list)  # of today, by a name that is said to be of before


def understand(address: WrittenAddress, names: CommuneNames, *, former: bool = False) -> list[Wish]:
    """Return what the address may mean in the commune, the likeliest first; `former` looks among former streets."""
    wishes: list[Wish] = []
    tried = 0
    for place, reading in enumerate(address.readings):
        if tried > _MOST_TRIED:
            break
        understanding = _Understanding(reading, names, former=former)
        wish = understanding.wish()
        tried += understanding.tried
        wish.cost += _LATER_READING * place
        wish.is_first = place == 0
        wishes.append(wish)
        wishes += _as_alley(wish, names) if not former else ()
    wishes.sort(key=lambda wish: wish.cost)
    return wishes


def _as_alley(wish: Wish, names: CommuneNames) -> Iterator[Wish]:
    """ "12/5 đường Liên Xã" as the number 5 of an alley that houses call "ngõ 12"."""
    pieces = wish.number.split("/")
    for cut in range(1, len(pieces)) if wish.streets else ():
        alley = Part("", "/".join(pieces[:cut]))
        found = [like for like in names.streets.find(alley) if like.known.kind in ("ngõ", "kiệt", "hẻm", "ngách")]
        found = [like for like in found if like.is_sure and not like.known.thing.before_number]
        if found:
            number = "/".join(pieces[cut:])
            note = Note("read_as", wish.number, f"{number}, {found[0].known.thing.full_name}")
            yield replace(
                wish, number=number, streets=found, notes=[*wish.notes, note], cost=wish.cost + _AS_ALLEY,
                typed_street=alley,
            )  # fmt: skip


def is_same_unit(part: Part, names: Names[Any], *, has_marks: bool) -> Likeness[Any] | None:
    """Return the unit of `names` that the part names, whatever it calls its kind; None where it is another one."""
    found = names.find(Part("", part.name), has_marks=has_marks)
    return found[0] if found else None


class _Understanding:
    """Resolves one reading, part by part."""

    def __init__(self, reading: WrittenAddress, names: CommuneNames, *, former: bool) -> None:
        self._reading, self._names = reading, names
        self._streets = names.former_streets if former else names.streets
        self._has_marks = not reading.text.isascii()
        self._wish = Wish(number=reading.number, says_former=reading.is_former)
        self._unknown = 0
        self.tried = 0  # names without a kind

    def wish(self) -> Wish:
        """Resolve every part; what is left over goes into the words."""
        reading, wish = self._reading, self._wish
        self._commune_and_province()
        for part in reading.villages:
            self._village(part)
        if reading.street is not None:
            self._street(reading.street)
        for part in reading.off:
            self._off(part)
        for words in reading.words:
            self._loose(words)
        wish.cost += _UNKNOWN_WORD * len(wish.words)
        if wish.street_unknown:
            wish.cost += _UNKNOWN_STREET
        return wish

    def _commune_and_province(self) -> None:
        commune, province = self._reading.commune, self._reading.province
        if commune is not None:
            commune = self._of_before(commune, self._names.communes)
            rest = self._unit(commune, self._names.communes)
            if rest is None and (self._names.former_communes.find(Part("", commune.name)) or commune.is_former):
                self._former_commune(commune)
            elif rest is None:
                self._wish.other_commune = commune.text
                self._wish.notes.append(Note("other_commune", commune.text))
            elif rest:
                self._loose(rest)
        if province is not None and self._unit(province, self._names.provinces) is None:
            # "tp. Thanh Hóa" is a province's seat, not its name; only a province that is another one matters.
            self._wish.other_province = province.text
            self._wish.notes.append(Note("other_province", province.text))

    def _unit(self, part: Part, names: Names[Any]) -> str | None:
        """Note how a commune or province was read; return the words after its name, None where it is another one."""
        for prefix, rest in _prefixes(part):
            like = is_same_unit(prefix, names, has_marks=self._has_marks)
            if like is not None and (not rest or (like.slips == 0 and self._known(rest))):
                self._note_slip(prefix, like)
                return rest
        return None

    def _of_before(self, part: Part, names: Names[Any]) -> Part:
        """The part without a "cũ" that is no part of its name, marked as one of before."""
        bare = without_old(part.name, has_marks=self._has_marks)
        if not bare or any(like.is_sure for like in names.find(Part("", part.name), has_marks=self._has_marks)):
            return part
        return Part(part.kind, bare, is_former=True)

    def _former_commune(self, part: Part) -> None:
        known = self._names.former_communes.find(Part("", part.name), has_marks=self._has_marks)
        self._wish.notes.append(Note("former_unit" if known else "unknown_former_commune", part.text))

    def _former_village(self, part: Part) -> None:
        """A village by a name of before is no reason against a house; alone it leads to one that is called so today."""
        today = [like.known.thing for like in self._villages_called(part)]
        if self._reading.street is None and self._reading.number and today:
            self._wish.villages += today
            self._wish.notes.append(Note("former_village_alone", part.text))
            return
        self._wish.former_villages += today
        self._wish.notes.append(Note("former_unit", part.text))

    def _village(self, part: Part) -> None:
        part = self._of_before(part, self._names.villages)
        if part.is_former:
            self._former_village(part)
            return
        for prefix, rest in _prefixes(part):
            found = self._villages_called(prefix)
            if found and (not rest or (found[0].slips == 0 and self._known(rest))):
                self._take_villages(prefix, found)
                if rest:
                    self._loose(rest)
                return
        if self._names.former_villages.find(Part("", part.name), has_marks=self._has_marks):
            self._former_village(part)
            return
        self._not_understood(part.text)
        if len(self._names.villages):
            self._wish.notes.append(Note("unknown_village", part.text))

    def _villages_called(self, part: Part) -> list[Likeness[int]]:
        """The villages of the name; where several share it ("thôn 3", "khu phố 3") the kind decides."""
        found = self._names.villages.find(Part("", part.name), has_marks=self._has_marks)
        same_kind = [like for like in found if like.known.kind == part.kind]
        return same_kind or found

    def _take_villages(self, part: Part, found: list[Likeness[int]]) -> None:
        self._wish.villages += [like.known.thing for like in found]
        self._note_slip(part, found[0])

    def _street(self, part: Part) -> None:
        part = self._of_before(part, self._streets)
        if part.is_former:
            self._wish.says_former, part = True, replace(part, is_former=False)
        for prefix, rest in _prefixes(part):
            found = self._streets.find(prefix, has_marks=self._has_marks)
            if found and rest and (found[0].slips or not self._known(rest)):
                found = []
            if found:
                self._wish.streets, self._wish.typed_street = found, prefix
                if rest:
                    self._loose(rest)
                return
        if self._street_with_more(part):
            return
        if not part.kind and (found_villages := self._villages_called(part)):
            self._take_villages(part, found_villages)  # "5 Xa Thư": the number counts in the village
            return
        self._wish.street_unknown = True
        self._wish.notes.append(Note("unknown_street", part.text))

    def _off(self, part: Part) -> None:
        """A larger street that was said: of nameless alleys called by one number only those that leave it are meant."""
        part = replace(self._of_before(part, self._streets), is_former=False)
        larger = [like.known.thing for like in self._streets.find(part, has_marks=self._has_marks)]
        if not larger:
            self._not_understood(part.text)
            return
        leaving = [like for like in self._wish.streets if _may_leave(like.known.thing, larger)]
        self._wish.streets = leaving or self._wish.streets

    def _street_with_more(self, part: Part) -> bool:
        """ "ngõ Đình gần cây đa": a street's very name and words that may belong to another's, so it stays in doubt."""
        for prefix, rest in _prefixes(part):
            found = [like for like in self._streets.find(prefix, has_marks=self._has_marks) if like.is_sure]
            if rest and found:
                self._wish.streets, self._wish.typed_street = found, prefix
                self._wish.notes.append(Note("more_than_street", part.text, found[0].known.thing.full_name))
                self._loose(rest)
                return True
        return False

    def _loose(self, words: str) -> None:
        """Words without a kind: names of the commune's things, one after the other; the rest is not understood."""
        bare = without_old(words, has_marks=self._has_marks)
        if bare and not self._take(words):
            self._loose_of_before(bare)
            return
        if bare:
            return
        unknown: list[str] = []
        rest = words.split()
        while rest and self._unknown < _MOST_UNKNOWN:
            for length in range(min(len(rest), _MOST_WORDS_OF_A_NAME), 0, -1):
                if self._take(" ".join(rest[:length])):
                    rest = rest[length:]
                    break
            else:
                unknown.append(rest.pop(0))
                self._unknown += 1
        if unknown or rest:
            self._not_understood(" ".join([*unknown, *rest]))

    def _loose_of_before(self, name: str) -> None:
        """ "Xa Thư (cũ)", "Trần Phú cũ": a street of before where none is said, else a unit of before."""
        part, wish = Part("", name), self._wish
        if not wish.streets and self._reading.street is None:
            found = self._streets.find(part, has_marks=self._has_marks)
            if found:
                wish.streets, wish.typed_street, wish.says_former = found, part, True
                return
        if self._names.former_communes.find(part) or self._names.communes.find(part):
            self._former_commune(part)
        else:
            self._former_village(part)

    def _take(self, name: str) -> bool:
        """Take the name for a village, the commune, its province or, where none was said yet, a street."""
        self.tried += 1
        part, wish, marks = Part("", name), self._wish, self._has_marks
        villages = self._villages_called(part)
        if villages and len(part.key) > 1:
            self._take_villages(part, villages)
            return True
        for names in (self._names.communes, self._names.provinces):
            like = is_same_unit(part, names, has_marks=marks)
            if like is not None:
                self._note_slip(part, like)
                return True
        if not wish.streets and self._reading.street is None:
            found = self._streets.find(part, has_marks=marks)
            if found:
                wish.streets, wish.typed_street = found, part
                return True
        return False

    def _known(self, words: str) -> bool:
        """Whether the words are nothing but names of units, written as they are."""
        rest = words.split()
        while rest:
            for length in range(min(len(rest), _MOST_WORDS_OF_A_NAME), 0, -1):
                part = Part("", " ".join(rest[:length]))
                units = (self._names.villages, self._names.communes, self._names.provinces)
                if any(names.find(part, has_marks=False) for names in units):
                    rest = rest[length:]
                    break
            else:
                return False
        return True

    def _not_understood(self, words: str) -> None:
        self._wish.words.append(words)

    def _note_slip(self, part: Part, like: Likeness[Any]) -> None:
        if like.slips or like.other_marks:
            self._wish.notes.append(Note("read_as", part.name, like.known.name))
            self._wish.cost += like.cost


def _may_leave(street: StreetName, larger: Sequence[StreetName]) -> bool:
    """Whether a street may go off one of the larger ones; of a street with a name of its own nobody here knows."""
    if not street.before_number:
        return True
    return any(
        street.before_number.startswith(one.before_number) and not set(street.texts).isdisjoint(one.texts)
        for one in larger
    )


def _prefixes(part: Part) -> Iterator[tuple[Part, str]]:
    """The part whole, then ever fewer of its words, with the words that are left over."""
    words = part.name.split()
    for length in range(min(len(words), _MOST_WORDS_CUT), 0, -1):
        yield replace(part, name=" ".join(words[:length])), " ".join(words[length:])


def texts_wanted(wishes: Sequence[Wish], names: CommuneNames) -> set[str]:
    """Return the street texts whose houses are needed to answer the wishes."""
    texts = {text for wish in wishes for like in wish.streets for text in like.known.thing.texts}
    if any(wish.number and not wish.streets and not wish.street_unknown for wish in wishes):
        texts |= names.texts if any(wish.villages for wish in wishes) else {""}
    return texts
