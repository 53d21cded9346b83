"""`manage.py personal_data`: every personal field, as the record of processing that the law asks for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mapping import personal


class Command(BaseCommand):
    """Prints the declarations of all personal fields as one Markdown table."""

    help = "Print every personal field: its class, purpose, legal basis, retention and who sees it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a field."""
        titles = (
            _("Bảng"), _("Trường"), _("Loại"), _("Mục đích"), _("Căn cứ"), _("Giữ bao lâu"), _("Che"), _("Ai thấy"),
            _("Ai xem đủ"),
        )  # fmt: skip
        self._line(titles)
        self._line(["---"] * len(titles))
        for row in personal.record_of_processing():
            self._line((
                row["table"], f"{row['label']} ({row['field']})", row["sensitivity"], row["purpose"], row["basis"],
                _kept(row), _("có") if row["masked"] else _("không"), row["see"] or "–", row["reveal"] or "–",
            ))  # fmt: skip

    def _line(self, cells: Any) -> None:
        self.stdout.write("| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |")


def _kept(row: dict[str, Any]) -> str:
    if row["keep_days"] is None:
        return _("như dòng chứa nó")
    return _("%(days)d ngày từ %(since)s") % {"days": row["keep_days"], "since": row["counted_from"]}
