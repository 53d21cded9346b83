"""The outlines of a TrueType font's glyphs: contours of points, as its `glyf` table has them (OpenType 1.9, 5.3.4).

A contour is a ring of (x, y, is_on) in units of the font, y up; a point that is not on the outline is the control point
of a quadratic curve, and between two such lies one that is on it, half-way.
"""

from __future__ import annotations

import struct
from typing import Final

from mapping.printing.fonts import Font, FontUnreadable

Contour = list[tuple[float, float, bool]]

_DEEPEST: Final = 8  # of glyphs made of glyphs

_ON, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32
_WORDS, _IS_OFFSET, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 1, 2, 8, 32, 64, 128


class Glyphs:
    """The outlines of one font. Raises FontUnreadable for a font without them, or with a glyph that makes no sense."""

    def __init__(self, font: Font) -> None:
        self._font = font
        self._outlines = font.table("glyf")
        head, places = font.table("head"), font.table("loca")
        if not self._outlines or len(head) < 54:
            raise FontUnreadable(font.path, "no TrueType outlines")
        is_long = struct.unpack_from(">h", head, 50)[0]
        self.units_per_em: int = struct.unpack_from(">H", head, 18)[0]
        count = len(places) // (4 if is_long else 2)
        found = struct.unpack_from(f">{count}{'L' if is_long else 'H'}", places)
        self._places = found if is_long else tuple(2 * place for place in found)
        self._kept: dict[int, list[Contour]] = {}

    def of(self, character: str) -> list[Contour]:
        """The contours of a character's glyph, none for white space; of one the font lacks those of "not there"."""
        glyph = self._font.glyph(character)
        if glyph not in self._kept:
            try:
                self._kept[glyph] = self._contours(glyph, 0)
            except (struct.error, IndexError) as error:
                raise FontUnreadable(self._font.path, f"glyph {glyph}") from error
        return self._kept[glyph]

    def _contours(self, glyph: int, depth: int) -> list[Contour]:
        start, end = self._places[glyph], self._places[glyph + 1]
        if start == end:
            return []
        contours: int = struct.unpack_from(">h", self._outlines, start)[0]
        if contours >= 0:
            return self._simple(start + 10, contours)
        if depth == _DEEPEST:
            raise FontUnreadable(self._font.path, f"glyph {glyph} is made of glyphs without end")
        return self._composite(start + 10, depth)

    def _simple(self, at: int, contours: int) -> list[Contour]:
        data = self._outlines
        ends = struct.unpack_from(f">{contours}H", data, at)
        at += 2 * contours
        at += 2 + int(struct.unpack_from(">H", data, at)[0])  # the hinting program
        count = ends[-1] + 1 if ends else 0
        flags: list[int] = []
        while len(flags) < count:
            flag = data[at]
            at += 1
            times = 1
            if flag & _REPEAT:
                times += data[at]
                at += 1
            flags += [flag] * times
        xs, at = _coordinates(data, at, flags[:count], _X_SHORT, _X_SAME)
        ys, at = _coordinates(data, at, flags[:count], _Y_SHORT, _Y_SAME)
        points = [(float(x), float(y), bool(flag & _ON)) for x, y, flag in zip(xs, ys, flags, strict=False)]
        starts = [0, *(end + 1 for end in ends[:-1])]
        return [points[start : end + 1] for start, end in zip(starts, ends, strict=True)]

    def _composite(self, at: int, depth: int) -> list[Contour]:
        """Vietnamese letters are mostly such: a letter, its hook and its tone, each moved to its place."""
        data = self._outlines
        made: list[Contour] = []
        flags = _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">HH", data, at)
            dx, dy = struct.unpack_from(">hh" if flags & _WORDS else ">bb", data, at + 4)
            at += 8 if flags & _WORDS else 6
            if not flags & _IS_OFFSET:
                raise FontUnreadable(self._font.path, "glyphs joined by points")
            scales = 1 if flags & _SCALE else 2 if flags & _TWO_SCALES else 4 if flags & _MATRIX else 0
            values = [value / 16384 for value in struct.unpack_from(f">{scales}h", data, at)]
            at += 2 * scales
            a, b, c, d = {0: (1, 0, 0, 1), 1: (*values, 0, 0, *values), 2: (*values[:1], 0, 0, *values[1:])}.get(
                scales, tuple(values)
            )
            made += [
                [(a * x + c * y + dx, b * x + d * y + dy, is_on) for x, y, is_on in contour]
                for contour in self._contours(glyph, depth + 1)
            ]
        return made


def _coordinates(data: bytes, at: int, flags: list[int], short: int, same: int) -> tuple[list[int], int]:
    """One axis of all points, each told as the step from the one before; and where the next axis begins."""
    found: list[int] = []
    value = 0
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += struct.unpack_from(">h", data, at)[0]
            at += 2
        found.append(value)
    return found, at
