"""Plates: one row for one physical plate, known by the token in its QR."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households.models.house import House


class PlateState(models.TextChoices):
    """Where a plate is in its life."""

    DRAFT = "draft", _("bản hiện hành")  # the plate to print for the house as it is now
    SUPERSEDED = "superseded", _("đã có bản mới")  # may still hang on the door, so it still opens
    REVOKED = "revoked", _("đã thu hồi")  # its token is dead


class PlateQuerySet(models.QuerySet["Plate"]):
    """Plates by what they mean for a house."""

    def released(self) -> PlateQuerySet:
        """Plates that were printed to hang and are not revoked; what only a proof showed is no plate yet."""
        return self.filter(released_at__isnull=False).exclude(state=PlateState.REVOKED)


class Plate(models.Model):
    """A plate. Revoking it kills its token and nothing else; a token is never used again."""

    token = models.CharField(primary_key=True, max_length=12, editable=False)
    house = models.ForeignKey(House, models.CASCADE, related_name="plates", verbose_name=_("nhà"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=PlateState.choices, default=PlateState.DRAFT)
    # The hash of what is printed on it: while it stays the same, the house keeps this plate.
    face_hash = models.BinaryField(max_length=16)
    plus_code = models.CharField(_("Plus Code đã in"), max_length=12)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    # When it first stood in a file that was no proof: from then on it may hang on a door.
    released_at = models.DateTimeField(null=True, editable=False)

    objects = PlateQuerySet.as_manager()

    class Meta:
        verbose_name = _("biển")
        verbose_name_plural = _("biển")
        constraints = (
            models.UniqueConstraint(fields=("house",), condition=Q(state="draft"), name="house_has_one_draft_plate"),
        )

    def __str__(self) -> str:
        return self.token
