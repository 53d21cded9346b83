"""`manage.py build_basemap --commune CODE`: the map that surveyors' phones take along."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from households.survey import basemap, basemap_building, basemap_supplied
from mapping import scratch, wall
from mapping.errors import UserError
from mapping.management.naming import commune_called
from mapping.models import Unit
from mapping.progress import ProgressBar


class Command(BaseCommand):
    """Exit status 0 when the base map is whole, 1 when nothing was kept, 2 for bad arguments."""

    help = (
        "Make one PMTiles file of a commune's own outlines, streets and houses, or take one that is supplied, "
        "for the phones of its survey. It holds nothing of households."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--commune", required=True, metavar="CODE", help="the commune's 5-digit code")
        parser.add_argument("--from", dest="supplied", type=Path, metavar="FILE", help="take this PMTiles file instead")
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="write the map to this file, and leave the phones' as it is"
        )

    @wall.acting_as_system("build_basemap")
    def handle(self, *args: Any, **options: Any) -> None:
        """Make or take the map, or say in one sentence why not."""
        commune = commune_called(options["commune"])
        supplied: Path | None = options["supplied"]
        output: Path | None = options["output"]
        if supplied is not None and not supplied.is_file():
            raise CommandError(_("Không có tệp “%(file)s”.") % {"file": supplied}, returncode=2)
        if output is not None and not output.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": output.parent}, returncode=2)
        try:
            size, is_new = self._made(commune, supplied, output)
        except UserError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            raise CommandError(
                _("Không ghi được bản đồ nền: %(reason)s; chưa có gì thay đổi.") % {"reason": error.strerror or error}
            ) from error
        values = {"commune": commune.full_name, "size": number_format(size / 1e3, 0, force_grouping=True)}
        if output is not None:
            told = _("Bản đồ nền của %(commune)s, %(size)s kB: %(file)s") % (values | {"file": output})
        elif is_new:
            told = _("Điện thoại đi điều tra được mời tải bản đồ nền mới của %(commune)s, %(size)s kB.") % values
        else:
            told = _("Bản đồ nền của %(commune)s, %(size)s kB, không có gì thay đổi.") % values
        self.stdout.write(told)

    def _made(self, commune: Unit, supplied: Path | None, output: Path | None) -> tuple[int, bool]:
        """Make or check the map beside its place, then put it there; return its bytes and whether it is another."""
        with scratch.folder() as folder:
            made = folder / (supplied.name if supplied else f"base-map-{commune.code}.pmtiles")
            if supplied is None:
                self._build(commune, made)
            else:
                basemap_supplied.require_size(supplied)
                shutil.copyfile(supplied, made)  # what is checked is what is kept, whoever still writes to it
            basemap_supplied.check(made, commune)
            if output is None:
                return made.stat().st_size, basemap.keep(made, commune)
            _put(made, output)
            return made.stat().st_size, True

    def _build(self, commune: Unit, target: Path) -> None:
        wanted = basemap_building.tiles_of(commune)
        bar = ProgressBar(self.stderr, total=len(wanted), unit=_("ô"))
        try:
            basemap_building.build(commune, target, wanted, on_progress=bar.at)
        finally:
            bar.close()


def _put(made: Path, output: Path) -> None:
    """Copy a file to its place: there whole, or as it was before."""
    beside = output.with_name(f".{output.name}.part")
    try:
        shutil.copyfile(made, beside)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
