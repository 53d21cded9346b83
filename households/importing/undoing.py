"""Take an import back, whole or not at all."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from households import undoing
from households.importing.applying import HOUSES
from households.models import ImportRun, ImportState
from households.proposals.turns import take_turn
from mapping.errors import Conflict
from mapping.wording import gettext as _
from mapping.wording import ngettext

_STILL_NEEDED = f"""
WITH added AS MATERIALIZED (
    SELECT house.id
      FROM mapping_addedrange range JOIN {HOUSES} house ON house.id BETWEEN range.first_id AND range.last_id
     WHERE range.changeset_id = %(changeset)s AND range."table" = '{HOUSES}' FOR UPDATE OF house
)
SELECT (SELECT count(*) FROM households_plate plate JOIN added ON added.id = plate.house_id
         WHERE plate.released_at IS NOT NULL),
       (SELECT count(*) FROM households_household household JOIN added ON added.id = household.house_id
         WHERE NOT EXISTS (
             SELECT FROM mapping_addedrange range
              WHERE range.changeset_id = %(changeset)s AND range."table" = 'households_household'
                AND household.id BETWEEN range.first_id AND range.last_id))
"""


def undo(*, run: ImportRun, user: Any) -> int:
    """Put everything back as it was before the import and return how many rows that were.

    A plate may hang on a door, and its token must not die unseen: an import whose houses have plates, or got
    households from elsewhere, is not undone. Plates that only a proof showed hang nowhere and go with their
    houses. Raises Conflict with the count.
    """
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.state != ImportState.APPLIED or current.changeset is None:
            raise Conflict(_("Lần nhập này chưa ghi gì, hoặc đã được hoàn tác."), code="not_applied")
        take_turn(current.commune_id)
        with connection.cursor() as cursor:
            cursor.execute(_STILL_NEEDED, {"changeset": current.changeset_id})
            plates, households = cursor.fetchone()
        if plates:
            raise Conflict(
                ngettext(
                    "Không hoàn tác được: nhà thêm lần này đã có %(count)d biển. Hãy sửa hoặc đóng từng nhà.",
                    "Không hoàn tác được: nhà thêm lần này đã có %(count)d biển. Hãy sửa hoặc đóng từng nhà.",
                    plates,
                )
                % {"count": plates},
                code="has_plates",
            )
        if households:
            raise Conflict(
                ngettext(
                    "Không hoàn tác được: đã có %(count)d hộ được thêm hoặc chuyển vào nhà của lần nhập này. "
                    "Hãy chuyển hộ đó đi trước.",
                    "Không hoàn tác được: đã có %(count)d hộ được thêm hoặc chuyển vào nhà của lần nhập này. "
                    "Hãy chuyển các hộ đó đi trước.",
                    households,
                )
                % {"count": households},
                code="has_households",
            )
        restored = undoing.undo_changes(user=user, changeset=current.changeset)
        run.state = ImportState.UNDONE
        run.save(update_fields=["state"])
        return restored
