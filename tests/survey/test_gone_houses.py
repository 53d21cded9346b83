"""The desk takes a house out of the register, or closes it, while its visit waits: an approval brings nothing back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.models import House, SurveyRound, SurveyVisit
from households.models.house import HouseState
from mapping.models import Unit
from tests.survey.test_earlier_approval import NEW, decide, in_register, state
from tests.survey.test_register_changes import page
from tests.survey.world import WHOLE, Phone, phone, position, round_in, surveyor

APPROVE = 'value="approve"'


def listed(officer: Client, survey: SurveyRound) -> str:
    """The list of what waits."""
    text: str = officer.get(f"/survey/desk/rounds/{survey.pk}/visits/").content.decode()
    return text


def close(house: House) -> None:
    """As the desk does with a house that no longer stands."""
    day = timezone.localdate().replace(year=2026, month=8, day=3)
    House.objects.filter(pk=house.pk).update(
        state=HouseState.CLOSED, closed_on=day, closed_reason="Cháy nhà", version=2
    )


@pytest.mark.parametrize("seen", [{}, {"house_version": 1}])
def test_a_house_that_was_taken_out_is_not_put_back(
    officer_client: Client, lan: Phone, house: House, survey: SurveyRound, seen: dict[str, Any]
) -> None:
    lan.send(house, WHOLE, position=position())
    House.objects.filter(pk=house.pk).delete()

    text = page(officer_client)
    assert "Nhà không còn trong hồ sơ" in text and "duyệt thì nhà này được thêm vào" not in text
    assert APPROVE not in text
    assert "Nhà không còn trong hồ sơ" in listed(officer_client, survey)
    told = decide(officer_client, "approve", **seen)

    assert (told.status_code, "duyệt không đưa nhà vào lại" in told.content.decode()) == (409, True)
    assert (in_register(), state()) == ((0, 0), "received")
    assert decide(officer_client, "reject").status_code == 302


def test_a_new_house_whose_approval_was_undone_meanwhile_is_not_put_back_unseen(
    officer_client: Client, lan: Phone
) -> None:
    lan.send(NEW, WHOLE, is_new=True, position=position())
    decide(officer_client, "approve")
    lan.send(NEW, {"house_note": "Cổng đỏ"}, base=1)
    version = House.objects.get().version
    officer_client.post(f"/changes/{SurveyVisit.objects.get().changeset_id}/undo/")

    stale = decide(officer_client, "approve", house_version=version)
    assert (stale.status_code, in_register(), state()) == (409, (0, 0), "received")
    assert APPROVE in stale.content.decode()
    assert decide(officer_client, "approve").status_code == 302
    assert in_register() == (1, 1)


def test_nothing_is_approved_into_a_closed_house_until_it_is_opened_again(
    officer_client: Client, lan: Phone, house: House, survey: SurveyRound
) -> None:
    lan.send(house, WHOLE | {"number": {"from": "12", "to": "12A"}})
    close(house)

    text = page(officer_client)
    assert "Nhà đã đóng ngày 03/08/2026, lý do: Cháy nhà." in text and APPROVE not in text
    told_in_list = listed(officer_client, survey)
    assert "đã đóng ngày 03/08/2026" in told_in_list and "Cháy nhà" in told_in_list
    told = decide(officer_client, "approve", house_version=2)
    assert (told.status_code, "Hãy mở lại nhà" in told.content.decode()) == (409, True)
    house.refresh_from_db()
    assert (house.number, in_register(), state()) == ("12", (1, 0), "received")

    House.objects.update(state=HouseState.ACTIVE, closed_on=None, closed_reason="", version=3)
    assert APPROVE in page(officer_client)
    assert decide(officer_client, "approve", house_version=3).status_code == 302
    house.refresh_from_db()
    assert (house.number, in_register()) == ("12A", (1, 1))


def test_what_was_decided_before_says_that_its_house_is_closed_and_asks_nothing(
    officer_client: Client, lan: Phone, house: House
) -> None:
    lan.send(house, WHOLE)
    decide(officer_client, "approve", house_version=1)
    close(house)
    text = page(officer_client)
    assert "Nhà đã đóng ngày 03/08/2026, lý do: Cháy nhà." in text and "Hãy mở lại nhà" not in text


@pytest.mark.parametrize("first", ["waits", "is refused"])
def test_a_house_whose_approval_in_an_earlier_round_was_undone_comes_back_by_that_one(
    officer_client: Client, lan: Phone, commune: Unit, first: str
) -> None:
    lan.send(NEW, WHOLE, is_new=True, position=position())
    decide(officer_client, "approve")
    later = round_in(commune, name="Đợt 2")
    phone(later, surveyor(later, "tu")).send(NEW, {"occupied": "vacant", "house_note": "Cổng đỏ"})
    earlier, visit = (SurveyVisit.objects.get(round__name=name) for name in ("Đợt 1", "Đợt 2"))
    officer_client.post(f"/changes/{earlier.changeset_id}/undo/")

    def review(one: SurveyVisit, do: str, **typed: Any) -> Any:
        one.refresh_from_db()
        return officer_client.post(f"/survey/desk/visits/{one.pk}/review/", {"do": do, "version": one.version, **typed})

    if first == "is refused":
        assert review(earlier, "reject").status_code == 302
    told = review(visit, "approve")
    assert (told.status_code, "do đợt “Đợt 1” thêm vào" in told.content.decode()) == (409, True)
    assert "thêm nhà ở bản đồ" not in told.content.decode()
    if first == "is refused":
        assert review(earlier, "reopen").status_code == 302
    assert review(earlier, "approve").status_code == 302
    assert review(visit, "approve", house_version=House.objects.get().version).status_code == 302
    assert (in_register(), House.objects.get().note) == ((1, 1), "Cổng đỏ")


def test_a_house_that_the_desk_took_out_after_its_approval_comes_back_by_no_other_round(
    officer_client: Client, lan: Phone, commune: Unit
) -> None:
    lan.send(NEW, {"occupied": "vacant"}, is_new=True, position=position())
    decide(officer_client, "approve")
    later = round_in(commune, name="Đợt 2")
    phone(later, surveyor(later, "tu")).send(NEW, {"occupied": "vacant", "house_note": "Cổng đỏ"})
    House.objects.all().delete()
    visit = SurveyVisit.objects.get(round=later)
    text = officer_client.get(f"/survey/desk/visits/{visit.pk}/").content.decode()
    assert ("duyệt không đưa nhà vào lại" in text, "do đợt" in text) == (True, False)
