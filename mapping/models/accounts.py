"""People who sign in, and the units where they work."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping.access import GRANTED_ROLES
from mapping.text import nfc


class User(AbstractUser):
    """An official. What they may do hangs on their grants; `is_superuser` is the system's administrator."""

    first_name = None
    last_name = None
    full_name = models.CharField(_("họ và tên"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")

    def __str__(self) -> str:
        return self.full_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """Set the password in NFC: Vietnamese keyboards write one and the same letter in two ways."""
        super().set_password(nfc(raw_password) if raw_password else raw_password)

    def check_password(self, raw_password: str) -> bool:
        """Compare in NFC, as `set_password` keeps it."""
        return super().check_password(nfc(raw_password))

    def get_full_name(self) -> str:
        """Return the name as it is written, family name first."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the given name, which comes last in Vietnamese."""
        return self.full_name.split()[-1] if self.full_name else self.username


class Grant(models.Model):
    """A role at a unit; it holds for every unit below."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("tài khoản"))
    unit = models.ForeignKey("mapping.Unit", models.PROTECT, related_name="grants", verbose_name=_("đơn vị"))
    role = models.CharField(_("vai trò"), max_length=20, choices=[(role.value, role.label) for role in GRANTED_ROLES])
    valid_until = models.DateField(_("đến ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("phân công")
        verbose_name_plural = _("phân công")
        constraints = (models.UniqueConstraint(fields=("user", "unit", "role"), name="grant_is_given_once"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"
