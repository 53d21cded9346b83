"""The sign with an alley's name: its numbers, its page, on a sheet it can be read on."""

from __future__ import annotations

import json

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from django.test import Client

from households.models import House
from households.plates.alley_board import BoardHouse
from households.plates.alley_sign import numbers_said
from households.plates.board_reading import alley_url
from households.plates.design_schema import json_schema
from mapping.models import Unit
from mapping.printing.sheet import SHEETS
from tests.households import numbered


@pytest.fixture
def ground(commune: Unit) -> numbered.Ground:
    """The road and the alleys of the numbering's tests; the houses of ngõ Đình have numbers."""
    made = numbered.Ground(commune)
    for number, house in zip(("12", "2", "10", "12A"), made.on_dinh, strict=True):
        House.objects.filter(pk=house.pk).update(number=number, street="Ngõ Đình")
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("sheet", ["a3-board", "a4-2x4", "factory-320x200"])
def test_a_sign_names_the_alley_and_its_numbers_and_leads_to_its_page(
    ground: numbered.Ground, officer_client: Client, settings, sheet: str
) -> None:
    settings.PLATE_HOST = "sonha.thanhhoa.gov.vn"
    answer = officer_client.get(f"/streets/{ground.dinh.pk}/sign.pdf", {"sheet": sheet})
    assert answer.status_code == 200
    size = f"{SHEETS[sheet].page_width:.0f}x{SHEETS[sheet].page_height:.0f}mm"
    assert f'"bien-ten-ngo-dinh-{size}.pdf"' in answer["Content-Disposition"]
    with pypdfium2.PdfDocument(b"".join(answer)) as opened:
        assert len(opened) == 1
        page = opened[0]
        assert round(page.get_width() / 72 * 25.4) == SHEETS[sheet].page_width
        words = " ".join(page.get_textpage().get_text_range().split())
        picture = page.render(scale=150 / 72, grayscale=True).to_numpy()
    found = zxingcpp.read_barcodes(np.ascontiguousarray(picture.reshape(picture.shape[:2])))
    assert [one.text for one in found] == [alley_url("sonha.thanhhoa.gov.vn", ground.dinh.pk)]
    assert "Ngõ Đình" in words and "2 – 12" in words and "sonha.thanhhoa.gov.vn" in words
    assert "BẢN IN THỬ" not in words


@pytest.mark.django_db
def test_a_sign_is_a_proof_while_the_host_may_not_be_hung_and_refused_where_it_cannot_be_read(
    ground: numbered.Ground, officer_client: Client, settings
) -> None:
    settings.PLATE_HOST = "sonha.local"
    answer = officer_client.get(f"/streets/{ground.dinh.pk}/sign.pdf")
    with pypdfium2.PdfDocument(b"".join(answer)) as opened:
        assert "BẢN IN THỬ" in opened[0].get_textpage().get_text_range()
    for sheet, words in (("a4-3x8", "0,396 mm"), ("a0", "Không có khổ giấy “a0”")):
        page = officer_client.get(f"/streets/{ground.dinh.pk}/sign.pdf", {"sheet": sheet})
        assert page.status_code == 400 and words in page.content.decode()


def test_numbers_are_said_side_by_side_in_their_natural_order() -> None:
    said = [("10", 2), ("2", 2), ("9", 1), ("", 1), ("12A", 2), ("12", 2)]
    houses = [BoardHouse(number, 0, side, (0.0, 0.0)) for number, side in said]
    assert numbers_said(houses) == "9, 2 – 12A"


@pytest.mark.django_db
def test_the_schema_of_designs_is_served_as_what_it_is(officer_client: Client) -> None:
    answer = officer_client.get("/plates/design-schema.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert json.loads(answer.content) == json.loads(json.dumps(json_schema()))
