"""What an import would do: which lines of a file are new streets, which are there already, which are at fault.

Lines come in the file's system and leave in metres of the commune's zone. What a line may be is the rule that the
editor has too (`households.streets.shape`). Nothing here knows Django.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from households.streets import shape
from households.streets.importing.joining import Piece, joined
from households.streets.importing.understanding import Meaning, Understanding, Understood
from mapping import crs, text

KNOWN_M: Final = 2.0
"""A line that runs nowhere farther than this from a street that is there is that street."""
EDGE_M: Final = 20.0
"""A street may run so far outside before it is cut off: roads along borders cross them all the time."""
_LEAST_M: Final = 10.0
"""What is cut off at the border and shorter than this is not worth a street."""

Lines = NDArray[np.object_]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the streets are to lie: the commune's zone, its outline and its villages' in metres."""

    srid: int
    outline: shapely.Geometry | None
    villages: Lines


@dataclass(frozen=True, slots=True)
class Standing:
    """The streets that are there: one entry a street in each; `village` is a place in the ground's or -1."""

    lines: Lines
    kinds: Sequence[str]
    names: Sequence[str]
    numbers: Sequence[str]
    widths: Sequence[int]
    village: Sequence[int]
    is_used: Sequence[bool]
    """Houses front on it or bear its name: what it is called is not changed by a file."""


@dataclass(frozen=True, slots=True)
class NewStreet:
    """A street to add. `rows` are the numbers of the features that it is made of."""

    kind: str
    name: str
    number: str
    width_class: int
    line: LineString
    village: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Amended:
    """A street that is there, by its place, with what the file says otherwise: field → value."""

    at: int
    values: dict[str, Any]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why features are no street, or what of them is left: a code, their rows, a place in metres, figures to say it.

    Of `shape.Code`, and no_name (a road without one) · long_name(count) · no_place · same_name(name, other, distance_m)
    · same_name_there(name) · along(name) · border(length_m) · double(other) · in_use(name)
    """

    code: str
    rows: tuple[int, ...]
    at: Place | None
    figures: dict[str, Any] = field(default_factory=dict)
    line: LineString | None = None


@dataclass(slots=True)
class Plan:
    """All that an import would do."""

    new: list[NewStreet] = field(default_factory=list)
    amended: list[Amended] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    known: int = 0
    joined: int = 0
    """Features that became part of a longer street."""
    clipped: int = 0
    outside: list[tuple[tuple[int, ...], LineString]] = field(default_factory=list)
    """Lines that lie outside the commune, and their rows."""
    doubles: int = 0
    """Features that repeat another one point by point."""
    left_out: Counter[str] = field(default_factory=Counter)


def plan(
    understanding: Understanding,
    meaning: Meaning,
    ground: Ground,
    standing: Standing,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Find out what the features would do to the commune's streets. `meaning.srid` is known."""
    done = Plan(left_out=understanding.left_out)
    for row in understanding.long_names:
        done.faults.append(Fault("long_name", (row.number,), None, {"most": 100}))
    progress(1, 5)
    pieces = _pieces(understanding.streets, meaning, ground, done)
    progress(2, 5)
    whole = joined(pieces)
    done.joined = len(pieces) - len(whole)
    called = {row.row.number: row for row in understanding.streets}
    inside = _clipped(whole, ground, done)
    progress(3, 5)
    fresh = _not_there(_sound(inside, ground, done), called, standing, done)
    progress(4, 5)
    done.new = _without_namesakes(_without_doubles(fresh, done), called, ground, standing, done)
    done.faults.sort(key=lambda fault: fault.rows)
    progress(5, 5)
    return done


# --- Lines in metres -------------------------------------------------------------------------------


def _pieces(streets: list[Understood], meaning: Meaning, ground: Ground, done: Plan) -> list[Piece]:
    """The lines in metres, each once; those that are no line are faults."""
    pieces = []
    seen: set[bytes] = set()
    raw = [(street, line) for street in streets for line in street.row.lines]
    for (street, _line), metres in zip(raw, _in_metres([line for _, line in raw], meaning, ground), strict=True):
        rows = (street.row.number,)
        if metres is None:
            done.faults.append(Fault("no_place", rows, None))
            continue
        try:
            line = shape.line_of(metres)
        except shape.ShapeError as error:
            done.faults.append(Fault(error.fault.code, rows, error.fault.at, dict(error.fault.figures)))
            continue
        if street.kind == "":
            done.faults.append(Fault("no_name", rows, _middle(line), line=line))
            continue
        group = _group(street)
        key = shapely.to_wkb(shapely.set_precision(shapely.normalize(line), 0.05, mode="pointwise"))
        if key in seen:
            done.doubles += 1
            continue
        seen.add(key)
        pieces.append(Piece(line, rows, group, named=bool(street.name or street.number)))
    return pieces


def _in_metres(lines: list[LineString], meaning: Meaning, ground: Ground) -> list[NDArray[np.float64] | None]:
    if not lines:
        return []
    xy, at = shapely.get_coordinates(np.array(lines, dtype=object), return_index=True)
    if meaning.swapped:
        xy = xy[:, ::-1]
    lng, lat = crs.to_lonlat(meaning.srid or crs.WGS84, xy[:, 0], xy[:, 1])
    metres = np.column_stack(crs.from_lonlat(ground.srid, lng, lat))
    # What lies half a world away would not come back from the zone the same.
    metres[~((np.abs(lng - 106) < 12) & (np.abs(lat - 16) < 12))] = np.nan
    split = np.split(metres, np.flatnonzero(np.diff(at)) + 1)
    return [points if np.isfinite(points).all() else None for points in split]


def _group(street: Understood) -> tuple[Any, ...]:
    if street.name or street.number:
        return (street.kind, _key(street.name), street.number)
    return (street.kind, "", "", street.width_class)


def _key(name: str) -> str:
    return text.fold(name)


def _middle(line: LineString) -> Place:
    x, y = line.interpolate(0.5, normalized=True).coords[0]
    return float(x), float(y)


# --- Within the commune ----------------------------------------------------------------------------


def _clipped(whole: list[Piece], ground: Ground, done: Plan) -> list[Piece]:
    """Keep what lies in the commune: of a line that leaves it and comes back the longest part, the others are told."""
    if ground.outline is None:
        return whole
    area = shapely.buffer(ground.outline, EDGE_M)
    shapely.prepare(area)
    inside = []
    for piece in whole:
        if shapely.contains(area, piece.line):
            inside.append(piece)
            continue
        parts = _parts(shapely.intersection(piece.line, area))
        parts = [part for part in parts if part.length >= min(_LEAST_M, piece.line.length)]
        if not parts:
            done.outside.append((piece.rows, piece.line))
            continue
        done.clipped += 1
        longest = max(parts, key=lambda part: float(part.length))
        inside.append(Piece(longest, piece.rows, piece.group, piece.named))
        for part in parts:
            if part is not longest:
                done.faults.append(Fault("border", piece.rows, _middle(part), {"length_m": part.length}, part))
    return inside


def _parts(geometry: shapely.Geometry) -> list[LineString]:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "LineString"]
    merged = shapely.line_merge(shapely.MultiLineString(parts), directed=True) if len(parts) > 1 else geometry
    return [part for part in shapely.get_parts(merged) if part.geom_type == "LineString"]


def _sound(pieces: list[Piece], ground: Ground, done: Plan) -> list[Piece]:
    sound = []
    for piece in pieces:
        fault = shape.fault(piece.line, ground.outline)
        if fault is None:
            sound.append(piece)
        elif fault.code == "outside" and fault.figures["share"] > 0.99:
            done.outside.append((piece.rows, piece.line))
        else:
            done.faults.append(Fault(fault.code, piece.rows, fault.at, dict(fault.figures), piece.line))
    return sound


# --- Beside the streets that are there -------------------------------------------------------------


def _not_there(pieces: list[Piece], called: dict[int, Understood], standing: Standing, done: Plan) -> list[Piece]:
    """The pieces that are not streets already; those that are may know more than the street does."""
    if not len(standing.lines):
        return pieces
    tree = shapely.STRtree(standing.lines)
    fresh = []
    for piece in pieces:
        near = tree.query(piece.line, predicate="dwithin", distance=KNOWN_M)
        around = shapely.buffer(standing.lines[near], KNOWN_M)
        along = near[shapely.covers(around, piece.line)]
        same = [at for at in along.tolist() if shapely.covers(shapely.buffer(piece.line, KNOWN_M), standing.lines[at])]
        if same:
            _amend(piece, called[piece.rows[0]], same[0], standing, done)
        elif len(near) and shapely.covers(shapely.union_all(around), piece.line):
            # Part of a street, or one that somebody has cut since into several.
            shared = shapely.length(shapely.intersection(around, piece.line))
            _part_of(piece, called[piece.rows[0]], int(near[np.argmax(shared)]), standing, done)
        else:
            fresh.append(piece)
    return fresh


def _amend(piece: Piece, street: Understood, at: int, standing: Standing, done: Plan) -> None:
    values: dict[str, Any] = {}
    is_told = not (street.width_is_usual and standing.widths[at])
    if street.width_class and is_told and street.width_class != standing.widths[at]:
        values["width_class"] = street.width_class
    if street.name and (street.kind, street.name) != (standing.kinds[at], standing.names[at]):
        values |= {"kind": street.kind, "name": street.name}
    if "name" in values and standing.is_used[at]:
        figures = {"name": standing.names[at], "kind": standing.kinds[at], "number": standing.numbers[at]}
        done.faults.append(Fault("in_use", piece.rows, _middle(piece.line), figures, piece.line))
        values = {field: value for field, value in values.items() if field == "width_class"}
    if values:
        done.amended.append(Amended(at, values, piece.rows))
    else:
        done.known += 1


def _part_of(piece: Piece, street: Understood, at: int, standing: Standing, done: Plan) -> None:
    if not street.name or _key(street.name) == _key(standing.names[at]):
        done.known += 1
        return
    figures = {"name": standing.names[at], "kind": standing.kinds[at], "number": standing.numbers[at]}
    done.faults.append(Fault("along", piece.rows, _middle(piece.line), figures, piece.line))


def _without_doubles(pieces: list[Piece], done: Plan) -> list[Piece]:
    """Leave out the shorter of two lines of the file that run along each other; the other one is told."""
    if len(pieces) < 2:
        return pieces
    lines = np.array([piece.line for piece in pieces], dtype=object)
    order = np.argsort(-shapely.length(lines), kind="stable").tolist()
    rank = {at: position for position, at in enumerate(order)}
    tree = shapely.STRtree(lines)
    dropped: dict[int, int] = {}
    for at in reversed(order):
        for other in tree.query(lines[at], predicate="dwithin", distance=KNOWN_M).tolist():
            if rank[other] < rank[at] and shapely.covers(shapely.buffer(lines[other], KNOWN_M), lines[at]):
                dropped[at] = other
                break
    for at, other in dropped.items():
        figures = {"other": pieces[other].rows[0]}
        done.faults.append(Fault("double", pieces[at].rows, _middle(pieces[at].line), figures, pieces[at].line))
    return [piece for at, piece in enumerate(pieces) if at not in dropped]


def _without_namesakes(
    pieces: list[Piece], called: dict[int, Understood], ground: Ground, standing: Standing, done: Plan
) -> list[NewStreet]:
    """The new streets. Of several of one name that do not touch the longest stays; people would mix them up.

    Roads share their name with none in the commune, alleys with none in their village.
    """
    village = shape.lying_in([piece.line for piece in pieces], ground.villages).tolist()
    taken: dict[tuple[str, str], list[tuple[int, Piece | None]]] = {}
    for at, (kind, name) in enumerate(zip(standing.kinds, standing.names, strict=True)):
        if name:
            taken.setdefault((kind, _key(name)), []).append((standing.village[at], None))
    new = []
    for at in sorted(range(len(pieces)), key=lambda at: (-pieces[at].line.length, pieces[at].rows)):
        piece, street = pieces[at], called[pieces[at].rows[0]]
        if street.name:
            holders = taken.setdefault((street.kind, _key(street.name)), [])
            others = [held for where, held in holders if _mixed_up(street.kind, village[at], where)]
            if others:
                done.faults.append(_namesake(piece, street, others[0]))
                continue
            holders.append((village[at], piece))
        new.append(
            NewStreet(
                street.kind, street.name, street.number, _width(piece, called), piece.line, village[at], piece.rows
            )
        )
    return sorted(new, key=lambda street: street.rows)


def _mixed_up(kind: str, village: int, other: int) -> bool:
    return kind in ("road", "street") or village == other or -1 in (village, other)


def _namesake(piece: Piece, street: Understood, other: Piece | None) -> Fault:
    figures: dict[str, Any] = {"name": street.name, "kind": street.kind, "number": street.number}
    if other is None:
        return Fault("same_name_there", piece.rows, _middle(piece.line), figures, piece.line)
    figures |= {"other": other.rows[0], "distance_m": float(piece.line.distance(other.line))}
    return Fault("same_name", piece.rows, _middle(piece.line), figures, piece.line)


def _width(piece: Piece, called: dict[int, Understood]) -> int:
    """The class that most of the street's features have, where any knows."""
    known = Counter(called[row].width_class for row in piece.rows if called[row].width_class)
    return known.most_common(1)[0][0] if known else 0
