"""Class schemes: where a value is called low or high, by whom, for which method, and since when."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from soil_map.models.property import Method, NamedInBothLanguages, Property


class SchemeState(models.TextChoices):
    """Whether the limits were read in their source."""

    DRAFT = "draft", _("dự thảo, chưa đối chiếu nguồn")
    APPROVED = "approved", _("đã duyệt")


class ClassScheme(NamedInBothLanguages):
    """Limits of one source for one property, in its own unit. A change of limits is a new version, never an edit."""

    key = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    property = models.ForeignKey(Property, models.PROTECT, related_name="schemes", verbose_name=_("chỉ tiêu"))
    methods = models.ManyToManyField(Method, related_name="schemes", verbose_name=_("phương pháp"))
    """The methods that the limits hold for; values of any other are not classed."""
    unit = models.CharField(_("đơn vị của giới hạn"), max_length=30, blank=True)
    citation = models.TextField(_("nguồn"))
    state = models.CharField(_("tình trạng"), max_length=8, choices=SchemeState.choices, default=SchemeState.DRAFT)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("thang phân cấp")
        verbose_name_plural = _("thang phân cấp")
        ordering = ("property", "key", "-version")
        constraints = (models.UniqueConstraint(fields=("key", "version"), name="scheme_version_once"),)


class SoilClass(models.Model):
    """One class of a scheme: from its lower limit, which belongs to it, up to the next one's."""

    scheme = models.ForeignKey(ClassScheme, models.CASCADE, related_name="classes", verbose_name=_("thang"))
    rank = models.PositiveSmallIntegerField(_("thứ tự"))
    lower = models.FloatField(_("từ"), null=True, blank=True)
    """Inclusive, in the scheme's unit; null for the lowest class."""
    level = models.SmallIntegerField(_("mức"), default=0)
    """-1 low, 0 medium, 1 high: what the nutrient index counts."""
    label_vi = models.CharField(_("nhãn"), max_length=60)
    label_en = models.CharField(_("nhãn tiếng Anh"), max_length=60)
    colour = models.CharField(_("màu"), max_length=7, validators=(RegexValidator(r"^#[0-9a-f]{6}$"),))

    class Meta:
        verbose_name = _("cấp")
        verbose_name_plural = _("cấp")
        ordering = ("scheme", "rank")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "rank"), name="class_rank_once"),
            models.UniqueConstraint(fields=("scheme", "lower"), name="class_limit_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(level__gte=-1) & Q(level__lte=1), name="class_level_known"),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.label_en if (get_language() or "vi").startswith("en") else self.label_vi
