"""`manage.py geocode`: a list with addresses, and beside each the house that it means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households.geocoding import lists
from households.geocoding.answers import GRADE_LABELS
from households.geocoding.deciding import GRADES
from mapping import wall
from mapping.errors import UserError
from mapping.management.naming import commune_called
from mapping.models import User
from mapping.progress import ProgressBar


class Command(BaseCommand):
    """Exit status 0 when the file was written, 1 when the list could not be read, 2 for bad arguments."""

    help = (
        "Find the houses of a list's addresses (XLSX, CSV): its columns come back with grade, house code, address, "
        "coordinates and reason beside them. Exit status 0 when the file was written, whatever was found in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--commune", required=True, metavar="CODE", help="the commune's 5-digit code")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="an .xlsx or .csv file")
        parser.add_argument("--column", default="", metavar="TITLE", help="the column of addresses, if not found")
        parser.add_argument("--sheet", default="", metavar="NAME", help="the sheet, when there are several")

    @wall.acting_as_system("geocode")
    def handle(self, *args: Any, **options: Any) -> None:
        """Geocode, or say in one sentence why not."""
        path, target = options["file"], options["output"]
        commune = commune_called(options["commune"])
        if not path.is_file():
            raise CommandError(_("Không có tệp “%(file)s”.") % {"file": path}, returncode=2)
        if target.suffix.lower() not in (".xlsx", ".csv") or not target.parent.is_dir():
            raise CommandError(
                _("Tệp kết quả %(file)s phải có đuôi .xlsx hoặc .csv, trong một thư mục đã có.") % {"file": target},
                returncode=2,
            )
        bar = ProgressBar(self.stderr, total=100, unit="%")
        try:
            fields = self._fields(path, options)
            counts = lists.geocode_list(
                path=path, name=path.name, fields=fields, sheet=options["sheet"], commune=commune,
                user=User(username="", is_superuser=True),  # whoever may run commands sees every house; never saved
                target=target, progress=lambda done, total: bar.at(done * 100 // max(total, 1)),
            )  # fmt: skip
        except UserError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            raise CommandError(
                _("Không ghi được %(file)s: %(reason)s.") % {"file": target, "reason": error.strerror}
            ) from error
        finally:
            bar.close()
        for grade in GRADES:
            if grade in counts:
                self.stdout.write(f"{GRADE_LABELS[grade]}: {counts[grade]}")

    def _fields(self, path: Path, options: dict[str, Any]) -> dict[str, int]:
        look = lists.look(path, path.name, sheet=options["sheet"])
        if not options["column"]:
            return look.fields
        wanted = options["column"].casefold()
        for index, letter, title, _samples in look.columns:
            if wanted in (title.casefold(), letter.casefold()):
                return {lists.ADDRESS: index}
        titles = ", ".join(title or letter for _index, letter, title, _samples in look.columns)
        raise UserError(
            _("Tệp không có cột “%(column)s”; các cột có trong tệp: %(columns)s.")
            % {"column": options["column"], "columns": titles},
            code="no_column",
        )
