"""`manage.py export_public DIR`: every public page as files that any file server can serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from households import audit_trail, public_export
from mapping import wall
from mapping.errors import UserError
from mapping.management.naming import commune_called
from mapping.progress import ProgressBar


class Command(BaseCommand):
    """Exit status 0 when the export is whole, 1 when nothing was written, 2 for bad arguments."""

    help = "Write every public page as files under the same addresses, for any file server. Nothing of households."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder, or an earlier export")
        parser.add_argument("--commune", metavar="CODE", help="only this commune, by its 5-digit code")

    @wall.acting_as_system("export_public")
    def handle(self, *args: Any, **options: Any) -> None:
        """Export, or say in one sentence why not."""
        commune = commune_called(options["commune"]) if options["commune"] else None
        bar = ProgressBar(self.stderr, total=public_export.count(commune), unit=_("trang"))
        try:
            exported = public_export.export(options["folder"], commune=commune, on_progress=bar.at)
        except UserError as error:
            raise CommandError(error.sentence, returncode=2 if error.code == "folder" else 1) from error
        finally:
            bar.close()
        with transaction.atomic():
            audit_trail.public_pages_exported(exported, commune)
        self.stdout.write(
            _(
                "%(plates)d biển, %(dead)d biển không còn giá trị, %(houses)d nhà, %(alleys)d đường và ngõ: %(folder)s"
            )
            % {
                "plates": exported.plates, "dead": exported.dead, "houses": exported.houses,
                "alleys": exported.alleys, "folder": options["folder"],
            }
        )  # fmt: skip
