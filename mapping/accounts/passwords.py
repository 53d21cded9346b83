"""Django's rules for passwords, with sentences of ours: its Vietnamese catalogue lacks some of them.

Long, unlike one's own name, and not among the 20,000 that many people use. No mixture of signs, no changing in turn.
"""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class LongEnough(password_validation.MinimumLengthValidator):
    """As many characters as the settings say."""

    def get_error_message(self) -> str:
        """Say how many."""
        return _("Mật khẩu ngắn quá: cần ít nhất %(count)d ký tự.") % {"count": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    """None of those that are tried first."""

    def get_error_message(self) -> str:
        """Say why."""
        return _("Mật khẩu này nhiều người dùng nên dễ đoán; hãy chọn mật khẩu khác.")


class UnlikeOneself(password_validation.UserAttributeSimilarityValidator):
    """Neither one's name nor one's sign-in name."""

    def get_error_message(self) -> str:
        """Say what it is like; Django fills in the field's name."""
        return _("Mật khẩu gần giống %(verbose_name)s của bạn nên dễ đoán; hãy chọn mật khẩu khác.")
