"""The door of a household's page: what opens it, what does not, and that nobody learns which."""

from __future__ import annotations

import datetime
import logging
import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households import codes
from households.models import Household, ResidentSecret, ResidentSession
from households.residents import secret_keeping, sessions, tries
from mapping import throttle
from mapping.models import Unit
from tests import factories
from tests.security.residents import issue, open_page


@pytest.fixture
def household(commune: Unit) -> Household:
    house = factories.house(commune, number="12", street="ngõ Đình", village=factories.village(commune))
    return factories.household(house, phone="0912345678", size=4)


def body(answer: Any) -> str:
    """A page without what differs from load to load."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", answer.content.decode())


def test_the_secret_has_ninety_bits_and_finds_out_every_slip() -> None:
    secret = codes.new_secret()
    assert len(secret) == 20 and 31**19 > 2**90
    assert codes.parse_secret(codes.format_token(secret).lower()) == secret
    for place in range(20):
        for letter in codes.TOKEN_ALPHABET:
            wrong = secret[:place] + letter + secret[place + 1 :]
            if wrong != secret:
                with pytest.raises(codes.CodeError) as caught:
                    codes.parse_secret(wrong)
                assert secret[:8] not in str(caught.value)
    assert len({codes.new_secret() for _ in range(2000)}) == 2000


def test_the_letters_secret_opens_the_households_page(client: Client, officer: Any, household: Household) -> None:
    secret = issue(officer, household)
    answer = open_page(client, household, codes.format_token(secret).lower())
    assert answer.status_code == 302 and answer.headers["Location"] == "/ho/home/"
    cookie = client.cookies[sessions.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/ho/"
    assert not cookie["max-age"]  # gone with the browser
    page = client.get("/ho/home/")
    assert "Nguyễn Văn An" in page.content.decode() and "0912 345 678" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    kept = ResidentSecret.objects.get()
    assert kept.first_opened_at is not None and kept.issued_by == officer


def test_reading_the_doors_address_opens_and_burns_nothing(client: Client, officer: Any, household: Household) -> None:
    secret = issue(officer, household)
    for address in ("/ho/", f"/ho/?secret={secret}&house_code={household.house.code}"):
        answer = client.get(address)
        assert answer.status_code == 200 and sessions.COOKIE not in answer.cookies
        assert secret not in answer.content.decode()
    assert ResidentSecret.objects.get().first_opened_at is None and ResidentSession.objects.count() == 0
    assert open_page(client, household, secret).status_code == 302


def refused_secrets(officer: Any, household: Household) -> dict[str, tuple[str, str]]:
    """House code and secret of every kind that must not open."""
    code = household.house.code
    other = factories.household(factories.house(household.commune), "Trần Bình")
    expired, revoked = issue(officer, other), issue(officer, household)
    ResidentSecret.objects.filter(household=other).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    secret_keeping.revoke(user=officer, household=household)
    return {
        "wrong": (code, codes.new_secret()),
        "unknown house": (codes.house_code(89_000_000), codes.new_secret()),
        "revoked": (code, revoked),
        "expired": (other.house.code, expired),
        "another house's": (codes.house_code(89_000_001), revoked),
    }


def test_wrong_unknown_revoked_and_expired_get_one_answer(officer: Any, household: Household) -> None:
    told = set()
    for code, secret in refused_secrets(officer, household).values():
        answer = Client().post("/ho/", {"house_code": code, "secret": secret})
        told.add((answer.status_code, body(answer).replace(code, "")))
        assert secret not in answer.content.decode() and sessions.COOKIE not in answer.cookies
    assert len(told) == 1 and {status for status, _ in told} == {400}


def test_wrong_unknown_revoked_and_expired_cost_the_same_work(
    officer: Any, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements, and the same time of the processor: that of the clock depends on what else runs here."""
    monkeypatch.setattr(tries, "WRONG", 10_000)
    monkeypatch.setattr(tries, "HOUSE_WRONG", 10_000)
    seconds: dict[str, list[float]] = {}
    statements = set()
    client, kinds = Client(), refused_secrets(officer, household)
    for _round in range(25):
        for kind, (code, secret) in kinds.items():
            with CaptureQueriesContext(connection) as captured:
                before = time.thread_time()
                client.post("/ho/", {"house_code": code, "secret": secret})
                seconds.setdefault(kind, []).append(time.thread_time() - before)
            statements.add(tuple(re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured.captured_queries))
    assert len(statements) == 1 and "households_open_secret" in str(statements)
    best = {kind: min(times) for kind, times in seconds.items()}
    assert max(best.values()) < 1.3 * min(best.values()), best


def test_a_slip_of_the_finger_counts_for_nothing(client: Client, officer: Any, household: Household) -> None:
    secret = issue(officer, household)
    slip = ("0" if secret[0] != "0" else "1") + secret[1:]
    for _ in range(30):
        answer = open_page(client, household, slip)
        assert answer.status_code == 400 and "gõ sai" in answer.content.decode()
    assert open_page(client, household, secret).status_code == 302


def test_an_address_that_guesses_waits_and_others_do_not(officer: Any, household: Household) -> None:
    secret = issue(officer, household)
    told = [
        open_page(Client(), household, codes.new_secret(), REMOTE_ADDR="198.51.100.7").status_code
        for _ in range(tries.WRONG + 3)
    ]
    assert told == [400] * tries.WRONG + [429] * 3
    assert open_page(Client(), household, secret, REMOTE_ADDR="198.51.100.7").status_code == 429
    assert open_page(Client(), household, secret, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_a_house_that_many_addresses_guess_at_is_not_locked(
    officer: Any, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right secret from an address that has never tried is heard after its turn, whatever others send meanwhile."""
    secret = issue(officer, household)
    for number in range(tries.HOUSE_WRONG):
        open_page(Client(), household, codes.new_secret(), REMOTE_ADDR=f"198.51.100.{number}")
    first = open_page(Client(), household, secret, REMOTE_ADDR="203.0.113.9")
    assert first.status_code == 429 and 0 < int(first.headers["Retry-After"]) <= tries.TURN
    for number in range(40):
        open_page(Client(), household, codes.new_secret(), REMOTE_ADDR=f"192.0.2.{number}")
    pass_seconds(tries.TURN + 1)
    assert open_page(Client(), household, secret, REMOTE_ADDR="203.0.113.9").status_code == 302


def pass_seconds(seconds: int) -> None:
    """Let what is counted grow older, as waiting would."""
    with throttle._connections().connection() as line:
        line.execute("UPDATE mapping_throttle SET until = until - make_interval(secs => %s)", [seconds])


def test_what_is_counted_does_not_tell_which_codes_exist(household: Household) -> None:
    for code in (household.house.code, codes.house_code(89_000_000)):
        told = [
            Client()
            .post("/ho/", {"house_code": code, "secret": codes.new_secret()}, REMOTE_ADDR=f"198.51.{len(code)}.{n}")
            .status_code
            for n in range(tries.HOUSE_WRONG + 2)
        ]
        assert told == [400] * tries.HOUSE_WRONG + [429] * 2


def test_a_new_letter_ends_the_one_before(officer: Any, household: Household) -> None:
    first = issue(officer, household)
    browser = Client()
    open_page(browser, household, first)
    second = issue(officer, household)
    assert browser.get("/ho/home/").status_code == 302  # the page that the old one opened is closed
    assert open_page(Client(), household, first).status_code == 400
    assert open_page(Client(), household, second).status_code == 302
    assert ResidentSecret.objects.filter(household=household).count() == 2  # what was is kept


def test_the_page_closes_when_its_secret_is_revoked(client: Client, officer: Any, household: Household) -> None:
    open_page(client, household, issue(officer, household))
    browser = Client()
    browser.force_login(officer)
    asked = browser.post(f"/households/{household.pk}/resident/revoke/").content.decode()
    browser.post(
        f"/households/{household.pk}/resident/revoke/",
        {"ends": asked.partition('name="ends" value="')[2].partition('"')[0]},
    )
    answer = client.get("/ho/home/")
    assert answer.status_code == 302 and answer.headers["Location"] == "/ho/"
    kept = ResidentSecret.objects.get()
    assert kept.revoked_by == officer and kept.revoked_at is not None


def test_the_page_closes_after_half_an_hour_and_after_a_working_day(
    client: Client, officer: Any, household: Household
) -> None:
    secret = issue(officer, household)
    for field, minutes, status in (("seen_at", 29, 200), ("seen_at", 31, 302), ("opened_at", 8 * 60 + 1, 302)):
        open_page(client, household, secret)
        latest = ResidentSession.objects.latest("opened_at")
        then = timezone.now() - datetime.timedelta(minutes=minutes)
        ResidentSession.objects.filter(pk=latest.pk).update(**{field: then})
        assert client.get("/ho/home/").status_code == status, (field, minutes)


def test_signing_out_ends_the_session_itself(client: Client, officer: Any, household: Household) -> None:
    open_page(client, household, issue(officer, household))
    stolen = client.cookies[sessions.COOKIE].value
    assert client.post("/ho/sign-out/").status_code == 302
    thief = Client()
    thief.cookies[sessions.COOKIE] = stolen
    assert thief.get("/ho/home/").status_code == 302


def test_the_secret_stands_in_no_log_no_table_and_no_page(
    officer: Any, household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = issue(officer, household)
    client = Client()
    pages = [open_page(client, household, secret), client.get("/ho/home/"), client.get("/ho/data.json")]
    pages.append(open_page(Client(enforce_csrf_checks=True), household, secret))
    officers = Client()
    officers.force_login(officer)
    pages.append(officers.get(f"/households/{household.pk}/resident/"))
    for page in pages:
        told = (b"".join(page.streaming_content) if page.streaming else page.content).decode() + str(page.headers)
        assert secret not in told
    assert secret not in caplog.text and codes.format_token(secret) not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{secret}%"])
                assert cursor.fetchone()[0] == 0, table


def test_another_key_opens_nothing(officer: Any, household: Household, settings: Any) -> None:
    secret = issue(officer, household)
    settings.SECRET_KEY = "another key, as long as a key has to be, and quite random 7423"
    assert open_page(Client(), household, secret).status_code == 400


def test_a_secret_typed_into_the_front_page_leads_to_the_door_without_it(
    client: Client, officer: Any, household: Household
) -> None:
    answer = client.get("/", {"code": codes.format_token(issue(officer, household)).lower()})
    assert answer.status_code == 302 and answer.headers["Location"] == "/ho/"
    assert client.get("/", {"code": codes.new_token()}).status_code == 200
