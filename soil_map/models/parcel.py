"""Parcels of the commune's cadastral map: fields, without whose they are."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from mapping import access
from mapping.models import Unit


class ParcelQuerySet(models.QuerySet["Parcel"]):
    """Parcels as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SEE_SOIL) -> ParcelQuerySet:
        """Parcels of the communes where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).communes())


class Parcel(models.Model):
    """One field, by its sheet and number in the cadastral map."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    sheet = models.CharField(_("số tờ"), max_length=20, db_collation="vi_natural")
    number = models.CharField(_("số thửa"), max_length=20, db_collation="vi_natural")
    land_use = models.CharField(_("loại đất"), max_length=20, blank=True)
    area_m2 = models.FloatField(_("diện tích (m²)"))
    """In the commune's VN-2000 zone, not the figure of a certificate."""
    outline = models.MultiPolygonField(_("ranh thửa"), srid=4326, spatial_index=False)
    outline_3857 = models.GeneratedField(
        expression=Transform("outline", 3857),
        output_field=models.MultiPolygonField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("thửa đất")
        verbose_name_plural = _("thửa đất")
        ordering = ("sheet", "number")
        indexes = (GistIndex(fields=("outline_3857",), name="parcel_outline"),)
        constraints = (
            models.UniqueConstraint(fields=("commune", "sheet", "number"), name="parcel_once_a_sheet"),
            models.CheckConstraint(condition=models.Q(area_m2__gt=0), name="parcel_has_an_area"),
        )

    def __str__(self) -> str:
        return f"tờ {self.sheet} thửa {self.number}"
