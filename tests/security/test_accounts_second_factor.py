"""The second step: forced on officers, refused twice, slowed down, and what to do without the phone."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from mapping.access import Role
from mapping.accounts import second_factor
from mapping.models import Grant, RecoveryCode, Unit, User
from tests import factories
from tests.mapping.test_settings import check
from tests.security.accounts import (
    NEW_PASSWORD,
    PASSWORD,
    codes_in,
    give_phone,
    is_signed_in,
    shown_on,
    sign_in,
    type_password,
    wrong_code,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phones_are_asked_for(settings: Any) -> None:
    settings.REQUIRE_TOTP = True


def wait_no_more(user: User) -> None:
    """As if the wait after a wrong guess were over."""
    TOTPDevice.objects.filter(user=user).update(throttling_failure_timestamp=None, throttling_failure_count=0)


def guessed_before(user: User) -> None:
    """So often that the wait after the next wrong guess is no second, but half a minute."""
    TOTPDevice.objects.filter(user=user).update(throttling_failure_count=5)


@pytest.mark.parametrize("role", [Role.PROVINCE_OFFICER, Role.COMMUNE_OFFICER, Role.VILLAGE_HEAD])
def test_whoever_edits_sets_up_a_phone_before_anything_opens(commune: Unit, role: str) -> None:
    person = factories.user("moi")
    Grant.objects.create(user=person, unit=commune, role=role)
    client = Client()
    assert type_password(client, "moi", data={"next": "/houses/"})["Location"] == "/account/second-factor/"
    for closed in ("/houses/", "/account/", "/account/recovery-codes/", "/map/", "/people/", "/sign-in/code/"):
        assert client.get(closed).status_code == 302, closed
    page = client.get("/account/second-factor/").content.decode()
    phone = TOTPDevice.objects.get(user=person)
    assert '<svg class="qr"' in page
    assert second_factor.secret_in_letters(phone) in page
    answer = client.post("/account/second-factor/", {"code": shown_on(phone)})
    assert len(codes_in(answer)) == 10
    assert 'href="/houses/"' in answer.content.decode()
    assert is_signed_in(client)


def test_administrators_need_a_phone_and_the_administration_stays_closed_without(commune: Unit) -> None:
    boss = User.objects.create_superuser("quantri", password=PASSWORD)
    client = Client()
    type_password(client, "quantri")
    assert client.get("/admin/mapping/user/").status_code == 302
    phone = give_phone(boss)
    sign_in(client, boss, phone)
    assert client.get("/admin/mapping/user/").status_code == 200


@pytest.mark.parametrize("role", [Role.SURVEYOR, Role.AGRONOMIST, Role.VIEWER])
def test_others_need_none_and_may_have_one(commune: Unit, role: str) -> None:
    person = factories.user("moi")
    Grant.objects.create(user=person, unit=commune, role=role)
    client = Client()
    type_password(client, "moi")
    assert is_signed_in(client)
    client.get("/account/second-factor/")
    phone = TOTPDevice.objects.get(user=person)
    without_password = client.post("/account/second-factor/", {"code": shown_on(phone)})
    assert codes_in(without_password) == []
    assert codes_in(client.post("/account/second-factor/", {"code": shown_on(phone), "password": PASSWORD}))
    again = Client()
    assert type_password(again, "moi")["Location"] == "/sign-in/code/"


def test_whoever_becomes_an_officer_while_signed_in_must_set_up_a_phone(viewer: User, commune: Unit) -> None:
    client = Client()
    type_password(client, "vy")
    assert is_signed_in(client)
    Grant.objects.create(user=viewer, unit=commune, role=Role.COMMUNE_OFFICER)
    assert client.get("/houses/")["Location"].startswith("/sign-in/")


def test_the_secret_in_the_qr_is_the_one_in_letters(officer: User, tmp_path: Any) -> None:
    """Read by zxing, as an authenticator's camera would."""
    import re

    import numpy as np
    import zxingcpp

    client = Client()
    type_password(client, "lan")
    page = client.get("/account/second-factor/").content.decode()
    side = int(re.search(r'viewBox="0 0 (\d+)', page)[1])
    picture = np.full((side, side), 255, dtype=np.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", page):
        picture[int(y), int(x) : int(x) + int(width)] = 0
    read = zxingcpp.read_barcodes(np.kron(picture, np.ones((4, 4), dtype=np.uint8)))[0].text
    phone = TOTPDevice.objects.get(user=officer)
    secret = second_factor.secret_in_letters(phone).replace(" ", "")
    assert read == f"otpauth://totp/SoNha:lan?secret={secret}&issuer=SoNha"


def test_password_then_code_lets_in_and_the_session_key_changes_at_both(officer: User) -> None:
    phone = give_phone(officer)
    client = Client()
    client.get("/sign-in/")
    assert type_password(client, "lan", data={"next": "/plates/"})["Location"] == "/sign-in/code/"
    between = client.cookies["sessionid"].value
    answer = client.post("/sign-in/code/", {"code": shown_on(phone)})
    assert answer["Location"] == "/plates/"
    assert client.cookies["sessionid"].value != between
    thief = Client()
    thief.cookies["sessionid"] = between
    assert thief.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_a_code_that_was_used_is_refused(officer: User) -> None:
    phone = give_phone(officer)
    code = shown_on(phone)
    first = Client()
    type_password(first, "lan")
    first.post("/sign-in/code/", {"code": code})
    assert is_signed_in(first)
    second = Client()
    type_password(second, "lan")
    answer = second.post("/sign-in/code/", {"code": code})
    assert "đã dùng rồi" in answer.content.decode()
    assert not is_signed_in(second)


def test_the_code_that_set_the_phone_up_does_not_sign_in_as_well(officer: User) -> None:
    client = Client()
    type_password(client, "lan")
    client.get("/account/second-factor/")
    phone = TOTPDevice.objects.get(user=officer)
    code = shown_on(phone)
    client.post("/account/second-factor/", {"code": code})
    other = Client()
    type_password(other, "lan")
    other.post("/sign-in/code/", {"code": code})
    assert not is_signed_in(other)


def test_a_wrong_guess_makes_even_the_right_code_wait(officer: User) -> None:
    phone = give_phone(officer)
    guessed_before(officer)
    client = Client()
    type_password(client, "lan")
    client.post("/sign-in/code/", {"code": wrong_code(phone)})
    answer = client.post("/sign-in/code/", {"code": shown_on(phone)})
    told = re.search(r"thử lại sau (\d+) giây", answer.content.decode())
    assert told and 1 <= int(told[1]) <= 32
    assert not is_signed_in(client)
    wait_no_more(officer)
    client.post("/sign-in/code/", {"code": shown_on(phone)})
    assert is_signed_in(client)


def test_the_wait_doubles_with_each_wrong_guess_and_ends_at_a_quarter_of_an_hour(officer: User) -> None:
    phone = give_phone(officer)
    waits = []
    for _ in range(13):
        TOTPDevice.objects.filter(pk=phone.pk).update(throttling_failure_timestamp=None)
        assert second_factor.verify(officer, wrong_code(phone)).wait_s == 0
        waits.append(second_factor.verify(officer, wrong_code(phone)).wait_s)
    assert waits == [min(2**guess, 1024) for guess in range(13)]


@pytest.mark.django_db(transaction=True)
def test_wrong_guesses_count_across_requests_and_recovery_codes_share_the_wait(officer: User) -> None:
    phone = give_phone(officer)
    guessed_before(officer)
    client = Client()
    type_password(client, "lan")
    client.post("/sign-in/code/", {"code": wrong_code(phone)})
    answer = client.post("/sign-in/code/?recovery=1", {"code": "abcd-efgh-jkmn"})
    assert "giây" in answer.content.decode()
    phone.refresh_from_db()
    assert phone.throttling_failure_count == 6


def test_a_recovery_code_lets_in_once_in_any_writing(officer: User) -> None:
    give_phone(officer)
    from mapping.accounts import recovery

    code = recovery.make(officer)[3]
    client = Client()
    type_password(client, "lan")
    assert client.post("/sign-in/code/", {"code": f" {code.upper().replace('-', ' ')} "}).status_code == 302
    assert is_signed_in(client)
    assert "còn 9 mã" in client.get("/account/recovery-codes/").content.decode().replace("Bạn ", "")
    again = Client()
    type_password(again, "lan")
    answer = again.post("/sign-in/code/?recovery=1", {"code": code})
    assert "đã dùng rồi" in answer.content.decode()
    assert not is_signed_in(again)


def test_recovery_codes_are_kept_as_hashes_and_shown_once(officer: User) -> None:
    phone = give_phone(officer)
    client = Client()
    sign_in(client, officer, phone)
    old = RecoveryCode.objects.filter(user=officer).count()
    shown = client.post("/account/recovery-codes/", {"password": PASSWORD})
    codes = codes_in(shown)
    assert len(codes) == old == RecoveryCode.objects.filter(user=officer).count() == 10
    assert "no-store" in shown["Cache-Control"]
    for row in RecoveryCode.objects.filter(user=officer):
        assert not any(code.replace("-", "").encode() in bytes(row.digest) for code in codes)
    assert codes_in(client.get("/account/recovery-codes/")) == []
    file = client.post("/account/recovery-codes/file/", {"code": codes})
    assert file["Content-Disposition"] == 'attachment; filename="sonha-ma-khoi-phuc.txt"'
    assert all(code in file.content.decode() for code in codes)
    assert client.post("/account/recovery-codes/file/", {"code": ["<b>không phải mã</b>"]}).status_code == 404


def test_new_codes_and_another_phone_ask_for_the_password_once_more(officer: User) -> None:
    phone = give_phone(officer)
    client = Client()
    sign_in(client, officer, phone)
    assert codes_in(client.post("/account/recovery-codes/", {"password": "không biết"})) == []
    client.get("/account/second-factor/")
    new = TOTPDevice.objects.get(user=officer, confirmed=False)
    refused = client.post("/account/second-factor/", {"code": shown_on(new), "password": "không biết"})
    assert codes_in(refused) == []
    assert codes_in(client.post("/account/second-factor/", {"code": shown_on(new), "password": PASSWORD}))
    assert list(TOTPDevice.objects.filter(user=officer)) == [new]
    assert is_signed_in(client)


def test_between_the_steps_a_changed_password_or_ten_minutes_end_it(officer: User) -> None:
    phone = give_phone(officer)
    client = Client()
    type_password(client, "lan")
    officer.set_password(NEW_PASSWORD)
    officer.save()
    assert client.post("/sign-in/code/", {"code": shown_on(phone)})["Location"] == "/sign-in/"
    type_password(client, "lan", NEW_PASSWORD)
    session = client.session
    session["second_step"] = {**session["second_step"], "until": int(timezone.now().timestamp()) - 1}
    session.save()
    assert client.post("/sign-in/code/", {"code": shown_on(phone)})["Location"] == "/sign-in/"


def test_nobody_between_the_steps_sees_people_on_a_scanned_plate(officer: User, commune: Unit) -> None:
    give_phone(officer)
    house = factories.house(commune)
    factories.household(house)
    token = factories.plate(house).token
    client = Client()
    type_password(client, "lan")
    page = client.get(f"/{token}").content.decode()
    assert "Nguyễn Văn An" not in page
    assert "Cán bộ đăng nhập" in page


def test_the_page_says_what_to_do_without_the_phone(officer: User) -> None:
    give_phone(officer)
    client = Client()
    type_password(client, "lan")
    page = client.get("/sign-in/code/").content.decode()
    assert "mã khôi phục trên giấy" in page
    assert "cán bộ cấp trên của bạn, hoặc người quản trị" in page


def test_a_real_server_without_the_second_factor_is_warned() -> None:
    done: subprocess.CompletedProcess[str] = check(SONHA_REQUIRE_TOTP="False")
    assert done.returncode != 0
    assert "mapping.W002" in done.stderr
