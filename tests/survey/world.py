"""A round of the survey with people who walk it, and phones that send."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import uuid_utils.compat as uuid_utils
from django.test import Client
from django.utils import timezone

from households.models import SurveyAssignment, SurveyRound
from mapping.access import Role
from mapping.models import Unit, User
from tests import factories

WEST = (105.8, 19.67)
"""In the village Đông Hoà of `factories.commune`."""


def round_in(commune: Unit, **fields: Any) -> SurveyRound:
    """A round of today."""
    today = timezone.localdate()
    fields = {"name": "Đợt 1", "starts_on": today, "ends_on": today + datetime.timedelta(days=30)} | fields
    return SurveyRound.objects.create(commune=commune, rules_version=1, **fields)


def surveyor(round_: SurveyRound, username: str, *, village: int = 1, role: Role = Role.SURVEYOR) -> User:
    """Somebody who walks a village of the round."""
    place = factories.village(round_.commune, village)
    person = factories.user(username, role=role, at=place)
    SurveyAssignment.objects.create(round=round_, surveyor=person, village=place)
    return person


@dataclass
class Phone:
    """A phone in somebody's hands, signed in, without memory of its own."""

    user: User
    round: SurveyRound
    village: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.user)

    def operation(self, house: Any, changes: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """What it would send: `changes` as field → value, or field → {"from", "to"}."""
        now = timezone.now()
        changed = {
            name: value if isinstance(value, dict) and "to" in value else {"from": None, "to": value}
            for name, value in (changes or {}).items()
        }
        return {
            "id": str(uuid_utils.uuid7()),
            "user": self.user.pk,
            "device": self.key,
            "round": str(self.round.pk),
            "village": self.village,
            "house": str(getattr(house, "pk", house)),
            "is_new": False,
            "base": 0,
            "rules": self.round.rules_version,
            "made_at": now.isoformat(),
            "started_at": (now - datetime.timedelta(minutes=6)).isoformat(),
            "ended_at": now.isoformat(),
            "position": None,
            "changes": changed,
            "photos": [],
        } | fields

    def post(self, body: bytes | dict[str, Any], **headers: str) -> Any:
        """Send a body as it is."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            "/api/survey/operations",
            data,
            content_type="application/json",
            headers={"accept": "application/json", **headers},
        )

    def send(self, house: Any, changes: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """Send, and return the receipt."""
        body = json.dumps(self.operation(house, changes, **fields)).encode()
        answer = self.post(body)
        assert answer.status_code == 200, answer.content.decode()
        receipt: dict[str, Any] = answer.json()["receipt"]
        assert receipt["digest"] == hashlib.sha256(body).hexdigest()
        return receipt

    def refused(self, house: Any, changes: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """Send what is refused, and return the answer with its status."""
        answer = self.post(self.operation(house, changes, **fields))
        assert answer.status_code >= 400, answer.content
        told: dict[str, Any] = answer.json()
        return told | {"status": answer.status_code}


def phone(round_: SurveyRound, user: User, *, village: int = 1) -> Phone:
    """A new phone of somebody."""
    return Phone(user, round_, factories.village(round_.commune, village).code)


def position(lng: float = WEST[0] + 0.000123, lat: float = WEST[1] + 0.000234, **fields: Any) -> dict[str, Any]:
    """As a phone measures it."""
    return {
        "source": "averaged", "lng": lng, "lat": lat, "accuracy_m": 4.0, "fixes": 12, "used": 10, "spread_m": 1.5,
        "doubtful": False, "reason": "", "measured": None,
    } | fields  # fmt: skip


WHOLE = {"occupied": "yes", "head_name": "Lê Văn Ba", "phone": "0912 345 678"}
