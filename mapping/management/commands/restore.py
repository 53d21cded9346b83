"""`manage.py restore`: a backup into an empty database, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg import OperationalError

from mapping import audit, backup_programs, backup_restore, backup_signing, registry, wall
from mapping.errors import UserError, database_down_sentence
from mapping.models import AuditEntry, Job, StoredFile, Unit, User
from mapping.progress import ProgressBar


class Command(BaseCommand):
    """Exit status 0 when everything is back and equal to the backup, 1 when nothing is, 2 for bad arguments."""

    help = (
        "Restore a backup into an empty database and the media folder. Every file is checked before anything is "
        "written and every row afterwards; when anything differs, nothing is changed."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--identity", type=Path, metavar="FILE", help="the secret key of an encrypted backup (gpg: or its agent)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, or say in one sentence why not."""
        path: Path = options["file"]
        for named in (path, options["identity"]):
            if named is not None and not named.is_file():
                raise CommandError(_("Không có tệp “%(file)s”.") % {"file": named}, returncode=2)
        bar = ProgressBar(self.stderr, total=100, unit="%")
        try:
            manifest = backup_restore.restore(
                path=path,
                target=target(),
                identity=options["identity"],
                progress=lambda share: bar.at(int(share * 100)),
            )
        except UserError as error:
            bar.close()
            raise CommandError(error.sentence) from error
        except OperationalError as error:
            bar.close()
            raise CommandError(database_down_sentence()) from error
        bar.close()
        rows = sum(entry["rows"] for entry in manifest.tables.values())
        if f"public.{AuditEntry._meta.db_table}" in manifest.tables:  # a backup from before there was one has none
            with wall.acting_as_system("manage.py restore"), transaction.atomic():
                audit.record("restore", subject=path.name, count=rows, detail={"made_at": manifest.made_at})
        self.stdout.write(
            _(
                "Đã khôi phục %(rows)d dòng trong %(tables)d bảng và %(files)d tệp của bản sao lưu lúc %(made_at)s; "
                "mọi bảng và tệp đều khớp. Hãy chạy manage.py migrate rồi khởi động lại dịch vụ."
            )
            % {
                "rows": rows,
                "tables": len(manifest.tables),
                "files": len(manifest.files),
                "made_at": manifest.made_at[:19].replace("T", " ") + " UTC",
            }
        )
        if warning := backup_signing.sentence(manifest.signed):
            self.stdout.write(warning)


def target() -> backup_restore.Target:
    """The configured database, and what this version knows about it."""
    precious = {Unit, User, StoredFile, Job, *(entry.model for entry in registry.change_tables.values())}
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    return backup_restore.Target(
        address=backup_programs.address_of(connection.settings_dict),
        media=Path(settings.MEDIA_ROOT),
        precious={f"public.{model._meta.db_table}" for model in precious},
        known={f"public.{name}" for name in known},
        migrations=set(MigrationLoader(None).disk_migrations),
    )
