"""What the tests of accounts do as a person would: type names and codes, read the page, follow where it leads."""

from __future__ import annotations

import re
import time
from typing import Any, Final

from django.http import HttpResponse
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from mapping.accounts import recovery
from mapping.models import User

PASSWORD: Final = "mật khẩu thử"
NEW_PASSWORD: Final = "trâu vàng đi xe đạp"


def give_phone(user: User) -> TOTPDevice:
    """A phone that was set up before, and ten recovery codes."""
    recovery.make(user)
    return TOTPDevice.objects.create(user=user, confirmed=True, name="SoNha")


def shown_on(phone: TOTPDevice, *, steps: int = 0) -> str:
    """What the phone shows now, or so many half minutes from now."""
    phone.refresh_from_db()
    totp = TOTP(phone.bin_key, phone.step, phone.t0, phone.digits, phone.drift)
    totp.time = time.time() + steps * phone.step
    return f"{totp.token():06d}"


def wrong_code(phone: TOTPDevice) -> str:
    """Six digits that the phone shows neither now nor a step before or after."""
    near = {shown_on(phone, steps=steps) for steps in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def type_password(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
    """The first step."""
    data = {"username": username, "password": password, **extra.pop("data", {})}
    return client.post("/sign-in/", data, **extra)


def sign_in(client: Client, user: User, phone: TOTPDevice, *, steps: int = 0) -> HttpResponse:
    """Both steps."""
    type_password(client, user.username)
    return client.post("/sign-in/code/", {"code": shown_on(phone, steps=steps)})


def is_signed_in(client: Client) -> bool:
    """Whether a page for people with an account opens."""
    return client.get("/account/").status_code == 200


def text_of(answer: HttpResponse) -> str:
    """The page without what differs from request to request: form tokens, nonces and what was typed."""
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r'nonce="[^"]*"', "", text)
    return re.sub(r'(name="username"[^>]*) value="[^"]*"|value="[^"]*"([^>]*name="username")', r"\1\2", text)


def codes_in(answer: HttpResponse) -> list[str]:
    """The recovery codes on the page."""
    return re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.content.decode())


def link_in(answer: HttpResponse) -> str:
    """The path of the link on the slip."""
    found = re.search(r'id="link">https?://[^/]+(/join/[\w-]+/)<', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]
