"""How long an order will take, told before: as the last batches on this server took."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.models import BatchFileKind, PlateBatch
from households.plates import batching, forecasting
from households.plates.choosing import Choice
from mapping.models import Job, Unit
from tests import factories

SHEETS = (BatchFileKind.SHEETS,)


def ended(commune: Unit, officer: Any, *, seconds: float, plates: int = 1_000, **fields: Any) -> None:
    """A batch that was printed so many seconds after its job began."""
    now = timezone.now()
    began = now - datetime.timedelta(seconds=seconds)
    job = Job.objects.create(kind="plates.batch", commune=commune, created_by=officer, state="done", started_at=began)
    fields = {"state": "printed", "outputs": ["sheets"], "printed_at": now, "plate_count": plates} | fields
    PlateBatch.objects.create(
        commune=commune, number=PlateBatch.objects.count() + 1, host="a.vn", design_name="B", profile_name="A4",
        job=job, **fields,
    )  # fmt: skip


def test_a_server_that_printed_batches_tells_by_them_the_usual_one(
    commune: Unit, officer: Any, officer_client: Client
) -> None:
    factories.house(commune, number="1")
    before = forecasting.seconds(1_000, SHEETS)
    assert before < 10
    for took in (102, 302, 2_002):
        ended(commune, officer, seconds=took)
    assert forecasting.seconds(1_000, SHEETS) == pytest.approx(302)
    assert forecasting.seconds(0, SHEETS) == 0
    told = batching.forecast(officer, commune, Choice(), copies=20)
    assert told.seconds == pytest.approx(2 + 20 * 0.3)
    page = officer_client.get(f"/plates/order/?commune={commune.code}&sent=yes&output=sheets&copies=20")
    assert "xong sau khoảng 8 giây" in page.content.decode()


def test_batches_that_tell_nothing_of_this_order_do_not_count(commune: Unit, officer: Any) -> None:
    before = forecasting.seconds(1_000, SHEETS)
    ended(commune, officer, seconds=900, plates=30)  # mostly the beginning
    ended(commune, officer, seconds=900, outputs=["sheets", "svg"])
    ended(commune, officer, seconds=900, state="cancelled")
    assert forecasting.seconds(1_000, SHEETS) == before
    ended(commune, officer, seconds=902, plates=100, copies=9)
    assert forecasting.seconds(900, SHEETS) == pytest.approx(902)
    assert forecasting.seconds(1_000, (BatchFileKind.SVG, BatchFileKind.SHEETS)) == pytest.approx(900)


def test_only_the_last_ones_count(commune: Unit, officer: Any) -> None:
    for _batch in range(20):
        ended(commune, officer, seconds=1_002)
    for _batch in range(9):
        ended(commune, officer, seconds=12)
    assert forecasting.seconds(1_000, SHEETS) == pytest.approx(12)
