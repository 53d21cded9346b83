"""JSON that people write by hand: its value, and where in the text each part of it stands. Pure.

`json` checks the grammar and makes the value; a second walk over a text that is known to be right notes the places.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both from 1."""

DEEPEST: Final = 32
_LONGEST_INTEGER: Final = 30
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN: Final = re.compile(r"[^\s,\]}]+")


class JsonMistake(ValueError):
    """The text is no JSON. `reason`: `syntax`, `doubled` (a member), `deep`; `detail` is what `json` says, or its name.

    `line` and `column` count from 1.
    """

    def __init__(self, reason: str, place: Place, detail: str) -> None:
        super().__init__(f"{reason} at {place}: {detail}")
        self.reason = reason
        self.line, self.column = place
        self.detail = detail


@dataclass(frozen=True)
class Placed:
    """A value with the place of each part of it, and of the name of each member, by their path."""

    value: Any
    values: dict[Path, Place] = field(default_factory=dict)
    names: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path, *, name: bool = False) -> Place:
        """Where the part at `path` stands (the name of the member, with `name`), or what holds it where it is not."""
        if name and path in self.names:
            return self.names[path]
        while path not in self.values:
            path = path[:-1]
        return self.values[path]


def read(text: str) -> Placed:
    """Read a text; the mark that some editors put before it does not count. Raises JsonMistake."""
    text = text.removeprefix("\ufeff")
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise JsonMistake("syntax", (error.lineno, error.colno), error.msg) from error
    except RecursionError as error:
        raise JsonMistake("deep", (1, 1), str(DEEPEST)) from error
    except _Constant as error:
        raise JsonMistake("syntax", _place(text, text.find(error.name)), "Expecting value") from None
    _refuse_halves(text, value)
    placed = Placed(value)
    _walk(text, _skip(text, 0), (), placed)
    return placed


def _integer(digits: str) -> int | float:
    """Python takes no integer of thousands of digits; a range refuses it as the infinity that it is here."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _refuse_halves(text: str, value: Any) -> None:
    """Half a pair of surrogates is no character: no page could show it."""
    try:
        text.encode()
        if _HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        found = _HALF.search(text)
        place = _place(text, found.start() if found else error.start)
        raise JsonMistake("syntax", place, "Invalid \\uXXXX escape") from error


class _Constant(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity, which `json` takes and JSON does not know."""
    raise _Constant(name)


def _walk(text: str, at: int, path: Path, placed: Placed) -> int:
    """Note the places in the value that begins at `at`; gives where it ends."""
    placed.values[path] = _place(text, at)
    if len(path) > DEEPEST:
        raise JsonMistake("deep", placed.values[path], str(DEEPEST))
    opening = text[at]
    if opening == '"':
        return _end(_STRING, text, at)
    if opening not in "{[":
        return _end(_PLAIN, text, at)
    at = _skip(text, at + 1)
    count = 0
    while text[at] not in "}]":
        step: str | int = count
        if opening == "{":
            end = _end(_STRING, text, at)
            step = str(json.loads(text[at:end]))
            if (*path, step) in placed.names:
                raise JsonMistake("doubled", _place(text, at), str(step))
            placed.names[(*path, step)] = _place(text, at)
            at = _skip(text, _skip(text, end) + 1)
        at = _skip(text, _walk(text, at, (*path, step), placed))
        count += 1
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _skip(text: str, at: int) -> int:
    return _end(_BLANK, text, at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where what is known to stand at `at` ends."""
    found = pattern.match(text, at)
    return found.end() if found else at


def _place(text: str, at: int) -> Place:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
