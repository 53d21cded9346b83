"""The first step: one answer for every refusal, tries that count, no way out to another server, new session keys."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_login_failed
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from mapping.accounts import throttling
from mapping.models import SignedInDevice, Unit, User
from tests import factories
from tests.security.accounts import PASSWORD, give_phone, is_signed_in, text_of, type_password

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phones_are_asked_for(settings: Any) -> None:
    settings.REQUIRE_TOTP = True


@pytest.fixture
def deactivated(commune: Unit) -> User:
    person = factories.user("cu", viewer_of=commune)
    person.is_active = False
    person.save()
    return person


def lock(username: str) -> None:
    """Guess until nobody looks at the password any more."""
    for guess in range(5):
        type_password(Client(), username, f"sai rồi {guess}")


def test_a_viewer_gets_in_with_a_password_alone(viewer: User) -> None:
    client = Client()
    answer = type_password(client, "vy")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_every_refusal_reads_the_same(viewer: User, deactivated: User) -> None:
    answers = {
        "wrong password": type_password(Client(), "vy", "không phải mật khẩu"),
        "unknown": type_password(Client(), "khong.ai", PASSWORD),
        "deactivated": type_password(Client(), "cu", PASSWORD),
    }
    lock("vy")
    lock("khong.ai")
    answers["locked, right password"] = type_password(Client(), "vy", PASSWORD)
    answers["locked, unknown"] = type_password(Client(), "khong.ai", PASSWORD)
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len({text_of(answer) for answer in answers.values()}) == 1
    assert "sau 5 lần sai hãy chờ 10 phút" in answers["unknown"].content.decode()
    headers = {tuple(sorted(name for name in answer.headers)) for answer in answers.values()}
    assert len(headers) == 1


def test_every_refusal_takes_about_as_long(viewer: User, deactivated: User, settings: Any) -> None:
    """With a hash as slow as the real one, so that a refusal without a look at the password would stand out.

    Looks are compared by the processor's time: that of the clock depends on what else runs here. What is not looked at
    waits by the clock, as long as looks took by it.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    for person in (viewer, deactivated):
        person.set_password(PASSWORD)
        person.save()
    lock("bi.khoa")

    waited: list[float] = []

    def seconds(username: str, password: str = "không phải mật khẩu", address: str = "192.0.2.9") -> float:
        begun, worked = time.perf_counter(), time.thread_time()
        type_password(Client(REMOTE_ADDR=address), username, password)
        waited.append(time.perf_counter() - begun)
        return time.thread_time() - worked

    taken = {name: min(seconds(name) for _ in range(3)) for name in ("vy", "khong.ai", "cu")}
    taken["about to be locked"] = min(seconds("vy", f"sai rồi {guess}", "192.0.2.10") for guess in range(5))
    assert max(taken.values()) < 2 * min(taken.values()), taken
    remembered, longest = throttling._seconds_of_a_look, max(waited)
    assert min(taken.values()) / 2 < remembered < longest + 0.01
    assert seconds("vy", PASSWORD, "192.0.2.10") < min(taken.values()) / 2 and waited[-1] >= remembered


def test_five_wrong_guesses_lock_the_name_from_that_address_only(viewer: User) -> None:
    lock("vy")
    client = Client()
    type_password(client, "vy")
    assert not is_signed_in(client)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    type_password(elsewhere, "vy")
    assert is_signed_in(elsewhere)


def test_a_network_of_ipv6_is_one_guesser_whatever_addresses_it_draws(viewer: User) -> None:
    for guess in range(5):
        type_password(Client(REMOTE_ADDR=f"2001:db8:1:2::{guess}"), "vy", f"sai rồi {guess}")
    same = Client(REMOTE_ADDR="2001:db8:1:2:aaaa::1")
    type_password(same, "vy")
    assert not is_signed_in(same)
    other = Client(REMOTE_ADDR="2001:db8:1:3::1")
    type_password(other, "vy")
    assert is_signed_in(other)
    assert SignedInDevice.objects.get().address == "2001:db8:1:3::1"


def test_guesses_at_one_name_from_everywhere_are_slowed_down_and_its_owner_gets_in_soon(
    viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "_seconds_of_a_look", 0.0)
    for guess in range(50):
        type_password(Client(REMOTE_ADDR=f"198.51.100.{guess}"), "vy", f"sai rồi {guess}")
    guesser, owner = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    for client in (guesser, owner):
        type_password(client, "vy")
        assert not is_signed_in(client)
    monkeypatch.setattr(throttling, "TURN", 0)  # half a minute has passed
    type_password(owner, "vy")
    assert is_signed_in(owner)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_get_no_further_than_guesses_in_a_row(viewer: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    viewer.set_password(PASSWORD)
    viewer.save()

    def guess(number: int) -> None:
        type_password(Client(), "vy", f"sai rồi {number}")
        connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(guess, range(40)))
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_a_refused_try_costs_no_hash(viewer: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lock("vy")
    monkeypatch.setattr(throttling, "_seconds_of_a_look", 0.0)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    begun = time.process_time()
    for _ in range(20):
        assert type_password(Client(), "vy").status_code == 200
    one_hash = time.process_time()
    make_password(PASSWORD)
    assert one_hash - begun < 20 * (time.process_time() - one_hash)


def test_right_passwords_count_nothing(viewer: User) -> None:
    for _ in range(7):
        client = Client()
        type_password(client, "vy")
        assert is_signed_in(client)


def test_capitals_and_spaces_are_the_same_name_to_the_counter(viewer: User) -> None:
    for name in ("VY", "Vy", " vy", "vY", "vy"):
        type_password(Client(), name, "sai rồi")
    client = Client()
    type_password(client, "vy")
    assert not is_signed_in(client)


def test_an_address_that_guesses_at_many_names_is_locked_for_all_and_no_right_password_forgives_it(
    viewer: User, commune: Unit
) -> None:
    factories.user("ban", viewer_of=commune)
    for number in range(29):
        type_password(Client(), f"ten.{number}", "sai rồi")
    client = Client()
    type_password(client, "vy")  # the guesser has an account of their own
    assert is_signed_in(client)
    type_password(Client(), "ten.cuoi", "sai rồi")
    other = Client()
    type_password(other, "ban")
    assert not is_signed_in(other)


def test_the_lock_opens_after_ten_minutes_and_tries_during_it_do_not_prolong_it(viewer: User, settings: Any) -> None:
    lock("vy")
    for _ in range(3):
        type_password(Client(), "vy", PASSWORD)
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=attempt.attempt_time - ten_minutes())
    settings.THROTTLE_SALT += " ten minutes later"  # what is counted at the same moment is forgotten after one
    client = Client()
    type_password(client, "vy")
    assert is_signed_in(client)


def ten_minutes() -> Any:
    from django.conf import settings

    return settings.AXES_COOLOFF_TIME


def test_the_counter_keeps_no_name_and_no_password(viewer: User) -> None:
    type_password(Client(), "vy", "bí mật của tôi")
    type_password(Client(), "bí mật của tôi", "vy")
    for attempt in AccessAttempt.objects.all():
        kept = f"{attempt.username} {attempt.post_data} {attempt.get_data}"
        assert "bí mật" not in kept
        assert "vy" not in attempt.username.split()


@pytest.mark.django_db(transaction=True)
def test_a_failed_try_counts_although_the_page_breaks_afterwards(viewer: User) -> None:
    def break_the_page(**kwargs: Any) -> None:
        raise RuntimeError("something after the count went wrong")

    client = Client(raise_request_exception=False)
    user_login_failed.connect(break_the_page)
    try:
        for guess in range(5):
            assert type_password(client, "vy", f"sai rồi {guess}").status_code == 500
    finally:
        user_login_failed.disconnect(break_the_page)
    assert AccessAttempt.objects.get().failures_since_start == 5
    type_password(client, "vy")
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/houses/?q=an", "/houses/?q=an"),
        ("https://lua-dao.example/", "/"),
        ("//lua-dao.example/", "/"),
        ("/\\lua-dao.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_leads_to_pages_of_this_server_only(viewer: User, wanted: str, goes: str) -> None:
    page = Client().get("/sign-in/", {"next": wanted}).content.decode()
    assert f'name="next" value="{goes.strip("/") and goes}"' in page
    answer = type_password(Client(), "vy", data={"next": wanted})
    assert answer["Location"] == goes


def test_a_session_key_planted_before_is_worth_nothing_after(viewer: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    type_password(client, "vy")
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(pk=planted).exists()
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_signed_in(thief)


def test_signing_out_ends_the_session_on_the_server_too(viewer: User) -> None:
    client = Client()
    type_password(client, "vy")
    key = client.cookies["sessionid"].value
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_signed_in(thief)
    assert not SignedInDevice.objects.filter(user=viewer).exists()


def test_a_password_is_the_same_from_every_vietnamese_keyboard(viewer: User) -> None:
    client = Client()
    type_password(client, "vy", unicodedata.normalize("NFD", PASSWORD))
    assert is_signed_in(client)


def test_the_administration_has_no_door_of_its_own(viewer: User) -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/sign-in/?next=%2Fadmin%2F"
    assert Client().post("/admin/login/", {"username": "vy", "password": PASSWORD}).status_code == 302


def test_someone_signed_in_is_told_why_the_administration_does_not_open(viewer: User) -> None:
    client = Client()
    type_password(client, "vy")
    assert "dành cho tài khoản khác" in client.get("/admin/", follow=True).content.decode()


def test_whoever_stopped_before_the_phone_is_told_where_to_go_on(officer: User) -> None:
    client = Client()
    type_password(client, "lan")
    page = client.get("/houses/", follow=True).content.decode()
    assert "Bạn chưa thiết lập xong mã trên điện thoại" in page
    assert 'href="/account/second-factor/"' in page
    header = page.split("<header")[1].split("</header>")[0]
    assert "Thoát" in header and "Cán bộ đăng nhập" not in header
    client.post("/sign-out/")
    page = client.get("/sign-in/").content.decode()
    assert "chưa thiết lập xong" not in page and "Cán bộ đăng nhập" in page.split("</header>")[0]


def test_whoever_stopped_before_the_code_is_told_so(officer: User) -> None:
    give_phone(officer)
    client = Client()
    type_password(client, "lan")
    page = client.get("/sign-in/").content.decode()
    assert "Bạn chưa gõ mã trên điện thoại" in page and 'href="/sign-in/code/"' in page
