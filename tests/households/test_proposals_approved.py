"""A decision makes a draft law: what it writes, what it refuses, and the way back."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.utils import timezone

from households import house_editing, undoing
from households.codes import format_house_code
from households.models import (
    FormerAddress,
    Frontage,
    House,
    HouseGroup,
    NumberingDecision,
    NumberingProposal,
    ProposalState,
    Street,
)
from households.proposals import approving, mending, reading, starting
from households.proposals.rules import ProposalRules
from mapping import wall
from mapping.access import Role
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import AuditEntry, Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, house, numbers, point, row


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def approve(user: User, proposal: NumberingProposal, number: str = "45/QĐ-UBND", **what: Any) -> NumberingDecision:
    what = {"decided_on": timezone.localdate(), "version": proposal.version} | what
    return approving.approve(user=user, proposal=proposal, number=number, **what)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows that an approval touches, but for what never goes back: versions and times."""
    left_out = {"version", "updated_at", "until"}
    return {
        model.__name__: [
            {name: value for name, value in one.items() if name not in left_out}
            for one in model.objects.order_by("pk").values()
        ]
        for model in (House, Frontage, Street, HouseGroup)
    } | {
        "FormerAddress": sorted(
            FormerAddress.objects.values_list("house", "number", "street", "was_on_plate", "decision"), key=str
        )
    }  # type: ignore[dict-item]


def addresses(houses: list[House]) -> list[str]:
    return [House.objects.get(pk=one.pk).short_address for one in houses]


def test_a_decision_writes_numbers_frontages_and_the_alleys(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    decision = approve(officer, proposal, "  45/QĐ-UBND ", decided_on=datetime.date(2026, 1, 5))
    assert addresses(ground.south[:2]) == ["1 đường Liên Xã", "3 đường Liên Xã"]
    assert addresses(ground.on_nameless[:1]) == ["6/1 đường Liên Xã"]
    assert (decision.number, decision.decided_on, decision.approved_by) == (
        "45/QĐ-UBND", datetime.date(2026, 1, 5), officer,
    )  # fmt: skip
    assert Frontage.objects.filter(decision=decision).count() == len(ground.houses)
    front = ground.south[1].frontage
    assert (front.street, front.side, front.position_m, front.distance_m) == (ground.road, 1, 100, 9)
    alley = Street.objects.get(pk=ground.nameless.pk)
    assert (alley.number, alley.full_name, alley.version) == ("6", "ngõ 6", 2)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision) == (ProposalState.APPROVED, decision)
    entry = AuditEntry.objects.get(action="numbering.approve")
    assert (entry.subject, entry.count, entry.detail["given"]) == ("45/QĐ-UBND", 22, 22)


def test_old_addresses_are_kept_with_the_decision_and_plates_counted(ground: Ground, officer: User) -> None:
    one, other, third = ground.south[:3]
    House.objects.filter(pk=one.pk).update(number="77", street="Xóm 4")
    House.objects.filter(pk=other.pk).update(number="3", street="đường Liên Xã")
    for plated in (one, other):
        factories.plate(plated)
    factories.plate(third, released_at=None)
    proposal = computed(officer, ground.commune)
    assert proposal.counts["plates_to_reprint"] == 1
    decision = approve(officer, proposal)
    former = FormerAddress.objects.get()
    assert (former.house, former.number, former.street, former.was_on_plate, former.decision) == (
        one, "77", "Xóm 4", True, decision,
    )  # fmt: skip
    assert row(proposal, other).outcome == "same"
    assert Frontage.objects.get(house=other).decision == decision, "a number that is kept becomes law too"


def test_undoing_puts_every_row_back_and_frees_the_decision_number(ground: Ground, officer: User) -> None:
    House.objects.filter(pk=ground.south[0].pk).update(number="77", street="Xóm 4")
    House.objects.filter(pk=ground.south[1].pk).update(number="3", street="cũ")
    House.objects.filter(pk=ground.south[1].pk).update(street="đường Xã")
    before = everything()
    for _again in range(2):
        proposal = computed(officer, ground.commune)
        decision = approve(officer, proposal)
        assert everything() != before
        undoing.undo_changes(user=officer, changeset=proposal.changeset)
        assert everything() == before
        proposal.refresh_from_db()
        decision.refresh_from_db()
        assert proposal.state == ProposalState.UNDONE and decision.undone_at is not None
    assert NumberingDecision.objects.count() == 2, "the same number twice, the first of them undone"


def test_an_address_that_came_back_by_a_decision_is_a_former_one_again_after_its_undo(
    ground: Ground, officer: User
) -> None:
    one = ground.south[0]
    House.objects.filter(pk=one.pk).update(number="1", street="đường Liên Xã")
    House.objects.filter(pk=one.pk).update(number="77", street="Xóm 4")
    kept = FormerAddress.objects.get()
    before = everything()
    proposal = computed(officer, ground.commune)
    approve(officer, proposal)
    assert FormerAddress.objects.get().number == "77"
    undoing.undo_changes(user=officer, changeset=proposal.changeset)
    assert everything() == before
    assert FormerAddress.objects.get().until == kept.until


def test_an_address_that_was_printed_meanwhile_is_kept_after_the_undo(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    approve(officer, proposal)
    factories.plate(ground.south[0])
    undoing.undo_changes(user=officer, changeset=proposal.changeset)
    former = FormerAddress.objects.get()
    assert (former.house, former.number, former.was_on_plate) == (ground.south[0], "1", True)


def test_a_house_edited_after_the_decision_keeps_it_from_being_undone(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    approve(officer, proposal)
    one = House.objects.get(pk=ground.south[0].pk)
    house_editing.edit_house(
        user=officer, house=one, version=one.version, number="1A", street=one.street, village=one.village, note=""
    )
    before = everything()
    with pytest.raises(Conflict) as refused:
        undoing.undo_changes(user=officer, changeset=proposal.changeset)
    assert refused.value.code == "moved_on" and everything() == before
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.APPROVED


def test_adding_a_house_is_not_undone_once_a_decision_gave_it_a_number(ground: Ground, officer: User) -> None:
    added, changeset = house_editing.add_house(user=officer, point=point(-75, 20), number="", street="")
    proposal = computed(officer, ground.commune)
    approve(officer, proposal)
    with pytest.raises(Conflict):
        undoing.undo_changes(user=officer, changeset=changeset)
    undoing.undo_changes(user=officer, changeset=proposal.changeset)
    undoing.undo_changes(user=officer, changeset=changeset)
    assert not House.objects.filter(pk=added.pk).exists()


def test_letters_of_groups_are_written_and_taken_back(ground: Ground, officer: User) -> None:
    from django.contrib.gis.geos import Polygon

    corners = [point(*place).coords for place in ((-160, -60), (-90, -60), (-90, -20), (-160, -20), (-160, -60))]
    group = HouseGroup.objects.create(commune=ground.commune, street=ground.road, area=Polygon(corners, srid=4326))
    inside = house(ground.commune, -125, -40)
    before = everything()
    proposal = computed(officer, ground.commune)
    approve(officer, proposal)
    group.refresh_from_db()
    assert (group.letter, group.version) == ("A", 2)
    assert addresses([inside]) == ["A1 đường Liên Xã"]
    again = computed(officer, ground.commune)
    assert again.counts["locked"] == again.counts["houses"]
    undoing.undo_changes(user=officer, changeset=proposal.changeset)
    assert everything() == before


# --- Numbers that are law --------------------------------------------------------------------------


def test_a_second_run_changes_nothing_and_has_nothing_to_approve(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    again = computed(officer, ground.commune)
    assert (again.counts["locked"], again.counts["given"], again.counts["changed"]) == (22, 0, 0)
    with pytest.raises(UserError) as refused:
        approve(officer, again, "46/QĐ-UBND")
    assert refused.value.code == "nothing"


@pytest.mark.parametrize(("suffix", "expected"), [("letter", ["3A", "3B"]), ("dash", ["3-1", "3-2"])])
def test_houses_added_later_take_suffixes_and_move_no_other(
    ground: Ground, officer: User, suffix: str, expected: list[str]
) -> None:
    approve(officer, computed(officer, ground.commune))
    before = addresses(ground.houses)
    added = [house(ground.commune, x, -9) for x in (80, 65)]
    second = computed(officer, ground.commune, suffix=suffix)
    assert numbers(second, added) == expected
    assert (second.counts["given"], second.counts["changed"]) == (2, 0)
    approve(officer, second, "46/QĐ-UBND")
    assert addresses(ground.houses) == before
    assert addresses(added) == [f"{number} đường Liên Xã" for number in expected]
    assert Frontage.objects.get(house=ground.south[0]).decision.number == "45/QĐ-UBND"


def test_decisions_are_undone_the_last_first(ground: Ground, officer: User) -> None:
    first = computed(officer, ground.commune)
    before = everything()
    approve(officer, first)
    between = everything()
    house_added = house(ground.commune, 80, -9)
    with_house = everything()
    second = computed(officer, ground.commune)
    approve(officer, second, "46/QĐ-UBND")
    undoing.undo_changes(user=officer, changeset=second.changeset)
    assert everything() == with_house
    house_added.delete()
    assert everything() == between
    undoing.undo_changes(user=officer, changeset=first.changeset)
    assert everything() == before


def test_a_free_number_is_given_before_a_suffix(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune, slot_m=5))
    added = house(ground.commune, 75, -9)
    second = computed(officer, ground.commune, slot_m=5)
    number = row(second, added).new_number
    assert number.isdigit() and number not in addresses(ground.south)
    assert second.counts["changed"] == 0


def test_a_house_moved_far_keeps_its_number_until_somebody_asks_for_it(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    moved = House.objects.get(pk=ground.south[0].pk)
    house_editing.move_house(user=officer, house=moved, version=moved.version, point=point(-15, -130))
    again = computed(officer, ground.commune)
    assert (row(again, moved).outcome, row(again, moved).new_number, row(again, moved).doubt) == ("locked", "1", "far")
    alone = starting.start(
        user=officer, commune=ground.commune, villages=None, rules=ProposalRules(), house=House.objects.get(pk=moved.pk)
    )
    new = row(alone, moved)
    assert (new.outcome, new.new_street, new.new_number) == ("changed", "ngõ Đình", "5")
    approve(officer, alone, "46/QĐ-UBND")
    assert Frontage.objects.get(house=moved).street == ground.dinh


def test_a_closed_house_leaves_its_number_to_the_next_one(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    closed = House.objects.get(pk=ground.south[1].pk)
    house_editing.close_house(
        user=officer, house=closed, version=closed.version, reason="đã phá", closed_on=timezone.localdate()
    )
    added = house(ground.commune, 100, -9)
    second = computed(officer, ground.commune)
    assert row(second, added).new_number == "3"
    assert not second.numbers.filter(house=closed).exists()
    assert Frontage.objects.filter(house=closed).exists()
    approve(officer, second, "46/QĐ-UBND")


# --- What is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "decided_on", "code"),  # a number stands for the day so many days from now
    [
        ("", 0, "no_number"),
        (" \u200b ", 0, "no_number"),
        ("1" * 61, 0, "long_number"),
        ("45/QĐ", 1, "future"),
        ("45/QĐ", datetime.date(1989, 12, 31), "too_early"),
    ],
)
def test_a_decision_without_number_or_with_a_wrong_date_is_refused(
    ground: Ground, officer: User, number: str, decided_on: datetime.date | int, code: str
) -> None:
    proposal, before = computed(officer, ground.commune), everything()
    if isinstance(decided_on, int):
        decided_on = timezone.localdate() + datetime.timedelta(days=decided_on)
    with pytest.raises(UserError) as refused:
        approve(officer, proposal, number, decided_on=decided_on)
    assert refused.value.code == code and everything() == before
    assert not NumberingDecision.objects.exists()


def test_a_decided_number_leaves_its_decision_by_hand_and_only_by_who_may_number(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    one = House.objects.get(pk=ground.south[0].pk)
    head = factories.user("truong_thon", role=Role.VILLAGE_HEAD, at=ground.commune)
    written = {"house": one, "street": one.street, "village": one.village, "note": "", "version": one.version}
    with pytest.raises(NotAllowed, match="45/QĐ-UBND"):
        house_editing.edit_house(user=head, number="78", **written)
    assert Frontage.objects.get(house=one).decision is not None
    changeset = house_editing.edit_house(user=officer, number="78", **written)
    assert Frontage.objects.get(house=one).decision is None, "78 is no number of the decision"
    undoing.undo_changes(user=officer, changeset=changeset)
    assert Frontage.objects.get(house=one).decision is not None
    one.refresh_from_db()
    assert one.number == "1"


def test_a_house_changed_meanwhile_is_named(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    edited = ground.south[0]
    house_editing.edit_house(
        user=officer, house=edited, version=1, number="9", street="ngõ Chùa", village=edited.village, note=""
    )
    before = everything()
    with pytest.raises(Conflict) as refused:
        approve(officer, proposal)
    assert refused.value.code == "houses_changed" and everything() == before
    assert format_house_code(edited.code) in refused.value.sentence


def test_many_changed_houses_are_named_five_and_counted(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    House.objects.filter(pk__in=[one.pk for one in ground.south]).update(version=2)
    with pytest.raises(Conflict) as refused:
        approve(officer, proposal)
    assert refused.value.sentence.startswith("7 nhà") and "(+2)" in refused.value.sentence


def test_a_closed_an_added_house_and_an_edited_street_are_conflicts(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    House.objects.filter(pk=ground.south[0].pk).update(state="closed", closed_on=timezone.localdate())
    with pytest.raises(Conflict, match="đã được sửa"):
        approve(officer, proposal)
    House.objects.filter(pk=ground.south[0].pk).update(state="active", closed_on=None)
    added = house(ground.commune, 75, -9)
    with pytest.raises(Conflict, match="được thêm"):
        approve(officer, proposal)
    added.delete()
    Street.objects.filter(pk=ground.dinh.pk).update(name="Chùa", version=2)
    with pytest.raises(Conflict, match="ngõ Chùa"):
        approve(officer, proposal)
    Street.objects.filter(pk=ground.dinh.pk).update(name="Đình", version=1)
    approve(officer, proposal)


def test_two_proposals_cannot_give_one_number_twice(ground: Ground, officer: User) -> None:
    """Of two drafts for two villages, the one approved last meets the numbers of the first."""
    west, east = factories.village(ground.commune, 1), factories.village(ground.commune, 2)
    first = computed(officer, ground.commune, villages=[east])
    second = computed(officer, ground.commune, villages=[west])
    clash = row(second, next(one for one in ground.south if one.village == west))
    second.numbers.filter(pk=clash.pk).update(new_number="1")
    approve(officer, first)
    for one in second.streets.select_related("street"):  # the alleys that the first decision named are not the matter
        second.streets.filter(pk=one.pk).update(street_version=one.street.version, old_number=one.street.number)
    with pytest.raises(Conflict) as refused:
        approve(officer, second, "46/QĐ-UBND")
    assert refused.value.code == "number_twice"


def test_a_house_left_for_later_keeps_its_number_from_others(ground: Ground, officer: User) -> None:
    one, other = ground.south[0], ground.south[1]
    House.objects.filter(pk=one.pk).update(number="3", street="đường Liên Xã")
    proposal = computed(officer, ground.commune)
    assert (row(proposal, one).new_number, row(proposal, other).new_number) == ("1", "3")
    mending.leave_out(user=officer, proposal=proposal, house=one, version=proposal.version)
    with pytest.raises(Conflict) as refused:
        approve(officer, proposal)
    assert refused.value.code == "number_twice" and format_house_code(other.code) in refused.value.sentence


def test_only_a_draft_as_it_was_seen_is_approved_and_only_by_who_may(
    ground: Ground, officer: User, viewer: User, stranger: User
) -> None:
    proposal = computed(officer, ground.commune)
    with pytest.raises(Conflict):
        approve(officer, proposal, version=7)
    for person in (viewer, stranger):
        with pytest.raises((NotAllowed, Http404)):
            approve(person, proposal)
    approving.discard(user=officer, proposal=proposal, version=proposal.version)
    assert not proposal.numbers.exists()
    with pytest.raises(Conflict) as refused:
        approve(officer, proposal)
    assert refused.value.code == "not_a_draft"
    assert not Frontage.objects.exists()


def test_discarding_what_is_being_computed_stops_the_work(ground: Ground, officer: User) -> None:
    proposal = starting.start(user=officer, commune=ground.commune, villages=None, rules=ProposalRules())
    approving.discard(user=officer, proposal=proposal, version=proposal.version)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DISCARDED
    assert proposal.job.is_over or proposal.job.cancel_requested


def test_of_two_officers_who_approve_at_once_one_wins(transactional_db: None, commune: Unit) -> None:
    ground = Ground(commune)
    officers = [factories.user(name, officer_of=commune) for name in ("lan", "minh")]
    proposal = computed(officers[0], commune)
    barrier, outcomes = threading.Barrier(2), []

    def decide(person: User, number: str) -> None:
        try:
            mine = NumberingProposal.objects.select_related("commune").get(pk=proposal.pk)
            barrier.wait(timeout=30)
            with wall.acting(person):
                approve(person, mine, number)
            outcomes.append("approved")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(person, number))
        for person, number in zip(officers, ("1/QĐ", "2/QĐ"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["approved", "not_a_draft"]
    assert NumberingDecision.objects.count() == 1
    assert Frontage.objects.count() == len(ground.houses)


def test_a_house_edited_while_a_decision_is_written_is_never_overwritten(transactional_db: None, commune: Unit) -> None:
    """The edit and the approval meet on one house: whichever is first, the other learns of it."""
    ground = Ground(commune)
    officer = factories.user("lan", officer_of=commune)
    proposal = computed(officer, commune)
    barrier, outcomes = threading.Barrier(2), {}

    def work(name: str, action: Any) -> None:
        try:
            barrier.wait(timeout=30)
            with wall.acting(officer):
                action()
            outcomes[name] = "done"
        except Conflict as error:
            outcomes[name] = error.code
        finally:
            connection.close()

    one = ground.south[0]

    def edit() -> None:
        house_editing.edit_house(
            user=officer, house=one, version=1, number="99", street="ngõ Chùa", village=one.village, note=""
        )

    threads = [
        threading.Thread(target=work, args=("approve", lambda: approve(officer, proposal))),
        threading.Thread(target=work, args=("edit", edit)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes.values()) in (["done", "houses_changed"], ["done", "version"])
    expected = "99 ngõ Chùa" if outcomes["edit"] == "done" else "1 đường Liên Xã"
    assert addresses([one]) == [expected]


def test_findings_stay_with_an_approved_proposal(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    approve(officer, proposal)
    assert len(reading.rows(proposal)) == 22
