"""The ground itself: the database's roles, its zones and its folding."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import ProgrammingError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from mapping.text import fold


def test_tests_connect_as_the_web_role_which_may_not_change_tables(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("sonha_web",)
        with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic():
            cursor.execute("ALTER TABLE households_house ADD COLUMN intruder int")


def test_the_database_and_the_program_shift_vn2000_alike(db: None) -> None:
    """The check value of facts.md §5: 5897 (E 580000, N 2190000) is 105.76543316 E 19.79731884 N."""
    point = Point(580_000, 2_190_000, srid=5897)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(g), ST_Y(g) FROM (SELECT ST_Transform(%s::geometry, 4326) g) t", [point.hexewkb.decode()]
        )
        lng, lat = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM spatial_ref_sys WHERE srid BETWEEN 9205 AND 9218")
        assert cursor.fetchone() == (14,)
    assert (lng, lat) == pytest.approx((105.76543316, 19.79731884), abs=1e-8)


class TestFolding(HypothesisTestCase):
    @settings(max_examples=200)
    @given(
        st.text(
            alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
            "ĐÀẢÃÁẠĂẰÊỀÔỒƠỜƯỪ \u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b0123456789/-.,'"
        )
    )
    def test_the_database_folds_vietnamese_as_the_program_does(self, written: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sonha_fold(%s)", [written])
            assert cursor.fetchone() == (fold(written),)


def test_house_numbers_sort_naturally_in_the_database(db: None) -> None:
    numbers = ["12A", "12/10", "2", "12/5", "10", "12"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM unnest(%s::text[]) n ORDER BY n COLLATE vi_natural", [numbers])
        assert [row[0] for row in cursor.fetchall()] == ["2", "10", "12", "12/5", "12/10", "12A"]
