"""What the survey announces to the ground floor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from households.survey import photos, running
from mapping import registry
from mapping.access import Capability


def register() -> None:
    """Announce what people do in the field, in words that go on after the person's name."""
    registry.navigation.append(registry.NavigationEntry(_("Đi điều tra"), "survey", Capability.SURVEY, order=61))
    registry.upkeep.extend((photos.remove_abandoned, running.close_ended))
    registry.audit_actions |= {
        "survey.device": _("dùng một máy mới để điều tra"),
        "survey.revoke_device": _("thu hồi một máy điều tra"),
        "survey.let_device": _("cho một máy điều tra gửi lại"),
        "survey.receive": _("gửi kết quả điều tra một nhà"),
        "survey.photo": _("gửi ảnh điều tra một nhà"),
    }
