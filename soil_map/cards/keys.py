"""What the symbol on a card holds besides the address: whoever has the paper may open the page that says the same.

A card may be of a private sample, or of a campaign that is not published. The key is of one sample or field, is printed
for whoever may see the commune's soil or came with it, and opens nothing else: no other sample of the site. It is
derived from the server's secret: changing that ends all of them.
"""

from __future__ import annotations

import base64
import uuid
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

_SALT: Final = "soil_map.cards.keys"
_BYTES: Final = 10  # 80 bits: nobody guesses them over a network


def key_of(kind: str, row_id: uuid.UUID) -> str:
    """Return the key of a "sample" or "parcel": 16 letters and digits."""
    digest = salted_hmac(_SALT, f"{kind}:{row_id}", algorithm="sha256").digest()
    return base64.b32encode(digest[:_BYTES]).decode("ascii")


def holds(kind: str, row_id: uuid.UUID, key: str) -> bool:
    """Return whether a key is of this sample or field, in either case."""
    return constant_time_compare(key.strip().upper()[:64], key_of(kind, row_id))
