"""The life of a plate after the printer: which act may follow which, by whom, and what a village's plates add up to."""

from __future__ import annotations

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.utils import timezone

from households.models import BatchState, House, HouseState, Plate, PlateState
from households.plates import installing, life, living, swapping, tally
from households.plates.installing import AtAnotherDoor
from households.plates.life import Act, Doubt
from mapping.access import Role
from mapping.errors import Conflict, UserError
from mapping.models import Unit
from tests import factories
from tests.households.plate_row import (
    METRE,
    batch_of,
    house_at,
    plate_of,
    standing,
    state_of,
)

# --- What may follow what ---------------------------------------------------------------------------------------------


def test_every_state_that_is_reached_is_one_that_plates_have() -> None:
    states = {state.value for state in PlateState}
    for act in Act:
        for before in life.states_before(act):
            assert before in states
            assert life.state_after(act, before) in states


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("draft", {Act.REVOKE}),
        ("printed", {Act.STOCK, Act.ISSUE, Act.INSTALL, Act.DAMAGE, Act.LOSE, Act.STEAL, Act.REVOKE}),
        ("installed", {Act.INSTALL, Act.INSPECT, Act.DAMAGE, Act.LOSE, Act.STEAL, Act.REVOKE}),
        ("lost", {Act.INSTALL, Act.FIND, Act.REVOKE}),
        ("replaced", {Act.REVOKE}),
        ("revoked", set()),
    ],
)
def test_only_what_makes_sense_may_be_done(state: str, acts: set[Act]) -> None:
    assert set(life.acts_from(state)) == acts


@pytest.mark.parametrize(
    ("distance", "accuracy", "doubt"),
    [
        (29.0, 0.0, None),
        (44.0, 15.0, None),
        (46.0, 15.0, Doubt.WRONG_DOOR),
        (5.0, 150.0, Doubt.ROUGH_POSITION),
        (None, None, Doubt.NO_POSITION),
    ],
)
def test_thirty_metres_and_the_error_of_the_phone_are_allowed(
    distance: float | None, accuracy: float | None, doubt: Doubt | None
) -> None:
    assert life.doubt_about(distance, accuracy) == doubt


def test_ten_years_after_it_was_hung_or_looked_at_a_plate_is_due() -> None:
    hung = datetime.datetime(2016, 2, 29, tzinfo=datetime.UTC)
    assert life.inspection_due(hung, None) == datetime.date(2026, 2, 28)
    assert life.inspection_due(hung, hung.replace(year=2020)) == datetime.date(2030, 2, 28)
    assert life.inspection_due(None, None) is None


# --- Acts on many -----------------------------------------------------------------------------------------------------


def test_a_batch_comes_into_stock_and_is_given_to_somebody(commune: Unit, officer: Any) -> None:
    plates = [plate_of(house_at(commune, metres)) for metres in (0, 10, 20)]
    lost = plate_of(house_at(commune, 30), PlateState.LOST)
    batch = batch_of(commune, *plates, lost)
    assert living.take_into_stock(user=officer, batch=batch, seen={plates[0].pk: 1}) == living.Moved(1, 0)
    assert living.take_into_stock(user=officer, batch=batch) == living.Moved(2, 2)
    assert living.issue(user=officer, batch=batch, to="  Trần Văn  Lắp ") == living.Moved(3, 1)
    given = Plate.objects.get(pk=plates[0].pk)
    assert (given.state, given.issued_to, given.version) == ("issued", "Trần Văn Lắp", 3)
    assert state_of(lost) == "lost"
    with pytest.raises(UserError, match="Không có biển nào để nhập kho: cả 4 biển"):
        living.take_into_stock(user=officer, batch=batch)


def test_what_another_officer_did_meanwhile_is_not_written_over(commune: Unit, officer: Any) -> None:
    plates = [plate_of(house_at(commune, 10 * place)) for place in range(3)]
    batch = batch_of(commune, *plates)
    living.issue(user=officer, batch=batch, to="Bà Hai", seen={plates[0].pk: 1})
    with pytest.raises(Conflict, match="1 biển đã chọn"):
        living.issue(user=officer, batch=batch, to="Ông Ba", seen={plate.pk: 1 for plate in plates})
    assert [Plate.objects.get(pk=plate.pk).issued_to for plate in plates] == ["Bà Hai", "", ""]
    # Whoever has seen it may give it to somebody else.
    assert living.issue(user=officer, batch=batch, to="Ông Ba", seen={plates[0].pk: 2}).plates == 1


def test_a_plate_of_another_batch_is_not_given_with_this_one(commune: Unit, officer: Any) -> None:
    own, foreign = plate_of(house_at(commune, 0)), plate_of(house_at(commune, 20))
    batch, _other = batch_of(commune, own), batch_of(commune, foreign)
    with pytest.raises(UserError, match="không thuộc lô 1"):
        living.issue(user=officer, batch=batch, to="Bà Hai", seen={own.pk: 1, foreign.pk: 1})
    assert (state_of(own), state_of(foreign)) == ("printed", "printed")


def test_plates_of_closed_houses_are_given_to_nobody(commune: Unit, officer: Any) -> None:
    open_one, closed = (
        plate_of(house_at(commune, 0)),
        plate_of(house_at(commune, 20, state=HouseState.CLOSED, closed_on="2026-01-02")),
    )
    assert living.issue(user=officer, batch=batch_of(commune, open_one, closed), to="Bà Hai") == living.Moved(1, 1)
    assert state_of(closed) == "printed"
    with pytest.raises(UserError, match="đã đóng"):
        living.move(token=closed.pk, version=1, act=Act.ISSUE, to="Bà Hai")


def test_a_ticked_page_that_is_out_of_date_says_so_and_gives_nothing(
    officer_client: Client, commune: Unit, officer: Any
) -> None:
    plate = plate_of(house_at(commune, 0))
    batch = batch_of(commune, plate)
    page = officer_client.get(f"/plates/batches/{batch.pk}/").content.decode()
    ticked = f"{plate.pk}.1"
    assert f'value="{ticked}"' in page
    living.take_into_stock(user=officer, batch=batch)
    answer = officer_client.post(f"/plates/batches/{batch.pk}/issue/", {"to": "Bà Hai", "token": ticked}, follow=True)
    assert "Có người vừa ghi việc khác" in answer.content.decode() and state_of(plate) == "in_stock"
    answer = officer_client.post(f"/plates/batches/{batch.pk}/issue/", {"to": "Bà Hai", "token": plate.pk}, follow=True)
    assert "không hiểu biểu mẫu" in answer.content.decode() and state_of(plate) == "in_stock"


@pytest.mark.parametrize(
    ("before", "found"), [("damaged", "damaged"), ("installed", "installed"), ("issued", "in_stock")]
)
def test_what_is_found_again_is_what_it_was(commune: Unit, before: str, found: str) -> None:
    plate = plate_of(house_at(commune, 0), before)
    for version, act in enumerate((Act.LOSE, Act.FIND), start=1):
        living.move(token=plate.pk, version=version, act=act)
    assert state_of(plate) == found


def test_plates_of_a_village_that_is_not_ones_own_stay_as_they_are(commune: Unit) -> None:
    head = factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(commune))
    own, foreign = (plate_of(house_at(commune, 0, village=factories.village(commune, number))) for number in (1, 2))
    assert living.take_into_stock(user=head, batch=batch_of(commune, own, foreign)).plates == 1
    assert (state_of(own), state_of(foreign)) == ("in_stock", "printed")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"is_proof": True}, "bản in thử"), ({"state": BatchState.READING}, "chưa in xong")],
)
def test_what_is_no_batch_to_hang_is_refused(
    commune: Unit, officer: Any, fields: dict[str, Any], sentence: str
) -> None:
    batch = batch_of(commune, plate_of(house_at(commune, 0)), **fields)
    with pytest.raises(UserError, match=sentence):
        living.take_into_stock(user=officer, batch=batch)


def test_nobody_is_nobody_to_give_plates_to(commune: Unit, officer: Any) -> None:
    plate = plate_of(house_at(commune, 0))
    with pytest.raises(UserError, match="Chưa ghi giao biển cho ai"):
        living.issue(user=officer, batch=batch_of(commune, plate), to="  ")
    assert state_of(plate) == "printed"


# --- Hanging ----------------------------------------------------------------------------------------------------------


def test_the_right_door_is_kept_with_distance_accuracy_and_time(commune: Unit, officer: Any) -> None:
    plate = plate_of(house_at(commune, 0), PlateState.ISSUED)
    hung = installing.install(user=officer, token=plate.pk, version=1, fix=standing(12))
    assert hung.state == "installed" and hung.installed_at is not None
    assert hung.installed_distance == pytest.approx(12, abs=0.1)
    assert (hung.installed_accuracy, hung.installed_reason) == (5, "")


def test_a_wrong_door_is_refused_and_names_the_house_that_is_there(commune: Unit, officer: Any) -> None:
    plate = plate_of(house_at(commune, 0, number="12"))
    neighbour = plate_of(house_at(commune, 60, number="14"), PlateState.INSTALLED)
    with pytest.raises(AtAnotherDoor, match="cách nhà đó 58 m") as refused:
        installing.install(user=officer, token=plate.pk, version=1, fix=standing(58))
    nearest = refused.value.nearest
    assert nearest is not None and nearest.plate == neighbour and nearest.metres == pytest.approx(2, abs=0.1)
    assert swapping.may_be_swapped(plate, nearest, standing(58))
    assert Plate.objects.get(pk=plate.pk).version == 1


def test_a_reason_that_was_given_before_the_wrong_door_was_told_excuses_no_wrong_door(
    commune: Unit, officer: Any, officer_client: Client
) -> None:
    plate = plate_of(house_at(commune, 0, number="1"), PlateState.ISSUED)
    place = standing(90)
    sent = {"version": 1, "lat": place.lat, "lng": place.lng, "accuracy": 5, "reason": "Điện thoại chưa có vị trí"}
    at = f"/plates/p/{plate.pk}/install/"
    answer = officer_client.post(at, sent)
    assert answer.status_code == 409 and 'name="told" value="wrong_door"' in answer.content.decode()
    plate.refresh_from_db()
    assert plate.state == PlateState.ISSUED
    assert officer_client.post(at, sent | {"told": "wrong_door"}).status_code == 302


@pytest.mark.parametrize(
    ("metres_north", "accuracy", "asked"),
    [
        (14, 4, True),  # at the door of number 14
        (9, 1, True),
        (9, 4, False),  # 9 m and 5 m, and wherever 4 m off it may be either
        (14, 8, False),
        (2, 1, False),
    ],
)
def test_at_a_door_close_by_one_is_asked_where_the_phone_can_tell_the_two_apart(
    commune: Unit, officer: Any, metres_north: float, accuracy: float, asked: bool
) -> None:
    plate = plate_of(house_at(commune, 0, number="12", street="Ngõ Chùa"), PlateState.ISSUED)
    house_at(commune, 14, number="14", street="Ngõ Chùa")
    place = standing(metres_north, accuracy)
    if not asked:
        assert installing.install(user=officer, token=plate.pk, version=1, fix=place).installed_reason == ""
        return
    with pytest.raises(AtAnotherDoor, match="Đây có phải nhà 12 Ngõ Chùa") as told:
        installing.install(user=officer, token=plate.pk, version=1, fix=place)
    assert told.value.doubt is Doubt.NEXT_DOOR
    assert Plate.objects.get(pk=plate.pk).version == 1


def test_whoever_knows_the_door_hangs_the_plate_and_what_was_asked_is_kept(commune: Unit, officer: Any) -> None:
    plate = plate_of(house_at(commune, 0, number="12"), PlateState.ISSUED)
    near, other = house_at(commune, 14, number="14"), house_at(commune, -14, number="10")
    with pytest.raises(AtAnotherDoor):  # asked of the one house, standing at the other
        installing.install(user=officer, token=plate.pk, version=1, fix=standing(14, 3), not_at=other.code)
    hung = installing.install(user=officer, token=plate.pk, version=1, fix=standing(14, 3), not_at=near.code)
    assert hung.state == "installed" and "gần 14" in hung.installed_reason


def test_houses_far_below_the_error_of_the_phone_are_not_asked_about(commune: Unit, officer: Any) -> None:
    plate = plate_of(house_at(commune, 0, number="12"), PlateState.ISSUED)
    for place in range(1, 7):
        house_at(commune, 5 * place, number=str(12 + 2 * place))
    assert installing.install(user=officer, token=plate.pk, version=1, fix=standing(5, 6)).installed_reason == ""


def test_far_away_or_without_a_place_only_a_reason_hangs_it_and_is_kept(commune: Unit, officer: Any) -> None:
    far, nowhere = plate_of(house_at(commune, 0)), plate_of(house_at(commune, 10))
    with pytest.raises(AtAnotherDoor, match="chưa cho biết vị trí"):
        installing.install(user=officer, token=nowhere.pk, version=1, fix=None)
    installing.install(user=officer, token=nowhere.pk, version=1, fix=None, reason="máy không có định vị")
    installing.install(user=officer, token=far.pk, version=1, fix=standing(90), reason="cổng ở đầu ngõ")
    assert Plate.objects.get(pk=far.pk).installed_reason == "cổng ở đầu ngõ"
    assert Plate.objects.get(pk=nowhere.pk).installed_reason == "máy không có định vị"


def test_a_reason_that_explains_nothing_hangs_no_plate_at_a_wrong_door(commune: Unit, officer_client: Client) -> None:
    plate = plate_of(house_at(commune, 0, number="1"), PlateState.ISSUED)
    place = standing(40)
    sent = {"version": 1, "lat": place.lat, "lng": place.lng, "accuracy": 5, "told": "wrong_door"}
    at = f"/plates/p/{plate.pk}/install/"
    for reason in ("x", "………………", "1234567890", "không rõ"):
        answer = officer_client.post(at, sent | {"reason": reason})
        page = answer.content.decode()
        assert answer.status_code == 409 and "hãy ghi ít nhất 10 chữ cái" in page
        assert 'class="button big"' not in page and 'class="button quiet">Lắp biển này<' in page
    assert state_of(plate) == "issued"
    assert officer_client.post(at, sent | {"reason": "cổng ở đầu ngõ"}).status_code == 302


def test_what_hung_before_is_replaced_and_what_was_lost_names_its_successor(commune: Unit, officer: Any) -> None:
    house = house_at(commune, 0)
    old, lost = plate_of(house, PlateState.INSTALLED), plate_of(house, PlateState.LOST)
    superseded, new = plate_of(house, PlateState.SUPERSEDED), plate_of(house, PlateState.IN_STOCK)
    installing.install(user=officer, token=new.pk, version=1, fix=standing(0))
    assert [state_of(plate) for plate in (old, superseded, lost)] == ["replaced", "replaced", "lost"]
    assert set(Plate.objects.filter(replaced_by=new)) == {old, superseded, lost}
    found = living.move(token=lost.pk, version=2, act=Act.FIND)
    assert found.state == "replaced"


def test_two_who_hang_the_same_plate_do_not_overwrite_each_other(commune: Unit, officer: Any) -> None:
    plate = plate_of(house_at(commune, 0))
    installing.install(user=officer, token=plate.pk, version=1, fix=standing(0))
    with pytest.raises(Conflict):
        living.move(token=plate.pk, version=1, act=Act.LOSE)
    assert state_of(plate) == "installed"


@pytest.mark.django_db(transaction=True)
def test_two_plates_hung_at_one_house_at_once_leave_one_hanging(commune: Unit, officer: Any) -> None:
    house = house_at(commune, 0)
    tokens = [plate_of(house, state).pk for state in (PlateState.SUPERSEDED, PlateState.IN_STOCK)]
    start = threading.Barrier(len(tokens))

    def hang(token: str) -> bool:
        try:
            start.wait(10)
            installing.install(user=officer, token=token, version=1, fix=standing(0))
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(tokens)) as threads:
        hung = list(threads.map(hang, tokens))
    assert hung[1]  # the newer one hangs in any case, the other only if it came first
    assert sorted(state_of(Plate.objects.get(pk=token)) for token in tokens) == ["installed", "replaced"]
    assert state_of(Plate.objects.get(pk=tokens[1])) == "installed"


def test_a_closed_house_and_a_proof_take_no_plate(commune: Unit, officer: Any) -> None:
    closed = plate_of(house_at(commune, 0, state="closed", closed_on=timezone.localdate()))
    with pytest.raises(UserError, match="đã đóng"):
        installing.install(user=officer, token=closed.pk, version=1, fix=standing(0))
    proof = plate_of(house_at(commune, 0), PlateState.DRAFT, released_at=None)
    with pytest.raises(UserError, match="chưa in"):
        installing.install(user=officer, token=proof.pk, version=1, fix=standing(0))


# --- Counts -----------------------------------------------------------------------------------------------------------


def test_a_village_counts_what_is_missing_and_what_is_to_do(commune: Unit, officer: Any) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=3660)
    house_at(commune, 0)
    plate_of(house_at(commune, 10), PlateState.DRAFT, released_at=None)
    plate_of(house_at(commune, 20))
    plate_of(house_at(commune, 30), PlateState.IN_STOCK)
    plate_of(house_at(commune, 40), PlateState.ISSUED)
    plate_of(house_at(commune, 50), PlateState.INSTALLED, installed_at=long_ago)
    plate_of(house_at(commune, 60), PlateState.INSTALLED, installed_at=long_ago, inspected_at=timezone.now())
    plate_of(house_at(commune, 70), PlateState.DAMAGED, installed_at=timezone.now())
    plate_of(house_at(commune, 80), PlateState.LOST)
    renamed = house_at(commune, 90, number="7")
    plate_of(renamed, PlateState.INSTALLED, number="5", installed_at=timezone.now())
    moved = house_at(commune, 100)
    plate_of(moved, PlateState.INSTALLED, installed_at=timezone.now())
    House.objects.filter(pk=moved.pk).update(location=Point(moved.location.x, moved.location.y + 16 * METRE, srid=4326))
    plate_of(house_at(commune, 110, village=factories.village(commune, 2)), PlateState.IN_STOCK)
    west, east = tally.by_village(officer, commune)
    assert west == tally.Tally(
        village_id=factories.village(commune).pk,
        name="Thôn Đông Hoà",
        houses=11,
        without_plate=3,
        ordered=1,
        in_stock=1,
        issued=1,
        mounted=5,
        to_reprint=2,
        moved=1,
        gone=2,
        overdue=1,
    )
    assert (east.name, east.houses, east.in_stock) == ("Thôn Xa Thư", 1, 1)
    assert tally.total([west, east]).houses == 12
