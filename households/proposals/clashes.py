"""Why a draft cannot become law as it is: what has changed since it was computed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection
from django.db.models import F

from households.codes import format_house_code
from households.models import NumberingProposal
from mapping.errors import Conflict
from mapping.wording import gettext as _
from mapping.wording import ngettext

NAMED: Final = 5
"""So many houses or streets are named in a sentence."""

# Numbers count from the nearest street with a name: "12/5" of an alley without one stands beside "7" of the road.
ROOTS: Final = """
RECURSIVE up (street, at, name, parent, steps) AS (
    SELECT id, id, name, parent_id, 0 FROM households_street WHERE commune_id = %(commune)s
     UNION ALL
    SELECT up.street, above.id, above.name, above.parent_id, up.steps + 1
      FROM up JOIN households_street above ON above.id = up.parent WHERE up.name = '' AND up.steps < 20
), root (street, at) AS (SELECT street, at FROM up WHERE name <> '')
"""
WRITTEN: Final = "('same', 'given', 'changed')"
"""The outcomes whose rows are written into houses."""

# Whoever edits a house holds its row: they are waited for, and whoever comes after waits for this.
_LOCK_HOUSES: Final = f"""
SELECT count(*) FROM (
    SELECT house.id FROM households_house house
     WHERE house.id IN (SELECT house_id FROM households_proposednumber
                         WHERE proposal_id = %(proposal)s AND outcome IN {WRITTEN})
     ORDER BY house.id FOR UPDATE) locked
"""
_CHANGED_HOUSES: Final = f"""
SELECT house.code FROM households_proposednumber proposed JOIN households_house house ON house.id = proposed.house_id
 WHERE proposed.proposal_id = %(proposal)s
   AND (proposed.outcome IN {WRITTEN}
            AND (house.version <> proposed.house_version OR house.state <> 'active' OR proposed.street_id IS NULL)
        OR proposed.outcome = 'locked' AND house.state = 'active'
            AND (house.number, house.street) IS DISTINCT FROM (proposed.old_number, proposed.old_street))
 ORDER BY house.code LIMIT 100
"""
# Taken away as sets: right after a long draft was written, the planner believes it to be short and would look through
# all of it for each house.
_ADDED_HOUSES: Final = """
SELECT house.code FROM households_house house
 WHERE house.id IN (
    SELECT id FROM households_house
     WHERE commune_id = %(commune)s AND state = 'active'
       AND (%(villages)s::bigint[] IS NULL OR village_id = ANY(%(villages)s))
    EXCEPT SELECT house_id FROM households_proposednumber WHERE proposal_id = %(proposal)s)
 ORDER BY house.code LIMIT 100
"""
_LOCK_STREETS: Final = """
SELECT count(*) FROM (
    SELECT street.id FROM households_street street
     WHERE street.id IN (SELECT street_id FROM households_proposedstreet WHERE proposal_id = %(proposal)s)
     ORDER BY street.id FOR UPDATE) locked
"""
# The whole commune was numbered with all of its groups, whatever the draft covers: one that is edited, gone or new
# may have moved any number of it.
_CHANGED_GROUPS: Final = """
SELECT count(*) FROM jsonb_each(%(letters)s::jsonb) read (id, told)
  FULL JOIN (SELECT id, version FROM households_housegroup WHERE commune_id = %(commune)s) kept
         ON kept.id = read.id::uuid
 WHERE kept.version IS DISTINCT FROM (read.told ->> 1)::int
"""


def lock(proposal: NumberingProposal) -> None:
    """Let nobody change the streets and houses of a draft until the transaction ends."""
    _rows(_LOCK_STREETS, {"proposal": proposal.pk})
    _rows(_LOCK_HOUSES, {"proposal": proposal.pk})


def require_unchanged(proposal: NumberingProposal) -> None:
    """Raise Conflict when houses, streets or house groups of a draft have changed since."""
    for conflict in _changes(proposal):
        raise conflict


def changes_since(proposal: NumberingProposal) -> list[Conflict]:
    """Return all that has changed since a draft was computed and keeps it from becoming law; empty for a fresh one."""
    return list(_changes(proposal))


def _changes(proposal: NumberingProposal) -> Iterator[Conflict]:
    params = {
        "proposal": proposal.pk,
        "commune": proposal.commune_id,
        "villages": proposal.village_ids,
    }
    changed = _codes(_CHANGED_HOUSES, params)
    if changed:
        yield Conflict(
            ngettext(
                "Nhà %(named)s đã được sửa sau khi lập phương án. Hãy để nhà này lại sau, hoặc lập phương án mới.",
                "%(count)s nhà đã được sửa sau khi lập phương án: %(named)s. Hãy để các nhà này lại sau, hoặc lập "
                "phương án mới.",
                len(changed),
            )
            % _named(changed),
            code="houses_changed",
        )
    added = [] if proposal.house_id is not None else _codes(_ADDED_HOUSES, params)
    if added:
        yield Conflict(
            ngettext(
                "Nhà %(named)s được thêm sau khi lập phương án nên chưa có trong đó. Hãy lập phương án mới.",
                "%(count)s nhà được thêm sau khi lập phương án nên chưa có trong đó: %(named)s. Hãy lập phương án mới.",
                len(added),
            )
            % _named(added),
            code="houses_added",
        )
    changed_streets = proposal.streets.exclude(street__version=F("street_version")).select_related("street")
    streets = [told.street.full_name for told in changed_streets.order_by("street__name", "id")[:100]]
    if streets:
        yield Conflict(
            _("Đường, ngõ đã được sửa sau khi lập phương án: %(named)s. Hãy lập phương án mới.") % _named(streets),
            code="streets_changed",
        )
    if _rows(_CHANGED_GROUPS, params | {"letters": as_json(proposal.group_letters)})[0][0]:
        yield Conflict(
            _("Có nhóm nhà được thêm, sửa hoặc xóa sau khi lập phương án. Hãy lập phương án mới."),
            code="groups_changed",
        )


def _named(names: list[str]) -> dict[str, str]:
    """The first names as a sentence lists them, and how many there are; a hundred are looked up at most."""
    more = len(names) - NAMED
    listed = ", ".join(names[:NAMED]) + (f" (+{more})" if more > 0 else "")
    return {"named": listed, "count": f"{len(names)}{'+' if len(names) >= 100 else ''}"}


def _codes(statement: str, params: dict[str, Any]) -> list[str]:
    return [format_house_code(row[0]) for row in _rows(statement, params)]


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def as_json(value: Any) -> str:
    """Return a value as a parameter of JSON."""
    return json.dumps(value)
