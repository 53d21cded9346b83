"""What soils a unit holds, by its cells: "Fl 70 %, Ac 30 %", or a name and a share in a column each. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mapping import text

MOST_LETTERS: Final = 120
_ROUNDING: Final = 1.0
"""Shares that were rounded one by one may pass a hundred by so much."""

_PARTED: Final = re.compile(r"[;\n+|]|,(?!\d)|(?<!\d),|\s+/\s+|(?<=%),|\s+(?:và|and)\s+", re.IGNORECASE)
_NUMBER: Final = r"(\d{1,3}(?:[.,]\d{1,2})?)"
_SHARE: Final = re.compile(rf"(?:\(?\s*{_NUMBER}\s*%\s*\)?|\(\s*{_NUMBER}\s*\)|:\s*{_NUMBER}\s*$)")


@dataclass(frozen=True, slots=True)
class Component:
    """A soil and its share in percent."""

    name: str
    percent: float


class CompositionError(ValueError):
    """Cells that do not say what a unit holds: `code` is over(total), share(written), unnamed(percent), long(name) or
    missing(name): several soils, more than one of them without a share.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def read_composition(cells: Sequence[tuple[str, str]]) -> list[Component]:
    """The soils of a unit, the largest first, from pairs of name and share; of one name alone it is the whole.

    A first name without a share of its own may hold all of them ("Fl 70 %, Ac 30 %"). The one soil whose share is not
    written takes the rest. What sums to less than a hundred is left so. Raises CompositionError.
    """
    named = [(text.clean(name), text.clean(share)) for name, share in cells if text.clean(name) or _says(share)]
    if len(named) == 1 and not _says(named[0][1]):
        found = _of_one_cell(named[0][0])
    else:
        found = [(name, _percent(share) if _says(share) else None) for name, share in named]
    found = [(name, share) for name, share in found if name or share is not None]
    for name, share in found:
        if not name:
            raise CompositionError("unnamed", percent=share)
        if len(name) > MOST_LETTERS:
            raise CompositionError("long", name=name[:40])
    return _whole(found)


def _says(share: str) -> bool:
    return text.clean(share) not in ("", "0", "-", "%")


def _of_one_cell(written: str) -> list[tuple[str, float | None]]:
    found: list[tuple[str, float | None]] = []
    parts = [part for part in _PARTED.split(written) if part and part.strip()]
    if not any(_SHARE.search(part) for part in parts):
        return [(written, None)]  # a name may hold a comma
    for part in parts:
        share = _SHARE.search(part)
        if share is None:
            found.append((part.strip(" -–:."), None))
            continue
        name = (part[: share.start()] + " " + part[share.end() :]).strip(" -–:.()")
        found.append((" ".join(name.split()), _percent(next(one for one in share.groups() if one))))
    return found


def _percent(written: str) -> float:
    plain = written.replace("%", "").replace(",", ".").strip()
    try:
        value = float(plain)
    except ValueError:
        raise CompositionError("share", written=written[:20]) from None
    if not 0 < value <= 100:
        raise CompositionError("share", written=written[:20])
    return value


def _whole(found: list[tuple[str, float | None]]) -> list[Component]:
    told = sum(share for _name, share in found if share is not None)
    if told > 100 + _ROUNDING:
        raise CompositionError("over", total=round(told, 1))
    open_names = [name for name, share in found if share is None]
    if len(open_names) > 1:
        raise CompositionError("missing", name=open_names[1])
    rest = 100.0 - told
    if open_names and rest <= 0:
        raise CompositionError("over", total=round(told, 1))
    merged: dict[str, float] = {}
    for name, share in found:
        merged[name] = merged.get(name, 0.0) + (rest if share is None else share)
    return sorted(
        (Component(name, min(100.0, round(share, 2))) for name, share in merged.items()),
        key=lambda one: (-one.percent, one.name),
    )
