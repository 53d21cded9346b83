"""What an import found, as it is kept with it, small enough for a page: counts, the first of each, lines to draw.

counts      new, amended, known, faults, outside, doubles, joined, clipped, left_out: numbers of streets or features
faults      [code, rows, mark, [lng, lat] or null, figures]
outside     [rows, mark] of lines that lie outside the commune and are left alone
drawn       [what, [[lng, lat], …]]: "new", "amended", "fault", "outside"
streets     [kind, name, number, width class, metres, village's name, rows, mark, what an alley will hang on] to add
amendments  [street's id, its name now, {field: value}, rows]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from households.streets.importing.hanging import parent_told, parents_of
from households.streets.importing.planning import Plan
from households.streets.importing.promise import promise_of
from households.streets.importing.reading import LineRow, StreetFile
from households.streets.importing.standing import Commune
from households.streets.importing.understanding import Meaning, kind_values
from mapping import crs, placing

MOST: Final = 200
"""So many faults, streets and amendments are kept to be shown; a command's report has all."""
MOST_DRAWN: Final = 4_000
MOST_SAMPLED: Final = 250
MOST_POINTS: Final = 200
"""Of a line that is drawn."""
_DRAWN_TOLERANCE_M: Final = 0.5
_SAMPLES: Final = 3


def of_file(file: StreetFile, meaning: Meaning) -> dict[str, Any]:
    """What was read, whatever it may do."""
    return {
        "kind": file.kind,
        "layer": file.layer,
        "layers": list(file.layers),
        "titles": file.titles,
        "samples": [_samples(file.rows, at) for at in range(len(file.titles))],
        "rows": len(file.rows),
        "others": file.others,
        "stated": file.srid,
        "kind_values": [[v.value, v.count, v.kind, v.is_chosen] for v in kind_values(file, meaning)],
    }


def _samples(rows: list[LineRow], at: int) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        if row.values[at]:
            found.setdefault(row.values[at][:60])
            if len(found) == _SAMPLES:
                break
    return list(found)


def of_candidates(finding: placing.Finding, file: StreetFile) -> dict[str, Any]:
    """What the coordinates may mean, each with some of the lines as they would lie then."""
    lines = [line for row in file.rows for line in row.lines]
    sample = [shapely.get_coordinates(line) for line in lines[:: -(-len(lines) // MOST_SAMPLED)]]
    return {
        "unambiguous": finding.unambiguous,
        "candidates": [
            {"key": one.key, "srid": one.srid, "swapped": one.swapped, "inside": one.inside, "total": one.total,
             "lines": [_in_degrees(xy, one.srid, swapped=one.swapped) for xy in sample]}
            for one in finding.candidates
        ],
    }  # fmt: skip


def _in_degrees(xy: NDArray[np.float64], srid: int, *, swapped: bool = False) -> list[list[float]]:
    """A line's points as the map draws them, of a long line every so many."""
    if swapped:
        xy = xy[:, ::-1]
    kept = np.unique(np.linspace(0, len(xy) - 1, min(len(xy), MOST_POINTS)).astype(int))
    degrees = np.round(np.column_stack(crs.to_lonlat(srid, xy[kept, 0], xy[kept, 1])), 6)
    points: list[list[float]] = degrees[np.isfinite(degrees).all(axis=1)].tolist()
    return points


def counts_of(plan: Plan) -> dict[str, int]:
    """How many of what."""
    return {
        "new": len(plan.new),
        "amended": len(plan.amended),
        "known": plan.known,
        "faults": len(plan.faults),
        "outside": sum(len(rows) for rows, _line in plan.outside),
        "doubles": plan.doubles,
        "joined": plan.joined,
        "clipped": plan.clipped,
        "left_out": sum(plan.left_out.values()),
    }


def of_plan(plan: Plan, file: StreetFile, commune: Commune) -> dict[str, Any]:
    """What the file would do."""
    marks = {row.number: row.mark for row in file.rows}
    parents, old = parents_of(plan, commune), len(commune.streets)
    return {
        "counts": counts_of(plan),
        "promise": promise_of(plan, commune),
        "left_out": [[value, count] for value, count in plan.left_out.most_common(20)],
        "faults": [
            [fault.code, list(fault.rows[:20]), marks.get(fault.rows[0], ""), commune.zone.place(fault.at),
             fault.figures]
            for fault in plan.faults[:MOST]
        ],
        "outside": [[list(rows[:20]), marks.get(rows[0], "")] for rows, _line in plan.outside[:MOST]],
        "streets": [
            [new.kind, new.name, new.number, new.width_class, round(new.line.length, 1),
             commune.villages[new.village].name if new.village >= 0 else "", list(new.rows[:20]),
             marks.get(new.rows[0], ""), parent_told(old + at, parents, plan, commune)]
            for at, new in enumerate(plan.new[:MOST])
        ],
        "amendments": [
            [str(commune.streets[one.at].pk), commune.streets[one.at].full_name, one.values, list(one.rows[:20])]
            for one in plan.amended[:MOST]
        ],
        "drawn": list(_drawn(plan, commune)),
    }  # fmt: skip


def _drawn(plan: Plan, commune: Commune) -> Iterator[tuple[str, list[list[float]]]]:
    lines = [("fault", fault.line) for fault in plan.faults if fault.line is not None]
    lines += [("amended", commune.standing.lines[one.at]) for one in plan.amended]
    lines += [("new", new.line) for new in plan.new]
    lines += [("outside", line) for _rows, line in plan.outside]
    for what, line in lines[:MOST_DRAWN]:
        xy = shapely.get_coordinates(shapely.simplify(line, _DRAWN_TOLERANCE_M))
        yield what, _in_degrees(xy, commune.zone.srid)
