"""Campaigns as somebody writes them: begun, changed, taken away while they are empty."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mapping import access, changes
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import ChangeSet, Unit
from soil_map.models import Campaign, Sample, SoilImport, Surface

_TABLE = Campaign._meta.db_table
_KIND = "soil.campaign"


@dataclass(frozen=True, slots=True)
class CampaignFields:
    """What a person writes about a campaign."""

    name: str
    started_on: datetime.date
    ended_on: datetime.date | None
    laboratory: str
    note: str
    is_invented: bool


@transaction.atomic
def add(*, user: Any, commune: Unit, fields: CampaignFields) -> Campaign:
    """Begin a campaign. Raises NotAllowed, UserError where the commune has one of that name."""
    access.require(user, Capability.EDIT_SOIL, commune)
    _require_free(commune, fields.name)
    changeset = _begin(fields.name, commune, user)
    campaign = Campaign.objects.create(commune=commune, **asdict(fields))
    changes.added(changeset, _TABLE, [campaign.pk])
    return campaign


@transaction.atomic
def change(*, user: Any, campaign: Campaign, version: int, fields: CampaignFields) -> Campaign:
    """Write a campaign anew. Raises NotAllowed, Conflict where it was changed meanwhile, UserError for a taken name."""
    held = _hold(user, campaign, version)
    _require_free(held.commune, fields.name, but=held)
    changeset = _begin(fields.name, held.commune, user)
    changes.remember(changeset, _TABLE, [held.pk])
    for name, value in asdict(fields).items():
        setattr(held, name, value)
    held.version += 1
    held.save()
    changes.seal(changeset)
    return held


@transaction.atomic
def remove(*, user: Any, campaign: Campaign, version: int) -> None:
    """Delete a campaign that nothing hangs on. Raises NotAllowed, Conflict, UserError where something does."""
    held = _hold(user, campaign, version)
    if why := why_kept(held):
        raise UserError(why, code="not_empty")
    changeset = _begin(held.name, held.commune, user)
    changes.remember(changeset, _TABLE, [held.pk])
    held.delete()
    changes.seal(changeset)


def undo(*, user: Any, changeset: ChangeSet) -> int:
    """Take back what was done to a campaign. Raises NotAllowed, Conflict where it has moved on since."""
    access.require(user, Capability.EDIT_SOIL, changeset.commune)
    try:
        with transaction.atomic():
            restored = changes.undo(changeset=changeset, user=user)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a campaign that is in use by now shows itself here
            return restored
    except IntegrityError as error:
        raise Conflict(
            _("Không hoàn tác được: đợt này nay đã có mẫu hay tệp, hoặc tên của nó đã được đặt cho đợt khác."),
            code="still_needed",
        ) from error


def changes_of(commune: Unit) -> QuerySet[ChangeSet]:
    """What was done to the campaigns of a commune and not taken back, the latest first."""
    done = ChangeSet.objects.filter(commune=commune, kind=_KIND, undone_at__isnull=True)
    return done.select_related("created_by").order_by("-created_at")


def why_kept(campaign: Campaign) -> str:
    """Return why a campaign cannot be deleted, as a sentence, or nothing where it can."""
    if Sample.objects.filter(campaign=campaign).exists():
        return _("Đợt “%(name)s” đã có mẫu nên không xóa được; hãy hoàn tác lần nhập mẫu trước.") % {"name": campaign}
    if Surface.objects.filter(campaign=campaign).exists():
        return _("Đợt “%(name)s” đã có mặt nội suy nên không xóa được; hãy bỏ mặt đó trước.") % {"name": campaign}
    if SoilImport.objects.filter(campaign=campaign).exists():
        return _("Đợt “%(name)s” có lần nhập phiếu nên không xóa được; hãy bỏ tệp đó trước.") % {"name": campaign}
    return ""


def _begin(name: str, commune: Unit, user: Any) -> ChangeSet:
    return changes.begin(kind=_KIND, subject=name, commune=commune, user=user)


def _hold(user: Any, campaign: Campaign, version: int) -> Campaign:
    held = Campaign.objects.select_for_update(of=("self",)).select_related("commune").filter(pk=campaign.pk).first()
    if held is None:
        raise Conflict(_("Đợt điều tra này vừa bị xóa."), code="gone")
    access.require(user, Capability.EDIT_SOIL, held.commune)
    if held.version != version:
        raise Conflict(
            _("Đợt “%(name)s” vừa được người khác sửa; hãy mở lại trang rồi sửa trên bản mới.") % {"name": held.name},
            code="changed",
        )
    return held


def _require_free(commune: Unit, name: str, but: Campaign | None = None) -> None:
    others = Campaign.objects.filter(commune=commune, name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise UserError(
            _("%(commune)s đã có đợt “%(name)s”; hãy đặt tên khác, ví dụ thêm năm.")
            % {"commune": commune, "name": name},
            code="name_taken",
        )
