"""`var/env`: what set-up found out about this machine, one KEY=VALUE a line, for config/settings.py to read.

Standard library only: it is written before `.venv` exists.

    python3 script/environment_file.py KEY=VALUE ...
"""

from __future__ import annotations

import os
import pwd
import secrets
import sys
import tempfile
from pathlib import Path

VAR = Path(os.environ.get("SONHA_VAR") or Path(__file__).resolve().parent.parent / "var").absolute()
ENVIRONMENT_FILE = VAR / "env"


def write_whole(path: Path, text: str, *, mode: int, owner: str | None = None) -> bool:
    """Write a file in one step, so that a crash leaves the old one; say whether its content changed."""
    if path.exists() and path.read_text() == text:
        return False
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        if owner and os.geteuid() == 0:
            account = pwd.getpwnam(owner)
            os.chown(temporary, account.pw_uid, account.pw_gid)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def read_environment_file() -> dict[str, str]:
    """What the file says now; nothing before the first set-up."""
    if not ENVIRONMENT_FILE.exists():
        return {}
    lines = ENVIRONMENT_FILE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_environment_file(values: dict[str, str]) -> None:
    """Put `values` into the file and keep the rest; a secret key is drawn once, only the owner may read."""
    merged = {**read_environment_file(), **values}
    merged.setdefault("SONHA_SECRET_KEY", secrets.token_urlsafe(50))
    text = "# Written by script/setup, read by config/settings.py. The environment wins over this file.\n"
    text += "".join(f"{key}={value}\n" for key, value in sorted(merged.items()))
    VAR.mkdir(mode=0o711, exist_ok=True)
    write_whole(ENVIRONMENT_FILE, text, mode=0o600)


if __name__ == "__main__":
    try:
        write_environment_file(dict(argument.split("=", 1) for argument in sys.argv[1:]))
    except OSError as error:
        sys.exit(f"{ENVIRONMENT_FILE} cannot be written: {error.strerror}.")
