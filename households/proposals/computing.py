"""Compute a proposal: read a commune, number it, write old and new numbers, streets and findings.

The whole commune goes through the engine whatever the proposal covers: what lies outside keeps its numbers, and houses
there without one have theirs left free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from django.db import connection, transaction

from households.addresses import capitalised
from households.models import NumberingProposal, ProposalState
from households.numbering import engine
from households.numbering.model import NONE, Bools, Finding, Numbering
from households.numbering.parents import ParentLoopError
from households.proposals import writing
from households.proposals.alleys import kept_alleys
from households.proposals.comparing import compare
from households.proposals.counting import ProposalCounts, count
from households.proposals.ground import Ground, read_ground
from households.proposals.hints import far_from, named_streets
from households.proposals.rules import ProposalRules
from mapping.errors import Conflict, UserError
from mapping.wording import gettext as _

OnProgress = Callable[[int, int], None]
STEPS: Final = 4
__all__ = ("OnProgress", "ProposalCounts", "compute")


@dataclass(frozen=True, slots=True)
class Plan:
    """A commune ready for the engine: what is locked, and which houses the proposal is about."""

    ground: Ground
    wanted: Bools
    far: Bools


def compute(proposal: NumberingProposal, on_progress: OnProgress | None = None) -> ProposalCounts:
    """Compute the proposal in one transaction and make it a draft; half-made rows of an earlier try go first.

    Raises Conflict when it was discarded meanwhile; what `on_progress` raises ends the work, and nothing is kept.
    """
    say = on_progress or (lambda done, total: None)
    with transaction.atomic():
        _alone(proposal)
        writing.clear(proposal)
        rules = ProposalRules.from_json(proposal.rules)
        say(0, STEPS)
        plan = plan_of(proposal, rules)
        say(1, STEPS)
        numbering = number(plan.ground, rules)
        say(2, STEPS)
        _write(proposal, plan, numbering)
        say(3, STEPS)
        counts = count(proposal)
        letters = {
            key: [letter, version]
            for key, letter, version in zip(
                plan.ground.group_ids, numbering.letter.tolist(), plan.ground.group_versions, strict=True
            )
        }
        changed = NumberingProposal.objects.filter(pk=proposal.pk, state=ProposalState.COMPUTING).update(
            state=ProposalState.DRAFT, counts=counts, group_letters=letters
        )
        if not changed:
            raise Conflict(_("Phương án này đã bị bỏ trong khi đang lập."), code="discarded")
    proposal.state, proposal.counts, proposal.group_letters = ProposalState.DRAFT, counts, letters
    say(STEPS, STEPS)
    return counts


def plan_of(proposal: NumberingProposal, rules: ProposalRules) -> Plan:
    """Read the commune of a proposal and say what of it is locked."""
    ground = read_ground(proposal.commune)
    wanted = _wanted(proposal, ground)
    hinted = named_streets(ground)
    chosen, number = ground.houses.chosen, ground.houses.number
    numbered = number != ""
    far = far_from(ground, chosen, rules.for_engine(ground.srid).reach_m) & ground.house_rows.legal
    legal = ground.house_rows.legal & numbered
    moved = np.zeros(len(ground.houses), bool)
    if proposal.house_id is not None:
        # Whoever asks for this one house, which has moved away from where it got its number, asks for a new one.
        moved = far & wanted
        legal, chosen, far = legal & ~moved, np.where(moved, NONE, chosen).astype(np.int32), far & ~moved
    locked = legal | (numbered & ~wanted)
    # "Keep all" of one house alone means all others, which stay anyway.
    if rules.keeps_all and (proposal.house_id is None or rules.only_new):
        locked |= numbered & ~moved
    ground = replace(ground, streets=replace(ground.streets, locked=kept_alleys(proposal, rules, ground)))
    return Plan(ground.with_houses(chosen=chosen, hinted=hinted, locked=locked), wanted, far)


def number(ground: Ground, rules: ProposalRules) -> Numbering:
    """Number a commune. Raises UserError, with the street's name, where its streets cannot be numbered."""
    flat = np.flatnonzero(shapely.length(ground.streets.lines) == 0)
    if len(flat):
        raise UserError(
            _("%(street)s được vẽ thành một điểm nên không đánh số được. Hãy vẽ lại thành đường.")
            % {"street": capitalised(_described(ground, int(flat[0])))},
            code="no_length",
        )
    try:
        return engine.number_houses(ground.streets, ground.houses, ground.groups, rules.for_engine(ground.srid))
    except ParentLoopError as error:
        raise UserError(
            _("Đường, ngõ đi ra từ nhau thành vòng: %(streets)s. Hãy chọn lại đường mà một trong các ngõ này đi ra.")
            % {"streets": " → ".join(_described(ground, place) for place in (*error.streets, error.streets[0]))},
            code="ring",
        ) from error


def _described(ground: Ground, place: int) -> str:
    """A street as a person knows it; what has neither name nor number is said to have none."""
    name = ground.street_rows.full_name[place]
    if ground.streets.named[place] or ground.street_rows.numbers[place]:
        return name
    return _("%(alley)s chưa có tên") % {"alley": name}


def _wanted(proposal: NumberingProposal, ground: Ground) -> Bools:
    """Which houses the proposal is about."""
    if proposal.house_id is not None:
        key = proposal.house_id.bytes
        return np.array([house == key for house in ground.house_rows.ids], bool)
    if proposal.village_ids is not None:
        return np.isin(ground.house_rows.villages, proposal.village_ids)
    return np.ones(len(ground.houses), bool)


def _alone(proposal: NumberingProposal) -> None:
    """Compute a proposal once at a time: of a job that is taken up again, the first try may not be quite dead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('households.proposal ' || %s, 0))", [str(proposal.pk)]
        )


def _write(proposal: NumberingProposal, plan: Plan, numbering: Numbering) -> None:
    ground = plan.ground
    wanted = np.flatnonzero(plan.wanted)
    writing.write_numbers(proposal, ground, numbering, compare(ground, numbering, wanted=wanted, far=plan.far))
    streets = _streets_of(proposal, plan, numbering)
    writing.write_streets(proposal, ground, numbering, np.flatnonzero(streets).tolist())
    writing.write_findings(proposal, ground, _findings_of(plan, numbering, streets))


def _streets_of(proposal: NumberingProposal, plan: Plan, numbering: Numbering) -> Bools:
    """Which streets the proposal tells of: those of its houses and villages, and all that these hang on."""
    rows, parent = plan.ground.street_rows, plan.ground.streets.parent
    if proposal.house_id is None and proposal.village_ids is None:
        return np.ones(len(parent), bool)
    told = np.zeros(len(parent), bool)
    fronts = numbering.frontages.street[plan.wanted]
    told[fronts[fronts != NONE]] = True
    if proposal.village_ids is not None:
        told |= np.isin(np.array([village or 0 for village in rows.villages], np.int64), proposal.village_ids)
    for _step in range(len(parent)):
        above = parent[told]
        above = above[above != NONE]
        if told[above].all():
            break
        told[above] = True
    return told


def _findings_of(plan: Plan, numbering: Numbering, streets: Bools) -> Iterator[Finding]:
    for finding in numbering.findings:
        if finding.house != NONE:
            told = plan.wanted[finding.house]
        else:
            told = finding.street == NONE or streets[finding.street]
        if told:
            yield finding
