"""Restoring a backup into an empty database: everything is checked before, written in one transaction, checked after.

What migrations have made in the database is dropped in the same transaction and comes from the backup again. Whoever
restores owns the tables afterwards; privileges, policies and triggers come from the backup.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from mapping import backup_database, backup_sealing
from mapping.backup_archive import DUMP, MEDIA, Manifest, damaged, inside, is_media_name, unpack
from mapping.backup_programs import failed, program, run
from mapping.errors import UserError

_WORK: Final = ".restore-"
_NOT_OURS: Final = (
    "EXTENSION ",
    "COMMENT - EXTENSION ",
    "SCHEMA - public ",
    "COMMENT - SCHEMA public ",
    "TABLE DATA public spatial_ref_sys ",
)
Progress = Callable[[float], None]

# Everything that the role has made, extensions and what belongs to them aside.
_DROP_OWN: Final = """
DO $drop$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                     WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relowner = current_user::regrole AND n.nspname !~ '^pg_'
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                                     AND d.deptype = 'e')
         ORDER BY c.relkind = 'S'  -- most belong to a column and go with its table
    LOOP
        IF EXISTS (SELECT FROM pg_class WHERE oid = found.oid) THEN  -- not dropped with another one already
            EXECUTE format('DROP %s %s CASCADE', found.kind, found.oid::regclass);
        END IF;
    END LOOP;
    FOR found IN
        SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE p.proowner = current_user::regrole AND n.nspname !~ '^pg_'
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                                                     AND d.deptype = 'e')
    LOOP
        IF EXISTS (SELECT FROM pg_proc WHERE oid = found.oid) THEN
            EXECUTE format('DROP ROUTINE %s CASCADE', found.oid::regprocedure);
        END IF;
    END LOOP;
    FOR found IN
        SELECT t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         WHERE t.typowner = current_user::regrole AND n.nspname !~ '^pg_' AND t.typelem = 0
           AND (t.typtype IN ('e', 'd', 'r')
                OR t.typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid
                                                     AND d.deptype = 'e')
    LOOP
        IF EXISTS (SELECT FROM pg_type WHERE oid = found.oid) THEN
            EXECUTE format('DROP TYPE %s CASCADE', found.oid::regtype);
        END IF;
    END LOOP;
    FOR found IN
        SELECT n.nspname, c.collname FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
         WHERE c.collowner = current_user::regrole AND n.nspname !~ '^pg_'
    LOOP
        EXECUTE format('DROP COLLATION %I.%I CASCADE', found.nspname, found.collname);
    END LOOP;
    FOR found IN
        SELECT nspname FROM pg_namespace
         WHERE nspowner = current_user::regrole AND nspname !~ '^pg_' AND nspname <> 'public'
    LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', found.nspname);
    END LOOP;
    -- What is made from here on gets the privileges that the dump names, and not these too; they come back with it.
    FOR found IN
        SELECT coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') AS place, role.rolname,
               CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                    WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END AS kind
          FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
         CROSS JOIN LATERAL aclexplode(d.defaclacl) acl JOIN pg_roles role ON role.oid = acl.grantee
         WHERE d.defaclrole = current_user::regrole AND acl.grantee <> d.defaclrole
         GROUP BY 1, 2, 3
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES%s REVOKE ALL ON %s FROM %I', found.place, found.kind, found.rolname);
    END LOOP;
END $drop$
"""

_UPSERT_SYSTEM: Final = sql.SQL(
    f"INSERT INTO {backup_database.SHARED_TABLE} ({backup_database.SYSTEM_COLUMNS}) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (srid) DO UPDATE SET auth_name = excluded.auth_name, auth_srid = excluded.auth_srid, "
    "srtext = excluded.srtext, proj4text = excluded.proj4text"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup is restored to, and what this version of the program knows."""

    address: str = field(repr=False)  # holds a password
    media: Path
    precious: Collection[str]
    """Tables in which a single row means that the database is in use: public.name."""
    known: Collection[str]
    """Every table that this version's migrations make; rows in another one mean a foreign database."""
    migrations: Collection[tuple[str, str]]
    """App and name of every migration of this version."""


def restore(*, path: Path, target: Target, identity: Path | None, progress: Progress) -> Manifest:
    """Restore the backup at `path`. All or nothing: raises UserError and leaves database and files as they were."""
    with psycopg.connect(target.address) as connection:
        refuse_unless_empty(connection, target)
        connection.rollback()
        try:
            target.media.mkdir(parents=True, exist_ok=True, mode=0o750)
            for left in target.media.glob(f"{_WORK}*"):
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=target.media, prefix=_WORK) as folder:
                work = Path(folder)
                total = max(1, path.stat().st_size)
                with backup_sealing.opened(path, identity) as source:
                    manifest = unpack(source, work, lambda size: progress(min(1, size / total) * 0.3))
                _refuse_unfit(connection, manifest, target)
                entries = _entries(work, manifest, backup_database.server_of(connection))
                connection.rollback()
                with _placed(work / MEDIA, target.media, manifest), connection.transaction():
                    _fill(connection, work, entries, manifest, progress)
        except OSError as error:
            raise UserError(
                _("Không khôi phục được: %(reason)s (%(file)s); chưa có gì bị thay đổi.")
                % {"reason": error.strerror or error, "file": error.filename or path},
                code="disk",
            ) from error
        except psycopg.Error as error:
            raise UserError(
                _("Cơ sở dữ liệu không nhận bản sao lưu: %(reason)s; chưa có gì bị thay đổi.")
                % {"reason": str(error).strip().splitlines()[0]},
                code="database",
            ) from error
        connection.autocommit = True
        connection.execute("ANALYZE")
    return manifest


def refuse_unless_empty(connection: psycopg.Connection[Any], target: Target) -> None:
    """Raise UserError when there is anything in the database that migrations have not put there."""
    there = {table.name for table in backup_database.tables_of(connection)}
    watched = sorted(name for name in there if name in target.precious or name not in target.known)
    full: list[str] = []
    for name in watched:
        query = sql.SQL(f"SELECT count(*) FROM {name}")
        rows = backup_database.one(connection, query)  # type: ignore[arg-type]
        if rows:
            full.append(f"{name.removeprefix('public.')}: {rows}")
    if full:
        raise UserError(
            _(
                "Cơ sở dữ liệu %(database)s đã có dữ liệu (%(tables)s) nên không khôi phục vào đó. Hãy tạo một cơ sở "
                "dữ liệu trống (createdb --owner=sonha_owner, xem docs/operations.md) và đặt DATABASE_URL vào đó."
            )
            % {"database": backup_database.one(connection, "SELECT current_database()"), "tables": ", ".join(full)},
            code="not_empty",
        )


def _refuse_unfit(connection: psycopg.Connection[Any], manifest: Manifest, target: Target) -> None:
    """Raise UserError when this server or this version cannot hold what the backup has."""
    newer = [f"{app}.{name}" for app, names in manifest.migrations.items() for name in names
             if (app, name) not in target.migrations]  # fmt: skip
    if newer:
        raise UserError(
            _("Bản sao lưu do phiên bản mới hơn (%(version)s) làm ra, có %(migration)s; hãy nâng cấp SoNha trước.")
            % {"version": manifest.version, "migration": newer[0]},
            code="newer",
        )
    user = backup_database.one(connection, "SELECT current_user")
    if user != manifest.owner:
        raise UserError(
            _("Bản sao lưu thuộc về vai trò %(owner)s, còn đây là %(user)s; hãy khôi phục bằng vai trò %(owner)s.")
            % {"owner": manifest.owner, "user": user},
            code="owner",
        )
    roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    if missing := sorted(set(manifest.roles) - roles):
        raise UserError(
            _("Máy chủ này chưa có vai trò %(roles)s; hãy chạy script/database/roles.sql trước.")
            % {"roles": ", ".join(missing)},
            code="roles",
        )
    extensions = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    if missing := sorted(set(manifest.extensions) - extensions):
        raise UserError(
            _("Cơ sở dữ liệu chưa có phần mở rộng %(names)s; hãy chạy script/database/extensions.sql trước.")
            % {"names": ", ".join(missing)},
            code="extensions",
        )


@dataclass(frozen=True, slots=True)
class _Entries:
    """pg_restore and the list of the dump's entries that it shall restore."""

    command: tuple[str, ...]


def _entries(work: Path, manifest: Manifest, server: int) -> _Entries:
    """Choose what to restore: not the extensions, nor what a superuser granted on their tables."""
    pg_restore = program("pg_restore", server)
    failure = _("Không đọc được cơ sở dữ liệu trong bản sao lưu")
    listed = run([pg_restore, "--list", work / DUMP], failure=failure).decode().splitlines(keepends=True)
    chosen = work / "entries"
    chosen.write_text("".join(line for line in listed if _is_ours(line, manifest.owner)))
    options = ("--no-owner", "--enable-row-security", "--file=-", f"--use-list={chosen}")
    return _Entries((pg_restore, *options, str(work / DUMP)))


def _is_ours(line: str, owner: str) -> bool:
    words = line.split()  # 4711; 1259 16385 TABLE public mapping_unit sonha_owner
    if len(words) < 5 or line.startswith(";"):
        return False
    kind, belongs_to = " ".join(words[3:]), words[-1]
    if kind.startswith(_NOT_OURS):
        return False
    return not kind.startswith(("ACL ", "DEFAULT ACL ")) or belongs_to in (owner, "pg_database_owner")


def _fill(
    connection: psycopg.Connection[Any], work: Path, entries: _Entries, manifest: Manifest, progress: Progress
) -> None:
    """Put everything in and compare it with the manifest, in the caller's transaction."""
    connection.execute("SET LOCAL lock_timeout = '30s'")
    connection.execute(_DROP_OWN)
    total = max(1, sum(entry["rows"] for entry in manifest.tables.values()))
    for section in ("pre-data", "data", "post-data"):
        _play(connection, entries, section, lambda rows: progress(0.3 + min(1, rows / total) * 0.3))
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT_SYSTEM, manifest.systems)
    progress(0.7)
    tables = backup_database.tables_of(connection)
    found = backup_database.contents(connection, tables, lambda rows: progress(0.7 + min(1, rows / total) * 0.3))
    different = sorted(name for name in found.keys() | manifest.tables.keys()
                       if found.get(name) != manifest.tables.get(name))  # fmt: skip
    sequences = backup_database.sequences_of(connection)
    different += sorted(name for name, last in manifest.sequences.items() if sequences.get(name, last - 1) < last)
    if different:
        raise UserError(
            _("Dữ liệu khôi phục không khớp với bản sao lưu ở %(tables)s; chưa có gì bị thay đổi.")
            % {"tables": ", ".join(different[:5])},
            code="mismatch",
        )


def _play(
    connection: psycopg.Connection[Any], entries: _Entries, section: str, progress: Callable[[int], None]
) -> None:
    """Run one section of the dump's script: statements as they stand, rows through COPY."""
    command = [*entries.command, f"--section={section}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as child:
        if child.stdout is None or child.stderr is None:
            raise RuntimeError("no pipe")
        try:
            _run_script(connection, child.stdout, progress)
        except BaseException:
            child.kill()
            raise
        said = child.stderr.read()
    if child.returncode != 0:
        raise failed(_("Không đọc được cơ sở dữ liệu trong bản sao lưu"), child.returncode, said)


def _run_script(connection: psycopg.Connection[Any], script: IO[bytes], progress: Callable[[int], None]) -> None:
    statements: list[bytes] = []
    rows = 0

    def flush() -> None:
        if text := b"".join(statements).strip():
            connection.execute(text)
        statements.clear()

    for line in script:
        table = backup_database.copy_target(line)
        if table is None:
            if not line.startswith((b"\\restrict ", b"\\unrestrict ")):  # words to psql, of pg_restore 15.14 and later
                statements.append(line)
            continue
        flush()
        with connection.cursor() as cursor, cursor.copy(line.removesuffix(b";\n")) as copy:
            for row in backup_database.rows_of_copy(script):
                copy.write(row)
                rows += 1
                if not rows % 1000:
                    progress(rows)
    flush()


@contextmanager
def _placed(unpacked: Path, media: Path, manifest: Manifest) -> Iterator[None]:
    """Put the files where they belong while the block runs; those that are new are gone again when it fails."""
    if not all(is_media_name(name) for name in manifest.files):
        raise damaged()
    clashes = [name for name, entry in manifest.files.items() if _differs(inside(media, name), entry)]
    if clashes:
        raise UserError(
            _("Thư mục tệp %(folder)s đã có tệp khác mang tên %(file)s; hãy đặt SONHA_MEDIA_DIR là thư mục trống.")
            % {"folder": media, "file": clashes[0]},
            code="media",
        )
    added: list[Path] = []
    try:
        for name in manifest.files:
            place = inside(media, name)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
                (unpacked / name).rename(place)
                added.append(place)
        yield
    except BaseException:
        for place in added:
            place.unlink(missing_ok=True)
            for folder in (place.parent, place.parent.parent):
                with suppress(OSError):  # others lie in it
                    if folder != media:
                        folder.rmdir()
        raise


def _differs(place: Path, entry: dict[str, Any]) -> bool:
    """Whether something else lies where a file of the backup belongs."""
    if not place.exists():
        return False
    with place.open("rb") as file:
        return bool(hashlib.file_digest(file, "sha256").hexdigest() != entry["sha256"])
