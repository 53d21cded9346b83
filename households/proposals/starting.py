"""Ask for a proposal: checked at once, computed by a worker; for one house computed at once."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy

from households.codes import format_house_code
from households.models import House, HouseState, NumberingProposal, ProposalState, Street
from households.proposals import computing
from households.proposals.rules import ProposalRules
from households.proposals.turns import take_turn
from mapping import access, jobs, registry
from mapping.access import Capability
from mapping.errors import Conflict, UserError, is_database_down
from mapping.models import Job, Unit
from mapping.wording import gettext as _
from mapping.wording import ngettext

KIND: Final = "numbering"


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(KIND, gettext_lazy("lập phương án đánh số nhà"), Capability.NUMBER, run)


@transaction.atomic
def start(
    *, user: Any, commune: Unit, villages: list[Unit] | None, rules: ProposalRules, house: House | None = None
) -> NumberingProposal:
    """Make a proposal over a commune, some of its villages, or one house of it.

    The proposal comes back COMPUTING with its job, for one house DRAFT. The same order of the same person that is
    still being computed is handed back instead. Raises UserError when it cannot be made: no streets, a village of
    another commune, a house that is closed; Conflict while another one is being computed.
    """
    access.require(user, Capability.NUMBER, commune)
    require_streets(commune)
    proposal = new_proposal(user=user, commune=commune, villages=villages, rules=rules, house=house)
    if house is not None:
        proposal.save(force_insert=True)
        computing.compute(proposal)
        return proposal
    take_turn(commune.pk)
    standing = _standing(commune)
    if standing is not None:
        if _same_order(standing, proposal):
            return standing
        raise Conflict(
            _("%(commune)s đang lập một phương án khác. Hãy đợi lập xong hoặc dừng phương án đó rồi thử lại.")
            % {"commune": commune},
            code="computing",
        )
    proposal.save(force_insert=True)
    proposal.job = jobs.start_once(kind=KIND, commune=commune, user=user, params={"proposal": str(proposal.pk)})
    proposal.save(update_fields=["job"])
    return proposal


def again(*, user: Any, proposal: NumberingProposal) -> NumberingProposal:
    """Start a run over what a proposal covers and by its rules, on what stands in the commune now.

    The old proposal stays as it is, and what officers set in it is not carried over. Raises what `start` does.
    """
    villages = None
    if proposal.village_ids is not None:
        villages = list(Unit.objects.filter(pk__in=proposal.village_ids))
    rules = ProposalRules.from_json(proposal.rules)
    return start(user=user, commune=proposal.commune, villages=villages, rules=rules, house=proposal.house)


def new_proposal(
    *, user: Any, commune: Unit, villages: list[Unit] | None, rules: ProposalRules, house: House | None = None
) -> NumberingProposal:
    """Return a proposal that can be made, not yet saved. Raises UserError."""
    for village in villages or ():
        if village.parent_id != commune.pk:
            raise UserError(
                _("%(village)s không thuộc %(commune)s. Hãy chọn thôn của xã này.")
                % {"village": village, "commune": commune},
                code="village",
            )
    if villages is not None and not villages:
        raise UserError(_("Hãy chọn ít nhất một thôn, hoặc chọn cả xã."), code="no_village")
    if house is not None:
        _require_house(house, commune)
    return NumberingProposal(
        commune=commune,
        village_ids=None if villages is None else sorted({village.pk for village in villages}),
        house=house,
        rules=rules.to_json(),
        state=ProposalState.COMPUTING,
        created_by=user,
    )


def _require_house(house: House, commune: Unit) -> None:
    if house.commune_id != commune.pk:
        raise UserError(
            _("Nhà %(code)s không thuộc %(commune)s.") % {"code": format_house_code(house.code), "commune": commune},
            code="house",
        )
    if house.state != HouseState.ACTIVE:
        raise UserError(
            _("Nhà %(code)s đã đóng nên không đánh số. Hãy mở lại nhà trước.")
            % {"code": format_house_code(house.code)},
            code="closed",
        )


def require_streets(commune: Unit) -> None:
    """Raise UserError when there is nothing in a commune to number along."""
    if not Street.objects.filter(commune=commune).exists():
        raise UserError(
            _("%(commune)s chưa có đường, ngõ nào. Hãy vẽ hoặc nhập đường, ngõ trước, rồi lập phương án.")
            % {"commune": commune},
            code="no_streets",
        )


def _standing(commune: Unit) -> NumberingProposal | None:
    """The proposal that is being computed for the commune; one whose work has ended without it is set aside."""
    computing_now = NumberingProposal.objects.select_related("job").filter(
        commune=commune, house=None, state=ProposalState.COMPUTING
    )
    for proposal in computing_now:
        if proposal.job is not None and not proposal.job.is_over and not proposal.job.cancel_requested:
            return proposal
        _set_aside(proposal)
    return None


def _same_order(one: NumberingProposal, other: NumberingProposal) -> bool:
    asked = ("village_ids", "rules", "created_by_id")
    return all(getattr(one, name) == getattr(other, name) for name in asked)


def _set_aside(proposal: NumberingProposal) -> None:
    NumberingProposal.objects.filter(pk=proposal.pk, state=ProposalState.COMPUTING).update(
        state=ProposalState.DISCARDED
    )


def proposal_of(job: Job) -> NumberingProposal | None:
    """Return the proposal that a job computes."""
    return NumberingProposal.objects.select_related("commune").filter(pk=job.params.get("proposal")).first()


def run(work: jobs.Work) -> None:
    """Compute the proposal of a job; one that fails or is stopped is set aside. A second run finds it done."""
    proposal = proposal_of(work.job)
    if proposal is None or proposal.state == ProposalState.DISCARDED:
        raise UserError(_("Phương án này đã bị bỏ."), code="discarded")
    access.require(work.user, Capability.NUMBER, proposal.commune)
    if proposal.state == ProposalState.COMPUTING:
        try:
            computing.compute(proposal, work.progress)
        except Exception as error:
            if not is_database_down(error):
                _set_aside(proposal)
            raise
    work.job.sentence = told(proposal)


def told(proposal: NumberingProposal) -> str:
    """Say in one sentence what a computed proposal would do."""
    counts = proposal.counts
    houses = ngettext("%(count)d nhà", "%(count)d nhà", counts["houses"]) % {"count": counts["houses"]}
    return _(
        "Đã lập phương án cho %(houses)s: cấp mới %(given)d, đổi số %(changed)d, giữ nguyên %(kept)d, "
        "chưa gắn được đường %(unplaced)d; %(doubts)d nhà cần xem, %(conflicts)d chỗ mâu thuẫn."
    ) % {
        "houses": houses,
        "given": counts["given"],
        "changed": counts["changed"],
        "kept": counts["same"] + counts["locked"],
        "unplaced": counts["unplaced"],
        "doubts": counts["doubts"],
        "conflicts": counts["conflicts"],
    }
