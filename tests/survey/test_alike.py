"""A new house that may be one of the register or of the round: by number and street, by its head of household."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from households.models import House, SurveyVisit
from households.survey import flag_sentences
from mapping.models import Unit
from tests import factories
from tests.survey.world import Phone, position

NORTH = 1 / 111_320
VACANT = {"occupied": "vacant"}


@pytest.fixture
def known(commune: Unit) -> House:
    """Number 3 of the alley, where Trần Văn Hoà lives."""
    at = position()
    house = factories.house(
        commune, at["lng"], at["lat"], village=factories.village(commune), number="3", street="ngõ Đình"
    )
    factories.household(house, "Trần Văn Hòa")
    return house


def flags_of(lan: Phone, metres: float, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """The flags of a new house so far north of the known one."""
    new = uuid.uuid4()
    lan.send(new, answers, is_new=True, position=position(lat=position()["lat"] + metres * NORTH))
    return list(SurveyVisit.objects.get(house_id=new).flags)


@pytest.mark.parametrize(
    ("metres", "answers", "codes"),
    [
        (100, {"number": "số 03", "street": "Ngõ  Đình"} | VACANT, ["same_number"]),
        (290, {"number": "3"} | VACANT, ["same_number"]),
        (310, {"number": "3"} | VACANT, []),
        (100, {"number": "3", "street": "ngõ Chùa"} | VACANT, []),
        (100, {"number": "3A", "street": "ngõ Đình"} | VACANT, []),
        (190, {"occupied": "yes", "head_name": "TRẦN văn  hoà", "phone": "0912 345 678"}, ["same_head"]),
        (210, {"occupied": "yes", "head_name": "Trần Văn Hòa", "phone": "0912 345 678"}, []),
        (6, {"number": "3"} | VACANT, ["near_duplicate"]),
    ],
)
def test_a_new_house_like_one_nearby_is_flagged(
    lan: Phone, known: House, metres: float, answers: dict[str, Any], codes: list[str]
) -> None:
    flags = flags_of(lan, metres, answers)

    assert [flag["code"] for flag in flags] == codes
    for flag in flags:
        assert flag_sentences.sentence(flag).endswith("có thể là cùng một nhà.")


def test_a_house_that_another_phone_added_is_found_too(lan: Phone, hoa: Phone, known: House) -> None:
    people = {"number": "7", "street": "ngõ Đình", "occupied": "yes", "head_name": "Lê Văn Ba", "phone": "0912 345 678"}
    flags_of(hoa, 50, people)

    both = flags_of(lan, 150, people)

    assert [(flag["code"], flag["metres"]) for flag in both] == [("same_number", 100), ("same_head", 100)]
    assert flag_sentences.sentence(both[0]) == (
        "Nhà mới trùng số và đường với một nhà khác trong đợt này, cách 100 m; có thể là cùng một nhà."
    )


def test_the_house_itself_measured_again_is_no_other(lan: Phone, known: House) -> None:
    lan.send(known, {"number": "3", "street": "ngõ Đình"} | VACANT, position=position(lng=position()["lng"] + 0.00002))

    assert SurveyVisit.objects.get().flags == []
