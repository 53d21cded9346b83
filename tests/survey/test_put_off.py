"""A draft that was put off has not seen what others wrote meanwhile into the fields that it changes itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from households.models import SurveyConflict, SurveyVisit
from mapping.models import Unit
from tests import factories
from tests.survey.held_phone import Held
from tests.survey.node_phone import NodePhone
from tests.survey.world import round_in, surveyor

People = tuple[Held, Held]


@pytest.fixture
def people(commune: Unit) -> Iterator[People]:
    """Two people with a phone each and the same village on both."""
    survey, village = round_in(commune), factories.village(commune)
    with NodePhone() as one, NodePhone() as other:
        ba, hoa = (Held(phone, surveyor(survey, name)) for phone, name in ((one, "ba"), (other, "hoa")))
        for held in (ba, hoa):
            held.take_along(str(survey.pk), village)
        yield ba, hoa


def send(held: Held) -> None:
    """All goes well."""
    assert held.phone.do("sync", held.line) == {"reason": ""}
    held.look()


def conflicts(house: str) -> list[tuple[str, str, str]]:
    """(field, held, sent) of what waits for an officer."""
    rows = SurveyConflict.objects.filter(visit__house_id=house).order_by("operation__made_at")
    return [(row.field, row.held, row.sent) for row in rows]


def put_off_beside(ba: Held, hoa: Held) -> str:
    """Hoa has written a note that Ba was never shown, and Ba's own lies put off while a receipt told of hers."""
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"})
    send(ba)
    hoa.fill_in(house, {"house_note": "có chó dữ", "street": "Ngõ Đình"})
    send(hoa)
    ba.fill_in(house, {"number": "2"})
    ba.fill_in(house, {"house_note": "không có chó"}, is_put_off=True)
    send(ba)
    return house


def test_what_nobody_was_shown_is_not_written_over(people: People) -> None:
    ba, hoa = people
    house = put_off_beside(ba, hoa)
    ba.fill_in(house, {})
    send(ba)
    assert conflicts(house) == [("house_note", "có chó dữ", "không có chó")]
    assert SurveyVisit.objects.get(house_id=house).answers["house_note"] == "có chó dữ"


def test_nor_by_what_is_typed_next_before_the_first_was_sent(people: People) -> None:
    ba, hoa = people
    house = put_off_beside(ba, hoa)
    ba.fill_in(house, {})
    ba.fill_in(house, {"house_note": "chó đã xích"})
    send(ba)
    assert [sent for _field, _held, sent in conflicts(house)] == ["không có chó", "chó đã xích"]
    visit = SurveyVisit.objects.get(house_id=house)
    assert visit.answers["house_note"] == "có chó dữ"
    assert visit.answers["street"] == "Ngõ Đình"


def test_nor_by_somebody_who_came_second_and_was_told_of_nothing_yet(people: People) -> None:
    ba, hoa = people
    house = str(uuid.uuid4())
    hoa.fill_in(house, {"house_note": "có chó dữ"})
    send(hoa)
    ba.fill_in(house, {"number": "1"})
    send(ba)
    ba.fill_in(house, {"house_note": "không có chó"})
    ba.fill_in(house, {"house_note": "chó đã xích"})
    send(ba)
    assert conflicts(house)[-1] == ("house_note", "có chó dữ", "chó đã xích")
    assert SurveyVisit.objects.get(house_id=house).answers["house_note"] == "có chó dữ"


def test_what_the_form_shows_is_seen(people: People) -> None:
    ba, hoa = people
    house = put_off_beside(ba, hoa)
    ba.fill_in(house, {})
    send(ba)
    ba.fill_in(house, {"house_note": "chó đã xích"})
    send(ba)
    assert ba.shown[house, "house_note"] == {"có chó dữ", "không có chó"}
    assert SurveyVisit.objects.get(house_id=house).answers["house_note"] == "chó đã xích"
