"""`kill -9` of web server, PostgreSQL and worker while a phone sends: all arrives in the end, and once.

The phone is the survey's own code (`tests/survey/phone.mjs`) and speaks to the server over a real line.
"""

from __future__ import annotations

import base64
import io
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.security.kill_stand import Stand
from tests.survey.node_phone import NodePhone
from tests.survey.world import position

HOUSES = 3
POINTS = {
    "visit written": ("households_surveyvisit", "INSERT", ""),
    "operation kept": ("households_surveyoperation", "INSERT", ""),
    "photo's file stored": ("mapping_storedfile", "INSERT", ""),
    "photo received": ("households_surveyphoto", "UPDATE", "NEW.received_at IS NOT NULL"),
}
VICTIMS = ("web server", "backend", "postmaster", "worker")
ORDINARY = {
    ("operation kept", "web server"),
    ("visit written", "backend"),
    ("photo received", "postmaster"),
    ("operation kept", "worker"),
}
ARRIVED = """
SELECT json_build_object(
    'operations', (SELECT json_object_agg(id, digest) FROM households_surveyoperation),
    'visits', (SELECT count(*) FROM households_surveyvisit),
    'photos', (SELECT json_agg(sha256) FROM households_surveyphoto WHERE file_id IS NOT NULL),
    'files', (SELECT count(*) FROM mapping_storedfile file WHERE EXISTS
              (SELECT FROM households_surveyphoto photo WHERE photo.file_id = file.id)))
"""


@pytest.fixture
def phone(stand: Stand) -> Iterator[NodePhone]:
    """A phone that has taken its village along."""
    survey = stand.ids["survey"]
    cookie = f"sessionid={survey['session']}; csrftoken={'a' * 32}"
    with NodePhone() as phone:
        phone.do(
            "begin", server={"address": f"http://127.0.0.1:{stand.port}", "cookie": cookie}, person=survey["person"],
            device={"key": str(uuid.uuid4()), "name": "Android"}, round=survey["round"], village=survey["village"],
        )  # fmt: skip
        yield phone


def filled_in(phone: NodePhone) -> list[dict[str, Any]]:
    """Houses that were finished in the field, each with a photo of two pieces."""
    made = []
    for number in range(HOUSES):
        lng, lat = 105.8001 + number / 1000, 19.6702
        out = io.BytesIO()
        Image.frombytes("RGB", (500, 300), random.Random(number).randbytes(450_000)).save(out, "PNG")
        made.append(phone.do(
            "note", house=str(uuid.uuid4()), answers={"occupied": "vacant", "house_note": f"nhà {number}"},
            place=[lng, lat], position=position(lng=lng, lat=lat), photo=base64.b64encode(out.getvalue()).decode(),
        ))  # fmt: skip
    return made


def kill(stand: Stand, victim: str, backend: int) -> None:
    if victim == "web server":
        stand.kill_web()
        stand.cut(backend)
    elif victim == "backend":
        stand.kill_backend(backend)
    elif victim == "postmaster":
        stand.kill_postgres()
    else:
        stand.kill_worker()


@pytest.mark.parametrize(
    ("point", "victim"),
    [
        pytest.param(
            point, victim, id=f"{victim} killed, {point}",
            marks=() if (point, victim) in ORDINARY else pytest.mark.nightly,
        )
        for point in POINTS for victim in VICTIMS
    ],
)  # fmt: skip
def test_what_a_phone_sends_arrives_once(
    stand: Stand, phone: NodePhone, kills: Counter[str], point: str, victim: str
) -> None:
    made = filled_in(phone)
    if victim == "worker":
        stand.start_worker()
    with stand.gate(*POINTS[point]) as somebody:
        phone.begin("sync")
        kill(stand, victim, somebody())
    first = phone.next()
    assert first["reason"] in (("",) if victim == "worker" else ("", "unreachable"))
    stand.start_web()

    def all_sent() -> bool:
        phone.do("wait", ms=600_000)
        return bool(phone.do("sync") == {"reason": ""} and not _left(phone))

    # Right after PostgreSQL came back the server may still say 503; it finds back by itself.
    stand.wait_for(all_sent, "the phone's last receipt")
    receipts = phone.do("look")["receipts"]
    there = stand.ask(ARRIVED)
    assert there["operations"] == {one["id"]: one["digest"] for one in made}
    assert {one["operation"]: one["digest"] for one in receipts} == there["operations"]
    assert there["visits"] == HOUSES
    assert sorted(there["photos"]) == sorted(photo["sha256"] for one in made for photo in one["photos"])
    assert there["files"] == HOUSES and stand.files_are_whole()
    kills[f"{victim} while a phone sends, {point}"] += 1


def _left(phone: NodePhone) -> list[Any]:
    told = phone.do("look")
    return [*told["entries"], *(photo for photo in told["photos"] if not photo["receipt"])]
