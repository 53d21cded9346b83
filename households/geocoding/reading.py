"""Read a written address: which words are its number, street, village, commune and province. Pure.

The words of kinds (đường, ngõ, thôn …) may be whole, shortened or without marks, the parts in any order and with
commas or none. All ways to cut the words into parts are weighed, each oddity costing something, and the cheapest are
the readings: "p. 5" is a phố after a number and a phường after a street. No name of any place is known here, so what
has no kind is kept as words for whoever knows the names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

from households.geocoding.assembling import assemble
from households.geocoding.kinds import (
    ALLEY,
    COMMUNE,
    COUNTRY,
    LONGEST,
    NUMBER,
    NUMBER_UNITS,
    ROAD,
    SHORT,
    STREETS,
    SUB_ALLEY,
    VILLAGE,
    WHOLE,
    Kind,
)
from households.geocoding.model import WrittenAddress
from households.geocoding.nearness import distance
from households.geocoding.pieces import LOOSE, Piece
from households.geocoding.writing import Token, tokens_of
from mapping.text import canonical_tone, clean

MOST_WORK: Final = 1_000
"""So many steps may be weighed, a thousandth of a second or two; the longest address anybody writes takes fewer."""
_BEAM: Final = 16
_FARTHEST: Final = 2.5
"""A way that costs so much more than the best one to the same word never catches up."""
_SLIPPED: Final = 0.3
_MOST_ENDS: Final = 6  # a name that holds more words of kinds than that is none
_MOST_ALTERNATIVES: Final = 4
_NEAR: Final = 1.0  # a reading that costs so much more than the best is none


class _State(NamedTuple):
    cost: float
    pieces: tuple[Piece, ...] = ()
    ranks: tuple[int, ...] = ()
    """The ranks of the pieces that have a kind."""

    def grown(self, cost: float, piece: Piece) -> _State:
        ranks = self.ranks if piece.kind.rank == LOOSE else (*self.ranks, piece.kind.rank)
        return _State(cost, (*self.pieces, piece), ranks)


@lru_cache(maxsize=4_096)
def _slipped(folded: str) -> Kind | None:
    """The kind of street that a word before a number is one slip away from: "nách 5", "gnách 5"."""
    kinds = (kind for (word, *more), (kind, _) in WHOLE.items() if not more and distance(folded, word, 1) is not None)
    return next((kind for kind in kinds if kind.rank in STREETS and len(kind.word) > 4), None)


_Way = tuple[float, _State, Piece]
"""What a state costs with one piece more; states are made of the best ones alone."""


class _TooLongError(Exception):
    """The words can be cut in more ways than anybody would write an address."""


def names_within(text: str, names: frozenset[tuple[str, ...]]) -> bool:
    """Whether one of the names, given as their folded words, stands in the text."""
    if not names:
        return False
    words = [token.folded for token in tokens_of(text)]
    return any(tuple(words[at : at + len(name)]) == name for name in names for at in range(len(words)))


def read_address(text: str, names: frozenset[tuple[str, ...]] = frozenset()) -> WrittenAddress:
    """Take a written address apart; anything may come in, and what is beyond 250 letters is not looked at.

    `names` are known ones, as their folded words, that begin as a kind does without its marks: there it is none. A text
    of nothing but abbreviations, which could mean anything, is not understood: `is_too_long`.
    """
    tokens = tokens_of(text)
    if len(tokens) >= 2 and tuple(token.folded for token in tokens[-2:]) == COUNTRY:
        tokens = tokens[:-2]
    shown = clean(text)
    found: dict[WrittenAddress, float] = {}
    try:
        states = _Reader(tokens, names).states()
    except _TooLongError:
        return WrittenAddress(shown, words=(shown,), is_too_long=True)
    for state in states:
        for address, more in assemble(shown, state.pieces):
            found.setdefault(address, state.cost + more)
    ranked = sorted(found, key=lambda address: found[address])
    if not ranked:
        return WrittenAddress(shown, words=(shown,) if shown else ())
    best = ranked[0]
    near = [other for other in ranked[1:] if found[other] <= found[best] + _NEAR]
    return replace(best, alternatives=tuple(near[:_MOST_ALTERNATIVES]))


class _Reader:
    """Weighs the ways to cut one text. Costs: 0.1 is a shrug, 1 another reading altogether."""

    def __init__(self, tokens: list[Token], names: frozenset[tuple[str, ...]]) -> None:
        self._tokens = tokens
        self._names = names
        self._has_marks = any(not token.is_plain for token in tokens)
        self._has_commas = bool(tokens) and tokens[-1].segment > tokens[0].segment
        self._has_capitals = any(token.text[:1].islower() for token in tokens if not token.number)
        self._kinds = [list(self._kinds_at(place)) for place in range(len(tokens))]
        self._named = [[kind for kind in self._kinds[at] if self._has_name(at, kind[1])] for at in range(len(tokens))]
        self._sure = [any(cost < 0.1 for _, _, cost in kinds) for kinds in self._named] + [False] * LONGEST
        self._starts = [self._may_start(place) for place in range(len(tokens))] + [True]

    def states(self) -> list[_State]:
        """The cheapest ways through all words, best first. Raises _TooLongError beyond `MOST_WORK`."""
        at: list[list[_Way]] = [[] for _ in range(len(self._tokens) + 1)]
        work = 0
        for place in range(len(self._tokens)):
            best = _best(at[place]) if place else [_State(0.0)]
            for piece in self._pieces_at(place) if best else ():
                work += len(best)
                if work > MOST_WORK:
                    raise _TooLongError
                for state in best:
                    cost = _cost_after(state, piece)
                    if cost is not None:
                        at[place + piece.length].append((state.cost + piece.cost + cost, state, piece))
        return _best(at[-1])

    def _kinds_at(self, place: int) -> Iterator[tuple[Kind, int, float]]:
        """What the words from here on may announce: kind, how many words, cost."""
        token = self._tokens[place]
        for length in range(LONGEST, 0, -1):
            words = self._tokens[place : place + length]
            if len(words) < length or words[-1].segment != token.segment:
                continue
            whole = WHOLE.get(tuple(word.folded for word in words))
            if whole is not None and self._begins_name(place, whole[1]):
                return
            if whole is not None and (whole[0].rank != NUMBER or self._is_number(place + length)):
                kind, spelled = whole
                yield kind, length, self._cost_of_marks(words, spelled)
                break
        else:
            cost = 0.05 if token.dotted else 0.15 if len(token.folded) > 1 else 0.45
            for kind in SHORT.get(token.folded, ()):
                yield kind, 1, cost + kind.doubt
            if token.folded not in SHORT and self._is_number(place + 1) and (slipped := _slipped(token.folded)):
                yield slipped, 1, _SLIPPED

    def _begins_name(self, place: int, spelled: str) -> bool:
        """Whether a known name begins here and the word is not written as the kind is."""
        if not self._names or self._tokens[place].marked == canonical_tone(spelled):
            return False
        folded = [token.folded for token in self._tokens[place : place + max(map(len, self._names))]]
        return any(tuple(folded[: len(name)]) == name for name in self._names)

    def _cost_of_marks(self, words: list[Token], spelled: str) -> float:
        marked = " ".join(word.marked for word in words)
        if marked == canonical_tone(spelled):
            return 0.0
        if all(word.is_plain for word in words):
            return (1.0 if words[0].text[:1].isupper() else 0.6) if self._has_marks else 0.02
        return 0.7  # other marks: "ngỏ", "đừơng", or another word

    def _may_start(self, place: int) -> bool:
        token = self._tokens[place]
        if place == 0 or self._tokens[place - 1].segment != token.segment:
            return True
        before = self._tokens[place - 1]
        return bool(self._kinds[place] or token.number or before.number or before.is_former)

    def _starts_segment(self, place: int) -> bool:
        return place == 0 or self._tokens[place - 1].segment != self._tokens[place].segment

    def _ends(self, start: int) -> Iterator[int]:
        """Where a part that has at least the word at `start` may end."""
        if start >= len(self._tokens):
            return
        segment = self._tokens[start].segment
        ends = 0
        for end in range(start + 1, len(self._tokens) + 1):
            if end == len(self._tokens) or self._tokens[end].segment != segment:
                yield end
                return
            if self._tokens[end - 1].is_former:
                yield end
                return
            if self._starts[end]:
                yield end
                ends += 1
                if ends == _MOST_ENDS:
                    return

    def _pieces_at(self, place: int) -> Iterator[Piece]:
        if not self._starts[place]:
            return
        token, follows = self._tokens[place], not self._starts_segment(place)
        if token.number:
            bare = 0.35 if follows else 0.05
            bare = 1.5 if len(token.number) > 4 and token.number.isdigit() else bare  # a postal code
            yield Piece(Kind("", NUMBER), token.number, 1, bare, follows, token.is_former)
        for kind, length, cost in self._kinds[place]:
            start = place + length
            if start >= len(self._tokens) or self._tokens[start].segment != token.segment:
                continue
            if kind.rank == NUMBER:
                number = self._tokens[start].number
                if number:
                    yield Piece(kind, number, length + 1, cost, follows, self._tokens[start].is_former)
                continue
            cost += self._cost_of_capital(place)
            for end in self._ends(start):
                in_name = self._cost_of_name(kind, start, end)
                is_former = self._tokens[end - 1].is_former
                yield Piece(kind, self._name(start, end), end - place, cost + in_name, follows, is_former)
        if any(cost < 0.2 for _, _, cost in self._named[place]):
            return
        for end in self._ends(place):
            cost = (0.7 if follows else 0.4) + (0.6 if token.number else 0.0)
            cost += self._cost_inside(place, end, first=True) + 0.02 * (end - place)
            is_former = self._tokens[end - 1].is_former
            yield Piece(Kind("", LOOSE), self._name(place, end), end - place, cost, follows, is_former)

    def _cost_of_capital(self, place: int) -> float:
        """A kind in the middle of a piece: a name may go on with such a word."""
        if self._starts_segment(place):
            return 0.0
        is_capital = self._has_capitals and self._tokens[place].text[:1].isupper()
        return (0.25 if self._has_commas else 0.0) + (0.15 if is_capital else 0.0)

    def _cost_of_name(self, kind: Kind, start: int, end: int) -> float:
        cost = self._cost_inside(start, end, first=False) + 0.3 * max(0, end - start - 4)
        first = self._tokens[start]
        if first.number and end > start + 1 and kind.rank in (SUB_ALLEY, ALLEY, VILLAGE, COMMUNE):
            cost += 0.6  # "ngõ 12 Đình": a number and another part, rather than one name
        if "/" in first.number and kind.rank >= VILLAGE:
            cost += 0.6
        announced = self._tokens[end - 2].folded in NUMBER_UNITS if end - start > 1 else False
        if self._tokens[end - 1].number and end - start > 1 and not announced:
            cost += 0.6
        return cost

    def _cost_inside(self, start: int, end: int, *, first: bool) -> float:
        """Words of kinds that are taken for parts of a name; straight after a kind they often are ("ngõ Xóm Mới")."""
        cost = 0.0
        for place in range(start, end):
            kinds = self._named[place]
            if not kinds:
                continue
            if place == start and not first:
                cost += 0.25
                continue
            if any(self._sure[place + kind[1]] for kind in kinds):
                cost += 0.1  # "ngõ Cổng Làng thôn …"
                continue
            sure = max(0.0, 0.8 - min(kind[2] for kind in kinds))
            is_name = self._has_capitals and self._tokens[place].text[:1].isupper()
            cost += sure * (0.6 if is_name else 1.0)
        return cost

    def _is_number(self, place: int) -> bool:
        return place < len(self._tokens) and bool(self._tokens[place].number)

    def _has_name(self, place: int, length: int) -> bool:
        after = place + length
        return after < len(self._tokens) and self._tokens[after].segment == self._tokens[place].segment

    def _name(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self._tokens[start:end])


def _best(ways: list[_Way]) -> list[_State]:
    """The cheapest of the ways to one word, best first."""
    cheapest = sorted(ways, key=itemgetter(0))[:_BEAM]
    return [state.grown(cost, piece) for cost, state, piece in cheapest if cost <= cheapest[0][0] + _FARTHEST]


def _cost_after(state: _State, piece: Piece) -> float | None:
    """What a piece costs after those before it; None where it can be none."""
    if not state.pieces:
        return 0.0
    rank, last = piece.kind.rank, state.pieces[-1]
    before = state.ranks
    if rank == LOOSE:
        if piece.follows and last.kind.rank == LOOSE:
            return None  # the same words in two pieces
        follows_number = last.kind.rank == NUMBER or (last.kind.rank in STREETS and last.name[0].isdigit())
        return -0.45 if follows_number and piece.follows else 0.0
    cost = 0.0
    if before and rank < before[-1]:
        cost += 0.2
    if rank == ROAD and ROAD in before:
        cost += 0.6
    if rank == VILLAGE and VILLAGE in before:
        cost += 0.3
    if rank not in (*STREETS, VILLAGE) and rank in before:
        cost += 2.0
    if piece.kind.word == "phố" and last.kind.rank in (NUMBER, SUB_ALLEY, ALLEY):
        cost -= 0.3
    if piece.kind.word == "hẻm" and before and before[-1] >= VILLAGE:
        cost += 0.4
    return cost
