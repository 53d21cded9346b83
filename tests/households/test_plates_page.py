"""The desk of plates and what is ordered there: what it shows, to whom, and who fetches what was printed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from households.models import House, PlateBatch
from mapping.access import Role
from mapping.models import Grant, Unit
from tests import factories


def order(client: Client, commune: Unit, **form: str) -> str:
    """Order a proof of every plate; returns the batch's page."""
    form = {"commune": commune.code, "sent": "yes", "output": "sheets", "proof": "on"} | form
    return client.post("/plates/order/", form).headers["Location"]


@pytest.fixture
def two_villages(commune: Unit) -> None:
    """Nine houses in thôn Đông Hoà, one in thôn Xa Thư."""
    for number in range(1, 10):
        factories.house(
            commune,
            lng=105.8 + number / 9000,
            number=str(number),
            street="Ngõ Chùa",
            village=factories.village(commune),
        )
    factories.house(commune, lng=105.82, number="4", village=factories.village(commune, 2))


def test_the_page_counts_each_village_and_leads_to_what_it_counts(
    officer_client: Client, two_villages: None, commune: Unit
) -> None:
    page = officer_client.get("/plates/").content.decode()
    assert "10 nhà chưa có biển." in page
    assert (
        "người quản trị máy chủ" in page and "SONHA_PLATE_HOST" not in page
    )  # the tests' host is localhost: a proof only, and the page says why
    village = factories.village(commune, 2)
    where = f"/plates/houses/?commune={commune.code}&what=without_plate&village={village.pk}"
    assert where.replace("&", "&amp;") in page
    listed = officer_client.get(where).content.decode()
    assert "1 nhà." in listed and "thôn Xa Thư" in listed
    way = f"/plates/order/?commune={commune.code}&want=without_plate&village={village.pk}"
    assert way.replace("&", "&amp;") in listed
    assert "1 biển trên 1 tờ" in officer_client.get(way).content.decode()


def test_what_was_printed_is_counted_and_listed_too(officer_client: Client, two_villages: None, commune: Unit) -> None:
    for number, state in enumerate(("printed", "in_stock", "issued", "installed", "damaged")):
        factories.plate(House.objects.filter(number=str(number + 5)).get(), state=state)
    page = officer_client.get("/plates/").content.decode()
    for what in ("ordered", "in_stock", "issued", "mounted", "gone"):
        address = f"/plates/houses/?commune={commune.code}&what={what}"
        assert address.replace("&", "&amp;") in page
        assert "1 nhà." in officer_client.get(address).content.decode(), what
    assert officer_client.get("/plates/houses/?what=houses").status_code == 404
    assert officer_client.get("/plates/houses/?what=gone&village=x").status_code == 404


def test_a_commune_without_houses_says_where_they_come_from(officer_client: Client, commune: Unit) -> None:
    page = officer_client.get("/plates/").content.decode()
    assert "Chưa có nhà nào" in page and 'href="/imports/"' in page


def test_an_officer_prints_a_proof_and_fetches_the_file(
    run_jobs: Callable[[], None], officer_client: Client, two_villages: None, commune: Unit, settings: Any
) -> None:
    settings.PLATE_HOST = "sonha.example.vn"
    page = order(officer_client, commune)
    run_jobs()
    assert "Đã in 10 biển trên 2 tờ" in officer_client.get(page).content.decode()
    answer = officer_client.get(f"{page}files/sheets/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert "bien-so-nha-99001-lo-1-ban-thu.pdf" in answer.headers["Content-Disposition"]
    assert page in officer_client.get("/plates/").content.decode()


def test_for_a_host_that_no_phone_can_reach_only_proofs_are_ordered(
    officer_client: Client, two_villages: None, commune: Unit, settings: Any
) -> None:
    settings.PLATE_HOST = "192.168.1.10"
    order(officer_client, commune, proof="")
    assert PlateBatch.objects.get().is_proof


def test_a_viewer_may_not_print_and_a_stranger_cannot_name_the_commune(
    viewer: Any, stranger: Any, two_villages: None, commune: Unit
) -> None:
    client = Client()
    client.force_login(viewer)
    assert client.get("/plates/").status_code == 403
    client.force_login(stranger)
    page = client.post("/plates/order/", {"commune": commune.code, "sent": "yes", "output": "sheets", "proof": "on"})
    assert page.status_code == 404
    assert "Bình Minh" not in page.content.decode()
    assert "Bình Minh" not in client.get(f"/plates/?commune={commune.code}").content.decode()
    assert not PlateBatch.objects.exists()


@pytest.mark.parametrize("commune_asked", ["abc", "", "-1", "1.5", "9" * 30, "%F0%9F%98%80", "%C2%B2"])
def test_an_address_without_a_commune_in_it_shows_the_officers_own(
    officer_client: Client, two_villages: None, commune_asked: str
) -> None:
    page = officer_client.get(f"/plates/?commune={commune_asked}")
    assert page.status_code == 200
    assert "10 nhà chưa có biển." in page.content.decode()
    assert officer_client.get(f"/plates/?village={commune_asked}&street={commune_asked}").status_code == 200


def test_a_form_sent_without_a_commune_in_it_prints_nothing(officer_client: Client, two_villages: None) -> None:
    for asked in ("abc", "\x00", "9" * 30):
        form = {"commune": asked, "sent": "yes", "output": "sheets", "proof": "on"}
        assert officer_client.post("/plates/order/", form).status_code == 404
    assert officer_client.post("/plates/").status_code == 405  # the desk itself prints nothing
    assert not PlateBatch.objects.exists()


def test_the_button_pressed_twice_prints_once(
    run_jobs: Callable[[], None], officer: Any, officer_client: Client, two_villages: None, commune: Unit
) -> None:
    def press_button(_press: int) -> str:
        client = Client()
        client.force_login(officer)
        try:
            return order(client, commune)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        pages = list(threads.map(press_button, range(2)))
    assert pages[0] == pages[1]
    other = order(officer_client, commune, skip="1")
    assert other != pages[0]
    run_jobs()
    assert order(officer_client, commune) not in (pages[0], other)


def test_an_officer_of_one_village_watches_and_fetches_what_is_printed_of_it_while_they_hold_that_village(
    run_jobs: Callable[[], None], two_villages: None, commune: Unit
) -> None:
    mai = factories.user("mai", officer_of=factories.village(commune, 2))
    elsewhere = factories.user("tam", officer_of=factories.village(commune, 1))
    client, other = Client(), Client()
    client.force_login(mai)
    other.force_login(elsewhere)
    page = order(client, commune)
    job_page = f"/jobs/{PlateBatch.objects.get().job_id}/"
    assert client.get(page).status_code == client.get(job_page).status_code == 200
    run_jobs()
    file = f"{page}files/sheets/"
    assert "Đã in 1 biển trên 1 tờ" in client.get(page).content.decode()
    assert b"".join(client.get(file).streaming_content).startswith(b"%PDF-")
    assert page in client.get("/plates/").content.decode()
    for address in (page, f"{page}state.json", file, job_page):
        assert other.get(address).status_code == 404
    assert page not in other.get("/plates/").content.decode()
    # Moved to the next village: what was printed of the first is no longer theirs.
    Grant.objects.filter(user=mai).delete()
    Grant.objects.create(user=mai, unit=factories.village(commune, 1), role=Role.COMMUNE_OFFICER)
    for address in (page, f"{page}state.json", file, job_page, f"{job_page}state.json"):
        assert client.get(address).status_code == 404
    for address in (f"{page}cancel/", f"{job_page}cancel/"):
        assert client.post(address).status_code == 404
    assert page not in client.get("/plates/").content.decode()


def test_whoever_printed_a_whole_commune_keeps_none_of_it_with_one_village_left(
    run_jobs: Callable[[], None], officer: Any, officer_client: Client, two_villages: None, commune: Unit
) -> None:
    page = order(officer_client, commune)
    run_jobs()
    Grant.objects.filter(user=officer).update(unit=factories.village(commune, 2))
    for address in (page, f"{page}files/sheets/", f"/jobs/{PlateBatch.objects.get().job_id}/"):
        assert officer_client.get(address).status_code == 404
