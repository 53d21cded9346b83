"""What a person typed into the search box, and how well a row answers it. Pure: no database.

Words may stand in any order, with or without marks, and the last one may be unfinished. What is typed with its
marks puts the rows that carry them first: "Hoà" finds Hòa before Hoa.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from households import codes
from mapping.text import canonical_tone, clean, natural_key, normal_phone

LONGEST_TEXT: Final = 160
MOST_WORDS: Final = 8
PHONE_END_DIGITS: Final = 4
LEAST_CODE_DIGITS: Final = 6
_MOST_SPLITS: Final = 4

_SLASH = re.compile(r"(?<=[0-9])\s*/\s*(?=[0-9])")
_ONLY_DIGITS = re.compile(r"\+?[0-9][0-9\s.\-()]*")
_QUOTES = re.compile(r"""['"“”‘’()\[\],;:!?&|<>*\\]+""")
# "số 12", "số nhà 12", "nhà số 12", "sn 12": the words before a number say only that it is one.
_NUMBER_WORDS: Final = frozenset({"so", "nha", "sn"})
_UNIT_WORDS: Final = frozenset({"thon", "ban", "xom", "lang", "ap", "to"})
_TITLES: Final = frozenset({"ong", "ba", "anh", "chi", "co", "chu", "bac"})
_LETTERS_AFTER_NUMBER: Final = "abcd"


@dataclass(frozen=True, slots=True)
class Typed:
    """A search text, understood. `marked` are its words in NFC, lower case, canonical tone place."""

    text: str
    marked: frozenset[str]
    house_code: str | None
    token: str | None
    code_start: str  # the beginning of a house code, two groups and more; empty: none
    digits: str  # four and more; of a telephone number the national ones; empty: none
    phone_end: str  # a whole telephone number, or exactly its last four digits; empty: none
    is_token_alone: bool  # written as plates show it, so that nothing else can be meant
    ends_open: bool  # no space after the last word, so it may be unfinished


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words, all of which a row must have; the last may be only a beginning."""

    words: tuple[str, ...]
    open_end: bool = True
    are_all: bool = True
    """Whether none was left out because there were too many."""

    def tsquery(self) -> str:
        """Return the words as the text of a tsquery: every one quoted, so that none is an operator."""
        last = len(self.words) - 1
        return " & ".join(_lexemes(word, self.open_end and place == last) for place, word in enumerate(self.words))

    def needles(self) -> list[list[str]]:
        """Return for each word what to look for in `' ' || key || ' '`: one of the alternatives must be there."""
        last = len(self.words) - 1
        return [_alternatives(word, self.open_end and place == last) for place, word in enumerate(self.words)]

    def numbers(self) -> Words | None:
        """Return those of the words that are house numbers, each whole; None when there is none."""
        numbers = tuple(word for word in self.words if word[0].isdigit())
        return Words(numbers, open_end=False) if numbers else None

    def parted(self) -> tuple[Words | None, Words | None]:
        """Return the whole words, and the last one when it is only a beginning; None for what is not there."""
        if not self.open_end:
            return self, None
        last = len(self.words) - 1
        return (self.part(0, last) if last else None), self.part(last, last + 1)

    def closed(self) -> Words:
        """Return the words, the last one whole."""
        return replace(self, open_end=False)

    def part(self, start: int, stop: int) -> Words:
        """Return some of the words; only the part that holds the last one keeps the open end."""
        return replace(self, words=self.words[start:stop], open_end=self.open_end and stop == len(self.words))


def read(text: str) -> Typed:
    """Understand a search text; anything may come in, and what is beyond 160 letters is not looked at."""
    ends_open = not text[:LONGEST_TEXT].endswith(" ")
    text = _SLASH.sub("/", clean(text[:LONGEST_TEXT]))
    digits = re.sub(r"[^0-9]", "", text) if _ONLY_DIGITS.fullmatch(text) else ""
    code_start = digits if LEAST_CODE_DIGITS <= len(digits) < 9 and digits[0] != "0" else ""
    phone = normal_phone(text) if digits else None
    if digits:  # nine digits may be a house code and a telephone that lost its zero: both are looked for
        digits = phone or (digits[2:] if text.startswith("+84") else digits)
    words = _QUOTES.sub(" ", text).lower().split()
    return Typed(
        text=text,
        marked=frozenset(canonical_tone(word) for word in words),
        house_code=_code_or_none(codes.parse_house_code, text),
        token=_code_or_none(codes.parse_token, text),
        is_token_alone=_as_printed(text),
        code_start=code_start,
        digits=digits if len(digits) >= PHONE_END_DIGITS else "",
        phone_end=phone or (digits if len(digits) == PHONE_END_DIGITS else ""),
        ends_open=ends_open,
    )


def _as_printed(text: str) -> bool:
    """Whether a text is a token in one piece or in groups of four, not words that happen to have twelve letters."""
    token = _code_or_none(codes.parse_token, text)
    pieces = [len(piece) for piece in text.replace("-", " ").split()]
    return token is not None and (
        len(pieces) == 1 or pieces == [len(each) for each in codes.format_token(token).split()]
    )


def words_of(folded: str, *, ends_open: bool) -> Words:
    """Return the words of a text that the database has folded, without those that only announce a number."""
    words = _QUOTES.sub(" ", folded).split()
    kept: list[str] = []
    for word in reversed(words[:MOST_WORDS]):
        announces = word in _NUMBER_WORDS and kept and (kept[-1][0].isdigit())
        if not announces:
            kept.append(word)
    return Words(tuple(reversed(kept)), open_end=ends_open, are_all=len(words) <= MOST_WORDS)


def without_title(words: Words) -> Words | None:
    """Return the words without the "ông", "bà" before a name; None when none stands there.

    Folded, "chú" is the family name Chu and "anh" a given name: ask only when all the words together find nothing.
    """
    if len(words.words) > 1 and words.words[0] in _TITLES and not words.words[1][0].isdigit():
        return words.part(1, len(words.words))
    return None


def without(words: Words, name: str) -> Words | None:
    """Return the words that are left when a village's name and the word "thôn" before it are taken out.

    None when the name does not stand there in one piece.
    """
    taken = tuple(name.split())
    for start in range(len(words.words) - len(taken) + 1):
        if words.words[start : start + len(taken)] == taken:
            before, after = words.words[:start], words.words[start + len(taken) :]
            if before and before[-1] in _UNIT_WORDS:
                before = before[:-1]
            return Words(before + after, open_end=words.open_end and bool(after))
    return None


def splits(words: Words) -> list[tuple[Words, Words]]:
    """Return the ways to read the words as (a person, an address); an address begins with a number where one stands."""
    count = len(words.words)
    ways = []
    for cut in range(1, count):
        first, second = words.part(0, cut), words.part(cut, count)
        ways += [(first, second), (second, first)]
    numbered = [way for way in ways if way[1].words[0][0].isdigit() and not any(w[0].isdigit() for w in way[0].words)]
    numbered = sorted(numbered, key=lambda way: -len(way[1].words))[:_MOST_SPLITS]
    # Without a number every word could be a street's, so only whole ones are tried.
    return numbered or [(name, address.closed()) for name, address in ways[:_MOST_SPLITS]]


def rank_name(head_name: str, key: str, words: Words, typed: Typed) -> tuple[object, ...]:
    """Sort key of a household for the words: right marks first, then the whole name, the given name, its beginning.

    `key` is the folded name as the database keeps it.
    """
    marked = canonical_tone(head_name).lower().split()
    folded = key.split()
    asked = list(words.words)
    right_marks = sum(word in marked for word in typed.marked)
    given = folded[-1] if folded else ""
    return (
        -right_marks,
        folded != asked,
        folded[-len(asked) :] != asked,
        given != asked[-1],
        not given.startswith(asked[-1]),
        folded[: len(asked)] != asked,
        len(folded),
        head_name,
    )


def rank_address(
    number: str, street: str, typed: Typed, words: Words, *, was_before: bool = False
) -> tuple[object, ...]:
    """Sort key of a house for the words: the right marks and the very number first, then by number.

    `was_before`: the address is one that the house had, which counts less than one that a house has.
    """
    marked = canonical_tone(f"{number} {street}").lower().split()
    exact_number = number.lower() in words.words
    return (
        -sum(word in marked for word in typed.marked),
        not exact_number,
        was_before,
        _in_order(number),
        _in_order(street),
    )


# A commune has few different numbers and streets, and a search sorts up to a thousand of its rows.
_in_order = lru_cache(maxsize=16_384)(natural_key)


def _code_or_none(parse: object, text: str) -> str | None:
    try:
        return parse(text)  # type: ignore[operator,no-any-return]
    except codes.CodeError:
        return None


def _is_number(word: str) -> bool:
    return word[0].isdigit() and word.replace("/", "").replace("-", "").isalnum()


def _alternatives(word: str, open_end: bool) -> list[str]:
    if not open_end:
        return [f" {word} "]
    if _is_number(word):
        return [f" {word} ", f" {word}/", f" {word}-", *(f" {word}{letter} " for letter in _LETTERS_AFTER_NUMBER)]
    return [f" {word}"]


def _lexemes(word: str, open_end: bool) -> str:
    parts = [(needle.strip(), ":*" if not needle.endswith(" ") else "") for needle in _alternatives(word, open_end)]
    lexemes = [f"'{_quoted(text)}'{star}" for text, star in parts]
    return lexemes[0] if len(lexemes) == 1 else f"({' | '.join(lexemes)})"


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")
