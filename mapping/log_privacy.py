"""What the log may hold: no telephone number, no personal number, no name of a person, no link that lets somebody in.

The log goes to journald, to operators and to whoever reads their terminals; who saw what of whom is the audit's
business. Names have no shape by which they could be found in a text, so what carries them is left out: queries of
addresses, parameters and literals of SQL, the values that PostgreSQL adds to its errors, and the message of an
exception, of which its class stays. Numbers have a shape and are blotted out wherever they stand.
"""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType
from typing import Any, Final

HIDDEN: Final = "…"
# Eight digits and more, with what people put between them; a leading + too. Times and ports are shorter groups.
_NUMBER: Final = re.compile(r"\+?\d(?:[ .\-]?\d){7,}")
_KEEP: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # a row's id
    r"|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}",  # a time
    re.IGNORECASE,
)
_QUERY: Final = re.compile(r"\?[\w.~%-]+=[^\"'\n]*?(?= HTTP/|[\"'\n]|$)")
# The links of invitations and ways back; their secret is all it takes to set somebody's password.
_LINK: Final = re.compile(r"(/join/)[^\s\"'?#]+(?:[?#][^\s\"']*)?", re.IGNORECASE)
_DETAIL: Final = re.compile(r"\b(DETAIL|CONTEXT|HINT|STATEMENT)\b:.*", re.DOTALL)
_VALUES: Final = re.compile(r"(\bcontains|\)=|\bparams\b ?[=:]?|\bargs\b ?[=:]) ?\(.*?\)", re.DOTALL)
_SQL_LOGGER: Final = "django.db.backends"

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def scrub(text: str) -> str:
    """Return a text for the log without links' secrets, queries of addresses, values of the database, long numbers."""
    text = _LINK.sub(rf"\1{HIDDEN}", text)
    text = _VALUES.sub(rf"\1 ({HIDDEN})", _DETAIL.sub(rf"\1: {HIDDEN}", text))
    return _without_numbers(_QUERY.sub(f"?{HIDDEN}", text))


def _without_numbers(text: str) -> str:
    kept, end = [], 0
    for match in _KEEP.finditer(text):
        kept += [_NUMBER.sub(HIDDEN, text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*kept, _NUMBER.sub(HIDDEN, text[end:])])


class WithoutPeople(logging.Filter):
    """Makes each record say what it says without people, before a handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the finished message; keep records of SQL to their time, since a statement holds what was asked for."""
        if record.name.startswith(_SQL_LOGGER) and hasattr(record, "sql"):
            message = f"({getattr(record, 'duration', 0):.3f}) {HIDDEN}"
        else:
            try:
                message = record.getMessage()
            except (TypeError, ValueError):  # arguments that do not fit: the text alone says where it comes from
                message = str(record.msg)
        record.msg, record.args = scrub(message), None
        if record.exc_info is True:
            record.exc_info = None
        if record.exc_info:
            record.exc_text = shown_exception(record.exc_info)
        return True


class PlainFormatter(logging.Formatter):
    """Formats exceptions by `shown_exception`, also where no filter has seen them."""

    def formatException(self, ei: Any) -> str:
        """Return where it happened and what class it was."""
        return shown_exception(ei)


def shown_exception(exc_info: ExcInfo) -> str:
    """Return an exception and what led to it: files, lines and classes, no message and no line's values.

    A message quotes what somebody has typed, or the row that PostgreSQL refused; the place and the class lead to it.
    """
    error, parts = exc_info[1], []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        sqlstate = getattr(error, "sqlstate", None)
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        parts.append(f"Traceback (most recent call last):\n{frames}{name}{f' [{sqlstate}]' if sqlstate else ''}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nThe above came of the following:\n\n".join(parts)
