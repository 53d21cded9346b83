"""The database in a backup: every table counted and hashed in one snapshot, dumped in the same, the dump read back.

A table's digest is the sum of the SHA-256 of its rows as COPY writes them, modulo 2^256: it does not depend on the
order, so that the snapshot, the dump and a restored database can be compared with each other.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from mapping.backup_archive import Manifest
from mapping.backup_programs import failed, program, with_password_file
from mapping.errors import UserError

SHARED_TABLE: Final = "public.spatial_ref_sys"
"""PostGIS's own list of systems, to which a migration adds. A dump holds only what PostGIS has never heard of."""
SYSTEM_COLUMNS: Final = "srid, auth_name, auth_srid, srtext, proj4text"
_MODULUS: Final = 1 << 256

_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname),
       string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attgenerated = ''),
       greatest(c.reltuples, 0)::bigint
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                             AND d.deptype = 'e')
 GROUP BY n.nspname, c.relname, c.reltuples ORDER BY 1
"""
# Tables whose rows the current role might not all see: behind a wall, without a policy that lets everything through.
_HIDDEN = """
SELECT format('%I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relrowsecurity AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'MEMBER'))
   AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
   AND NOT coalesce((
       SELECT bool_and(p.polpermissive) AND bool_or(
                  pg_get_expr(p.polqual, p.polrelid) = 'true'
                  OR pg_get_expr(p.polqual, p.polrelid) LIKE '%current_setting(''sonha.sees''%''*''%')
         FROM pg_policy p
        WHERE p.polrelid = c.oid AND p.polcmd IN ('*', 'r')
          AND (p.polroles = '{0}' OR EXISTS (SELECT FROM unnest(p.polroles) role WHERE pg_has_role(role, 'MEMBER')))
   ), false)
 ORDER BY 1
"""
_OWNED = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = %s::regclass"
_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value - increment_by)
  FROM pg_sequences WHERE schemaname !~ '^pg_' ORDER BY 1
"""
# Whom the dump's privileges and policies name: these roles must be there before it is restored.
_ROLES = """
SELECT DISTINCT rolname FROM pg_roles WHERE oid IN (
    SELECT (aclexplode(relacl)).grantee FROM pg_class WHERE relowner = current_user::regrole
    UNION SELECT (aclexplode(proacl)).grantee FROM pg_proc WHERE proowner = current_user::regrole
    UNION SELECT (aclexplode(defaclacl)).grantee FROM pg_default_acl WHERE defaclrole = current_user::regrole
    UNION SELECT unnest(polroles) FROM pg_policy
) ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the program's: its quoted name and columns, and how many rows the planner believes it has."""

    name: str
    columns: str
    guess: int

    def copy_out(self) -> sql.SQL:
        """The statement that writes its rows as pg_dump does."""
        return sql.SQL(f"COPY {self.name} ({self.columns}) TO STDOUT")


class Content:
    """Rows of one table, in any order: how many and their digest."""

    __slots__ = ("rows", "total")

    def __init__(self) -> None:
        self.rows = self.total = 0

    def add(self, row: bytes | bytearray | memoryview) -> None:
        """Count one line of COPY, its line feed included."""
        self.rows += 1
        self.total += int.from_bytes(hashlib.sha256(row).digest(), "big")

    def told(self) -> dict[str, Any]:
        """As the manifest keeps it."""
        return {"rows": self.rows, "digest": f"{self.total % _MODULUS:064x}"}


@contextmanager
def snapshot_of(address: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that sees the database as it is now until the block ends."""
    with psycopg.connect(address) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection
        connection.rollback()


def one(connection: psycopg.Connection[Any], query: str) -> Any:
    """The one value of a query."""
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def tables_of(connection: psycopg.Connection[Any]) -> list[Table]:
    """The tables whose rows belong to the program."""
    rows = connection.execute(_TABLES).fetchall()
    return [Table(*row) for row in rows if row[0] != SHARED_TABLE and row[1]]


def contents(
    connection: psycopg.Connection[Any], tables: Iterable[Table], progress: Callable[[int], None]
) -> dict[str, dict[str, Any]]:
    """Count and hash the rows of each table; `progress` hears how many rows were read."""
    told, read = {}, 0
    for table in tables:
        content = Content()
        with connection.cursor() as cursor, cursor.copy(table.copy_out()) as copy:
            for row in copy:
                content.add(row)
                if not content.rows % 1000:
                    progress(read + content.rows)
        read += content.rows
        told[table.name] = content.told()
    return told


def describe(connection: psycopg.Connection[Any], tables: dict[str, dict[str, Any]], **more: Any) -> Manifest:
    """The manifest of the database as the snapshot has it, still without files."""
    migrations: dict[str, list[str]] = {}
    for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name"):
        migrations.setdefault(app, []).append(name)
    return Manifest(
        database=one(connection, "SELECT current_database()"),
        owner=one(connection, "SELECT current_user"),
        postgresql=one(connection, "SHOW server_version"),
        extensions=dict(connection.execute("SELECT extname, extversion FROM pg_extension ORDER BY 1").fetchall()),
        roles=[name for (name,) in connection.execute(_ROLES)],
        migrations=migrations,
        tables=tables,
        sequences=sequences_of(connection),
        systems=[
            list(row)
            for row in connection.execute(
                f"SELECT {SYSTEM_COLUMNS} FROM {SHARED_TABLE} WHERE auth_name = 'SONHA' ORDER BY srid"
            )
        ],
        **more,
    )


def sequences_of(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """The last number that each sequence has given."""
    return dict(connection.execute(_SEQUENCES).fetchall())


def refuse_half_sight(connection: psycopg.Connection[Any]) -> None:
    """Raise UserError when the role does not own the tables or see every row: what is missing would look complete."""
    role = one(connection, "SELECT current_user")
    hidden = [name for (name,) in connection.execute(_HIDDEN)]
    hidden += [
        table.name
        for table in tables_of(connection)
        if not connection.execute(_OWNED, [table.name]).fetchone()[0]  # type: ignore[index]
    ]
    if hidden:
        raise UserError(
            _("Vai trò %(role)s không thấy đủ các dòng của bảng %(tables)s; hãy sao lưu bằng vai trò sonha_owner.")
            % {"role": role, "tables": ", ".join(sorted(set(hidden))[:5])},
            code="half_sight",
        )


def server_of(connection: psycopg.Connection[Any]) -> int:
    """The server's major version."""
    return connection.info.server_version // 10_000


@contextmanager
def dumping(address: str, connection: psycopg.Connection[Any], target: Path) -> Iterator[None]:
    """Dump the connection's snapshot into `target` while the block runs; raises UserError when that fails."""
    dump = program("pg_dump", server_of(connection))
    name = one(connection, "SELECT pg_export_snapshot()")
    place = with_password_file(address, target.parent)
    command = [dump, "--format=custom", "--enable-row-security", f"--snapshot={name}", "--no-password"]
    command += ["--lock-wait-timeout=60000", f"--file={target}", f"--dbname={place}"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        try:
            yield
        except BaseException:
            child.kill()
            raise
        _out, said = child.communicate()
    if child.returncode != 0:
        raise failed(_("pg_dump không sao lưu được cơ sở dữ liệu"), child.returncode, said)


def contents_of_dump(dump: Path, server: int, progress: Callable[[int], None]) -> dict[str, dict[str, Any]]:
    """Count and hash the rows of each table as the dump has them, read as a restore reads it."""
    command = [program("pg_restore", server), "--data-only", "--file=-", str(dump)]
    failure = _("Không đọc lại được bản sao lưu cơ sở dữ liệu")
    found, read = {}, 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as child:
        if child.stdout is None or child.stderr is None:
            raise RuntimeError("no pipe")
        for line in child.stdout:
            table = copy_target(line)
            if table is not None:
                content = Content()
                for row in rows_of_copy(child.stdout):
                    content.add(row)
                    if not content.rows % 1000:
                        progress(read + content.rows)
                read += content.rows
                found[table] = content.told()
        said = child.stderr.read()
    if child.returncode != 0:
        raise failed(failure, child.returncode, said)
    found.pop(SHARED_TABLE, None)
    return found


def copy_target(line: bytes) -> str | None:
    """The table that a line of a script begins to fill, None for any other line."""
    if not (line.startswith(b"COPY ") and line.endswith(b") FROM stdin;\n")):
        return None
    return line[5:].decode().partition(" (")[0]


def rows_of_copy(script: IO[bytes]) -> Iterator[bytes]:
    """Yield the rows up to the end mark, each with its line feed."""
    for row in script:
        if row == b"\\.\n":
            return
        yield row
    raise UserError(_("Bản sao lưu cơ sở dữ liệu kết thúc giữa một bảng."), code="damaged")
