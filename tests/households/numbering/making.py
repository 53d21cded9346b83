"""Streets and houses in a few words, for tests: metres around a corner of a VN-2000 zone, north is up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from households.numbering.engine import number_houses
from households.numbering.model import NONE, Direction, Groups, Houses, Numbering, Rules, Streets, Texts, no_groups

Point = tuple[float, float]
CORNER = np.array((580_000.0, 2_175_000.0))


@dataclass(frozen=True)
class Way:
    """A street: a road with a name unless it has a parent."""

    line: Sequence[Point]
    parent: int = NONE
    named: bool | None = None
    size: int | None = None
    direction: Direction = "auto"
    number: str = ""

    @property
    def is_alley(self) -> bool:
        return self.parent != NONE


@dataclass(frozen=True)
class Home:
    """A house; `lock` is a number that stays."""

    x: float
    y: float
    lock: str = ""
    chosen: int = NONE
    hinted: int = NONE
    group: int = NONE
    number: str = ""


def texts(values: Iterable[str]) -> Texts:
    array = np.empty(len(values := list(values)), object)
    array[:] = values
    return array


def streets(ways: Sequence[Way]) -> Streets:
    return Streets(
        lines=np.array([shapely.LineString(np.array(way.line, float) + CORNER) for way in ways], object),
        size=np.array([(5 if way.is_alley else 9) if way.size is None else way.size for way in ways], np.int32),
        parent=np.array([way.parent for way in ways], np.int32),
        named=np.array([not way.is_alley if way.named is None else way.named for way in ways], bool),
        is_alley=np.array([way.is_alley for way in ways], bool),
        direction=[way.direction for way in ways],
        number=texts(way.number for way in ways),
    )


def houses(homes: Sequence[Home]) -> Houses:
    def places(name: str) -> np.ndarray:
        return np.array([getattr(home, name) for home in homes], np.int32)

    return Houses(
        xy=np.array([(home.x, home.y) for home in homes], float).reshape(-1, 2) + CORNER,
        chosen=places("chosen"),
        hinted=places("hinted"),
        number=texts(home.lock or home.number for home in homes),
        locked=np.array([bool(home.lock) for home in homes], bool),
        group=places("group"),
    )


def groups(*rows: tuple[int, float, float, str]) -> Groups:
    """House groups: street, a point, the letter when it is fixed."""
    return Groups(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1:3] for row in rows], float).reshape(-1, 2) + CORNER,
        texts(row[3] for row in rows),
    )


def number(
    ways: Sequence[Way], homes: Sequence[Home], rules: Rules | None = None, grouped: Groups | None = None
) -> Numbering:
    return number_houses(streets(ways), houses(homes), grouped or no_groups(), rules or Rules())


def numbers(ways: Sequence[Way], homes: Sequence[Home], rules: Rules | None = None) -> list[str]:
    return number(ways, homes, rules).number.tolist()


def codes(numbering: Numbering) -> list[str]:
    return [finding.code for finding in numbering.findings]
