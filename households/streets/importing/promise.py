"""What a check has shown, as one short text: it changes when the import would do anything else."""

from __future__ import annotations

import hashlib
import json

import shapely

from households.streets.importing.hanging import parents_of
from households.streets.importing.planning import Plan
from households.streets.importing.standing import Commune

_CENTIMETRES = 100


def promise_of(plan: Plan, commune: Commune) -> str:
    """Return the mark of all that the plan would write: new streets, amended ones as they are, what hangs on what.

    What else has changed in the commune meanwhile does not show in it.
    """
    streets = commune.streets
    called = {at: str(street.pk) for at, street in enumerate(streets)}
    called |= {len(streets) + at: f"new {new.rows}" for at, new in enumerate(plan.new)}
    told = {
        "new": [
            [new.kind, new.name, new.number, new.width_class, new.rows, _village(new.village, commune),
             (shapely.get_coordinates(new.line) * _CENTIMETRES).round().astype(int).tolist()]
            for new in plan.new
        ],
        "amended": [
            [called[one.at], streets[one.at].version, sorted(one.values.items()), one.rows] for one in plan.amended
        ],
        "faults": [[fault.code, fault.rows] for fault in plan.faults],
        "parents": [[called[at], called[above]] for at, above in sorted(parents_of(plan, commune).items())],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _village(at: int, commune: Commune) -> str:
    return commune.villages[at].code if at >= 0 else ""
