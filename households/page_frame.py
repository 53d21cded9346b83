"""Fill a page that Django's template engine has rendered once: text in, escaped text out.

Rendering the scan page's template costs more than everything else about it together, and it is the same page but
for a dozen values. So the template is rendered once for each language and set of values that are not empty, with
a mark in the place of each value, and a request only puts its values where the marks are. The template stays an
ordinary one; but a value may only be printed or asked whether it is there, not filtered or looped over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Characters that no template holds and that escaping leaves alone.
_OPEN, _CLOSE = "\x02", "\x03"
_SPECIAL = re.compile("[&<>\"']")
_MARK = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return the page in the active language. Values are escaped unless they are marked safe."""
    pieces = _frame(template, get_language(), tuple(name for name, value in values.items() if value))
    page = list(pieces)
    # After `re.split`, every second piece is a name.
    for place in range(1, len(page), 2):
        value = values[page[place]]
        page[place] = escape(value) if _SPECIAL.search(value) and not isinstance(value, SafeString) else value
    return "".join(page)


@lru_cache(maxsize=256)
def _frame(template: str, language: str, names: tuple[str, ...]) -> list[str]:
    """The page as text and, between, the names of the values that belong there; `language` is the active one."""
    context = {name: f"{_OPEN}{name}{_CLOSE}" for name in names}
    return _MARK.split(render_to_string(template, {**context, "language": language}))
