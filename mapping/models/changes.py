"""Change sets: what one action of one person did to which rows, so that it can be undone.

A change keeps the row's image before the action (null when the row was added) and the version the row had
after it (null when the row was deleted). Undoing puts the images back if no row has moved on since.
"""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeSet(models.Model):
    """One action: an edit, a split, an import."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey("mapping.Unit", models.PROTECT, related_name="+", verbose_name=_("xã"))
    kind = models.CharField(_("việc"), max_length=40, help_text="registry.changes names the kinds")
    subject = models.CharField(_("đối tượng"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True)

    class Meta:
        verbose_name = _("lần thay đổi")
        verbose_name_plural = _("các lần thay đổi")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("commune", "-created_at"), name="changeset_by_commune"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()


class AddedRange(models.Model):
    """Rows that one action added in bulk, under ids that follow one another and that nothing else got.

    An import adds three hundred thousand rows; one `Change` for each of them would cost more than the rows.
    """

    changeset = models.ForeignKey(ChangeSet, models.CASCADE, related_name="added_ranges")
    table = models.CharField(max_length=63)
    first_id = models.UUIDField()
    last_id = models.UUIDField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("các dòng được thêm")
        verbose_name_plural = _("các dòng được thêm")

    def __str__(self) -> str:
        return f"{self.table} {self.count}"


class Change(models.Model):
    """What an action did to one row."""

    changeset = models.ForeignKey(ChangeSet, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=63)
    row_id = models.UUIDField()
    before = models.JSONField(null=True)
    version_after = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("thay đổi")
        verbose_name_plural = _("thay đổi")
        indexes = (models.Index(fields=("row_id",), name="change_of_row"),)

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
