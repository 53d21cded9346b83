"""An alley without a name bears the number of the house before its mouth: where that is changed by hand, it follows.

With the alley go its houses and the nameless alleys off it: 6/1 becomes 8/1. What may not move, because a decision or
an officer keeps numbers there, the alley's own among them, or they are beside the draft, stays, and a finding says so
for as long as it is so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import F, QuerySet

from households.models import House, NumberingProposal, ProposalFinding, ProposedNumber, ProposedOutcome, Street
from households.proposals.alleys import legal_alleys
from households.proposals.clashes import ROOTS
from households.proposals.comparing import LONGEST_NUMBER, outcome_of
from households.proposals.rules import ProposalRules

MOUTH_LEFT: Final = "mouth_left"
"""The finding: an alley has the number that the house before its mouth has no longer."""

_CALLED: Final = "coalesce(told.new_number, street.number)"
_ALLEYS: Final = f"""
SELECT street.id, {_CALLED}
  FROM households_street street
  LEFT JOIN households_proposedstreet told ON told.street_id = street.id AND told.proposal_id = %(proposal)s
 WHERE street.commune_id = %(commune)s AND street.parent_id = %(on)s AND street.name = ''
   AND ({_CALLED} = %(before)s
        OR EXISTS (SELECT FROM households_proposalfinding second
                    WHERE second.proposal_id = %(proposal)s AND second.street_id = street.id
                      AND second.code = 'mouth_taken' AND second.detail ->> 'number' = %(before)s))
"""
_INSIDE: Final = """
WITH RECURSIVE inside (id) AS (
    SELECT %(alley)s::uuid
     UNION
    SELECT street.id FROM inside JOIN households_street street ON street.parent_id = inside.id AND street.name = ''
)
SELECT id FROM inside
"""
# Another alley of the same road that is called so.
_TAKEN: Final = f"""
WITH {ROOTS}
SELECT EXISTS (
    SELECT FROM households_street street JOIN root ON root.street = street.id
      LEFT JOIN households_proposedstreet told ON told.street_id = street.id AND told.proposal_id = %(proposal)s
     WHERE street.name = '' AND street.id <> ALL(%(inside)s)
       AND sonha_number_key({_CALLED}) = sonha_number_key(%(number)s)
       AND root.at = (SELECT at FROM root WHERE street = %(alley)s))
"""
# Houses with a number that begins with the alley's and that the draft does not write: law, or beside it.
_KEPT: Final = """
SELECT EXISTS (
    SELECT FROM households_house house JOIN households_frontage frontage ON frontage.house_id = house.id
     WHERE frontage.street_id = ANY(%(inside)s) AND house.state = 'active'
       AND starts_with(sonha_number_key(house.number), sonha_number_key(%(number)s) || '/')
       AND NOT EXISTS (SELECT FROM households_proposednumber proposed
                        WHERE proposed.proposal_id = %(proposal)s AND proposed.house_id = house.id
                          AND proposed.outcome <> 'locked'))
"""


@dataclass(frozen=True, slots=True)
class _Move:
    """An alley that is to be called otherwise, and the nameless alleys off it."""

    alley: object
    inside: list[object]
    before: str
    after: str
    tail: str


def follow(draft: NumberingProposal, house: House, on: Street, before: str, after: str) -> list[ProposedNumber]:
    """Let the alleys called after a house on `on` follow its number; return the rows of other houses that changed.

    `after` is "" where the house has no number there any more: then the alleys stay and findings say so.
    """
    changed: list[ProposedNumber] = []
    found = [*_called_after(draft, on, before, after), *_left_before(draft, house, on, after)]
    _findings(draft, house, on).delete()
    for move in {move.alley: move for move in found}.values():
        if move.before == move.after:
            continue
        if after and _may_move(draft, move):
            changed += _move(draft, move)
        else:
            ProposalFinding.objects.create(
                proposal=draft, code=MOUTH_LEFT, street_id=move.alley, house=house, place=house.location,
                detail={"number": after, "given": move.before, "tail": move.tail},
            )  # fmt: skip
    return changed


def _called_after(draft: NumberingProposal, on: Street, before: str, after: str) -> list[_Move]:
    """The alleys that have their number of the house; the second of two has a suffix, which it keeps."""
    if not before or before == after:
        return []
    found = _rows(_ALLEYS, {"proposal": draft.pk, "commune": draft.commune_id, "on": on.pk, "before": before})
    return [
        _moved(alley, called, after, called.removeprefix(before))
        for alley, called in found
        if called.startswith(before)
    ]


def _left_before(draft: NumberingProposal, house: House, on: Street, after: str) -> list[_Move]:
    """The alleys that could not follow the house an earlier time, and may now be right again."""
    left = _findings(draft, house, on).values_list("street", "detail")
    return [_moved(alley, detail["given"], after, detail["tail"]) for alley, detail in left]


def _findings(draft: NumberingProposal, house: House, on: Street) -> QuerySet[ProposalFinding]:
    return ProposalFinding.objects.filter(proposal=draft, house=house, code=MOUTH_LEFT, street__parent=on)


def _moved(alley: object, called: str, after: str, tail: str) -> _Move:
    return _Move(alley, _inside(alley), called, after + tail if after else "", tail)


def _inside(alley: object) -> list[object]:
    return [row[0] for row in _rows(_INSIDE, {"alley": alley})]


def _may_move(draft: NumberingProposal, move: _Move) -> bool:
    told = draft.streets.filter(street__in=move.inside)
    if told.filter(street=move.alley).count() != 1:
        return False
    if _keeps_number(draft, move):
        return False
    params = {
        "proposal": draft.pk, "commune": draft.commune_id, "alley": move.alley, "inside": move.inside,
    }  # fmt: skip
    if _rows(_TAKEN, params | {"number": move.after})[0][0] or _rows(_KEPT, params | {"number": move.before})[0][0]:
        return False
    rows = draft.numbers.filter(street__in=move.inside)
    kept = [ProposedOutcome.LOCKED]
    if ProposalRules.from_json(draft.rules).keeps_all:
        kept.append(ProposedOutcome.SAME)
    if rows.filter(outcome__in=kept, new_number__startswith=f"{move.before}/").exists():
        return False
    texts = [*rows.values_list("new_number", flat=True), *told.values_list("new_number", flat=True)]
    return max(map(len, texts), default=0) + len(move.after) - len(move.before) <= LONGEST_NUMBER


def _keeps_number(draft: NumberingProposal, move: _Move) -> bool:
    """Whether the alley, or one off it, has the number of the register for good."""
    numbered = draft.streets.filter(street__in=move.inside).exclude(old_number="").filter(new_number=F("old_number"))
    if ProposalRules.from_json(draft.rules).keeps_all or draft.house_id is not None:
        return numbered.exists()
    return not legal_alleys(draft.commune).isdisjoint(numbered.values_list("street", flat=True))


def _move(draft: NumberingProposal, move: _Move) -> list[ProposedNumber]:
    for told in draft.streets.filter(street__in=move.inside):
        if told.new_number == move.before or told.new_number.startswith(f"{move.before}/"):
            told.new_number = move.after + told.new_number.removeprefix(move.before)
            told.save(update_fields=["new_number"])
    for finding in ProposalFinding.objects.filter(proposal=draft, street=move.alley, code="no_house_before_mouth"):
        finding.detail["number"] = move.after
        finding.save(update_fields=["detail"])
    rows = list(
        draft.numbers.select_related("street", "house").filter(
            street__in=move.inside, new_number__startswith=f"{move.before}/"
        )
    )
    for row in rows:
        number = move.after + row.new_number.removeprefix(move.before)
        new_number, new_street, outcome = outcome_of(row.old_number, row.old_street, number, row.new_street)
        row.new_number, row.new_street = new_number, new_street
        if row.outcome not in (ProposedOutcome.LEFT_OUT, ProposedOutcome.UNPLACED):
            row.outcome = outcome
        row.save(update_fields=["new_number", "new_street", "outcome"])
    return rows


def _rows(statement: str, params: dict[str, object]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[object, ...]] = cursor.fetchall()
        return rows
