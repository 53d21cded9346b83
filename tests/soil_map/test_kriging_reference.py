"""Our kriging beside what others say of the same numbers: gstat's saved results, PyKrige and GSTools."""

from __future__ import annotations

import csv
from pathlib import Path

import gstools
import numpy as np
import pytest
from pykrige.ok import OrdinaryKriging

from soil_map.kriging import fitting, lognormal
from soil_map.kriging.choosing import choose
from soil_map.kriging.ordinary import at_points
from soil_map.kriging.samples import Samples, at_distinct_places
from soil_map.kriging.validating import leave_one_out
from soil_map.kriging.variogram import Shape, Variogram, empirical

MEUSE = Path(__file__).parents[2] / "var" / "meuse" / "skgstat" / "data" / "samples" / "meuse.txt"
# gstat's own test output for log(zinc): pairs, mean distance and semivariance of the first and of the last bin, ...
FIRST, LAST = (57, 79.29244, 0.1234479), (415, 1543.20248, 0.5748227)
# ... and its spherical fit with weights N/h²: nugget, partial sill, range.
FITTED = (0.05066243, 0.59060780, 897.0209)


@pytest.fixture(scope="module")
def zinc() -> Samples:
    """Zinc in mg/kg at the 155 places of the meuse data, in metres of the Dutch grid."""
    assert MEUSE.exists(), "script/test installs it"
    rows = list(csv.DictReader(MEUSE.read_text().splitlines()))
    samples = at_distinct_places(
        [[float(row["x"]), float(row["y"])] for row in rows], [float(row["zinc"]) for row in rows]
    )
    assert len(samples) == 155
    return samples


@pytest.fixture(scope="module")
def targets(zinc: Samples) -> np.ndarray:
    """Two hundred places within the box of the samples."""
    low, high = zinc.places.min(axis=0), zinc.places.max(axis=0)
    return np.random.default_rng(7).uniform(low, high, (200, 2))


def test_the_bins_are_those_of_gstat(zinc: Samples) -> None:
    measured = empirical(lognormal.logarithms(zinc))
    assert len(measured.pairs) == 15
    for place, (pairs, distance, semivariance) in ((0, FIRST), (-1, LAST)):
        assert measured.pairs[place] == pairs
        assert measured.distance[place] == pytest.approx(distance, rel=1e-4)
        assert measured.semivariance[place] == pytest.approx(semivariance, rel=1e-4)


def test_the_fit_is_that_of_gstat(zinc: Samples) -> None:
    model = fitting.fit(empirical(lognormal.logarithms(zinc)), Shape.SPHERICAL).model
    assert (model.nugget, model.partial_sill, model.range_m) == pytest.approx(FITTED, rel=1e-2)
    print(f"\n{'':>12}{'nugget':>12}{'partial sill':>14}{'range m':>12}")
    for name, figures in (("gstat", FITTED), ("here", (model.nugget, model.partial_sill, model.range_m))):
        print(f"{name:>12}{figures[0]:>12.8f}{figures[1]:>14.8f}{figures[2]:>12.4f}")


@pytest.mark.parametrize(
    ("shape", "name", "their_range"),
    [(Shape.SPHERICAL, "spherical", 1.0), (Shape.EXPONENTIAL, "exponential", 3.0), (Shape.GAUSSIAN, "gaussian", 7 / 4)],
)
def test_estimates_and_variances_are_those_of_pykrige(
    zinc: Samples, targets: np.ndarray, shape: Shape, name: str, their_range: float
) -> None:
    logs = lognormal.logarithms(zinc)
    model = Variogram(shape, 0.05, 0.6, 400.0)
    theirs = OrdinaryKriging(
        *logs.places.T, logs.values, variogram_model=name,
        variogram_parameters={"psill": 0.6, "range": 400.0 * their_range, "nugget": 0.05},
    )  # fmt: skip
    values, variances = theirs.execute("points", *targets.T)
    ours = at_points(logs, model, targets, neighbours=None)
    assert np.abs(ours.values - values).max() < 1e-8
    assert np.abs(ours.variances - variances).max() < 1e-8


def test_a_moving_window_is_that_of_pykrige(zinc: Samples, targets: np.ndarray) -> None:
    logs = lognormal.logarithms(zinc)
    theirs = OrdinaryKriging(
        *logs.places.T, logs.values, variogram_model="spherical",
        variogram_parameters={"psill": 0.6, "range": 900.0, "nugget": 0.05},
    )  # fmt: skip
    values, variances = theirs.execute("points", *targets.T, n_closest_points=32, backend="loop")
    ours = at_points(logs, Variogram(Shape.SPHERICAL, 0.05, 0.6, 900.0), targets, neighbours=32)
    assert np.abs(ours.values - values).max() < 1e-8
    assert np.abs(ours.variances - variances).max() < 1e-8


def test_a_matern_model_is_that_of_gstools(zinc: Samples, targets: np.ndarray) -> None:
    """Whose scale is ours times the square root of the smoothness."""
    logs = lognormal.logarithms(zinc)
    their_model = gstools.Matern(dim=2, var=0.6, len_scale=200.0 * np.sqrt(1.5), nugget=0.05, nu=1.5)
    theirs = gstools.krige.Ordinary(their_model, logs.places.T, logs.values, exact=True)
    values, variances = theirs(targets.T)
    ours = at_points(logs, Variogram(Shape.MATERN, 0.05, 0.6, 200.0), targets, neighbours=None)
    assert np.abs(ours.values - values).max() < 1e-8
    assert np.abs(ours.variances - variances).max() < 1e-8


def test_leaving_one_out_is_what_solving_the_bordered_system_without_it_gives(zinc: Samples) -> None:
    """gstat's algorithm: the system of semivariances with a row of ones, without the sample that is told."""
    logs = lognormal.logarithms(zinc)
    model = Variogram(Shape.SPHERICAL, *FITTED)
    ours = leave_one_out(logs, model, neighbours=None)
    for out in range(0, len(logs), 10):
        others = np.delete(np.arange(len(logs)), out)
        places = logs.places[others]
        system = np.ones((len(others) + 1, len(others) + 1))
        system[-1, -1] = 0
        system[:-1, :-1] = model.semivariance(np.hypot(*(places[:, None] - places).transpose(2, 0, 1)))
        right = np.append(model.semivariance(np.hypot(*(places - logs.places[out]).T)), 1.0)
        weights = np.linalg.solve(system, right)
        assert ours.told[out] == pytest.approx(weights[:-1] @ logs.values[others], abs=1e-9)
        assert ours.variances[out] == pytest.approx(weights @ right, abs=1e-9)
    told = f"RMSE {ours.rmse:.4f} (mean {ours.rmse_of_mean:.4f}, IDW {ours.rmse_of_idw:.4f}), MSDR {ours.msdr:.4f}"
    print(f"\nlog(zinc), all neighbours: {told}")
    assert ours.rmse < ours.rmse_of_idw < ours.rmse_of_mean
    assert ours.msdr == pytest.approx(1.0, abs=0.35)


def test_zinc_is_worked_in_logarithms_and_told_better_than_by_its_mean_and_by_idw(zinc: Samples) -> None:
    choice = choose(zinc)
    assert choice.logs and choice.refusal is None and choice.best is not None
    best = choice.best.validation
    assert best.rmse < best.rmse_of_idw < best.rmse_of_mean
    assert abs(best.bias) < 0.05 * zinc.values.mean()
    assert {one.model.shape for one in choice.candidates} == set(Shape)
