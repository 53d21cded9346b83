"""Imports of streets: a file that was brought, how it was understood, what it would do and what it did."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping import access
from mapping.models import ChangeSet, StoredFile, Unit


class StreetImportState(models.TextChoices):
    """Where an import stands. Nothing is written to streets before APPLIED; an undo is told by the change set."""

    UPLOADED = "uploaded", _("đã nhận tệp")
    CHECKED = "checked", _("đã kiểm tra")
    APPLIED = "applied", _("đã nhập")


class StreetImportQuerySet(models.QuerySet["StreetImport"]):
    """Readings of imports that are used in more than one place."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.NUMBER) -> StreetImportQuerySet:
        """Imports of the communes where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).communes())


class StreetImport(models.Model):
    """One file on its way into the commune's streets."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp gốc"))
    state = models.CharField(
        _("tình trạng"), max_length=8, choices=StreetImportState.choices, default=StreetImportState.UPLOADED
    )
    # `households.streets.importing.understanding.Meaning`: layer, columns, kinds, system, as confirmed.
    meaning = models.JSONField(default=dict)
    # What was read and what it would do: counts, the first faults and lines to draw.
    report = models.JSONField(default=dict)
    changeset = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    objects = StreetImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần nhập đường, ngõ")
        verbose_name_plural = _("các lần nhập đường, ngõ")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.file} ({self.get_state_display()})"

    @property
    def is_undone(self) -> bool:
        """Whether what it wrote was taken back."""
        return self.changeset is not None and self.changeset.undone_at is not None
