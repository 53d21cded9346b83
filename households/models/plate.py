"""Plates: one row for one physical plate, known by the token in its QR, from its first file to the end of its life."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households.models.house import House
from mapping import access
from mapping.models import StoredFile


class PlateState(models.TextChoices):
    """Where a plate is in its life; `households.plates.life` knows which may follow which."""

    DRAFT = "draft", _("chưa in")  # it has a token and stood in a proof at most
    PRINTED = "printed", _("đã in")  # it stood in a file that may be hung
    IN_STOCK = "in_stock", _("trong kho")  # whoever makes plates has brought it
    ISSUED = "issued", _("đã giao người lắp")
    INSTALLED = "installed", _("đã lắp")
    DAMAGED = "damaged", _("hỏng")  # it hangs still and has to be replaced
    LOST = "lost", _("mất")
    STOLEN = "stolen", _("bị lấy cắp")
    SUPERSEDED = "superseded", _("đã có bản mới")  # a newer one was made; this one may still hang, so it still opens
    REPLACED = "replaced", _("đã thay")  # another one hangs in its place
    REVOKED = "revoked", _("đã thu hồi")  # its token is dead


ON_ITS_WAY: Final = (PlateState.PRINTED, PlateState.IN_STOCK, PlateState.ISSUED)
"""States of a plate that was printed and is to be hung: a house has one such plate at most.

Drafts stand beside it: those of batches that are read back just now, each waiting for the end of its own.
"""

THERE: Final = (*ON_ITS_WAY, PlateState.INSTALLED, PlateState.DAMAGED)
"""States of a released plate that a house has: it hangs, whole or not, or is on its way. A superseded one may hang
unseen, and counts as none."""

DEAD: Final = (PlateState.LOST, PlateState.STOLEN, PlateState.REPLACED, PlateState.REVOKED)
"""States in which a token opens no address any more."""

OPENS_SQL: Final = "NOT IN ({})".format(", ".join(f"'{state.value}'" for state in DEAD))
"""Behind a plate's state in SQL: whether its token opens an address."""


class PlateQuerySet(models.QuerySet["Plate"]):
    """Plates by what they mean for a house."""

    def released(self) -> PlateQuerySet:
        """Plates that were printed to hang and still open; what only a proof showed is no plate yet."""
        return self.filter(released_at__isnull=False).exclude(state__in=DEAD)

    def for_user(self, user: Any, capability: access.Capability = access.Capability.PRINT) -> PlateQuerySet:
        """Plates of the houses where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).rows("house__"))


class Plate(models.Model):
    """A plate. Revoking it kills its token and nothing else; a token is never used again.

    `number`, `street`, `village_name` and `commune_name` are what was printed, and `location` is the point that the
    printed Plus Code was made of: later edits of the house leave them as they are.
    """

    token = models.CharField(primary_key=True, max_length=12, editable=False)
    house = models.ForeignKey(House, models.CASCADE, related_name="plates", verbose_name=_("nhà"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=PlateState.choices, default=PlateState.DRAFT)
    # The hash of what is printed on it: while it stays the same, the house keeps this plate.
    face_hash = models.BinaryField(max_length=16)
    plus_code = models.CharField(_("Plus Code đã in"), max_length=12)
    number = models.CharField(_("số nhà đã in"), max_length=40, blank=True, db_default="", default="")
    street = models.CharField(_("đường, ngõ đã in"), max_length=120, blank=True, db_default="", default="")
    village_name = models.CharField(_("thôn đã in"), max_length=160, blank=True, db_default="", default="")
    commune_name = models.CharField(_("xã, tỉnh đã in"), max_length=330, blank=True, db_default="", default="")
    location = models.PointField(_("điểm đã in"), null=True, srid=4326, spatial_index=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    # When it first stood in a file that was no proof: from then on it may hang on a door.
    released_at = models.DateTimeField(null=True, editable=False)
    state_at = models.DateTimeField(_("từ lúc"), null=True, editable=False)
    # The state before it was lost or stolen: what is found again is what it was.
    lost_from = models.CharField(max_length=10, blank=True, db_default="", default="", editable=False)
    issued_to = models.CharField(_("giao cho"), max_length=100, blank=True, db_default="", default="")
    installed_at = models.DateTimeField(_("lắp lúc"), null=True, blank=True)
    installed_location = models.PointField(_("vị trí lúc lắp"), null=True, blank=True, srid=4326, spatial_index=False)
    installed_accuracy = models.FloatField(_("sai số vị trí (m)"), null=True, blank=True)
    installed_distance = models.FloatField(_("cách nhà (m)"), null=True, blank=True)
    # Why it hangs where no position was known, or far from its house's point; empty where nothing was doubtful.
    installed_reason = models.CharField(_("lý do khi lắp"), max_length=300, blank=True, db_default="", default="")
    inspected_at = models.DateTimeField(_("kiểm tra lúc"), null=True, blank=True)
    installed_photo = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ảnh lúc lắp")
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, db_default="", default="")
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name=_("thay bằng")
    )
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = PlateQuerySet.as_manager()

    class Meta:
        verbose_name = _("biển")
        verbose_name_plural = _("biển")
        constraints = (
            models.UniqueConstraint(
                fields=("house",),
                condition=Q(state="printed") | Q(state="in_stock") | Q(state="issued"),
                name="house_has_one_plate_on_its_way",
            ),
        )

    def __str__(self) -> str:
        return self.token

    @property
    def is_dead(self) -> bool:
        """Whether its token opens no address any more."""
        return self.state in DEAD
