"""`manage.py propose_numbers`: proposals of house numbers for a commune, some of its villages, or every commune."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from households.models import House, NumberingProposal
from households.proposals import everywhere, report, starting
from households.proposals.rules import ProposalRules
from mapping import wall
from mapping.errors import UserError
from mapping.management.naming import commune_called
from mapping.models import Unit
from mapping.progress import ProgressBar
from mapping.text import fold


class Command(BaseCommand):
    """Exit status 0 when every commune got its proposal, 1 when one was refused or the report failed, 2 for bad
    arguments."""

    help = (
        "Propose house numbers along the streets; no house changes until an officer approves the proposal on its page. "
        "Exit status 0 when every proposal was made, 1 when one was refused (the others are kept), 2 for bad arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--commune", metavar="CODE", help="the commune's 5-digit code")
        where.add_argument("--all", action="store_true", help="every commune that has streets, one after the other")
        parser.add_argument(
            "--village", action="append", metavar="NAME", help="only this village, by name or code; may be repeated"
        )
        parser.add_argument(
            "--keep", choices=("legal", "all"), default="legal",
            help="keep numbers that a decision gave, or every number in use (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument("--only-new", action="store_true", help="give numbers to houses without one only")
        parser.add_argument(
            "--spacing", type=float, default=0.0, metavar="METRES",
            help="frontage that each number stands for; 0 numbers houses one after the other (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--suffix", choices=("letter", "dash"), default="letter",
            help="houses added later: 20A, 20B or 20-1, 20-2 (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument("--report", type=Path, metavar="FILE", help="write every house's row (.csv or .xlsx)")

    @wall.acting_as_system("propose_numbers")
    def handle(self, *args: Any, **options: Any) -> None:
        """Propose, or say in one sentence why not."""
        rules = self._rules(options)
        path = self._report(options["report"])
        if options["all"]:
            if options["village"]:
                raise CommandError(_("--village cần đi cùng --commune."), returncode=2)
            communes, villages = list(everywhere.communes_with_streets()), None
            if not communes:
                raise CommandError(_("Chưa có xã nào có đường, ngõ. Hãy nhập bằng import_streets hoặc vẽ trước."))
        else:
            communes = [commune_called(options["commune"])]
            villages = self._villages(communes[0], options["village"]) if options["village"] else None
        refused = self._propose(communes, villages, rules, path)
        if refused:
            raise SystemExit(1)

    def _propose(
        self, communes: list[Unit], villages: list[Unit] | None, rules: ProposalRules, path: Path | None
    ) -> int:
        """Propose for each commune, say what came out, write the report; return how many were refused."""
        bar = ProgressBar(
            self.stderr, total=House.objects.active().filter(commune__in=communes).count(), unit=_("nhà")
        )  # fmt: skip
        refused, made = 0, []
        proposals = everywhere.propose(
            user=None, communes=communes, villages=villages, rules=rules, on_houses=bar.at
        )  # fmt: skip
        for proposed in proposals:
            bar.close()
            if proposed.proposal is None:
                refused += 1
                self.stderr.write(proposed.refusal)
            else:
                made.append(proposed.proposal.pk)
                told = starting.told(proposed.proposal)
                self.stdout.write(f"{proposed.commune.code} {proposed.commune}: {told}")
        if path is not None:
            kept = NumberingProposal.objects.filter(pk__in=made).select_related("commune").order_by("commune__code")
            try:
                count = report.write_report(path, kept.iterator(chunk_size=100))
            except OSError as error:
                raise CommandError(
                    _("Không ghi được báo cáo %(file)s: %(reason)s.") % {"file": path, "reason": error.strerror}
                ) from error
            self.stdout.write(
                ngettext("%(count)d dòng: %(file)s", "%(count)d dòng: %(file)s", count) % {"count": count, "file": path}
            )
        return refused

    def _rules(self, options: dict[str, Any]) -> ProposalRules:
        try:
            return ProposalRules(
                suffix=options["suffix"], slot_m=options["spacing"], keep=options["keep"],
                only_new=options["only_new"],
            )  # fmt: skip
        except UserError as error:
            raise CommandError(error.sentence, returncode=2) from error

    def _report(self, path: Path | None) -> Path | None:
        if path is None:
            return None
        if path.suffix.lower() not in report.FORMATS:
            raise CommandError(
                _("Báo cáo phải là tệp .csv hoặc .xlsx, không phải “%(file)s”.") % {"file": path.name}, returncode=2
            )
        if not path.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": path.parent}, returncode=2)
        return path

    def _villages(self, commune: Unit, wanted: list[str]) -> list[Unit]:
        villages = list(Unit.objects.current().villages().filter(parent=commune))
        found = []
        for name in wanted:
            key = fold(name)
            village = next(
                (one for one in villages if key in (fold(one.name), fold(one.full_name), fold(one.code))), None
            )
            if village is None:
                raise CommandError(
                    _("%(commune)s không có thôn “%(name)s”; các thôn: %(known)s.")
                    % {"commune": commune, "name": name, "known": ", ".join(one.name for one in villages)},
                    returncode=2,
                )
            found.append(village)
        return found
