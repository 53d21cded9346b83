"""A list that names no house is decided row by row: to the same effect as in the database, and however it is cut."""

from __future__ import annotations

import csv
import threading
from collections.abc import Generator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from households.importing import runs
from households.importing.ahead import working_ahead
from households.importing.arrivals import Arrivals, Standing
from households.importing.near_names import NearNames, nearly_equal
from households.importing.reading import Batch
from households.models import House, Household
from mapping import text
from mapping.errors import UserError
from mapping.importing import silent
from mapping.models import ChangeSet, Unit
from tests import factories

HEADER = ("Số nhà", "Ngõ", "Thôn", "Chủ hộ", "SĐT", "Số nhân khẩu", "Ghi chú", "Kinh độ", "Vĩ độ")
ZONE = 5897
# 0.0000004° is within the millionth that makes two points one; 0.0001° is 10 m.
lists = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "12/5", "12/5 ", "½"]),
        st.sampled_from(["", "ngõ Đình", "Ngõ  ĐÌNH", "ngõ\\Chùa"]),
        st.sampled_from(["", "Đông Hoà", "Xa Thư"]),
        st.sampled_from(["", "Lê An", "Lê Ân", "Lê Văn An", "Lê Văn Ann", "Lê Văn Anh", "Trần Bốn", "Œdipe Σ", "ß\\đ"]),
        st.sampled_from(["", "0912345678"]),
        st.sampled_from(["", "4", "bốn"]),
        st.sampled_from(["", "ghi chú", "hai\ndòng"]),
        st.sampled_from(["", "105.8000000", "105.8000004", "105.8001", "105.8002", "105.81", "99"]),
        st.sampled_from(["19.67", "19.6700004", "19.6701"]),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


def write(folder: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Path:
    path = folder / f"{len(list(folder.iterdir()))}.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([header, *rows])
    return path


def bring(path: Path, commune: Unit, *, with_doubles: bool, progress: Any = silent) -> Any:
    reading = replace(runs.look(path, path.name).reading, srid=4326)
    return runs.import_at_once(
        path=path, name=path.name, reading=reading, commune=commune, user=None, with_doubles=with_doubles,
        progress=progress,
    )[1]  # fmt: skip


def written() -> list[tuple[Any, ...]]:
    houses = [
        (*row[:3], row[3].wkt, *row[4:])
        for row in House.objects.values_list(
            "number", "street", "village", "location", "accuracy_m", "note", "search_key", "state", "version"
        )
    ]
    people = Household.objects.values_list(
        "house__search_key", "house__note", "village", "head_name", "phone", "size", "note", "search_key", "version"
    )
    return sorted(houses, key=repr) + sorted(people, key=repr)


@pytest.mark.parametrize("with_doubles", [False, True])
@given(rows=lists)
@example(rows=[  # a second household has nearly the name of a later neighbour: its house looks double then
    ("1", "", "", "Lê Văn Anh", "", "", "", "105.8000000", "19.67"),
    ("3", "", "", "Trần Bốn", "", "", "", "105.8001", "19.67"),
    ("1", "", "", "Trần Bốn", "", "", "", "105.8000000", "19.67"),
])  # fmt: skip
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_without_identifiers_does_what_it_does_with_an_empty_column_of_them(
    tmp_path: Path, commune: Unit, with_doubles: bool, rows: list[tuple[str, ...]]
) -> None:
    """With that column the database matches the rows, without it the arrivals do."""
    seen = []
    for plain in (True, False):
        path = write(tmp_path, HEADER, rows) if plain else write(tmp_path, (*HEADER, "Mã hộ"), [(*r, "") for r in rows])
        with transaction.atomic():
            for number, name, lng in (("12/5", "Lê Văn An", 105.8), ("", "Trần Bốn", 105.8002)):
                house = factories.house(commune, number=number, street="ngõ Đình", lng=lng, lat=19.67)
                factories.household(house, head_name=name)
            standing = set(House.objects.values_list("pk", flat=True))
            codes = dict(House.objects.values_list("code", "number"))
            found = bring(path, commune, with_doubles=with_doubles)
            doubles = [(one.row, one.code, one.line, codes.get(one.house.replace("-", ""))) for one in found.doubles]
            seen.append((found.counts(), found.shared, found.most_shared, found.issues, doubles, written()))
            assert len(standing & set(House.objects.values_list("pk", flat=True))) == 2
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def batch_of(lines: list[int], rows: list[tuple[str, ...]]) -> Batch:
    names = ("number_key", "street_key", "village", "head_name")
    held = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    held["head_name_key"] = [text.fold(name) for name in held["head_name"]]
    lng, lat = (np.array([float(row[at] or "nan") for row in rows]) for at in (7, 8))
    return Batch(lines, held, lng, lat)


@given(rows=lists, size=st.integers(1, 5))
def test_how_a_list_is_cut_into_batches_changes_nothing(rows: list[tuple[str, ...]], size: int) -> None:
    lines = list(range(2, len(rows) + 2))
    outcomes = []
    for at_once in (len(rows), size):
        arrivals = Arrivals(Standing(), ZONE)
        taken = [
            arrivals.take(batch_of(lines[start : start + at_once], rows[start : start + at_once]))
            for start in range(0, len(rows), at_once)
        ]
        leaders = [leader for one in taken for leader in one.leaders]
        refusals = sorted(((one.line, one) for batch in taken for one in batch.refusals), key=lambda pair: pair[0])
        outcomes.append((leaders, refusals, arrivals.doubles, arrivals.rows_of, arrivals.rows, arrivals.houses))
        told = {leader for one in taken for leader in one.doubles} | set(arrivals.late)
        assert told == arrivals.doubles.keys()
    assert outcomes[0] == outcomes[1]


names = st.sampled_from(["le van an", "le van am", "le van a", "tran bon", "an", "am"])
spots = st.tuples(names, st.integers(0, 60), st.integers(0, 30))


@given(standing=st.lists(spots, max_size=6), rows=st.lists(spots, max_size=30), size=st.integers(1, 7))
def test_near_names_are_those_that_comparing_each_with_each_finds(
    standing: list[tuple[str, int, int]], rows: list[tuple[str, int, int]], size: int
) -> None:
    def places(some: list[tuple[str, int, int]]) -> tuple[Any, Any]:
        return np.array([580_000.0 + east for _, east, _ in some]), np.array([2_180_000.0 + n for _, _, n in some])

    near = NearNames([f"house {at}" for at in range(len(standing))], [one[0] for one in standing], *places(standing))
    found = []
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        leaders = list(range(start, start + len(some)))
        found += [
            (one.leader, one.other, one.house) for one in near.take(leaders, [one[0] for one in some], *places(some))
        ]
    expected = []
    for row, (name, east, north) in enumerate(rows):
        for other, (its, e, n) in enumerate([*standing, *rows[:row]]):
            if nearly_equal(name, its) and (east - e) ** 2 + (north - n) ** 2 <= 225:
                of_list = other - len(standing)
                expected.append((row, of_list, "") if of_list >= 0 else (row, None, f"house {other}"))
                break
    assert found == expected


def test_a_crowd_on_one_point_is_compared_by_equal_names_alone_however_it_is_cut() -> None:
    names = [f"le van {'abcdeghik'[at % 9]}{at % 50}" for at in range(1_000)]
    seen = []
    for size in (1, 130, 1_000):
        near = NearNames([], [], np.empty(0), np.empty(0))
        found = []
        for start in range(0, len(names), size):
            some = names[start : start + size]
            leaders = list(range(start, start + len(some)))
            found += near.take(leaders, some, np.full(len(some), 580_000.0), np.full(len(some), 2_180_000.0))
        seen.append([(one.leader, one.other) for one in found])
    assert seen[0] == seen[1] == seen[2]
    assert {leader for leader, _ in seen[0]} >= set(range(450, 1_000))


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_work_ahead_comes_in_order_with_its_error_at_the_end_and_no_thread_behind() -> None:
    def work() -> Generator[int]:
        yield from range(100)
        raise ValueError("broken")

    got: list[int] = []
    with pytest.raises(ValueError, match="broken"), working_ahead(work(), most=3) as lists:
        for some in lists:
            got += some
    assert got == list(range(100))
    assert "working ahead" not in threads()


def test_work_ahead_ends_when_its_user_leaves_early() -> None:
    closed = []

    def work() -> Generator[int]:
        try:
            yield from count()
        finally:
            closed.append(True)

    with pytest.raises(KeyError), working_ahead(work(), most=2) as lists:
        next(lists)
        raise KeyError
    assert closed == [True]
    assert "working ahead" not in threads()


def long_list(many: int) -> list[tuple[str, ...]]:
    """Houses 20 m from each other, in rows of a hundred."""
    return [
        (str(at), "ngõ Đình", "Đông Hoà", f"Lê Văn {'ABCDEGHIKL'[at % 10] * 3}{at}", "", "", "",
         f"{105.795 + at % 100 * 0.0002:.6f}", f"{19.66 + at // 100 * 0.0002:.6f}")
        for at in range(many)
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_row_that_breaks_the_file_at_its_end_leaves_nothing_behind(tmp_path: Path, commune: Unit) -> None:
    path = write(tmp_path, HEADER, [*long_list(6_000), ("x",) * 400])
    with pytest.raises(UserError):
        bring(path, commune, with_doubles=True)
    assert not House.objects.exists()
    assert not Household.objects.exists()
    assert not ChangeSet.objects.exists()
    assert "working ahead" not in threads()


class Cancelled(Exception):
    pass


@pytest.mark.django_db
def test_an_import_that_is_cancelled_in_the_middle_leaves_nothing_behind(tmp_path: Path, commune: Unit) -> None:
    path = write(tmp_path, HEADER, long_list(12_000))
    told: list[int] = []

    def progress(done: int, total: int) -> None:
        told.append(done)
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        bring(path, commune, with_doubles=True, progress=progress)
    assert told[0] > 0
    assert not House.objects.exists()
    assert not ChangeSet.objects.exists()
    assert "working ahead" not in threads()


@pytest.mark.django_db
def test_a_house_that_looks_double_by_a_row_far_below_is_left_out(tmp_path: Path, commune: Unit) -> None:
    rows = long_list(6_000)
    neighbour = (*rows[0][:3], "Trần Văn Bốn", *rows[0][4:7], f"{105.795 + 0.0001:.6f}", rows[0][8])
    second = (*rows[0][:3], "Trần Văn Bôn", *rows[0][4:])
    path = write(tmp_path, HEADER, [*rows, ("1b", *neighbour[1:]), second])
    found = bring(path, commune, with_doubles=False)
    assert [(one.row, one.code, one.line) for one in found.doubles] == [(2, "near_name", 6_002)]
    assert (found.add, found.double, found.houses) == (6_000, 2, 6_000)
    assert House.objects.count() == Household.objects.count() == 6_000
    assert not House.objects.filter(number="0").exists()
    assert {added.table: added.count for added in ChangeSet.objects.get().added_ranges.all()} == {
        "households_house": 6_000,
        "households_household": 6_000,
    }
