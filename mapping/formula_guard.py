"""A text that begins with = + - @ is a formula to a spreadsheet: guard it in files that know no types.

CSV has none, so there an apostrophe is put before such a text; reading the file takes it away again.
"""

from __future__ import annotations

import re
from typing import Final

# The wide signs of an East Asian keyboard count too: Excel reads them alike.
_NEEDS_GUARD: Final = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_GUARDED: Final = re.compile("'+[=+\\-@\t\r＝＋－＠]")


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula.

    One that already begins with apostrophes and such a sign gets another, so that `unguarded` gives back every text.
    """
    return "'" + text if _NEEDS_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text
