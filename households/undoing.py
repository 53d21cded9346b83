"""The list of what was changed in a commune, and the way back."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.http import Http404

from households import audit_trail, codes, doubled_numbers
from households.models import House, Household, ProposalFinding, ProposedStreet, Street
from households.plates import issuing
from households.proposals import withdrawing
from households.proposals.turns import take_turn
from households.streets.requirements import require_no_draft_of
from households.survey import house_photos, reopening
from mapping import access, changes, registry
from mapping.access import Capability
from mapping.errors import Conflict, NotAllowed
from mapping.models import AddedRange, Change, ChangeSet
from mapping.wording import gettext as _

STREETS = Street._meta.db_table

# What a person did in villages where they edit today: every row touched must have lain there before and lie there
# now, by its own house. A household that was added and is gone has the place of its last image, a house that was added
# and is gone has none any more, and a row of another table none that is known.
_OWN_IN_VILLAGES = """
SELECT own.id FROM mapping_changeset own
 WHERE own.created_by_id = %s
   AND own.commune_id IN (SELECT parent_id FROM mapping_unit WHERE id = ANY(%s))
   AND NOT EXISTS (SELECT FROM mapping_addedrange a WHERE a.changeset_id = own.id)
   AND NOT EXISTS (
       SELECT FROM mapping_change c CROSS JOIN LATERAL (
           SELECT (c.before ->> 'village_id')::bigint AS village_id
            WHERE c."table" = 'households_house' AND c.before IS NOT NULL
           UNION ALL
           SELECT h.village_id FROM households_house h WHERE h.id IN (c.row_id, (c.before ->> 'house_id')::uuid)
           UNION ALL
           SELECT h.village_id FROM households_household p JOIN households_house h ON h.id = p.house_id
            WHERE p.id = c.row_id
           UNION ALL
           SELECT h.village_id FROM mapping_change later JOIN households_house h
               ON h.id = (later.before ->> 'house_id')::uuid
            WHERE c.before IS NULL AND later.row_id = c.row_id
           UNION ALL
           SELECT NULL WHERE c."table" NOT IN ('households_house', 'households_household')
              AND (c."table" = 'households_housephoto' AND c.before ? 'house_id') IS NOT TRUE
       ) touched
        WHERE c.changeset_id = own.id AND (touched.village_id = ANY(%s)) IS NOT TRUE
   )
"""

_HOUSES_OF = """
WITH touched AS (SELECT "table", row_id, before FROM mapping_change WHERE changeset_id = %(changeset)s)
SELECT row_id FROM touched WHERE "table" = 'households_house'
 UNION
SELECT frontage.house_id FROM touched JOIN households_frontage frontage ON frontage.id = row_id
 WHERE "table" = 'households_frontage'
 UNION
SELECT (before ->> 'house_id')::uuid FROM touched WHERE "table" = 'households_frontage' AND before IS NOT NULL
 UNION
SELECT frontage.house_id FROM touched JOIN households_frontage frontage ON frontage.street_id = row_id
 WHERE "table" = 'households_street'
"""


def changesets_for(user: Any) -> models.QuerySet[ChangeSet]:
    """Return the change sets of the communes where the person edits, and their own in the villages where they do."""
    scope = access.scope_of(user, Capability.EDIT)
    changesets = ChangeSet.objects.exclude(kind__in=registry.changes_undone_elsewhere)
    if scope.everything or not scope:
        return changesets.filter(scope.communes())
    units = list(scope.unit_ids)
    own = RawSQL(_OWN_IN_VILLAGES, [user.pk, units, units])  # noqa: S611 (constant text, bound values)
    return changesets.filter(scope.communes() | Q(pk__in=own))


def changeset_or_404(user: Any, changeset_id: uuid.UUID) -> ChangeSet:
    """Return a change set that the person may undo; foreign 404, seen without the right 403."""
    changeset = changesets_for(user).select_related("commune").filter(pk=changeset_id).first()
    if changeset is not None:
        return changeset
    foreign = ChangeSet.objects.filter(pk=changeset_id).filter(access.scope_of(user).communes()).first()
    if foreign is None:
        raise Http404
    raise NotAllowed(
        _("Tài khoản của bạn không có quyền hoàn tác ở %(unit)s.") % {"unit": foreign.commune}, code="forbidden"
    )


def undo_changes(*, user: Any, changeset: ChangeSet) -> int:
    """Put every row of the change set back and return how many; raises Conflict when that cannot be."""
    try:
        with transaction.atomic():
            houses = _houses_of(changeset)
            if houses or changeset.kind == reopening.APPROVAL:  # who approves has the turn, and then takes rows
                take_turn(changeset.commune_id)
            house_photos.require_can_return(changeset)
            issuing.discard_proofs(changeset)
            sentence = _(
                "Không hoàn tác được, vì hai nhà sẽ mang cùng một số, trong đó có số theo quyết định: %(named)s. Hãy "
                "hoàn tác trước lần thay đổi sau này đã cấp số đó, hoặc đổi số của nhà kia, rồi hoàn tác lại."
            )
            _let_go_of_streets(changeset)
            with doubled_numbers.none_by(sentence, changeset.commune_id, houses):
                reopening.reopen(changeset)
                gone = house_photos.taken_out_since(changeset)
                restored = changes.undo(changeset=changeset, user=user, gone=gone)
                withdrawing.withdraw(changeset)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a row that is still needed shows itself here
            audit_trail.taken_back(changeset, restored)
            return restored
    except IntegrityError as error:
        if changeset.kind.startswith("street."):
            raise Conflict(
                _(
                    "Không hoàn tác được: đường, ngõ đã thêm trong lần này nay có nhà, ngõ hoặc nhóm nhà gắn vào. "
                    "Hãy chuyển chúng sang đường khác trước."
                ),
                code="still_needed",
            ) from error
        raise Conflict(
            _(
                "Không hoàn tác được: nhà đã thêm trong lần này nay đã có biển, có số theo quyết định hoặc có hộ "
                "chuyển đến. Hãy đóng nhà đó thay vì hoàn tác."
            ),
            code="still_needed",
        ) from error


def _let_go_of_streets(changeset: ChangeSet) -> None:
    """Let streets that go by an undo go from proposals as well; raises Conflict while one of these waits.

    Those that were decided or taken back since keep no street from going, as in a removal: only houses do.
    """
    streets = list(changeset.changes.filter(table=STREETS, before__isnull=True).values_list("row_id", flat=True))
    if streets:
        require_no_draft_of(streets)
        ProposedStreet.objects.filter(street__in=streets).delete()
        ProposalFinding.objects.filter(street__in=streets).update(street=None)


def _houses_of(changeset: ChangeSet) -> list[uuid.UUID]:
    """The houses whose number or place in an address an undo may change."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES_OF, {"changeset": changeset.pk})
        return [row[0] for row in cursor.fetchall()]


def history_of(house: House) -> models.QuerySet[ChangeSet]:
    """Return the change sets that touched a house or one of its households, the latest first."""
    rows = [house.pk, *Household.objects.filter(house=house).values_list("pk", flat=True)]
    touching = Change.objects.filter(row_id__in=rows).values("changeset")
    imported = AddedRange.objects.filter(
        table=House._meta.db_table, first_id__lte=house.pk, last_id__gte=house.pk
    ).values("changeset")
    named = Q(commune=house.commune_id, subject__startswith=codes.format_house_code(house.code))
    return (
        ChangeSet.objects.filter(Q(pk__in=touching) | Q(pk__in=imported) | named)
        .select_related("created_by")
        .order_by("-created_at")
    )
