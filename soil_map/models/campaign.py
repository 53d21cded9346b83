"""Campaigns: one survey of a commune's soil, with its samples and what was made of them."""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mapping.models import Unit
from soil_map.models.published import Published


class Campaign(Published):
    """One survey: who took samples in a commune, when, for which laboratory."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    name = models.CharField(_("tên đợt"), max_length=120)
    started_on = models.DateField(_("từ ngày"))
    ended_on = models.DateField(_("đến ngày"), null=True, blank=True)
    laboratory = models.CharField(_("phòng phân tích"), max_length=160, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    is_invented = models.BooleanField(_("số liệu giả lập"), default=False)
    """Made up to show what the map can do; every page and sheet of it says so."""
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        verbose_name = _("đợt điều tra đất")
        verbose_name_plural = _("các đợt điều tra đất")
        ordering = ("-started_on", "name")
        constraints = (
            models.UniqueConstraint(fields=("commune", "name"), name="campaign_name_once_a_commune"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="campaign_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return self.name
