"""Batches of plates, and what a commune has made for itself to print them: sheet profiles, designs and emblems."""

from __future__ import annotations

from typing import Any, Final

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping import access
from mapping.models import Job, StoredFile, Unit


class BatchState(models.TextChoices):
    """Where a batch is between its order and its files."""

    ORDERED = "ordered", _("đang chờ in")
    DRAWING = "drawing", _("đang vẽ")
    READING = "reading", _("đang đọc lại mã QR")  # drawn and frozen; a worker that takes it up goes on reading
    PRINTED = "printed", _("đã in")
    CANCELLED = "cancelled", _("đã dừng")
    FAILED = "failed", _("không xong")


class BatchOrder(models.TextChoices):
    """In which order the plates of a batch come."""

    ROUTE = "route", _("theo đường đi lắp")  # along the streets, side by side, as whoever hangs them walks
    NUMBER = "number", _("theo số nhà")
    VILLAGE = "village", _("theo thôn")


class BatchFileKind(models.TextChoices):
    """What a batch makes."""

    SHEETS = "sheets", _("PDF cho máy in văn phòng")
    FACTORY = "factory", _("PDF cho xưởng, mỗi trang một biển")
    SVG = "svg", _("SVG từng biển")
    CSV = "csv", _("bảng dữ liệu cho máy khắc")
    WALK_LIST = "walk_list", _("danh sách đi lắp")
    CERTIFICATES = "certificates", _("giấy chứng nhận số nhà")


class PlateBatchQuerySet(models.QuerySet["PlateBatch"]):
    """Batches as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.PRINT) -> PlateBatchQuerySet:
        """Batches of communes where the person has `capability`, and those kept to villages that they have all of."""
        scope = access.scope_of(user, capability)
        seen = scope.communes()
        if not scope.everything:
            seen |= models.Q(village_ids__contained_by=sorted(scope.unit_ids)) & ~models.Q(village_ids=[])
        return self.filter(seen)


class PlateBatch(models.Model):
    """Plates ordered together: frozen as they were printed, whatever happens to the houses afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    number = models.PositiveIntegerField(_("lô số"))  # counts up within the commune
    village_ids = ArrayField(models.BigIntegerField(), null=True, blank=True)  # null: from the whole commune
    choice = models.JSONField(default=dict)  # `households.plates.choosing.Choice`
    design_name = models.CharField(_("mẫu biển"), max_length=80)
    design = models.JSONField(default=dict)  # frozen
    profile_name = models.CharField(_("khổ giấy"), max_length=80)
    profile = models.JSONField(default=dict)  # frozen, with the calibration of that day
    host = models.CharField(max_length=253)
    order = models.CharField(_("thứ tự"), max_length=7, choices=BatchOrder.choices, default=BatchOrder.ROUTE)
    copies = models.PositiveSmallIntegerField(_("số bản mỗi biển"), default=1)
    skip = models.PositiveSmallIntegerField(_("số ô đã dùng"), default=0)
    is_proof = models.BooleanField(_("bản in thử"), default=False)
    fresh = models.BooleanField(_("cấp mã mới"), default=False)
    goes_on = models.BooleanField(default=False)  # prints although some texts do not fit
    outputs = ArrayField(models.CharField(max_length=12), default=list)  # of BatchFileKind
    state = models.CharField(_("tình trạng"), max_length=9, choices=BatchState.choices, default=BatchState.ORDERED)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    plate_count = models.PositiveIntegerField(_("số biển"), default=0)
    page_count = models.PositiveIntegerField(_("số tờ"), default=0)
    new_count = models.PositiveIntegerField(_("biển cấp mã mới"), default=0)
    read_back = models.PositiveIntegerField(_("đã đọc lại"), default=0)  # where a worker that takes it up goes on
    too_long = models.JSONField(default=list)  # plates whose text does not fit: {"house": code, "field", "text"}
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("đặt lúc"), auto_now_add=True)
    printed_at = models.DateTimeField(_("in lúc"), null=True)

    objects = PlateBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("lô biển")
        verbose_name_plural = _("lô biển")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(fields=("commune", "number"), name="batch_number_in_commune"),)

    def __str__(self) -> str:
        return f"{self.commune} {self.number}"


class BatchPlate(models.Model):
    """The place of a plate in a batch, from 1; a plate that is printed again unchanged has one in each batch."""

    batch = models.ForeignKey(PlateBatch, models.CASCADE, related_name="places")
    serial = models.PositiveIntegerField(_("số thứ tự trong lô"))
    plate = models.ForeignKey("households.Plate", models.CASCADE, related_name="batch_places")

    class Meta:
        verbose_name = _("biển trong lô")
        verbose_name_plural = _("biển trong lô")
        constraints = (models.UniqueConstraint(fields=("batch", "serial"), name="serial_in_batch"),)

    def __str__(self) -> str:
        return f"{self.batch} {self.serial}"


class BatchFile(models.Model):
    """One file of a batch, kept: printing again fetches the same bytes."""

    batch = models.ForeignKey(PlateBatch, models.CASCADE, related_name="files")
    kind = models.CharField(_("loại"), max_length=12, choices=BatchFileKind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp"))

    class Meta:
        verbose_name = _("tệp của lô biển")
        verbose_name_plural = _("tệp của lô biển")
        constraints = (models.UniqueConstraint(fields=("batch", "kind"), name="batch_file_of_kind"),)

    def __str__(self) -> str:
        return f"{self.batch} {self.kind}"


LONGEST_NAME: Final = 80


class OwnQuerySet(models.QuerySet[Any]):
    """What communes have made for themselves."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.PRINT) -> OwnQuerySet:
        """Those of the communes where the person has `capability`, be it in one village of it."""
        scope = access.scope_of(user, capability)
        if scope.everything:
            return self
        of_villages = Unit.objects.filter(pk__in=scope.unit_ids).values("parent")
        return self.filter(models.Q(commune__in=scope.unit_ids) | models.Q(commune__in=of_villages))


class OwnSheetProfile(models.Model):
    """A sheet profile of a commune, in millimetres: `mapping.printing.profile.SheetProfile` as JSON."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    name = models.CharField(_("tên"), max_length=LONGEST_NAME)
    body = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("khổ giấy của xã")
        verbose_name_plural = _("khổ giấy của xã")
        constraints = (models.UniqueConstraint(fields=("commune", "name"), name="sheet_profile_name_in_commune"),)

    def __str__(self) -> str:
        return self.name


class OwnPlateDesign(models.Model):
    """A plate design of a commune: the text that people edit, valid as `households.plates.design_reading` says."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    name = models.CharField(_("tên"), max_length=LONGEST_NAME)
    source = models.TextField(_("bản thiết kế"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("mẫu biển của xã")
        verbose_name_plural = _("mẫu biển của xã")
        constraints = (models.UniqueConstraint(fields=("commune", "name"), name="plate_design_name_in_commune"),)

    def __str__(self) -> str:
        return self.name


class Emblem(models.Model):
    """An image that designs of a commune may show, kept as a clean PNG; designs call it by its name."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    name = models.CharField(_("tên"), max_length=40)  # letters, digits, hyphens: a design names it
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("ảnh"))
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("biểu trưng")
        verbose_name_plural = _("biểu trưng")
        constraints = (models.UniqueConstraint(fields=("commune", "name"), name="emblem_name_in_commune"),)

    def __str__(self) -> str:
        return self.name
