"""A job of an import that did its work and was killed before it could tell: begun anew, it tells what it had done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from households.importing import undoing, working
from households.models import ImportRun
from mapping import jobs
from mapping.models import Job, JobState, Unit
from tests.households.lists import bring, row, write_csv


def begun_before(kind: str, run: ImportRun, officer: Any) -> Job:
    """As a killed worker leaves it."""
    params = {"run": str(run.pk), "with_doubles": False}
    return Job.objects.create(
        kind=kind, commune=run.commune, created_by=officer, params=params, state=JobState.RUNNING,
        started_at=timezone.now(),
    )  # fmt: skip


def told_by(job: Job) -> tuple[str, str]:
    jobs._run(str(job.pk))
    job.refresh_from_db()
    return job.state, job.sentence


def test_an_import_and_its_undo_are_told_as_done_and_not_as_refused(
    commune: Unit, officer: Any, tmp_path: Path
) -> None:
    run, _found = bring(write_csv(tmp_path, [row(place) for place in range(3)]), commune, officer)
    late = begun_before(working.APPLY, run, officer)
    ImportRun.objects.filter(pk=run.pk).update(applied_at=timezone.now())  # as if this job had written it
    assert told_by(late) == (JobState.DONE, "Đã thêm 3 nhà, 3 hộ; sửa 0 nhà.")
    undone = begun_before(working.UNDO, run, officer)
    undoing.undo(run=ImportRun.objects.get(pk=run.pk), user=officer)
    assert told_by(undone) == (JobState.DONE, "Đã hoàn tác: dữ liệu trở lại như trước lần nhập này.")


def test_a_second_job_for_a_list_that_was_written_before_is_refused(
    commune: Unit, officer: Any, tmp_path: Path
) -> None:
    run, _found = bring(write_csv(tmp_path, [row()]), commune, officer)
    state, sentence = told_by(begun_before(working.APPLY, run, officer))
    assert state == JobState.FAILED and "đã được nhập rồi" in sentence
