"""A draft that can become law no more says so, and one button computes it again; a house has one draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from households.models import House, HouseGroup, NumberingProposal, ProposalState, Street
from households.proposals import clashes, mending, one_house, starting
from households.proposals.rules import ProposalRules
from mapping.models import Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, house, row
from tests.households.test_proposals_approved import approve
from tests.households.test_proposals_mended import set_number

STALE = "Chưa duyệt được: dữ liệu đã thay đổi"


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.fixture
def draft(ground: Ground, officer: User) -> NumberingProposal:
    return computed(officer, ground.commune)


def page(client: Client, draft: NumberingProposal) -> str:
    return client.get(reverse("proposal", args=[draft.pk])).content.decode()


def edited(one: House) -> None:
    one.refresh_from_db()
    House.objects.filter(pk=one.pk).update(version=one.version + 1)


def test_a_fresh_draft_says_nothing(draft: NumberingProposal, officer_client: Client) -> None:
    assert clashes.changes_since(draft) == []
    assert STALE not in page(officer_client, draft) and "Tính lại" not in page(officer_client, draft)


def test_all_that_has_changed_is_said_before_anybody_tries_to_approve(
    draft: NumberingProposal, ground: Ground, officer: User, officer_client: Client
) -> None:
    set_number(officer, draft, ground.south[1], "99")
    edited(ground.south[0])
    shown = page(officer_client, draft)
    assert STALE in shown and "đã được sửa sau khi lập phương án" in shown and "1 nhà cán bộ đã sửa" in shown
    Street.objects.filter(pk=ground.dinh.pk).update(version=9)
    late = house(ground.commune, 125, 9)
    shown = page(officer_client, draft)
    for change in ("được thêm sau khi lập", "Đường, ngõ đã được sửa", "Nhà"):
        assert change in shown
    assert STALE in officer_client.get(reverse("approve_proposal", args=[draft.pk])).content.decode()
    late.delete()
    Street.objects.filter(pk=ground.dinh.pk).update(version=ground.dinh.version)
    mending.leave_out(user=officer, proposal=draft, house=ground.south[0], version=draft.version)
    assert STALE not in page(officer_client, draft), "what is left for later keeps nothing from becoming law"


def test_a_changed_house_group_is_said(ground: Ground, officer: User, officer_client: Client) -> None:
    draft = computed(officer, ground.commune)
    area = ground.south[0].location.buffer(0.0001)
    area.srid = 4326
    HouseGroup.objects.create(commune=ground.commune, street=ground.road, area=area)
    assert "nhóm nhà" in page(officer_client, draft)


def test_the_button_computes_again_on_what_stands_now(
    transactional_db: None, ground: Ground, officer: User, officer_client: Client, run_jobs: Callable[[], None]
) -> None:
    villages = [factories.village(ground.commune, 1)]
    old = computed(officer, ground.commune, villages=villages, suffix="dash", slot_m=5)
    edited(ground.south[6])
    assert STALE in page(officer_client, old)
    answer = officer_client.post(reverse("compute_again", args=[old.pk]))
    new = NumberingProposal.objects.exclude(pk=old.pk).get()
    assert answer.headers["Location"] == reverse("proposal", args=[new.pk])
    assert (new.rules, new.village_ids) == (old.rules, old.village_ids)
    run_jobs()
    assert STALE not in page(officer_client, new)
    old.refresh_from_db()
    assert old.state == ProposalState.DRAFT
    approve(officer, NumberingProposal.objects.get(pk=new.pk))
    again = officer_client.post(reverse("compute_again", args=[new.pk]))
    assert again.headers["Location"] == reverse("proposal", args=[new.pk]), "a decision is not computed again"


# --- One house -------------------------------------------------------------------------------------


def ask(client: Client, one: House) -> NumberingProposal:
    answer = client.post(reverse("propose_for_house", args=[one.code]))
    return NumberingProposal.objects.get(pk=answer.headers["Location"].rstrip("/").rpartition("/")[2])


def test_a_house_added_later_is_numbered_as_its_commune_was(
    ground: Ground, officer: User, officer_client: Client
) -> None:
    late = house(ground.commune, 125, 9)
    assert one_house.rules_of_commune(ground.commune) == ProposalRules()
    approve(officer, computed(officer, ground.commune, suffix="dash", keep="all"))
    another = house(ground.commune, 115, 9)
    made = ask(officer_client, another)
    assert row(made, another).new_number.endswith("-1")
    assert made.rules["suffix"] == "dash" and made.rules["only_new"] and made.rules["keep"] == "all"
    computed(officer, ground.commune, slot_m=4)
    assert one_house.rules_for(late).slot_m == 4
    set_aside = computed(officer, ground.commune, slot_m=9)
    NumberingProposal.objects.filter(pk=set_aside.pk).update(state=ProposalState.DISCARDED)
    assert one_house.rules_for(late).slot_m == 4


def test_asking_again_opens_the_draft_that_waits(ground: Ground, officer: User, officer_client: Client) -> None:
    approve(officer, computed(officer, ground.commune))
    late = house(ground.commune, 125, -9)
    made = [ask(officer_client, late) for _press in range(3)]
    assert len({one.pk for one in made}) == 1 and NumberingProposal.objects.filter(house=late).count() == 1
    other = ask(officer_client, house(ground.commune, 75, -9))
    assert other.pk != made[0].pk


def test_a_draft_for_a_house_that_can_become_law_no_more_is_replaced(
    ground: Ground, officer: User, officer_client: Client
) -> None:
    approve(officer, computed(officer, ground.commune))
    late = house(ground.commune, 125, -9)
    first = ask(officer_client, late)
    edited(late)
    assert STALE in page(officer_client, first)
    answer = officer_client.post(reverse("compute_again", args=[first.pk]))
    second = NumberingProposal.objects.get(house=late, state=ProposalState.DRAFT)
    assert answer.headers["Location"] == reverse("proposal", args=[second.pk])
    first.refresh_from_db()
    assert (first.state, second.pk != first.pk) == (ProposalState.DISCARDED, True)
    assert STALE not in page(officer_client, second)


def test_new_rules_of_the_commune_replace_a_draft_but_not_what_an_officer_set_in_it(
    ground: Ground, officer: User, officer_client: Client
) -> None:
    approve(officer, computed(officer, ground.commune))
    late = house(ground.commune, 125, -9)
    first = ask(officer_client, late)
    assert row(first, late).new_number == "1A"
    computed(officer, ground.commune, suffix="dash")
    second = ask(officer_client, late)
    assert row(second, late).new_number == "1-1"
    set_number(officer, second, late, "99")
    computed(officer, ground.commune, suffix="letter")
    assert ask(officer_client, late).pk == second.pk


def test_a_house_is_proposed_for_even_while_its_commune_is_computed(ground: Ground, officer: User) -> None:
    starting.start(user=officer, commune=ground.commune, villages=None, rules=ProposalRules())
    late = house(ground.commune, 125, -9)
    assert one_house.propose(user=officer, house=late).state == ProposalState.DRAFT
