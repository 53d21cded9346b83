"""What lets a household see its own page, and what it has said there: secrets, sessions, consents, corrections.

Rows name their household without a key of the database: a household that was removed may come back by an undo, and what
it consented to and who held its secret stays known meanwhile. Whoever may see the household may see these rows, and
the household itself may (migration 0016).
"""

from __future__ import annotations

import datetime
from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from households.models.household import Household
from mapping import access
from mapping.models import ChangeSet, Job


def _household() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Household, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name=_("hộ"))


class ResidentQuerySet(models.QuerySet[Any]):
    """Rows of households."""

    def for_user(self, user: Any) -> ResidentQuerySet:
        """Rows of households whose residents the person answers for."""
        return self.filter(access.scope_of(user, access.Capability.HANDLE_RESIDENTS).rows("household__"))


class ResidentSecret(models.Model):
    """A secret that was printed on a letter. Only a keyed hash of it is kept: nobody can print it again."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    household = _household()
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    # The whole village's letters are one piece of work; a single letter has none.
    batch = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(_("cấp lúc"), default=timezone.now)
    printed_at = models.DateTimeField(_("tải thư lúc"), null=True)
    expires_at = models.DateTimeField(_("dùng đến"))
    first_opened_at = models.DateTimeField(_("mở lần đầu"), null=True)
    last_opened_at = models.DateTimeField(_("mở lần cuối"), null=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("mã bí mật của hộ")
        verbose_name_plural = _("mã bí mật của hộ")
        constraints = (
            models.UniqueConstraint(
                fields=("household",), condition=Q(revoked_at=None), name="household_has_one_secret_in_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {self.issued_at:%Y-%m-%d}"

    @property
    def is_live(self) -> bool:
        """Whether it still opens the page."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class ResidentSession(models.Model):
    """A browser in which a household's secret was given. `households/residents/sessions.py` says how long it lasts."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    household = _household()
    secret = models.ForeignKey(ResidentSecret, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    opened_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.household_id} {self.opened_at:%Y-%m-%d %H:%M}"


class Consent(models.Model):
    """One time that a household consented, or took its consent back. Rows are added and never changed."""

    household = _household()
    purpose = models.CharField(_("mục đích"), max_length=30)
    field = models.CharField(_("mục"), max_length=30)
    given = models.BooleanField(_("đồng ý"))
    # The sentence that the household read, word for word, and the number of that version.
    wording_version = models.PositiveSmallIntegerField()
    wording = models.TextField()
    secret = models.ForeignKey(ResidentSecret, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("sự đồng ý của hộ")
        verbose_name_plural = _("sự đồng ý của hộ")
        indexes = (models.Index(fields=("household", "purpose", "field", "-id"), name="consent_latest"),)

    def __str__(self) -> str:
        return f"{self.household_id} {self.purpose} {self.field} {self.given}"


class CorrectionState(models.TextChoices):
    """What became of a wish."""

    WAITING = "waiting", _("đang chờ xã trả lời")
    ACCEPTED = "accepted", _("đã sửa")
    DECLINED = "declined", _("không sửa")


class Correction(models.Model):
    """What a household asks to be put right: one field and its new value, or a free text."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    household = _household()
    field = models.CharField(_("mục"), max_length=30, blank=True, help_text="empty: a free text")
    before = models.CharField(_("đang ghi"), max_length=500, blank=True)
    wanted = models.CharField(_("xin sửa thành"), max_length=500, blank=True)
    state = models.CharField(
        _("tình trạng"), max_length=8, choices=CorrectionState.choices, default=CorrectionState.WAITING
    )
    asked_at = models.DateTimeField(_("lúc"), default=timezone.now)
    answer = models.CharField(_("trả lời"), max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    changeset = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị sửa")
        verbose_name_plural = _("đề nghị sửa")
        indexes = (models.Index(fields=("household", "-asked_at"), name="correction_of_household"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None) | ~Q(state="waiting") & Q(answered_at__isnull=False),
                name="correction_answered_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {self.field} {self.state}"


def expiry(days: int) -> datetime.datetime:
    """When a secret that is issued now ends."""
    return timezone.now() + datetime.timedelta(days=days)
