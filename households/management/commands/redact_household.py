"""`manage.py redact_household ID --why TEXT`: take a removed household's personal values out of the history."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from households import redacting
from households.survey import retaining
from mapping import wall


class Command(BaseCommand):
    """Runs as the owner of the database, whom alone the function obeys."""

    help = "Empties every personal value of a household that was removed, in the whole history, and writes that down."

    def add_arguments(self, parser: CommandParser) -> None:
        """The household and the reason."""
        parser.add_argument("household", metavar="ID", type=uuid.UUID, help="as the page of its audit names it")
        parser.add_argument("--why", required=True, help="what the audit says: a request and its date, a decision")

    def handle(self, *args: Any, **options: Any) -> None:
        """Redact, or say what is in the way."""
        household_id = options["household"]
        try:
            with wall.acting_as_system("redact_household"):
                with transaction.atomic():
                    visits, doubtful = retaining.visits_of_household(household_id)
                count = redacting.redact(household_id, why=options["why"])
                with transaction.atomic():
                    retaining.empty(visits)
                    left = redacting.files_that_may_hold(household_id)
        except DatabaseError as error:
            message = str(error)
            if "still there" in message:
                raise CommandError(
                    f"Hộ {household_id} vẫn còn trong danh sách. Hãy xóa hộ ở trang của nhà trước rồi chạy lại."
                ) from error
            if "ever removed" in message:
                raise CommandError(f"Chưa từng có hộ nào mã {household_id} bị xóa. Hãy xem lại mã.") from error
            if "needs a reason" in message:
                raise CommandError("Thiếu lý do: --why phải nói vì sao, ví dụ đơn của ai, ngày nào.") from error
            raise
        self.stdout.write(f"Đã xóa dữ liệu cá nhân của hộ {household_id} ở {count} chỗ trong lịch sử.")
        if visits:
            self.stdout.write(f"Đã xóa trả lời của {len(visits)} lần điều tra nêu tên chủ hộ này.")
        for visit in doubtful:
            self.stdout.write(f"Lần điều tra còn có thể chứa hộ này: {visit.round} ({visit.pk})")
        for stored in left:
            until = f"{stored.kept_until:%d/%m/%Y}" if stored.kept_until else "khi có người bỏ"
            self.stdout.write(f"Tệp còn có thể chứa hộ này, giữ đến {until}: {stored.name} ({stored.pk})")
