"""Administrative units: province, commune and village, with their outlines and the time they are valid.

Since 1 July 2025 there are two levels with national codes (province 2 digits, commune 5); villages below
have none, so theirs is the commune's code with a number of ours (`16543-01`). A name is never a key: 238
commune names repeat across the country, and a code means a unit only together with a date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid
from django.db.models import Q
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from mapping.models.accounts import User


class UnitKind(models.TextChoices):
    """The level of a unit; what it is called on paper (phường, bản …) is its `designation`."""

    PROVINCE = "province", _("Tỉnh, thành phố")
    COMMUNE = "commune", _("Xã, phường, đặc khu")
    VILLAGE = "village", _("Thôn, bản, tổ dân phố")


def in_natural_order(column: str) -> Collate:
    """A column of another collation as people sort what holds numbers."""
    return Collate(column, "vi_natural")


class UnitQuerySet(models.QuerySet["Unit"]):
    """Readings of units that are used in more than one place."""

    def current(self) -> UnitQuerySet:
        """Units that exist today by the map that was loaded."""
        return self.filter(valid_until__isnull=True)

    def communes(self) -> UnitQuerySet:
        """Communes, wards and special zones."""
        return self.filter(kind=UnitKind.COMMUNE)

    def villages(self) -> UnitQuerySet:
        """Villages, hamlets and residential groups."""
        return self.filter(kind=UnitKind.VILLAGE)

    def in_order(self) -> UnitQuerySet:
        """By code, numbers in it as numbers: 16543-2 before 16543-10, 16543-99 before 16543-100."""
        return self.order_by(in_natural_order("code"))

    def for_user(self, user: User) -> UnitQuerySet:
        """Units that the person was granted, and everything below them."""
        from mapping import access

        return self.filter(access.scope_of(user).units())


class Unit(models.Model):
    """One administrative unit in one stretch of its history."""

    kind = models.CharField(_("cấp"), max_length=8, choices=UnitKind.choices)
    designation = models.CharField(_("loại"), max_length=20, blank=True, help_text=_("xã, phường, thôn, bản …"))
    code = models.CharField(_("mã"), max_length=12)
    name = models.CharField(_("tên"), max_length=100, db_collation="vi_natural")
    name_folded = models.CharField(max_length=100, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("thuộc")
    )
    outline = models.MultiPolygonField(_("ranh giới"), srid=4326, null=True, blank=True, spatial_index=False)
    vn2000_srid = models.PositiveIntegerField(_("múi VN-2000"), help_text=_("mã EPSG của múi chiếu"))
    area_m2 = models.FloatField(_("diện tích (m²)"), null=True, editable=False)
    source = models.CharField(_("nguồn ranh giới"), max_length=200, blank=True)
    is_invented = models.BooleanField(_("dữ liệu minh họa"), default=False)
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_until = models.DateField(_("đến ngày"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "code")
        verbose_name = _("đơn vị hành chính")
        verbose_name_plural = _("đơn vị hành chính")
        indexes = (models.Index(fields=("parent",), name="unit_parent"),)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "code"),
                condition=Q(valid_until__isnull=True),
                name="unit_code_is_unique_today",
            ),
            models.CheckConstraint(
                condition=Q(outline__isnull=True) | Q(IsValid("outline")), name="unit_outline_is_valid"
            ),
        )

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name as it is written on paper: "Xã Quảng Bình", "Thôn Xa Thư"."""
        return f"{self.designation} {self.name}".strip()

    def save(self, *args, **kwargs) -> None:
        """Keep the search key in step with the name."""
        from mapping.text import fold, nfc

        self.name = nfc(self.name)
        self.name_folded = fold(self.name)
        super().save(*args, **kwargs)
