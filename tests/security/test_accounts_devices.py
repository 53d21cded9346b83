"""Where I am signed in, in plain words; signing a device out; passwords; sessions that run out."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from mapping.accounts.browser_names import browser_and_system
from mapping.models import SignedInDevice, User
from tests.security.accounts import NEW_PASSWORD, PASSWORD, give_phone, is_signed_in, sign_in, text_of, type_password

pytestmark = pytest.mark.django_db

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Edg/130.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


@pytest.fixture(autouse=True)
def phones_are_asked_for(settings: Any) -> None:
    settings.REQUIRE_TOTP = True


@pytest.fixture
def office(viewer: User) -> Client:
    """The viewer at the office computer."""
    client = Client(headers={"user-agent": EDGE}, REMOTE_ADDR="192.0.2.1")
    type_password(client, "vy")
    return client


@pytest.fixture
def pocket(viewer: User) -> Client:
    """The viewer's phone."""
    client = Client(headers={"user-agent": IPHONE}, REMOTE_ADDR="198.51.100.2")
    type_password(client, "vy")
    return client


@pytest.mark.parametrize(
    ("user_agent", "names"),
    [
        (EDGE, ("Edge", "Windows")),
        (IPHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 "
            "Chrome/121.0 Mobile Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130.0 Chrome/124.0 "
            "Safari/537.36",
            ("Cốc Cốc", "Windows"),
        ),
        ("curl/8.5", ("", "")),
        ("", ("", "")),
    ],
)
def test_browsers_are_named_as_their_owners_call_them(user_agent: str, names: tuple[str, str]) -> None:
    assert browser_and_system(user_agent) == names


def test_the_list_names_each_device_with_address_and_marks_this_one(office: Client, pocket: Client) -> None:
    page = office.get("/account/").content.decode()
    assert "Edge trên Windows" in page
    assert "Safari trên iPhone" in page
    assert "192.0.2.1" in page
    assert "198.51.100.2" in page
    assert page.count("thiết bị này") == 1


def test_a_lost_phone_is_signed_out_from_the_office(office: Client, pocket: Client, viewer: User) -> None:
    lost = SignedInDevice.objects.get(user=viewer, address="198.51.100.2")
    office.post(f"/account/devices/{lost.pk}/end/")
    assert not is_signed_in(pocket)
    assert is_signed_in(office)


def test_everything_else_is_signed_out_at_once(office: Client, pocket: Client) -> None:
    answer = pocket.post("/account/devices/end-others/", follow=True)
    assert "Đã đăng xuất 1 thiết bị khác." in answer.content.decode()
    assert is_signed_in(pocket)
    assert not is_signed_in(office)


def test_nobody_signs_out_the_devices_of_others(office: Client, officer: User, viewer: User) -> None:
    other = Client()
    sign_in(other, officer, give_phone(officer))
    mine = SignedInDevice.objects.get(user=viewer)
    assert other.post(f"/account/devices/{mine.pk}/end/").status_code == 404
    assert is_signed_in(office)


def test_another_password_ends_every_other_session_and_renews_this_one(office: Client, pocket: Client) -> None:
    before = office.cookies["sessionid"].value
    data = {"password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert office.post("/account/password/", data).status_code == 302
    assert is_signed_in(office)
    assert office.cookies["sessionid"].value != before
    assert not is_signed_in(pocket)
    type_password(pocket, "vy", NEW_PASSWORD)
    assert is_signed_in(pocket)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngắn quá", "10"),
        ("trần vy 2", "10"),
        ("password123", ""),
        ("1234567890", ""),
        ("Trần Vy", "10"),
    ],
)
def test_weak_passwords_are_refused(office: Client, viewer: User, password: str, why: str) -> None:
    data = {"password": PASSWORD, "new_password1": password, "new_password2": password}
    answer = office.post("/account/password/", data)
    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert why in answer.content.decode()
    viewer.refresh_from_db()
    assert viewer.check_password(PASSWORD)


def test_a_password_like_ones_own_name_is_refused(officer: User) -> None:
    client = Client()
    sign_in(client, officer, give_phone(officer))
    data = {"password": PASSWORD, "new_password1": "lê thị lan", "new_password2": "lê thị lan"}
    assert 'class="errorlist"' in client.post("/account/password/", data).content.decode()


def test_no_mixture_of_signs_is_asked_for(office: Client) -> None:
    data = {"password": PASSWORD, "new_password1": "bốn con gà mái", "new_password2": "bốn con gà mái"}
    assert office.post("/account/password/", data).status_code == 302


def test_the_password_of_now_cannot_be_guessed_at_an_open_screen(office: Client) -> None:
    for guess in range(5):
        data = {"password": f"đoán {guess}", "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
        office.post("/account/password/", data)
    data["password"] = PASSWORD
    assert office.post("/account/password/", data).status_code == 200


def test_a_browser_that_rests_half_a_day_or_is_a_week_old_is_signed_out(
    office: Client, pocket: Client, viewer: User
) -> None:
    now = timezone.now()
    SignedInDevice.objects.filter(user=viewer, address="192.0.2.1").update(
        last_seen_at=now - datetime.timedelta(hours=12, seconds=1)
    )
    SignedInDevice.objects.filter(user=viewer, address="198.51.100.2").update(
        created_at=now - datetime.timedelta(days=7, seconds=1)
    )
    assert not is_signed_in(office)
    assert not is_signed_in(pocket)
    type_password(office, "vy")
    assert is_signed_in(office)
    assert SignedInDevice.objects.filter(user=viewer).count() == 1


def test_working_keeps_a_device_signed_in(office: Client, viewer: User) -> None:
    early = timezone.now() - datetime.timedelta(hours=11)
    SignedInDevice.objects.filter(user=viewer).update(last_seen_at=early)
    assert is_signed_in(office)
    assert SignedInDevice.objects.get(user=viewer).last_seen_at > early


def test_a_session_from_before_this_list_was_kept_is_nobodys(viewer: User) -> None:
    client = Client()
    client.force_login(viewer)
    session = client.session
    del session["device"]
    session.save()
    assert not is_signed_in(client)


def test_signing_in_again_in_the_same_browser_renews_the_key(office: Client) -> None:
    before = office.cookies["sessionid"].value
    type_password(office, "vy")
    assert office.cookies["sessionid"].value != before


def test_a_deactivated_account_is_out_at_once(office: Client, viewer: User) -> None:
    viewer.is_active = False
    viewer.save()
    assert not is_signed_in(office)


def test_public_pages_open_no_session_and_set_no_cookie(client: Client, commune: Any) -> None:
    assert client.get("/").cookies.get("sessionid") is None
    assert "Tài khoản" not in text_of(client.get("/"))


def test_sessions_that_ran_out_do_not_pile_up(office: Client) -> None:
    Session.objects.create(
        session_key="het-han", session_data="", expire_date=timezone.now() - datetime.timedelta(days=1)
    )
    type_password(Client(), "vy")
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()
