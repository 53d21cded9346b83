"""What must hold of kriging whatever the samples are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soil_map.kriging import fitting, lognormal
from soil_map.kriging.choosing import Refusal, choose
from soil_map.kriging.ordinary import Block, Estimates, Grid, at_points, on_grid
from soil_map.kriging.samples import NotUsable, Samples, at_distinct_places
from soil_map.kriging.validating import leave_one_out
from soil_map.kriging.variogram import Empirical, Shape, Variogram, empirical

SPHERICAL = Variogram(Shape.SPHERICAL, 0.1, 0.9, 1500.0)


CORNER = np.array([580_000.0, 2_190_000.0])


def field(count: int, *, seed: int = 1, side: float = 5000.0, model: Variogram = SPHERICAL) -> Samples:
    """Draw a Gaussian field with the model at random places of a square."""
    random = np.random.default_rng(seed)
    places = random.uniform(0, side, (count, 2)) + CORNER
    distances = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    covariance = model.sill - model.semivariance(distances)
    return Samples(places, 5.5 + np.linalg.cholesky(covariance + 1e-10 * np.eye(count)) @ random.normal(size=count))


models = st.builds(
    Variogram,
    st.sampled_from(Shape),
    st.floats(0.01, 1.0),
    st.floats(0.01, 2.0),
    st.floats(50.0, 5000.0),
)


@given(model=models, seed=st.integers(0, 10_000), shift=st.floats(-100, 100), scale=st.floats(0.1, 10))
def test_estimates_move_and_grow_with_the_values(model: Variogram, seed: int, shift: float, scale: float) -> None:
    samples = field(25, seed=seed)
    targets = np.random.default_rng(seed).uniform(0, 5000, (20, 2)) + CORNER
    before = at_points(samples, model, targets, neighbours=12)
    after = at_points(Samples(samples.places, shift + scale * samples.values), model, targets, neighbours=12)
    assert np.allclose(after.values, shift + scale * before.values, atol=1e-6)
    assert np.allclose(after.variances, before.variances, atol=1e-9)
    assert (before.variances >= 0).all()


@given(model=models, seed=st.integers(0, 10_000))
def test_a_sample_tells_its_own_place_exactly_and_surely(model: Variogram, seed: int) -> None:
    samples = field(25, seed=seed)
    here = at_points(samples, model, samples.places, neighbours=None)
    assert np.allclose(here.values, samples.values, atol=1e-6)
    assert np.allclose(here.variances, 0, atol=1e-6 * model.sill)


def test_equal_values_give_that_value_everywhere() -> None:
    samples = field(40)
    grid = Grid(580_000, 2_195_000, 100, 50, 50)
    told = on_grid(Samples(samples.places, np.full(40, 6.25)), SPHERICAL, grid)
    assert np.allclose(told.values, 6.25, atol=1e-9)


def test_far_from_all_samples_the_mean_is_told_and_all_of_the_sill_is_unsure() -> None:
    samples = field(40)
    far = at_points(samples, SPHERICAL, [[900_000.0, 2_500_000.0]], neighbours=None)
    assert samples.values.min() < far.values[0] < samples.values.max()
    assert far.variances[0] > SPHERICAL.sill


def test_a_grid_tells_what_all_samples_tell_and_no_worse_than_a_moving_window() -> None:
    samples = field(600)
    grid = Grid(580_000, 2_195_000, 50, 100, 100)
    targets = np.stack(np.meshgrid(grid.eastings(), grid.northings()), axis=-1).reshape(-1, 2)
    told = on_grid(samples, SPHERICAL, grid)
    full = at_points(samples, SPHERICAL, targets, neighbours=None)
    window = at_points(samples, SPHERICAL, targets, neighbours=32)

    def away(one: Estimates) -> float:
        return float(np.sqrt(np.mean((one.values.reshape(-1) - full.values) ** 2)))

    assert away(told) <= away(window)
    assert away(told) < 0.05 * samples.values.std()
    assert np.abs(told.variances.reshape(-1) - full.variances).max() < 0.05 * SPHERICAL.sill


def test_north_is_up() -> None:
    """Row 0 is the northernmost: a value that grows to the north is largest there."""
    samples = field(200)
    northward = Samples(samples.places, samples.places[:, 1] - 2_190_000)
    told = on_grid(northward, Variogram(Shape.GAUSSIAN, 1.0, 1e6, 3000.0), Grid(580_000, 2_195_000, 500, 10, 10))
    assert (np.diff(told.values.mean(axis=1)) < 0).all()


def test_only_cells_inside_are_told_and_progress_says_how_many() -> None:
    samples, grid = field(50), Grid(580_000, 2_195_000, 100, 50, 50)
    inside = np.zeros((50, 50), dtype=bool)
    inside[7:23, 11:38] = True
    heard: list[tuple[int, int]] = []
    told = on_grid(samples, SPHERICAL, grid, inside=inside, progress=lambda done, total: heard.append((done, total)))
    assert (np.isfinite(told.values) == inside).all() and (np.isfinite(told.variances) == inside).all()
    assert heard[-1] == (16 * 27, 16 * 27) and [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_whoever_stops_the_work_stops_it() -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        on_grid(field(50), SPHERICAL, Grid(580_000, 2_195_000, 100, 50, 50), progress=stop)


def test_the_mean_of_a_block_is_surer_than_a_point_and_about_the_mean_of_its_points() -> None:
    samples, middle = field(100), np.array([[582_500.0, 2_192_500.0]])
    block = Block(side=400, points=6)
    mean = at_points(samples, SPHERICAL, middle, neighbours=None, block=block)
    points = at_points(samples, SPHERICAL, middle + block.offsets(), neighbours=None)
    assert mean.values[0] == pytest.approx(points.values.mean(), abs=1e-9)
    assert mean.variances[0] < points.variances.min()


def test_variances_are_honest_for_a_field_of_the_model() -> None:
    """Over many drawn fields the squared error is what was told: the mean deviation ratio is near 1."""
    ratios = [leave_one_out(field(150, seed=seed), SPHERICAL).msdr for seed in range(12)]
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.1)


def test_logarithms_come_back_without_bias() -> None:
    """What is told of log-normal fields is right on average; the plain exponential, the median, is far below."""
    model = Variogram(Shape.SPHERICAL, 0.2, 0.8, 1500.0)
    told, plain, true = [], [], []
    for seed in range(60):
        drawn = field(121, seed=seed, model=model)
        known, hidden = Samples(drawn.places[20:], drawn.values[20:]), slice(0, 20)
        logs = at_points(known, model, drawn.places[hidden], neighbours=None)
        told.append(lognormal.back(logs).values)
        plain.append(np.exp(logs.values))
        true.append(np.exp(drawn.values[hidden]))
    mean = np.mean(true)
    assert np.mean(told) == pytest.approx(mean, rel=0.06)
    assert np.mean(plain) < 0.85 * mean


def test_replicates_are_averaged_and_keep_the_order_of_the_first() -> None:
    samples = at_distinct_places([[5, 5], [0, 0], [5, 5.001], [9, 9]], [1.0, 7.0, 3.0, 4.0])
    assert samples.places.tolist() == [[5, 5], [0, 0], [9, 9]]
    assert samples.values.tolist() == [2.0, 7.0, 4.0]


@pytest.mark.parametrize("values", [[1.0, float("nan")], [1.0, float("inf")]])
def test_what_is_no_number_is_refused(values: list[float]) -> None:
    with pytest.raises(NotUsable, match="not finite"):
        at_distinct_places([[0, 0], [1, 1]], values)


def test_logarithms_of_zero_are_refused() -> None:
    with pytest.raises(NotUsable, match="not positive"):
        lognormal.logarithms(Samples(np.zeros((2, 2)), np.array([1.0, 0.0])))


@given(model=models)
def test_a_fit_finds_the_model_that_a_variogram_was_made_of(model: Variogram) -> None:
    distance = np.linspace(100, 3000, 15)
    made = Empirical(np.full(15, 100.0), distance, model.semivariance(distance), 3000.0, 100)
    found = fitting.fit(made, model.shape).model
    assert np.allclose(found.semivariance(distance), made.semivariance, rtol=0.02, atol=0.005 * model.sill)


def test_pairs_of_many_samples_are_drawn_from_a_part_of_them_and_it_is_told() -> None:
    random = np.random.default_rng(3)
    many = Samples(random.uniform(0, 5000, (13_000, 2)), random.normal(size=13_000))
    measured = empirical(many)
    assert measured.paired == 4_334
    assert measured.semivariance == pytest.approx(np.ones(15), rel=0.05)


def test_fewer_than_thirty_places_make_no_map() -> None:
    assert choose(field(29)).refusal is Refusal.FEW
    assert choose(field(29)).best is None


def test_values_that_do_not_vary_make_no_map() -> None:
    samples = field(60)
    assert choose(Samples(samples.places, np.full(60, 5.0))).refusal is Refusal.ALL_EQUAL


def test_values_without_any_likeness_of_neighbours_make_no_map() -> None:
    """Pure noise, for most draws of it: the mean tells as well."""
    random = np.random.default_rng(5)
    refused = 0
    for _ in range(20):
        noise = Samples(random.uniform(0, 5000, (80, 2)), random.normal(size=80))
        refused += choose(noise).refusal is Refusal.NO_BETTER_THAN_THE_MEAN
    assert refused >= 16


def test_a_field_with_a_range_makes_a_map() -> None:
    choice = choose(field(220))
    assert choice.refusal is None and choice.best is not None and not choice.logs
    assert choice.best.validation.explained > 0.2
