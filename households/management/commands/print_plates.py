"""`manage.py print_plates`: the plates of a commune, or of one village, as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households.plates import press, reading_back
from households.plates.shipped import CUSTOMARY, shipped_designs
from mapping import wall
from mapping.access import Scope
from mapping.errors import UserError
from mapping.management.naming import commune_called
from mapping.models import Unit
from mapping.printing.sheet import A4_PLATES
from mapping.progress import ProgressBar
from mapping.text import fold


class Command(BaseCommand):
    """Exit status 0 when every plate is in the file, 1 when none is, 2 for bad arguments."""

    help = "Print the QR plates of a commune into a PDF. Unchanged houses keep their plates."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--commune", required=True, metavar="CODE", help="the commune's 5-digit code")
        parser.add_argument("--village", metavar="NAME", help="only this village, by name or code")
        parser.add_argument("--profile", default=A4_PLATES.name, help="the sheet (default: %(default)s)")
        parser.add_argument("--design", default=CUSTOMARY, choices=sorted(shipped_designs()), help="the plate's look")
        parser.add_argument("--proof", action="store_true", help="watermarked; allowed for any host")
        parser.add_argument("--new", action="store_true", help="give every plate a fresh token")
        parser.add_argument("--skip", type=int, default=0, metavar="N", help="cells of the first sheet already used")
        parser.add_argument("--check", action="store_true", help="read every plate back before the file is named")
        parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="the PDF to write")

    @wall.acting_as_system("print_plates")
    def handle(self, *args: Any, **options: Any) -> None:
        """Print, or say in one sentence why not."""
        commune = commune_called(options["commune"])
        output: Path = options["output"]
        if not output.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": output.parent}, returncode=2)
        order = press.PrintOrder(
            commune=commune,
            scope=Scope(everything=True, unit_ids=frozenset()),
            village=self._village(commune, options["village"]) if options["village"] else None,
            profile=options["profile"],
            design=options["design"],
            proof=options["proof"],
            fresh=options["new"],
            skip=options["skip"],
        )
        bar = ProgressBar(self.stderr, total=press.count(order), unit=_("biển"))
        try:
            printed = press.print_plates(
                order,
                path=output,
                on_progress=bar.at,
                check_file=reading_back.check_file if options["check"] else None,
            )
        except UserError as error:
            bar.close()
            # Whoever is at the command line can change the setting that the sentence is about.
            sentence = f"{error.sentence} (SONHA_PLATE_HOST)" if error.code == "plate_host" else error.sentence
            raise CommandError(sentence, returncode=2 if error.code in ("profile", "sheet") else 1) from error
        bar.close()
        self.stdout.write(
            _("%(plates)d biển trên %(pages)d tờ, %(new)d biển có mã mới: %(file)s")
            % {"plates": printed.plates, "pages": printed.pages, "new": printed.new, "file": output}
        )

    def _village(self, commune: Unit, wanted: str) -> Unit:
        villages = list(Unit.objects.current().villages().filter(parent=commune))
        key = fold(wanted)
        for village in villages:
            if key in (fold(village.name), fold(village.full_name), fold(village.code)):
                return village
        raise CommandError(
            _("%(commune)s không có thôn “%(name)s”; các thôn: %(known)s.")
            % {"commune": commune, "name": wanted, "known": ", ".join(village.name for village in villages)},
            returncode=2,
        )
