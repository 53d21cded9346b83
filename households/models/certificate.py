"""Certificates of house numbers that were given: to be listed, exported, and taken back one by one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households.models.plate_batch import BatchState, PlateBatch
from mapping.models import Unit


class GivenCertificateQuerySet(models.QuerySet["GivenCertificate"]):
    """Certificates, by what became of them."""

    def handed_out(self) -> GivenCertificateQuerySet:
        """Those that somebody may hold: of a batch only once it is printed."""
        return self.filter(Q(batch=None) | Q(batch__state=BatchState.PRINTED))


class GivenCertificate(models.Model):
    """One certificate, by its letters. It proves itself without this row: what this says is whether it was taken back.

    The house is known by its code, so that a house that an undone import takes away again leaves nothing behind here
    that would keep it. `batch` is the one that it was drawn for, before which ends it is not given.
    """

    identifier = models.CharField(_("mã giấy"), max_length=28, primary_key=True)
    house_code = models.CharField(_("mã nhà"), max_length=9, db_index=True)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    issued_on = models.DateField(_("ngày cấp"))
    batch = models.ForeignKey(PlateBatch, models.CASCADE, null=True, related_name="+", verbose_name=_("lô"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("lý do thu hồi"), max_length=300, blank=True)

    objects: Any = GivenCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("giấy chứng nhận số nhà")
        verbose_name_plural = _("giấy chứng nhận số nhà")
        ordering = ("-issued_on", "identifier")

    def __str__(self) -> str:
        return self.identifier
