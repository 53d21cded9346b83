"""The identifier of a certificate of house number: it proves itself, so that no table of certificates is kept. Pure.

It holds the house's code, the day, and a hash of number and street, signed with a key of this server alone: 28 letters
of the plate tokens' alphabet, read in any writing as those are. Whoever has the key can tell a certificate that this
server gave from any other text, and whether the house still has the number and the street that stood on it; nothing
else can be read from it, and no name ever went into it. Another key ends every certificate.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from households import codes
from households.same_address import number_key, street_key

LENGTH: Final = 28
_FIRST_DAY: Final = datetime.date(2025, 1, 1)
_CODE_BITS, _DAY_BITS, _ADDRESS_BITS, _SEAL_BITS = 30, 15, 32, 60  # 137 of the 138.7 that 28 letters hold
_BASE: Final = len(codes.TOKEN_ALPHABET)


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate says: this house had this address on this day."""

    house_code: str
    issued_on: datetime.date
    address: int

    def says(self, number: str, street: str) -> bool:
        """Whether number and street are those that stood on the certificate."""
        return self.address == _address_hash(number, street)


def certificate_id(house_code: str, issued_on: datetime.date, number: str, street: str, key: bytes) -> str:
    """Return the identifier of a certificate. Raises ValueError for a day that it cannot hold."""
    day = (issued_on - _FIRST_DAY).days
    if not 0 <= day < 1 << _DAY_BITS:
        raise ValueError(f"no certificate can be of {issued_on}")
    body = (int(house_code) << _DAY_BITS | day) << _ADDRESS_BITS | _address_hash(number, street)
    value = body << _SEAL_BITS | _seal(body, key)
    letters = []
    for _place in range(LENGTH):
        value, letter = divmod(value, _BASE)
        letters.append(codes.TOKEN_ALPHABET[letter])
    return "".join(reversed(letters))


def read(typed: str, key: bytes) -> Certified | None:
    """Return what a certificate says, typed as a token may be; None where this server has given none like it."""
    text = codes.as_written(typed)
    if len(text) != LENGTH or any(letter not in codes.TOKEN_ALPHABET for letter in text):
        return None
    value = 0
    for letter in text:
        value = value * _BASE + codes.TOKEN_ALPHABET.index(letter)
    body, seal = value >> _SEAL_BITS, value & ((1 << _SEAL_BITS) - 1)
    if body >> (_CODE_BITS + _DAY_BITS + _ADDRESS_BITS):
        return None
    if not hmac.compare_digest(seal.to_bytes(8, "big"), _seal(body, key).to_bytes(8, "big")):
        return None
    rest, address = body >> _ADDRESS_BITS, body & ((1 << _ADDRESS_BITS) - 1)
    code, day = rest >> _DAY_BITS, rest & ((1 << _DAY_BITS) - 1)
    return Certified(f"{code:09d}", _FIRST_DAY + datetime.timedelta(days=day), address)


def certificate_url(host: str, identifier: str) -> str:
    """Return the text of the certificate's QR: in capitals but for the scheme, which a QR holds densely."""
    return f"https://{host.upper()}/CERTIFICATE/{identifier}/"


def _address_hash(number: str, street: str) -> int:
    """The same for two spellings of one address. What `same_address` says of an address must not change: papers hang
    on it, and one whose hash came out otherwise would be called superseded."""
    written = f"{number_key(number)}\x1f{street_key(street)}"
    return int.from_bytes(hashlib.blake2b(written.encode(), digest_size=_ADDRESS_BITS // 8).digest(), "big")


def _seal(body: int, key: bytes) -> int:
    digest = hmac.digest(key, body.to_bytes(10, "big"), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") >> (64 - _SEAL_BITS)
