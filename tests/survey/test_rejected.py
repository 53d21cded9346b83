"""What an officer refused, or has not approved, enters no file that leaves the register, and no plate."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from households import exporting
from households.models import House, Household, SurveyRound, SurveyVisit
from households.plates import press
from households.plates.choosing import Choice, count
from households.plates.press import PrintOrder
from mapping import wall
from mapping.access import Scope
from mapping.models import Unit
from tests import factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db
MARKS = ("77 BIA", "ngõ Bịa", "Bịa Văn Đặt", "0977000777", "0977 000 777", "Ghi chú bịa")
FOUND = {
    "number": "77 BIA", "street": "ngõ Bịa", "occupied": "yes", "head_name": "Bịa Văn Đặt", "phone": "0977 000 777",
    "size": 7, "note": "Ghi chú bịa",
}  # fmt: skip


@pytest.fixture(params=["rejected", "received", "returned"])
def house(request: pytest.FixtureRequest, commune: Unit) -> House:
    """A house of the register with a plate; of it and of a new one visits that were refused, or are not approved."""
    village = factories.village(commune)
    survey_round = world.survey_round(commune)
    user = world.surveyor(village, survey_round)
    there = factories.house(commune, 105.803, 19.671, village=village, number="12", street="ngõ Thật")
    factories.household(there, "Trần Văn Thật", phone="0912345678")
    factories.plate(there, state="installed")
    new = factories.house(commune, 105.804, 19.671, village=village)
    House.objects.filter(pk=new.pk).delete()
    with transaction.atomic(), wall.acting_as_system("test"):
        world.visit(survey_round, there, user, FOUND)
        world.visit(survey_round, new, user, FOUND, is_new_house=True)
    officer = world.client_of(factories.user("cb", officer_of=commune))
    if request.param != "received":
        do = {"rejected": "reject", "returned": "return"}[request.param]
        for visit in _visits():
            decided = officer.post(
                f"/survey/desk/visits/{visit.pk}/review/", {"do": do, "version": visit.version, "comment": "Không có"}
            )
            assert decided.status_code == 302
    assert {str(one.state) for one in _visits()} == {request.param}
    return there


def _visits() -> list[SurveyVisit]:
    with transaction.atomic(), wall.acting_as_system("test"):
        return list(SurveyVisit.objects.all())


def _texts(content: bytes) -> Iterator[str]:
    """What is written in a file, and in the files inside it."""
    text = content.decode("utf-8", errors="replace")
    yield json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as inner:
            for name in inner.namelist():
                yield from _texts(inner.read(name))


def _assert_true(content: bytes, real: str = "ngõ Thật") -> None:
    """The file names what is in the register, and nothing that was only found in the field."""
    text = "\n".join(_texts(content))
    assert real in text
    assert [mark for mark in MARKS if mark in text] == []


def _body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("file_format", sorted(exporting.FORMATS))
def test_no_list_of_houses(house: House, officer_client: Client, file_format: str) -> None:
    _assert_true(_body(officer_client.get(f"/houses/export.{file_format}")))


def test_no_list_with_numbers(house: House, officer_client: Client) -> None:
    typed = {"numbers": ["phone"], "reason": "Gọi họp thôn"}
    _assert_true(_body(officer_client.post("/houses/export/numbers/", typed)))


@pytest.mark.parametrize(
    ("address", "real"),
    [
        ("/api/houses?commune=99001", "ngõ Thật"),
        ("/api/search?q=bịa", ""),
        ("/houses/", "ngõ Thật"),
        ("/houses/?q=bịa", ""),
        ("/changes/export.xlsx", ""),
        ("/plates/export.xlsx", ""),
        ("/imports/export.xlsx", ""),
        ("/streets/export.xlsx", ""),
        ("/audit/export.xlsx", ""),
    ],
)
def test_no_other_list(house: House, officer_client: Client, commune: Unit, address: str, real: str) -> None:
    answer = officer_client.get(address)
    if answer.status_code == 404:
        pytest.fail(f"{address} is no address")
    _assert_true(_body(answer), real)


def test_no_walk_list(house: House, officer_client: Client, commune: Unit) -> None:
    village = factories.village(commune)
    content = _body(officer_client.get(f"/plates/walk-list.pdf?commune={commune.code}&village={village.pk}"))
    _assert_true(_words(content).encode(), "ngõ Thật")


def test_no_public_page(house: House, tmp_path: Path) -> None:
    call_command("export_public", str(tmp_path / "pages"))
    written = [path.read_bytes() for path in (tmp_path / "pages").rglob("*") if path.is_file()]
    _assert_true(b"\n".join(written))


def test_no_plate(house: House, commune: Unit, officer: Any, tmp_path: Path) -> None:
    assert count(officer, commune, Choice()) == 1
    order = PrintOrder(commune=commune, scope=Scope(everything=True, unit_ids=frozenset()), host="sonha.example.vn")

    with wall.acting_as_system("test"):
        printed = press.print_plates(order, path=tmp_path / "plates.pdf")

    assert printed.plates == 1
    _assert_true(_words((tmp_path / "plates.pdf").read_bytes()).encode(), "12")


def test_nothing_of_it_is_in_the_register(house: House, commune: Unit) -> None:
    with transaction.atomic(), wall.acting_as_system("test"):
        assert [one.number for one in House.objects.all()] == ["12"]
        assert [one.head_name for one in Household.objects.all()] == ["Trần Văn Thật"]
    assert SurveyRound.objects.count() == 1


def _words(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
