"""What benchmarks share: a database of their own, medians of interleaved runs, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config import environment

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")


class Report(Protocol):
    """How a benchmark hands over a figure.

    `ours` and `against` are both rates or both times in `unit`; `yardstick` says in a few words what `against`
    is (both None for an absolute figure); `size` is the number of items ours was measured on.
    """

    def __call__(
        self, figure: str, unit: str, ours: float, against: float | None, yardstick: str | None, size: int
    ) -> None: ...


@contextmanager
def own_database(name: str, *, keep: bool = False) -> Iterator[None]:
    """Point every database URL of this process and its children at `sonha_bench_<name>`; call before Django.

    The database is made by the owner and dropped at the end. With `keep` it stays, and what an earlier run
    kept is there again: a benchmark may ask whether its data is complete and use it.
    """
    environment.load_env_file(ROOT / "var" / "env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    database = f"sonha_bench_{name}"
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if known and not keep:
            drop(connection, database)
        if not known or not keep:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    for url in URLS:
        if url in os.environ:
            os.environ[url] = make_conninfo(os.environ[url], dbname=database)
    try:
        yield
    finally:
        if not keep:
            close_django_connections()
            with psycopg.connect(owner, autocommit=True) as connection:
                drop(connection, database)


def drop(connection: psycopg.Connection, database: str) -> None:
    """Drop a database, ending what is still connected to it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database))
    try:
        connection.execute(statement + sql.SQL(" WITH (FORCE)"))
    except psycopg.errors.InsufficientPrivilege:
        connection.execute(statement)  # autovacuum is at work there: it is not ours to end, but gives way by itself


def close_django_connections() -> None:
    """Close this process's connections and pools, if Django came up at all."""
    from django.apps import apps
    from django.db import connections

    if apps.ready:
        from mapping import throttle

        throttle.close()
        for connection in connections.all(initialized_only=True):
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()


def migrate() -> None:
    """Bring the benchmark's database up to date as its owner."""
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, check=True)


def owner_connection() -> psycopg.Connection:
    """Connect to the benchmark's database as its owner, for yardstick tables and bulk loading."""
    return psycopg.connect(os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"])


def interleaved(*ways: Callable[[], float], runs: int = RUNS) -> list[float]:
    """Measure each way in turn, `runs` times over, and give each one's median.

    A way returns its own figure (a rate or seconds): taking turns spreads what else the machine does evenly.
    """
    figures: list[list[float]] = [[] for _ in ways]
    for _ in range(runs):
        for way, taken in zip(ways, figures, strict=True):
            taken.append(way())
    return [statistics.median(taken) for taken in figures]


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


class PeakMemory:
    """Peak resident memory of this process above what it held on entry, in MB (10⁶ bytes); Linux only."""

    def __enter__(self) -> PeakMemory:
        Path("/proc/self/clear_refs").write_text("5")  # sets the high-water mark back to what is held now
        self.before = status_bytes("VmRSS")
        self.megabytes = 0.0
        return self

    def __exit__(self, *_: object) -> None:
        self.megabytes = (status_bytes("VmHWM") - self.before) / 1e6


def status_bytes(field: str) -> int:
    """Read one size from /proc/self/status, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)
