"""Visits: what was found at a house in a round, field by field, until an officer takes it into the register.

A visit is neither a house nor a household. What phones send is merged into it; only an approval writes into the
register. So a return, a rejection or a conflict never touches what plates and exports are made of.
"""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from households.models.survey_round import SurveyDevice, SurveyRound
from mapping import access
from mapping.models import ChangeSet, StoredFile, Unit


class VisitState(models.TextChoices):
    """Where a visit stands. What was rejected enters no export and no plate."""

    RECEIVED = "received", _("đã nhận, chờ duyệt")
    APPROVED = "approved", _("đã duyệt")
    RETURNED = "returned", _("trả lại để sửa")
    REJECTED = "rejected", _("không nhận")


class SurveyVisitQuerySet(models.QuerySet["SurveyVisit"]):
    """Visits as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SURVEY) -> SurveyVisitQuerySet:
        """Visits of the villages where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).rows())


class SurveyVisit(models.Model):
    """All that a round knows of one house. Houses that were added in the field have their id here before any row."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="visits", verbose_name=_("đợt"))
    house_id = models.UUIDField(_("nhà"))
    is_new_house = models.BooleanField(_("nhà mới"), default=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    village = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("thôn"))
    location = models.PointField(_("vị trí"), srid=4326, null=True, spatial_index=False)
    latitude = models.GeneratedField(
        verbose_name=_("Vĩ độ"),
        expression=models.Func("location", function="ST_Y", output_field=models.FloatField()),
        output_field=models.FloatField(null=True), db_persist=True,
    )  # fmt: skip
    """Of `location`, in degrees: behind the wall an index of places serves nobody, one of plain numbers does."""
    position = models.JSONField(_("cách đo vị trí"), default=dict)
    """Source, fixes, spread, accuracy, where it was measured, where it was dragged to: `households/survey/position`."""
    answers = models.JSONField(_("trả lời"), default=dict)
    """Field → value, by the round's rules; no sensitive ones."""
    field_versions = models.JSONField(default=dict)
    """Field → [version of the visit in which it was last changed, the device's id or "officer"], and the same of each
    who had said the same by themselves."""
    version = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(_("tình trạng"), max_length=8, choices=VisitState.choices, default=VisitState.RECEIVED)
    comment = models.CharField(_("lời nhắn cho người điều tra"), max_length=500, blank=True)
    flags = models.JSONField(_("điều cần xem lại"), default=list)
    """[{code, …figures}] of `households/survey/flags`."""
    surveyor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    device = models.ForeignKey(SurveyDevice, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(_("bắt đầu hỏi"), null=True)
    ended_at = models.DateTimeField(_("hỏi xong"), null=True)
    """By the clock of the phone, which may be wrong."""
    received_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("duyệt lúc"), null=True)
    changeset = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")
    """Of the last approval, undone or not."""
    approvals = models.JSONField(default=list, editable=False)
    """Those that stand in the register: `households/survey/approvals`."""

    objects = SurveyVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần đến nhà")
        verbose_name_plural = _("các lần đến nhà")
        ordering = ("-updated_at",)
        indexes = (
            models.Index(fields=("round", "village", "state"), name="survey_visit_of_village"),
            models.Index(fields=("round", "latitude"), name="survey_visit_latitude"),
            GistIndex(fields=("location",), name="survey_visit_location"),
            models.Index(fields=("round", "surveyor", "started_at"), name="survey_visit_of_surveyor"),
        )
        constraints = (models.UniqueConstraint(fields=("round", "house_id"), name="survey_visit_once_a_round"),)

    def __str__(self) -> str:
        return f"{self.round} {self.house_id}"


class SurveySensitive(models.Model):
    """Sensitive answers of a visit: poverty, merit. A wall of its own stands around them."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    visit = models.OneToOneField(SurveyVisit, models.CASCADE, related_name="sensitive")
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    village = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    answers = models.JSONField(_("trả lời"), default=dict)
    clashes = models.JSONField(_("mục ghi khác nhau"), default=dict)
    """Operation's id → {field: [held, sent]}: what `SurveyConflict` leaves out of sensitive fields."""

    class Meta:
        verbose_name = _("trả lời nhạy cảm")
        verbose_name_plural = _("trả lời nhạy cảm")

    def __str__(self) -> str:
        return str(self.visit_id)


class SurveyOperation(models.Model):
    """What a phone sent, once, and the receipt that it got: sent again, it gets the same one."""

    id = models.UUIDField(primary_key=True)
    """Made by the phone."""
    visit = models.ForeignKey(SurveyVisit, models.PROTECT, related_name="operations")
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    village = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    device = models.ForeignKey(SurveyDevice, models.PROTECT, related_name="+")
    base = models.PositiveIntegerField()
    """The version of the visit that the phone had seen; 0 of none."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the request's body, in hexadecimal: the receipt names it, and another body under the id is refused."""
    changes = models.JSONField(default=dict)
    """Field → {from, to}; values of sensitive fields are left out."""
    receipt = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True)
    """By the clock of the phone."""
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bản gửi từ điện thoại")
        verbose_name_plural = _("các bản gửi từ điện thoại")
        ordering = ("received_at",)

    def __str__(self) -> str:
        return str(self.id)


class SurveyConflict(models.Model):
    """Two people changed one field without knowing of each other; an officer says what holds."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    visit = models.ForeignKey(SurveyVisit, models.CASCADE, related_name="conflicts")
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    village = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    operation = models.ForeignKey(SurveyOperation, models.PROTECT, related_name="+")
    field = models.CharField(_("mục"), max_length=60)
    held = models.JSONField(_("đang ghi"), null=True)
    sent = models.JSONField(_("gửi đến"), null=True)
    flags = models.JSONField(_("điều cần xem lại"), null=True)
    """Of a position that was sent: what makes it worth a second look, as in a visit; they hold once it is chosen."""
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("xử lý lúc"), null=True)

    class Meta:
        verbose_name = _("mục ghi khác nhau")
        verbose_name_plural = _("các mục ghi khác nhau")
        constraints = (models.UniqueConstraint(fields=("operation", "field"), name="survey_conflict_once"),)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.field}"


class SurveyPhoto(models.Model):
    """A photo of a visit on its way up, then kept: the hash that the phone took names it throughout."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="+")
    house_id = models.UUIDField(_("nhà"))
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    village = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    question = models.CharField(_("mục"), max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("số byte"))
    offset = models.PositiveIntegerField(default=0)
    """Bytes that have arrived; `size` once `file` is there."""
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("ảnh"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    received_at = models.DateTimeField(_("nhận lúc"), null=True)

    class Meta:
        verbose_name = _("ảnh điều tra")
        verbose_name_plural = _("ảnh điều tra")
        constraints = (models.UniqueConstraint(fields=("round", "house_id", "sha256"), name="survey_photo_once"),)

    def __str__(self) -> str:
        return self.sha256[:12]
