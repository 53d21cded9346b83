"""What the residents' part offers to the ground floor: its work, its entry in the bar, its acts for the audit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from households.residents import corrections, letter_job
from mapping import registry
from mapping.access import Capability


def register() -> None:
    """Announce them."""
    letter_job.register()
    registry.navigation.append(
        registry.NavigationEntry(
            _("Người dân"),
            "corrections",
            Capability.HANDLE_RESIDENTS,
            order=45,
            waiting=corrections.count_waiting,
        )
    )
    registry.audit_actions |= {
        "resident.consent": _("đồng ý hoặc rút lại sự đồng ý trên trang của hộ"),
        "resident.correction": _("đề nghị sửa trên trang của hộ"),
        "resident.letters": _("tải tệp thư có mã riêng của các hộ"),
        "resident.answer": _("trả lời đề nghị sửa của hộ"),
        "resident.revoke": _("thu hồi mã riêng của hộ"),
    }
