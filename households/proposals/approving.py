"""A draft becomes law by a decision, or is discarded; the way back is the undo of its change set."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.db import connection, transaction

from households import audit_trail
from households.importing.applying import remember_block
from households.models import Frontage, House, HouseGroup, NumberingDecision, NumberingProposal, ProposalState, Street
from households.proposals import clashes, requirements, writing
from households.proposals.clashes import WRITTEN
from households.proposals.turns import take_turn
from mapping import access, changes, jobs
from mapping.access import Capability
from mapping.errors import Conflict
from mapping.id_blocks import new_block
from mapping.models import ChangeSet, Job
from mapping.wording import gettext as _

KIND: Final = "numbering.approve"
STEPS: Final = 5
OnProgress = Callable[[int, int], None]
HOUSES, FRONTAGES = House._meta.db_table, Frontage._meta.db_table
STREETS, GROUPS = Street._meta.db_table, HouseGroup._meta.db_table

_PROPOSED: Final = f"""
FROM households_proposednumber proposed
 WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN {WRITTEN}
"""
_NEW_ADDRESS: Final = f"""
FROM households_proposednumber proposed JOIN {HOUSES} house ON house.id = proposed.house_id
 WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN {WRITTEN}
   AND (house.number, house.street) IS DISTINCT FROM (proposed.new_number, proposed.new_street)
"""
# Addresses that houses get back by this are former ones no longer; kept with the proposal, they come back by its undo.
_RETURNED: Final = f"""
UPDATE households_numberingproposal SET returned_addresses = coalesce((
    SELECT jsonb_agg(jsonb_build_object('house', former.house_id, 'number', former.number, 'street', former.street,
                                        'until', former.until, 'was_on_plate', former.was_on_plate,
                                        'decision', former.decision_id))
      FROM households_proposednumber proposed JOIN households_formeraddress former
        ON former.house_id = proposed.house_id
       AND (former.number, former.street) = (proposed.new_number, proposed.new_street)
     WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN {WRITTEN}), '[]')
 WHERE id = %(proposal)s
"""
_SET_ADDRESSES: Final = f"""
UPDATE {HOUSES} house SET number = proposed.new_number, street = proposed.new_street, version = house.version + 1,
       updated_at = now()
  FROM households_proposednumber proposed
 WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN {WRITTEN} AND house.id = proposed.house_id
   AND (house.number, house.street) IS DISTINCT FROM (proposed.new_number, proposed.new_street)
"""
# What the trigger kept a moment ago is what this decision took away.
_BY_DECISION: Final = f"""
UPDATE households_formeraddress former SET decision_id = %(decision)s
  FROM households_proposednumber proposed
 WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN {WRITTEN} AND former.house_id = proposed.house_id
   AND (former.number, former.street) = (proposed.old_number, proposed.old_street)
"""
_SET_FRONTAGES: Final = f"""
UPDATE {FRONTAGES} frontage SET street_id = proposed.street_id, side = proposed.side,
       position_m = proposed.position_m, distance_m = proposed.distance_m,
       by_hand = frontage.by_hand AND frontage.street_id = proposed.street_id OR proposed.by_hand,
       decision_id = %(decision)s, version = frontage.version + 1
  FROM households_proposednumber proposed
 WHERE proposed.proposal_id = %(proposal)s AND proposed.outcome IN {WRITTEN} AND frontage.house_id = proposed.house_id
"""
_ADD_FRONTAGES: Final = f"""
INSERT INTO {FRONTAGES} (id, house_id, street_id, side, position_m, distance_m, by_hand, decision_id, version)
SELECT (%(block)s || lpad(to_hex(row_number() OVER (ORDER BY proposed.id)), 6, '0'))::uuid, proposed.house_id,
       proposed.street_id, proposed.side, proposed.position_m, proposed.distance_m, proposed.by_hand, %(decision)s, 1
{_PROPOSED}
   AND NOT EXISTS (SELECT FROM {FRONTAGES} frontage WHERE frontage.house_id = proposed.house_id)
"""
_NEW_ALLEYS: Final = f"""
FROM households_proposedstreet proposed JOIN {STREETS} street ON street.id = proposed.street_id
 WHERE proposed.proposal_id = %(proposal)s AND street.name = '' AND street.number <> proposed.new_number
   AND proposed.new_number <> ''
"""
_SET_ALLEYS: Final = f"""
UPDATE {STREETS} street SET number = proposed.new_number, version = street.version + 1, updated_at = now()
  FROM households_proposedstreet proposed
 WHERE proposed.proposal_id = %(proposal)s AND street.id = proposed.street_id AND street.name = ''
   AND street.number <> proposed.new_number AND proposed.new_number <> ''
"""
_LETTERS: Final = "(SELECT key::uuid AS id, value ->> 0 AS letter FROM jsonb_each(%(letters)s::jsonb)) read"


@transaction.atomic
def approve(
    *,
    user: Any,
    proposal: NumberingProposal,
    number: str,
    decided_on: datetime.date,
    version: int,
    job: Job | None = None,
    on_progress: OnProgress | None = None,
) -> NumberingDecision:
    """Write the numbers of a draft into the houses, by a decision with number and date, in one transaction.

    Houses that are locked, left out or on no street stay as they are. `job` is the one that was ordered to do this, if
    it is one. Raises what `requirements.require_approvable` does; Conflict when the draft has moved on, or another job
    approves it; what `on_progress` raises ends the work, and nothing is kept.
    """
    access.require(user, Capability.NUMBER, proposal.commune)
    say = on_progress or (lambda done, total: None)
    take_turn(proposal.commune_id)
    draft = locked_draft(proposal, version, job=job)
    say(0, STEPS)
    clashes.lock(draft)
    say(1, STEPS)
    number = requirements.require_approvable(draft, number, decided_on)
    say(2, STEPS)
    decision = NumberingDecision.objects.create(
        commune=draft.commune, number=number, decided_on=decided_on, proposal=draft, approved_by=user
    )
    changeset = changes.begin(kind=KIND, subject=str(decision), commune=draft.commune, user=user)
    _write(draft, decision, changeset, say)
    draft.state, draft.changeset, draft.version = ProposalState.APPROVED, changeset, draft.version + 1
    draft.save(update_fields=["state", "changeset", "version"])
    audit_trail.numbers_decided(decision, draft)
    _same_as(proposal, draft)
    say(STEPS, STEPS)
    return decision


def locked_draft(proposal: NumberingProposal, version: int, *, job: Job | None = None) -> NumberingProposal:
    """Return the draft locked for this transaction. Raises Conflict when it is none, or not the one seen.

    Nobody but the job that approves a draft may have it meanwhile; others are told so instead of waiting for its end.
    """
    _require_left_alone(NumberingProposal.objects.select_related("job").get(pk=proposal.pk), job)
    draft = NumberingProposal.objects.select_for_update(of=("self",)).select_related("commune").get(pk=proposal.pk)
    _require_left_alone(draft, job)
    if draft.state != ProposalState.DRAFT:
        raise Conflict(
            _("Phương án này %(state)s nên không sửa, không duyệt được nữa.") % {"state": draft.get_state_display()},
            code="not_a_draft",
        )
    if draft.version != version:
        raise Conflict(
            _("Phương án đã được người khác sửa sau khi bạn mở trang. Hãy tải lại trang rồi làm tiếp."), code="version"
        )
    return draft


def _require_left_alone(draft: NumberingProposal, job: Job | None) -> None:
    if draft.is_being_approved and (job is None or draft.job_id != job.pk):
        raise Conflict(
            _("Phương án này đang được duyệt nên không sửa, không bỏ, không duyệt lần nữa được. Hãy đợi việc đó xong."),
            code="being_approved",
        )


def _write(draft: NumberingProposal, decision: NumberingDecision, changeset: ChangeSet, say: OnProgress) -> None:
    block = new_block()
    params = {
        "proposal": draft.pk,
        "decision": decision.pk,
        "letters": clashes.as_json(draft.group_letters),
        "block": block,
    }
    with connection.cursor() as cursor:

        def ids(statement: str) -> list[uuid.UUID]:
            cursor.execute(statement, params)
            return [row[0] for row in cursor.fetchall()]

        cursor.execute(_RETURNED, params)
        changes.remember(changeset, HOUSES, ids(f"SELECT house.id {_NEW_ADDRESS}"))
        changes.remember(
            changeset, FRONTAGES,
            ids(f"SELECT id FROM {FRONTAGES} WHERE house_id IN (SELECT proposed.house_id {_PROPOSED})"),
        )  # fmt: skip
        changes.remember(changeset, STREETS, ids(f"SELECT street.id {_NEW_ALLEYS}"))
        changes.remember(
            changeset, GROUPS,
            ids(f"SELECT kept.id FROM {GROUPS} kept JOIN {_LETTERS} USING (id) WHERE kept.letter <> read.letter"),
        )  # fmt: skip
        say(3, STEPS)
        for statement in (_SET_ADDRESSES, _BY_DECISION, _SET_FRONTAGES, _SET_ALLEYS):
            cursor.execute(statement, params)
        cursor.execute(
            f"UPDATE {GROUPS} kept SET letter = read.letter, version = kept.version + 1, updated_at = now() "
            f"FROM {_LETTERS} WHERE kept.id = read.id AND kept.letter <> read.letter",
            params,
        )
        say(4, STEPS)
        changes.seal(changeset)
        cursor.execute(_ADD_FRONTAGES, params)
        remember_block(changeset, FRONTAGES, block, cursor.rowcount)


@transaction.atomic
def discard(*, user: Any, proposal: NumberingProposal, version: int) -> None:
    """Set a draft aside, or one that is being computed, and forget its rows.

    Raises Conflict when it is neither, or has moved on.
    """
    access.require(user, Capability.NUMBER, proposal.commune)
    if proposal.state == ProposalState.COMPUTING:
        stopped = NumberingProposal.objects.filter(pk=proposal.pk, state=ProposalState.COMPUTING).update(
            state=ProposalState.DISCARDED
        )
        if stopped:
            if proposal.job is not None:
                jobs.cancel(proposal.job)
            proposal.state = ProposalState.DISCARDED
            audit_trail.draft_discarded(proposal)
            return
    draft = locked_draft(proposal, version)
    writing.clear(draft)
    draft.state, draft.version = ProposalState.DISCARDED, draft.version + 1
    draft.save(update_fields=["state", "version"])
    audit_trail.draft_discarded(draft)
    _same_as(proposal, draft)


def _same_as(proposal: NumberingProposal, draft: NumberingProposal) -> None:
    """Let the caller's row tell what has become of it."""
    proposal.state, proposal.version, proposal.changeset = draft.state, draft.version, draft.changeset
