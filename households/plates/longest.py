"""The longest texts that the symbols of plates have to hold. Pure."""

from __future__ import annotations

from typing import Final

from households import codes

SHORTEST_HOST: Final = "a.vn"
"""What a design is judged with before it is known for which host it is."""

_TOKEN, _PLUS_CODE = "7" * 12, "7PH7MRC6+XJH"
_EASTERNMOST = (12.1234567, 109.1234567)  # as many figures as any place of Vietnam has
_ALLEY: Final = "https://{host}/alley/{uuid}/"


def text(what: str, subject: str, host: str) -> str:
    """A text as long as the longest for symbols of `what`, on a plate of `subject` for `host` (empty: any)."""
    if what == "maps":
        return codes.google_maps_url(*_EASTERNMOST)
    if subject == "alley":
        return _ALLEY.format(host=host or SHORTEST_HOST, uuid="0" * 36)
    return codes.plate_url(host or SHORTEST_HOST, _TOKEN, _PLUS_CODE)
