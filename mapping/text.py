"""Vietnamese text: one form of Unicode, keys to search by, natural order, phone numbers.

Lists arrive in NFC or NFD and with the tone mark in the old or the new place (Hòa, Hoà). Everything that
enters goes through `clean`, so the rest of the program sees NFC only; what is searched or compared goes
through `fold` or `canonical_tone`. Nothing here knows about the database.
"""

import re
import unicodedata
from typing import Final

# In the order of a Vietnamese dictionary; f, j, w and z stand where the Latin alphabet has them.
_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK: Final = {letter: rank for rank, letter in enumerate(_ALPHABET)}

_MARKS = re.compile("[\u0300-\u036f]")
# C0 and C1 controls, lone surrogates, zero-width and direction marks, fillers of other scripts: none can be
# seen, and PostgreSQL refuses U+0000.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_NOT_WORD = re.compile(r"[\W_]+")
# A tone on the first vowel of oa, oe, uy, or on the u of qu.
_TONED_O, _TONED_U = "òóỏõọÒÓỎÕỌ", "ùúủũụÙÚỦŨỤ"
_OLD_PLACEMENT = re.compile(f"[{_TONED_O}][aăeAĂE]|(?<=[qQ])[{_TONED_U}][aăâeêiyoôơAĂÂEÊIYOÔƠ]|[{_TONED_U}][yY]")
# At most 18 digits at a time, so that a cell of ten thousand digits stays cheap.
_NATURAL_TOKEN = re.compile(r"[0-9]{1,18}|[^0-9]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")

_SHORT: Final = 200
_MOST_MARKS: Final = 10
_MOBILE: Final = frozenset({"03", "05", "07", "08", "09"})

Token = tuple[int, int]


def nfc(text: str) -> str:
    """The text in the composed form, in which all of the program's text is kept."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The search key of a text: lower case, no marks, đ as d, runs of white space as one space."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text)).lower()
    return " ".join(_MARKS.sub("", bare).replace("đ", "d").split())


def squash(text: str) -> str:
    """The key of a column header: folded, and only its letters and digits ("Số nhà (*)" → "sonha")."""
    return _NOT_WORD.sub("", fold(text))


def _move_tone(match: re.Match[str]) -> str:
    pair = match.group()
    toned = unicodedata.normalize("NFD", pair[0])
    return toned[0] + nfc(pair[1] + toned[1])


def canonical_tone(text: str) -> str:
    """The text in NFC with the tone of oa, oe, uy and qu- on the second vowel, as Hoà, Thuý, quý have it.

    Names that differ only in the old or new placement become equal; all other marks stay: Hoa is not Hoà.
    """
    return _OLD_PLACEMENT.sub(_move_tone, nfc(text))


def clean(text: str, *, keep_lines: bool = False) -> str:
    """A typed or uploaded text made fit to store: NFC, trimmed, nothing invisible, single spaces.

    `keep_lines` keeps line breaks, for notes.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = nfc(_without_piles(_INVISIBLE.sub("", text)))
    if keep_lines:
        return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    return " ".join(text.split())


def _without_piles(text: str) -> str:
    """Keep at most ten marks above one another: putting thousands in order takes seconds, and no letter has as many."""
    if len(text) < _SHORT:
        return text
    kept: list[str] = []
    pile = 0
    for char in text:
        pile = pile + 1 if unicodedata.combining(char) else 0
        if pile <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _rank(char: str) -> Token:
    if char.isspace():
        return (0, 0)
    letter = unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", char))).lower()
    if letter in _LETTER_RANK:
        return (2, _LETTER_RANK[letter])
    return (3 if char.isalnum() else 0, ord(char))


def natural_key(text: str) -> tuple[tuple[Token, ...], str]:
    """The sort key of house numbers and of names that hold numbers: 2 < 10 < 12 < 12/5 < 12/10 < 12A.

    Signs come before digits, digits before letters and letters in Vietnamese order, as in the collation
    `vi-u-kn-true` that sorts the same texts in the database; a space comes before all of them.
    """
    text = nfc(text)
    tokens: list[Token] = []
    for token in _NATURAL_TOKEN.findall(text):
        tokens.append((1, int(token)) if "0" <= token[0] <= "9" else _rank(token))
    return tuple(tokens), text


def normal_phone(text: str) -> str | None:
    """A Vietnamese telephone number as its national digits ("0912345678"), or None where it is none.

    Takes +84, 0084 or 84 before it, spaces, dots and hyphens within, and a number whose leading zero Excel
    dropped. Mobile numbers have 10 digits (03, 05, 07, 08, 09), fixed ones 11 (02), service numbers (1800,
    1900) 8 or 10.
    """
    text = text.strip()
    if len(text) == 10 and text[:2] in _MOBILE and text.isascii() and text.isdigit():
        return text  # as most are written; lists are long
    if re.fullmatch(r"[0-9]{9,11}\.0", text):  # a number that went through a spreadsheet's float
        text = text[:-2]
    digits = re.sub(r"[\s.\-()\u2010-\u2015]", "", text)
    if not re.fullmatch(r"\+?[0-9]{8,15}", digits):
        return None
    international = re.fullmatch(r"(?:\+|00)84(0?[0-9]+)", digits) or re.fullmatch(r"84(0?[0-9]{9,10})", digits)
    if international:
        digits = international.group(1)
    elif digits.startswith("+"):
        return None
    if re.fullmatch(r"1[89]00[0-9]{4}(?:[0-9]{2})?", digits):
        return digits
    if re.fullmatch(r"[35789][0-9]{8}|2[0-9]{9}", digits):
        digits = "0" + digits
    return digits if re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{9}", digits) else None
