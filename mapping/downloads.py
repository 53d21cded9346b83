"""Files on their way out: always to be kept, never shown, under a name and a type of ours.

`mapping/response_headers.py` adds the policy under which nothing in a file would run if a browser showed it.
"""

from __future__ import annotations

import unicodedata
from typing import BinaryIO, Final
from urllib.parse import quote

from django.http import FileResponse

from mapping.file_names import safe_name

_TYPES: Final = frozenset(
    {
        "application/geo+json",
        "application/geopackage+sqlite3",
        "application/json",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/zip",
        "image/jpeg",
        "image/png",
        "image/tiff; application=geotiff; profile=cloud-optimized",
        "text/csv; charset=utf-8",
    }
)
"""Whatever else somebody said their file was leaves as bytes."""
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$&+-.^_`~()[]{},;=@'")


def attachment(source: BinaryIO, *, name: str, content_type: str) -> FileResponse:
    """Return a file as a download that nothing on the way keeps; closes `source` when it is sent."""
    response = FileResponse(
        source,
        content_type=content_type if content_type in _TYPES else "application/octet-stream",
        headers={"Cache-Control": "private, no-store"},
    )
    response.headers["Content-Disposition"] = disposition(name)  # set later: FileResponse writes its own, inline
    return response


def disposition(name: str) -> str:
    """`Content-Disposition` of RFC 6266: the name in plain letters, and as it is (RFC 5987) where that says more."""
    name = safe_name(name)
    folded = "".join(
        letter if letter in _PLAIN else "_"
        for letter in unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
        if not unicodedata.combining(letter)
    )
    header = f'attachment; filename="{folded or "tep"}"'
    return header if folded == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
