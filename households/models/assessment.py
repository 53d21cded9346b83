"""Assessments of households. Sensitive: a wall of its own stands around them (migration 0020)."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.assessments.standards import STANDARDS, outcome_label
from households.models.household import Household
from mapping import access


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Readings of assessments."""

    def for_user(self, user: Any) -> AssessmentQuerySet:
        """Those of households whose sensitive data the person may see."""
        return self.filter(access.scope_of(user, access.Capability.SEE_SENSITIVE).rows("household__"))


class Assessment(models.Model):
    """What a decision found a household to be, by a standard, on a day. Added and never changed.

    A mistake is put right by another row that names the wrong one; a later assessment stands beside the earlier.
    Rows name their household without a key of the database, since one that was removed may come back by an undo.
    """

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    household = models.ForeignKey(
        Household, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name=_("hộ")
    )
    standard = models.CharField(_("theo chuẩn"), max_length=20)
    outcome = models.CharField(_("kết quả"), max_length=20)
    assessed_on = models.DateField(_("ngày rà soát"))
    decision_number = models.CharField(_("số quyết định"), max_length=50)
    decision_date = models.DateField(_("ngày quyết định"))
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="correction")
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("kết quả rà soát hộ")
        verbose_name_plural = _("kết quả rà soát hộ")
        ordering = ("-assessed_on", "-id")
        indexes = (models.Index(fields=("household", "-assessed_on"), name="assessment_of_household"),)
        constraints = (models.CheckConstraint(condition=~Q(corrects=F("id")), name="assessment_corrects_another"),)

    def __str__(self) -> str:
        return f"{self.standard} {self.assessed_on:%Y-%m-%d}"

    @property
    def standard_label(self) -> str:
        """The standard in words."""
        known = STANDARDS.get(self.standard)
        return str(known.label) if known else self.standard

    @property
    def outcome_label(self) -> str:
        """The outcome in words."""
        return outcome_label(self.standard, self.outcome)
