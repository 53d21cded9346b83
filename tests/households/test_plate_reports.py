"""What strangers report of a plate: without sign-in, cookie or name; and what officials make of it."""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from households import codes
from households.models import House, Plate, PlateReport, PlateState, ReportKind, ReportState
from households.plates import reporting
from households.views import report_plate
from mapping.access import Role
from mapping.models import AuditEntry, Unit, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(commune: Unit) -> House:
    return factories.house(commune, number="12/5", street="ngõ Đình", village=factories.village(commune))


@pytest.fixture
def plate(house: House) -> Plate:
    return factories.plate(house)


@pytest.fixture
def strict_client() -> Client:
    """A browser whose forms meet the CSRF check."""
    return Client(enforce_csrf_checks=True)


def text(response: Any) -> str:
    return response.content.decode()


def send(client: Client, key: str, *, at: float | None = None, headers: dict[str, str] | None = None, **fields: str):
    """Send the form of a plate's token or house's code as a person does who has read it for a minute."""
    at = time.time() - 60 if at is None else at
    data = {"form": report_plate.sign(key, at=at), "kind": "damaged", "note": "", "website": "", **fields}
    return client.post(f"/report/{key}/", data, headers=headers)


# --- The form ------------------------------------------------------------------------------------------


def test_the_scan_page_leads_to_the_form_and_a_report_is_kept_without_sign_in_or_cookie(
    strict_client: Client, plate: Plate
) -> None:
    link = re.search(r'href="(/report/[^"]+)"', text(strict_client.get(f"/{plate.token}/{plate.plus_code}")))
    assert link
    page = strict_client.get(link.group(1))
    assert page.status_code == 200 and "12/5 ngõ Đình, thôn Đông Hoà" in text(page)
    assert "<script" not in text(page) and not page.cookies
    form = re.search(r'name="form" value="([^"]+)"', text(page))
    assert form
    sent = send(strict_client, plate.token, kind="wrong_place", note="treo ở nhà bên")
    assert sent.status_code == 302 and not sent.cookies
    thanks = strict_client.get(sent["Location"])
    assert "Xã đã nhận báo lỗi" in text(thanks) and f'href="/{plate.token}"' in text(thanks)
    report = PlateReport.objects.get()
    assert (report.kind, report.note, report.state) == ("wrong_place", "treo ở nhà bên", ReportState.OPEN)
    assert (report.house, report.plate, report.commune) == (plate.house, plate, plate.house.commune)
    assert report.village == plate.house.village


def test_a_house_code_is_enough_where_the_symbol_cannot_be_read(client: Client, house: House) -> None:
    code = codes.format_house_code(house.code)
    assert f'href="/report/{code}/"' in text(client.get(f"/h/{code}/"))
    assert send(client, code, kind="unreadable").status_code == 302
    report = PlateReport.objects.get()
    assert report.plate is None and report.house == house
    assert client.get(f"/report/{house.code}/").status_code == 200


def test_unknown_and_mistyped_codes_have_no_form(client: Client, plate: Plate) -> None:
    wrong = plate.token[:5] + ("A" if plate.token[5] != "A" else "B") + plate.token[6:]
    for typed in (codes.new_token(), wrong, "123-456-789", "x", "100000009"):
        response = client.get(f"/report/{typed}/")
        assert response.status_code == 404 and 'name="kind"' not in text(response)


def test_the_form_is_kept_by_nobody_and_says_its_origin_to_this_server_alone(client: Client, plate: Plate) -> None:
    response = client.get(f"/report/{plate.token}/")
    assert response["Referrer-Policy"] == "same-origin" and "no-store" in response["Cache-Control"]
    assert 'content="no-referrer"' not in text(response)
    assert 'content="no-referrer"' in text(client.get(f"/{plate.token}"))


def test_the_form_speaks_the_language_that_was_asked_for(client: Client, plate: Plate) -> None:
    page = text(client.get(f"/{plate.token}?lang=en"))
    assert f'href="/report/{plate.token}/?lang=en"' in page
    assert '<html lang="en">' in text(client.get(f"/report/{plate.token}/?lang=en"))
    data = {"form": report_plate.sign(plate.token, at=time.time() - 60), "kind": "damaged"}
    assert client.post(f"/report/{plate.token}/?lang=en", data)["Location"].endswith("?sent=1&lang=en")


# --- What is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": ""}, "Hãy chọn biển có việc gì."),
        ({"kind": "burnt"}, "Hãy chọn biển có việc gì."),
        ({"kind": "other", "note": " "}, "Hãy ghi rõ việc gì."),
        ({"note": "x" * 501}, "dài 501 ký tự"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: Client, plate: Plate, fields: dict[str, str], sentence: str
) -> None:
    fields = {"note": "gần cổng", **fields}
    response = send(client, plate.token, **fields)
    assert response.status_code == 400 and sentence in text(response)
    assert f">{fields['note'][:500]}</textarea>" in text(response)
    assert not PlateReport.objects.exists()


def test_a_form_that_is_old_too_quick_forged_or_of_another_plate_sends_nothing(
    client: Client, house: House, plate: Plate
) -> None:
    other = factories.plate(house, state=PlateState.SUPERSEDED)
    assert "mở đã lâu" in text(send(client, plate.token, at=time.time() - 5 * 3600))
    assert "bấm Gửi một lần nữa" in text(send(client, plate.token, at=time.time()))
    for form in ("", "x", report_plate.sign(other.token, at=time.time() - 60), "a:b:c"):
        assert "mở đã lâu" in text(send(client, plate.token, form=form))
    assert not PlateReport.objects.exists()


def test_other_sites_cannot_send_it_with_their_readers_browsers(client: Client, plate: Plate) -> None:
    strangers: list[dict[str, str]] = [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://xau.example"},
        {"Origin": "null"},
    ]  # fmt: skip
    for headers in strangers:
        assert send(client, plate.token, headers=headers).status_code == 403
    assert not PlateReport.objects.exists()
    assert send(client, plate.token, headers={"Origin": "http://testserver"}).status_code == 302
    assert PlateReport.objects.count() == 1


def test_a_program_that_fills_in_everything_is_thanked_and_not_heard(client: Client, plate: Plate) -> None:
    assert send(client, plate.token, website="https://spam.example").status_code == 302
    assert not PlateReport.objects.exists()


def test_the_same_report_twice_is_one_and_a_house_has_five_open_ones_at_most(client: Client, plate: Plate) -> None:
    for _ in range(2):
        assert send(client, plate.token, kind="damaged", note="gãy").status_code == 302
    assert PlateReport.objects.count() == 1
    for number in range(7):
        assert send(client, plate.token, kind="other", note=f"việc {number}").status_code == 302
    assert PlateReport.objects.count() == reporting.MOST_OPEN


def test_one_house_and_one_client_are_heard_so_often_and_not_more(
    client: Client, commune: Unit, plate: Plate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST_OF_HOUSE", 2)
    monkeypatch.setattr(reporting, "MOST_OF_CLIENT", 4)
    told = [send(client, plate.token, kind="other", note=str(number)) for number in range(3)]
    assert [one.status_code for one in told] == [302, 302, 429]
    assert "nhiều báo lỗi về biển này" in text(told[2])
    others = [factories.plate(factories.house(commune)).token for _ in range(2)]
    assert [send(client, token).status_code for token in others] == [302, 429]


def test_asking_for_forms_again_and_again_is_slowed_down(client: Client, plate: Plate, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"report": (0.01, 3)}
    told = [client.get(f"/report/{plate.token}/").status_code for _ in range(4)]
    assert told == [200, 200, 200, 429]


def test_nothing_about_whoever_reports_is_kept(client: Client, plate: Plate) -> None:
    note = "Gọi 0912 345 678 hoặc +84912345678, an@example.vn, CCCD 038099001234; mã nhà 123-456-782"
    send(client, plate.token, note=note)
    report = PlateReport.objects.get()
    assert report.note == "Gọi ••• hoặc •••, •••, CCCD •••; mã nhà 123-456-782"
    assert report.handled_by is None
    assert not AuditEntry.objects.filter(address="127.0.0.1").exists()


@pytest.mark.parametrize(
    "number",
    [
        "(0912) 345678",
        "0912/345/678",
        "0912,345,678",
        "0912–345–678",
        "0912_345_678",
        "０９１２３４５６７８",
        "038 123 456 789",
    ],
)
def test_a_number_is_known_however_it_is_parted(number: str) -> None:
    assert reporting.without_persons(f"Gọi {number} nhé").count("•••") == 1
    assert not any(digit.isdigit() for digit in reporting.without_persons(f"Gọi {number} nhé"))


# --- Dead plates ---------------------------------------------------------------------------------------

WHY = {
    PlateState.LOST: "được báo mất",
    PlateState.STOLEN: "bị lấy cắp",
    PlateState.REPLACED: "được thay bằng biển khác",
    PlateState.REVOKED: "Xã đã thu hồi biển này",
}


@pytest.mark.parametrize("state", WHY)
def test_a_dead_plate_says_why_and_what_to_do_and_shows_no_address(
    client: Client, house: House, state: PlateState
) -> None:
    plate = factories.plate(house, state=state)
    for path in (f"/{plate.token}", f"/{plate.token}/{plate.plus_code}", f"/report/{plate.token}/"):
        response = client.get(path)
        page = text(response)
        assert response.status_code == (200 if "report" in path else 410)
        assert "ngõ Đình" not in page and "12/5" not in page and "Đông Hoà" not in page and "Bình Minh" not in page
        assert "<svg" not in page and codes.format_house_code(house.code) not in page and "google" not in page
        if "report" not in path:
            assert [said for said in WHY.values() if said in page] == [WHY[state]]
            assert f'href="/report/{plate.token}/"' in page
    assert send(client, plate.token, kind="other", note="nhặt được ở chợ").status_code == 302
    assert PlateReport.objects.get().plate == plate


# --- The queue -----------------------------------------------------------------------------------------


@pytest.fixture
def report(plate: Plate) -> PlateReport:
    about = reporting.by_token(plate.token)
    assert about
    kept = reporting.receive(about, kind=ReportKind.WRONG_PLACE, note="treo ở nhà bên", client="x")
    assert kept
    return kept


def test_officials_read_open_reports_with_a_tap_to_plate_and_house(
    officer_client: Client, officer: User, report: PlateReport
) -> None:
    page = text(officer_client.get(reverse("plate_reports")))
    assert "treo ở nhà bên" in page and "Biển treo nhầm chỗ" in page and "12/5 ngõ Đình" in page
    assert f'href="{reverse("house", args=[report.house.code])}"' in page
    assert report.plate and reverse("plate", args=[report.plate.token]) in page
    assert reporting.count_open(officer) == 1


def test_an_answer_closes_the_report_and_the_audit_knows_by_whom(
    officer_client: Client, officer: User, report: PlateReport
) -> None:
    path = reverse("handle_plate_report", args=[report.pk])
    answered = officer_client.post(path, {"do": "done", "answer": "đã treo lại"}, follow=True)
    assert "Đã ghi" in text(answered)
    report.refresh_from_db()
    assert (report.state, report.answer, report.handled_by) == (ReportState.DONE, "đã treo lại", officer)
    assert report.handled_at is not None and reporting.count_open(officer) == 0
    entry = AuditEntry.objects.get(action="plate.report")
    assert (entry.user_id, entry.row_id) == (officer.pk, report.pk)
    assert "treo ở nhà bên" not in text(officer_client.get(reverse("plate_reports")))
    closed = text(officer_client.get(reverse("plate_reports") + "?show=done"))
    assert "treo ở nhà bên" in closed and "đã treo lại" in closed and "Lê Thị Lan" in closed
    again = officer_client.post(path, {"do": "done"})
    assert again.status_code == 409 and "đã có người xử lý" in text(again)


def test_a_report_is_not_dismissed_without_a_reason(officer_client: Client, report: PlateReport) -> None:
    path = reverse("handle_plate_report", args=[report.pk])
    refused = officer_client.post(path, {"do": "dismissed", "answer": " "})
    assert refused.status_code == 400 and "vì sao báo lỗi này không đúng" in text(refused)
    assert officer_client.post(path, {"do": "x"}).status_code == 400
    report.refresh_from_db()
    assert report.state == ReportState.OPEN
    officer_client.post(path, {"do": "dismissed", "answer": "đã ra xem, biển đúng chỗ"})
    report.refresh_from_db()
    assert report.state == ReportState.DISMISSED


def test_a_village_head_sees_the_reports_of_the_own_village(commune: Unit, report: PlateReport) -> None:
    here = factories.user("dong", role=Role.VILLAGE_HEAD, at=factories.village(commune, 1))
    there = factories.user("tay", role=Role.VILLAGE_HEAD, at=factories.village(commune, 2))
    assert (reporting.count_open(here), reporting.count_open(there)) == (1, 0)
    client = Client()
    client.force_login(there)
    assert "treo ở nhà bên" not in text(client.get(reverse("plate_reports")))
    path = reverse("handle_plate_report", args=[report.pk])
    assert client.post(path, {"do": "done"}).status_code == 404
    client.force_login(here)
    assert client.post(path, {"do": "done"}).status_code == 302


def test_what_was_written_is_kept_for_a_year_after_the_answer(
    officer: User, report: PlateReport, capsys: pytest.CaptureFixture[str]
) -> None:
    reporting.handle(user=officer, report=report, state="done", answer="đã treo lại")
    call_command("apply_retention")
    report.refresh_from_db()
    assert report.note and report.answer
    PlateReport.objects.update(handled_at=timezone.now() - datetime.timedelta(days=366))
    call_command("apply_retention", dry_run=True)
    assert "Lời ghi của 1 báo lỗi" in capsys.readouterr().out
    assert PlateReport.objects.get().note
    call_command("apply_retention")
    report.refresh_from_db()
    assert (report.note, report.answer, report.state) == ("", "", ReportState.DONE)
