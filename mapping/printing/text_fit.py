"""Fitting text into a box: shrink, wrap, condense, and only then cut short; it never runs over.

Widths are measured in the font. All lengths are in one unit of the caller's choice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mapping.text import nfc

ELLIPSIS = "…"

Measure = Callable[[str], float]
"""The width of a text set at size 1."""


@dataclass(frozen=True)
class Fitted:
    """Lines of one size; `stretch` is the horizontal scale, 1 for none. `leading` times size parts baselines.

    It is `whole` unless something had to be cut off.
    """

    lines: tuple[str, ...]
    size: float
    stretch: float
    leading: float
    whole: bool = True

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return len(self.lines) * self.size * self.leading


@dataclass(frozen=True)
class Limits:
    """How far a text may be bent: sizes, lines, and the narrowest horizontal scale.

    One line is kept while it can be set at `comfortable` or larger; below that the number of lines is chosen
    that allows the largest size. `breaks` are the characters after which a line may end besides a space.
    """

    largest: float
    smallest: float
    comfortable: float
    lines: int = 1
    leading: float = 1.3
    narrowest: float = 0.72
    breaks: str = ""


def fit(text: str, measure: Measure, width: float, height: float, limits: Limits) -> Fitted:
    """Set a text into `width` by `height`. The size falls below `smallest` only when the height demands it."""
    words = _words(nfc(text), limits.breaks)
    best = _set(words, 1, measure, width, height, limits)
    for count in range(2, min(limits.lines, len(words)) + 1):
        if best.size >= limits.comfortable:
            break
        candidate = _set(words, count, measure, width, height, limits)
        if candidate.size > best.size:
            best = candidate
    if best.size >= limits.smallest:
        return best
    return _squeeze(words, measure, width, height, limits)


def _set(words: list[str], count: int, measure: Measure, width: float, height: float, limits: Limits) -> Fitted:
    lines = _balanced(words, count, measure)
    widest = max(map(measure, lines))
    size = min(limits.largest, height / (count * limits.leading))
    if widest * size > width:
        size = width / widest
    return Fitted(tuple(lines), size, 1, limits.leading)


def _squeeze(words: list[str], measure: Measure, width: float, height: float, limits: Limits) -> Fitted:
    """The smallest size, condensed as far as allowed; what still does not fit ends in an ellipsis."""
    count = max(1, min(limits.lines, len(words), int(height / (limits.smallest * limits.leading))))
    size = min(limits.smallest, height / (count * limits.leading))
    lines = _balanced(words, count, measure)
    room = width / size
    shown = [_shorten(line, measure, room / limits.narrowest) for line in lines]
    widest = max(map(measure, shown))
    stretch = min(1.0, room / widest) if widest else 1.0
    return Fitted(tuple(shown), size, stretch, limits.leading, whole=shown == lines)


def _shorten(line: str, measure: Measure, room: float) -> str:
    if measure(line) <= room:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(line[:middle].rstrip() + ELLIPSIS) <= room:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + ELLIPSIS if low else ""


def _words(text: str, breaks: str) -> list[str]:
    """Pieces that stay whole; a piece keeps its break character and, before a space, nothing."""
    pieces: list[str] = []
    for word in text.split():
        start = 0
        for end, character in enumerate(word[:-1], start=1):
            if character in breaks:
                pieces.append(word[start:end])
                start = end
        pieces.append(word[start:] + " ")
    if not pieces:
        return [""]
    pieces[-1] = pieces[-1].rstrip()
    return pieces


def _balanced(words: list[str], count: int, measure: Measure) -> list[str]:
    """The words in `count` lines (no more than words) whose widest line is as narrow as can be."""
    if count == 1:
        return ["".join(words)]
    ends = [0.0]
    for word in words:
        ends.append(ends[-1] + measure(word))
    total = len(words)
    # widest[i]: the widest line of the best setting of words[i:] in the lines looked at so far.
    widest = [ends[total] - ends[i] for i in range(total + 1)]
    cuts: list[list[int]] = []
    for lines_left in range(2, count + 1):
        previous, widest, cut = widest, [float("inf")] * (total + 1), [total] * (total + 1)
        for i in range(total - lines_left + 1):
            for j in range(i + 1, total - lines_left + 2):
                candidate = max(ends[j] - ends[i], previous[j])
                if candidate < widest[i]:
                    widest[i], cut[i] = candidate, j
        cuts.append(cut)
    lines, start = [], 0
    for cut in reversed(cuts):
        lines.append("".join(words[start : cut[start]]).rstrip())
        start = cut[start]
    lines.append("".join(words[start:]))
    return lines
