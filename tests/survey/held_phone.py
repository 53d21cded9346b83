"""A phone of the survey's own modules in somebody's hands, and the line between it and this server."""

from __future__ import annotations

import base64
import io
import json
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.test import Client
from PIL import Image

from mapping.models import Unit
from tests.survey.node_phone import Answer, Killed, NodePhone, Request
from tests.survey.world import position

PLACE = (105.8001, 19.6702)
TYPED = ("house_note", "number", "street")
"""The fields that people type into."""
GOOD = "good"
BEFORE = ("cut before", "login page", "500", "portal's json", "killed before")
"""What happens to a request that the server never sees."""
AFTER = ("cut after", "500 after", "killed after")
"""What happens to the answer of one that it has taken."""
OTHER = ("signed out",)
counts: Counter[str] = Counter()


@cache
def picture(number: int) -> bytes:
    """A picture like no other, of two pieces where its number is even."""
    width, height = (500, 300) if number % 2 == 0 else (40, 30)
    noise = random.Random(number).randbytes(width * height * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), noise).save(out, "PNG")
    return out.getvalue()


@dataclass
class Made:
    """An operation that somebody finished on a phone."""

    id: str
    house: str
    body: dict[str, Any]
    text: bytes
    sets: dict[str, str]
    shown: dict[str, set[str]] = field(default_factory=dict)
    """What the forms of the house had shown the person by then, by field."""


@dataclass
class Held:
    """A phone in somebody's hands, and what it has told."""

    phone: NodePhone
    user: Any
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    made: list[Made] = field(default_factory=list)
    photos: set[tuple[str, str]] = field(default_factory=set)  # hash and house
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrived: set[tuple[str, str]] = field(default_factory=set)  # photos of which the phone has seen a receipt
    shown: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # what forms showed, by house and field
    happenings: list[str] = field(default_factory=list)
    is_welcome: bool = True  # whether the server takes what the person may send

    def sign_in(self) -> None:
        """As the person does where the phone asks for it."""
        self.client.force_login(self.user)

    def take_along(self, round_id: str, village: Unit) -> None:
        """The village comes down over a good line."""
        self.sign_in()
        self.phone.do(
            "begin", self.line, person={"id": self.user.pk, "name": str(self.user)},
            device={"key": self.key, "name": "Android"}, round={"id": round_id}, village={"code": village.code},
        )  # fmt: skip

    def fill_in(
        self, house: str, answers: dict[str, Any], photo: bytes | None = None, *, east: float = 0.0,
        is_put_off: bool = False,
    ) -> bool:  # fmt: skip
        """The person fills a house in that the register does not have; False where the phone was full."""
        lng, lat = PLACE[0] + east, PLACE[1]
        told = self.phone.do(
            "note", house=house, answers={"occupied": "vacant", **answers}, place=[lng, lat],
            position=position(lng=lng, lat=lat),
            photo=None if photo is None else base64.b64encode(photo).decode(), isPutOff=is_put_off,
        )  # fmt: skip
        if told.get("noRoom"):
            return False
        for name, value in told["shown"].items():
            if name in TYPED:
                self.shown.setdefault((house, name), set()).add(value)
        if is_put_off:
            return True
        body = json.loads(told["body"])
        sets = {name: change["to"] for name, change in body["changes"].items() if name in TYPED}
        shown = {name: set(self.shown.get((house, name), ())) for name in TYPED}
        self.made.append(Made(told["id"], house, body, told["body"].encode(), sets, shown))
        self.photos |= {(one["sha256"], house) for one in told["photos"]}
        return True

    def line(self, request: Request) -> Answer | None:
        """What becomes of a request: the next thing that happens, or all goes well."""
        happens = self.happenings.pop(0) if self.happenings else GOOD
        counts["requests"] += 1
        counts[happens] += 1
        if happens == "signed out":
            self.client.logout()
        answer = None if happens in BEFORE else self._served(request)
        if happens.startswith("killed"):
            raise Killed
        if happens.startswith("cut"):
            return None
        if happens == "login page":
            return Answer(200, {"Content-Type": "text/html"}, b"<form>Wi-Fi</form>")
        if happens.startswith("500"):
            return Answer(500, {"Content-Type": "text/html"}, b"<h1>Server Error</h1>")
        if happens == "portal's json":
            return Answer(200, {"Content-Type": "application/json"}, _portal(request))
        return answer

    def _served(self, request: Request) -> Answer:
        headers = {name.lower(): value for name, value in request.headers.items()}
        kind = headers.pop("content-type", "application/octet-stream")
        answer = self.client.generic(
            request.method, request.url, request.body, content_type=kind, headers=headers
        )  # fmt: skip
        is_signed_in = "_auth_user_id" in self.client.session
        # Whose session ended is asked to sign in, or holds a token of that session.
        expected = (200,) if is_signed_in else (401, 403)
        assert not self.is_welcome or answer.status_code in expected, (request, answer.status_code, answer.content)
        told = {name: answer[name] for name in ("Content-Type", "Upload-Offset") if answer.has_header(name)}
        return Answer(answer.status_code, told, b"" if request.method == "HEAD" else answer.getvalue())

    def look(self) -> None:
        """What lies on the phone: each operation waits there or has its receipt, and never a refusal."""
        told = self.phone.do("look")
        waiting = {entry["id"] for entry in told["entries"]}
        self.receipts |= {receipt["operation"]: receipt for receipt in told["receipts"]}
        self.arrived |= {(photo["sha256"], photo["house"]) for photo in told["photos"] if photo["receipt"]}
        refused = [entry for entry in told["entries"] if entry["state"] != "waiting"]
        refused += [photo for photo in told["photos"] if photo["state"] == "refused"]
        assert refused == []
        assert waiting | set(self.receipts) == {one.id for one in self.made}
        assert waiting & set(self.receipts) == set()
        left = {(sha256, house) for sha256, house in told["left"]}
        assert left | self.arrived >= self.photos
        assert left & self.arrived == set()


def _portal(request: Request) -> bytes:
    """A receipt that somebody made up who has seen the request."""
    try:
        identifier = json.loads(request.body)["id"]
    except (ValueError, KeyError):
        identifier = str(uuid.uuid4())
    told = {"operation": identifier, "digest": "0" * 64, "version": 99, "sha256": "0" * 64, "size": 1}
    return json.dumps({"receipt": told, "offset": 10**9}).encode()
