"""`manage.py backup`: everything that cannot be had again, in one file that was read back before it got its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg import OperationalError

from mapping import audit, backup, backup_programs, backup_sealing, wall
from mapping.errors import UserError, database_down_sentence
from mapping.progress import ProgressBar


class Command(BaseCommand):
    """Exit status 0 with a good backup, 1 without one or with files missing from it, 2 for bad arguments."""

    help = (
        "Back up the database and the media folder into one file, compared row by row with the database before it is "
        "named, and encrypted when SONHA_BACKUP_RECIPIENT holds a public key of age or gpg."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to (default: SONHA_BACKUP_DIR)")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="afterwards remove all but the N newest backups of this database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up, or say in one sentence why not."""
        keep: int | None = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError(_("--keep %(number)d: hãy giữ ít nhất 1 bản.") % {"number": keep}, returncode=2)
        media = Path(settings.MEDIA_ROOT)
        to = self._folder(options["to"], media)
        bar = ProgressBar(self.stderr, total=100, unit="%")
        try:
            made = backup.make(
                address=backup_programs.address_of(connection.settings_dict),
                media=media,
                to=to,
                keep=keep,
                seal=backup_sealing.seal_for(settings.BACKUP_RECIPIENT),
                version=settings.VERSION,
                progress=lambda share: bar.at(int(share * 100)),
            )
        except UserError as error:
            bar.close()
            raise CommandError(error.sentence) from error
        except OperationalError as error:
            bar.close()
            raise CommandError(database_down_sentence()) from error
        bar.close()
        with wall.acting_as_system("manage.py backup"), transaction.atomic():
            detail = {
                "bytes": made.size,
                "files": len(made.manifest.files),
                "missing": len(made.manifest.damaged_files),
            }
            audit.record("backup", subject=made.path.name, count=made.rows, detail=detail)
        self._tell(made)
        if not made.is_good:
            raise SystemExit(1)

    def _folder(self, named: Path | None, media: Path) -> Path:
        """The folder to write into; the default one is made, one that is named must be there."""
        if named is None:
            default = Path(settings.BACKUP_DIR)
            try:
                default.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise CommandError(
                    _("Không tạo được thư mục %(folder)s: %(reason)s.") % {"folder": default, "reason": error.strerror}
                ) from error
            return default
        if not named.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": named}, returncode=2)
        if named.resolve().is_relative_to(media.resolve()):
            raise CommandError(
                _("--to %(folder)s nằm trong thư mục tệp được sao lưu; hãy chọn thư mục khác.") % {"folder": named},
                returncode=2,
            )
        return named

    def _tell(self, made: backup.Backup) -> None:
        damaged = made.manifest.damaged_files
        if damaged:
            self.stderr.write(
                ngettext(
                    "%(count)d tệp mà dữ liệu nhắc đến đã mất hoặc hỏng trên đĩa, ví dụ %(first)s; bản sao lưu này "
                    "thiếu chúng.",
                    "%(count)d tệp mà dữ liệu nhắc đến đã mất hoặc hỏng trên đĩa, ví dụ %(first)s; bản sao lưu này "
                    "thiếu chúng.",
                    len(damaged),
                )
                % {"count": len(damaged), "first": damaged[0]}
            )
        self.stdout.write(
            _(
                "Đã sao lưu %(rows)d dòng và %(files)d tệp vào %(path)s (%(size)s MB). "
                "Khôi phục: manage.py restore %(path)s"
            )
            % {
                "rows": made.rows,
                "files": len(made.manifest.files),
                "path": made.path,
                "size": f"{made.size / 1_000_000:.1f}",
            }
            + (" --identity …" if made.path.suffix == ".age" else "")
            + (" " + _("(đã xóa %(count)d bản cũ)") % {"count": len(made.removed)} if made.removed else "")
        )
