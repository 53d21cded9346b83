"""Databases of the second cluster with their media folders, to back up and to restore into."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from mapping import backup, backup_archive, backup_database, backup_programs, backup_restore
from mapping.backup import Backup
from mapping.management.commands import restore as restore_command
from tests.security.second_cluster import SecondCluster


@dataclass(frozen=True)
class World:
    """A database of the second cluster and its media folder."""

    cluster: SecondCluster
    name: str
    media: Path

    @property
    def address(self) -> str:
        """As the commands reach it."""
        return backup_programs.address_of({"OPTIONS": psycopg.conninfo.conninfo_to_dict(self.url())})

    def url(self, role: str = "owner") -> str:
        """Its address for a role."""
        return self.cluster.url(role, self.name)

    def back_up(self, to: Path, **options: Any) -> Backup:
        """Back it up as the command does."""
        to.mkdir(exist_ok=True)
        wanted = {"keep": None, "seal": None, **options}
        return backup.make(address=self.address, media=self.media, to=to, version="1", progress=silent, **wanted)

    def restore(self, path: Path, identity: Path | None = None) -> backup_archive.Manifest:
        """Restore into it as the command does."""
        target = dataclasses.replace(restore_command.target(), address=self.address, media=self.media)
        return backup_restore.restore(path=path, target=target, identity=identity, progress=silent)

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table as text, told without any code of the backup's."""
        found = {}
        with self.cluster.connect(database=self.name, options="-c sonha.sees=* -c TimeZone=UTC") as connection:
            tables = connection.execute(
                "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            for (table,) in tables:
                rows = connection.execute(f"SELECT t::text FROM {table} t").fetchall()
                found[table] = sorted(row for (row,) in rows)
        return found

    def schema(self) -> str:
        """Tables, triggers, policies, privileges and the numbers of sequences, as pg_dump writes them."""
        with self.cluster.connect(database=self.name) as connection:
            dump = backup_programs.program("pg_dump", backup_database.server_of(connection))
        place = backup_programs.with_password_file(self.address, self.media.parent)
        text = backup_programs.run([dump, "--schema-only", f"--dbname={place}"], failure="pg_dump")
        return "\n".join(line for line in text.decode().splitlines() if not line.startswith(("\\", "--")))

    def files(self) -> dict[str, bytes]:
        """The media files that rows can name."""
        if not self.media.exists():
            return {}
        paths = [path for path in self.media.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.media)): path.read_bytes() for path in paths if path.name[0] != "."}

    def is_untouched(self) -> bool:
        """Whether it still is the empty database without a table that it was made as, without a file beside it."""
        return set(self.rows()) <= {"spatial_ref_sys"} and not any(self.media.rglob("*"))


def silent(_share: float) -> None:
    """Progress that nobody looks at."""
