"""`manage.py demo`: an invented commune to try everything on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households.demo import commune, loading, sample_list, surveying
from mapping import registry, wall
from mapping.errors import UserError
from mapping.models import Unit, UnitKind


class Command(BaseCommand):
    """Exit status 0 when the demo is there, 1 when it cannot be made, 2 for bad arguments."""

    help = (
        "Fill an empty commune 16543 with an invented one: 12 villages, some 250 streets and 2,400 houses, people, "
        "soil samples with their maps, accounts and files to import. Does nothing to a commune that has houses."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--reset", action="store_true", help="make the demo's streets and houses anew; others stay")
        parser.add_argument(
            "--accounts",
            choices=("known", "random", "no"),
            default="random" if settings.HTTPS else "known",
            help="passwords of the demo's accounts (default: random with SONHA_HTTPS, else the known ones)",
        )
        parser.add_argument(
            "--list",
            type=Path,
            default=settings.VAR_DIR / "demo" / "danh-sach-nha.xlsx",
            metavar="FILE",
            help="where the sample list goes (default: var/demo/danh-sach-nha.xlsx)",
        )

    @wall.acting_as_system("demo")
    def handle(self, *args: Any, **options: Any) -> None:
        """Make the demo and print who can sign in."""
        if options["accounts"] == "known" and settings.HTTPS:
            raise CommandError(
                _(
                    "Máy chủ này chạy https cho mọi người truy cập, nên không tạo tài khoản với mật khẩu ai cũng "
                    "biết; hãy dùng --accounts random hoặc --accounts no."
                ),
                returncode=2,
            )
        drawn = commune.build()
        try:
            loaded = loading.load(drawn=drawn, reset=options["reset"])
        except UserError as error:
            raise CommandError(error.sentence) from error
        if loaded.already_there:
            self.stdout.write(
                _("Xã %(name)s đã có %(count)d nhà nên giữ nguyên; --reset tạo lại các nhà minh họa.")
                % {"name": commune.NAME, "count": loaded.already_there}
            )
        else:
            self.stdout.write(
                _("Đã tạo %(houses)d nhà và %(households)d hộ minh họa ở xã %(name)s (tất cả đều không có thật).")
                % {"houses": loaded.houses, "households": loaded.households, "name": commune.NAME}
            )
        if loaded.streets:
            self.stdout.write(_("Đã vẽ %(count)d đường, ngõ minh họa.") % {"count": loaded.streets})
        self._write_list(drawn, options["list"])
        self._add_parts(options["list"].parent, reset=options["reset"])
        if options["accounts"] != "no":
            self._tell_sign_ins(random_passwords=options["accounts"] == "random")
            self._add_survey(drawn, reset=options["reset"])

    def _write_list(self, drawn: commune.Commune, path: Path) -> None:
        try:
            rows = sample_list.write(drawn, path)
        except OSError as error:
            raise CommandError(
                _("Không ghi được danh sách mẫu %(file)s (%(reason)s).")
                % {"file": path, "reason": error.strerror or error}
            ) from error
        self.stdout.write(_("Danh sách mẫu để thử nhập, %(rows)d dòng: %(file)s") % {"rows": rows, "file": path})

    def _add_parts(self, folder: Path, *, reset: bool) -> None:
        unit = Unit.objects.current().get(kind=UnitKind.COMMUNE, code=commune.CODE)
        try:
            for add in registry.demo_parts:
                for sentence in add(unit, folder, reset):
                    self.stdout.write(sentence)
        except UserError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            raise CommandError(
                _("Không ghi được vào thư mục %(folder)s (%(reason)s).")
                % {"folder": folder, "reason": error.strerror or error}
            ) from error

    def _add_survey(self, drawn: commune.Commune, *, reset: bool) -> None:
        if told := surveying.write(drawn, reset=reset):
            self.stdout.write(told)
            call_command("build_basemap", commune=commune.CODE, stdout=self.stdout, stderr=self.stderr)

    def _tell_sign_ins(self, *, random_passwords: bool) -> None:
        self.stdout.write(_("Tài khoản để thử:"))
        for account in loading.sign_ins(random_passwords=random_passwords):
            password = account.password or _("(đã có, mật khẩu giữ nguyên)")
            self.stdout.write(f"  {account.username:11} {password:20} {account.full_name}, {account.what}")
