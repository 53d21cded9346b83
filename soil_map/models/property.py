"""What is measured in soil, and how: reference rows that the project ships (`soil_map/reference/`)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class NamedInBothLanguages(models.Model):
    """A reference row with its name in Vietnamese and in English."""

    name_vi = models.CharField(_("tên"), max_length=160)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=160)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if (get_language() or "vi").startswith("en") else self.name_vi


class Property(NamedInBothLanguages):
    """Something that a laboratory measures, kept in one canonical unit whatever the sheet says."""

    key = models.CharField(primary_key=True, max_length=30)
    unit = models.CharField(_("đơn vị"), max_length=30, blank=True)
    """A key of `soil_map.units`, with the substance that is counted: "mg/100g P2O5"; empty for pH."""
    decimals = models.PositiveSmallIntegerField(_("số chữ số thập phân"), default=2)
    lowest = models.FloatField(_("nhỏ nhất có thể"))
    highest = models.FloatField(_("lớn nhất có thể"))
    """What no soil has less or more of, in the canonical unit: a pH of 71 is a comma that was lost."""
    rank = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ("rank", "key")


class Method(NamedInBothLanguages):
    """How a property is measured. Values of two methods are never compared, classed or drawn together."""

    key = models.CharField(primary_key=True, max_length=30)
    property = models.ForeignKey(Property, models.PROTECT, related_name="methods", verbose_name=_("chỉ tiêu"))
    standard = models.CharField(_("tiêu chuẩn"), max_length=60, blank=True)
    extractant = models.CharField(_("dung dịch chiết"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("phương pháp")
        verbose_name_plural = _("phương pháp")
        ordering = ("property", "key")
