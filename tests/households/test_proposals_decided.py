"""A long draft becomes law by a job: asked for once, watched, stopped, refused before and after."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from households.models import Frontage, House, NumberingDecision, NumberingProposal, ProposalState
from households.proposals import approving, deciding, mending
from mapping import jobs
from mapping.errors import Conflict, UserError
from mapping.models import Job, JobState, Unit, User
from tests import factories
from tests.households.numbered import Ground, computed

DAY = datetime.date(2026, 1, 5)


@pytest.fixture
def ground(transactional_db: None, commune: Unit, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.setattr("households.proposals.deciding.AT_ONCE", 21)
    return Ground(commune)


@pytest.fixture
def draft(ground: Ground, officer: User) -> NumberingProposal:
    return computed(officer, ground.commune)


def decide(user: User, proposal: NumberingProposal, number: str = "45/QĐ-UBND", **what: object) -> Job | None:
    what = {"decided_on": DAY, "version": proposal.version} | what
    return deciding.decide(user=user, proposal=proposal, number=number, **what)  # type: ignore[arg-type]


def test_a_long_draft_is_approved_by_a_job_and_nothing_changes_before(
    draft: NumberingProposal, officer: User, run_jobs: Callable[[], None]
) -> None:
    job = decide(officer, draft)
    assert job is not None and job.kind == "numbering.approval"
    assert not NumberingDecision.objects.exists() and not House.objects.exclude(number="").exists()
    run_jobs()
    job.refresh_from_db()
    draft.refresh_from_db()
    assert (job.state, draft.state) == (JobState.DONE, ProposalState.APPROVED)
    assert "45/QĐ-UBND" in job.told and job.done == job.total
    decision = NumberingDecision.objects.get()
    assert (decision.decided_on, decision.approved_by) == (DAY, officer)
    assert Frontage.objects.filter(decision=decision).count() == 22
    assert draft.refused == ""


def test_a_short_draft_is_approved_at_once(
    draft: NumberingProposal, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("households.proposals.deciding.AT_ONCE", 22)
    assert decide(officer, draft) is None
    assert NumberingProposal.objects.get(pk=draft.pk).state == ProposalState.APPROVED


def test_the_same_order_twice_is_one_and_another_is_refused(
    draft: NumberingProposal, commune: Unit, officer: User, run_jobs: Callable[[], None]
) -> None:
    other = factories.user("minh", officer_of=commune)
    first, again = decide(officer, draft), decide(officer, draft)
    assert first == again
    for person, number in ((officer, "46/QĐ-UBND"), (other, "45/QĐ-UBND")):
        with pytest.raises(Conflict) as refused:
            decide(person, draft, number)
        assert refused.value.code == "being_approved"
    run_jobs()
    assert NumberingDecision.objects.count() == Job.objects.filter(kind="numbering.approval").count() == 1


def test_meanwhile_nobody_edits_or_discards_it(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    job = decide(officer, draft)
    actions: list[Callable[[], object]] = [
        lambda: mending.set_number(
            user=officer, proposal=draft, house=ground.south[0], number="77", version=draft.version
        ),
        lambda: mending.leave_out(user=officer, proposal=draft, house=ground.south[0], version=draft.version),
        lambda: approving.discard(user=officer, proposal=draft, version=draft.version),
    ]
    for action in actions:
        with pytest.raises(Conflict, match="đang được duyệt") as refused:
            action()
        assert refused.value.code == "being_approved"
    assert job is not None
    jobs.cancel(job)
    mending.set_number(user=officer, proposal=draft, house=ground.south[0], number="77", version=draft.version)


@pytest.mark.parametrize(
    ("number", "decided_on", "code"),
    [
        ("", DAY, "no_number"),
        ("45/QĐ", datetime.date(2999, 1, 1), "future"),
        ("45/QĐ", datetime.date(1989, 1, 1), "too_early"),
    ],
)
def test_what_can_be_refused_is_refused_before_a_job_is_made(
    draft: NumberingProposal, officer: User, number: str, decided_on: datetime.date, code: str
) -> None:
    with pytest.raises(UserError) as refused:
        decide(officer, draft, number, decided_on=decided_on)
    assert refused.value.code == code
    assert not Job.objects.filter(kind="numbering.approval").exists()


def test_conflicts_are_refused_before_a_job_is_made(draft: NumberingProposal, ground: Ground, officer: User) -> None:
    House.objects.filter(pk=ground.south[0].pk).update(version=2)
    with pytest.raises(Conflict) as refused:
        decide(officer, draft)
    assert refused.value.code == "houses_changed"
    House.objects.filter(pk=ground.south[0].pk).update(version=1)
    draft.numbers.filter(house=ground.south[0]).update(new_number="3")
    with pytest.raises(Conflict) as refused:
        decide(officer, draft)
    assert refused.value.code == "number_twice"
    with pytest.raises(Conflict) as refused:
        decide(officer, draft, version=9)
    assert refused.value.code == "version"
    assert not Job.objects.filter(kind="numbering.approval").exists()


def test_what_changes_before_the_job_runs_is_refused_by_it_and_told_on_the_page(
    draft: NumberingProposal, ground: Ground, officer: User, officer_client: Client, run_jobs: Callable[[], None]
) -> None:
    decide(officer, draft)
    House.objects.filter(pk=ground.south[0].pk).update(version=2)
    run_jobs()
    draft.refresh_from_db()
    assert draft.state == ProposalState.DRAFT and draft.is_open
    assert not NumberingDecision.objects.exists() and not House.objects.exclude(number="").exists()
    page = reverse("proposal", args=[draft.pk])
    shown = officer_client.get(page).content.decode()
    assert "Chưa duyệt được." in shown and "đã được sửa sau khi lập phương án" in shown
    assert "Duyệt bằng quyết định…" in shown
    mending.leave_out(user=officer, proposal=draft, house=ground.south[0], version=draft.version)
    assert "Chưa duyệt được." not in officer_client.get(page).content.decode(), "that was another draft"
    decide(officer, draft)
    run_jobs()
    assert NumberingProposal.objects.get(pk=draft.pk).state == ProposalState.APPROVED


def test_a_job_that_begins_anew_does_it_once(
    draft: NumberingProposal, officer: User, run_jobs: Callable[[], None]
) -> None:
    job = decide(officer, draft)
    assert job is not None
    run_jobs()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    jobs.run_job.func(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.DONE and "45/QĐ-UBND" in job.told
    assert NumberingDecision.objects.count() == 1


def test_a_job_that_is_stopped_writes_nothing(draft: NumberingProposal, officer: User) -> None:
    job = decide(officer, draft)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    jobs.run_job.func(str(job.pk))
    draft.refresh_from_db()
    assert draft.is_open and Job.objects.get(pk=job.pk).state == JobState.CANCELLED
    assert not NumberingDecision.objects.exists() and not Frontage.objects.exists()


def test_the_pages_say_that_it_is_being_approved_and_then_that_it_is(
    draft: NumberingProposal, ground: Ground, officer_client: Client, run_jobs: Callable[[], None]
) -> None:
    page, approve = (reverse(name, args=[draft.pk]) for name in ("proposal", "approve_proposal"))
    assert "chạy trên máy chủ" in officer_client.get(approve).content.decode()
    sent = {"number": "45/QĐ-UBND", "decided_on": "2026-01-05", "version": draft.version}
    for _twice in range(2):
        assert officer_client.post(approve, sent).headers["Location"] == page
    shown = officer_client.get(page).content.decode()
    assert "Đang ghi số nhà theo quyết định số 45/QĐ-UBND." in shown and "data-state-url" in shown
    assert "Duyệt bằng quyết định…" not in shown and "data-edit" not in shown
    listed = officer_client.get(f"{reverse('numbering')}?commune={draft.commune.code}").content.decode()
    assert "đang duyệt" in listed
    edit = reverse("edit_proposed", args=[draft.pk, ground.south[0].code])
    assert "đang được duyệt" in officer_client.get(edit).content.decode()
    assert officer_client.post(edit, {"do": "leave_out", "version": draft.version}).status_code == 409
    assert officer_client.get(reverse("discard_proposal", args=[draft.pk])).status_code == 302
    run_jobs()
    shown = officer_client.get(page).content.decode()
    assert "Quyết định số 45/QĐ-UBND ngày 05/01/2026" in shown and "Đang ghi số nhà" not in shown
