"""A computed proposal into its tables, by COPY."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from django.db import connection

from households.models import NumberingProposal
from households.numbering.model import LEFT, NONE, RIGHT, Finding, Numbering
from households.proposals.comparing import Compared
from households.proposals.ground import Ground
from mapping import crs

_NUMBERS: Final = """
COPY households_proposednumber (proposal_id, house_id, house_version, street_id, side, position_m, distance_m,
                                old_number, old_street, new_number, new_street, outcome, doubt, by_hand) FROM STDIN
"""
_STREETS: Final = """
COPY households_proposedstreet (proposal_id, street_id, street_version, old_number, new_number, is_reversed,
                                left_houses, right_houses) FROM STDIN
"""
_FINDINGS: Final = "COPY households_proposalfinding (proposal_id, code, street_id, house_id, place, detail) FROM STDIN"
_TABLES: Final = ("households_proposednumber", "households_proposedstreet", "households_proposalfinding")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_LINES: Final = 2_000


def clear(proposal: NumberingProposal) -> None:
    """Delete the rows of a proposal."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE proposal_id = %s", [proposal.pk])


def write_numbers(proposal: NumberingProposal, ground: Ground, numbering: Numbering, rows: Iterable[Compared]) -> None:
    """Write the rows of houses."""
    _copy(_NUMBERS, _number_lines(proposal, ground, numbering, rows))


def _number_lines(
    proposal: NumberingProposal, ground: Ground, numbering: Numbering, rows: Iterable[Compared]
) -> Iterator[str]:
    key, houses, frontages = proposal.pk.hex, ground.house_rows, numbering.frontages
    street_keys = [street.hex() for street in ground.street_rows.ids]
    positions = np.round(frontages.position_m, 2).tolist()
    distances = np.round(frontages.distance_m, 2).tolist()
    sides = frontages.side.tolist()
    escaped = _Escaped()
    for row in rows:
        house, street = row.house, row.street
        where = (
            f"{street_keys[street]}\t{sides[house]}\t{positions[house]}\t{distances[house]}"
            if street != NONE
            else "\\N\t\\N\t\\N\t\\N"
        )
        yield (
            f"{key}\t{houses.ids[house].hex()}\t{houses.versions[house]}\t{where}\t{escaped[houses.numbers[house]]}\t"
            f"{escaped[houses.streets[house]]}\t{escaped[row.new_number]}\t{escaped[row.new_street]}\t{row.outcome}\t"
            f"{row.doubt}\tf\n"
        )


def write_streets(proposal: NumberingProposal, ground: Ground, numbering: Numbering, places: Iterable[int]) -> None:
    """Write the rows of streets, with how many houses front on each side."""
    count = len(ground.streets)
    left, right = (
        np.bincount(numbering.frontages.street[numbering.frontages.side == side], minlength=count).tolist()
        for side in (LEFT, RIGHT)
    )
    key, rows, named = proposal.pk.hex, ground.street_rows, ground.streets.named.tolist()
    new, is_reversed = numbering.alley_number.tolist(), numbering.is_reversed.tolist()
    escaped = _Escaped()
    _copy(
        _STREETS,
        (
            f"{key}\t{rows.ids[place].hex()}\t{rows.versions[place]}\t{escaped[rows.numbers[place]]}\t"
            f"{escaped['' if named[place] else new[place]]}\t{'t' if is_reversed[place] else 'f'}\t"
            f"{left[place]}\t{right[place]}\n"
            for place in places
        ),
    )


def write_findings(proposal: NumberingProposal, ground: Ground, found: Iterable[Finding]) -> None:
    """Write findings, each with its place in degrees."""
    findings = list(found)
    if not findings:
        return
    key = proposal.pk.hex
    places = np.array([finding.xy or _place_of(ground, finding) for finding in findings])
    lng, lat = crs.to_lonlat(ground.srid, *places.T)
    escaped = _Escaped()

    def lines() -> Iterator[str]:
        for finding, x, y in zip(findings, lng.tolist(), lat.tolist(), strict=True):
            street = ground.street_rows.ids[finding.street].hex() if finding.street != NONE else "\\N"
            house = ground.house_rows.ids[finding.house].hex() if finding.house != NONE else "\\N"
            place = f"SRID=4326;POINT({x} {y})" if x == x else "\\N"
            detail = escaped[json.dumps(finding.detail, ensure_ascii=False, default=str)]
            yield f"{key}\t{finding.code}\t{street}\t{house}\t{place}\t{detail}\n"

    _copy(_FINDINGS, lines())


def _place_of(ground: Ground, finding: Finding) -> tuple[float, float]:
    if finding.house != NONE:
        x, y = ground.houses.xy[finding.house].tolist()
        return x, y
    if finding.street != NONE:
        middle = ground.streets.lines[finding.street].interpolate(0.5, normalized=True)
        return middle.x, middle.y
    return float("nan"), float("nan")


class _Escaped(dict[str, str]):
    """Texts as COPY reads them, each made once."""

    def __missing__(self, text: str) -> str:
        made = self[text] = text.translate(_ESCAPES)
        return made


def _copy(statement: str, lines: Iterator[str]) -> None:
    cursor: Any
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        part: list[str] = []
        for line in lines:
            part.append(line)
            if len(part) == _LINES:
                copy.write("".join(part))
                part.clear()
        copy.write("".join(part))
