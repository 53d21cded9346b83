"""Compile the message catalogues and collect the static files, each only when something changed.

Run by `.venv`'s Python after script/setup: `.venv/bin/python script/assets.py`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("mapping", "households", "soil_map")
STAMP = ROOT / "var" / "stamps" / "static"


def compile_messages() -> None:
    """Write a .mo beside every .po that is newer than its .mo."""
    for source in sorted(path for app in APPS for path in (ROOT / app).glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        unfinished = target.with_suffix(f".mo.{os.getpid()}")
        command = ["msgfmt", "--check-format", "-o", str(unfinished), str(source)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            unfinished.unlink(missing_ok=True)
            sys.exit(f"The catalogue {source.relative_to(ROOT)} could not be compiled: {done.stderr.strip()}")
        unfinished.replace(target)


def inputs() -> Iterator[Path]:
    """Every file that decides what the collected static files are."""
    yield from (ROOT / "requirements.txt", ROOT / "static" / "package-lock.json", ROOT / "config" / "settings.py")
    for folder in [ROOT / "static" / name for name in ("css", "js", "img")] + [ROOT / app for app in APPS]:
        yield from (path for path in folder.rglob("*") if path.is_file() and path.suffix in SUFFIXES)


SUFFIXES = {".css", ".js", ".mjs", ".svg", ".png", ".ico", ".webmanifest", ".json", ".woff2", ".wasm"}


def collect_static() -> None:
    """Run collectstatic when an input changed since the last time, or when what it made is gone."""
    state = hashlib.sha256()
    for path in sorted(inputs()):
        state.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    collected = ROOT / "var" / "static" / "staticfiles.json"
    if collected.exists() and STAMP.exists() and STAMP.read_text() == state.hexdigest():
        return
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"The static files could not be collected: {last_line(done.stderr)}")
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(state.hexdigest())


def last_line(text: str) -> str:
    """The line of a program's complaint that says what was wrong."""
    return (text.strip().splitlines() or ["it said nothing."])[-1]


if __name__ == "__main__":
    compile_messages()
    collect_static()
