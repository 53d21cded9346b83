"""Ways in which people write an address: straight, and with one thing amiss. Digits are never harmed.

Two writers that share nothing but this file: `tried` is what the figures that are asked for are measured with,
`held_back` has other slips and other habits, and nothing was ever mended by looking at what it writes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from mapping.text import fold

LETTERS = "abcdeghiklmnopqrstuvxy"
SHORT = {  # longer kinds first, which hold the shorter ones
    "tổ dân phố": ("TDP", "tdp"), "khu phố": ("KP", "kp"),
    "đường": ("đ.", "đg", "đ"), "phố": ("p.",), "ngõ": ("ng.", "ng"), "kiệt": ("k.",), "hẻm": ("h.",),
    "thôn": ("th.", "t."), "xóm": ("x.",), "bản": ("b.",), "xã": ("x.",), "phường": ("p.",), "tỉnh": ("t.",),
}  # fmt: skip
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Parts:
    """The parts of an address as it is written straight; units in the case of a sentence."""

    number: str
    street: str
    village: str
    commune: str
    province: str

    def by_alleys(self) -> list[str]:
        """A number with slashes as it is spoken: 17/11 as "số 11 ngõ 17", 17/11/3 as "số 3 ngách 11 ngõ 17"."""
        *alleys, own = self.number.split("/")
        largest = {"đường": "ngõ", "phố": "ngõ", "ngõ": "ngách"}.get(self.street.split()[0], "")
        kinds = [largest, "ngách"] if largest == "ngõ" else [largest]
        if not largest or not 0 < len(alleys) <= len(kinds):
            return []
        said = [f"{kind} {alley}" for kind, alley in zip(kinds, alleys, strict=False)]
        return [" ".join([f"số {own}", *reversed(said)])]

    def said(self, chance: Random) -> list[str]:
        """As much of it as people say: all, without the province, or as far as the village."""
        parts = [
            chance.choice((f"số {self.number}", *self.by_alleys())),
            self.street,
            self.village,
            self.commune,
            self.province,
        ]
        parts = parts[: chance.choices((3, 4, 5), (2, 4, 4))[0]]
        if parts[0] != f"số {self.number}":
            parts[:2] = [f"{parts[0]} {parts[1]}" if chance.random() < 0.6 else f"{parts[0]}, {parts[1]}"]
        elif chance.random() < 0.5:
            parts[:2] = [f"{self.number} {self.street}"]
        return parts


def tried(parts: Parts, chance: Random, *, amiss: bool) -> str:
    """The address straight, or with one of: a slip in a word, short kinds, lost marks, another order."""
    said = parts.said(chance)
    if amiss:
        way: Callable[[list[str], Random], list[str]] = chance.choice((_slip, _shortened, _bare, _shuffled))
        said = way(said, chance)
    return (", " if chance.random() < 0.7 else " ").join(said)


def _slip(said: list[str], chance: Random) -> list[str]:
    """One letter swapped, dropped, doubled or wrong, in a word of two letters or more that is no kind."""
    return _in_a_word(said, chance, _edit)


def _edit(word: str, chance: Random) -> str:
    place = chance.randrange(len(word))
    way = chance.choice(("swap", "drop", "double", "wrong"))
    if way == "swap":
        place = min(place, len(word) - 2)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if way == "drop":
        return word[:place] + word[place + 1 :]
    if way == "double":
        return word[:place] + word[place] + word[place:]
    return word[:place] + chance.choice(LETTERS) + word[place + 1 :]


def _in_a_word(said: list[str], chance: Random, change: Callable[[str, Random], str]) -> list[str]:
    """Change one word of a name; the first word of a part is its kind or number, and stays."""
    places = [
        (at, nth)
        for at, part in enumerate(said)
        for nth, word in enumerate(part.split())
        if nth and len(word) > 1 and word.isalpha() and fold(word) not in _KIND_WORDS
    ]
    if not places:
        return said
    at, nth = chance.choice(places)
    words = said[at].split()
    words[nth] = change(unicodedata.normalize("NFC", words[nth]), chance)
    return [*said[:at], " ".join(words), *said[at + 1 :]]


_KIND_WORDS = {fold(word) for kind in SHORT for word in kind.split()}


def _shortened(said: list[str], chance: Random) -> list[str]:
    """Kinds by their abbreviations; "số" is left out."""
    short = []
    for part in said:
        for kind, forms in SHORT.items():
            if f" {kind} " in f" {part} ":
                part = f" {part} ".replace(f" {kind} ", f" {chance.choice(forms)} ", 1).strip()
                break
        short.append(part.removeprefix("số "))
    return short


def _bare(said: list[str], chance: Random) -> list[str]:
    return [_unmarked(part) for part in said]


def _unmarked(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return bare.replace("đ", "d").replace("Đ", "D")


def _shuffled(said: list[str], chance: Random) -> list[str]:
    mixed = list(said)
    chance.shuffle(mixed)
    return mixed


def held_back(parts: Parts, chance: Random, *, amiss: bool) -> str:
    """Other habits: the number last in its street, capitals, a wrong tone, a neighbouring key, words run together."""
    said = [f"{chance.choice(('SN ', 'nhà số ', 'Số ', ''))}{parts.number}", parts.street, parts.village]
    said += [parts.commune, parts.province][: chance.randrange(3)]
    if chance.random() < 0.4:
        said[:2] = [f"{said[0]} {said[1]}"]
    joint = chance.choice((", ", " - ", "; ", " "))
    if not amiss:
        return joint.join(said)
    way = chance.choice(("key", "tone", "join", "upper", "half_bare", "backwards", "short"))
    if way == "key":
        said = _in_a_word(said, chance, _neighbouring_key)
    elif way == "tone":
        said = _in_a_word(said, chance, _other_tone)
    elif way == "join":
        said = [_joined(part, chance) if at == 1 else part for at, part in enumerate(said)]
    elif way == "upper":
        said = [part.upper() for part in said]
    elif way == "half_bare":
        said = [_unmarked(part) if chance.random() < 0.5 else part for part in said]
    elif way == "backwards":
        said = said[::-1]
    else:
        said = _shortened(said, chance)
    return joint.join(said)


def _neighbouring_key(word: str, chance: Random) -> str:
    places = [at for at, letter in enumerate(word) if any(letter.lower() in row for row in KEYBOARD)]
    if not places:
        return word
    at = chance.choice(places)
    row = next(row for row in KEYBOARD if word[at].lower() in row)
    key = row.index(word[at].lower())
    return (
        word[:at]
        + row[key + 1 if key == 0 or (key + 1 < len(row) and chance.random() < 0.5) else key - 1]
        + word[at + 1 :]
    )


def _other_tone(word: str, chance: Random) -> str:
    marks = unicodedata.normalize("NFD", word)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    for tone in tones:
        if tone in marks:
            return unicodedata.normalize("NFC", marks.replace(tone, chance.choice(tones.replace(tone, "")), 1))
    return word


def _joined(part: str, chance: Random) -> str:
    """Two words of a name run together."""
    words = part.split()
    if len(words) < 3:
        return part
    at = chance.randrange(1, len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1].lower(), *words[at + 2 :]])
