"""The icon that browsers ask for by themselves."""

from __future__ import annotations

from django.test import Client


def test_the_icon_asked_for_by_name_is_the_house_plate() -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/static/img/mark.") and answer["Location"].endswith(".svg")
