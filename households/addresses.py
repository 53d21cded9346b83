"""An address as it is written in Vietnam: the smallest part first. The one place that puts the parts in order.

    short   12/5 đường Liên Xã
    long    Số 12/5, đường Liên Xã, thôn Xa Thư, xã Quảng Bình, tỉnh Thanh Hóa
            Số 5, ngõ Đình, đường Liên Xã, thôn Xa Thư, xã Quảng Bình, tỉnh Thanh Hóa

Parts that are not known are left out. The words of kinds are Vietnamese in every language: an address is a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_HOUSE_NUMBER: Final = "số"


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
    def long(self) -> str:
        """Everything that is known, for a letter or a form."""
        return capitalised(", ".join(self.parts))

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the long form, in order."""
        number = f"{_HOUSE_NUMBER} {self.number}" if self.number else ""
        units = (in_sentence(unit) for unit in (self.village, self.commune, self.province))
        return tuple(part for part in (number, self.street, *self.off, *units) if part)


def in_sentence(unit: str) -> str:
    """Return a unit's full name as it stands within a line: "Thôn Xa Thư" → "thôn Xa Thư"."""
    return unit[:1].lower() + unit[1:]


def capitalised(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
