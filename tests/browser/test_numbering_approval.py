"""A long proposal is approved by a job that the officer watches; an alley follows the house before its mouth."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import House
from mapping.models import Unit, User
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_numbering import picture
from tests.browser.widths import width_of
from tests.households.numbered import Ground, computed


@pytest.fixture
def ground(commune: Unit, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.setattr("households.proposals.deciding.AT_ONCE", 5)
    return Ground(commune)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_long_proposal_is_refused_then_mended_then_approved(
    page: Page, live_server: LiveServer, sign_in: Callable[[User], None], assert_accessible: Callable[[], None],
    officer: User, ground: Ground, run_jobs: Callable[[], None], size: dict[str, int],
) -> None:  # fmt: skip
    proposal = computed(officer, ground.commune)
    page.set_viewport_size(size)
    sign_in(officer)
    look = picture(page, size)
    mouth = ground.north[2]

    page.goto(f"{live_server.url}/numbering/{proposal.pk}/?at={mouth.code}")
    page.locator(f"#nha-{mouth.code}").locator("a[data-edit]").click()
    number = page.get_by_role("textbox", name="Số mới")
    number.fill("6A")
    number.press("Enter")
    expect(page.get_by_text("Có thêm 4 nhà khác đổi theo.")).to_be_visible()
    expect(page.locator(f"#nha-{ground.on_nameless[0].code} [data-cell=new]")).to_have_text("6A/1")

    def approve() -> None:
        page.get_by_role("link", name="Duyệt bằng quyết định…").click()
        expect(page.get_by_text("việc ghi chạy trên máy chủ")).to_be_visible()
        page.get_by_label("Số quyết định").fill("45/QĐ-UBND")
        look("7-approve-long")
        page.get_by_role("button", name="Duyệt, ghi số nhà").click()
        expect(page.get_by_role("heading", name="Đang duyệt phương án")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()

    approve()
    expect(page.get_by_role("link", name="Bỏ phương án")).to_have_count(0)
    look("8-approving")
    assert_accessible()
    assert width_of(page) <= size["width"]
    House.objects.filter(pk=ground.south[0].pk).update(version=2)
    run_jobs()
    expect(page.get_by_role("alert")).to_contain_text("đã được sửa sau khi lập phương án")
    look("9-not-approved")
    assert_accessible()

    House.objects.filter(pk=ground.south[0].pk).update(version=1)
    approve()
    run_jobs()
    expect(page.get_by_text("Quyết định số 45/QĐ-UBND")).to_be_visible()
    assert House.objects.get(pk=ground.on_nameless[0].pk).number == "6A/1"
