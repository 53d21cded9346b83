"""An address as it is written in Vietnam: the smallest part first. The one place that puts the parts in order.

    short   12/5 đường Liên Xã
    local   12/5 đường Liên Xã, thôn Xa Thư
    long    Số 12/5, đường Liên Xã, thôn Xa Thư, xã Quảng Bình, tỉnh Thanh Hóa
            Số 5, ngõ Đình, đường Liên Xã, thôn Xa Thư, xã Quảng Bình, tỉnh Thanh Hóa

Parts that are not known are left out. The words of kinds are Vietnamese in every language: an address is a name.
What an address of a house in the database is, `address_reading` finds out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_HOUSE_NUMBER: Final = "số"
_UNIT_WORDS: Final = (
    "tỉnh", "thành phố", "xã", "phường", "đặc khu", "thị trấn",
    "thôn", "bản", "tổ dân phố", "tổ", "xóm", "làng", "ấp", "khu phố", "khu dân cư", "khu", "khối phố", "khối", "khóm",
    "buôn", "bon", "plei", "đội", "tiểu khu", "phum", "sóc", "cụm dân cư",
)  # fmt: skip
"""What units are called before their names: small within a line, where the name itself keeps its capital."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address, each in NFC and "" where unknown.

    `street` is the street or alley that the number counts along ("ngõ Đình"), `off` the larger streets that it leaves,
    the nearest first ("đường Liên Xã"). Units carry their designation ("Thôn Xa Thư").
    """

    number: str = ""
    street: str = ""
    off: tuple[str, ...] = ()
    village: str = ""
    commune: str = ""
    province: str = ""

    @property
    def short(self) -> str:
        """Number and street: what stands on a plate and in a list."""
        return f"{self.number} {self.street}".strip()

    @property
    def local(self) -> str:
        """Number, street and village: enough for whoever knows the commune."""
        return capitalised(_joined((self.short, in_sentence(self.village))))

    @property
    def place(self) -> str:
        """The units alone, for where number and street stand beside it."""
        return capitalised(_joined(self._units))

    @property
    def long(self) -> str:
        """Everything that is known, for a letter or a form."""
        return capitalised(_joined(self.parts))

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the long form, in order."""
        number = f"{_HOUSE_NUMBER} {self.number}" if self.number else ""
        return tuple(part for part in (number, self.street, *self.off, *self._units) if part)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines below a name on an envelope."""
        lines = (self.short, _joined(self.off), self.village, self.commune, self.province)
        return tuple(capitalised(line) for line in lines if line)

    @property
    def _units(self) -> tuple[str, ...]:
        return tuple(in_sentence(unit) for unit in (self.village, self.commune, self.province) if unit)


def larger_streets(street: str, chain: Sequence[tuple[str, bool]]) -> tuple[str, ...]:
    """Return what `Address.off` is for a house on `street`, given where its frontage leads.

    `chain` is the street that the house fronts on and those each leaves in turn, as (full name or "" for a nameless
    one, whether it is an alley). A house on a nameless alley bears the name of a larger street, so the chain is
    entered where that name stands; where it stands nowhere, somebody has written another street, and nothing is known.
    """
    names = [name for name, _ in chain]
    standing = [name.lower() for name in names]
    if not street or street.lower() not in standing:
        return ()
    off: list[str] = []
    place = standing.index(street.lower())
    while place + 1 < len(chain) and chain[place][1]:
        place += 1
        if names[place]:
            off.append(names[place])
    return tuple(off)


@lru_cache(maxsize=4096)
def in_sentence(unit: str) -> str:
    """Return a unit's full name as it stands within a line: "Thôn Xa Thư" → "thôn Xa Thư", "Đông Hòa" as it is."""
    known = unit.lower()
    if any(known.startswith(word) and known[len(word) : len(word) + 1].isspace() for word in _UNIT_WORDS):
        return unit[:1].lower() + unit[1:]
    return unit


def capitalised(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)
