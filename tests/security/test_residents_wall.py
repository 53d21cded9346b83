"""What a household's session may reach: its own page, and nothing else of anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from households.models import Consent, Correction, Household, ResidentSecret, ResidentSession
from households.residents import secret_keeping
from mapping import wall
from mapping.access import Role
from mapping.models import Change, Grant, Unit
from tests import factories
from tests.security.residents import issue, open_page


@pytest.fixture
def two(commune: Unit, officer: Any) -> tuple[Household, Household]:
    """An and Bình, in one house, each with a secret, a consent and a wish."""
    house = factories.house(commune, number="12", village=factories.village(commune))
    made = (factories.household(house, "Nguyễn Văn An"), factories.household(house, "Trần Bình", phone="0987654321"))
    for household in made:
        issue(officer, household)
        secret = ResidentSecret.objects.get(household=household)
        with itself(household):
            Correction.objects.create(household=household, wanted="x")
            Consent.objects.create(
                household=household, purpose="publish", field="shop_name", given=True, wording_version=1, wording="…",
                secret=secret,
            )  # fmt: skip
    return made


def itself(household: Household) -> Any:
    return wall.acting_as_household(household.pk, request=RequestFactory().get("/ho/home/"))


def test_a_household_sees_itself_and_nothing_else_in_the_database(two: tuple[Household, Household]) -> None:
    an, _binh = two
    with itself(an):
        assert list(Household.objects.values_list("pk", flat=True)) == [an.pk]
        for model in (ResidentSecret, Consent, Correction):
            assert set(model.objects.values_list("household", flat=True)) == {an.pk}, model
        assert Change.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM households_find_people(NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,100)")
            assert cursor.fetchone() == (0,)
    with wall.acting(None):
        for model in (Household, ResidentSecret, ResidentSession, Consent, Correction):
            assert model.objects.count() == 0, model


def test_a_household_changes_nothing_by_itself(two: tuple[Household, Household]) -> None:
    an, binh = two
    with itself(an):
        assert Household.objects.update(head_name="X") == 0
        assert Household.objects.filter(pk=an.pk).delete()[0] == 0
        assert ResidentSecret.objects.update(expires_at="2099-01-01T00:00Z") == 0
        assert Correction.objects.update(state="accepted", answered_at="2026-01-01T00:00Z") == 0
        for row in (
            Correction(household=binh, wanted="y"),
            Consent(household=binh, purpose="publish", field="shop_name", given=True, wording_version=1, wording="",
                    secret=ResidentSecret.objects.get()),
            ResidentSecret(household=an, digest=b"0" * 32, expires_at="2099-01-01T00:00Z"),
        ):  # fmt: skip
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                row.save(force_insert=True)


def test_an_officer_cannot_consent_for_a_household(two: tuple[Household, Household], officer: Any) -> None:
    an, _binh = two
    with wall.acting(officer), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Consent.objects.create(
            household=an, purpose="publish", field="shop_name", given=True, wording_version=1, wording="",
            secret=ResidentSecret.objects.get(household=an),
        )  # fmt: skip


def test_a_consent_is_never_changed_or_deleted(two: tuple[Household, Household]) -> None:
    with wall.acting_as_system("test"):
        for act in (lambda: Consent.objects.update(given=False), lambda: Consent.objects.all()._raw_delete("default")):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                act()


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        (Role.COMMUNE_OFFICER, "commune", 2),
        (Role.VILLAGE_HEAD, "village", 2),
        (Role.VIEWER, "commune", 0),
        (Role.COMMUNE_OFFICER, "elsewhere", 0),
    ],
)
def test_residents_tables_are_seen_where_their_household_is(
    two: tuple[Household, Household], role: Role, place: str, seen: int
) -> None:
    units = {"commune": two[0].commune, "village": factories.village(two[0].commune)}
    unit = units.get(place) or factories.neighbour_commune()
    user = factories.user("mai")
    Grant.objects.create(user=user, unit=unit, role=role)
    with wall.acting(user):
        for model in (ResidentSecret, Consent, Correction):
            assert model.objects.count() == seen, model


def test_a_secret_of_a_household_that_was_removed_opens_nothing(commune: Unit, officer: Any) -> None:
    household = factories.household(factories.house(commune))
    secret = issue(officer, household)
    assert secret_keeping.open_with(household.house.code, secret) is not None
    code = household.house.code
    household.delete()
    assert secret_keeping.open_with(code, secret) is None


def test_a_residents_session_opens_no_other_household_no_official_page_and_no_api(
    two: tuple[Household, Household], officer: Any
) -> None:
    an, binh = two
    browser = Client()
    open_page(browser, an, issue(officer, an))
    page = browser.get("/ho/home/").content.decode()
    assert "Nguyễn Văn An" in page and "Trần Bình" not in page and "0987654321" not in page
    kept = browser.cookies["sonha_ho"].value
    for path in (
        "/houses/", f"/houses/{an.house.code}/", f"/houses/{an.house.code}/summary.json", "/houses/search.json?q=binh",
        f"/households/{an.pk}/edit/", f"/households/{binh.pk}/resident/", "/residents/", "/residents/letters/",
        "/changes/", "/imports/", "/plates/", "/map/", "/houses/export.xlsx", "/account/", "/people/", "/admin/",
        "/tiles/houses/14/13007/7275.mvt",
    ):  # fmt: skip
        # Even where the cookie were sent along: browsers send it to /ho/ alone.
        answer = Client(headers={"cookie": f"sonha_ho={kept}"}).get(path)
        assert answer.status_code in (302, 403, 404), path
        if answer.status_code == 302:
            assert "sign-in" in answer.headers["Location"] or "login" in answer.headers["Location"], path
        assert "Trần Bình" not in answer.content.decode(), path


def test_an_officers_right_does_not_widen_the_residents_page(two: tuple[Household, Household], officer: Any) -> None:
    """Whoever has signed in as well sees the household's page as the household does."""
    an, _binh = two
    browser = Client()
    browser.force_login(officer)
    open_page(browser, an, issue(officer, an))
    assert "Trần Bình" not in browser.get("/ho/home/").content.decode()
