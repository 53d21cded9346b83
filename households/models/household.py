"""Households: the people of a house. Personal data begins here."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate, Right
from django.utils.translation import gettext_lazy as _

from households.models.house import House, SearchKeyField, Words
from mapping import access
from mapping.models import Unit


class HouseholdQuerySet(models.QuerySet["Household"]):
    """Readings of households that are used in more than one place."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SEE_PEOPLE) -> HouseholdQuerySet:
        """Households whose people the person may see; the only way a page, export or job reads them."""
        return self.filter(access.scope_of(user, capability).rows())


class Household(models.Model):
    """The people who keep house together, by their head. Not a residence registration."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    # Held by triggers, once a statement (migration 0008).
    house = models.ForeignKey(
        House, models.PROTECT, related_name="households", db_constraint=False, verbose_name=_("nhà")
    )
    # The house's commune, repeated so that a search inside one commune needs one index and no join; the house
    # itself answers for it, so the database does not check it a second time.
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    # The house's village, kept by triggers for the wall around this table (migration 0013).
    village = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False, null=True, editable=False
    )
    head_name = models.CharField(_("chủ hộ"), max_length=100, db_collation="vi_natural")
    phone = models.CharField(_("điện thoại"), max_length=15, blank=True)
    # 12 digits (mapping/personal_number.py). Not unique: lists hold one twice, and the police answer for it, not we.
    personal_number = models.CharField(_("số định danh cá nhân"), max_length=12, blank=True, db_default="", default="")
    size = models.PositiveSmallIntegerField(
        _("số người"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    # On the page that anyone may open only with the household's consent (households/residents/consents.py).
    shop_name = models.CharField(_("tên cửa hàng"), max_length=80, blank=True, db_default="", default="")
    search_key = SearchKeyField(editable=False)
    """Of the head's name."""
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("hộ")
        verbose_name_plural = _("hộ")
        indexes = (
            GinIndex(Words("search_key"), "commune", name="household_search"),
            # People give a telephone number or its last digits, four at least. Few numbers end in the same four, and
            # this index costs an import half of what one on the whole number does.
            models.Index(Collate(Right("phone", 4), "C"), condition=~Q(phone=""), name="household_phone_end"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(head_name=""), name="household_has_a_head"),
            models.CheckConstraint(
                condition=Q(size__isnull=True) | Q(size__gte=1, size__lte=60),
                name="household_size_is_plausible",
            ),
        )

    def __str__(self) -> str:
        return self.head_name


class HouseholdPresence(models.Model):
    """That a house has a household, and nothing about it: for counts by those who may not see people."""

    id = models.UUIDField(primary_key=True)
    house = models.ForeignKey(House, models.DO_NOTHING, related_name="+", db_constraint=False)

    class Meta:
        managed = False
        db_table = "households_presence"

    def __str__(self) -> str:
        return str(self.house_id)
