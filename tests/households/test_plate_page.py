"""The page of one plate and the page that hangs it: what they tell, what may be done there, what they refuse."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from households.models import House, PlateEvent, PlateState
from mapping.models import StoredFile, Unit
from tests.households.plate_row import (
    batch_of,
    house_at,
    photo_with_a_place,
    plate_of,
    standing,
    standing_point,
    state_of,
)


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


def test_a_plate_is_revoked_for_good_only_with_a_note_and_a_tick(officer_client: Client, commune: Unit) -> None:
    plate = plate_of(house_at(commune, 0), PlateState.INSTALLED)
    at = f"/plates/p/{plate.pk}/"
    page = officer_client.get(at).content.decode()
    assert 'name="sure" required' in page and '<option value="revoke">' not in page
    revoking = {"act": "revoke", "version": 1}
    answer = officer_client.post(f"{at}move/", revoking | {"note": "In nhầm tên"})
    assert answer.status_code == 400 and "thu hồi là vĩnh viễn” rồi bấm lại" in answer.content.decode()
    assert 'value="In nhầm tên"' in answer.content.decode()
    answer = officer_client.post(f"{at}move/", revoking | {"sure": "on", "note": "  "})
    assert answer.status_code == 400 and "phải ghi lý do" in answer.content.decode()
    assert state_of(plate) == "installed"
    assert officer_client.post(f"{at}move/", revoking | {"sure": "on", "note": "In nhầm tên"}).status_code == 302
    assert state_of(plate) == "revoked"


@pytest.mark.parametrize("state", [PlateState.REPLACED, PlateState.SUPERSEDED, PlateState.REVOKED])
def test_a_plate_that_does_not_count_any_more_is_not_to_be_printed_anew(
    officer_client: Client, commune: Unit, state: str
) -> None:
    house = house_at(commune, 0, number="12")
    counting, old = plate_of(house), plate_of(house, state)
    batch = batch_of(commune, counting, old)
    House.objects.filter(pk=house.pk).update(number="99")
    assert "cần in lại" in officer_client.get(f"/plates/p/{counting.pk}/").content.decode()
    assert "cần in lại" not in officer_client.get(f"/plates/p/{old.pk}/").content.decode()
    assert "Cần in lại: 1<" in officer_client.get(f"/plates/batches/{batch.pk}/").content.decode()


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
    answer = officer_client.post(f"{at}install/", {"version": 1, "photo_kept": kept, "reason": "cả xóm đang mất sóng"})
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


@pytest.mark.parametrize(
    ("state", "is_main"), [(PlateState.ISSUED, True), (PlateState.DAMAGED, False), (PlateState.LOST, False)]
)
def test_hanging_is_the_main_thing_to_do_for_a_plate_that_is_whole_and_there(
    state: PlateState, is_main: bool, officer_client: Client, commune: Unit
) -> None:
    plate = plate_of(house_at(commune, 0), state)
    page = officer_client.get(f"/plates/p/{plate.pk}/").content.decode()
    assert (f'class="button" href="/plates/p/{plate.pk}/install/"' in page) == is_main
    assert f'href="/plates/p/{plate.pk}/install/"' in page
    found = '<button class="button" name="act" value="find">'
    assert (found in page) == (state == PlateState.LOST)
