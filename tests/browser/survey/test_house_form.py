"""A house's form on a phone: asked by the table, kept with every keystroke, found fault with by the field."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import PHONE
from tests.browser.survey.house_stage import HOUSE, LAT, LNG, NEIGHBOUR, NEW, finished, keep, open_house, taken
from tests.browser.widths import is_as_wide_as_the_screen
from tests.node import answer

DONE = "Xong, gửi khi có mạng"


@pytest.fixture(autouse=True)
def phone(page: Page) -> None:
    """Small, in somebody's hand."""
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})


def test_questions_come_with_the_answers_and_what_the_register_knows_stands_there(
    page: Page, live_server: LiveServer
) -> None:
    open_house(page, live_server)
    expect(page.get_by_label("Số nhà", exact=True)).to_have_value("12")
    expect(page.get_by_role("heading", name="Chính sách")).to_have_count(0)
    expect(page.get_by_label("Chủ hộ")).to_be_hidden()
    page.get_by_label("Có người ở").check()
    expect(page.get_by_label("Chủ hộ")).to_have_value("Nguyễn Văn An")
    expect(page.get_by_label("Việc khác là gì")).to_be_hidden()
    page.get_by_label("Việc khác", exact=True).check()
    expect(page.get_by_label("Việc khác là gì")).to_be_visible()
    page.get_by_label("Bỏ không").check()
    expect(page.get_by_label("Chủ hộ")).to_be_hidden()
    assert is_as_wide_as_the_screen(page)


def test_what_is_typed_outlives_a_reload_and_becomes_what_changed(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server)
    page.get_by_label("Có người ở").check()
    page.get_by_label("Chủ hộ").fill("  Lê Thị Bình 🙂 ")
    page.get_by_label("Điện thoại", exact=True).press_sequentially("0912 345 678")
    keep(page)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_label("Điện thoại", exact=True)).to_have_value("0912 345 678")
    page.get_by_role("button", name=DONE).click()
    draft = finished(page)
    assert (draft["base"], draft["held"], draft["house"]) == (0, {}, HOUSE)
    assert draft["answers"]["head_name"] == "Lê Thị Bình 🙂"
    assert draft["answers"]["size"] == 4
    assert draft["answers"]["occupied"] == "yes"


def test_a_number_of_the_register_that_is_emptied_is_handed_over_as_emptied(
    page: Page, live_server: LiveServer
) -> None:
    open_house(page, live_server)
    page.get_by_label("Bỏ không").check()
    page.get_by_label("Số nhà", exact=True).fill("")
    keep(page)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_label("Số nhà", exact=True)).to_have_value("")
    page.get_by_role("button", name=DONE).click()
    changes = answer("survey/drafts.js", "module.changesOf(given)", finished(page))
    assert changes["number"] == {"from": "12", "to": None}
    assert changes["street"] == {"from": "ngõ Đình", "to": "ngõ Đình"}


def test_faults_stand_by_their_fields_and_above_and_lead_there(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server)
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert")).to_contain_text("Còn 1 mục cần sửa")
    page.get_by_label("Có người ở").check()
    phone = page.get_by_label("Điện thoại", exact=True)
    phone.fill("12")
    page.get_by_label("Số người trong hộ").fill("61")
    page.get_by_label("Chủ hộ").fill("")
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        [
            "Hãy trả lời mục “Chủ hộ”.",
            "“12” không phải số điện thoại ở Việt Nam; ví dụ đúng: 0912 345 678.",
            "“Số người trong hộ” là 61; nhiều nhất là 60.",
        ]
    )
    page.get_by_role("link", name="“12” không phải").click()
    expect(phone).to_be_focused()
    expect(phone).to_have_attribute("aria-invalid", "true")
    phone.fill("0912345678")
    expect(phone).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Số người trong hộ").fill("sáu")
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert")).to_contain_text("“Số người trong hộ” phải là số nguyên.")
    expect(page.locator("#done")).to_be_empty()


def test_a_fault_that_appears_does_not_push_away_what_is_pressed(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server)
    page.get_by_label("Có người ở").check()
    page.get_by_label("Điện thoại", exact=True).fill("12")
    page.get_by_role("button", name="Thêm người").click()
    expect(page.get_by_text("Đã ghi 1 người.")).to_be_visible()
    expect(page.get_by_text("“12” không phải số điện thoại").first).to_be_visible()


def test_a_member_removed_comes_back_as_the_same_person(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server)
    page.get_by_label("Có người ở").check()
    for name in ("Nguyễn Văn An", "Nguyễn Thị Hoa"):
        page.get_by_role("button", name="Thêm người").click()
        page.get_by_label("Họ và tên").last.fill(name)
    page.get_by_label("Năm sinh").last.fill("1850")
    page.get_by_role("button", name="Bỏ người này").first.click()
    expect(page.get_by_text("Đã bỏ: Nguyễn Văn An.")).to_be_visible()
    page.get_by_role("button", name="Lấy lại").click()
    expect(page.get_by_text("Đã ghi 2 người.")).to_be_visible()
    expect(page.get_by_text("danh sách có 2 người")).to_be_visible()
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("alert")).to_contain_text("Năm sinh” là 1850; phải là năm từ 1900")
    page.get_by_label("Năm sinh").first.fill("1990")
    page.get_by_role("button", name=DONE).click()
    answers = finished(page)["answers"]
    members = [answers[field] for field in sorted(answers) if field.startswith("members.")]
    assert members == [{"name": "Nguyễn Văn An"}, {"name": "Nguyễn Thị Hoa", "born_in": 1990}]


def test_each_of_several_who_were_removed_can_be_taken_back(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server)
    page.get_by_label("Có người ở").check()
    names = ("Nguyễn Văn An", "Nguyễn Thị Hoa", "Nguyễn Văn Bình")
    for name in names:
        page.get_by_role("button", name="Thêm người").click()
        page.get_by_label("Họ và tên").last.fill(name)
    for name in names[:2]:
        page.get_by_role("button", name="Bỏ người này").first.click()
        expect(page.get_by_text(f"Đã bỏ: {name}.")).to_be_visible()
    for name in names[:2]:
        page.get_by_text(f"Đã bỏ: {name}.").get_by_role("button", name="Lấy lại").click()
        expect(page.get_by_text(f"Đã bỏ: {name}.")).to_have_count(0)
    expect(page.get_by_text("Đã ghi 3 người.")).to_be_visible()
    expect(page.get_by_role("button", name="Lấy lại")).to_have_count(0)
    keep(page)
    answers = page.evaluate("window.stage.keeper.draft.answers")
    assert sorted(one["name"] for field, one in answers.items() if field.startswith("members.")) == sorted(names)


def test_a_house_that_is_added_shows_what_may_be_the_same_while_one_types(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server, house=NEW, place={"lng": LNG, "lat": LAT + 1e-4})
    page.get_by_label("Số nhà", exact=True).fill("nhà số 014")
    expect(page.get_by_text("14, ngõ Đình (cùng số nhà, cách 22 m)")).to_be_visible()
    page.get_by_label("Số nhà", exact=True).fill("99")
    expect(page.get_by_text("Có thể nhà này đã có:")).to_be_hidden()
    page.get_by_label("Có người ở").check()
    page.get_by_label("Chủ hộ").fill("nguyễn văn an")
    expect(page.get_by_text("12, ngõ Đình, Nguyễn Văn An (cùng tên chủ hộ, cách 11 m)")).to_be_visible()
    page.get_by_role("button", name="Mở nhà này").click()
    expect(page.locator("#done")).to_have_text(HOUSE)
    assert NEIGHBOUR != HOUSE


def test_a_house_like_another_is_shown_by_the_field_and_once_more_at_the_end(
    page: Page, live_server: LiveServer
) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": LAT + 1e-4, "longitude": LNG, "accuracy": 4})
    open_house(page, live_server, house=NEW, place={"lng": LNG, "lat": LAT + 1e-4})
    number = page.get_by_label("Số nhà", exact=True)
    number.press_sequentially("014")
    same = page.get_by_text("14, ngõ Đình (cùng số nhà, cách 22 m)")
    expect(same).to_be_in_viewport()
    top = "(one) => one.getBoundingClientRect().top + scrollY"
    assert 0 < same.evaluate(top) - number.evaluate(top) < 250
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name="Đo vị trí").click()
    expect(page.get_by_text("Đang đo:")).to_be_visible()
    page.get_by_role("button", name="Dừng, lấy kết quả này").click()
    expect(page.get_by_text("Đã đo:")).to_be_visible()
    done = page.get_by_role("button", name=DONE)
    done.click()
    expect(page.get_by_text("Có thể nhà này đã có. Nếu vẫn là nhà khác, bấm “Xong” lần nữa:")).to_be_in_viewport()
    expect(page.locator("#done")).to_be_empty()
    done.click()
    assert finished(page)["answers"]["number"] == "014"


def test_who_may_not_see_policy_is_not_asked_and_who_may_is(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server, sensitive=True)
    page.get_by_label("Có người ở").check()
    page.get_by_label("Hộ nghèo").check()
    page.get_by_role("button", name="Bỏ chọn").last.click()
    page.get_by_role("button", name=DONE).click()
    assert "poverty" not in finished(page)["answers"]


def test_a_house_beyond_the_border_of_the_village_is_named_too(page: Page, live_server: LiveServer) -> None:
    other = taken()
    other["pack"] |= {"village": "02", "name": "Thôn Chùa"}
    near, far = "0190a000-0000-7000-8000-00000000000b", "0190a000-0000-7000-8000-00000000000c"
    row = {"number": "20", "street": "ngõ Đình", "lng": LNG}
    other["houses"] = [{**row, "house": near, "lat": LAT + 14e-4}, {**row, "house": far, "lat": LAT + 2e-2}]
    other["households"] = [{"id": "h2", "house": near, "head_name": "Trần Thị Mận", "phone": "", "size": 2}]
    open_house(page, live_server)
    page.evaluate("(taken) => window.keeping.takeIn(taken)", other)
    open_house(page, live_server, house=NEW, place={"lng": LNG, "lat": LAT + 5e-4})
    page.get_by_label("Số nhà", exact=True).fill("20")
    expect(page.get_by_text("20, ngõ Đình, Trần Thị Mận, Thôn Chùa (cùng số nhà, cách 100 m)")).to_be_visible()
    expect(page.get_by_role("button", name="Mở nhà này")).to_have_count(1)
    page.get_by_role("button", name="Mở nhà này").click()
    expect(page.locator("#done")).to_have_text(near)


def test_a_slip_that_another_answer_hides_is_left_out(page: Page, live_server: LiveServer) -> None:
    open_house(page, live_server)
    page.get_by_label("Có người ở").check()
    page.get_by_label("Số người trong hộ").fill("4-5")
    page.get_by_label("Bỏ không").check()
    page.get_by_role("button", name=DONE).click()
    assert finished(page)["answers"]["size"] == 4


def test_a_question_that_is_not_asked_is_shown_where_the_server_finds_fault_with_it(
    page: Page, live_server: LiveServer
) -> None:
    open_house(page, live_server)
    page.get_by_label("Bỏ không").check()
    size = page.get_by_label("Số người trong hộ")
    keep(page)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(size).to_be_hidden()
    page.evaluate("window.stage.tell([{ field: 'size', error: 'Mục này có giá trị không đúng loại.' }])")
    page.get_by_role("link", name="Mục này có giá trị").click()
    expect(size).to_be_focused()
    expect(size).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name=DONE).click()
    expect(size).to_be_hidden()
