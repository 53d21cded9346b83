"""Long work: asked for, watched, stopped, and told how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from procrastinate.exceptions import AlreadyEnqueued

from mapping import jobs, registry
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job, JobState, StoredFile, Unit


def count_to_three(work: jobs.Work) -> None:
    """A small piece of work: writes a file, reports, obeys a stop, fails when asked to."""
    if work.params.get("fail") == "user":
        raise UserError("Dòng 7: thiếu toạ độ.")
    if work.params.get("fail") == "bug":
        raise ZeroDivisionError
    if work.params.get("fail") == "connection":
        lose_a_connection(work)
    for done in range(4):
        if done == 2 and work.params.get("cancel"):
            jobs.cancel(Job.objects.get(pk=work.job.pk))
        work.progress(done, 3)
    path = Path(work.params["folder"], "kết quả.txt")
    path.write_text("ba")
    work.keep_file(path, name="kết quả.txt", content_type="text/plain")
    if work.params.get("fail") == "after the file":
        lose_a_connection(work)
    work.job.sentence = "Đã đếm đến 3."


def lose_a_connection(work: jobs.Work) -> None:
    """Ask over a connection that the server cuts, past Django: as the thread does that gives plates their tokens."""
    with connection.cursor() as cursor, psycopg.connect(**psycopg_settings()) as line:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [line.info.backend_pid])
        line.execute("SELECT 1")


def psycopg_settings() -> dict[str, Any]:
    wanted = connection.get_connection_params()
    return {name: wanted[name] for name in ("dbname", "user", "password", "host", "port") if name in wanted}


@pytest.fixture(autouse=True)
def kind_of_work() -> Iterator[None]:
    registry.job_kinds["count"] = registry.JobKind("count", "đếm", Capability.EDIT, count_to_three)
    yield
    del registry.job_kinds["count"]


def ask(commune: Unit, user: Any, tmp_path: Any, **params: Any) -> Job:
    return jobs.start(kind="count", commune=commune, user=user, params={"folder": str(tmp_path), **params})


def test_a_job_runs_to_its_end_and_its_file_can_be_fetched(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, stranger: Any, tmp_path: Any
) -> None:
    job = ask(commune, officer, tmp_path)
    client = Client()
    client.force_login(officer)
    assert client.get(f"/jobs/{job.pk}/state.json").json()["over"] is False
    run_jobs()
    state = client.get(f"/jobs/{job.pk}/state.json").json()
    assert (state["state"], state["done"], state["total"]) == ("done", 3, 3)
    assert "Đã đếm đến 3." in client.get(f"/jobs/{job.pk}/").content.decode()
    answer = client.get(state["file"])
    assert b"".join(answer.streaming_content) == b"ba"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    client.force_login(stranger)
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.get(state["file"]).status_code == 404


def test_what_the_person_can_mend_is_told_and_what_is_our_fault_is_not_shown(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    told, ours = ask(commune, officer, tmp_path, fail="user"), ask(commune, officer, tmp_path, fail="bug")
    run_jobs()
    told.refresh_from_db()
    ours.refresh_from_db()
    assert (told.state, told.sentence) == (JobState.FAILED, "Dòng 7: thiếu toạ độ.")
    assert ours.state == JobState.FAILED
    assert "Zero" not in ours.sentence


def test_a_job_of_a_kind_that_the_program_no_longer_does_ends_and_holds_nobody_up(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    """As one that waited while the server got a newer program."""
    old = ask(commune, officer, tmp_path)
    Job.objects.filter(pk=old.pk).update(kind="count.by.hand")
    other = ask(commune, officer, tmp_path)
    run_jobs()
    old.refresh_from_db()
    other.refresh_from_db()
    assert (old.state, other.state) == ("failed", "done")
    assert "không còn làm việc này" in old.told


def test_a_running_job_stops_when_asked_and_a_waiting_one_never_begins(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    running, waiting = ask(commune, officer, tmp_path, cancel=True), ask(commune, officer, tmp_path)
    client = Client()
    client.force_login(officer)
    client.post(f"/jobs/{waiting.pk}/cancel/")
    run_jobs()
    for job in (running, waiting):
        job.refresh_from_db()
        assert (job.state, job.result_file) == (JobState.CANCELLED, None)


def test_a_job_asked_for_in_a_transaction_that_fails_was_never_asked_for(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(commune, officer, tmp_path)
        raise ZeroDivisionError
    run_jobs()
    assert not Job.objects.exists()
    assert not list(tmp_path.glob("*.txt"))


def test_a_job_whose_worker_was_killed_is_taken_up_again(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    """As `kill -9` leaves it: begun by a worker that has not been heard of for minutes."""
    job = ask(commune, officer, tmp_path)
    abandon(job)
    take_up()
    run_jobs()
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 3)
    assert queued(job) == ("succeeded", 2)


def test_a_job_that_no_worker_survives_is_given_up_and_its_owner_told(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Two lost workers are taken for bad luck, the third is not: it would go on for ever, as with too little memory."""
    lucky, job = ask(commune, officer, tmp_path), ask(commune, officer, tmp_path)
    abandon(lucky, attempts=1)
    abandon(job, attempts=2)
    take_up()
    run_jobs()
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.result_file) == (JobState.FAILED, 0, None)
    assert job.ended_at is not None and "ngắt giữa chừng cả 3 lần" in job.told
    assert (queued(job)[0], queued(lucky)) == ("failed", ("succeeded", 3))
    assert any(record.levelname == "ERROR" and str(job.pk) in record.getMessage() for record in caplog.records)
    client = Client()
    client.force_login(officer)
    assert "Hãy thử với ít dữ liệu hơn" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_job_that_ended_just_before_its_worker_died_stays_as_it_ended(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    job = ask(commune, officer, tmp_path)
    run_jobs()
    abandon(job, state=JobState.DONE, attempts=2)
    take_up()
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.told, queued(job)[0]) == (JobState.DONE, "Đã đếm đến 3.", "failed")


def abandon(job: Job, *, state: JobState = JobState.RUNNING, attempts: int = 0) -> None:
    """Leave a job as `kill -9` does: begun by a worker not heard of for minutes, after so many attempts before."""
    Job.objects.filter(pk=job.pk).update(state=state)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s "
            "WHERE args ->> 'job_id' = %s",
            [cursor.fetchone()[0], attempts, str(job.pk)],
        )


def take_up() -> None:
    """Let the next worker look for what was abandoned."""
    with suppress(AlreadyEnqueued):  # the clock has asked for it this very minute: that one will do
        jobs.take_up_abandoned_jobs.defer(timestamp=0)


def queued(job: Job) -> tuple[str, int]:
    """How a job stands in the queue, and how often it was begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, attempts FROM procrastinate_jobs WHERE args ->> 'job_id' = %s", [str(job.pk)]
        )
        status, attempts = cursor.fetchone()
        return status, attempts


def test_a_job_whose_connection_was_lost_is_tried_again_and_not_told_to_have_failed(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    """Whichever thread met the loss, and however soon the database was back."""
    job = ask(commune, officer, tmp_path, fail="connection")
    with pytest.raises(jobs.DatabaseIsDown):
        jobs.run_job(job_id=str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.sentence) == (JobState.RUNNING, "")
    Job.objects.filter(pk=job.pk).update(params={"folder": str(tmp_path)})
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.sentence) == (JobState.DONE, "Đã đếm đến 3.")


def test_work_that_was_cut_after_its_file_was_kept_leaves_one_file(
    run_jobs: Callable[[], None], commune: Unit, officer: Any, tmp_path: Any
) -> None:
    job = ask(commune, officer, tmp_path, fail="after the file")
    with pytest.raises(jobs.DatabaseIsDown):
        jobs.run_job(job_id=str(job.pk))
    Job.objects.filter(pk=job.pk).update(params={"folder": str(tmp_path)})
    run_jobs()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert [stored.pk for stored in StoredFile.objects.all()] == [job.result_file_id]
    client = Client()
    client.force_login(officer)
    state = client.get(f"/jobs/{job.pk}/state.json").json()
    assert b"".join(client.get(state["file"]).streaming_content) == b"ba"
