"""The programs that a backup calls: PostgreSQL's own, in a version that fits the server, and how they reach it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mapping.errors import UserError

# Rows must read alike on every server: the text of a row is what the digests are made of. The role that backs up or
# restores sees every row, by a policy of its own or by these settings (mapping/row_security.py).
_SESSION = (
    "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=3 -c bytea_output=hex "
    "-c client_encoding=UTF8 -c sonha.sees=* -c sonha.edits=* -c statement_timeout=0 "
    "-c idle_in_transaction_session_timeout=0"
)
_KNOWN = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def address_of(settings: Mapping[str, Any]) -> str:
    """The libpq connection string of Django's settings for one database, with the session's settings above."""
    parts = {word: str(settings[name]) for name, word in _KNOWN.items() if settings.get(name)}
    more = {key: value for key, value in settings.get("OPTIONS", {}).items() if isinstance(value, str | int)}
    more = {key: value for key, value in more.items() if key not in ("pool", "server_side_binding")}
    options = f"{more.pop('options', '')} {_SESSION}".strip()
    return make_conninfo("", **{**more, **parts}, options=options, application_name="sonha backup")


def with_password_file(address: str, folder: Path) -> str:
    """The connection string with its password in a file of `folder` instead: arguments are for all to see."""
    parts = conninfo_to_dict(address)
    password = str(parts.pop("password", None) or "")
    if password:
        path = folder / "pgpass"
        path.touch(mode=0o600)
        path.write_text("*:*:*:*:" + password.replace("\\", "\\\\").replace(":", "\\:") + "\n")
        parts["passfile"] = str(path)
    return make_conninfo("", **parts)


def program(name: str, server: int) -> str:
    """The path of pg_dump or pg_restore for a server of this major version. Raises UserError when there is none."""
    folders = [Path(f"/usr/lib/postgresql/{server}/bin")]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number_of, reverse=True)
    named = [str(folder / name) for folder in folders if (folder / name).exists()]
    on_path = shutil.which(name)
    for path in [*named, *([on_path] if on_path else [])]:
        told = subprocess.run([path, "--version"], capture_output=True, text=True)
        version = re.search(r"(\d+)", told.stdout)
        if told.returncode == 0 and version and int(version[1]) >= server:
            return path
    raise UserError(
        _("Không tìm thấy %(name)s của PostgreSQL %(version)d trở lên; hãy cài gói postgresql-client-%(version)d.")
        % {"name": name, "version": server},
        code="no_program",
    )


def _number_of(programs: Path) -> int:
    return int(programs.parent.name) if programs.parent.name.isdigit() else 0


def run(command: Sequence[str | Path], *, failure: str) -> bytes:
    """Run a program to its end and give what it printed; raises UserError that opens with `failure`."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode != 0:
        raise failed(failure, done.returncode, done.stderr)
    return done.stdout


def failed(failure: str, status: int, said: bytes) -> UserError:
    """The error for a program that ended with `status`: `failure` and the last words of the program."""
    lines = said.decode(errors="replace").strip().splitlines()
    reason = lines[-1] if lines else _("mã thoát %(status)d") % {"status": status}
    return UserError(f"{failure}: {reason}", code="program")
