"""One house, from a phone that adds it to the plate that opens its page; and another, refused, that goes nowhere."""

from __future__ import annotations

import hashlib
import re
import uuid
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.db import transaction
from django.test import Client

from households.models import House, Plate, SurveyVisit
from households.plates import press
from mapping import wall
from mapping.access import Scope
from mapping.models import Unit
from tests.survey import world
from tests.survey.test_photos import Upload, picture

pytestmark = pytest.mark.django_db
EVERYWHERE = Scope(everything=True, unit_ids=frozenset())


def _visit(house: uuid.UUID) -> SurveyVisit:
    with transaction.atomic(), wall.acting_as_system("test"):
        return SurveyVisit.objects.get(house_id=house)


def _decide(officer: Client, house: uuid.UUID, do: str, **typed: Any) -> None:
    visit = _visit(house)
    decided = {"do": do, "version": visit.version, **typed}
    assert officer.post(f"/survey/desk/visits/{visit.pk}/review/", decided).status_code == 302


def test_a_house_goes_from_the_phone_to_its_plate(commune: Unit, officer_client: Client, tmp_path: Path) -> None:
    survey_round = world.round_in(commune)
    phone = world.phone(survey_round, world.surveyor(survey_round, "quy"))
    house, refused = uuid.uuid4(), uuid.uuid4()
    photo = picture(300, 200)
    hash_ = hashlib.sha256(photo).hexdigest()
    found = world.WHOLE | {"number": "12A", "street": "ngõ Đình", "photos": [hash_]}
    photos = [{"sha256": hash_, "question": "photos", "size": len(photo)}]
    phone.send(house, found, is_new=True, position=world.position(), photos=photos)
    Upload(phone, house, photo).send()
    elsewhere = world.position(world.WEST[0] + 0.001)
    phone.send(refused, world.WHOLE | {"number": "99", "street": "ngõ Bịa"}, is_new=True, position=elsewhere)
    order = press.PrintOrder(commune=commune, scope=EVERYWHERE, host="sonha.example.vn")
    assert press.count(order) == 0

    _decide(officer_client, house, "approve")
    _decide(officer_client, refused, "reject", comment="Không có nhà này")
    with wall.acting_as_system("test"):
        assert press.print_plates(order, path=tmp_path / "plates.pdf").plates == 1

    record = officer_client.get(f"/houses/{House.objects.get(pk=house).code}/").content.decode()
    assert "Lê Văn Ba" in record
    (address,) = re.findall(r'<img src="([^"]+/photos/[^"]+)"', record)
    assert officer_client.get(address)["Content-Type"] == "image/jpeg"
    (page,) = pypdfium2.PdfDocument(tmp_path / "plates.pdf")
    symbols = zxingcpp.read_barcodes(page.render(scale=150 / 72, grayscale=True).to_numpy())
    (text,) = {symbol.text for symbol in symbols}
    assert Plate.objects.get().token in text
    scanned = Client().get("/" + text.partition("/")[2].partition("/")[2].partition("/")[2]).content.decode()
    assert "12A" in scanned and "ngõ Đình" in scanned
    assert "Lê Văn Ba" not in scanned
    assert not House.objects.filter(pk=refused).exists()
