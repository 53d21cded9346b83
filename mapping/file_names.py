"""Names of files that other people chose, made harmless on every system. No Django."""

from __future__ import annotations

import re
from typing import Final

from mapping.text import clean

_LONGEST: Final = 150
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """`name` without folders, what cannot be seen or what Windows refuses, at most 150 letters; never empty."""
    last = re.split(r"[/\\]", name)[-1]
    # Among what cannot be seen are marks that turn the direction and make an .exe read as an .xls.
    name = clean(re.sub(r'[\x00-\x1f\x7f<>:"|?*]+', "_", last)).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) < 12:
        name = f"{stem[: _LONGEST - 1 - len(suffix)].rstrip()}.{suffix}"
    name = name[:_LONGEST].strip(" .") or "tep"
    return f"_{name}" if _RESERVED.match(name) else name
