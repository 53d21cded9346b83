"""Files that people brought or that we made for them: kept whole, under the hash of their bytes."""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file under MEDIA_ROOT; `mapping.files` writes and opens it, nobody else touches the path."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey("mapping.Unit", models.PROTECT, related_name="+", verbose_name=_("xã"))
    name = models.CharField(_("tên tệp"), max_length=150)
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("số byte"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    kept_until = models.DateTimeField(_("giữ đến"), null=True, help_text="null: as long as its row")
    removed_at = models.DateTimeField(
        _("đã xóa lúc"), null=True, help_text="the bytes are gone, the row tells what was"
    )

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")

    def __str__(self) -> str:
        return self.name
