"""What an officer changes in a draft: a number, a street, a house left for later.

Each takes the version of the proposal that the person saw (Conflict when it has moved on), raises it by one and counts
anew. Each returns the rows that changed. A change of one house moves no other, but that an alley without a name, and
the houses in it, follow the number of the house before its mouth (`following.py`).
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction

from households import audit_trail
from households.codes import format_house_code
from households.models import House, NumberingProposal, ProposedNumber, ProposedOutcome, ProposedStreet, Side, Street
from households.models.street import STREET_WORDS
from households.numbering import written
from households.proposals.approving import locked_draft
from households.proposals.clashes import ROOTS, as_json
from households.proposals.comparing import LONGEST_NUMBER, alike, outcome_of
from households.proposals.counting import count
from households.proposals.following import follow
from households.proposals.keyed import MEANT
from households.proposals.near import street_in_words
from households.proposals.rematching import place_on
from mapping import access
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.text import clean
from mapping.wording import gettext as _

# Houses of the draft as they would be, and the others of the commune as they are: those that front on the same street
# or that an address puts there. Each spelling of a number is looked at once.
_TAKEN: Final = f"""
WITH {ROOTS}, {MEANT}, here AS (
    SELECT at FROM root WHERE street = %(on)s
), called AS MATERIALIZED (
    SELECT said FROM meant WHERE street = (SELECT at FROM here) UNION SELECT sonha_street_key(%(street)s)
), drafted AS NOT MATERIALIZED (
    SELECT proposed.house_id, root.at,
           proposed.outcome IN ('left_out', 'unplaced') AS is_left,
           CASE WHEN proposed.outcome IN ('left_out', 'unplaced') THEN proposed.old_number ELSE proposed.new_number END
               AS number,
           proposed.old_street AS street
      FROM households_proposednumber proposed LEFT JOIN root ON root.street = proposed.street_id
     WHERE proposed.proposal_id = %(proposal)s
), standing AS NOT MATERIALIZED (
    SELECT id, code, number, street FROM households_house WHERE commune_id = %(commune)s AND state = 'active'
), spelt AS MATERIALIZED (
    SELECT number FROM (SELECT number FROM drafted UNION SELECT number FROM standing) every
     WHERE sonha_number_key(number) = sonha_number_key(%(number)s)
)
SELECT house.code
  FROM drafted JOIN spelt USING (number) JOIN households_house house ON house.id = drafted.house_id
 WHERE drafted.house_id <> %(house)s
   AND CASE WHEN is_left THEN sonha_street_key(drafted.street) IN (SELECT said FROM called)
            ELSE drafted.at = (SELECT at FROM here) END
 UNION ALL
SELECT standing.code
  FROM standing JOIN spelt USING (number) LEFT JOIN households_frontage frontage ON frontage.house_id = standing.id
  LEFT JOIN root ON root.street = frontage.street_id
 WHERE standing.id <> %(house)s
   AND (root.at = (SELECT at FROM here)
        OR frontage.id IS NULL AND sonha_street_key(standing.street) IN (SELECT said FROM called))
   AND NOT EXISTS (SELECT FROM households_proposednumber proposed
                    WHERE proposed.proposal_id = %(proposal)s AND proposed.house_id = standing.id)
 LIMIT 1
"""
_SIDES: Final = """
UPDATE households_proposedstreet told
   SET left_houses = (SELECT count(*) FROM households_proposednumber proposed
                       WHERE proposed.proposal_id = told.proposal_id AND proposed.street_id = told.street_id
                         AND proposed.side = 1),
       right_houses = (SELECT count(*) FROM households_proposednumber proposed
                        WHERE proposed.proposal_id = told.proposal_id AND proposed.street_id = told.street_id
                          AND proposed.side = 2)
 WHERE told.proposal_id = %s AND told.street_id = ANY(%s)
"""


@transaction.atomic
def set_number(
    *, user: Any, proposal: NumberingProposal, house: House, number: str, version: int, against_rule: bool = False
) -> list[ProposedNumber]:
    """Give a house of the draft another number on its street.

    `against_rule` lets an odd number stand on the right or an even one on the left. Raises UserError: not readable,
    over 20 characters, not of its alley (code "prefix") or group (code "group"), on the wrong side (code "side"),
    taken by another house (code "taken", which names it), the house is locked or on no street.
    """
    draft = _opened(user, proposal, version)
    row = _row(draft, house)
    if row.street is None or row.outcome == ProposedOutcome.UNPLACED:
        raise UserError(
            _("Nhà %(code)s chưa gắn với đường, ngõ nào. Hãy chọn đường cho nhà trước.") % _code(house),
            code="no_street",
        )
    text = _checked_text(draft, row, number, against_rule=against_rule)
    street = _addressed(row.street) or row.new_street
    _require_free(draft, house, row.street, text, street)
    before = row.new_number
    row.new_number, row.new_street, row.outcome = outcome_of(row.old_number, row.old_street, text, street)[:3]
    row.by_hand = True
    row.save(update_fields=["new_number", "new_street", "outcome", "by_hand"])
    others = follow(draft, row.house, row.street, before, row.new_number)
    _tell("number", draft, row, before)
    return _done(proposal, draft, row, *others)


@transaction.atomic
def set_street(
    *, user: Any, proposal: NumberingProposal, house: House, street: Street, version: int
) -> list[ProposedNumber]:
    """Put a house of the draft on another street of the commune and give it the next free number at its place.

    Raises UserError when the street is another commune's or has no number to give.
    """
    draft = _opened(user, proposal, version)
    row = _row(draft, house)
    if street.commune_id != draft.commune_id:
        raise UserError(
            _("%(street)s không thuộc %(commune)s.") % {"street": street, "commune": draft.commune}, code="street"
        )
    placing = place_on(draft, house, street)
    if placing is None:
        raise Conflict(
            _("Nhà %(code)s hoặc đường đã chọn không còn nữa. Hãy tải lại trang.") % _code(house), code="gone"
        )
    if not placing.number or len(placing.number) > LONGEST_NUMBER:
        raise UserError(
            _("Ở %(street)s không có số nào cho nhà %(code)s: ngõ này chưa có tên và chưa có số, hoặc số dài quá.")
            % {"street": street_in_words(draft, street), **_code(house)},
            code="no_number",
        )
    _require_free(draft, house, street, placing.number, placing.addressed)
    before, left, had = row.street_id, row.street, row.new_number
    row.street, row.side = street, placing.side
    row.position_m, row.distance_m = placing.position_m, placing.distance_m
    row.new_number, row.new_street, row.outcome = outcome_of(
        row.old_number, row.old_street, placing.number, placing.addressed
    )
    row.doubt, row.by_hand = "far" if placing.is_far else "", True
    row.save()
    ProposedStreet.objects.get_or_create(
        proposal=draft,
        street=street,
        defaults={
            "street_version": street.version,
            "old_number": street.number,
            "new_number": placing.alley_number,
            "is_reversed": placing.is_reversed,
            "left_houses": 0,
            "right_houses": 0,
        },
    )
    others = []
    if left is not None and left != street:
        others += follow(draft, row.house, left, had, "")
    others += follow(draft, row.house, street, had if left == street else "", row.new_number)
    with connection.cursor() as cursor:
        cursor.execute(_SIDES, [draft.pk, [key for key in (before, street.pk) if key is not None]])
    _tell("street", draft, row, had, {"street": street.full_name})
    return _done(proposal, draft, row, *others)


@transaction.atomic
def leave_out(*, user: Any, proposal: NumberingProposal, house: House, version: int) -> list[ProposedNumber]:
    """Leave a house for later: approving changes nothing of it."""
    draft = _opened(user, proposal, version)
    row = _row(draft, house)
    row.outcome = ProposedOutcome.LEFT_OUT
    row.save(update_fields=["outcome"])
    if row.street is not None and not alike(row.old_number, row.new_number):
        follow(draft, row.house, row.street, row.new_number, "")
    _tell("leave_out", draft, row, row.new_number)
    return _done(proposal, draft, row)


@transaction.atomic
def take_back(*, user: Any, proposal: NumberingProposal, house: House, version: int) -> list[ProposedNumber]:
    """Take a house that was left out back in. Raises UserError when its number is taken meanwhile."""
    draft = _opened(user, proposal, version)
    row = _row(draft, house)
    if row.outcome != ProposedOutcome.LEFT_OUT:
        raise Conflict(_("Nhà %(code)s đang có trong phương án.") % _code(house), code="not_left_out")
    others = []
    if row.street is None:
        row.outcome = ProposedOutcome.UNPLACED
    else:
        _require_free(draft, house, row.street, row.new_number, row.new_street)
        row.outcome = outcome_of(row.old_number, row.old_street, row.new_number, row.new_street)[2]
        others = follow(draft, row.house, row.street, "", row.new_number)
    row.save(update_fields=["outcome"])
    _tell("take_back", draft, row, row.new_number)
    return _done(proposal, draft, row, *others)


def _opened(user: Any, proposal: NumberingProposal, version: int) -> NumberingProposal:
    access.require(user, Capability.NUMBER, proposal.commune)
    return locked_draft(proposal, version)


def _row(draft: NumberingProposal, house: House) -> ProposedNumber:
    row = draft.numbers.select_related("street__parent", "house").filter(house=house).first()
    if row is None:
        raise UserError(_("Nhà %(code)s không có trong phương án này.") % _code(house), code="not_in_proposal")
    if row.outcome == ProposedOutcome.LOCKED:
        raise UserError(
            _("Số %(number)s của nhà %(code)s đã có quyết định nên không sửa ở đây.")
            % {"number": row.old_number, **_code(house)},
            code="locked",
        )
    return row


def _done(proposal: NumberingProposal, draft: NumberingProposal, *rows: ProposedNumber) -> list[ProposedNumber]:
    draft.counts, draft.version = dict(count(draft)), draft.version + 1
    draft.save(update_fields=["counts", "version"])
    proposal.counts, proposal.version = draft.counts, draft.version
    return list(rows)


def _tell(
    act: str, draft: NumberingProposal, row: ProposedNumber, before: str, more: dict[str, str] | None = None
) -> None:
    audit_trail.draft_mended(act, row.house, draft, {"before": before, "after": row.new_number, **(more or {})})


def _checked_text(draft: NumberingProposal, row: ProposedNumber, number: str, *, against_rule: bool) -> str:
    """The number as it is to be written. Raises UserError."""
    number = clean(number)
    if not number:
        raise UserError(_("Hãy ghi số nhà."), code="no_number")
    read = written.parse(number)
    if read is None:
        raise UserError(
            _("“%(number)s” không phải số nhà. Số đúng có dạng 12, 12A, 12-1 hoặc 12/5.") % {"number": number[:40]},
            code="unreadable",
        )
    own = f"{read.group}{written.own_text(read.number, read.suffix)}"
    text = f"{read.alley}/{own}" if read.alley else own
    if len(text) > LONGEST_NUMBER:
        raise UserError(
            _("Số nhà dài quá %(most)d ký tự.") % {"most": LONGEST_NUMBER}, code="long_number"
        )  # fmt: skip
    alley = _alley_number(draft, row)
    if read.alley != alley:
        right = f"{alley}/{own}" if alley else own
        raise UserError(
            _("Số %(number)s không hợp với %(street)s, nơi nhà này đứng. Số đúng có dạng %(right)s.")
            % {"number": text, "street": street_in_words(draft, row.street), "right": right},
            code="prefix",
        )
    now = written.parse(row.new_number)
    if now is not None and now.alley == alley and now.group != read.group:
        right = f"{alley}/{now.group}{read.number}" if alley else f"{now.group}{read.number}"
        raise UserError(
            _("Số %(number)s không hợp với nhóm nhà của nhà này. Số đúng có dạng %(right)s.")
            % {"number": text, "right": right},
            code="group",
        )
    if not read.group and not against_rule and (read.number % 2 == 1) != (row.side == Side.LEFT):
        raise UserError(
            _("Nhà ở bên trái mang số lẻ, bên phải mang số chẵn; %(number)s ở sai bên. Nếu thật sự muốn, hãy xác nhận.")
            % {"number": text},
            code="side",
        )
    return text


def _alley_number(draft: NumberingProposal, row: ProposedNumber) -> str:
    """What stands before the slash on the row's street."""
    if row.street is None or row.street.name:
        return ""
    told = draft.streets.filter(street=row.street).first()
    return told.new_number if told is not None else row.street.number


def _addressed(street: Street) -> str:
    """The name that stands in an address of a house on the street: its own or that of the one it hangs on."""
    at: Street | None = street
    for _step in range(20):
        if at is None or at.name:
            break
        at = at.parent
    return at.full_name if at is not None and at.name else ""


def _require_free(draft: NumberingProposal, house: House, on: Street, number: str, street: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKEN,
            {
                "proposal": draft.pk, "commune": draft.commune_id, "house": house.pk, "number": number, "on": on.pk,
                "street": street, "kinds": as_json(STREET_WORDS),
            },
        )  # fmt: skip
        taken = cursor.fetchone()
    if taken is not None:
        raise UserError(
            _("Số %(number)s %(street)s đã dành cho nhà %(other)s. Hãy chọn số khác.")
            % {"number": number, "street": street, "other": format_house_code(taken[0])},
            code="taken",
        )


def _code(house: House) -> dict[str, str]:
    return {"code": format_house_code(house.code)}
