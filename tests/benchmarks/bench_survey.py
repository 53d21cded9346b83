"""How many operations of phones the server takes in a second, each answered by its receipt, without photos.

Forty surveyors of a commune with 2,000 houses send one after another, from 16 connections at once; each operation
is of another house, whole, with a position, and so is merged, flagged and written down. The yardstick is an empty view
that takes the same bodies by POST from the same signed-in people, on the same server with the same middleware.
How long the page takes to open on a slow phone without a network is measured first: `survey_opening.py`.
"""

from __future__ import annotations

import datetime
import json
import tempfile
import uuid
from pathlib import Path
from typing import Any

from tests.benchmarks import bench_scan, measure, survey_opening

SURVEYORS = 40
HOUSES = 2_000
SENT_A_RUN = 4_000
LUA = Path(__file__).with_name("survey.lua")


def run(report: measure.Report) -> None:
    """Fill, serve, measure."""
    senders, houses, round_id = _filled()
    made = 0
    with tempfile.TemporaryDirectory() as folder, bench_scan.server() as address:

        def bodies() -> str:
            nonlocal made
            made += 1
            file = Path(folder) / f"bodies-{made}.txt"
            with file.open("w", encoding="utf-8") as lines:
                for number in range(SENT_A_RUN):
                    sender = senders[number % len(senders)]
                    body = _operation(sender, houses[(number * 7 + made) % len(houses)], round_id)
                    lines.write(f"{sender['key']}\t{json.dumps(body)}\n")
            return str(file)

        def submissions() -> float:
            path = f"{address}/api/survey/operations"
            return bench_scan.requests_per_second(path, "-s", str(LUA), script_argument=bodies())

        def empty() -> float:
            return bench_scan.requests_per_second(
                f"{address}/api/empty-post/", "-s", str(LUA), script_argument=bodies()
            )

        survey_opening.run(report, address)
        submissions(), empty()
        ours, against = measure.interleaved(submissions, empty)
    yardstick = "empty authenticated POST view, same server and middleware"
    report("submissions_per_second", "1/s", ours, against, yardstick, HOUSES)


def _filled() -> tuple[list[dict[str, Any]], list[str], str]:
    """Surveyors with keys, houses on a grid of 12 m, and a round in which all walk the one village."""
    from django.contrib.gis.geos import Point
    from django.db import transaction

    from households import codes
    from households.models import House, SurveyAssignment
    from mapping import api_keys, wall
    from mapping.access import Role
    from tests import factories
    from tests.survey.world import round_in

    senders = []
    with wall.acting_as_system("bench"), transaction.atomic():
        commune = factories.commune()
        village = factories.village(commune)
        houses = House.objects.bulk_create(
            House(
                commune=commune, village=village, code=codes.house_code(number + 1), location=_place(number, Point),
                location_source="map",
            )
            for number in range(HOUSES)
        )  # fmt: skip
        survey = round_in(commune)
        for number in range(SURVEYORS):
            user = factories.user(f"surveyor{number}", role=Role.SURVEYOR, at=village)
            SurveyAssignment.objects.create(round=survey, surveyor=user, village=village)
            with wall.acting(user):
                _row, text = api_keys.give(user=user, name="bench", days=1)
            senders.append({"user": user.pk, "key": text, "device": str(uuid.uuid4()), "village": village.code})
    return senders, [str(house.pk) for house in houses], str(survey.pk)


def _place(number: int, point: Any) -> Any:
    return point(105.7951 + number % 45 * 0.000115, 19.6651 + number // 45 * 0.000108, srid=4326)


def _operation(sender: dict[str, Any], house: str, round_id: str) -> dict[str, Any]:
    now = datetime.datetime.now(datetime.UTC)
    number = uuid.uuid4().int
    answers = {
        "occupied": "yes", "house_type": "solid", "head_name": f"Nguyễn Văn {number % 997}", "phone": "0912345678",
        "size": number % 6 + 1, "livelihood": ["rice", "worker"], "water": ["drilled"], "toilet": "flush",
        "house_note": "cổng xanh, cạnh nhà văn hoá", f"members.{uuid.uuid4()}": {"name": "Nguyễn Thị Hoa"},
    }  # fmt: skip
    return {
        "id": str(uuid.uuid4()), "user": sender["user"], "device": sender["device"], "round": round_id,
        "village": sender["village"], "house": house, "is_new": False, "base": 0, "rules": 1,
        "made_at": now.isoformat(), "started_at": (now - datetime.timedelta(minutes=7)).isoformat(),
        "ended_at": now.isoformat(),
        "position": {
            "source": "averaged", "lng": 105.7951234 + number % 50 * 0.0001, "lat": 19.6651234 + number % 43 * 0.0001,
            "accuracy_m": 4.5, "fixes": 14, "used": 11, "spread_m": 1.7, "doubtful": False, "reason": "",
            "measured": None,
        },
        "changes": {name: {"from": None, "to": value} for name, value in answers.items()},
        "photos": [],
    }  # fmt: skip
