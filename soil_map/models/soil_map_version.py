"""Soil maps: a sheet of a commune, its polygons and what soils each of them holds."""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapping.models import Unit
from soil_map.models.published import Published


class SoilMapVersion(Published):
    """One edition of a soil map. Names of soils mean what its legend says: national legends contradict each other."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    title = models.CharField(_("tên bản đồ"), max_length=160)
    legend = models.CharField(_("bảng phân loại"), max_length=160)
    edition = models.CharField(_("phiên bản phân loại"), max_length=60)
    scale = models.PositiveIntegerField(_("mẫu số tỷ lệ"), null=True, blank=True)
    surveyed_in = models.PositiveSmallIntegerField(_("năm điều tra"), null=True, blank=True)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    is_invented = models.BooleanField(_("số liệu giả lập"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        verbose_name = _("bản đồ đất")
        verbose_name_plural = _("bản đồ đất")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(fields=("commune", "title"), name="soil_map_title_once"),)

    def __str__(self) -> str:
        return self.title


class SoilUnit(models.Model):
    """One polygon of a soil map; its outline is mended where it crossed itself, `drawn` keeps what the file had."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    map = models.ForeignKey(SoilMapVersion, models.PROTECT, related_name="units", verbose_name=_("bản đồ"))
    symbol = models.CharField(_("ký hiệu"), max_length=30)
    area_m2 = models.FloatField(_("diện tích (m²)"))
    """In the commune's VN-2000 zone."""
    outline = models.MultiPolygonField(_("ranh giới"), srid=4326, spatial_index=False)
    outline_3857 = models.GeneratedField(
        expression=Transform("outline", 3857),
        output_field=models.MultiPolygonField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    drawn = models.GeometryField(_("như trong tệp"), srid=4326, null=True, spatial_index=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("khoanh đất")
        verbose_name_plural = _("khoanh đất")
        indexes = (GistIndex(fields=("outline_3857",), name="soil_unit_outline"),)

    def __str__(self) -> str:
        return self.symbol


class SoilComponent(models.Model):
    """A soil of a unit and its share of it."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    unit = models.ForeignKey(SoilUnit, models.CASCADE, related_name="components", verbose_name=_("khoanh đất"))
    percent = models.FloatField(_("tỷ lệ (%)"))
    name = models.CharField(_("tên đất"), max_length=120)
    """As the legend of the map's edition has it."""
    wrb_group = models.CharField(_("nhóm WRB"), max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("thành phần đất")
        verbose_name_plural = _("thành phần đất")
        ordering = ("-percent", "name")
        constraints = (
            models.CheckConstraint(condition=Q(percent__gt=0) & Q(percent__lte=100), name="component_is_a_share"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.percent:g} %"
