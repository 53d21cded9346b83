"""What the server refused is said on the page of this phone: each sentence once, beside its house."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SurveyRound
from tests.browser.survey.conftest import World
from tests.browser.survey.test_sending import finish_house, open_phone

SAID = "Bộ câu hỏi trên máy là bản 1, đợt này dùng bản 2; hãy tải lại thôn rồi gửi."


def test_what_was_refused_is_said_once(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World
) -> None:
    take_along()
    with transaction.atomic():
        SurveyRound.objects.update(rules_version=2)
    finish_house(phone, live_server, world, 0)
    open_phone(phone, live_server)
    said = phone.get_by_role("listitem").filter(has_text=SAID)
    expect(said).to_have_count(1)
    text = said.text_content() or ""
    assert text.count(SAID) == 1 and text.endswith(f": {SAID}")
