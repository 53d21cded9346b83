"""A position that a phone measured, and how far it may be trusted."""

from __future__ import annotations

import numpy as np
import pytest

from households.survey.position import Fix, average, metres_between

DOOR = (105.81, 19.67)


def fixes_around(door: tuple[float, float], accuracies: list[float], seed: int = 1) -> list[Fix]:
    """Fixes whose errors are as large as they say."""
    random = np.random.default_rng(seed)
    return [
        Fix(door[0] + random.normal(0, one / 1.5) / 104_800, door[1] + random.normal(0, one / 1.5) / 111_320, one)
        for one in accuracies
    ]


def test_good_fixes_outweigh_poor_ones_and_bad_ones_are_dropped() -> None:
    averaged = average([Fix(*DOOR, 4.0), Fix(DOOR[0] + 0.0001, DOOR[1], 8.0), Fix(DOOR[0] + 0.01, DOOR[1], 60.0)])
    assert averaged is not None
    assert (averaged.used, averaged.given) == (2, 3)
    assert metres_between(*DOOR, averaged.lng, averaged.lat) == pytest.approx(10.5 / 5, rel=0.01)


def test_the_mean_of_many_is_nearer_than_one_and_never_told_too_good() -> None:
    away = [
        (metres_between(*DOOR, averaged.lng, averaged.lat), metres_between(*DOOR, fixes[0].lng, fixes[0].lat))
        for fixes in (fixes_around(DOOR, [8.0] * 20, seed) for seed in range(40))
        if (averaged := average(fixes)) is not None
    ]
    mean, single = np.mean(away, axis=0)
    assert mean < single / 2
    told = average(fixes_around(DOOR, [8.0] * 20))
    assert told is not None
    assert told.accuracy_m == 4.0


def test_a_fix_said_to_be_exact_is_marked() -> None:
    averaged = average([Fix(*DOOR, 0.0)])
    assert averaged is not None
    assert averaged.is_doubtful
    among_real = average([Fix(*DOOR, 5.0), Fix(DOOR[0], DOOR[1] + 0.01, 0.0)])
    assert among_real is not None
    assert (among_real.is_doubtful, among_real.lat) == (True, DOOR[1])


def test_nothing_usable_is_no_position() -> None:
    assert average([]) is None
    assert average([Fix(float("nan"), 19.0, 5.0), Fix(*DOOR, -1.0)]) is None
