"""The list of what was changed in a commune, and the way back."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from households import codes
from households.models import House, Household
from mapping import access, changes
from mapping.access import Capability
from mapping.errors import Conflict, NotAllowed
from mapping.models import AddedRange, Change, ChangeSet


def changesets_for(user: Any) -> models.QuerySet[ChangeSet]:
    """Return the change sets of the communes where the person edits, and their own wherever they edit a village."""
    own = Q(created_by=user) if access.scope_of(user, Capability.EDIT) else Q(pk__in=())
    return ChangeSet.objects.filter(access.scope_of(user, Capability.EDIT).communes() | own)


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
            restored = changes.undo(changeset=changeset, user=user)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a row that is still needed shows itself here
            return restored
    except IntegrityError as error:
        raise Conflict(
            _(
                "Không hoàn tác được: nhà đã thêm trong lần này nay đã có biển hoặc có hộ chuyển đến. "
                "Hãy đóng nhà đó thay vì hoàn tác."
            ),
            code="still_needed",
        ) from error


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
