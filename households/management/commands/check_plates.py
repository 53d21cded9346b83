"""`manage.py check_plates`: ask for printed addresses as phones do and report those that do not open."""

from __future__ import annotations

import argparse
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from households import codes, plate_links
from households.plate_links import Dead
from mapping import wall
from mapping.checks import plate_host_is_answered
from mapping.management.naming import commune_called
from mapping.printing.host import why_not_printable
from mapping.progress import ProgressBar

_SAMPLE = 50
_A_SECOND = 5.0


class Command(BaseCommand):
    """Exit status 0 when every address opened, 1 when one did not, 2 for bad arguments."""

    help = "Ask for the addresses on printed plates through their host, and report the dead with the reason."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--sample", type=_at_least_one, metavar="N", help=f"so many at random (default: {_SAMPLE})")
        which.add_argument("--all", action="store_true", help="every plate that may hang somewhere")
        parser.add_argument("--commune", metavar="CODE", help="only this commune, by its 5-digit code")
        parser.add_argument(
            "--rate", type=_rate, default=_A_SECOND, metavar="N",
            help=f"requests a second, {plate_links.MOST_A_SECOND:g} at most (default: %(default)g)",
        )  # fmt: skip
        parser.add_argument(
            "--through", type=_server, metavar="URL",
            help="ask this server for the hosts' pages, whatever their names lead to",
        )  # fmt: skip

    @wall.acting_as_system("check_plates")
    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and end with what was found."""
        if why_not_printable(settings.PLATE_HOST) is not None and not options["through"]:
            raise CommandError(
                _(
                    "Tên miền in trên biển là %(host)s, không mở được từ nơi khác; đặt SONHA_PLATE_HOST, hoặc dùng "
                    "--through với địa chỉ của máy chủ."
                )
                % {"host": settings.PLATE_HOST},
                returncode=2,
            )
        is_answered = plate_host_is_answered()
        if not is_answered:
            self.stdout.write(
                _("%(host)s: tên miền in trên biển, nhưng máy chủ không nhận nó; thêm vào SONHA_HOSTS.")
                % {"host": settings.PLATE_HOST}
            )
        commune = commune_called(options["commune"]) if options["commune"] else None
        found = plate_links.plates(commune)
        sample = None if options["all"] else options["sample"] or _SAMPLE
        total = found.count()
        bar = ProgressBar(self.stderr, total=total if sample is None else min(sample, total), unit=_("biển"))

        def tell(dead: Dead) -> None:
            bar.close()
            code = codes.format_house_code(dead.plate.house_code)
            self.stdout.write(f"{code} ({dead.plate.host}): {dead.why}")

        checked = plate_links.check(
            plate_links.printed(found, sample),
            a_second=options["rate"],
            through=options["through"] or "",
            on_dead=tell,
            on_progress=bar.at,
        )
        bar.close()
        for host in checked.given_up:
            self.stdout.write(
                _("%(host)s: %(count)d biển liền nhau không có trả lời, nên không hỏi tiếp.")
                % {"host": host, "count": plate_links.GIVE_UP_AFTER}
            )
        unlisted = plate_links.unlisted_hosts()
        for host in unlisted:
            self.stdout.write(
                _("%(host)s: có biển in tên miền này, nhưng máy chủ không nhận nó; thêm vào SONHA_FORMER_PLATE_HOSTS.")
                % {"host": host}
            )
        said = _("Đã hỏi %(asked)d biển, %(dead)d không mở được.") % {"asked": checked.asked, "dead": checked.dead}
        if checked.dead or unlisted or not is_answered:
            raise CommandError(said, returncode=1)
        self.stdout.write(said)


def _at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("write a whole number of at least 1")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= plate_links.MOST_A_SECOND:
        raise argparse.ArgumentTypeError(f"write a number above 0 and up to {plate_links.MOST_A_SECOND:g}")
    return rate


def _server(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise argparse.ArgumentTypeError("write a server such as http://127.0.0.1:8000")
    return text
