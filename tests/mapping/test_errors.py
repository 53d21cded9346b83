"""What a person or a program is told when something goes wrong, in the look of the other pages."""

from __future__ import annotations

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
    page = client.get("/houses/search.json?q=a")
    assert page.status_code == 500 and page.content.decode().lstrip().startswith("<!doctype html>")
