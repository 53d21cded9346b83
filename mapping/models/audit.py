"""The audit of what leaves no event of a row behind: who read, revealed, took out, printed, signed in.

Written by `mapping/audit.py` alone. Nobody changes or deletes an entry (`mapping/append_only.py`), and personal values
never stand in one: a household is named by its house's code.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act of one person."""

    at = models.DateTimeField(_("lúc"))
    # No key: who acted is part of the entry and stays, whatever becomes of the account.
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(_("người làm"), max_length=250, blank=True)
    address = models.CharField(_("từ địa chỉ"), max_length=45, blank=True)
    path = models.CharField(_("trang"), max_length=200, blank=True)
    why = models.CharField(_("lý do"), max_length=500, blank=True)
    action = models.CharField(_("việc"), max_length=40, help_text="registry.audit_actions names them")
    subject = models.CharField(_("đối tượng"), max_length=200, blank=True)
    table = models.CharField(max_length=63, blank=True)
    row_id = models.UUIDField(null=True)
    # The rows that a list took out, so that each of them can be told; null where `row_id` says it all.
    rows = ArrayField(models.UUIDField(), null=True)
    commune = models.ForeignKey("mapping.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("đơn vị"))
    village_id = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField(_("số lượng"), default=1)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("mục nhật ký")
        verbose_name_plural = _("nhật ký truy cập")
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("commune", "-at"), name="audit_of_commune"),
            models.Index(fields=("user_id", "-at"), name="audit_of_person"),
            models.Index(fields=("row_id",), condition=Q(row_id__isnull=False), name="audit_of_row"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject}".strip()
