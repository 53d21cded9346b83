"""`manage.py plate_specimens DIR`: each shipped design on each sheet as PDF and picture, read by zxing and by zbar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households.plates import specimens
from mapping import wall
from mapping.errors import UserError
from mapping.management.naming import commune_called


class Command(BaseCommand):
    """Exit status 0 when every symbol was read, 1 when one was not or nothing was written, 2 for bad arguments."""

    help = "Draw a commune's plates in each shipped design on each sheet that it fits, and read the pictures."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="where the files go; made if it is not there")
        parser.add_argument("--commune", metavar="CODE", required=True, help="whose houses, by its 5-digit code")

    @wall.acting_as_system("plate_specimens")
    def handle(self, *args: Any, **options: Any) -> None:
        """Draw, read, and tell in a table."""
        commune, folder = commune_called(options["commune"]), options["folder"]
        unread = 0
        self.stdout.write(f"{'':14} {'':17} {_('mã QR'):>6} {'zxing':>6} {'zbar':>6}")
        try:
            folder.mkdir(exist_ok=True)
            for one in specimens.make(folder, commune):
                line = f"{one.design:14} {one.sheet:17}"
                if one.why_not:
                    self.stdout.write(f"{line} {one.why_not}")
                    continue
                zbar = "–" if one.by_zbar is None else one.by_zbar
                self.stdout.write(f"{line} {one.symbols:6} {one.by_zxing:6} {zbar:>6}")
                unread += not one.is_read
        except UserError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            raise CommandError(
                _("Không ghi được vào %(folder)s (%(reason)s).") % {"folder": folder, "reason": error.strerror or error}
            ) from error
        if unread:
            raise CommandError(_("Có mã QR không đọc được; xem bảng trên."))
