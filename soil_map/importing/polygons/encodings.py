"""In which encoding the texts of a file are: UTF-8, Windows-1258 or TCVN3, by which of them makes Vietnamese of it.

A text comes with each of its bytes as a letter of ISO-8859-1 (`is_raw`), or as letters of a file that is Unicode itself
but was perhaps made of bytes that somebody took for Windows-1252 ("§Êt phï sa"). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from mapping import text
from mapping.tables.old_encodings import from_1258, from_tcvn3

AS_IT_IS: Final = "unicode"
UTF8, WINDOWS, TCVN3 = "utf-8", "windows-1258", "tcvn3"
KEYS: Final = (UTF8, WINDOWS, TCVN3, AS_IT_IS)

Decoder = Callable[[str], str]

_SAMPLES: Final = 6
_MOST_TEXTS: Final = 4_000
_LIKELY: Final = 0.7
"""So much of the words with marks is Vietnamese where an encoding is certain, and the next one is this much worse."""
_AHEAD: Final = 0.3
_FEWEST_WORDS: Final = 2

_WORD: Final = re.compile(r"[^\s\x00-\x40\[-`{-\x7f]+")
_TONES: Final = str.maketrans(
    "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
    "aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy",
)
_ONSETS: Final = "ngh|ng|nh|gh|gi|g|kh|k|ph|p|th|tr|t|ch|c|qu|b|d|đ|h|l|m|n|r|s|v|x"
_VOWELS: Final = (
    "iêu|oai|oao|oay|oeo|uao|uây|uôi|uya|uyê|uyu|ươi|ươu|yêu|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|"
    "uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE: Final = re.compile(f"(?:{_ONSETS})?(?:{_VOWELS})(?:ch|c|m|ng|nh|n|p|t)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the texts look in one encoding. `share` of their words with marks is Vietnamese, 0 where there are none."""

    key: str
    samples: tuple[str, ...]
    share: float
    words: int


@dataclass(frozen=True, slots=True)
class Readings:
    """The encodings that a file may be in, the likeliest first; none for texts without marks, read alike in each."""

    candidates: tuple[Reading, ...]
    certain: str
    """The one that is certain, "" where a person has to say."""


def assess(texts: Iterable[str], *, is_raw: bool, stated: str = "") -> Readings:
    """Find the encodings that texts may be in. `stated` is the key of the one that the file names, "" for none."""
    marked = _marked(texts)
    keys = (UTF8, WINDOWS, TCVN3) if is_raw else (AS_IT_IS, WINDOWS, TCVN3)
    if not marked:
        return Readings((), keys[0])
    if not is_raw:
        plain = _reading(AS_IT_IS, marked)
        if plain.share >= 0.5 or any(_bytes(one) is None for one in marked):
            return Readings((plain,), AS_IT_IS)
    found = [_reading(key, marked) for key in keys]
    found.sort(key=lambda one: (-one.share, one.key != stated, keys.index(one.key)))
    best, second = found[0], found[1]
    if is_raw and all(map(_is_utf8, marked)):  # other encodings hardly ever make whole sequences of UTF-8
        return Readings(tuple(sorted(found, key=lambda one: one.key != UTF8)), UTF8)
    is_certain = best.share >= _LIKELY and best.share - second.share >= _AHEAD and best.words >= _FEWEST_WORDS
    return Readings(tuple(found), best.key if is_certain else "")


@cache
def decoder(key: str) -> Decoder:
    """Return how to read a text of a file in this encoding. Raises KeyError for one that is none of `KEYS`."""
    return {
        AS_IT_IS: text.nfc,
        UTF8: lambda value: text.nfc(_raw(value).decode("utf-8", "replace").rstrip("\ufffd")),
        WINDOWS: lambda value: from_1258(_raw(value)),
        TCVN3: lambda value: from_tcvn3(_raw(value)),
    }[key]


def is_vietnamese(word: str) -> bool:
    """Whether a word may be a syllable of Vietnamese: its letters in their order, with at most one tone."""
    lower = text.nfc(word).lower()
    bare = lower.translate(_TONES)
    return sum(one != other for one, other in zip(lower, bare, strict=True)) <= 1 and bool(_SYLLABLE.fullmatch(bare))


def stated_key(said: str) -> str:
    """The key of the encoding that a file names ("UTF-8", "1258", "WindowsVietnamese"), "" for none of ours.

    Windows-1252 and Latin-1 are no answer: programs write them by habit.
    """
    plain = re.sub(r"[^a-z0-9]", "", said.lower())
    if plain in ("utf8", "65001"):
        return UTF8
    if plain in ("1258", "cp1258", "ansi1258", "windows1258", "windowsvietnamese"):
        return WINDOWS
    return TCVN3 if plain in ("tcvn3", "tcvn", "tcvn5712", "tcvn57121", "abc") else ""


def _marked(texts: Iterable[str]) -> list[str]:
    kept: dict[str, None] = {}
    for one in texts:
        if not one.isascii():
            kept.setdefault(one)
            if len(kept) == _MOST_TEXTS:
                break
    return list(kept)


def _reading(key: str, texts: list[str]) -> Reading:
    read = [decoder(key)(one) for one in texts]
    words = {word for one in read for word in _WORD.findall(one) if not word.isascii()}
    good = sum(map(is_vietnamese, words))
    samples = tuple(text.clean(one)[:80] for one in read[:_SAMPLES])
    return Reading(key, samples, good / len(words) if words else 0.0, len(words))


def _is_utf8(value: str) -> bool:
    """Whether the bytes are UTF-8, but for a letter cut in two at the end: a field holds so many bytes."""
    try:
        value.encode("latin-1", "replace").decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def _raw(value: str) -> bytes:
    return _bytes(value) or value.encode("latin-1", "replace")


def _bytes(value: str) -> bytes | None:
    """The bytes that became this text as ISO-8859-1 or as Windows-1252, None where neither makes such letters."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        pass
    try:
        return b"".join(one.encode("latin-1") if ord(one) < 256 else one.encode("cp1252") for one in value)
    except UnicodeEncodeError:
        return None
