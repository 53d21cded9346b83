"""How people get in: the devices they are signed in on, their recovery codes, the links that let them set a password.

No secret is kept: a link and a recovery code are known by their hashes only. The secret that a person's phone
makes codes with lies in django-otp's own table.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapping.access import Role
from mapping.models.accounts import User


class Factor(models.TextChoices):
    """What a person showed after the password."""

    NONE = "", _("chỉ mật khẩu")
    TOTP = "totp", _("mã trên điện thoại")
    RECOVERY = "recovery", _("mã khôi phục")


class SignedInDevice(models.Model):
    """A browser in which someone is signed in. The session names this row; without the row it is signed out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="signed_in_devices")
    factor = models.CharField(max_length=8, choices=Factor.choices, default=Factor.NONE, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-last_seen_at",)

    def __str__(self) -> str:
        return f"{self.user}, {self.created_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """One of the codes that stand in for a lost phone. `used_at` keeps who has how many left."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    salt = models.BinaryField(max_length=16)  # one for all codes of a set, so that a guess costs one hash
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}, {self.made_at:%Y-%m-%d}"


class LinkKind(models.TextChoices):
    """What a link is for."""

    JOIN = "join", _("lời mời")
    PASSWORD = "password", _("đặt lại mật khẩu")


class AccountLink(models.Model):
    """A one-time link on paper: it invites a person whose account is made when they set a password, or lets someone
    who forgot theirs set another.
    """

    kind = models.CharField(max_length=8, choices=LinkKind.choices)
    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="account_links")  # null: not yet joined
    username = models.CharField(_("tên đăng nhập"), max_length=150)
    full_name = models.CharField(_("họ và tên"), max_length=100)
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices, blank=True)
    unit = models.ForeignKey("mapping.Unit", models.CASCADE, null=True, verbose_name=_("đơn vị"))
    grant_until = models.DateField(_("làm việc đến ngày"), null=True, blank=True)
    made_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="password", user__isnull=False) | Q(kind="join", unit__isnull=False),
                name="account_link_says_whom_it_is_for",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.full_name}"
