"""`kriging`: 2,000 samples onto a grid of 500 × 500 cells, 32 neighbours, with variances.

The yardstick is PyKrige's moving window in its compiled loop, in turn with ours on the same samples with the same
model. Both are compared with kriging from all samples at the same cells (a part of them, drawn once: that takes
minutes for all). Three sizes of ground in the same cells show that the cost is linear in these, and a process of its
own how much memory the largest takes above what it held before. At last what a tap on the soil map
costs (`identifying`).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.benchmarks import identifying
from tests.benchmarks.measure import ROOT, Report

SAMPLES, SIDE, NEIGHBOURS = 2_000, 500, 32
EXTENT_M = 5_000.0
COMPARED = 20_000
OURS_RUNS = 5
PYKRIGE_RUNS = 3
MODEL = {"nugget": 0.05, "partial_sill": 0.95, "range_m": 1_500.0}
PYKRIGE = "PyKrige's moving window, 32 neighbours, compiled loop"


def run(report: Report) -> None:
    """Report seconds, difference from full kriging, linearity and memory."""
    from soil_map.kriging.ordinary import at_points

    samples, model = ground()
    grid = grid_of(SIDE)
    at = np.random.default_rng(2).choice(SIDE * SIDE, COMPARED, replace=False)
    places = np.stack(np.meshgrid(grid.eastings(), grid.northings()), axis=-1).reshape(-1, 2)
    full = at_points(samples, model, places[at], neighbours=None).values

    ours: list[float] = []
    theirs: list[float] = []
    told: Any = None
    window: Any = None
    for turn in range(OURS_RUNS):
        told = timed(ours, lambda: ours_on(SIDE))
        if turn < PYKRIGE_RUNS:
            window = timed(theirs, lambda: pykrige_on(samples, grid))
    size = SIDE * SIDE
    seconds, their_seconds = statistics.median(ours), statistics.median(theirs)
    report("seconds", "s", seconds, their_seconds, PYKRIGE, size)
    report("cells_per_second", "cells/s", size / seconds, size / their_seconds, PYKRIGE, size)
    report(
        "rms_difference_from_full", "of values with a standard deviation of 1",
        _rms(told.values.reshape(-1)[at] - full), _rms(window.reshape(-1)[at] - full), PYKRIGE, COMPARED,
    )  # fmt: skip
    for side in (SIDE // 4, SIDE // 2, SIDE):
        some: list[float] = []
        for _ in range(3):
            timed(some, lambda side=side: ours_on_part(side))
        each = statistics.median(some) / side**2 * 1e6
        report(f"microseconds_per_cell_of_{side * side}", "µs", each, None, None, side**2)
    peak = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_kriging"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    report("peak_mb", "MB", float(peak.stdout), None, None, size)
    identifying.run(report)


def ground() -> tuple[Any, Any]:
    """Samples of a smooth field with some noise, scaled to a standard deviation of 1, and a model."""
    from soil_map.kriging.samples import Samples
    from soil_map.kriging.variogram import Shape, Variogram

    random = np.random.default_rng(1)
    places = random.uniform(0, EXTENT_M, (SAMPLES, 2))
    values = np.sin(places[:, 0] / 700) + np.cos(places[:, 1] / 900) + random.normal(0, 0.2, SAMPLES)
    return Samples(places, (values - values.mean()) / values.std()), Variogram(Shape.SPHERICAL, **MODEL)


def grid_of(side: int) -> Any:
    from soil_map.kriging.ordinary import Grid

    return Grid(0.0, EXTENT_M, EXTENT_M / side, side, side)


def ours_on(side: int) -> Any:
    from soil_map.kriging.ordinary import on_grid

    return on_grid(*ground(), grid_of(side), neighbours=NEIGHBOURS)


def ours_on_part(side: int) -> Any:
    """The north-western cells of the whole grid: more ground, not finer cells."""
    from soil_map.kriging.ordinary import Grid, on_grid

    return on_grid(*ground(), Grid(0.0, EXTENT_M, EXTENT_M / SIDE, side, side), neighbours=NEIGHBOURS)


def pykrige_on(samples: Any, grid: Any) -> Any:
    """Values as ours come: the northernmost row first."""
    from pykrige.ok import OrdinaryKriging

    kriging = OrdinaryKriging(
        *samples.places.T, samples.values, variogram_model="spherical",
        variogram_parameters={"psill": MODEL["partial_sill"], "range": MODEL["range_m"], "nugget": MODEL["nugget"]},
    )  # fmt: skip
    values, _variances = kriging.execute(
        "grid", grid.eastings(), grid.northings(), n_closest_points=NEIGHBOURS, backend="C"
    )
    return np.asarray(values)


def timed(times: list[float], work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    done = work()
    times.append(time.perf_counter() - start)
    return done


def _rms(differences: Any) -> float:
    return float(np.sqrt(np.mean(differences**2)))


def _peak_mb() -> float:
    """What kriging the whole grid takes above what this process held before."""
    from tests.benchmarks.measure import PeakMemory

    ours_on(10)  # loads the code
    memory = PeakMemory()
    with memory:
        ours_on(SIDE)
    return memory.megabytes


if __name__ == "__main__":
    print(_peak_mb())
