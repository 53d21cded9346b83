"""Photos of houses: what a surveyor took and an officer approved, as part of the house's record."""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models.house import House
from mapping.models import StoredFile


class HousePhoto(models.Model):
    """A photo of a house. It goes with its house, whoever removes that, and with the undo of its approval."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    # The database removes these rows with their house (migration 0049): not every house is removed by Django.
    house = models.ForeignKey(House, models.DO_NOTHING, related_name="photos", db_constraint=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("ảnh"))
    taken_at = models.DateTimeField(_("chụp lúc"), null=True)
    """When it reached the server."""
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("ảnh của nhà")
        verbose_name_plural = _("ảnh của nhà")
        ordering = ("taken_at", "id")
        constraints = (models.UniqueConstraint(fields=("house", "file"), name="house_photo_once"),)

    def __str__(self) -> str:
        return str(self.file)
