"""Where soil was taken, what was taken there, and what the laboratory found in it."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mapping import access
from mapping.models import Unit
from soil_map.models.campaign import Campaign
from soil_map.models.parcel import Parcel
from soil_map.models.property import Method


class SamplingSite(models.Model):
    """A place where soil is taken, in one campaign or in several."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    code = models.CharField(_("ký hiệu điểm"), max_length=40, db_collation="vi_natural")
    location = models.PointField(_("vị trí"), srid=4326, spatial_index=False)
    location_3857 = models.GeneratedField(
        expression=Transform("location", 3857),
        output_field=models.PointField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    written_x = models.CharField(_("tọa độ X đã ghi"), max_length=40, blank=True)
    written_y = models.CharField(_("tọa độ Y đã ghi"), max_length=40, blank=True)
    """As the sheet has them, whatever was X there."""
    written_epsg = models.PositiveIntegerField(_("hệ tọa độ đã hiểu"), default=4326)
    accuracy_m = models.FloatField(_("sai số (m)"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        verbose_name = _("điểm lấy mẫu")
        verbose_name_plural = _("điểm lấy mẫu")
        ordering = ("code",)
        indexes = (GistIndex(fields=("location_3857",), name="site_location"),)
        constraints = (models.UniqueConstraint(fields=("commune", "code"), name="site_code_once_a_commune"),)

    def __str__(self) -> str:
        return self.code


class SampleQuerySet(models.QuerySet["Sample"]):
    """Samples as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SEE_SOIL) -> SampleQuerySet:
        """Samples of communes where the person has `capability`; to see is also for those of published campaigns.

        A private sample of a published campaign is among them: what shows it must coarsen it
        (`soil_map.privacy`), which is why no view reads the place of a sample by itself.
        """
        seen = access.scope_of(user, capability).communes(prefix="campaign__")
        if capability is access.Capability.SEE_SOIL:
            seen |= Q(campaign__published_at__isnull=False)
        return self.filter(seen)


class Sample(models.Model):
    """Soil taken at a site between two depths, as one bag for the laboratory."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="samples", verbose_name=_("đợt điều tra"))
    site = models.ForeignKey(SamplingSite, models.PROTECT, related_name="samples", verbose_name=_("điểm lấy mẫu"))
    parcel = models.ForeignKey(Parcel, models.SET_NULL, null=True, blank=True, related_name="samples")
    laboratory_code = models.CharField(_("mã phòng phân tích"), max_length=40, blank=True, db_collation="vi_natural")
    depth_from_cm = models.FloatField(_("độ sâu từ (cm)"), default=0)
    depth_to_cm = models.FloatField(_("độ sâu đến (cm)"), default=20)
    composite_count = models.PositiveSmallIntegerField(_("số mẫu con trộn lại"), default=1)
    sampled_on = models.DateField(_("ngày lấy mẫu"), null=True, blank=True)
    is_private = models.BooleanField(_("riêng tư"), default=False)
    """Taken on request of whoever works the field: the public sees its place coarsened and no code."""
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("mẫu đất")
        verbose_name_plural = _("mẫu đất")
        ordering = ("site", "depth_from_cm")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "site", "depth_from_cm", "depth_to_cm"), name="sample_once_a_depth"
            ),
            models.CheckConstraint(
                condition=Q(depth_from_cm__gte=0) & Q(depth_to_cm__gt=F("depth_from_cm")), name="sample_depth_goes_down"
            ),
            models.CheckConstraint(condition=Q(composite_count__gte=1), name="sample_of_one_at_least"),
        )

    def __str__(self) -> str:
        return f"{self.site} {self.depth_from_cm:g}–{self.depth_to_cm:g} cm"


class Result(models.Model):
    """What the laboratory found: as it was written, and as a number in the property's canonical unit."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    sample = models.ForeignKey(Sample, models.CASCADE, related_name="results", verbose_name=_("mẫu"))
    method = models.ForeignKey(Method, models.PROTECT, related_name="+", verbose_name=_("phương pháp"))
    written = models.CharField(_("đã ghi"), max_length=40)
    written_unit = models.CharField(_("đơn vị đã ghi"), max_length=30, blank=True)
    value = models.FloatField(_("giá trị"))
    """In the property's canonical unit; of a value below detection half the limit."""
    is_below_detection = models.BooleanField(_("dưới ngưỡng phát hiện"), default=False)
    replicate = models.PositiveSmallIntegerField(_("lần lặp"), default=1)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        verbose_name = _("kết quả phân tích")
        verbose_name_plural = _("kết quả phân tích")
        ordering = ("method", "replicate")
        constraints = (
            models.UniqueConstraint(fields=("sample", "method", "replicate"), name="result_once_a_replicate"),
        )

    def __str__(self) -> str:
        return f"{self.method_id} {self.value:g}"
