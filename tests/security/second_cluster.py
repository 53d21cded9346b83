"""A private PostgreSQL cluster beside the tests' own, which a test may fill, kill and throw away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]


class SecondCluster:
    """What `SONHA_VAR=… script/cluster.py create` makes, and databases in it."""

    def __init__(self, var: Path) -> None:
        self.var = var

    def environment(self, **more: str) -> dict[str, str]:
        """The environment in which every command works with this cluster."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "SONHA_"))}
        return {**kept, "SONHA_VAR": str(self.var), "PYTHONDONTWRITEBYTECODE": "1", **more}

    def url(self, role: str = "owner", database: str = "sonha") -> str:
        """The address of one of its databases for the owner, the web or the worker role."""
        name = {"owner": "DATABASE_OWNER_URL", "web": "DATABASE_URL", "worker": "DATABASE_WORKER_URL"}[role]
        lines = dict(line.split("=", 1) for line in (self.var / "env").read_text().splitlines() if "=" in line)
        return urlsplit(lines[name])._replace(path=f"/{database}").geturl()

    def connect(self, role: str = "owner", database: str = "sonha", **more: Any) -> psycopg.Connection[Any]:
        """A connection that commits by itself."""
        return psycopg.connect(self.url(role, database), autocommit=True, **more)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the checkout against this cluster."""
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment(**environment), capture_output=True, text=True
        )

    def must(self, *command: str, **environment: str) -> str:
        """Run it and give what it printed; it has to succeed."""
        done = self.run(*command, **environment)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def make_database(self, name: str, template: str = "template1") -> None:
        """Make a database of the owner's, as `createdb` does."""
        with self.connect(database="postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            # A copied sequence believes that its next 32 numbers are in the WAL; they were, for the template. Until a
            # checkpoint a crash would give numbers out twice.
            connection.execute("CHECKPOINT")

    def drop_database(self, name: str) -> None:
        """Drop it, whoever is connected."""
        with self.connect(database="postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @property
    def postmaster(self) -> int:
        """The process id of the server."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    @property
    def data(self) -> Path:
        """Where its files lie."""
        return ROOT / json.loads((self.var / "cluster.json").read_text())["data"]

    def as_superuser(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the cluster's superuser, each by itself."""
        for statement in statements:
            self.must("-c", _AS_SUPERUSER, database, statement)

    def start(self) -> None:
        """Start the server."""
        self.must("script/cluster.py", "start")


@contextmanager
def second_cluster() -> Iterator[SecondCluster]:
    """Make a cluster with a migrated database `sonha`, and remove it in the end."""
    var = Path(tempfile.mkdtemp(prefix="sonha2-", dir="/tmp"))  # short: its socket's path may have 107 bytes
    cluster = SecondCluster(var)
    try:
        cluster.must("script/cluster.py", "create")
        # What is killed here is a process, never the machine: what PostgreSQL wrote is there, synced or not.
        cluster.as_superuser(
            "ALTER SYSTEM SET fsync = off",
            "SELECT pg_reload_conf()",
            "GRANT pg_signal_backend, pg_checkpoint TO sonha_owner",
        )
        cluster.must("manage.py", "migrate", "-v0")
        yield cluster
    finally:
        _stop(cluster)
        shutil.rmtree(cluster.data, ignore_errors=True)
        shutil.rmtree(var, ignore_errors=True)


def _stop(cluster: SecondCluster) -> None:
    place: Mapping[str, str] = json.loads((cluster.var / "cluster.json").read_text())
    programs = cluster.must("-c", _PROGRAMS).strip()
    command = [f"{programs}/pg_ctl", "-D", str(cluster.data), "-m", "immediate", "-w", "-t", "30", "stop"]
    if os.geteuid() == 0:
        command = ["runuser", "-u", place["owner"], "--", *command]
    subprocess.run(command, cwd="/", capture_output=True)


_AS_SUPERUSER = """
import sys
sys.path.insert(0, "script")
import cluster
cluster.sql(cluster.read_place(), sys.argv[1], sys.argv[2])
"""
_PROGRAMS = """
import sys
sys.path.insert(0, "script")
import cluster
print(cluster.programs_for(cluster.read_place()))
"""
