"""No act leaves a number that a decision gave on two open houses, and what is refused changes nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from households import house_editing, undoing
from households.codes import format_house_code
from households.models import Frontage, House, NumberingDecision, Street
from households.proposals import mending
from households.streets import cutting, editing
from mapping.errors import Conflict
from mapping.models import ChangeSet, Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, house, point, row
from tests.households.streets import draw, front
from tests.households.test_proposals_approved import addresses, approve

ROAD = "đường Liên Xã"
DAY = datetime.date(2026, 1, 5)


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def refused(act: Callable[[], Any], *houses: House, number: str) -> str:
    """What the act is refused with: the number and both houses are named, and nothing has changed."""
    before = list(House.objects.order_by("pk").values()), list(Street.objects.order_by("pk").values())
    fronts = list(Frontage.objects.order_by("pk").values())
    with pytest.raises(Conflict) as found:
        act()
    assert found.value.code == "number_twice"
    assert f"{number} (" in found.value.sentence
    for one in houses:
        assert format_house_code(one.code) in found.value.sentence
    assert before == (list(House.objects.order_by("pk").values()), list(Street.objects.order_by("pk").values()))
    assert fronts == list(Frontage.objects.order_by("pk").values())
    return found.value.sentence


def close(user: User, one: House) -> House:
    one.refresh_from_db()
    house_editing.close_house(user=user, house=one, version=one.version, reason="cháy", closed_on=DAY)
    one.refresh_from_db()
    return one


def reopen(user: User, one: House) -> ChangeSet:
    return house_editing.reopen_house(user=user, house=one, version=one.version)


def test_a_closed_house_whose_number_is_anothers_meanwhile_is_not_opened_again(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    closed = close(officer, ground.south[1])
    later = house(ground.commune, 105, -9)
    approve(officer, computed(officer, ground.commune), "46/QĐ-UBND")
    assert addresses([closed, later]) == [f"3 {ROAD}"] * 2
    said = refused(lambda: reopen(officer, closed), closed, later, number=f"3 {ROAD}")
    assert "sửa số của một nhà" in said
    house_editing.edit_house(
        user=officer, house=closed, version=closed.version, number="3B", street=ROAD, village=closed.village, note=""
    )
    closed.refresh_from_db()
    reopen(officer, closed)


def test_a_closed_house_alone_with_its_number_is_opened_again(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    closed = close(officer, ground.south[1])
    reopen(officer, closed)
    assert Frontage.objects.get(house=closed).decision is not None


def test_numbers_without_a_decision_may_be_double_as_they_were(ground: Ground, officer: User) -> None:
    for one in ground.south[:2]:
        House.objects.filter(pk=one.pk).update(number="7", street=ROAD)
    closed = close(officer, ground.south[0])
    reopen(officer, closed)


def test_the_undo_of_a_closing_is_refused_too(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    closed = close(officer, ground.south[1])
    closing = ChangeSet.objects.get(kind="house.close")
    later = house(ground.commune, 105, -9)
    approve(officer, computed(officer, ground.commune), "46/QĐ-UBND")
    refused(
        lambda: undoing.undo_changes(user=officer, changeset=closing), closed, later, number=f"3 {ROAD}"
    )  # fmt: skip


def test_an_earlier_decision_is_not_taken_back_while_a_later_one_gives_its_old_number_away(
    ground: Ground, officer: User
) -> None:
    one, later = ground.south[0], ground.south[1]
    House.objects.filter(pk=one.pk).update(number="77", street=ROAD)
    first = computed(officer, ground.commune)
    mending.leave_out(user=officer, proposal=first, house=later, version=first.version)
    decision = approve(officer, first)
    assert addresses([one]) == [f"1 {ROAD}"]
    second = computed(officer, ground.commune)
    mending.set_number(user=officer, proposal=second, house=later, number="77", version=second.version)
    approve(officer, second, "46/QĐ-UBND")
    said = refused(
        lambda: undoing.undo_changes(user=officer, changeset=first.changeset), one, later, number=f"77 {ROAD}"
    )  # fmt: skip
    assert "hoàn tác trước lần thay đổi sau" in said
    decision.refresh_from_db()
    assert decision.undone_at is None and row(first, one).outcome == "changed"
    undoing.undo_changes(user=officer, changeset=second.changeset)
    undoing.undo_changes(user=officer, changeset=first.changeset)
    assert addresses([one]) == [f"77 {ROAD}"]


@pytest.fixture
def decision(commune: Unit) -> NumberingDecision:
    return NumberingDecision.objects.create(commune=commune, number="45/QĐ-UBND", decided_on=DAY)


def test_streets_are_not_joined_where_a_decided_number_would_stand_twice(
    commune: Unit, officer: User, decision: NumberingDecision
) -> None:
    """Numbered as two roads, both got one name since; as one road they would have two houses 1."""
    first = draw(officer, commune, "road", "Dài", (-100, 0), (0, 0)).street
    second = draw(officer, commune, "road", "Dài", (0, 0), (100, 0), anyway=True).street
    one = front(first, (-50, 5), "1", "đường Dài", decision)
    other = front(second, (50, 5), "1", "đường Dài", decision)

    def join() -> None:
        cutting.join(
            user=officer, first=first, first_version=first.version, second=second, second_version=second.version
        )

    said = refused(join, one, other, number="1 đường Dài")
    assert "đổi số của một nhà" in said
    House.objects.filter(pk=other.pk).update(number="3")
    join()
    assert not Street.objects.filter(pk=second.pk).exists()


def test_houses_that_take_the_name_of_the_first_street_do_not_double_its_decided_numbers(
    commune: Unit, officer: User, decision: NumberingDecision
) -> None:
    first = draw(officer, commune, "road", "Dài", (-100, 0), (0, 0)).street
    second = draw(officer, commune, "road", "Ngắn", (0, 0), (100, 0)).street
    one, other = front(first, (-50, 5), "1", "đường Dài", decision), front(second, (50, 5), "1", "đường Ngắn")
    refused(
        lambda: cutting.join(
            user=officer, first=first, first_version=first.version, second=second, second_version=second.version
        ),
        one, other, number="1 đường Dài",
    )  # fmt: skip


def test_decided_numbers_in_alleys_of_the_second_street_keep_it_from_another_name(
    commune: Unit, officer: User, decision: NumberingDecision
) -> None:
    first = draw(officer, commune, "road", "Dài", (-100, 0), (0, 0)).street
    second = draw(officer, commune, "road", "Ngắn", (0, 0), (100, 0)).street
    alley = draw(officer, commune, "ngo", "", (50, 0), (50, 80)).street
    inside = front(alley, (55, 40), "6/1", "đường Ngắn", decision)
    second.refresh_from_db()
    with pytest.raises(Conflict) as found:
        cutting.join(user=officer, first=first, first_version=first.version, second=second,
                     second_version=second.version)  # fmt: skip
    assert found.value.code == "has_numbers"
    inside.refresh_from_db()
    assert inside.street == "đường Ngắn"


def test_a_street_does_not_take_a_name_under_which_a_decided_number_stands(
    commune: Unit, officer: User, decision: NumberingDecision
) -> None:
    first = draw(officer, commune, "road", "Dài", (-100, 0), (0, 0)).street
    second = draw(officer, commune, "road", "Ngắn", (0, 0), (100, 0)).street
    one, other = front(first, (-50, 5), "1", "đường Dài", decision), front(second, (50, 5), "1", "đường Ngắn")

    def rename(name: str) -> None:
        editing.edit(
            user=officer, street=second, version=second.version, kind="road", name=name, width_class=0,
            direction="auto", anyway=True,
        )  # fmt: skip

    refused(lambda: rename("Dài"), one, other, number="1 đường Dài")
    rename("Vừa")


def edit(user: User, one: House, **what: Any) -> ChangeSet:
    one.refresh_from_db()
    what = {"number": one.number, "street": one.street, "village": one.village, "note": one.note} | what
    return house_editing.edit_house(user=user, house=one, version=one.version, **what)


def test_a_house_is_not_given_the_decided_number_of_another_by_hand(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    holder, late = ground.south[1], house(ground.commune, 60, -30)
    for number, street in (("3", ROAD), ("03", "đ. Liên Xã"), ("3", "Liên Xã")):
        said = refused(lambda: edit(officer, late, number=number, street=street), holder, number=f"3 {ROAD}")  # noqa: B023
        assert "Hãy ghi số khác" in said and format_house_code(late.code) not in said
    edit(officer, late, number="3A", street=ROAD)


def test_a_decided_house_does_not_take_the_decided_number_of_another(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    refused(lambda: edit(officer, ground.south[0], number="3"), ground.south[1], number=f"3 {ROAD}")


def test_no_house_is_added_or_split_off_under_a_decided_number(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    holder, whole = ground.south[1], ground.south[0]
    whole.refresh_from_db()

    def add(number: str) -> None:
        house_editing.add_house(user=officer, point=point(60, -30), number=number, street=ROAD)

    def split(number: str) -> None:
        house_editing.split_house(
            user=officer, house=whole, version=whole.version, number=number, street=ROAD, point=point(60, -50),
            household_ids=[],
        )  # fmt: skip

    refused(lambda: add("3"), holder, number=f"3 {ROAD}")
    refused(lambda: split("3"), holder, number=f"3 {ROAD}")
    refused(lambda: split("1"), whole, number=f"1 {ROAD}")
    add("3A")
    split("1A")


def test_numbers_without_a_decision_are_written_twice_as_before(ground: Ground, officer: User) -> None:
    one, other = ground.south[:2]
    edit(officer, one, number="7", street=ROAD)
    edit(officer, other, number="7", street=ROAD)
    house_editing.add_house(user=officer, point=point(60, -30), number="7", street=ROAD)


def test_what_stood_twice_before_keeps_nobody_from_editing(ground: Ground, officer: User) -> None:
    approve(officer, computed(officer, ground.commune))
    late = house(ground.commune, 60, -30, number="3", street=ROAD)
    edit(officer, late, note="sơn xanh", number="03")
    edit(officer, ground.south[1], note="sơn đỏ")
    edit(officer, late, number="5B")


def test_a_decided_house_does_not_move_to_a_village_where_its_address_is_anothers(
    commune: Unit, officer: User, decision: NumberingDecision
) -> None:
    """Two alleys of one name in two villages; their houses 1 may not come to lie in one."""
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    one = front(
        draw(officer, commune, "ngo", "Đình", (-500, 0), (-400, 0)).street, (-450, 5), "1", "ngõ Đình", decision
    )
    other = front(
        draw(officer, commune, "ngo", "Đình", (500, 0), (400, 0), anyway=True).street, (450, 5), "1", "ngõ Đình",
        decision,
    )  # fmt: skip
    for house_there, village in ((one, west), (other, east)):
        House.objects.filter(pk=house_there.pk).update(village=village)
    refused(lambda: edit(officer, one, village=east), other, number="1 ngõ Đình")
    edit(officer, one, village=None)


def test_a_refused_address_stays_in_the_form(ground: Ground, officer: User, officer_client: Client) -> None:
    approve(officer, computed(officer, ground.commune))
    late = house(ground.commune, 60, -30)
    typed = {"number": "3", "street": ROAD, "village": late.village_id, "note": "", "version": late.version}
    answer = officer_client.post(reverse("edit_house", args=[late.code]), typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and format_house_code(ground.south[1].code) in page
    assert 'name="number" value="3"' in page and "Hãy ghi số khác" in page


def test_an_alley_does_not_hang_on_a_street_where_a_decided_number_of_it_stands(
    commune: Unit, officer: User, decision: NumberingDecision
) -> None:
    one = draw(officer, commune, "road", "Một", (-100, 0), (100, 0)).street
    two = draw(officer, commune, "road", "Hai", (-100, 80), (100, 80)).street
    alley = draw(officer, commune, "ngo", "", (0, 0), (0, 78), parent=one).street
    other = draw(officer, commune, "ngo", "", (50, 80), (50, 130)).street
    inside, there = front(alley, (5, 40), "6/1", "", decision), front(other, (55, 110), "6/1", "đường Hai", decision)
    alley.refresh_from_db()
    said = refused(
        lambda: editing.edit(
            user=officer, street=alley, version=alley.version, kind="ngo", name="", width_class=0, direction="auto",
            parent=two,
        ),
        inside, there, number="6/1 đường Hai",
    )  # fmt: skip
    assert said.startswith("Không nối ngõ sang đường này được")
