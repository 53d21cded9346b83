"""Out of the pieces of a text the address: alleys that are called by numbers go into the house number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from households.geocoding.kinds import ALLEY, COMMUNE, DISTRICT, NUMBER, PROVINCE, ROAD, STREETS, VILLAGE
from households.geocoding.model import Part, WrittenAddress, written_number
from households.geocoding.pieces import LOOSE, Piece

_SAID_NUMBER = re.compile(r"(?:số|so)\s+(?=[0-9])", re.IGNORECASE)
_ONCE: Final = (NUMBER, COMMUNE, DISTRICT, PROVINCE)
_AS_IT_STANDS: Final = 0.5
"""What it costs to take "ngõ 12" for an alley of that name, where a larger street is said too."""


def assemble(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[WrittenAddress, float]]:
    """Yield what the pieces may mean, each with what it costs more than the pieces themselves."""
    number = next((piece.name for piece in pieces if piece.kind.rank == NUMBER), "")
    streets, words = _streets_and_words(pieces)
    folded, rest = _into_number(number, streets)
    yield _address(text, pieces, folded, rest, words), 0.0
    if (folded, rest) != (number, streets):
        yield _address(text, pieces, number, streets, words), _AS_IT_STANDS


def _address(
    text: str, pieces: Sequence[Piece], number: str, streets: Sequence[Part], words: Sequence[str]
) -> WrittenAddress:
    units = {
        rank: [Part(piece.kind.word, piece.name, piece.is_former) for piece in pieces if piece.kind.rank == rank]
        for rank in (VILLAGE, COMMUNE, DISTRICT, PROVINCE)
    }

    def one(rank: int) -> Part | None:
        return units[rank][0] if units[rank] else None

    return WrittenAddress(
        text=text,
        number=number,
        street=streets[0] if streets else None,
        off=tuple(streets[1:]),
        villages=tuple(units[VILLAGE]),
        commune=one(COMMUNE),
        district=one(DISTRICT),
        province=one(PROVINCE),
        words=tuple(words),
        is_former=any(piece.is_former for piece in pieces if piece.kind.rank <= ALLEY),
    )


def _streets_and_words(pieces: Sequence[Piece]) -> tuple[list[Part], list[str]]:
    """The streets, the smallest first, and the words without a kind that are no street.

    Words that follow a number, or an alley's number, without a comma are a street whose kind was not said.
    """
    placed: list[tuple[int, int, Part]] = []
    words: list[str] = []
    seen: set[int] = set()  # of what an address has one only; a second one is not understood
    first_road = min((place for place, piece in enumerate(pieces) if piece.kind.rank == ROAD), default=len(pieces))
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else None
        if piece.kind.rank in STREETS:
            name = _SAID_NUMBER.sub("", piece.name) if piece.kind.rank != ROAD else piece.name
            placed.append((piece.kind.rank, place, Part(piece.kind.word, name, piece.is_former)))
        elif piece.kind.rank in seen or (piece.kind.rank != LOOSE and piece.kind.rank not in _ONCE):
            if piece.kind.rank in _ONCE:
                words.append(f"{piece.kind.word} {piece.name}".strip())
        elif piece.kind.rank != LOOSE:
            seen.add(piece.kind.rank)
        elif before is not None and piece.follows and _is_numbered(before):
            placed.append((ROAD, place, Part("", piece.name, piece.is_former)))
        else:
            words.append(f"{piece.name} cũ" if piece.is_former else piece.name)
    # Of two alleys alike the first written is the smaller, unless the whole address is written from the largest down.
    largest_first = all(first_road < place for rank, place, _ in placed if rank != ROAD)
    placed.sort(key=lambda one: (one[0], -one[1] if largest_first and one[0] != ROAD else one[1]))
    return [part for _, _, part in placed], words


def _is_numbered(piece: Piece) -> bool:
    return piece.kind.rank == NUMBER or (piece.kind.rank <= ALLEY and piece.name[:1].isdigit())


def _into_number(number: str, streets: list[Part]) -> tuple[str, list[Part]]:
    """The number with those of nameless alleys before it, and the streets that are left.

    "5" on "ngõ 12" off "đường Liên Xã" is "12/5" on "đường Liên Xã"; where all alleys are numbers the largest stays
    as a street: "3" in "ngách 5" of "ngõ 12" is "5/3" in "ngõ 12".
    """
    rest, said = list(streets), number  # `said` may hold larger alleys already: "ngách 12/5", "số 12/5 ngõ 12"
    while number and rest and _is_alley(rest[0]) and written_number(rest[0].name):
        alley = written_number(rest[0].name)
        is_said = said.startswith(f"{alley}/")
        if len(rest) == 1:
            return (number.removeprefix(f"{alley}/") if is_said else number), rest
        if not is_said:
            number, said = f"{alley}/{number}", alley
        rest = rest[1:]
    return number, rest


def _is_alley(part: Part) -> bool:
    return part.kind in ("ngõ", "kiệt", "hẻm", "ngách")
