"""Surfaces: a property mapped from samples, how sure it is, and the zones that its classes make."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from mapping import access
from mapping.models import Job, StoredFile
from soil_map.models.campaign import Campaign
from soil_map.models.property import Method
from soil_map.models.scheme import SoilClass


class SurfaceState(models.TextChoices):
    """What became of the wish for a surface."""

    ORDERED = "ordered", _("đang tính")
    MADE = "made", _("đã tính")
    REFUSED = "refused", _("chỉ có điểm, không nội suy")  # `refusal` says why
    FAILED = "failed", _("không xong")


class SurfaceQuerySet(models.QuerySet["Surface"]):
    """Surfaces as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SEE_SOIL) -> SurfaceQuerySet:
        """Surfaces of the campaigns that the person may see."""
        return self.filter(campaign__in=Campaign.objects.for_user(user, capability))

    def for_anyone(self) -> SurfaceQuerySet:
        """Surfaces that hold nothing of private samples, or have a making without them: `Surface.has_open_making`."""
        of_none_private = models.Q(open_values_file=None) & ~models.Q(model__has_key="open")
        return self.filter(of_none_private | models.Q(open_values_file__isnull=False, model__has_key="open"))


class Surface(models.Model):
    """One property of one campaign, by one method, at one depth. Values lie in files, classes are derived from them."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="surfaces", verbose_name=_("đợt điều tra"))
    method = models.ForeignKey(Method, models.PROTECT, related_name="+", verbose_name=_("phương pháp"))
    depth_from_cm = models.FloatField(_("độ sâu từ (cm)"), default=0)
    depth_to_cm = models.FloatField(_("độ sâu đến (cm)"), default=20)
    state = models.CharField(_("tình trạng"), max_length=8, choices=SurfaceState.choices, default=SurfaceState.ORDERED)
    refusal = models.CharField(max_length=40, blank=True)
    """A `soil_map.kriging.choosing.Refusal`."""
    model = models.JSONField(default=dict)
    """Shape, nugget, partial sill, range in metres, logarithms or not, neighbours; and the empirical bins."""
    validation = models.JSONField(default=dict)
    """Leave-one-out of each model that was tried: RMSE, MSDR, bias, beside the mean and IDW; told and measured."""
    epsg = models.PositiveIntegerField(_("hệ tọa độ"))
    cell_m = models.FloatField(_("cạnh ô (m)"))
    sample_count = models.PositiveIntegerField(_("số điểm"), default=0)
    samples_changed_at = models.DateTimeField(null=True)
    """The latest change among the samples that it was computed from; null until then."""
    surveyed_m2 = models.FloatField(_("diện tích điều tra (m²)"), null=True)
    surveyed = models.MultiPolygonField(_("phạm vi điều tra"), srid=4326, null=True, spatial_index=False)
    """The commune as far as the samples reach; the zones of a scheme fill it."""
    values_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    deviations_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    open_values_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    open_deviations_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    """For whoever may not see private samples: made without them, as `model["open"]` and `validation["open"]` tell.

    Null where no sample was private (`model` has no "open"), and where the others alone make no map.
    """
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)

    objects = SurfaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("mặt nội suy")
        verbose_name_plural = _("các mặt nội suy")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("campaign", "method"), name="surface_of_campaign"),)

    def __str__(self) -> str:
        return f"{self.campaign} {self.method_id}"

    @property
    def has_private(self) -> bool:
        """Whether private samples weigh in it."""
        return "open" in self.model or self.open_values_file_id is not None

    @property
    def has_open_making(self) -> bool:
        """Whether there is something for whoever may not see private samples.

        A second pair of files without a record under "open" is of a former way to make it, which told private values.
        """
        return ("open" in self.model) == (self.open_values_file_id is not None)


class Zone(models.Model):
    """Where a surface lies in one class of a scheme: all its parts; the zones of a scheme fill the surveyed area."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    surface = models.ForeignKey(Surface, models.CASCADE, related_name="zones", verbose_name=_("mặt nội suy"))
    soil_class = models.ForeignKey(SoilClass, models.PROTECT, related_name="+", verbose_name=_("cấp"))
    area_m2 = models.FloatField(_("diện tích (m²)"))
    outline = models.MultiPolygonField(_("ranh giới"), srid=4326, spatial_index=False)
    outline_3857 = models.GeneratedField(
        expression=Transform("outline", 3857),
        output_field=models.MultiPolygonField(srid=3857, spatial_index=False),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("vùng phân cấp")
        verbose_name_plural = _("vùng phân cấp")
        indexes = (GistIndex(fields=("outline_3857",), name="zone_outline"),)
        constraints = (models.UniqueConstraint(fields=("surface", "soil_class"), name="zone_once_a_class"),)

    def __str__(self) -> str:
        return f"{self.surface} {self.soil_class}"
