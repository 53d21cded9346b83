"""Desk work on streets: what is drawn, what is refused and where, what goes along, and the way back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from households import undoing
from households.models import Frontage, House, HouseGroup, NumberingDecision, Street
from households.streets import cutting, editing, groups
from households.streets.acting import Done
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import ChangeSet
from tests import factories
from tests.households.streets import along, at, draw, front

pytestmark = pytest.mark.django_db


def undo(done: Done, user: Any) -> None:
    undoing.undo_changes(user=user, changeset=done.changeset)


def refused(error: type[UserError], act: Any) -> UserError:
    """The refusal of an act that left nothing behind."""
    before = ChangeSet.objects.count(), list(Street.objects.order_by("pk").values_list("pk", "version"))
    with pytest.raises(error) as caught:
        act()
    assert before == (ChangeSet.objects.count(), list(Street.objects.order_by("pk").values_list("pk", "version")))
    return caught.value


# --- Adding ----------------------------------------------------------------------------------------


def test_a_lane_gets_its_village_and_the_street_it_leaves_from_the_line(commune, officer) -> None:
    road = draw(officer, commune, "road", "Đường Liên Xã", (-900, 0), (900, 0)).street
    assert (road.full_name, road.village, road.parent) == ("đường Liên Xã", None, None)
    lane = draw(officer, commune, "ngo", "Đình", (-300, 2), (-300, 150)).street
    lane.refresh_from_db()
    assert (lane.village, lane.parent, lane.parent_by_hand) == (factories.village(commune, 1), road, False)
    assert lane.line.distance(road.line) < 1e-6  # its mouth was put onto the road
    branch = draw(officer, commune, "ngach", "", (-300, 80), (-250, 80)).street
    branch.refresh_from_db()
    assert branch.parent == lane


def test_a_road_drawn_later_takes_the_lanes_that_begin_on_it(commune, officer) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (-300, 0), (-300, 150)).street
    assert lane.parent is None
    done = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0))
    lane.refresh_from_db()
    assert lane.parent == done.street and lane.pk in done.also
    assert done.notes == ["ngõ Đình nay đi ra từ đường Liên Xã."]
    undo(done, officer)
    lane.refresh_from_db()
    assert lane.parent is None and Street.objects.count() == 1


def test_a_street_sent_twice_is_drawn_once(commune, officer) -> None:
    made = uuid.uuid4()
    first = draw(officer, commune, "ngo", "Đình", (0, 0), (0, 50), street_id=made)
    again = draw(officer, commune, "ngo", "Đình", (0, 0), (0, 50), street_id=made)
    assert first.street.pk == again.street.pk == made and first.changeset == again.changeset
    assert Street.objects.count() == 1


@pytest.mark.parametrize(
    ("points", "code", "says", "where"),
    [
        ([(0, 0)], "line_points", "chỉ có một điểm", (0, 0)),
        ([(0, 0), (0, 0)], "line_points", "chỉ có một điểm", (0, 0)),
        ([(0, 0), (1, 0)], "line_short", "chỉ dài 1,0 m", (0, 0)),
        ([(0, 0), (100, 0), (100, 100), (0, 0)], "line_loop", "vòng kín", (0, 0)),
        ([(0, 0), (100, 0), (100, 50), (50, 50), (50, -50)], "line_crosses", "tự cắt", (50, 0)),
        ([(0, 0), (8000, 0)], "line_outside", "nằm ngoài ranh giới xã", (5050, 0)),
    ],
)
def test_a_line_that_no_street_can_have_is_refused_with_the_place(commune, officer, points, code, says, where) -> None:
    error = refused(UserError, lambda: draw(officer, commune, "ngo", "Đình", *points))
    assert error.code == code and says in error.sentence
    assert error.place == pytest.approx(at(*where), abs=1e-4)


@pytest.mark.parametrize(
    "coordinates",
    [[], [[]], "abc", [["a", "b"], [1, 2]], [[None, 1], [2, 3]], [[19.6, 105.8], [19.7, 105.8]], [[1, 2, 3], [4]],
     [{"x": 1}], [[10**400, 1], [2, 3]], [[float("nan"), 1], [105.8, 19.6]]],
)  # fmt: skip
def test_what_is_no_line_is_refused_with_one_sentence(commune, officer, coordinates) -> None:
    error = refused(
        UserError,
        lambda: editing.add(user=officer, commune=commune, kind="ngo", name="", coordinates=coordinates),
    )
    assert error.code in ("line_numbers", "line_points")


def test_a_road_needs_a_name_and_an_alley_does_not(commune, officer) -> None:
    assert refused(UserError, lambda: draw(officer, commune, "road", " ", (0, 0), (50, 0))).code == "name"
    assert draw(officer, commune, "ngo", "", (0, 0), (50, 0)).street.full_name == "ngõ"


def test_two_streets_of_one_name_are_told_apart_by_their_village(commune, officer) -> None:
    draw(officer, commune, "ngo", "Đình", (-300, 0), (-300, 100))
    error = refused(UserError, lambda: draw(officer, commune, "ngo", "ngõ  đình", (-500, 0), (-500, 100)))
    assert error.code == "same_name" and "Đã có ngõ Đình ở Thôn Đông Hoà" in error.sentence
    assert error.place == pytest.approx(at(-300, 50), abs=1e-4)
    draw(officer, commune, "ngo", "Đình", (500, 0), (500, 100))  # of the next village
    draw(officer, commune, "kiet", "Đình", (-400, 0), (-400, 100))  # another word
    draw(officer, commune, "ngo", "Đình", (-600, 0), (-600, 100), anyway=True)
    draw(officer, commune, "road", "Liên Xã", (-900, 300), (-100, 300))
    error = refused(UserError, lambda: draw(officer, commune, "road", "Liên xã", (100, 300), (900, 300)))
    assert error.code == "same_name"


def test_only_whoever_numbers_there_draws(commune, officer, viewer, stranger) -> None:
    head = factories.user("thon", role="village_head", at=factories.village(commune))
    for person, error in ((viewer, NotAllowed), (stranger, Http404)):
        with pytest.raises(error):
            draw(person, commune, "ngo", "", (0, 0), (50, 0))
    with pytest.raises((NotAllowed, Http404)):
        draw(head, commune, "ngo", "", (0, 0), (50, 0))
    assert not Street.objects.exists()


# --- Editing ---------------------------------------------------------------------------------------


def test_a_new_name_is_written_on_the_houses_that_bear_the_old_one(commune, officer) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    alley = draw(officer, commune, "ngo", "", (-300, 0), (-300, 150)).street
    house = front(road, (-200, 10), "12", "đường Liên Xã")
    in_alley = front(alley, (-290, 50), "12/1", "đường Liên Xã")
    other = front(road, (-100, 10), "14", "gần chợ")
    factories.plate(house)
    done = editing.edit(
        user=officer, street=road, version=road.version, kind="road", name="Hùng Vương", width_class=4, direction="auto"
    )
    for renamed in (house, in_alley):
        renamed.refresh_from_db()
        assert renamed.street == "đường Hùng Vương"
        assert renamed.former_addresses.get().street == "đường Liên Xã"
    other.refresh_from_db()
    assert other.street == "gần chợ"
    assert done.notes == ["2 nhà nay ghi đường Hùng Vương.", "1 biển đã in ghi tên cũ, cần in lại."]
    undo(done, officer)
    house.refresh_from_db()
    road.refresh_from_db()
    assert (house.street, road.name) == ("đường Liên Xã", "Liên Xã")


def test_a_name_that_houses_bear_is_not_taken_away(commune, officer) -> None:
    alley = draw(officer, commune, "ngo", "Đình", (0, 0), (0, 100)).street
    front(alley, (5, 50), "5", "ngõ Đình")
    error = refused(Conflict, lambda: written(officer, alley, name=""))
    assert "1 nhà đang ghi ngõ Đình" in error.sentence


def written(officer: Any, street: Street, **changed: Any) -> Done:
    fields = {"kind": street.kind, "name": street.name, "width_class": 0, "direction": "auto"} | changed
    return editing.edit(user=officer, street=street, version=street.version, **fields)


def test_a_parent_chosen_by_hand_stays_until_it_is_given_back(commune, officer) -> None:
    near = draw(officer, commune, "road", "Gần", (-900, 0), (900, 0)).street
    far = draw(officer, commune, "road", "Xa", (-900, 300), (900, 300)).street
    lane = draw(officer, commune, "ngo", "Đình", (-300, 0), (-300, 150)).street
    lane.refresh_from_db()
    written(officer, lane, parent=far)
    lane.refresh_from_db()
    assert (lane.parent, lane.parent_by_hand) == (far, True)
    editing.redraw(user=officer, street=lane, version=lane.version, coordinates=along((-300, 0), (-300, 120)))
    lane.refresh_from_db()
    assert lane.parent == far
    written(officer, lane, parent=None)
    lane.refresh_from_db()
    assert (lane.parent, lane.parent_by_hand) == (near, False)


def test_no_street_hangs_on_itself_below_itself_or_in_another_commune(commune, officer) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (-300, 0), (-300, 150)).street
    branch = draw(officer, commune, "ngach", "Nhỏ", (-300, 80), (-250, 80)).street
    road = draw(officer, commune, "road", "Liên Xã", (300, 0), (300, 150)).street
    neighbour = factories.neighbour_commune()
    foreign = Street.objects.create(commune=neighbour, kind="road", name="Bên", line=road.line)
    for parent, code in ((lane, "parent_itself"), (branch, "parent_below"), (foreign, "parent_commune")):
        assert refused(UserError, lambda parent=parent: written(officer, lane, parent=parent)).code == code
    with pytest.raises(UserError):
        editing.add(
            user=officer, commune=commune, kind="road", name="Mới", parent=lane, coordinates=along((0, 0), (0, 90))
        )


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(commune, officer) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (0, 0), (0, 150)).street
    seen = Street.objects.get(pk=lane.pk)
    written(officer, lane, width_class=2)
    for act in (
        lambda: written(officer, seen, name="Chùa"),
        lambda: editing.redraw(user=officer, street=seen, version=seen.version, coordinates=along((0, 0), (0, 90))),
        lambda: editing.reverse(user=officer, street=seen, version=seen.version),
        lambda: editing.remove(user=officer, street=seen, version=seen.version),
        lambda: cutting.split(user=officer, street=seen, version=seen.version, at=at(0, 70)),
    ):
        assert refused(Conflict, act).code == "version"


# --- Lines -----------------------------------------------------------------------------------------


def test_a_street_turned_round_is_numbered_as_it_is_drawn(commune, officer) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (0, 0), (0, 150)).street
    before = lane.line.coords
    done = editing.reverse(user=officer, street=lane, version=lane.version)
    lane.refresh_from_db()
    assert lane.direction == "as_drawn"
    assert lane.line.coords[0] == pytest.approx(before[-1])
    undo(done, officer)
    lane.refresh_from_db()
    assert lane.direction == "auto" and lane.line.coords[0] == pytest.approx(before[0])


def test_a_cut_street_shares_out_its_alleys_houses_and_groups(commune, officer) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    west = draw(officer, commune, "ngo", "Tây", (-500, 0), (-500, 150)).street
    east = draw(officer, commune, "ngo", "Đông", (500, 0), (500, 150)).street
    first, last = front(road, (-800, 10), "1", "đường Liên Xã"), front(road, (800, -10), "9", "đường Liên Xã")
    group, _ = groups.add(
        user=officer, commune=commune, street=road, letter="A",
        coordinates=[along((600, 20), (700, 20), (700, 90), (600, 90), (600, 20))],
    )  # fmt: skip
    done = cutting.split(user=officer, street=road, version=road.version, at=at(0, 4))
    part = Street.objects.get(pk=done.also[0])
    assert part.name == "Liên Xã" and part.village == factories.village(commune, 2)
    for row, street in ((west, road), (east, part)):
        row.refresh_from_db()
        assert row.parent == street
    group.refresh_from_db()
    assert group.street == part
    frontage = last.frontage
    frontage.refresh_from_db()
    assert (frontage.street, frontage.side) == (part, 2)
    assert frontage.position_m == pytest.approx(800, abs=1)
    assert first.frontage.street == road
    assert "Hai đoạn đang cùng tên đường Liên Xã" in done.notes[1]
    undo(done, officer)
    assert Street.objects.count() == 3
    east.refresh_from_db()
    frontage.refresh_from_db()
    group.refresh_from_db()
    assert east.parent == frontage.street == group.street == road
    assert frontage.position_m == pytest.approx(1700, abs=1)


def test_a_street_is_cut_on_it_and_not_at_its_end(commune, officer) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (0, 0), (0, 150)).street
    for place, code, says in (
        ((40, 70), "line_cut_far", "cách đường 40"),
        ((0, 149), "line_cut_end", "cách đầu đường"),
    ):
        error = refused(
            UserError,
            lambda place=place: cutting.split(user=officer, street=lane, version=lane.version, at=at(*place)),
        )
        assert error.code == code and says in error.sentence and error.place is not None


def test_two_parts_become_one_again(commune, officer) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    east = draw(officer, commune, "ngo", "Đông", (500, 0), (500, 150)).street
    house = front(road, (800, -10), "9", "đường Liên Xã")
    part = Street.objects.get(pk=cutting.split(user=officer, street=road, version=1, at=at(0, 0)).also[0])
    road.refresh_from_db()
    done = cutting.join(user=officer, first=road, first_version=road.version, second=part, second_version=part.version)
    assert done.removed == [part.pk] and not Street.objects.filter(pk=part.pk).exists()
    road.refresh_from_db()
    east.refresh_from_db()
    assert east.parent == road
    assert house.frontage.__class__.objects.get(house=house).position_m == pytest.approx(1700, abs=1)
    undo(done, officer)
    assert Street.objects.filter(pk=part.pk).exists()


def test_streets_far_apart_or_the_same_one_are_not_joined(commune, officer) -> None:
    one = draw(officer, commune, "ngo", "Một", (0, 0), (0, 100)).street
    two = draw(officer, commune, "ngo", "Hai", (0, 130), (0, 300)).street

    def join(first: Street, second: Street) -> Done:
        return cutting.join(
            user=officer, first=first, first_version=first.version, second=second, second_version=second.version
        )

    error = refused(UserError, lambda: join(one, two))
    assert error.code == "line_gap" and "30,0 m" in error.sentence
    assert error.place == pytest.approx(at(0, 115), abs=1e-4)
    assert refused(Conflict, lambda: join(one, one)).code == "same_street"


def test_joining_does_not_change_addresses_that_a_decision_gave(commune, officer) -> None:
    one = draw(officer, commune, "ngo", "Một", (0, 0), (0, 100)).street
    two = draw(officer, commune, "ngo", "Hai", (0, 102), (0, 300)).street
    front(two, (5, 200), "7", "ngõ Hai", decision=decision(commune))
    error = refused(
        Conflict,
        lambda: cutting.join(
            user=officer, first=one, first_version=one.version, second=two, second_version=two.version
        ),
    )
    assert error.code == "has_numbers"


def decision(commune: Any) -> NumberingDecision:
    return NumberingDecision.objects.create(commune=commune, number="12/QĐ-UBND", decided_on="2026-01-05")


# --- Removing --------------------------------------------------------------------------------------


def test_a_street_goes_only_when_nothing_depends_on_it(commune, officer) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    lane = draw(officer, commune, "ngo", "Đình", (-500, 0), (-500, 150)).street
    error = refused(Conflict, lambda: editing.remove(user=officer, street=road, version=road.version))
    assert error.code == "has_branches" and "ngõ Đình" in error.sentence
    house = front(lane, (-490, 40), "5", "ngõ Đình", decision=decision(commune))
    lane.refresh_from_db()
    error = refused(Conflict, lambda: editing.remove(user=officer, street=lane, version=lane.version))
    assert error.code == "has_numbers" and "số 5" in error.sentence
    Frontage.objects.filter(house=house).update(decision=None)
    done = editing.remove(user=officer, street=lane, version=lane.version)
    assert done.removed == [lane.pk] and not Frontage.objects.exists()
    house.refresh_from_db()
    assert (house.number, house.street) == ("5", "ngõ Đình")
    undo(done, officer)
    assert Frontage.objects.get().street_id == lane.pk


def test_what_hangs_on_an_added_street_keeps_it_from_being_undone(commune, officer) -> None:
    done = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0))
    front(done.street, (5, 5), "1", "đường Liên Xã")
    with pytest.raises(Conflict) as caught:
        undo(done, officer)
    assert "đường" in caught.value.sentence and Street.objects.exists()


def test_a_unit_is_not_deleted_while_streets_lie_in_it(commune, officer) -> None:
    draw(officer, commune, "ngo", "Đình", (-500, 0), (-500, 150))
    for unit in (factories.village(commune), commune):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM mapping_unit WHERE id = %s", [unit.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Street.objects.get().commune == commune


# --- House groups ----------------------------------------------------------------------------------


SQUARE = ((10, 10), (90, 10), (90, 90), (10, 90), (10, 10))


def test_a_house_group_is_drawn_changed_removed_and_brought_back(commune, officer) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    group, changeset = groups.add(user=officer, commune=commune, street=road, letter="đ", coordinates=[along(*SQUARE)])
    assert (group.letter, group.letter_by_hand, group.village) == ("Đ", True, factories.village(commune, 2))
    group, _ = groups.edit(user=officer, group=group, version=1, street=road, letter="")
    assert (group.letter, group.letter_by_hand) == ("", False)
    changeset = groups.remove(user=officer, group=group, version=2)
    assert not HouseGroup.objects.exists()
    undoing.undo_changes(user=officer, changeset=changeset)
    assert HouseGroup.objects.get().street == road


@pytest.mark.parametrize(
    ("letter", "points", "code", "has_place"),
    [
        ("AB", SQUARE, "letter", False),
        ("Ă", SQUARE, "letter", False),
        ("A", ((0, 0), (50, 50)), "area_numbers", False),
        ("A", ((0, 0), (50, 50), (50, 0), (0, 50), (0, 0)), "area_crosses", True),
        ("A", ((7000, 0), (7100, 0), (7100, 100), (7000, 0)), "area_outside", True),
        ("B", ((50, 50), (150, 50), (150, 150), (50, 150), (50, 50)), "area_overlaps", True),
        ("C", ((200, 10), (290, 10), (290, 90), (200, 10)), "letter_taken", False),
    ],
)
def test_a_house_group_that_cannot_be_is_refused(commune, officer, letter, points, code, has_place) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    groups.add(user=officer, commune=commune, street=road, letter="C", coordinates=[along(*SQUARE)])
    error = refused(
        UserError,
        lambda: groups.add(user=officer, commune=commune, street=road, letter=letter, coordinates=[along(*points)]),
    )
    assert error.code == code and (error.place is not None) == has_place
    assert HouseGroup.objects.count() == 1 and House.objects.count() == 0
