"""What a person or a program is told when something goes wrong, in the look of the other pages."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

JSON = {"accept": "application/json"}


def test_a_form_that_was_open_too_long_is_answered_in_the_readers_language(officer) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    answer = client.post("/houses/add/", {"number": "1"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Trang đã mở quá lâu" in page and "thường còn ở đó" in page
    assert "Không có quyền" not in page and "CSRF" not in page
    told = client.post("/houses/add/", "{}", content_type="application/json", headers=JSON)
    assert told.status_code == 403 and told.json()["code"] == "stale_page"


def test_a_wrong_host_gets_a_page_of_ours_without_a_session(settings, db) -> None:
    settings.ALLOWED_HOSTS = ["sonha.example"]
    answer = Client().get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "đúng địa chỉ được cấp" in answer.content.decode() and "css/sonha.css" in answer.content.decode()


def test_a_program_gets_its_server_error_as_json(officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("households.search.find", lambda **_: 1 / 0)
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    answer = client.get("/houses/search.json?q=a", headers=JSON)
    assert answer.status_code == 500 and answer.json()["code"] == "server_error"
    page = client.get("/houses/search.json?q=a", headers={"accept": "text/html,*/*"})
    assert page.status_code == 500 and page.content.decode().lstrip().startswith("<!doctype html>")


@pytest.mark.parametrize(
    "address",
    [
        "/soil/catalogue.json?commune=%00",
        "/soil/?commune=%00",
        "/soil/at.json?lng=105.8&lat=19.7&crop=%00",
        "/soil/at.json?lng=105.8&lat=19.7&method=a%00b",
        f"/soil/samples/{uuid.UUID(int=1)}/?crop=%00",
        f"/soil/samples/{uuid.UUID(int=1)}/card.pdf?crop=%00",
        "/tiles/units%00.json",
    ],
)
def test_an_address_with_what_no_text_holds_is_refused_and_no_error_of_the_server(address: str, db) -> None:
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == 400
    told = answer.json()["error"] if address.partition("?")[0].endswith(".json") else answer.content.decode()
    assert "Máy chủ không hiểu yêu cầu này" in told


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/soil/at.json?lng=x&lat=y", 400, "no_place"),
        ("/soil/at.json?lng=105.8&lat=%00", 400, "address_not_text"),
        (f"/soil/differences/{uuid.UUID(int=1)}/{uuid.UUID(int=2)}/difference.json", 404, "not_found"),
    ],
)
def test_an_address_that_answers_in_json_tells_its_errors_in_json(address: str, status: int, code: str, db) -> None:
    answer = Client().get(address, headers={"accept": "*/*"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["error"]


def test_a_program_that_asks_for_no_text_is_answered_in_json(client: Client) -> None:
    answer = client.get("/api/houses/%00")
    assert (answer.status_code, answer.json()["code"]) == (400, "address_not_text")
