"""The import pages: who may open them, what a bad upload gets, and long lists as jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from households.importing import discarding, runs, working
from households.models import House, ImportRun, ImportState
from mapping import files
from mapping.errors import Conflict
from mapping.models import Job, JobState, StoredFile, Unit
from tests import factories
from tests.households.lists import HEADER, WEST, row, write_csv

FIELDS = ("external_id", "number", "street", "village", "head_name", "phone", "size", "x", "y")


def upload(path: Path) -> SimpleUploadedFile:
    """The file as a browser sends it."""
    return SimpleUploadedFile(path.name, path.read_bytes(), "text/csv")


def confirmed(path: Path, commune: Unit, user: Any) -> ImportRun:
    """An import whose columns and coordinates somebody has confirmed."""
    run = runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=user)
    run.reading = replace(runs.look(path, path.name).reading, srid=4326).to_json()
    with transaction.atomic():  # outside of one, the wall around imports lets nobody in
        run.save()
    return run


def test_an_import_is_there_for_officers_of_its_commune_alone(
    tmp_path: Path, commune: Unit, officer: Any, stranger: Any, viewer: Any
) -> None:
    run = confirmed(write_csv(tmp_path, [row(0)]), commune, officer)
    pages = [f"/imports/{run.pk}/{page}" for page in ("", "columns/", "place/")]
    client = Client()
    assert {client.get(page).status_code for page in [*pages, "/imports/"]} == {302}
    for user, status in ((stranger, 404), (viewer, 403), (officer, 200)):
        client.force_login(user)
        assert {client.get(page, follow=True).status_code for page in pages} == {status}
        assert {client.get(f"/imports/{run.pk}/{act}/").status_code for act in ("apply", "check")} == {405}
        if user is not officer:
            acts = ("apply", "undo", "check", "discard")
            posts = {client.post(f"/imports/{run.pk}/{act}/").status_code for act in acts}
            posts |= {client.get(f"/imports/{run.pk}/{act}/").status_code for act in ("undo", "discard")}
            assert posts == {status}
    client.force_login(viewer)
    assert client.get("/imports/").status_code == 403
    assert not House.objects.exists()


def test_a_list_of_another_commune_is_not_listed(tmp_path: Path, commune: Unit, officer: Any, stranger: Any) -> None:
    confirmed(write_csv(tmp_path, [row(0)], name="của Bình Minh.csv"), commune, officer)
    client = Client()
    client.force_login(stranger)
    assert "của Bình Minh" not in client.get("/imports/").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "limit_mb", "status", "told"),
    [
        ("trống.csv", b"", 100, 400, "không có dữ liệu"),
        ("lớn.csv", b"a,b\n" * 400_000, 1, 413, "lớn hơn 1 MB"),
        ("một cột.csv", b"a\nb\nc\n", 100, 400, "chỉ có một cột"),
    ],
)
def test_a_bad_upload_gets_its_sentence_on_the_page_and_nothing_is_kept(
    officer_client: Client, commune: Unit, settings: Any,
    name: str, content: bytes, limit_mb: int, status: int, told: str,
) -> None:  # fmt: skip
    settings.MAX_UPLOAD_MB = limit_mb
    answer = officer_client.post("/imports/", {"commune": commune.code, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == status
    assert told in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_column_may_be_chosen_once_and_a_list_must_say_where(
    officer_client: Client, commune: Unit, tmp_path: Path
) -> None:
    answer = officer_client.post("/imports/", {"commune": commune.code, "file": upload(write_csv(tmp_path, [row(0)]))})
    page = answer["Location"]
    twice = {f"column-{index}": name for index, name in enumerate(FIELDS)} | {"column-2": "number"}
    assert "“Số nhà” và “Ngõ” cùng được chọn là Số nhà" in officer_client.post(page, twice).content.decode()
    nowhere = {"column-1": "number", "column-4": "head_name"}
    assert "Tệp phải có tọa độ" in officer_client.post(page, nowhere).content.decode()
    answer = officer_client.post(page, {f"column-{index}": name for index, name in enumerate(FIELDS)})
    assert answer["Location"].endswith("/place/")
    assert officer_client.post(answer["Location"], {"meaning": "6956"}).status_code == 400


def test_a_long_list_is_checked_written_and_undone_as_jobs(
    run_jobs: Callable[[], None], tmp_path: Path, commune: Unit, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "INLINE_BYTES", 0)
    monkeypatch.setattr(working, "INLINE_ROWS", 0)
    run = confirmed(write_csv(tmp_path, [row(place) for place in range(20)]), commune, officer)
    client = Client()
    client.force_login(officer)
    page = f"/imports/{run.pk}/"
    client.post(f"{page}check/")
    assert "job-progress" in client.get(page).content.decode()
    assert client.post(f"{page}apply/").status_code == 409
    run_jobs()
    assert "Đã xem 20 dòng" in client.get(page).content.decode()
    client.post(f"{page}apply/", {"doubles": "skip"})
    run_jobs()
    assert House.objects.count() == 20
    assert "Danh sách đã được nhập." in client.get(page).content.decode()
    client.post(f"{page}undo/")
    run_jobs()
    assert not House.objects.exists()
    with transaction.atomic():
        run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


def in_english(client: Client, page: str) -> str:
    """The page as somebody reads it who has chosen English."""
    return client.get(page, headers={"accept-language": "en"}, follow=True).content.decode()


def test_what_one_person_did_is_read_by_another_in_the_others_language(
    run_jobs: Callable[[], None], tmp_path: Path, commune: Unit, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "INLINE_BYTES", 0)
    factories.house(commune, WEST, 19.67)
    run = confirmed(write_csv(tmp_path, [row(0), row(1), row(2, SĐT="12"), row(3, Kinh_độ="99")]), commune, officer)
    client = Client()
    client.force_login(officer)
    page = f"/imports/{run.pk}/"
    client.post(f"{page}check/")
    run_jobs()
    job_page = f"/jobs/{Job.objects.get().pk}/"
    assert "Đã kiểm tra 4 dòng." in client.get(job_page).content.decode()
    assert "“12” không phải một số điện thoại" in client.get(page).content.decode()
    shown = in_english(client, page)
    assert "Row 4, column F" in shown and "“12” is not a phone number" in shown
    assert "Same point as house" in shown and "Cùng một điểm" not in shown
    assert "4 rows checked." in in_english(client, job_page)
    client.post(f"{page}apply/", {"doubles": "skip"})
    with transaction.atomic():
        run.refresh_from_db()
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(report={**run.report, "standing": "khác"})
    run_jobs()
    assert "Dữ liệu của xã đã thay đổi sau lần kiểm tra" in client.get(page).content.decode()
    shown = in_english(client, page)
    assert "data has changed since the check" in shown and "Dữ liệu của xã đã thay đổi" not in shown


def test_a_file_that_breaks_half_way_fails_the_job_with_its_sentence(
    run_jobs: Callable[[], None], tmp_path: Path, commune: Unit, officer: Any, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(working, "INLINE_BYTES", 0)
    run = confirmed(write_csv(tmp_path, [row(place) for place in range(20)]), commune, officer)
    settings.MAX_IMPORT_ROWS = 10
    client = Client()
    client.force_login(officer)
    client.post(f"/imports/{run.pk}/check/")
    run_jobs()
    answer = client.get(f"/imports/{run.pk}/", follow=True).content.decode()
    assert "hơn 10 dòng" in answer
    assert len(HEADER) == answer.count('<select id="column-')
    assert not House.objects.exists()


def test_one_slip_among_the_columns_does_not_cost_the_other_choices(
    officer_client: Client, tmp_path: Path, commune: Unit, officer: Any
) -> None:
    run = confirmed(write_csv(tmp_path, [row(0)]), commune, officer)
    posted = {f"column-{index}": field for index, field in enumerate(FIELDS)} | {"column-5": "note", "column-6": "note"}
    page = officer_client.post(f"/imports/{run.pk}/columns/", posted).content.decode()
    assert "cùng được chọn" in page
    assert page.count('value="note" selected') == 2


def test_an_undo_names_what_it_takes_back_and_waits_for_a_yes(
    officer_client: Client, tmp_path: Path, commune: Unit, officer: Any
) -> None:
    run = confirmed(write_csv(tmp_path, [row(place) for place in range(3)]), commune, officer)
    ask = f"/imports/{run.pk}/undo/"
    assert officer_client.get(ask)["Location"].startswith(f"/imports/{run.pk}/")  # nothing to take back yet
    officer_client.post(f"/imports/{run.pk}/check/")
    officer_client.post(f"/imports/{run.pk}/apply/", {"doubles": "skip"})
    assert f'href="{ask}"' in officer_client.get(f"/imports/{run.pk}/").content.decode()
    page = officer_client.get(ask).content.decode()
    with transaction.atomic():
        run.refresh_from_db()
    assert "hộ.csv" in page and "Lê Thị Lan" in page
    assert date_format(localtime(run.applied_at), "SHORT_DATETIME_FORMAT") in page
    assert page.count("<dd>3</dd>") == 2 and page.count("<dd>0</dd>") == 2  # houses and households, none changed
    assert House.objects.count() == 3
    assert f"/changes/{run.changeset_id}/undo/" in officer_client.get("/changes/").content.decode()
    assert officer_client.post(f"/changes/{run.changeset_id}/undo/")["Location"] == ask
    assert House.objects.count() == 3
    assert "trở lại như trước" in officer_client.post(ask, follow=True).content.decode()
    assert not House.objects.exists()
    assert officer_client.get(ask)["Location"] == f"/imports/{run.pk}/"


def test_a_list_that_was_not_written_is_thrown_away_with_its_files(
    officer_client: Client, tmp_path: Path, commune: Unit, officer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run = confirmed(write_csv(tmp_path, [row(0)]), commune, officer)
    officer_client.post(f"/imports/{run.pk}/check/")
    with transaction.atomic():
        run.refresh_from_db()
    lying = [files.path_of(run.file), files.path_of(run.report_file)]
    assert f'href="/imports/{run.pk}/discard/"' in officer_client.get("/imports/").content.decode()
    page = officer_client.get(f"/imports/{run.pk}/discard/").content.decode()
    assert "hộ.csv" in page and "chưa được nhập" in page
    assert ImportRun.objects.exists() and all(path.exists() for path in lying)
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer_client.post(f"/imports/{run.pk}/discard/", follow=True)
    assert "Đã bỏ danh sách “hộ.csv”" in answer.content.decode()
    assert not ImportRun.objects.exists() and not StoredFile.objects.exists()
    assert not any(path.exists() for path in lying)
    assert officer_client.get(f"/imports/{run.pk}/").status_code == 404


def test_bytes_that_another_import_needs_stay(
    officer_client: Client, tmp_path: Path, commune: Unit, officer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    path = write_csv(tmp_path, [row(0)])
    first, second = confirmed(path, commune, officer), confirmed(path, commune, officer)
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(f"/imports/{first.pk}/discard/")
    assert ImportRun.objects.get() == second
    assert files.path_of(second.file).read_bytes() == path.read_bytes()


def test_what_was_written_cannot_be_thrown_away(
    officer_client: Client, tmp_path: Path, commune: Unit, officer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run = confirmed(write_csv(tmp_path, [row(0)]), commune, officer)
    officer_client.post(f"/imports/{run.pk}/check/")
    officer_client.post(f"/imports/{run.pk}/apply/", {"doubles": "skip"})
    discard = f"/imports/{run.pk}/discard/"
    assert discard not in officer_client.get("/imports/").content.decode()
    assert officer_client.post(discard).status_code == 409
    officer_client.post(f"/imports/{run.pk}/undo/")
    assert officer_client.post(discard).status_code == 409
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Conflict):
        discarding.discard(run=run)
    assert ImportRun.objects.get().state == ImportState.UNDONE and files.path_of(run.file).exists()
