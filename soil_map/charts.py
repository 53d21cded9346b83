"""Charts as SVG text: a distribution, a variogram with its model, and what was told beside what was measured.

Pure: numbers and ready words in, text out; no JavaScript, no style attribute, no other file. Whoever cannot see a chart
hears its title and description, and the page has its figures as a table beside it. Colours but those of the classes
come from the page's stylesheet, through the classes `axis`, `grid`, `mark`, `curve`, `limit` and `even`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

WIDTH: Final = 480
HEIGHT: Final = 310
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 16, 16, 58
_TICKS: Final = 5
_FEWEST_BARS, _MOST_BARS = 6, 24
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_LARGEST_DOT, _SMALLEST_DOT = 7.0, 3.0

Number = Callable[[float], str]
"""Writes a number of the given size as the reader's language does."""


@dataclass(frozen=True)
class Words:
    """What a chart says. `name` is unique on its page; `title` and `description` are for whoever cannot see it."""

    name: str
    title: str
    description: str
    x: str
    y: str


@dataclass(frozen=True)
class Bars:
    """How many values lie between two edges, by class: `counts` is (bars, classes)."""

    edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]


def round_step(span: float, parts: int) -> float:
    """Return the smallest of 1, 2, 2.5, 5 × 10ⁿ that cuts a span into no more than so many parts."""
    if not (span > 0 and math.isfinite(span)):
        return 1.0
    rough = span / parts
    size = 10.0 ** math.floor(math.log10(rough))
    return next(step * size for step in _STEPS if step * size >= rough * (1 - 1e-9))


def ticks(low: float, high: float, parts: int = _TICKS) -> list[float]:
    """Return round numbers from low to high."""
    step = round_step(high - low, parts)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def bars_of(values: Sequence[float], limits: Sequence[float] = ()) -> Bars:
    """Sort values into bars of a round width, and those of each bar into the classes between the limits.

    A lower limit belongs to its class, and the lower edge to its bar. Of no values there are no bars.
    """
    if not len(values):
        return Bars((), ())
    known = np.asarray(values, dtype=np.float64)
    low, high = float(known.min()), float(known.max())
    wanted = min(_MOST_BARS, max(_FEWEST_BARS, round(3 * len(known) ** (1 / 3))))
    step = round_step((high - low) or abs(high) or 1.0, wanted)
    first = math.floor(low / step + 1e-9)
    count = max(1, math.floor(high / step + 1e-9) - first + 1)
    place = np.clip(np.floor(known / step + 1e-9).astype(int) - first, 0, count - 1)
    rank = np.searchsorted(np.asarray(limits, dtype=np.float64), known, side="right")
    counts = np.zeros((count, len(limits) + 1), dtype=int)
    np.add.at(counts, (place, rank), 1)
    edges = tuple(round((first + one) * step, 12) for one in range(count + 1))
    return Bars(edges, tuple(tuple(int(one) for one in row) for row in counts))


def histogram(
    values: Sequence[float], words: Words, number: Number, *, limits: Sequence[float] = (),
    colours: Sequence[str] = (),
) -> str:  # fmt: skip
    """Draw how many values there are of which size; with a scheme's limits, and its colours lowest class first."""
    bars = bars_of(values, limits)
    tallest = max((sum(row) for row in bars.counts), default=1)
    frame = _Frame(bars.edges[0] if bars.edges else 0.0, bars.edges[-1] if bars.edges else 1.0, 0.0, tallest * 1.05)
    parts = [frame.axes(words, number, lambda count: f"{count:.0f}", whole=True)]
    for row, left, right in zip(bars.counts, bars.edges[:-1], bars.edges[1:], strict=True):
        below = 0
        for rank, count in enumerate(row):
            if count:
                fill = f' fill="{escape(colours[rank])}"' if rank < len(colours) else ""
                x, y = frame.x(left) + 0.5, frame.y(below + count)
                width, height = frame.x(right) - frame.x(left) - 1, frame.y(below) - y
                size = f'width="{width:.1f}" height="{height:.1f}"'
                parts.append(f'<rect class="bar" x="{x:.1f}" y="{y:.1f}" {size}{fill}/>')
                below += count
    for limit in limits:
        if frame.left < limit < frame.right:
            parts.append(f'<path class="limit" d="M{frame.x(limit):.1f} {_TOP}V{HEIGHT - _BOTTOM}"/>')
    return _whole(words, parts)


def variogram(
    distances: Sequence[float], semivariances: Sequence[float], pairs: Sequence[float],
    curve: Sequence[tuple[float, float]], words: Words, number: Number,
) -> str:  # fmt: skip
    """Draw the bins of an empirical variogram, larger where more pairs are in them, and a model's curve."""
    right = max([*distances, *(x for x, _ in curve)], default=1.0)
    top = max([*semivariances, *(y for _, y in curve)], default=1.0)
    frame = _Frame(0.0, right * 1.03, 0.0, top * 1.08)
    parts = [frame.axes(words, lambda metres: f"{metres:.0f}", number)]
    if curve:
        line = "L".join(f"{frame.x(x):.1f} {frame.y(y):.1f}" for x, y in curve)
        parts.append(f'<path class="curve" d="M{line}"/>')
    most = max(pairs, default=1.0) or 1.0
    for distance, semivariance, count in zip(distances, semivariances, pairs, strict=True):
        size = _SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * math.sqrt(count / most)
        parts.append(
            f'<circle class="mark" cx="{frame.x(distance):.1f}" cy="{frame.y(semivariance):.1f}" r="{size:.1f}"/>'
        )
    return _whole(words, parts)


def scatter(measured: Sequence[float], told: Sequence[float], words: Words, number: Number) -> str:
    """Draw what was told (up) over what was measured (across), with the line on which both are the same."""
    low, high = min([*measured, *told], default=0.0), max([*measured, *told], default=1.0)
    margin = (high - low) * 0.04 or abs(high) * 0.1 or 1.0
    frame = _Frame(low - margin, high + margin, low - margin, high + margin)
    ends = f"M{frame.x(frame.left):.1f} {frame.y(frame.low):.1f}L{frame.x(frame.right):.1f} {frame.y(frame.high):.1f}"
    parts = [frame.axes(words, number, number), f'<path class="even" d="{ends}"/>']
    parts += [
        f'<circle class="mark faint" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="3.5"/>'
        for x, y in zip(measured, told, strict=True)
    ]
    return _whole(words, parts)


class _Frame:
    """Where numbers lie in a drawing."""

    def __init__(self, left: float, right: float, low: float, high: float) -> None:
        self.left, self.right = left, right if right > left else left + 1.0
        self.low, self.high = low, high if high > low else low + 1.0

    def x(self, value: float) -> float:
        """Units from the left of the drawing."""
        return _LEFT + (value - self.left) / (self.right - self.left) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Units from its top."""
        return HEIGHT - _BOTTOM - (value - self.low) / (self.high - self.low) * (HEIGHT - _TOP - _BOTTOM)

    def axes(self, words: Words, x_number: Number, y_number: Number, *, whole: bool = False) -> str:
        """Both axes with ticks and names, and lines across; with `whole` only whole numbers stand up the side."""
        bottom, parts = HEIGHT - _BOTTOM, []
        for tick in ticks(self.low, self.high):
            if whole and tick != int(tick):
                continue
            y = self.y(tick)
            parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>')
            parts.append(f'<text class="up" x="{_LEFT - 8}" y="{y + 5:.1f}">{escape(y_number(tick))}</text>')
        for tick in ticks(self.left, self.right):
            x = self.x(tick)
            parts.append(f'<path class="axis" d="M{x:.1f} {bottom}v5"/>')
            parts.append(f'<text class="across" x="{x:.1f}" y="{bottom + 22}">{escape(x_number(tick))}</text>')
        parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{WIDTH - _RIGHT}"/>')
        middle, half_way = (_LEFT + WIDTH - _RIGHT) / 2, (_TOP + bottom) / 2
        parts.append(f'<text class="across name" x="{middle:.0f}" y="{HEIGHT - 8}">{escape(words.x)}</text>')
        turned = f'transform="rotate(-90 16 {half_way:.0f})"'
        parts.append(f'<text class="across name" x="16" y="{half_way:.0f}" {turned}>{escape(words.y)}</text>')
        return "".join(parts)


def _whole(words: Words, parts: Sequence[str]) -> str:
    name = escape(words.name)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}-title {name}-told">'
        f'<title id="{name}-title">{escape(words.title)}</title>'
        f'<desc id="{name}-told">{escape(words.description)}</desc>'
        f"{''.join(parts)}</svg>"
    )
