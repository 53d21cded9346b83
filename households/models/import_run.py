"""Imports: a file that was brought, how it was understood, what it did, and whether it was undone."""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping.models import ChangeSet, StoredFile, Unit


class ImportState(models.TextChoices):
    """Where an import stands. Nothing is written to houses before APPLIED."""

    UPLOADED = "uploaded", _("đã nhận tệp")
    CHECKED = "checked", _("đã kiểm tra")
    APPLIED = "applied", _("đã nhập")
    UNDONE = "undone", _("đã hoàn tác")


class ImportRun(models.Model):
    """One file on its way into the commune's houses."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp gốc"))
    state = models.CharField(_("tình trạng"), max_length=8, choices=ImportState.choices, default=ImportState.UPLOADED)
    # Sheet, header row, column → field, meaning of the coordinates: what the person saw and confirmed.
    reading = models.JSONField(default=dict)
    # Counts to add, change, leave and refuse, and the first rows of each; the whole list is `report_file`.
    report = models.JSONField(default=dict)
    report_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    changeset = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lần nhập")
        verbose_name_plural = _("các lần nhập")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.file} ({self.get_state_display()})"


class ImportPlace(models.Model):
    """Which commune an import belongs to, and nothing about it, for those whom the wall hides it from."""

    id = models.UUIDField(primary_key=True)
    commune = models.ForeignKey("mapping.Unit", models.DO_NOTHING, related_name="+", db_constraint=False)

    class Meta:
        managed = False
        db_table = "households_importplace"

    def __str__(self) -> str:
        return str(self.pk)
