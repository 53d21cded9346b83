"""Desk work on houses and households: what is written, what is refused, and the way back."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.gis.geos import Point
from django.http import Http404
from django.utils import timezone

from households import house_editing, household_editing, undoing
from households.codes import parse_house_code
from households.house_editing import People
from households.models import House, Household, Plate
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import Change, ChangeSet, Grant, User
from tests import factories

LNG, LAT = factories.CENTRE


def at(east: float = 0.0, north: float = 0.0) -> Point:
    """A point so many degrees from the middle of the commune."""
    return Point(LNG + east, LAT + north, srid=4326)


def undo(changeset: ChangeSet, user) -> int:
    return undoing.undo_changes(user=user, changeset=changeset)


def test_a_new_house_gets_code_commune_and_village_from_its_point(commune, officer) -> None:
    house, changeset = house_editing.add_house(
        user=officer, point=at(-0.005), number="12/5", street="ngõ Đình", people=People("Lê Thị Hoà", "0912345678", 4)
    )
    assert parse_house_code(house.code) == house.code
    assert (house.commune, house.village) == (commune, factories.village(commune, 1))
    assert house.households.get().head_name == "Lê Thị Hoà"
    assert undo(changeset, officer) == 2
    assert not House.objects.exists() and not Household.objects.exists()


def test_codes_of_two_new_houses_differ(officer) -> None:
    first, _ = house_editing.add_house(user=officer, point=at(), number="1", street="")
    second, _ = house_editing.add_house(user=officer, point=at(), number="1", street="", anyway=True)
    assert first.code != second.code


def test_a_house_outside_every_own_commune_is_refused_with_the_distance(officer) -> None:
    with pytest.raises(UserError) as refused:
        house_editing.add_house(user=officer, point=at(0.12), number="1", street="")
    assert "Xã Bình Minh 10,5 km" in refused.value.sentence
    assert not House.objects.exists() and not ChangeSet.objects.exists()


def test_what_the_model_refuses_is_told_by_field_and_leaves_nothing(officer) -> None:
    with pytest.raises(UserError) as refused:
        house_editing.add_house(user=officer, point=at(), number="1" * 21, street="")
    assert refused.value.sentence.startswith("Số nhà: ")
    with pytest.raises(UserError):
        house_editing.add_house(user=officer, point=at(), number="1", street="", people=People("An", size=61))
    assert not House.objects.exists()


def test_an_edit_is_undone_with_every_field_and_a_version_that_never_goes_back(commune, officer) -> None:
    house = factories.house(commune, number="12", street="ngõ Đình", note="góc")
    changeset = house_editing.edit_house(
        user=officer, house=house, version=1, number="14", street="ngõ Chùa", village=None, note=""
    )
    house.refresh_from_db()
    assert (house.number, house.street, house.note, house.version) == ("14", "ngõ Chùa", "", 2)
    undo(changeset, officer)
    house.refresh_from_db()
    assert (house.number, house.street, house.note, house.version) == ("12", "ngõ Đình", "góc", 3)


def test_an_edit_of_what_another_has_changed_is_a_conflict(commune, officer) -> None:
    house = factories.house(commune, number="12")
    house_editing.edit_house(user=officer, house=house, version=1, number="14", street="", village=None, note="")
    with pytest.raises(Conflict):
        house_editing.edit_house(user=officer, house=house, version=1, number="16", street="", village=None, note="")
    assert House.objects.get().number == "14"


def test_a_village_of_another_commune_is_refused(commune, officer) -> None:
    house = factories.house(commune)
    elsewhere = factories.village(factories.neighbour_commune())
    with pytest.raises(UserError):
        house_editing.edit_house(user=officer, house=house, version=1, number="", street="", village=elsewhere, note="")


def test_a_moved_house_lies_at_the_point_to_the_last_digit_and_goes_back(commune, officer) -> None:
    house = factories.house(commune)
    changeset = house_editing.move_house(user=officer, house=house, version=1, point=at(0.0012345, -0.0006789))
    house.refresh_from_db()
    assert house.location.coords == pytest.approx((LNG + 0.0012345, LAT - 0.0006789), abs=1e-12)
    assert house.location_3857.x == pytest.approx(house.location.transform(3857, clone=True).x, abs=1e-6)
    undo(changeset, officer)
    house.refresh_from_db()
    assert house.location.coords == (LNG, LAT)


def test_a_move_out_of_the_commune_is_refused(commune, officer) -> None:
    house = factories.house(commune)
    with pytest.raises(UserError, match="ngoài Xã Bình Minh"):
        house_editing.move_house(user=officer, house=house, version=1, point=at(0.03))
    assert House.objects.get().version == 1


def test_steps_are_undone_one_after_the_other(commune, officer) -> None:
    house = factories.house(commune, number="1")
    steps = [
        house_editing.edit_house(
            user=officer, house=house, version=version, number=str(version + 1), street="", village=None, note=""
        )
        for version in (1, 2, 3)
    ]
    with pytest.raises(Conflict):
        undo(steps[0], officer)
    for step, left in zip(reversed(steps), ("3", "2", "1"), strict=True):
        undo(step, officer)
        assert House.objects.get().number == left


def test_a_split_takes_the_chosen_household_to_a_new_code_and_back(commune, officer) -> None:
    house = factories.house(commune, number="12", street="ngõ Đình")
    staying, leaving = factories.household(house, "Lê Văn Ở"), factories.household(house, "Lê Văn Đi")
    part, changeset = house_editing.split_house(
        user=officer,
        house=house,
        version=1,
        number="12A",
        street="ngõ Đình",
        point=at(0.0001),
        household_ids=[leaving.pk],
    )
    assert part.code != house.code and part.number == "12A"
    assert list(part.households.all()) == [leaving] and list(house.households.all()) == [staying]
    undo(changeset, officer)
    assert not House.objects.filter(pk=part.pk).exists()
    assert set(house.households.all()) == {staying, leaving}


def test_a_split_does_not_take_a_household_of_another_house(commune, officer) -> None:
    house, other = factories.house(commune), factories.house(commune)
    stranger = factories.household(other)
    with pytest.raises(Conflict):
        house_editing.split_house(
            user=officer, house=house, version=1, number="", street="", point=at(), household_ids=[stranger.pk]
        )
    assert House.objects.count() == 2


def test_closing_wants_a_day_that_has_come_and_reopening_clears_it(commune, officer) -> None:
    house = factories.house(commune)
    today = timezone.localdate()
    with pytest.raises(UserError):
        house_editing.close_house(
            user=officer, house=house, version=1, reason="phá dỡ", closed_on=today + datetime.timedelta(days=1)
        )
    house_editing.close_house(user=officer, house=house, version=1, reason="phá dỡ", closed_on=today)
    house.refresh_from_db()
    assert (house.state, house.closed_on, house.closed_reason) == ("closed", today, "phá dỡ")
    with pytest.raises(Conflict):
        house_editing.close_house(user=officer, house=house, version=2, reason="phá dỡ", closed_on=today)
    house_editing.reopen_house(user=officer, house=house, version=2)
    house.refresh_from_db()
    assert (house.state, house.closed_on, house.closed_reason) == ("active", None, "")


def test_a_household_is_added_edited_moved_removed_and_all_of_it_undone(commune, officer) -> None:
    here, there = factories.house(commune, number="1"), factories.house(commune, number="2")
    household, added = household_editing.add_household(user=officer, house=here, people=People("Lê Văn An"))
    edited = household_editing.edit_household(
        user=officer, household=household, version=1, people=People("Lê Văn Ân", "0912345678", 3, "mới về")
    )
    moved = household_editing.move_household(user=officer, household=household, version=2, house=there)
    household.refresh_from_db()
    assert (household.house, household.head_name, household.phone) == (there, "Lê Văn Ân", "0912345678")
    removed = household_editing.remove_household(user=officer, household=household, version=3)
    assert not Household.objects.exists()
    for changeset in (removed, moved, edited):
        undo(changeset, officer)
    household.refresh_from_db()
    assert (household.house, household.head_name, household.phone, household.size) == (here, "Lê Văn An", "", None)
    undo(added, officer)
    assert not Household.objects.exists()


def test_nobody_moves_into_a_closed_house(commune, officer) -> None:
    closed = factories.house(commune, state="closed", closed_on=datetime.date(2026, 1, 1))
    household = factories.household(factories.house(commune))
    with pytest.raises(UserError):
        household_editing.move_household(user=officer, household=household, version=1, house=closed)
    with pytest.raises(UserError):
        household_editing.add_household(user=officer, house=closed, people=People("Lê Văn An"))


def test_an_addition_is_not_undone_once_the_house_has_a_plate(officer, transactional_db) -> None:
    house, changeset = house_editing.add_house(user=officer, point=at(), number="1", street="")
    factories.plate(house)
    with pytest.raises(Conflict) as refused:
        undo(changeset, officer)
    assert refused.value.code == "still_needed"
    assert House.objects.filter(pk=house.pk).exists()
    changeset.refresh_from_db()
    assert changeset.undone_at is None


def test_an_addition_is_undone_with_the_plate_that_only_a_proof_showed(officer, commune) -> None:
    house, changeset = house_editing.add_house(user=officer, point=at(), number="1", street="")
    factories.plate(house, released_at=None)
    undo(changeset, officer)
    assert not House.objects.exists()
    assert not Plate.objects.exists()


def test_a_stranger_does_not_know_the_house_and_a_viewer_may_not_touch_it(commune, stranger, viewer) -> None:
    house = factories.house(commune)
    household = factories.household(house)
    for user, error in ((stranger, Http404), (viewer, NotAllowed)):
        with pytest.raises(error):
            house_editing.move_house(user=user, house=house, version=1, point=at())
        with pytest.raises(error):
            household_editing.remove_household(user=user, household=household, version=1)
    assert not Change.objects.exists()


def test_an_officer_of_one_village_edits_there_and_nowhere_else(commune) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    user = factories.user("thon", officer_of=west)
    house, _ = house_editing.add_house(user=user, point=at(-0.005), number="1", street="")
    assert house.village == west
    with pytest.raises(NotAllowed):
        house_editing.add_house(user=user, point=at(0.005), number="1", street="")
    with pytest.raises(NotAllowed):
        house_editing.edit_house(user=user, house=house, version=1, number="1", street="", village=east, note="")


def test_the_history_of_a_house_names_what_was_done_to_it_and_its_people(commune, officer) -> None:
    house, other = factories.house(commune, number="1"), factories.house(commune, number="2")
    house_editing.move_house(user=officer, house=house, version=1, point=at())
    household, _ = household_editing.add_household(user=officer, house=house, people=People("Lê Văn An"))
    household_editing.remove_household(user=officer, household=household, version=1)
    house_editing.move_house(user=officer, house=other, version=1, point=at())
    kinds = [changeset.kind for changeset in undoing.history_of(house)]
    assert kinds == ["household.remove", "household.add", "house.move"]


def posted_to(commune_or_village, user) -> User:
    """The person as they sign in after their only grant has moved there."""
    Grant.objects.filter(user=user).update(unit=commune_or_village)
    return User.objects.get(pk=user.pk)


def test_whoever_was_posted_elsewhere_cannot_take_back_what_they_did_before(commune) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    user = factories.user("thon", officer_of=west)
    house, added = house_editing.add_house(user=user, point=at(-0.005), number="1", street="")
    household, joined = household_editing.add_household(user=user, house=house, people=People("Lê Văn An"))
    steps = {added.pk, joined.pk}
    assert {changeset.pk for changeset in undoing.changesets_for(user)} == steps
    for place in (east, factories.village(factories.neighbour_commune())):
        user = posted_to(place, user)
        assert not undoing.changesets_for(user).exists()
        for pk in steps:
            with pytest.raises(Http404):
                undoing.changeset_or_404(user, pk)
    removed = household_editing.remove_household(
        user=posted_to(west, user), household=household, version=1
    )  # its row is gone: only the image says where it was
    assert not undoing.changesets_for(posted_to(east, user)).exists()
    assert {changeset.pk for changeset in undoing.changesets_for(posted_to(west, user))} == {*steps, removed.pk}


def test_an_own_change_stays_with_the_village_when_the_house_has_left_it(commune, officer) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    user = factories.user("thon", officer_of=west)
    house = factories.house(commune, village=west)
    changeset = house_editing.edit_house(
        user=user, house=house, version=1, number="9", street="", village=west, note=""
    )
    assert undoing.changeset_or_404(user, changeset.pk) == changeset
    house_editing.edit_house(user=officer, house=house, version=2, number="9", street="", village=east, note="")
    with pytest.raises(Http404):
        undoing.changeset_or_404(user, changeset.pk)
