"""What is kept of a model and of how well it told the samples, as JSON of the row; and read from there again.

Numbers keep seven digits. Of many samples every n-th is kept for the chart, the figures are of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from soil_map.kriging.samples import Floats
from soil_map.kriging.variogram import Shape, Variogram

if TYPE_CHECKING:  # whoever only reads a record loads no solvers
    from soil_map.kriging.choosing import Candidate, Choice
    from soil_map.surfaces.computing import Ground, Pair, Told

Record = dict[str, Any]
_MOST_POINTS: Final = 3_000
_ENDS: Final = (2.0, 98.0)  # percentiles between which colours change: one odd corner would take them all


def model_record(told: Told, neighbours: int) -> Record:
    """Shape, nugget, partial sill and range of the best model, the empirical bins, and what pictures need.

    Under "open" the same of the samples that are not private, and why these make no map; absent where all are.
    """
    ground = told.ground
    kept = _record_of(told.choice, neighbours, ground and ground.exact, ground)
    if told.open_choice is not None:
        refusal = told.open_choice.refusal
        kept["open"] = _record_of(told.open_choice, neighbours, ground and ground.open, ground) | {
            "refusal": refusal.value if refusal is not None else "",
            "is_without_private": True,
        }
    return kept


def _record_of(choice: Choice, neighbours: int, pair: Pair | None, ground: Ground | None) -> Record:
    values = choice.samples.values
    kept: Record = {
        "logs": choice.logs,
        "neighbours": neighbours,
        "places": len(choice.samples),
        "mean": _short(values.mean()) if len(values) else None,
        "spread": _short(values.std()) if len(values) else None,
        "bins": _bins(choice),
    }
    if choice.best is None:
        return kept
    model = choice.best.model
    kept |= _model(model) | {"effective_range_m": _short(model.effective_range)}
    if pair is not None and ground is not None:
        low, high = np.nanpercentile(pair.values, _ENDS)
        kept |= {"reach_m": ground.reach, "low": _short(low), "high": _short(high)}
    return kept


def validation_record(told: Told) -> Record:
    """Leave-one-out of each model that was tried, the least wrong one told and measured beside one another.

    Under "open" the same of the samples that are not private; absent where all are.
    """
    of_all = _validation_of(told.choice)
    return of_all if told.open_choice is None else of_all | {"open": _validation_of(told.open_choice)}


def _validation_of(choice: Choice) -> Record:
    if not choice.candidates:
        return {}
    shown = choice.best or min(choice.candidates, key=lambda one: one.validation.rmse)
    validation = shown.validation
    step = -(-len(validation.measured) // _MOST_POINTS)
    return {
        "shown": shown.model.shape.value,
        "rmse_of_mean": _short(validation.rmse_of_mean),
        "rmse_of_idw": _short(validation.rmse_of_idw),
        "candidates": [_candidate(one) for one in choice.candidates],
        "measured": _list(validation.measured[::step]),
        "told": _list(validation.told[::step]),
    }


def model_of(record: Record) -> Variogram | None:
    """The kept model; None where there is none."""
    if "shape" not in record:
        return None
    return Variogram(Shape(record["shape"]), record["nugget"], record["partial_sill"], record["range_m"])


def _bins(choice: Choice) -> Record | None:
    bins = choice.measured
    if bins is None:
        return None
    return {
        "pairs": [int(one) for one in bins.pairs],
        "distance": _list(bins.distance),
        "semivariance": _list(bins.semivariance),
        "cutoff": _short(bins.cutoff),
        "paired": bins.paired,
    }


def _candidate(one: Candidate) -> Record:
    validation = one.validation
    return _model(one.model) | {
        "squares": _short(one.squares),
        "rmse": _short(validation.rmse),
        "bias": _short(validation.bias),
        "msdr": _short(validation.msdr) if np.isfinite(validation.msdr) else None,
        "explained": _short(validation.explained),
    }


def _model(model: Variogram) -> Record:
    return {
        "shape": model.shape.value,
        "nugget": _short(model.nugget),
        "partial_sill": _short(model.partial_sill),
        "range_m": _short(model.range_m),
    }


def _list(values: Floats | Iterable[float]) -> list[float]:
    return [_short(one) for one in values]


def _short(value: float | np.floating[Any]) -> float:
    return float(f"{float(value):.7g}")
