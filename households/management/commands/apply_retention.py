"""`manage.py apply_retention`: take out of the history and off the disk what may be kept no longer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from households import redacting
from households.plates import reporting
from households.survey import retaining
from mapping import files, wall


class Command(BaseCommand):
    """Meant for every night: `docs/operations.md`. How long each field is kept, `manage.py personal_data` says."""

    help = "Empties values of removed households and removes files past their days. --dry-run only tells them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to do it."""
        parser.add_argument("--dry-run", action="store_true", help="tell what would go and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction a household: what is done stays done."""
        with wall.acting_as_system("apply_retention"):
            with transaction.atomic():
                found = redacting.due()
            for item in found:
                fields = ", ".join(sorted(item.fields))
                if not options["dry_run"]:
                    redacting.redact(
                        item.household_id, why=f"hết thời hạn lưu: {fields}", fields=item.fields
                    )  # fmt: skip
                self.stdout.write(f"{item.household_id} (xóa ngày {item.removed_at:%d/%m/%Y}): {fields}")
        done = "sẽ được xóa" if options["dry_run"] else "đã xóa"
        self.stdout.write(f"{len(found)} hộ có dữ liệu hết thời hạn lưu {done}.")
        reports = reporting.past_retention().count() if options["dry_run"] else reporting.empty_past_retention()
        self.stdout.write(f"Lời ghi của {reports} báo lỗi biển số nhà hết thời hạn lưu {done}.")
        rounds = retaining.empty_past_retention() if not options["dry_run"] else self._rounds()
        self.stdout.write(f"Trả lời của {rounds} đợt điều tra hết thời hạn lưu {done}.")
        if options["dry_run"]:
            with wall.acting_as_system("apply_retention"), transaction.atomic():
                old = list(files.expired())
        else:
            old = files.remove_expired()
        for stored in old:
            self.stdout.write(f"{stored.pk} {stored.name} (lưu ngày {stored.created_at:%d/%m/%Y})")
        self.stdout.write(f"{len(old)} tệp hết thời hạn lưu {done}.")

    def _rounds(self) -> int:
        with wall.acting_as_system("apply_retention"), transaction.atomic():
            return retaining.past_retention().count()
