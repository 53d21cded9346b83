"""The life of a plate after the printer: which act may follow which, by whom, and what a village's plates add up to."""

from __future__ import annotations

import datetime
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from households.models import BatchPlate, BatchState, House, Plate, PlateBatch, PlateEvent, PlateState
from households.plates import installing, life, living, swapping, tally
from households.plates.installing import AtAnotherDoor
from households.plates.life import Act, Doubt, Fix
from mapping.access import Role
from mapping.errors import Conflict, UserError
from mapping.models import StoredFile, Unit
from tests import factories

METRE = 1 / 111_195  # of latitude, in degrees


def house_at(commune: Unit, metres_north: float, **fields: Any) -> House:
    fields.setdefault("village", factories.village(commune))
    return factories.house(commune, factories.CENTRE[0], factories.CENTRE[1] + metres_north * METRE, **fields)


def plate_of(house: House, state: str = PlateState.PRINTED, **fields: Any) -> Plate:
    return factories.plate(house, state=state, **fields)


def standing(metres_north: float, accuracy: float = 5) -> Fix:
    return Fix(factories.CENTRE[1] + metres_north * METRE, factories.CENTRE[0], accuracy)


def standing_point(metres_north: float) -> Point:
    return Point(factories.CENTRE[0], factories.CENTRE[1] + metres_north * METRE, srid=4326)


def batch_of(commune: Unit, *plates: Plate, state: str = BatchState.PRINTED, **fields: Any) -> PlateBatch:
    number = PlateBatch.objects.count() + 1
    batch = PlateBatch.objects.create(commune=commune, number=number, state=state, **fields)
    for serial, plate in enumerate(plates, start=1):
        BatchPlate.objects.create(batch=batch, serial=serial, plate=plate)
    return batch


def state_of(plate: Plate) -> str:
    return Plate.objects.get(pk=plate.pk).state


def photo_with_a_place() -> bytes:
    """A JPEG whose EXIF says where it was taken and with what."""
    picture, exif, out = Image.new("RGB", (640, 480), "navy"), Image.Exif(), io.BytesIO()
    exif[0x010F] = "BiMatPhone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (19.0, 40.0, 12.0)
    picture.save(out, "JPEG", exif=exif)
    assert b"BiMatPhone" in out.getvalue()
    return out.getvalue()


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
    assert living.take_into_stock(user=officer, batch=batch, tokens=[plates[0].pk]) == living.Moved(1, 0)
    assert living.take_into_stock(user=officer, batch=batch) == living.Moved(2, 2)
    assert living.issue(user=officer, batch=batch, to="  Trần Văn  Lắp ") == living.Moved(3, 1)
    given = Plate.objects.get(pk=plates[0].pk)
    assert (given.state, given.issued_to, given.version) == ("issued", "Trần Văn Lắp", 3)
    assert state_of(lost) == "lost"
    with pytest.raises(UserError, match="Không có biển nào để nhập kho: cả 4 biển"):
        living.take_into_stock(user=officer, batch=batch)


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


def test_far_away_or_without_a_place_only_a_reason_hangs_it_and_is_kept(commune: Unit, officer: Any) -> None:
    far, nowhere = plate_of(house_at(commune, 0)), plate_of(house_at(commune, 10))
    with pytest.raises(AtAnotherDoor, match="chưa cho biết vị trí"):
        installing.install(user=officer, token=nowhere.pk, version=1, fix=None)
    installing.install(user=officer, token=nowhere.pk, version=1, fix=None, reason="máy không có định vị")
    installing.install(user=officer, token=far.pk, version=1, fix=standing(90), reason="cổng ở đầu ngõ")
    assert Plate.objects.get(pk=far.pk).installed_reason == "cổng ở đầu ngõ"
    assert Plate.objects.get(pk=nowhere.pk).installed_reason == "máy không có định vị"


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


def test_two_mixed_up_plates_are_put_right_in_one_act(commune: Unit, officer: Any) -> None:
    one, two = plate_of(house_at(commune, 0, number="12")), plate_of(house_at(commune, 60, number="14"))
    swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=standing(58))
    one, two = Plate.objects.get(pk=one.pk), Plate.objects.get(pk=two.pk)
    assert (one.state, two.state, one.house.number, two.house.number) == ("installed", "installed", "12", "14")
    assert two.installed_distance == pytest.approx(2, abs=0.1) and one.installed_distance is None
    assert one.installed_reason and two.installed_reason


def test_plates_without_numbers_may_stay_and_become_the_other_houses(commune: Unit, officer: Any) -> None:
    first, second = house_at(commune, 0), house_at(commune, 60)
    one, two = plate_of(first, PlateState.ISSUED), plate_of(second, PlateState.INSTALLED)
    swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=standing(58), as_they_hang=True)
    one, two = Plate.objects.get(pk=one.pk), Plate.objects.get(pk=two.pk)
    assert (one.house, two.house) == (second, first)
    assert (one.state, two.state) == ("installed", "installed")
    assert one.installed_distance == pytest.approx(2, abs=0.1)
    assert tally.total(tally.by_village(officer, commune)).moved == 2  # the Plus Codes printed are the other houses'


@pytest.mark.parametrize("fix", [None, standing(200), standing(60, accuracy=150)])
def test_a_swap_is_recorded_at_the_neighbours_door_only(commune: Unit, fix: Fix | None) -> None:
    one, two = plate_of(house_at(commune, 0)), plate_of(house_at(commune, 60))
    with pytest.raises(UserError, match="đứng ở cửa nhà kia"):
        swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=fix)
    assert (state_of(one), state_of(two)) == ("printed", "printed")


def test_plates_with_numbers_do_not_stay_at_the_wrong_door(commune: Unit) -> None:
    one, two = plate_of(house_at(commune, 0, number="12")), plate_of(house_at(commune, 60, number="14"))
    with pytest.raises(UserError, match="phải treo đúng nhà"):
        swapping.swap(token=one.pk, version=1, other=two.pk, other_version=1, fix=standing(58), as_they_hang=True)


def test_close_neighbours_plates_that_hang_crosswise_are_noticed_and_put_right(
    officer_client: Client, commune: Unit, officer: Any
) -> None:
    one, two = plate_of(house_at(commune, 0, number="12")), plate_of(house_at(commune, 18, number="14"))
    installing.install(user=officer, token=one.pk, version=1, fix=standing(20))  # 2 m beside the other's door
    assert swapping.mixed_up_with(Plate.objects.get(pk=one.pk)) is None
    installing.install(user=officer, token=two.pk, version=1, fix=standing(3))
    for plate, address in ((one, "14, thôn Đông Hoà"), (two, "12, thôn Đông Hoà")):
        assert f"biển của {address}" in officer_client.get(f"/plates/p/{plate.pk}/").content.decode()
    sent = {"version": 2, "other": two.pk, "other_version": 2}
    assert officer_client.post(f"/plates/p/{one.pk}/swap/", sent).status_code == 302
    distances = [Plate.objects.get(pk=plate.pk).installed_distance for plate in (one, two)]
    assert distances == [pytest.approx(3, abs=0.1), pytest.approx(2, abs=0.1)]
    assert swapping.mixed_up_with(Plate.objects.get(pk=one.pk)) is None


def test_neighbours_that_hang_right_raise_no_doubt_though_the_phone_errs(commune: Unit, officer: Any) -> None:
    one, two = plate_of(house_at(commune, 0)), plate_of(house_at(commune, 12))
    for plate, metres in ((one, 9), (two, 21)):  # 9 m too far north at both doors
        installing.install(user=officer, token=plate.pk, version=1, fix=standing(metres, 10))
    assert [swapping.mixed_up_with(Plate.objects.get(pk=plate.pk)) for plate in (one, two)] == [None, None]


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


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_page_tells_who_did_what_and_when(officer_client: Client, officer: Any, commune: Unit) -> None:
    plate = plate_of(house_at(commune, 0, number="12"))
    at = f"/plates/p/{plate.pk}/"
    officer_client.post(f"{at}move/", {"act": "issue", "version": 1, "to": "Anh Tư"})
    sent = {"version": 2, "lat": standing(4).lat, "lng": standing(4).lng, "accuracy": 6.4}
    answer = officer_client.post(f"{at}install/", sent)
    assert answer.headers["Location"] == f"{at}?done=install"
    page = officer_client.get(answer.headers["Location"]).content.decode()
    assert "Đã ghi biển được lắp" in page
    assert "Giao người lắp</b> · Anh Tư" in page
    assert "Lắp</b> · cách nhà 4 m, sai số 6 m" in page
    assert page.count("Lê Thị Lan") >= 3  # the bar, and both acts
    assert 'class="hung"' in page
    assert PlateEvent.objects.filter(pgh_obj=plate.pk, pgh_label="update").count() == 2


def test_an_act_that_came_too_late_says_so_and_changes_nothing(officer_client: Client, commune: Unit) -> None:
    plate = plate_of(house_at(commune, 0), version=3)
    answer = officer_client.post(f"/plates/p/{plate.pk}/move/", {"act": "lose", "version": 2})
    assert answer.status_code == 409
    assert "Có người vừa ghi việc khác" in answer.content.decode()
    assert state_of(plate) == "printed"


@pytest.mark.parametrize("typed", [{}, {"act": "install", "version": "1"}, {"act": "lose", "version": "x"}])
def test_what_is_no_act_is_refused(officer_client: Client, commune: Unit, typed: dict[str, str]) -> None:
    plate = plate_of(house_at(commune, 0))
    assert officer_client.post(f"/plates/p/{plate.pk}/move/", typed).status_code == 400
    assert state_of(plate) == "printed"


def test_a_photo_is_kept_over_a_refusal_and_without_what_the_camera_wrote_into_it(
    officer_client: Client, commune: Unit, settings: Any
) -> None:
    plate = plate_of(house_at(commune, 0))
    at = f"/plates/p/{plate.pk}/"
    photo = SimpleUploadedFile("p.jpg", photo_with_a_place(), "image/jpeg")
    refused = officer_client.post(f"{at}install/", {"version": 1, "photo": photo})
    assert refused.status_code == 409
    kept = refused.context["photo_kept"]
    assert StoredFile.objects.get().kept_until is not None
    answer = officer_client.post(f"{at}install/", {"version": 1, "photo_kept": kept, "reason": "mất sóng"})
    assert answer.status_code == 302
    content = b"".join(officer_client.get(f"{at}photo/").streaming_content)
    assert Image.open(io.BytesIO(content)).size == (640, 480)
    assert b"BiMatPhone" not in content and b"Exif" not in content
    assert StoredFile.objects.get().kept_until is None


def test_what_is_no_photo_is_refused_and_the_plate_does_not_hang(officer_client: Client, commune: Unit) -> None:
    plate = plate_of(house_at(commune, 0))
    sent = {"version": 1, "reason": "x", "photo": SimpleUploadedFile("p.jpg", b"<svg onload='x()'/>", "image/jpeg")}
    answer = officer_client.post(f"/plates/p/{plate.pk}/install/", sent)
    assert answer.status_code == 400
    assert "không phải ảnh" in answer.content.decode()
    assert state_of(plate) == "printed"


@pytest.mark.parametrize("accuracy", ["", "-1", "nan", "inf", "x"])
def test_a_place_that_is_none_counts_as_none(officer_client: Client, commune: Unit, accuracy: str) -> None:
    plate = plate_of(house_at(commune, 0))
    sent = {"version": 1, "lat": standing(0).lat, "lng": standing(0).lng, "accuracy": accuracy}
    assert officer_client.post(f"/plates/p/{plate.pk}/install/", sent).status_code in (400, 409)
    assert state_of(plate) == "printed"


def test_a_swap_needs_the_right_at_both_houses(commune: Unit) -> None:
    head = factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(commune))
    client = Client()
    client.force_login(head)
    own = plate_of(house_at(commune, 0))
    foreign = plate_of(house_at(commune, 60, village=factories.village(commune, 2)))
    sent = {"version": 1, "other": foreign.pk, "other_version": 1}
    assert client.post(f"/plates/p/{own.pk}/swap/", sent).status_code == 404
    assert (state_of(own), state_of(foreign)) == ("printed", "printed")


def test_the_scan_page_leads_whoever_prints_to_hanging_and_nobody_else(
    officer_client: Client, viewer: Any, commune: Unit
) -> None:
    plate = plate_of(house_at(commune, 0))
    path = f"/{plate.pk}/{plate.plus_code}"
    assert f"/plates/p/{plate.pk}/install/" in officer_client.get(path).content.decode()
    client = Client()
    assert "/plates/p/" not in client.get(path).content.decode()
    client.force_login(viewer)
    assert "/plates/p/" not in client.get(path).content.decode()


def test_a_house_that_moved_away_from_its_plate_is_flagged_on_plate_house_and_list(
    officer_client: Client, commune: Unit
) -> None:
    moved, still = house_at(commune, 0, number="12"), house_at(commune, 40, number="14")
    plate, _other = (plate_of(house, PlateState.INSTALLED, installed_at=timezone.now()) for house in (moved, still))
    House.objects.filter(pk=moved.pk).update(location=standing_point(16))
    House.objects.filter(pk=still.pk).update(location=standing_point(40 + 14))
    assert "nhà đã dời xa điểm in trên biển" in officer_client.get(f"/plates/p/{plate.pk}/").content.decode()
    assert "nhà đã dời xa điểm in trên biển" in officer_client.get(f"/houses/{moved.code}/").content.decode()
    assert "nhà đã dời xa" not in officer_client.get(f"/houses/{still.code}/").content.decode()
    every = officer_client.get("/houses/").content.decode()
    assert every.count("sai chỗ") == 1
    only = officer_client.get("/houses/?missing=place").content.decode()
    assert moved.code[:3] in only and "1 nhà." in only


def test_after_ten_years_a_plate_is_overdue_until_somebody_has_looked(officer_client: Client, commune: Unit) -> None:
    house = house_at(commune, 0)
    plate = plate_of(house, PlateState.INSTALLED, installed_at=timezone.now() - datetime.timedelta(days=3660))
    at = f"/plates/p/{plate.pk}/"
    assert "quá hạn kiểm tra" in officer_client.get(at).content.decode()
    assert "quá hạn kiểm tra" in officer_client.get(f"/houses/{house.code}/").content.decode()
    officer_client.post(f"{at}move/", {"act": "inspect", "version": 1})
    page = officer_client.get(at).content.decode()
    assert "quá hạn kiểm tra" not in page and "Kiểm tra tại chỗ" in page


def test_a_lost_plate_that_is_scanned_leads_to_its_page_where_it_is_found(
    officer_client: Client, commune: Unit
) -> None:
    plate = plate_of(house_at(commune, 0, number="12", street="Ngõ Chùa"), PlateState.LOST)
    answer = officer_client.get(f"/{plate.pk}/{plate.plus_code}")
    assert answer.status_code == 410
    assert f"/plates/p/{plate.pk}/" in answer.content.decode() and "Ngõ Chùa" not in answer.content.decode()
    officer_client.post(f"/plates/p/{plate.pk}/move/", {"act": "find", "version": 1})
    assert state_of(plate) == "in_stock"
