"""Crops, fertilisers as they are sold, and the rules that say how much of which nutrient a crop gets."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soil_map.models.property import NamedInBothLanguages


class Crop(NamedInBothLanguages):
    """What is grown, in which season."""

    key = models.CharField(primary_key=True, max_length=30)
    rank = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name = _("cây trồng")
        verbose_name_plural = _("cây trồng")
        ordering = ("rank", "key")


class Fertiliser(NamedInBothLanguages):
    """A bag as it is sold here: percent of N, P2O5 and K2O by mass."""

    key = models.CharField(primary_key=True, max_length=30)
    n_percent = models.FloatField(_("% N"), default=0)
    p2o5_percent = models.FloatField(_("% P₂O₅"), default=0)
    k2o_percent = models.FloatField(_("% K₂O"), default=0)
    bag_kg = models.FloatField(_("một bao (kg)"), default=50)
    rank = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name = _("phân bón")
        verbose_name_plural = _("phân bón")
        ordering = ("rank", "key")
        constraints = (
            models.CheckConstraint(
                condition=Q(n_percent__gte=0, p2o5_percent__gte=0, k2o_percent__gte=0, bag_kg__gt=0)
                & Q(n_percent__lte=100, p2o5_percent__lte=100, k2o_percent__lte=100),
                name="fertiliser_is_a_share",
            ),
        )


class RuleState(models.TextChoices):
    """Whether a dose may be printed from the rule."""

    DRAFT = "draft", _("dự thảo, không dùng để khuyến cáo")
    APPROVED = "approved", _("đã duyệt")


class DoseRule(NamedInBothLanguages):
    """How a dose follows from target yield and soil. A change is a new version; a draft prints nothing."""

    key = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    crop = models.ForeignKey(Crop, models.PROTECT, related_name="rules", verbose_name=_("cây trồng"))
    kind = models.CharField(_("cách tính"), max_length=20)
    """Which calculation of `soil_map.advice` reads `terms`."""
    terms = models.JSONField(default=dict)
    citation = models.TextField(_("nguồn"))
    state = models.CharField(_("tình trạng"), max_length=8, choices=RuleState.choices, default=RuleState.DRAFT)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("quy tắc bón")
        verbose_name_plural = _("quy tắc bón")
        ordering = ("crop", "key", "-version")
        constraints = (models.UniqueConstraint(fields=("key", "version"), name="dose_rule_version_once"),)
