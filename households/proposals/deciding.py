"""The order to make a draft law: a short one at once, a long one by a job that can be watched and stopped."""

from __future__ import annotations

import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy

from households.models import NumberingProposal, ProposalState
from households.models.numbering import APPROVAL
from households.proposals import approving, requirements
from households.proposals.turns import take_turn
from mapping import access, jobs, registry
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job
from mapping.wording import gettext as _

AT_ONCE: Final = 2_000
"""Houses that are written while the person waits, within a second; more are written by a job."""


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[APPROVAL] = registry.JobKind(
        APPROVAL, gettext_lazy("ghi số nhà theo quyết định"), Capability.NUMBER, run
    )


@transaction.atomic
def decide(
    *, user: Any, proposal: NumberingProposal, number: str, decided_on: datetime.date, version: int
) -> Job | None:
    """Make a draft law by a decision, or queue that when it takes long; the job is returned then.

    The same order of the same person twice is one. Whatever can be refused is refused here: raises what
    `approving.approve` does.
    """
    access.require(user, Capability.NUMBER, proposal.commune)
    order = {
        "proposal": str(proposal.pk),
        "number": number,
        "decided_on": decided_on.isoformat(),
        "version": version,
    }
    if not takes_long(proposal):
        approving.approve(user=user, proposal=proposal, number=number, decided_on=decided_on, version=version)
        return None
    # Before anything is locked, that nobody waits for the job; and then once more, should two have come at once.
    standing = _standing(proposal, user, order)
    if standing is not None:
        return standing
    NumberingProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    standing = _standing(proposal, user, order)
    if standing is not None:
        return standing
    draft = approving.locked_draft(proposal, version)
    requirements.require_approvable(draft, number, decided_on)
    draft.job = jobs.start_once(kind=APPROVAL, commune=draft.commune, user=user, params=order)
    draft.save(update_fields=["job"])
    proposal.job = draft.job
    return draft.job


def takes_long(proposal: NumberingProposal) -> bool:
    """Whether approving a proposal is work for a job."""
    return sum(proposal.counts.get(outcome, 0) for outcome in ("same", "given", "changed")) > AT_ONCE


def _standing(proposal: NumberingProposal, user: Any, order: dict[str, Any]) -> Job | None:
    """The job that does what is ordered already."""
    now = NumberingProposal.objects.select_related("job").get(pk=proposal.pk)
    if not now.is_being_approved or now.job is None or now.job.cancel_requested:
        return None
    return now.job if now.job.params == order and now.job.created_by_id == user.pk else None


def run(work: jobs.Work) -> None:
    """Make the draft of a job law. A second run, after a crash, finds that done, or finds nothing done."""
    params = work.params
    proposal = NumberingProposal.objects.select_related("commune").filter(pk=params["proposal"]).first()
    if proposal is None:
        raise UserError(_("Phương án này đã bị bỏ."), code="discarded")
    access.require(work.user, Capability.NUMBER, proposal.commune)
    with transaction.atomic():
        # Of a job that is taken up again, the first try may not be quite dead: what it keeps is seen after its end.
        take_turn(proposal.commune_id)
        proposal.refresh_from_db(fields=["state", "job"])
        if proposal.state != ProposalState.APPROVED or proposal.job_id != work.job.pk:
            approving.approve(
                user=work.user,
                proposal=proposal,
                number=params["number"],
                decided_on=datetime.date.fromisoformat(params["decided_on"]),
                version=params["version"],
                job=work.job,
                on_progress=work.progress,
            )
    work.job.sentence = decided(params["number"])


def decided(number: str) -> str:
    """Say that a decision holds."""
    return _("Đã ghi quyết định số %(number)s; số nhà theo phương án có hiệu lực.") % {"number": number}
