"""A proposal of house numbers: what is asked, what comes out, and that nothing else changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import Http404

from households.models import House, HouseGroup, HouseState, NumberingProposal, ProposalState, Street
from households.proposals import computing, reading, starting
from households.proposals.rules import ProposalRules
from mapping import jobs
from mapping.access import Role
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import Job, JobState, Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, house, numbers, row

RULES = ProposalRules()


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def test_a_proposal_is_computed_by_a_worker_and_changes_no_house(
    transactional_db: None, ground: Ground, officer: User, run_jobs: Callable[[], None]
) -> None:
    before = list(House.objects.order_by("pk").values())
    proposal = starting.start(user=officer, commune=ground.commune, villages=None, rules=RULES)
    assert proposal.state == ProposalState.COMPUTING and proposal.job is not None
    run_jobs()
    proposal.refresh_from_db()
    job = Job.objects.get(pk=proposal.job_id)
    assert (proposal.state, job.state) == (ProposalState.DRAFT, JobState.DONE)
    assert "cấp mới 22, đổi số 0, giữ nguyên 0" in job.told
    assert list(House.objects.order_by("pk").values()) == before
    assert proposal.counts == {
        "houses": 22, "locked": 0, "same": 0, "given": 22, "changed": 0, "unplaced": 0, "left_out": 0, "doubts": 0,
        "conflicts": 0, "gaps": 0, "plates_to_reprint": 0, "streets": 3, "alleys": 1,
        "alleys_given": 1, "alleys_changed": 0,
    }  # fmt: skip


def test_numbers_follow_the_circular(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    assert numbers(proposal, ground.south) == ["1", "3", "5", "7", "9", "11", "13"]
    assert numbers(proposal, ground.north) == ["2", "4", "6", "8", "10", "12", "14"]
    assert numbers(proposal, ground.on_dinh) == ["1", "2", "3", "4"]
    # The house before the mouth at x = 25, coming from the east, is the third in the north.
    assert numbers(proposal, ground.on_nameless) == ["6/1", "6/2", "6/3", "6/4"]
    assert {row(proposal, one).new_street for one in ground.on_nameless} == {"đường Liên Xã"}
    assert {row(proposal, one).new_street for one in ground.on_dinh} == {"ngõ Đình"}
    alley = proposal.streets.get(street=ground.nameless)
    assert (alley.old_number, alley.new_number, alley.left_houses, alley.right_houses) == ("", "6", 2, 2)


def test_rows_come_in_natural_order_and_by_what_is_asked(ground: Ground, officer: User) -> None:
    far = house(ground.commune, 0, 1500)
    proposal = computed(officer, ground.commune)
    listed = [one.new_number for one in reading.rows(proposal, only="given") if one.new_street == "đường Liên Xã"]
    assert listed.index("9") < listed.index("10") < listed.index("13")
    assert [one.house for one in reading.rows(proposal, street="")] == [
        one.house for one in reading.rows(proposal, only="unplaced")
    ]
    assert row(proposal, far).outcome == "unplaced"
    assert "không gần đường, ngõ nào" in reading.finding_sentence(reading.findings(proposal, code="no_street").get())
    assert {one.street for one in reading.streets(proposal)} == {ground.road, ground.dinh, ground.nameless}
    assert len(reading.rows(proposal, street=ground.dinh.pk)) == 4


def test_every_finding_and_doubt_has_a_sentence(ground: Ground, officer: User) -> None:
    from households.models import ProposalFinding
    from households.numbering.model import DOUBTS, FINDINGS

    proposal = computed(officer, ground.commune)
    for code in FINDINGS:
        finding = ProposalFinding(
            proposal=proposal, code=code, street=ground.nameless, house=ground.south[0],
            detail={"number": "12", "given": "12A", "from": "3", "to": "9"},
        )  # fmt: skip
        sentence = reading.finding_sentence(finding)
        assert sentence.endswith(".") and "%(" not in sentence and "Cần xem lại nhà" not in sentence
    for code in DOUBTS:
        assert reading.doubt_sentence(code) not in ("", reading.doubt_sentence("?"))
    assert reading.doubt_sentence("") == ""


def test_numbers_in_use_may_be_kept(ground: Ground, officer: User) -> None:
    third = ground.south[2]
    House.objects.filter(pk=third.pk).update(number="7", street="đường Liên Xã")
    kept = computed(officer, ground.commune, keep="all")
    assert (row(kept, third).outcome, row(kept, third).new_number) == ("same", "7")
    assert row(kept, ground.south[3]).new_number == "9"
    new = computed(officer, ground.commune, only_new=True)
    assert row(new, third).new_number == "7"
    anew = computed(officer, ground.commune)
    assert (row(anew, third).outcome, row(anew, third).old_number, row(anew, third).new_number) == ("changed", "7", "5")


def test_a_number_that_is_none_is_told_with_its_place(ground: Ground, officer: User) -> None:
    House.objects.filter(pk=ground.north[0].pk).update(number="gần chợ", street="đường Liên Xã")
    proposal = computed(officer, ground.commune, keep="all")
    finding = reading.findings(proposal, code="unreadable").get()
    assert finding.house == ground.north[0] and finding.place.distance(ground.north[0].location) < 1e-7
    assert "“gần chợ”" in reading.finding_sentence(finding)
    assert proposal.counts["conflicts"] == 1
    assert [one.house for one in reading.rows(proposal, only="conflicts")] == [ground.north[0]]


def test_the_same_address_in_other_capitals_is_kept_as_it_is_spelt(ground: Ground, officer: User) -> None:
    House.objects.filter(pk=ground.on_dinh[0].pk).update(number="1", street="Ngõ  đình")
    proposal = computed(officer, ground.commune)
    kept = row(proposal, ground.on_dinh[0])
    assert (kept.outcome, kept.new_number, kept.new_street) == ("same", "1", "Ngõ  đình")


def test_a_house_whose_address_names_the_alley_stands_on_it(ground: Ground, officer: User) -> None:
    corner = house(ground.commune, -33, -16, number="1", street="ngõ Đình")
    proposal = computed(officer, ground.commune, keep="all")
    assert row(proposal, corner).street == ground.dinh
    assert row(proposal, corner).new_street == "ngõ Đình"


def test_a_proposal_over_one_village_leaves_the_numbers_of_the_others(ground: Ground, officer: User) -> None:
    west, east = factories.village(ground.commune, 1), factories.village(ground.commune, 2)
    eastern = next(one for one in ground.south if one.village == east)
    House.objects.filter(pk=eastern.pk).update(number="15", street="đường Liên Xã")
    proposal = computed(officer, ground.commune, villages=[west])
    assert {one.house.village for one in reading.rows(proposal)} == {west}
    western = numbers(proposal, [one for one in ground.south if one.village == west])
    assert all(int(number) > 15 for number in western), "they lie behind the 15 of the other village"
    assert ground.road in {one.street for one in reading.streets(proposal)}


def test_houses_of_other_villages_have_their_numbers_left_free(ground: Ground, officer: User) -> None:
    west = factories.village(ground.commune, 1)
    whole, part = computed(officer, ground.commune), computed(officer, ground.commune, villages=[west])
    western = [one for one in ground.houses if one.village == west]
    assert numbers(part, western) == numbers(whole, western)


def test_groups_of_houses_take_letters(ground: Ground, officer: User) -> None:
    from django.contrib.gis.geos import Polygon

    from tests.households.numbered import point

    corners = [point(*place).coords for place in ((-160, -60), (-90, -60), (-90, -20), (-160, -20), (-160, -60))]
    group = HouseGroup.objects.create(commune=ground.commune, street=ground.road, area=Polygon(corners, srid=4326))
    inside = [house(ground.commune, x, -40) for x in (-100, -125, -150)]
    proposal = computed(officer, ground.commune)
    assert proposal.group_letters == {str(group.pk): ["A", 1]}
    assert sorted(numbers(proposal, inside)) == ["A1", "A2", "A3"]
    assert {row(proposal, one).new_street for one in inside} == {"đường Liên Xã"}


def test_computing_anew_after_a_crash_leaves_nothing_twice(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    first = list(reading.rows(proposal).values_list("house", "new_number"))
    NumberingProposal.objects.filter(pk=proposal.pk).update(state=ProposalState.COMPUTING)
    computing.compute(proposal)
    assert list(reading.rows(proposal).values_list("house", "new_number")) == first
    assert proposal.streets.count() == 3


def test_one_house_is_numbered_at_once_and_alone(ground: Ground, officer: User) -> None:
    House.objects.filter(pk__in=[one.pk for one in ground.south]).update(street="đường Liên Xã")
    for number, one in zip((1, 3, 5, 7, 9, 11), [*ground.south[:3], *ground.south[4:]], strict=True):
        House.objects.filter(pk=one.pk).update(number=number)
    between = ground.south[3]
    proposal = starting.start(user=officer, commune=ground.commune, villages=None, rules=RULES, house=between)
    assert proposal.state == ProposalState.DRAFT and proposal.counts["houses"] == 1
    assert (row(proposal, between).outcome, row(proposal, between).new_number) == ("given", "5A")


def test_one_house_with_a_wrong_number_gets_another_and_one_with_a_right_one_keeps_it(
    ground: Ground, officer: User
) -> None:
    for number, one in enumerate(ground.south):
        House.objects.filter(pk=one.pk).update(number=2 * number + 1, street="đường Liên Xã")
    wrong, right = ground.south[2], ground.south[4]
    House.objects.filter(pk=wrong.pk).update(number="88")
    rules = ProposalRules(keep="all")
    for one, expected in ((wrong, ("changed", "5")), (right, ("same", "9"))):
        house_now = House.objects.get(pk=one.pk)
        proposal = starting.start(
            user=officer, commune=ground.commune, villages=None, rules=rules, house=house_now
        )  # fmt: skip
        assert (row(proposal, one).outcome, row(proposal, one).new_number) == expected


# --- What is refused -------------------------------------------------------------------------------


def test_a_commune_without_streets_is_told_to_draw_them(commune: Unit, officer: User) -> None:
    with pytest.raises(UserError) as refused:
        starting.start(user=officer, commune=commune, villages=None, rules=RULES)
    assert refused.value.code == "no_streets" and "vẽ hoặc nhập đường, ngõ" in refused.value.sentence


@pytest.mark.parametrize(
    "wrong", [{"suffix": "roman"}, {"keep": "none"}, {"slot_m": -1}, {"slot_m": float("nan")}, {"centre": (500, 0)}]
)
def test_rules_that_are_none_are_refused(wrong: dict) -> None:
    with pytest.raises(UserError):
        ProposalRules(**wrong)
    assert ProposalRules.from_json(ProposalRules(slot_m=5, centre=(105.8, 19.7)).to_json()).centre == (105.8, 19.7)


def test_villages_and_houses_of_others_and_closed_ones_are_refused(ground: Ground, officer: User) -> None:
    other = factories.neighbour_commune()
    for wanted in (
        {"villages": [factories.village(other)]},
        {"villages": []},
        {"villages": None, "house": factories.house(other)},
    ):
        with pytest.raises(UserError):
            starting.start(user=officer, commune=ground.commune, rules=RULES, **wanted)
    closed = ground.south[0]
    House.objects.filter(pk=closed.pk).update(state=HouseState.CLOSED, closed_on="2026-01-01")
    closed.refresh_from_db()
    with pytest.raises(UserError):
        starting.start(user=officer, commune=ground.commune, villages=None, rules=RULES, house=closed)
    assert not NumberingProposal.objects.exists()


def test_only_who_numbers_in_the_commune_may_ask(ground: Ground, viewer: User, stranger: User) -> None:
    head = factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(ground.commune, 1))
    for person, refusal in ((viewer, NotAllowed), (head, Http404), (stranger, Http404)):
        with pytest.raises((refusal, NotAllowed)):
            starting.start(user=person, commune=ground.commune, villages=None, rules=RULES)
    assert not NumberingProposal.objects.exists()


def test_one_proposal_at_a_time_is_computed_for_a_commune(ground: Ground, officer: User) -> None:
    first = starting.start(user=officer, commune=ground.commune, villages=None, rules=RULES)
    again = starting.start(user=officer, commune=ground.commune, villages=None, rules=RULES)
    assert again.pk == first.pk, "a button pressed twice asks once"
    with pytest.raises(Conflict) as refused:
        starting.start(user=officer, commune=ground.commune, villages=None, rules=ProposalRules(suffix="dash"))
    assert refused.value.code == "computing"
    jobs.cancel(first.job)
    third = starting.start(user=officer, commune=ground.commune, villages=None, rules=ProposalRules(suffix="dash"))
    first.refresh_from_db()
    assert (first.state, third.state) == (ProposalState.DISCARDED, ProposalState.COMPUTING)


def test_streets_in_a_ring_fail_the_work_with_a_sentence(
    transactional_db: None, ground: Ground, officer: User, run_jobs: Callable[[], None]
) -> None:
    Street.objects.filter(pk=ground.dinh.pk).update(parent=ground.nameless, name="Đình")
    Street.objects.filter(pk=ground.nameless.pk).update(parent=ground.dinh)
    proposal = starting.start(user=officer, commune=ground.commune, villages=None, rules=RULES)
    run_jobs()
    proposal.refresh_from_db()
    job = Job.objects.get(pk=proposal.job_id)
    assert (proposal.state, job.state) == (ProposalState.DISCARDED, JobState.FAILED)
    assert job.told.startswith("Đường, ngõ đi ra từ nhau thành vòng: ")
    circle = job.told.partition(": ")[2].partition(".")[0].split(" → ")
    assert circle[0] == circle[-1] and set(circle) == {"ngõ Đình", "ngõ chưa có tên"}
    assert not any(letter.isdigit() for letter in job.told), "streets are named, not counted"
    assert not proposal.numbers.exists()


def test_work_that_is_stopped_leaves_nothing(transactional_db: None, ground: Ground, officer: User) -> None:
    proposal = starting.start(user=officer, commune=ground.commune, villages=None, rules=RULES)
    Job.objects.filter(pk=proposal.job_id).update(cancel_requested=True)
    jobs.run_job.func(str(proposal.job_id))
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DISCARDED
    assert Job.objects.get(pk=proposal.job_id).state == JobState.CANCELLED
    assert not proposal.numbers.exists()


def test_a_house_that_is_taken_back_goes_from_proposals(ground: Ground, officer: User) -> None:
    from households import house_editing, undoing
    from tests.households.numbered import point

    added, changeset = house_editing.add_house(user=officer, point=point(-75, 20), number="", street="")
    proposal = computed(officer, ground.commune)
    assert proposal.numbers.filter(house=added).exists()
    undoing.undo_changes(user=officer, changeset=changeset)
    assert not House.objects.filter(pk=added.pk).exists()
    assert not proposal.numbers.filter(house_id=added.pk).exists()


def test_a_street_that_is_removed_leaves_rows_on_no_street(ground: Ground, officer: User) -> None:
    proposal = computed(officer, ground.commune)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM households_street WHERE id = %s", [ground.dinh.pk])
    assert row(proposal, ground.on_dinh[0]).street is None
    assert not proposal.streets.filter(street_id=ground.dinh.pk).exists()
