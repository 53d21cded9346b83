"""Keys with which a program of somebody's uses the API in their name."""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiKey(models.Model):
    """One key; only a hash of it is kept, so it is shown once, when it is made."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("dùng cho"), max_length=60)
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    with_second_factor = models.BooleanField(default=False, editable=False)
    """Whether its owner had shown a second factor in the session that made it."""
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    valid_until = models.DateField(_("đến ngày"))
    used_at = models.DateTimeField(_("dùng lần cuối"), null=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)

    class Meta:
        verbose_name = _("khóa API")
        verbose_name_plural = _("khóa API")

    def __str__(self) -> str:
        return self.name
