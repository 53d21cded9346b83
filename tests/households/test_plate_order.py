"""The page that orders plates and the page of a batch: what they count, refuse and do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from households import codes
from households.models import BatchState, House, Plate, PlateBatch
from mapping.models import AuditEntry, Unit
from tests import factories

Run = Callable[[], None]


@pytest.fixture(autouse=True)
def plate_host(settings: Any) -> None:
    settings.PLATE_HOST = "sonha.example.vn"


@pytest.fixture
def houses(transactional_db: None, commune: Unit) -> list[House]:
    """Nine along Ngõ Chùa of thôn Đông Hoà, one of thôn Xa Thư."""
    made = [
        factories.house(
            commune, 105.8 + number / 9000, number=str(number), street="Ngõ Chùa", village=factories.village(commune)
        )
        for number in range(1, 10)
    ]  # fmt: skip
    return [*made, factories.house(commune, lng=105.82, number="4", village=factories.village(commune, 2))]


def counted(client: Client, commune: Unit, **form: Any) -> Any:
    answer = client.post(
        f"/plates/order/count.json?commune={commune.code}",
        json.dumps({"form": urlencode({"sent": "yes", "output": "sheets"} | form, doseq=True)}),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    return answer.json()


def order(client: Client, commune: Unit, **form: Any) -> Any:
    return client.post("/plates/order/", {"commune": commune.code, "sent": "yes", "output": "sheets"} | form)


def said(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def test_each_choice_narrows_what_is_counted(officer_client: Client, houses: list[House], commune: Unit) -> None:
    assert counted(officer_client, commune)["sentence"].startswith("10 biển trên 2 tờ, xong sau khoảng")
    assert counted(officer_client, commune, copies=2)["sentence"].startswith("20 biển trên 3 tờ")
    assert counted(officer_client, commune, village=houses[-1].village_id)["sentence"].startswith("1 biển trên 1 tờ")
    assert counted(officer_client, commune, street="text:Ngõ Chùa")["sentence"].startswith("9 biển")
    around_three = [[105.8, 19.6], [105.8 + 3.5 / 9000, 19.6], [105.8 + 3.5 / 9000, 19.8], [105.8, 19.8]]
    assert counted(officer_client, commune, polygon=json.dumps(around_three))["sentence"].startswith("3 biển")
    factories.plate(houses[0], state="in_stock")
    assert counted(officer_client, commune, want="without_plate")["sentence"].startswith("9 biển")
    assert counted(officer_client, commune, want="states", state="in_stock")["sentence"].startswith("1 biển")


def test_an_order_of_certificates_says_which_houses_get_none(
    officer_client: Client, houses: list[House], commune: Unit, run_jobs: Run
) -> None:
    files = {"output": ["sheets", "certificates"]}
    assert counted(officer_client, commune, **files)["sentence"].endswith("10 giấy chứng nhận.")
    House.objects.filter(pk__in=[houses[0].pk, houses[1].pk]).update(number="")
    told = "8 giấy chứng nhận; 2 nhà chưa có số nhà nên không có giấy."
    assert counted(officer_client, commune, **files)["sentence"].endswith(told)
    assert "giấy chứng nhận" not in counted(officer_client, commune)["sentence"]
    page = order(officer_client, commune, **files)["Location"]
    run_jobs()
    assert told in said(officer_client, page)


def test_a_refused_order_keeps_what_was_chosen_and_offers_nothing_else(
    officer_client: Client, houses: list[House], commune: Unit
) -> None:
    """Not the whole commune in place of a bow-tie."""
    bow_tie = "[[105.80, 19.66], [105.82, 19.67], [105.82, 19.66], [105.80, 19.67]]"
    asked = {
        "commune": commune.code, "sent": "1", "polygon": bow_tie, "copies": "2", "output": ["sheets", "certificates"]
    }  # fmt: skip
    answer = officer_client.post("/plates/order/", asked)
    page = answer.content.decode()
    assert answer.status_code == 400 and "không tự cắt mình" in page
    assert bow_tie in page and 'id="polygon-part" hidden open' in page
    assert re.search(r'name="copies"[^>]*value="2"', page)
    assert re.search(r'value="certificates"[^>]*checked', page)
    assert "10 biển" not in page and not PlateBatch.objects.exists()


def test_what_cannot_be_printed_is_said_before_it_is_ordered(
    officer_client: Client, houses: list[House], commune: Unit, settings: Any
) -> None:
    nothing = counted(officer_client, commune, want="gone")
    assert (nothing["ready"], nothing["sentence"]) == (False, "Chưa có nhà nào theo lựa chọn này.")
    settings.PLATE_HOST = f"{'a' * 60}.{'b' * 60}.example.vn"
    small = counted(officer_client, commune, design="two-codes", profile="a4-3x8")
    assert not small["ready"] and small["problems"]
    settings.PLATE_HOST = "sonha.example.vn"
    for form, sentence in (
        ({"copies": "hai"}, "phải là một số nguyên"),
        ({"copies": "21"}, "từ 1 đến 20"),
        ({"copies": "-3"}, "phải từ 1 đến 20, không phải -3"),
        ({"skip": "8"}, "từ 0 đến 7"),
        ({"skip": "-1"}, "phải từ 0 đến 7, không phải -1"),
        ({"skip": "99999999999999"}, "phải từ 0 đến 7, không phải 99999999999999"),
        ({"polygon": "[[1,2]]"}, "ít nhất ba đỉnh"),
        ({"polygon": "{"}, "Không đọc được lựa chọn"),
        ({"design": "gold"}, "Không có mẫu biển"),
        ({"profile": "a0"}, "Không có khổ giấy"),
        ({"want": "x"}, "Không đọc được lựa chọn"),
    ):
        assert sentence in counted(officer_client, commune, **form)["error"], form
        refused = order(officer_client, commune, **form)
        assert refused.status_code == 400 and sentence in refused.content.decode(), form
    assert not PlateBatch.objects.exists()


def test_an_order_with_no_file_ticked_is_refused(officer_client: Client, houses: list[House], commune: Unit) -> None:
    refused = officer_client.post("/plates/order/", {"commune": commune.code, "sent": "yes"})
    assert refused.status_code == 400 and "ít nhất một loại tệp" in refused.content.decode()


def test_a_batch_is_ordered_printed_fetched_stocked_and_issued(
    officer_client: Client, houses: list[House], commune: Unit, run_jobs: Run
) -> None:
    ordered = order(officer_client, commune, output=["sheets", "csv"], village=houses[0].village_id)
    batch = PlateBatch.objects.get()
    page = ordered.headers["Location"]
    assert page == f"/plates/batches/{batch.pk}/"
    assert "Dừng lại" in said(officer_client, page)
    assert officer_client.get(f"{page}state.json").json()["over"] is False
    assert page in said(officer_client, f"/jobs/{batch.job_id}/")
    assert officer_client.get(f"{page}files/sheets/").status_code == 404
    run_jobs()
    assert officer_client.get(f"{page}state.json").json()["over"] is True
    shown = said(officer_client, page)
    assert "Đã in 9 biển trên 2 tờ" in shown and f"{page}files/sheets/" in shown and f"{page}files/csv/" in shown
    first, second = (b"".join(officer_client.get(f"{page}files/sheets/").streaming_content) for _fetch in range(2))
    assert first.startswith(b"%PDF-") and first == second
    with transaction.atomic():
        assert AuditEntry.objects.filter(action="file.download", commune=commune.pk).count() == 1
    ticks = re.findall(r'name="token" value="([^"]+)"', shown)
    assert len(ticks) == 9
    officer_client.post(f"{page}issue/", {"token": ticks[:2], "to": "Bùi  Tám"})
    assert "Đã giao 2 biển cho Bùi Tám." in said(officer_client, page)
    officer_client.post(f"{page}stock/")
    assert "Đã nhập kho 7 biển. 2 biển khác" in said(officer_client, page)
    officer_client.post(f"{page}issue/", {"to": " "})
    assert "hãy ghi họ tên người nhận" in said(officer_client, page)
    assert sorted(Plate.objects.values_list("state", flat=True)) == ["in_stock"] * 7 + ["issued"] * 2
    assert "Bùi Tám" in said(officer_client, f"{page}?show=issued")
    kept = officer_client.post(f"{page}stock/", {"show": "in_stock", "page": "2"}).headers["Location"]
    assert kept == f"{page}?show=in_stock&page=2"
    assert 'name="show" value="in_stock"' in said(officer_client, f"{page}?show=in_stock")
    assert "in lại" not in said(officer_client, page)
    House.objects.filter(pk=houses[0].pk).update(number="99")
    assert 'class="tag warn">in lại<' in said(officer_client, f"{page}?show=reprint")
    assert "Lô 1" in said(officer_client, "/plates/")


def test_a_batch_that_waits_is_stopped_by_its_button(
    officer_client: Client, houses: list[House], commune: Unit, run_jobs: Run
) -> None:
    page = order(officer_client, commune).headers["Location"]
    officer_client.post(f"{page}cancel/")
    run_jobs()
    assert PlateBatch.objects.get().state == BatchState.CANCELLED and "Đã dừng" in said(officer_client, page)
    officer_client.post(f"{page}cancel/")
    assert "không dừng được nữa" in said(officer_client, page)


def test_texts_that_do_not_fit_are_listed_and_printed_only_when_somebody_says_so(
    officer_client: Client, houses: list[House], commune: Unit, run_jobs: Run
) -> None:
    street = "Ngõ " + "Rất Dài Không Thể Nào Ghi Hết Được " * 3
    House.objects.filter(pk=houses[0].pk).update(street=street[:120])
    page = order(officer_client, commune, profile="a4-3x8").headers["Location"]
    run_jobs()
    shown = said(officer_client, page)
    assert "Rất Dài" in shown and f"{page}go-on/" in shown and not Plate.objects.exists()
    code = codes.format_house_code(houses[0].code)
    address = House.objects.get(pk=houses[0].pk).local_address
    row = shown[shown.index(f'class="code">{code}<') :].partition("</tr>")[0]
    assert f">{address}</span></th><td>Đường, ngõ hoặc thôn</td>" in row
    officer_client.post(f"{page}go-on/")
    run_jobs()
    shown = said(officer_client, page)
    assert "Đã in 10 biển" in shown and "Rất Dài" in shown and f"{page}go-on/" not in shown


def test_a_village_head_orders_and_sees_what_is_of_the_village_alone(
    officer_client: Client, houses: list[House], commune: Unit, run_jobs: Run
) -> None:
    whole = order(officer_client, commune).headers["Location"]
    client = Client()
    client.force_login(factories.user("mai", officer_of=factories.village(commune, 2)))
    assert counted(client, commune)["sentence"].startswith("1 biển trên 1 tờ")
    own = order(client, commune).headers["Location"]
    run_jobs()
    assert "Đã in 1 biển" in said(client, own) and "Đã in 10 biển" in said(officer_client, whole)
    assert client.get(whole).status_code == 404
    desk = said(client, "/plates/")
    assert own in desk and whole not in desk
    assert order(client, commune, village=houses[0].village_id).status_code == 404


def test_a_picture_shows_the_first_sheet(officer_client: Client, houses: list[House], commune: Unit) -> None:
    address = f"/plates/order/picture.png?commune={commune.code}&design=house-number&profile="
    picture = officer_client.get(f"{address}a4-2x4")
    assert picture.content.startswith(b"\x89PNG") and picture.headers["Cache-Control"].startswith("private, no-store")
    assert officer_client.get(f"{address}a0").status_code == 400
