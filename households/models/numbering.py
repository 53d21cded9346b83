"""Proposals of house numbers, the decisions that make them law, and the addresses that houses had before."""

from __future__ import annotations

from typing import Any, Final

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q
from django.db.models.functions import Concat, ExtractYear
from django.utils.translation import gettext_lazy as _

from households.addresses import Address
from households.models.house import Fold, House, Words
from households.models.street import Side, Street
from mapping import access
from mapping.models import ChangeSet, Job, Unit

APPROVAL: Final = "numbering.approval"
"""The kind of job that makes a long draft law."""


class ProposalState(models.TextChoices):
    """Where a proposal is on its way from a run to a decision."""

    COMPUTING = "computing", _("đang lập")
    DRAFT = "draft", _("chờ duyệt")
    APPROVED = "approved", _("đã duyệt")
    DISCARDED = "discarded", _("đã bỏ")
    UNDONE = "undone", _("đã hoàn tác")


class ProposalQuerySet(models.QuerySet["NumberingProposal"]):
    """Readings of proposals that are used in more than one place."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.NUMBER) -> ProposalQuerySet:
        """Proposals of the communes where the person has `capability`."""
        return self.filter(access.scope_of(user, capability).communes())


class NumberingProposal(models.Model):
    """One run of the numbering over a commune or some of its villages; nothing changes until it is approved."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    village_ids = ArrayField(models.BigIntegerField(), null=True, blank=True)  # null: the whole commune
    house = models.ForeignKey(House, models.CASCADE, null=True, blank=True, related_name="+")  # a run for one house
    rules = models.JSONField(default=dict)  # `households.numbering.model.Rules` and what to keep, as asked for
    state = models.CharField(_("tình trạng"), max_length=9, choices=ProposalState.choices)
    counts = models.JSONField(default=dict)  # `ProposalCounts`
    group_letters = models.JSONField(default=dict)  # of each house group: its letter and the version that was read
    # Former addresses that houses had back by the decision, so that its undo can make them former ones again.
    returned_addresses = models.JSONField(default=list)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changeset = models.ForeignKey(ChangeSet, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("phương án đánh số nhà")
        verbose_name_plural = _("phương án đánh số nhà")
        indexes = (models.Index(fields=("commune", "-created_at"), name="proposal_of_commune"),)

    def __str__(self) -> str:
        return f"{self.commune} {self.created_at:%d/%m/%Y %H:%M}"

    @property
    def is_being_approved(self) -> bool:
        """Whether a job makes it law; it is a draft again by itself should that fail or be stopped."""
        return (
            self.state == ProposalState.DRAFT
            and self.job is not None
            and self.job.kind == APPROVAL
            and not self.job.is_over
        )

    @property
    def is_open(self) -> bool:
        """Whether it may be edited, approved and discarded."""
        return self.state == ProposalState.DRAFT and not self.is_being_approved

    @property
    def refused(self) -> str:
        """Why the job that was to make it law, as it stands now, did not; "" where none was."""
        job = self.job
        if self.state != ProposalState.DRAFT or job is None or job.kind != APPROVAL or not job.is_over:
            return ""
        return job.told if job.params.get("version") == self.version else ""


class ProposedOutcome(models.TextChoices):
    """What the proposal does to a house's number."""

    LOCKED = "locked", _("giữ số đã có quyết định")
    SAME = "same", _("giữ số đang dùng")
    GIVEN = "given", _("cấp số mới")
    CHANGED = "changed", _("đổi số")
    UNPLACED = "unplaced", _("chưa gắn được với đường, ngõ")
    LEFT_OUT = "left_out", _("để lại sau")


class ProposedNumber(models.Model):
    """A house in a proposal: what its number is and what it would be.

    No constraint checks the keys row by row, which would double the time that a million of these take; triggers take
    the rows of a house that is deleted away and make the rows of a street that is deleted rows of none (migration
    0032).
    """

    id = models.BigAutoField(primary_key=True)
    proposal = models.ForeignKey(
        NumberingProposal, models.CASCADE, related_name="numbers", db_index=False, db_constraint=False
    )
    house = models.ForeignKey(House, models.CASCADE, related_name="+", db_constraint=False)
    house_version = models.PositiveIntegerField()
    street = models.ForeignKey(Street, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    side = models.PositiveSmallIntegerField(choices=Side.choices, null=True)
    position_m = models.FloatField(null=True)
    distance_m = models.FloatField(null=True)
    old_number = models.CharField(max_length=20, blank=True, db_collation="vi_natural")
    old_street = models.CharField(max_length=120, blank=True, db_collation="vi_natural")
    new_number = models.CharField(max_length=20, blank=True, db_collation="vi_natural")
    new_street = models.CharField(max_length=120, blank=True, db_collation="vi_natural")
    outcome = models.CharField(max_length=8, choices=ProposedOutcome.choices)
    doubt = models.CharField(max_length=12, blank=True)  # a code of `households.numbering.model.DOUBTS`, or none
    by_hand = models.BooleanField(default=False)  # an officer chose number or street

    class Meta:
        verbose_name = _("số đề nghị")
        verbose_name_plural = _("số đề nghị")
        indexes = (models.Index(fields=("proposal", "new_street", "new_number"), name="proposed_in_order"),)
        constraints = (models.UniqueConstraint(fields=("proposal", "house"), name="proposed_once_a_house"),)

    def __str__(self) -> str:
        return f"{self.old_number} → {self.new_number}"


class ProposedStreet(models.Model):
    """A street in a proposal: the number that a nameless alley would take, and which way its numbers rise."""

    id = models.BigAutoField(primary_key=True)
    proposal = models.ForeignKey(NumberingProposal, models.CASCADE, related_name="streets")
    street = models.ForeignKey(Street, models.CASCADE, related_name="+")
    street_version = models.PositiveIntegerField(default=1)
    old_number = models.CharField(max_length=20, blank=True, db_collation="vi_natural")
    new_number = models.CharField(max_length=20, blank=True, db_collation="vi_natural")
    is_reversed = models.BooleanField()  # numbers rise against the line as it was drawn
    left_houses = models.PositiveIntegerField()
    right_houses = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("ngõ trong phương án")
        verbose_name_plural = _("ngõ trong phương án")
        constraints = (models.UniqueConstraint(fields=("proposal", "street"), name="proposed_once_a_street"),)

    def __str__(self) -> str:
        return f"{self.street_id} {self.new_number}"


class ProposalFinding(models.Model):
    """Something to look at before a decision: a conflict, a gap, an alley whose mouth nobody stands before."""

    id = models.BigAutoField(primary_key=True)
    proposal = models.ForeignKey(NumberingProposal, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=30)  # of `households.numbering.model.FINDINGS`
    street = models.ForeignKey(Street, models.SET_NULL, null=True, related_name="+")
    house = models.ForeignKey(House, models.CASCADE, null=True, related_name="+")
    place = models.PointField(srid=4326, null=True, spatial_index=False)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("điểm cần xem")
        verbose_name_plural = _("điểm cần xem")

    def __str__(self) -> str:
        return self.code


class NumberingDecision(models.Model):
    """The decision of the authority that made numbers law; its number is given once a year in a commune."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    number = models.CharField(_("số quyết định"), max_length=60)
    number_folded = models.GeneratedField(
        expression=Fold("number"), output_field=models.TextField(), db_persist=True
    )  # fmt: skip
    decided_on = models.DateField(_("ngày quyết định"))
    proposal = models.OneToOneField(NumberingProposal, models.PROTECT, null=True, related_name="decision")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("duyệt lúc"), auto_now_add=True)
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("quyết định đánh số nhà")
        verbose_name_plural = _("quyết định đánh số nhà")
        constraints = (
            models.UniqueConstraint(
                F("commune"),
                F("number_folded"),
                ExtractYear("decided_on"),
                condition=Q(undone_at__isnull=True),
                name="decision_number_once_a_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} ({self.decided_on:%d/%m/%Y})"


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    """Readings of former addresses that are used in more than one place."""

    def public(self) -> FormerAddressQuerySet:
        """Those that strangers are told of: they stood on a plate, or a decision took them away."""
        return self.filter(Q(was_on_plate=True) | Q(decision__isnull=False))

    def latest_first(self) -> FormerAddressQuerySet:
        """The one that the house had last comes first."""
        return self.order_by("-until", "-pk")


class FormerAddress(models.Model):
    """An address that a house had before. A trigger keeps it whenever number or street of a house change.

    `was_on_plate`: a plate printed to hang said so, or a decision took it away; then strangers are told of it too.
    """

    id = models.BigAutoField(primary_key=True)
    house = models.ForeignKey(House, models.CASCADE, related_name="former_addresses")
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("số nhà"), max_length=20, blank=True, db_collation="vi_natural")
    street = models.CharField(_("đường, ngõ"), max_length=120, blank=True, db_collation="vi_natural")
    search_key = models.GeneratedField(
        expression=Fold(Concat("number", models.Value(" "), "street")),
        output_field=models.TextField(),
        db_persist=True,
    )
    until = models.DateTimeField(_("đến"), auto_now_add=True)
    was_on_plate = models.BooleanField(default=False)
    decision = models.ForeignKey(NumberingDecision, models.PROTECT, null=True, related_name="+")

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("địa chỉ cũ")
        verbose_name_plural = _("địa chỉ cũ")
        indexes = (GinIndex(Words("search_key"), "commune", name="former_address_search"),)
        constraints = (
            models.UniqueConstraint(fields=("house", "number", "street"), name="former_address_once_a_house"),
        )

    def __str__(self) -> str:
        return self.short_address

    @property
    def short_address(self) -> str:
        """Number and street as they were: "12 ngõ Chùa"."""
        return Address(self.number, self.street).short
