"""The words and numbers of a written address, one by one, and where a comma parts them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from households.geocoding.formerly import OLD, marked
from households.geocoding.kinds import SHORT
from households.geocoding.model import written_number
from mapping.text import canonical_tone, clean, fold

LONGEST_TEXT: Final = 250
MOST_TOKENS: Final = 40

_PARTING = re.compile(r"[,;|\n]+|\s[-–—]\s|[()\[\]“”\"]+")
_SLASH = re.compile(r"(?<=[0-9A-Za-zĐđ])\s*(?:[/\\]|\b(?:xẹt|xuyệt|sẹt)\b)\s*(?=[0-9])")
_SPOKEN_DATE = re.compile(r"\b([0-9]{1,2})\s+th[áa]ng\s+([0-9]{1,2})\b", re.IGNORECASE)
_DATE: Final = "\N{NO-BREAK SPACE}"
_DOTTED = re.compile(r"\b([^\W\d_])\s?\.\s?([^\W\d_])(?:\s?\.\s?([^\W\d_]))?\.")
_TOKEN = re.compile(
    r"[0-9]+[A-Za-zĐđ]{0,2}(?:[/–-][0-9]*[A-Za-zĐđ]{0,2}(?![^\W\d_]))*"  # 12, 20A, 12/5, 20-1, 12/5A
    r"|[A-Za-zĐđ]{1,2}[0-9]+[A-Za-zĐđ]?(?:[/-][0-9]+[A-Za-zĐđ]?)*"  # A5, P5, SN20A
    rf"|[^\W\d_]+(?:{_DATE}[^\W_]+)*\.?"
    r"|[0-9]+"
)
_GLUED = re.compile(r"([^\W\d_]{1,4})([0-9].*)")
_SPOKEN = re.compile(rf"[0-9]+{_DATE}\w+{_DATE}[0-9]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number. `folded` has no dot; `number` is its house number or ""; `segment` counts the commas before.

    `is_former`: it is said to be of before.
    """

    text: str
    folded: str
    number: str
    segment: int
    dotted: bool = False
    is_former: bool = False

    @property
    def marked(self) -> str:
        """The word with its marks, in lower case and one place of the tone."""
        return canonical_tone(self.text.rstrip(".")).lower()

    @property
    def is_plain(self) -> bool:
        """Whether it was typed without any mark."""
        return self.text.isascii()


def tokens_of(text: str) -> list[Token]:
    """Cut a text into its first 40 words and numbers; anything may come in."""
    text = clean(text[:LONGEST_TEXT].replace("\n", ", "))
    text = _SLASH.sub("/", marked(text))
    text = _DOTTED.sub(_abbreviation, text)
    text = _SPOKEN_DATE.sub(rf"\1{_DATE}tháng{_DATE}\2", text)
    tokens: list[Token] = []
    for segment, piece in enumerate(_PARTING.split(text)):
        for match in re.finditer(rf"{_SPOKEN.pattern}|{_TOKEN.pattern}", piece):
            tokens += _tokens(match.group(), segment)
            if tokens and piece[match.end() : match.end() + 1] == OLD:
                tokens[-1] = replace(tokens[-1], is_former=True)
            if len(tokens) >= MOST_TOKENS:
                return tokens[:MOST_TOKENS]
    return _with_letters(tokens)


def _abbreviation(match: re.Match[str]) -> str:
    """ "T.T." as "TT.", where the letters together mean something."""
    letters = "".join(letter for letter in match.groups() if letter)
    return f"{letters}." if fold(letters) in SHORT else match.group()


def _tokens(word: str, segment: int) -> list[Token]:
    if _DATE in word:
        plain = word.replace(_DATE, " ")
        return [Token(plain, fold(plain), "", segment)]
    glued = _GLUED.fullmatch(word)
    if glued is not None:
        short = fold(glued[1])
        is_word = len(short) > 1 and (short in SHORT or short == "so")
        if is_word or (short in ("p", "k", "h", "q") and "/" not in word):
            # "TDP5", "QL1A", "SN20", "P5": two words without a space; "A5" is the number of a house in a group.
            return [Token(glued[1], short, "", segment, True), *_tokens(glued[2], segment)]
    bare = word.rstrip(".")
    number = written_number(bare) if any(letter.isdigit() for letter in bare) else ""
    return [Token(bare, fold(bare), number, segment, word.endswith("."))]


def _with_letters(tokens: list[Token]) -> list[Token]:
    """ "20 A" as "20A", where the letter ends its piece or a small word follows."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        before = kept[-1] if kept else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if (
            before is not None
            and before.number[-1:].isdigit()
            and before.segment == token.segment
            and len(token.text) == 1
            and token.text in "ABCDEĐG"
            and not token.dotted
            and (after is None or after.segment != token.segment or after.text[:1].islower())
        ):
            text = before.text + token.text
            kept[-1] = Token(text, fold(text), written_number(text), token.segment, is_former=token.is_former)
        else:
            kept.append(token)
    return kept
