"""An alley without a name follows the number of the house before its mouth, or the officer is told that it does not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from households.models import Frontage, House, NumberingProposal, Street
from households.proposals import mending, reading
from mapping.errors import UserError
from mapping.models import Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, numbers, row, street
from tests.households.numbered import house as a_house
from tests.households.test_proposals_approved import approve
from tests.households.test_proposals_mended import set_number


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.fixture
def draft(ground: Ground, officer: User) -> NumberingProposal:
    return computed(officer, ground.commune)


def called(draft: NumberingProposal, alley: Street) -> str:
    return draft.streets.get(street=alley).new_number


def test_alley_and_its_houses_follow_the_house_before_the_mouth(
    draft: NumberingProposal, ground: Ground, officer: User
) -> None:
    mouth = ground.north[2]
    assert (row(draft, mouth).new_number, called(draft, ground.nameless)) == ("6", "6")
    rest = [one for one in ground.houses if one != mouth and one not in ground.on_nameless]
    before = numbers(draft, rest)
    changed = set_number(officer, draft, mouth, "6A")
    assert {one.house for one in changed} == {mouth, *ground.on_nameless}
    assert called(draft, ground.nameless) == "6A"
    assert numbers(draft, ground.on_nameless) == ["6A/1", "6A/2", "6A/3", "6A/4"]
    assert numbers(draft, rest) == before
    assert reading.alleys_left(draft, mouth) == []
    approve(officer, draft)
    assert House.objects.get(pk=ground.on_nameless[0].pk).number == "6A/1"
    assert Street.objects.get(pk=ground.nameless.pk).full_name == "ngõ 6A"


def test_alleys_off_the_alley_follow_too(ground: Ground, officer: User) -> None:
    deeper = street(ground.commune, "", (25, 80), (125, 80), kind="ngach", parent=ground.nameless)
    inside = a_house(ground.commune, 90, 88)
    draft = computed(officer, ground.commune)
    was, number = called(draft, deeper), row(draft, inside).new_number
    assert was.startswith("6/") and number.startswith(f"{was}/")
    set_number(officer, draft, ground.north[2], "88")
    assert called(draft, deeper) == f"88{was[1:]}"
    assert row(draft, inside).new_number == f"88{number[1:]}"


def test_an_alley_with_numbers_by_decision_stays_and_that_is_told_until_it_is_right(
    ground: Ground, officer: User
) -> None:
    first = computed(officer, ground.commune)
    approve(officer, first)
    mouth = ground.north[2]
    Frontage.objects.filter(house=mouth).update(decision=None)
    draft = computed(officer, ground.commune)
    conflicts = draft.counts["conflicts"]
    (changed,) = set_number(officer, draft, mouth, "6A")
    assert changed.house == mouth and called(draft, ground.nameless) == "6"
    (said,) = reading.alleys_left(draft, mouth)
    assert "Ngõ 6 lấy số 6" in said and "không đổi theo được" in said
    assert draft.counts["conflicts"] == conflicts + 1
    set_number(officer, draft, mouth, "6")
    assert reading.alleys_left(draft, mouth) == [] and draft.counts["conflicts"] == conflicts


def test_an_alley_keeps_the_number_that_another_alley_has(ground: Ground, officer: User) -> None:
    street(ground.commune, "", (-75, 0), (-75, 150), kind="ngo", parent=ground.road)
    draft = computed(officer, ground.commune)
    assert row(draft, ground.north[4]).new_number == "10"
    set_number(officer, draft, ground.north[4], "10A")
    set_number(officer, draft, ground.north[2], "10")
    assert called(draft, ground.nameless) == "10", "the other one is 10A now"
    set_number(officer, draft, ground.north[2], "6")
    draft.streets.exclude(street=ground.nameless).filter(street__name="").update(new_number="12")
    draft.numbers.filter(house=ground.north[5]).update(new_number="120")
    set_number(officer, draft, ground.north[2], "12")
    assert called(draft, ground.nameless) == "6"
    assert len(reading.alleys_left(draft, ground.north[2])) == 1


def test_numbers_in_use_that_are_to_be_kept_do_not_follow(ground: Ground, officer: User) -> None:
    House.objects.filter(pk=ground.on_nameless[0].pk).update(number="6/1", street="đường Liên Xã")
    draft = computed(officer, ground.commune, keep="all")
    set_number(officer, draft, ground.north[2], "88")
    assert row(draft, ground.on_nameless[0]).new_number == "6/1"
    assert len(reading.alleys_left(draft, ground.north[2])) == 1


def test_an_alley_beside_a_draft_of_villages_is_told_of(ground: Ground, officer: User) -> None:
    west, east = factories.village(ground.commune, 1), factories.village(ground.commune, 2)
    approve(officer, computed(officer, ground.commune))
    Frontage.objects.update(decision=None)
    House.objects.filter(pk=ground.north[2].pk).update(village=west)
    House.objects.filter(pk__in=[one.pk for one in ground.on_nameless]).update(village=east)
    draft = computed(officer, ground.commune, villages=[west])
    set_number(officer, draft, ground.north[2], "88")
    (said,) = reading.alleys_left(draft, ground.north[2])
    assert "Ngõ 6" in said


def test_a_mouth_that_leaves_the_street_or_the_draft_is_told_of(
    draft: NumberingProposal, ground: Ground, officer: User
) -> None:
    mouth = ground.north[2]
    mending.leave_out(user=officer, proposal=draft, house=mouth, version=draft.version)
    assert len(reading.alleys_left(draft, mouth)) == 1
    mending.take_back(user=officer, proposal=draft, house=mouth, version=draft.version)
    assert reading.alleys_left(draft, mouth) == []
    mending.set_street(user=officer, proposal=draft, house=mouth, street=ground.dinh, version=draft.version)
    (said,) = reading.alleys_left(draft, mouth)
    assert said.startswith("Ngõ chưa có số, rẽ từ đường Liên Xã, ") and "về phía bắc lấy số 6 của nhà" in said
    mending.set_street(user=officer, proposal=draft, house=mouth, street=ground.road, version=draft.version)
    assert row(draft, mouth).new_number == "6" and reading.alleys_left(draft, mouth) == []


def test_the_answer_says_at_once_what_followed_and_what_did_not(
    draft: NumberingProposal, ground: Ground, officer_client: Client
) -> None:
    mouth = ground.north[2]
    edit, json = reverse("edit_proposed", args=[draft.pk, mouth.code]), {"accept": "application/json"}
    sent = {"do": "number", "number": "88", "version": draft.version}
    told = officer_client.post(edit, sent, "application/json", headers=json).json()
    assert {one["new"] for one in told["rows"]} == {"88", "88/1", "88/2", "88/3", "88/4"} and told["notes"] == []
    sent = {"do": "number", "number": "90", "version": told["version"]}
    shown = officer_client.post(edit, sent, follow=True).content.decode()
    assert "Có thêm 4 nhà khác đổi theo." in shown
    left = officer_client.post(edit, {"do": "leave_out", "version": told["version"] + 1}, follow=True)
    assert "không đổi theo được" in left.content.decode()
    sent = {"do": "take_back", "version": told["version"] + 2}
    assert officer_client.post(edit, sent, "application/json", headers=json).json()["notes"] == []
    sent = {"do": "leave_out", "version": told["version"] + 3}
    (note,) = officer_client.post(edit, sent, "application/json", headers=json).json()["notes"]
    assert "không đổi theo được" in note


# --- How an alley without a name is named ----------------------------------------------------------


def test_a_number_that_does_not_fit_the_alley_names_it(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    with pytest.raises(UserError) as refused:
        set_number(officer, draft, ground.on_nameless[0], "2")
    assert "ngõ 6 (đường Liên Xã), nơi nhà này đứng" in refused.value.sentence


def test_an_alley_without_name_and_number_is_described(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    draft.streets.filter(street=ground.nameless).update(new_number="")
    with pytest.raises(UserError) as refused:
        set_number(officer, draft, ground.on_nameless[0], "6/2")
    assert "ngõ chưa có tên, đi ra từ đường Liên Xã, nơi nhà này đứng" in refused.value.sentence
    orphan = street(ground.commune, "", (0, 500), (100, 500), kind="ngo")
    with pytest.raises(UserError) as refused:
        mending.set_street(user=officer, proposal=draft, house=ground.south[0], street=orphan, version=draft.version)
    assert "Ở ngõ chưa có tên không có số nào" in refused.value.sentence
