"""Roles at units: what each person sees, and what they are told about the rest."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from households.models import House, Household
from mapping import access
from mapping.access import Capability, Role
from mapping.errors import NotAllowed
from mapping.models import Grant, Unit
from tests import factories


def test_an_officer_sees_the_granted_commune_and_its_villages_only(officer: Any, stranger: Any, commune: Unit) -> None:
    house = factories.house(commune, village=factories.village(commune))
    foreign = factories.house(Unit.objects.get(code="99002"), lng=105.86)
    assert list(House.objects.for_user(officer)) == [house]
    assert list(House.objects.for_user(stranger)) == [foreign]
    assert set(Unit.objects.for_user(officer)) == {commune, *commune.children.all()}


def test_a_grant_at_the_province_holds_for_every_commune_below(commune: Unit) -> None:
    person = factories.user("tinh", officer_of=commune.parent)
    house = factories.house(commune)
    assert house in House.objects.for_user(person)
    assert access.may(person, Capability.PRINT, commune)


def test_a_grant_at_one_village_shows_that_village_only(commune: Unit) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    person = factories.user("thon", officer_of=west)
    mine = factories.house(commune, village=west)
    factories.house(commune, village=east)
    factories.house(commune)
    assert list(House.objects.for_user(person)) == [mine]
    assert access.own_commune(person) == commune


def test_a_viewer_sees_houses_and_no_people(viewer: Any, commune: Unit) -> None:
    house = factories.house(commune)
    factories.household(house)
    assert list(House.objects.for_user(viewer)) == [house]
    assert not Household.objects.for_user(viewer).exists()
    assert not House.objects.for_user(viewer, Capability.EDIT).exists()


def test_a_grant_ends_with_its_day(commune: Unit) -> None:
    person = factories.user("tam", officer_of=commune)
    Grant.objects.filter(user=person).update(valid_until=datetime.date(2020, 1, 1))
    assert not access.scope_of(person)


def test_nobody_sees_anything_without_a_grant_and_the_administrator_everything(commune: Unit) -> None:
    factories.house(commune)
    nobody, administrator = factories.user("moi"), factories.user("quantri")
    administrator.is_superuser = True
    assert House.objects.for_user(nobody).count() == 0
    assert House.objects.for_user(AnonymousUser()).count() == 0
    assert House.objects.for_user(administrator).count() == 1
    nobody.is_active = False
    Grant.objects.create(user=nobody, unit=commune, role=Role.COMMUNE_OFFICER)
    assert House.objects.for_user(nobody).count() == 0


def test_a_foreign_unit_is_not_found_and_a_known_one_without_the_right_is_forbidden(
    stranger: Any, viewer: Any, officer: Any, commune: Unit
) -> None:
    with pytest.raises(Http404):
        access.require(stranger, Capability.EDIT, commune)
    with pytest.raises(NotAllowed, match="Bình Minh"):
        access.require(viewer, Capability.EDIT, commune)
    access.require(officer, Capability.EDIT, commune)


def test_a_page_asks_once_for_grants_and_once_for_what_lies_below(
    officer_client: Any, commune: Unit, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(100) as asked:
        officer_client.get("/plates/")
    statements = [query["sql"] for query in asked.captured_queries]
    assert sum("mapping_grant" in sql for sql in statements) == 1
    assert sum("OR parent_id = ANY(" in sql for sql in statements) == 1


def test_a_province_reaches_down_to_its_villages_without_listing_them(commune: Unit) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    chief = factories.user("tinh")
    Grant.objects.create(user=chief, unit=commune.parent, role=Role.PROVINCE_OFFICER)
    village, foreign = factories.village(commune, 1), Unit.objects.create(
        kind="commune", code="98001", name="Xa", designation="Xã", vn2000_srid=5897, is_invented=True
    )  # fmt: skip
    with CaptureQueriesContext(
        connection,
    ) as asked:
        scope = access.scope_of(chief, Capability.SEE_HOUSES)
    assert len(asked) == 2 and village.pk not in scope.unit_ids
    assert village in scope and commune in scope and commune.parent in scope and foreign not in scope
    assert set(Unit.objects.filter(scope.units())) == {commune.parent, commune, *commune.children.all()}
    house = factories.house(commune, village=village)
    assert House.objects.for_user(chief).get() == house
