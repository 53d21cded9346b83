"""What a release decides when houses, plates and other batches have moved on since the batch was drawn."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from households.models import BatchFileKind, BatchState, House, Plate, PlateBatch
from households.plates import batching, installing, issuing, living, making, releasing, reporting, tally
from households.plates.choosing import Choice, Want
from households.plates.installing import AtAnotherDoor
from households.plates.life import Act, Doubt
from mapping.access import Role
from mapping.errors import Conflict, UserError, may_pass
from mapping.models import Unit
from mapping.text import clean
from tests import factories
from tests.households.plate_row import house_at, plate_of, standing, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def plate_host(settings: Any) -> None:
    settings.PLATE_HOST = "sonha.example.vn"


def drawn(officer: Any, commune: Unit, choice: Choice = Choice(), **terms: Any) -> PlateBatch:  # noqa: B008
    batch = batching.order(user=officer, commune=commune, choice=choice, **terms)
    PlateBatch.objects.filter(pk=batch.pk).update(state=BatchState.DRAWING)
    making.make(batch, officer, lambda done: None)
    return PlateBatch.objects.select_related("commune").get(pk=batch.pk)


def printed(officer: Any, commune: Unit, choice: Choice = Choice(), **terms: Any) -> PlateBatch:  # noqa: B008
    batch = drawn(officer, commune, choice, **terms)
    releasing.release(batch)
    return batch


def test_a_number_that_went_and_came_back_needs_no_reprint_without_end(commune: Unit, officer: Any) -> None:
    house = house_at(commune, 0, number="1")
    printed(officer, commune)
    hung = Plate.objects.get(house=house)
    installing.install(user=officer, token=hung.pk, version=hung.version, fix=standing(0))
    House.objects.filter(pk=house.pk).update(number="2")
    printed(officer, commune)
    House.objects.filter(pk=house.pk).update(number="1")
    assert tally.total(tally.by_village(officer, commune)).to_reprint == 1
    printed(officer, commune, Choice(want=Want.TO_REPRINT))
    assert tally.total(tally.by_village(officer, commune)).to_reprint == 0
    assert dict(Plate.objects.values_list("number", "state")) == {"1": "installed", "2": "superseded"}


def test_a_plate_that_an_earlier_order_took_out_of_use_comes_back_with_the_last_one(
    commune: Unit, officer: Any
) -> None:
    house = house_at(commune, 0, number="1")
    printed(officer, commune)
    House.objects.filter(pk=house.pk).update(number="2")
    second = drawn(officer, commune)
    House.objects.filter(pk=house.pk).update(number="1")
    third = drawn(officer, commune, copies=2)
    releasing.release(second)
    releasing.release(third)
    assert dict(Plate.objects.values_list("number", "state")) == {"1": "printed", "2": "superseded"}


def test_an_earlier_order_sends_nobody_to_a_door_where_the_later_plate_hangs(commune: Unit, officer: Any) -> None:
    house = house_at(commune, 0, number="1")
    first = drawn(officer, commune)
    House.objects.filter(pk=house.pk).update(number="2")
    printed(officer, commune, copies=2)
    later = Plate.objects.get(number="2")
    installing.install(user=officer, token=later.pk, version=later.version, fix=standing(0))
    releasing.release(first)
    assert dict(Plate.objects.values_list("number", "state")) == {"1": "superseded", "2": "installed"}


def test_what_was_revoked_while_it_was_read_back_stays_so(commune: Unit, officer: Any) -> None:
    house_at(commune, 0, number="1")
    batch = drawn(officer, commune)
    plate = Plate.objects.get()
    living.move(token=plate.pk, version=plate.version, act=Act.REVOKE, note="in nhầm")
    releasing.release(batch)
    plate.refresh_from_db()
    assert (plate.state, plate.released_at) == ("revoked", None)


def test_what_only_a_proof_showed_is_not_hung_and_an_undo_takes_nothing_that_hangs(commune: Unit, officer: Any) -> None:
    house = house_at(commune, 0, number="1")
    printed(officer, commune, proof=True)
    plate = Plate.objects.get()
    House.objects.filter(pk=house.pk).update(number="2")
    printed(officer, commune, proof=True)
    plate.refresh_from_db()
    with pytest.raises(UserError, match="bản in thử"):
        installing.install(user=officer, token=plate.pk, version=plate.version, fix=standing(0))
    assert state_of(plate) == "superseded"


def test_nothing_is_found_again_while_plates_of_the_commune_are_released(commune: Unit, officer: Any) -> None:
    lost = plate_of(house_at(commune, 0), "lost")

    def find() -> None:
        try:
            living.move(token=lost.pk, version=1, act=Act.FIND)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        issuing.wait_for_turn(commune)
        with pytest.raises(Conflict, match="đang in biển"):
            other.submit(find).result(20)
    assert state_of(lost) == "lost"
    find()
    assert state_of(lost) == "in_stock"


def test_a_deadlock_is_tried_again_and_a_refused_statement_is_not() -> None:
    """PostgreSQL ends one of two that wait for each other; neither was wrong."""
    wanted = connection.get_connection_params()
    wanted = {name: wanted[name] for name in ("dbname", "user", "password", "host", "port") if name in wanted}
    with psycopg.connect(**wanted) as one, psycopg.connect(**wanted) as two, ThreadPoolExecutor(1) as thread:
        one.execute("SELECT pg_advisory_xact_lock(1)")
        two.execute("SELECT pg_advisory_xact_lock(2)")
        waiting = thread.submit(one.execute, "SELECT pg_advisory_xact_lock(2)")
        ended: list[Exception] = []
        try:
            two.execute("SELECT pg_advisory_xact_lock(1)")
        except psycopg.Error as error:
            ended.append(error)
        two.rollback()
        if failure := waiting.exception(20):
            ended.append(failure)  # type: ignore[arg-type]
        one.rollback()
        assert [may_pass(error) for error in ended] == [True]
        with pytest.raises(psycopg.Error) as refused:
            one.execute("SELECT 1/0")
        assert not may_pass(refused.value)


@pytest.mark.parametrize("outputs", [[BatchFileKind.WALK_LIST], [BatchFileKind.CERTIFICATES, BatchFileKind.WALK_LIST]])
def test_papers_alone_print_no_plate(commune: Unit, officer: Any, outputs: list[BatchFileKind]) -> None:
    house_at(commune, 0, number="1")
    with pytest.raises(UserError, match="chọn thêm một tệp có biển"):
        batching.order(user=officer, commune=commune, choice=Choice(), outputs=outputs)
    assert not PlateBatch.objects.exists()


def test_a_plate_that_says_a_former_number_is_hung_with_a_reason_alone(commune: Unit, officer: Any) -> None:
    house = house_at(commune, 0, number="18")
    printed(officer, commune)
    old = Plate.objects.get()
    House.objects.filter(pk=house.pk).update(number="18B")
    printed(officer, commune)
    new = Plate.objects.exclude(pk=old.pk).get()
    old.refresh_from_db()
    with pytest.raises(AtAnotherDoor, match="Đã in biển mới") as refused:
        installing.install(user=officer, token=old.pk, version=old.version, fix=standing(0))
    assert refused.value.doubt is Doubt.OUTDATED and state_of(old) == "superseded"
    why = "biển mới chưa về, treo tạm"
    installing.install(user=officer, token=old.pk, version=old.version, fix=standing(0), reason=why)
    old.refresh_from_db()
    assert (old.state, old.installed_reason) == ("installed", why)
    installing.install(user=officer, token=new.pk, version=new.version, fix=standing(0))
    assert state_of(old) == "replaced"


def test_megabytes_from_strangers_cost_nothing(commune: Unit) -> None:
    """Seconds of one core are what a pattern that goes back and forth would take for a hundredth of this."""
    about = reporting.Reported(house_at(commune, 0), None)
    started = time.process_time()
    for note in ("a" * 4_000_000, "a" + "\u0301" * 400_000 + "\u0316" * 400_000):
        with pytest.raises(UserError, match="trong 500 ký tự"):
            reporting.receive(about, kind="damaged", note=note, client="192.0.2.1")
    assert reporting.without_persons("x" * 1_900 + " lan@xa.vn") == "x" * 1_900 + " •••"
    clean("a" + "\u0301" * 100_000 + "\u0316" * 100_000)
    assert time.process_time() - started < 5


def test_a_report_goes_where_its_house_is_today(commune: Unit) -> None:
    here, there = factories.village(commune, 1), factories.village(commune, 2)
    house = house_at(commune, 0, village=here)
    reporting.receive(reporting.Reported(house, None), kind="damaged", note="", client="192.0.2.1")
    heads = [factories.user(name, role=Role.VILLAGE_HEAD, at=at) for name, at in (("mot", here), ("hai", there))]
    assert [reporting.count_open(head) for head in heads] == [1, 0]
    House.objects.filter(pk=house.pk).update(village=there)
    assert [reporting.count_open(head) for head in heads] == [0, 1]
