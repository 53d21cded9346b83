"""A decision about a visit that was a mistake is taken back; what an officer is shown before deciding."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from households.models import House, SurveyVisit
from mapping import wall
from mapping.models import Unit
from tests import factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db
FOUND = {"number": "12A", "occupied": "yes", "head_name": "Trần Thị Bình", "phone": "0912 345 678", "size": 4}


@pytest.fixture
def village() -> Unit:
    return factories.village(factories.commune())


@pytest.fixture
def officer(village: Unit) -> Client:
    return world.client_of(factories.user("lan", "Mai Thị Lan", officer_of=village.parent))


@pytest.fixture
def house(village: Unit) -> House:
    return factories.house(village.parent, village=village, number="12", street="ngõ Đình", note="Cổng xanh")


@pytest.fixture
def visit(village: Unit, house: House) -> SurveyVisit:
    survey_round = world.survey_round(village.parent)
    user = world.surveyor(village, survey_round)
    with transaction.atomic(), wall.acting_as_system("test"):
        return world.visit(survey_round, house, user, FOUND)


def _decide(officer: Client, visit: SurveyVisit, do: str, **typed: Any) -> Any:
    address = f"/survey/desk/visits/{visit.pk}/review/"
    return officer.post(address, {"do": do, "version": visit.version, **typed}, follow=True)


def _page(officer: Client, visit: SurveyVisit) -> str:
    return officer.get(f"/survey/desk/visits/{visit.pk}/").content.decode()


def _state(visit: SurveyVisit) -> tuple[str, str]:
    with wall.acting_as_system("test"), transaction.atomic():
        fresh = SurveyVisit.objects.get(pk=visit.pk)
    return fresh.state, fresh.comment


@pytest.mark.parametrize(("do", "state"), [("return", "returned"), ("reject", "rejected")])
def test_a_mistaken_return_or_refusal_is_taken_back(officer: Client, visit: SurveyVisit, do: str, state: str) -> None:
    decided = _decide(officer, visit, do, comment="Nhầm nhà").content.decode()
    assert _state(visit) == (state, "Nhầm nhà")
    assert f'href="/survey/desk/visits/{visit.pk}/">Xem lại hoặc rút lại' in decided
    assert 'value="reopen"' in _page(officer, visit)

    again = _decide(officer, visit, "reopen")

    assert again.status_code == 200
    assert _state(visit) == ("received", "")
    phone = world.client_of(visit.surveyor)
    (row,) = world.rows(world.read(phone, "pack", round=visit.round_id, village=visit.village.code), "visits")
    assert (row["state"], row["comment"]) == ("received", "")
    assert _decide(officer, visit, "reopen").status_code == 409
    assert _decide(officer, visit, "approve", house_version=1).status_code == 200
    assert _state(visit)[0] == "approved"


def test_an_approval_offers_its_undo_in_the_list_and_on_the_page(
    officer: Client, visit: SurveyVisit, house: House
) -> None:
    listed = _decide(officer, visit, "approve", house_version=1).content.decode()
    undo = re.search(r'action="(/changes/[^"]+/undo/)"', listed)
    assert undo is not None
    assert undo[1] in _page(officer, visit)

    officer.post(undo[1], {"next": f"/survey/desk/visits/{visit.pk}/"})

    house.refresh_from_db()
    assert (house.number, _state(visit)[0]) == ("12", "received")
    page = _page(officer, visit)
    assert undo[1] not in page
    assert "Duyệt vào hồ sơ" in page


def test_refusing_is_asked_about_and_says_what_it_means(officer: Client, visit: SurveyVisit) -> None:
    page = _page(officer, visit)
    asked = page.partition("<summary>Không nhận kết quả này</summary>")[2].partition("</details>")[0]
    assert "không ghi gì vào hồ sơ" in asked
    assert 'value="reject"' in asked


def test_the_last_word_stands_beside_an_empty_box(officer: Client, visit: SurveyVisit) -> None:
    _decide(officer, visit, "return", comment="Chụp lại cửa trước")

    page = _page(officer, visit)

    assert "Lời nhắn lần trước: “Chụp lại cửa trước”" in page
    assert re.search(r"<textarea[^>]*></textarea>", page)
    assert _decide(officer, visit, "reject").status_code == 200
    assert _state(visit) == ("rejected", "")


def test_the_register_shows_what_an_approval_writes_over(officer: Client, visit: SurveyVisit, house: House) -> None:
    factories.household(house, "Trần Văn Ba", phone="0987654321", shop_name="Tạp hóa Ba")

    held = _page(officer, visit).partition('id="held"')[2].partition("</section>")[0]

    assert "Cổng xanh" in held
    assert "0987 ••• •21" in held
    assert "0987654321" not in held
    assert "Tạp hóa Ba" in held


def test_which_household_is_written_is_said(officer: Client, visit: SurveyVisit, house: House) -> None:
    assert "Duyệt thì hộ Trần Thị Bình được thêm vào nhà này." in _page(officer, visit)
    factories.household(house, "Trần Văn Ba")
    known = factories.household(house, "Trần Thị Bình")

    page = _page(officer, visit)

    assert f'<option value="{known.pk}:1" selected>Trần Thị Bình</option>' in page
    assert "Mỗi phiếu chỉ ghi một hộ." in page
    assert "được thêm vào nhà này" not in page
