"""An answer that is emptied is a finding: the register's value goes too, listed before and undone with the rest."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from households.models import House, Household, SurveyRound, SurveyVisit
from tests import factories, node
from tests.survey import pack_world
from tests.survey.test_register_changes import UNTOUCHED, approve, at_the_desk, page
from tests.survey.world import Phone

GONE = {"from": "12", "to": None}
SHOP = "Tạp hóa Ba"
KEPT_SHOP = {"shop_name": {"from": SHOP, "to": SHOP}}
CLOSED = {"has_shop": {"from": True, "to": False}}


@pytest.fixture
def household(house: House) -> Household:
    """The one household of number 12, with a shop."""
    return factories.household(house, "Trần Văn Ba", size=3, phone="0987654321", shop_name=SHOP)


def number_of(house: House) -> str:
    house.refresh_from_db()
    return str(house.number)


def shop_of(household: Household) -> str:
    household.refresh_from_db()
    return str(household.shop_name)


def test_a_number_that_was_emptied_is_sent_listed_written_and_undone(
    officer_client: Client, lan: Phone, house: House, survey: SurveyRound
) -> None:
    assert lan.send(house, {"occupied": "vacant", "number": GONE})["version"] == 1
    visit = SurveyVisit.objects.get()
    assert ("number" in visit.answers, visit.field_versions["number"][0]) == (False, 1)
    told = pack_world.read(lan.client, "pack", round=survey.pk, village=lan.village)
    (row,) = pack_world.rows(told, "visits")
    assert row["answers"] == {"occupied": "vacant", "number": None}
    assert "Số nhà: 12 → <b>để trống</b>" in page(officer_client)

    assert approve(officer_client, house).status_code == 302
    assert number_of(house) == ""
    officer_client.post(f"/changes/{SurveyVisit.objects.get().changeset_id}/undo/")
    assert number_of(house) == "12"


def test_all_that_was_sent_and_then_emptied_is_told_so(lan: Phone, house: House, survey: SurveyRound) -> None:
    lan.send(house, UNTOUCHED)
    SurveyVisit.objects.update(
        answers={}, field_versions={name: [2, lan.key] for name in ("number", "head_name")}, version=2
    )
    told = pack_world.read(lan.client, "pack", round=survey.pk, village=lan.village)
    (row,) = pack_world.rows(told, "visits")
    assert row["answers"] == {"number": None, "head_name": None}


def test_emptied_after_it_had_been_sent(officer_client: Client, lan: Phone, house: House, household: Household) -> None:
    lan.send(house, UNTOUCHED)
    lan.send(house, {"number": GONE, "size": {"from": 3, "to": None}}, base=1)
    text = page(officer_client)
    assert "Số nhà: 12 → <b>để trống</b>" in text and "Số người trong hộ: 3 → <b>để trống</b>" in text
    assert approve(officer_client, house, household).status_code == 302
    household.refresh_from_db()
    assert (number_of(house), household.size, household.head_name) == ("", None, "Trần Văn Ba")


@pytest.mark.parametrize(("decision", "number"), [("keep", "14"), ("write", "")])
def test_emptied_while_the_desk_wrote_another(
    officer_client: Client, lan: Phone, house: House, decision: str, number: str
) -> None:
    lan.send(house, {"occupied": "vacant", "number": GONE})
    at_the_desk(house, number="14")
    text = page(officer_client)
    assert "Số nhà: hồ sơ đã đổi, 12 → 14" in text and "Để trống, như kết quả điều tra" in text
    assert approve(officer_client, house).status_code == 409
    assert approve(officer_client, house, house_number=decision).status_code == 302
    assert number_of(house) == number


def test_one_empties_what_the_other_leaves(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, {"occupied": "vacant", "number": {"from": "12", "to": "12"}})
    assert hoa.send(house, {"number": GONE})["conflicts"] == ["number"]


def test_one_leaves_what_the_other_emptied(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, {"occupied": "vacant", "number": GONE})
    assert hoa.send(house, {"number": {"from": "12", "to": "12"}})["conflicts"] == ["number"]


def test_what_was_typed_and_taken_back_is_no_word_about_the_register(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    at_the_desk(house, note="Cổng xanh")
    lan.send(house, UNTOUCHED | {"house_note": "Cổng đỏ", "phone": "0912 345 678"})
    lan.send(
        house, {"house_note": {"from": "Cổng đỏ", "to": None}, "phone": {"from": "0912 345 678", "to": None}}, base=1
    )
    assert 'type="radio"' not in page(officer_client)
    assert approve(officer_client, house, household).status_code == 302
    house.refresh_from_db()
    household.refresh_from_db()
    assert (house.note, household.phone) == ("Cổng xanh", "0987654321")


def test_a_shop_that_is_no_more_takes_its_name_along(
    officer_client: Client, lan: Phone, house: House, household: Household
) -> None:
    lan.send(house, UNTOUCHED | KEPT_SHOP | CLOSED)
    assert f"Tên cửa hàng: {SHOP} → <b>để trống</b>" in page(officer_client)
    assert approve(officer_client, house, household).status_code == 302
    assert shop_of(household) == ""
    officer_client.post(f"/changes/{SurveyVisit.objects.get().changeset_id}/undo/")
    assert shop_of(household) == SHOP


@pytest.mark.parametrize(("decision", "shop"), [("keep", SHOP), ("write", "")])
@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ({"has_shop": False}, f"Tên cửa hàng: hồ sơ ghi {SHOP}, người điều tra không được xem"),
        (CLOSED | {"shop_name": {"from": "Quán cũ", "to": "Quán cũ"}}, f"hồ sơ đã đổi, Quán cũ → {SHOP}"),
    ],
)
def test_a_shop_that_the_phone_did_not_know_goes_only_if_somebody_says_so(
    officer_client: Client, lan: Phone, house: House, household: Household,
    sent: dict[str, Any], asked: str, decision: str, shop: str,
) -> None:  # fmt: skip
    lan.send(house, UNTOUCHED | sent)
    assert asked in page(officer_client)
    assert approve(officer_client, house, household).status_code == 409
    assert approve(officer_client, house, household, household_shop_name=decision).status_code == 302
    assert shop_of(household) == shop


def test_a_shop_of_the_visits_own_that_closes_after_its_approval(
    officer_client: Client, lan: Phone, house: House
) -> None:
    household = factories.household(house, "Trần Văn Ba", size=3)
    lan.send(house, UNTOUCHED | {"has_shop": True, "shop_name": "Quán Ba"})
    assert approve(officer_client, house, household).status_code == 302
    assert shop_of(household) == "Quán Ba"
    lan.send(house, CLOSED, base=1)
    assert "Tên cửa hàng: Quán Ba → <b>để trống</b>" in page(officer_client)
    assert approve(officer_client, house, household).status_code == 302
    assert shop_of(household) == ""


SEEN = """(async () => {
    const { changesOf } = await import(new URL("drafts.js", given.folder));
    const now = module.seen(given.draft, given.others, 4);
    return [now.answers, now.held, now.base, changesOf(now)];
})()"""


def seen(answers: dict[str, Any], others: dict[str, Any]) -> list[Any]:
    """Answers, what is held, the base and what would be sent of a draft of a house whose head the register knew."""
    draft = {"answers": answers, "held": {}, "known": {"head_name": "Trần Văn Ba"}, "position": None, "base": 1}
    folder = (node.ROOT / "static/js/survey/seeing.js").as_uri()
    told: list[Any] = node.answer(
        "survey/seeing.js", f"await {SEEN}", {"draft": draft, "others": others, "folder": folder}
    )
    return told


def test_what_another_emptied_is_not_filled_in_again_by_a_form_that_nobody_touched() -> None:
    emptied = {"head_name": None}
    assert seen({"head_name": "Trần Văn Ba"}, emptied) == [emptied, emptied, 4, {}]
    typed = {"head_name": "Trần Văn Tư"}
    assert seen(typed, emptied) == [typed, {}, 1, {"head_name": {"from": "Trần Văn Ba", "to": "Trần Văn Tư"}}]
    same = {"head_name": "Trần Văn Ba"}
    assert seen(typed, same) == [typed, same, 4, {"head_name": {"from": "Trần Văn Ba", "to": "Trần Văn Tư"}}]
