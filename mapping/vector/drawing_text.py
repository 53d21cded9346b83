"""The text in a DXF drawing: its header often names the wrong code page, and letters hide in escapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from mapping import text
from mapping.tables.old_encodings import old_decoder

# AutoCAD's own way to write a letter that the code page lacks.
_ESCAPE: Final = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


def decoder(samples: Iterable[str]) -> Callable[[str], str]:
    """Return how to read texts of a drawing that came with each byte as a letter of ISO-8859-1.

    UTF-8 where that fits, whatever the header says; else Windows-1258 or TCVN3, whichever makes words of the samples.
    """
    sample = "\n".join(set(samples)).encode("latin-1", "replace")
    decode = _decode(sample)
    return lambda value: text.clean(_ESCAPE.sub(_letter, decode(value.encode("latin-1", "replace"))))


def _decode(sample: bytes) -> Callable[[bytes], str]:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return old_decoder(sample)
    return lambda raw: raw.decode("utf-8", "replace")


def _letter(match: re.Match[str]) -> str:
    return chr(int(match.group(1), 16))
