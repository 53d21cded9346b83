"""What an officer changes in a draft, and what is refused there."""

from __future__ import annotations

import datetime

import pytest

from households.models import House, NumberingProposal, ProposedNumber
from households.proposals import approving, mending
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, house, numbers, row, street

DAY = datetime.date(2026, 1, 5)


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.fixture
def draft(ground: Ground, officer: User) -> NumberingProposal:
    return computed(officer, ground.commune)


def set_number(user: User, draft: NumberingProposal, one: House, number: str, **what) -> list[ProposedNumber]:
    return mending.set_number(user=user, proposal=draft, house=one, number=number, version=draft.version, **what)


def test_a_number_is_set_by_hand_and_counted(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    one = ground.south[0]
    changed = set_number(officer, draft, one, " 1a ")
    assert [(it.house, it.new_number, it.outcome, it.by_hand) for it in changed] == [(one, "1A", "given", True)]
    assert draft.version == 2
    stored = NumberingProposal.objects.get(pk=draft.pk)
    assert (stored.version, stored.counts["given"]) == (2, 22)
    assert row(draft, one).new_number == "1A"
    set_number(officer, draft, ground.on_nameless[0], "6/9")
    assert row(draft, ground.on_nameless[0]).new_number == "6/9"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("gần chợ", "unreadable"), ("", "no_number"), ("0", "unreadable"), ("12//5", "unreadable"),
        ("4", "side"), ("3", "taken"), ("6/1", "prefix"), ("A1", "group"), ("9" * 25, "unreadable"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_refused_and_changes_nothing(
    draft: NumberingProposal, ground: Ground, officer: User, number: str, code: str
) -> None:
    before = list(draft.numbers.order_by("pk").values())
    with pytest.raises(UserError) as refused:
        set_number(officer, draft, ground.south[0], number)
    assert refused.value.code == code
    assert list(draft.numbers.order_by("pk").values()) == before
    assert NumberingProposal.objects.get(pk=draft.pk).version == 1


def test_who_has_the_number_is_named_and_a_wrong_side_may_be_confirmed(
    draft: NumberingProposal, ground: Ground, officer: User
) -> None:
    from households.codes import format_house_code

    with pytest.raises(UserError) as refused:
        set_number(officer, draft, ground.south[0], "3")
    assert format_house_code(ground.south[1].code) in refused.value.sentence
    set_number(officer, draft, ground.south[0], "100", against_rule=True)
    assert row(draft, ground.south[0]).new_number == "100"


def test_the_right_form_of_an_alleys_number_is_said(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    with pytest.raises(UserError, match="6/7"):
        set_number(officer, draft, ground.on_nameless[0], "7")


def test_a_number_of_a_house_beside_the_draft_is_taken_too(ground: Ground, officer: User) -> None:
    east = next(one for one in ground.south if one.location.x > ground.dinh.line[0][0])
    House.objects.filter(pk=east.pk).update(number="201", street="đường Liên Xã")
    draft = computed(officer, ground.commune, villages=[factories.village(ground.commune, 1)])
    west = next(one for one in ground.south if one.village == factories.village(ground.commune, 1))
    with pytest.raises(UserError) as refused:
        set_number(officer, draft, west, "201")
    assert refused.value.code == "taken"


def test_a_house_goes_to_another_street_and_no_other_moves(
    draft: NumberingProposal, ground: Ground, officer: User
) -> None:
    one = ground.south[3]
    others = [it for it in ground.houses if it != one]
    before = numbers(draft, others)
    (changed,) = mending.set_street(user=officer, proposal=draft, house=one, street=ground.dinh, version=draft.version)
    assert (changed.street, changed.new_street, changed.by_hand) == (ground.dinh, "ngõ Đình", True)
    assert changed.new_number not in {it.new_number for it in draft.numbers.filter(street=ground.dinh) if it != changed}
    assert numbers(draft, others) == before
    alley = draft.streets.get(street=ground.dinh)
    assert alley.left_houses + alley.right_houses == 5
    approving.approve(user=officer, proposal=draft, number="45/QĐ", decided_on=DAY, version=draft.version)
    assert one.frontage.by_hand and one.frontage.street == ground.dinh


def test_a_house_on_a_nameless_alley_takes_the_alleys_number(
    draft: NumberingProposal, ground: Ground, officer: User
) -> None:
    (changed,) = mending.set_street(
        user=officer, proposal=draft, house=ground.north[2], street=ground.nameless, version=draft.version
    )
    assert changed.new_number.startswith("6/") and changed.new_street == "đường Liên Xã"


def test_a_street_of_another_commune_or_without_a_number_is_refused(
    draft: NumberingProposal, ground: Ground, officer: User
) -> None:
    elsewhere = street(factories.neighbour_commune(), "Xa", (5000, 0), (5100, 0))
    orphan = street(ground.commune, "", (0, 500), (100, 500), kind="ngo")
    for wrong, code in ((elsewhere, "street"), (orphan, "no_number")):
        with pytest.raises(UserError) as refused:
            mending.set_street(user=officer, proposal=draft, house=ground.south[0], street=wrong, version=draft.version)
        assert refused.value.code == code


def test_a_house_is_left_for_later_and_taken_back(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    one, other = ground.south[:2]
    (left,) = mending.leave_out(user=officer, proposal=draft, house=one, version=draft.version)
    assert (left.outcome, draft.counts["left_out"], draft.counts["given"]) == ("left_out", 1, 21)
    set_number(officer, draft, other, "1")
    with pytest.raises(UserError) as refused:
        mending.take_back(user=officer, proposal=draft, house=one, version=draft.version)
    assert refused.value.code == "taken"
    set_number(officer, draft, other, "3")
    (back,) = mending.take_back(user=officer, proposal=draft, house=one, version=draft.version)
    assert (back.outcome, back.new_number) == ("given", "1")
    with pytest.raises(Conflict):
        mending.take_back(user=officer, proposal=draft, house=one, version=draft.version)


def test_a_house_left_out_stays_as_it_is(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    one = ground.south[0]
    mending.leave_out(user=officer, proposal=draft, house=one, version=draft.version)
    House.objects.filter(pk=one.pk).update(number="7", version=2)
    approving.approve(user=officer, proposal=draft, number="45/QĐ", decided_on=DAY, version=draft.version)
    one.refresh_from_db()
    assert (one.number, hasattr(one, "frontage")) == ("7", False)


def test_what_is_law_stale_or_anothers_is_not_mended(ground: Ground, officer: User, viewer: User) -> None:
    first = computed(officer, ground.commune)
    approving.approve(user=officer, proposal=first, number="45/QĐ", decided_on=DAY, version=first.version)
    with pytest.raises(Conflict):
        set_number(officer, first, ground.south[0], "21")
    added = house(ground.commune, 75, -9)
    draft = computed(officer, ground.commune)
    with pytest.raises(UserError) as refused:
        set_number(officer, draft, ground.south[0], "21")
    assert refused.value.code == "locked"
    with pytest.raises(Conflict) as stale:
        mending.set_number(user=officer, proposal=draft, house=added, number="21", version=9)
    assert stale.value.code == "version"
    with pytest.raises(NotAllowed):
        set_number(viewer, draft, added, "21")
    with pytest.raises(UserError) as absent:
        set_number(officer, draft, factories.house(factories.neighbour_commune()), "21")
    assert absent.value.code == "not_in_proposal"
