"""Batches of plates: ordered, drawn and frozen, read back, printed; stopped, refused, taken up again."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.db import connection, transaction
from django.http import Http404

from households import codes
from households.models import (
    BatchFile,
    BatchFileKind,
    BatchOrder,
    BatchPlate,
    BatchState,
    House,
    Plate,
    PlateBatch,
    PlateState,
)  # fmt: skip
from households.plates import batching, frozen, reading_back
from households.plates.choosing import Choice, Want
from mapping import files, jobs
from mapping.access import Role
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import AuditEntry, Job, JobState, StoredFile, Unit
from mapping.printing import readback
from tests import factories

HOST = "sonha.example.vn"
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
Run = Callable[[], None]


@pytest.fixture(autouse=True)
def plate_host(settings: Any) -> None:
    settings.PLATE_HOST = HOST


@pytest.fixture
def houses(transactional_db: None, commune: Unit) -> list[House]:
    """Eleven houses: ten along Ngõ Đình of thôn Đông Hoà, and one of thôn Xa Thư."""
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    numbers = ["12/5", "2", "10", "12A", "12", "1", "3", "4", "12/10", ""]
    made = [
        factories.house(commune, lng=105.80 + n / 5000, number=number, street="Ngõ Đình", village=west)
        for n, number in enumerate(numbers)
    ]
    return [*made, factories.house(commune, lng=105.82, number="7", village=east)]


def ordered(user: Any, commune: Unit, **terms: Any) -> PlateBatch:
    terms.setdefault("choice", Choice())
    return batching.order(user=user, commune=commune, **terms)


def file_of(batch: PlateBatch, kind: str = "sheets") -> Path:
    return files.path_of(batch.files.get(kind=kind).file)


def decoded(path: Path) -> list[str]:
    """Every QR text of the file at office-printer quality."""
    texts = []
    for page in pypdfium2.PdfDocument(path):
        picture = page.render(scale=150 / 72, grayscale=True).to_numpy()
        texts += [symbol.text for symbol in zxingcpp.read_barcodes(picture, formats=QR_CODE)]
    return texts


def bytes_kept() -> list[Path]:
    """Files on the disk, stored or half written."""
    root = Path(settings.MEDIA_ROOT)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def test_a_batch_is_printed_every_symbol_read_back_and_its_file_kept(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    batch = ordered(officer, commune)
    assert (batch.state, batch.number) == (BatchState.ORDERED, 1)
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.PRINTED, batch.job.told
    assert (batch.plate_count, batch.page_count, batch.new_count, batch.read_back) == (11, 2, 11, 11)
    plates = [place.plate for place in batch.places.order_by("serial").select_related("plate__house")]
    assert {plate.house_id for plate in plates} == {house.pk for house in houses}
    assert all(plate.state == PlateState.PRINTED and plate.released_at for plate in plates)
    urls = [codes.plate_url(HOST, plate.token, plate.plus_code) for plate in plates]
    assert sorted(decoded(file_of(batch))) == sorted(urls)
    assert "11 biển trên 2 tờ" in batch.job.told and batch.job.state == JobState.DONE
    with transaction.atomic():
        acts = list(AuditEntry.objects.filter(row_id=batch.pk).order_by("at").values_list("action", "count"))
    assert acts == [("print.order", 1), ("print", 11)]


def test_numbers_count_up_in_a_commune_and_the_kept_file_never_changes(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    first = ordered(officer, commune)
    run_jobs()
    before = file_of(first).read_bytes()
    House.objects.filter(pk=houses[0].pk).update(number="99")
    second = ordered(officer, commune)
    run_jobs()
    second.refresh_from_db()
    assert (first.number, second.number, second.new_count) == (1, 2, 1)
    assert file_of(first).read_bytes() == before, "a batch is frozen"
    assert set(decoded(file_of(first))) != set(decoded(file_of(second)))


@pytest.mark.parametrize("profile", ["a4-2x4", "factory-200x150"])
def test_copies_follow_one_another_and_used_cells_stay_empty(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run, profile: str
) -> None:
    skip = 3 if profile == "a4-2x4" else 0
    batch = ordered(
        officer, commune, copies=2, skip=skip, profile=profile, order=BatchOrder.NUMBER, outputs=["sheets", "factory"]
    )
    run_jobs()
    batch.refresh_from_db()
    assert (batch.state, batch.read_back) == (BatchState.PRINTED, 44), batch.job.told
    sheets, factory = frozen.pages_of(batch)
    numbers = [face.url for face in frozen.faces_of(batch) for _copy in range(2)]
    read = [plate.text for plate in readback.read_plates(file_of(batch), sheets.sheet, 22, skip)]
    assert read == numbers
    assert len(pypdfium2.PdfDocument(file_of(batch, "factory"))) == 22
    assert [plate.text for plate in readback.read_plates(file_of(batch, "factory"), factory.sheet, 22)] == numbers


def test_plates_come_by_number_or_by_village(houses: list[House], commune: Unit, officer: Any, run_jobs: Run) -> None:
    by_number = ordered(officer, commune, order=BatchOrder.NUMBER)
    by_village = ordered(officer, commune, order=BatchOrder.VILLAGE)
    run_jobs()
    street = ["", "1", "2", "3", "4", "10", "12", "12/5", "12/10", "12A"]
    assert [face.number for face in frozen.faces_of(by_number)] == ["7", *street]
    assert [face.number for face in frozen.faces_of(by_village)] == [*street, "7"]


def test_engravers_files_come_with_the_sheets(houses: list[House], commune: Unit, officer: Any, run_jobs: Run) -> None:
    batch = ordered(officer, commune, outputs=["csv", "svg"], choice=Choice(villages=(houses[-1].village_id,)))
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.PRINTED, batch.job.told
    plate = batch.places.get().plate
    assert codes.plate_url(HOST, plate.token, plate.plus_code) in file_of(batch, "csv").read_text("utf-8-sig")
    assert file_of(batch, "svg").read_bytes().startswith(b"PK")
    assert {kept.file.name for kept in batch.files.all()} == {
        "bien-so-nha-99001-lo-1-du-lieu.csv",
        "bien-so-nha-99001-lo-1-svg.zip",
    }


def test_nothing_is_released_before_it_is_read_back_and_a_wrong_symbol_stops_the_batch(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    compare = reading_back.compare

    def as_if_the_fifth_were_wrong(expected: Any, texts: Any, *, page: int, cell: int) -> None:
        seen.append((Plate.objects.filter(released_at=None, state=PlateState.DRAFT).count(), len(bytes_kept())))
        compare(expected, ("elsewhere",) if cell == 5 else texts, page=page, cell=cell)

    monkeypatch.setattr(reading_back, "compare", as_if_the_fifth_were_wrong)
    batch = ordered(officer, commune)
    run_jobs()
    batch.refresh_from_db()
    assert seen == [(11, 1)] * 5
    assert batch.state == BatchState.FAILED and "tờ 1, ô 5" in batch.job.told
    assert not batch.files.exists() and not StoredFile.objects.exists() and not bytes_kept()
    assert not BatchPlate.objects.exists()
    assert set(Plate.objects.values_list("state", "released_at")) == {("draft", None)}


def test_a_plate_on_its_way_gives_way_only_once_the_new_one_is_printed(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    ordered(officer, commune)
    run_jobs()
    before = set(Plate.objects.values_list("token", flat=True))
    Plate.objects.filter(house=houses[0]).update(state="installed")
    fresh = ordered(officer, commune, fresh=True)
    fresh.job.refresh_from_db()
    jobs.cancel(fresh.job)
    run_jobs()
    assert set(Plate.objects.exclude(state="installed").values_list("state", flat=True)) == {"printed"}
    ordered(officer, commune, fresh=True)
    run_jobs()
    assert Plate.objects.filter(token__in=before, state="superseded").count() == 10
    assert Plate.objects.exclude(token__in=before).filter(state="printed", released_at__isnull=False).count() == 11
    assert Plate.objects.get(house=houses[0], token__in=before).state == "installed"


def test_a_button_pressed_twice_orders_once(houses: list[House], commune: Unit, officer: Any, run_jobs: Run) -> None:
    first, second = ordered(officer, commune), ordered(officer, commune)
    assert first.pk == second.pk and Job.objects.count() == 1
    other = ordered(officer, commune, copies=2)
    assert other.pk != first.pk
    run_jobs()
    assert ordered(officer, commune).pk != first.pk, "what is printed may be ordered again"


def test_two_presses_of_one_moment_order_once(houses: list[House], commune: Unit, officer: Any) -> None:
    at_once = threading.Barrier(2)

    def press() -> PlateBatch:
        at_once.wait(10)
        try:
            return ordered(officer, commune)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        first, second = (threads.submit(press) for _ in range(2))
        assert first.result().pk == second.result().pk
    assert Job.objects.count() == PlateBatch.objects.count() == 1


def test_two_batches_at_once_in_one_commune_give_each_house_one_token(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    other = factories.user("mai", "Đỗ Mai", officer_of=commune)
    batches = [ordered(officer, commune), ordered(other, commune)]
    assert {batch.number for batch in batches} == {1, 2}

    def work(batch: PlateBatch) -> None:
        try:
            task = jobs.Work(Job.objects.get(pk=batch.job_id))
            batching.run(task)
            task.close()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(work, batch) for batch in batches]:
            done.result()
    tokens = [list(batch.places.order_by("serial").values_list("plate", flat=True)) for batch in batches]
    assert tokens[0] == tokens[1]
    assert Plate.objects.count() == Plate.objects.filter(state="printed").count() == 11
    assert sorted(decoded(file_of(batches[0]))) == sorted(decoded(file_of(batches[1])))


def test_a_batch_may_be_stopped_while_it_waits(houses: list[House], commune: Unit, officer: Any, run_jobs: Run) -> None:
    batch = ordered(officer, commune)
    batching.cancel(user=officer, batch=batch)
    assert (batch.state, Job.objects.get().state) == (BatchState.CANCELLED, JobState.CANCELLED)
    run_jobs()
    assert not Plate.objects.exists() and not bytes_kept()
    with pytest.raises(Conflict):
        batching.cancel(user=officer, batch=batch)


def test_a_job_stopped_on_its_own_page_stops_its_batch(houses: list[House], commune: Unit, officer: Any) -> None:
    batch = ordered(officer, commune)
    jobs.cancel(Job.objects.get())
    batch.refresh_from_db()
    assert batch.state == BatchState.CANCELLED


@pytest.mark.parametrize("where", ["drawing", "reading", "about to release"])
def test_a_batch_that_is_stopped_leaves_nothing_half(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Somebody presses “stop” just then; the worker finds out where it looks next."""
    batch = ordered(officer, commune)

    def stop() -> None:
        def press() -> None:
            try:
                batching.cancel(user=officer, batch=PlateBatch.objects.get(pk=batch.pk))
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as thread:
            thread.submit(press).result()

    states = []
    if where == "drawing":
        drawn = batching._Bar.drawn
        monkeypatch.setattr(batching._Bar, "drawn", lambda bar, done: (stop() if done == 8 else None, drawn(bar, done)))
    elif where == "reading":
        read = batching._Bar.read
        monkeypatch.setattr(batching._Bar, "read", lambda bar, done: (stop(), read(bar, done)))
    else:
        release = batching.releasing.release

        def late(one: PlateBatch) -> None:
            states.append(PlateBatch.objects.get(pk=batch.pk).state)
            stop()
            release(one)

        monkeypatch.setattr(batching.releasing, "release", late)
    run_jobs()
    monkeypatch.undo()
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == (BatchState.CANCELLED, JobState.CANCELLED)
    assert states in ([], [BatchState.READING])
    assert not BatchFile.objects.exists() and not StoredFile.objects.exists() and not bytes_kept()
    assert not Plate.objects.exclude(state="draft", released_at=None).exists() and not BatchPlate.objects.exists()
    again = ordered(officer, commune)
    run_jobs()
    again.refresh_from_db()
    assert again.state == BatchState.PRINTED and Plate.objects.count() == 11


def test_texts_that_do_not_fit_stop_the_batch_before_printing_unless_it_is_told_to_go_on(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    street = "Ngõ " + "Rất Dài Không Thể Nào Ghi Hết Được " * 3
    House.objects.filter(pk=houses[0].pk).update(street=street[:120])
    batch = ordered(officer, commune, profile="a4-3x8")
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED and batching.stopped_for_texts(batch)
    assert [text["house"] for text in batch.too_long] == [codes.format_house_code(houses[0].code)]
    assert "Rất Dài" in batch.too_long[0]["text"] and "không vừa" in batch.job.told
    assert not Plate.objects.exists() and not bytes_kept()
    batching.go_on(user=officer, batch=batch)
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.PRINTED and len(batch.too_long) == 1
    with pytest.raises(Conflict):
        batching.go_on(user=officer, batch=batch)


def test_whoever_lets_a_batch_go_on_widens_it_no_further_than_it_was_ordered(
    transactional_db: None, commune: Unit, officer: Any, run_jobs: Run
) -> None:
    own, other = factories.village(commune, 1), factories.village(commune, 2)
    head = factories.user("head-of-one", role=Role.VILLAGE_HEAD, at=own)
    mine = factories.house(commune, lng=105.80, number="W" * 20, street="Ngõ " + "W" * 90, village=own)
    factories.house(commune, lng=105.81, number="1", street="Ngõ Đình", village=other)
    batch = batching.order(user=head, commune=commune, choice=Choice(), outputs=["sheets"])
    run_jobs()
    batching.go_on(user=officer, batch=PlateBatch.objects.get(pk=batch.pk))
    run_jobs()
    assert [place.plate.house for place in batch.places.select_related("plate__house")] == [mine]


def test_orders_that_cannot_be_printed_are_refused_at_once(
    houses: list[House], commune: Unit, officer: Any, settings: Any
) -> None:
    empty = factories.commune("99005", "Không Nhà", lng=105.9)
    factories.Grant.objects.create(user=officer, unit=empty, role=Role.COMMUNE_OFFICER)
    officer = type(officer).objects.get(pk=officer.pk)
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"commune": empty}, "chưa có nhà nào"),
        ({"choice": Choice(want=Want.GONE)}, "Không có nhà nào như đã chọn"),
        ({"choice": Choice(villages=(factories.village(empty).pk,))}, "không thuộc"),
        ({"profile": "a0"}, "Không có khổ giấy"),
        ({"design": "gold"}, "Không có mẫu biển"),
        ({"design": "alley-board"}, "biển ngõ"),
        ({"skip": 8}, "từ 0 đến 7"),
        ({"copies": 0}, "từ 1 đến"),
        ({"outputs": ()}, "Chưa chọn tệp"),
    ]
    for terms, says in refusals:
        with pytest.raises(UserError, match=says):
            batching.order(**{"user": officer, "commune": commune, "choice": Choice(), **terms})
    settings.PLATE_HOST = "localhost"
    with pytest.raises(UserError, match="nội bộ"):
        ordered(officer, commune)
    assert ordered(officer, commune, proof=True).is_proof
    assert PlateBatch.objects.count() == Job.objects.count() == 1


def test_a_proof_gives_no_house_a_plate(houses: list[House], commune: Unit, officer: Any, run_jobs: Run) -> None:
    batch = ordered(officer, commune, proof=True)
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.PRINTED
    assert set(Plate.objects.values_list("state", "released_at")) == {("draft", None)}
    ordered(officer, commune)
    run_jobs()
    assert Plate.objects.count() == Plate.objects.filter(state="printed").count() == 11


def test_whoever_was_granted_one_village_prints_that_village_and_sees_its_batches(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run
) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    head = factories.user("ba", "Trần Ba", role=Role.VILLAGE_HEAD, at=east)
    viewer = factories.user("vy", "Trần Vy", viewer_of=commune)
    stranger = factories.user("hung", "Phạm Hùng", officer_of=factories.neighbour_commune())
    own = ordered(head, commune)
    assert own.village_ids == [east.pk]
    with pytest.raises(Http404):
        ordered(head, commune, choice=Choice(villages=(west.pk,)))
    with pytest.raises(NotAllowed):
        ordered(viewer, commune)
    with pytest.raises(Http404):
        ordered(stranger, commune)
    whole = ordered(officer, commune)
    run_jobs()
    assert [place.plate.house for place in own.places.all()] == [houses[-1]]
    assert whole.places.count() == 11
    assert list(PlateBatch.objects.for_user(head)) == [own]
    assert PlateBatch.objects.for_user(officer).count() == 2
    assert not PlateBatch.objects.for_user(viewer).exists() and not PlateBatch.objects.for_user(stranger).exists()
    for act in (batching.cancel, batching.go_on):
        with pytest.raises(Http404):
            act(user=head, batch=whole)


def test_a_worker_that_takes_a_batch_up_goes_on_reading_where_the_last_one_was(
    houses: list[House], commune: Unit, officer: Any, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_back, "SLICE", 8)
    batch = ordered(officer, commune)
    keep = reading_back._keep_checkpoint

    class Killed(BaseException):
        """As if the worker were gone: nothing is tidied."""

    def dies(one: PlateBatch, read: int) -> None:
        keep(one, read)
        raise Killed

    with monkeypatch.context() as here:
        here.setattr(reading_back, "_keep_checkpoint", dies)
        work = jobs.Work(Job.objects.get())
        with pytest.raises(Killed):
            batching.run(work)
        work.close()
    batch.refresh_from_db()
    assert (batch.state, batch.read_back) == (BatchState.READING, 8)
    before = list(batch.places.order_by("serial").values_list("plate", flat=True))
    digest = hashlib.sha256(file_of(batch).read_bytes()).hexdigest()
    seen: list[int] = []
    compare = reading_back._compare_slice
    monkeypatch.setattr(reading_back, "_compare_slice", lambda *rest: (seen.append(rest[3][0]), compare(*rest))[1])
    run_jobs()
    batch.refresh_from_db()
    assert (batch.state, seen) == (BatchState.PRINTED, [1, 2]), batch.job.told  # and no page follows
    assert list(batch.places.order_by("serial").values_list("plate", flat=True)) == before
    assert hashlib.sha256(file_of(batch).read_bytes()).hexdigest() == digest
    assert Plate.objects.count() == 11


def test_a_batch_whose_job_was_given_up_has_failed(houses: list[House], commune: Unit, officer: Any) -> None:
    batch = ordered(officer, commune)
    Job.objects.update(state=JobState.RUNNING)
    PlateBatch.objects.update(state=BatchState.DRAWING)
    jobs._give_up(str(batch.job_id), 3)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED


def test_what_a_batch_comes_to_is_told_before(houses: list[House], commune: Unit, officer: Any) -> None:
    told = batching.forecast(officer, commune, Choice(), copies=2, skip=3)
    assert (told.houses, told.sheets) == (11, 4) and 0 < told.seconds < 10
    assert batching.forecast(officer, commune, Choice(want=Want.GONE)).sheets == 0


def test_kinds_of_files_are_those_that_a_batch_makes() -> None:
    assert {kind.value for kind in BatchFileKind} == set(batching.making._ENDINGS)
