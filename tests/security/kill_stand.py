"""A web server, a job worker and a PostgreSQL that may be killed at a chosen point of their work.

A gate is a trigger that waits for the test: the program stops in the middle of a statement's transaction, the test
sees it waiting there and kills, so that every run kills at the same point and nothing is left to luck or sleep.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import psycopg

from tests.security.second_cluster import ROOT, SecondCluster

DATABASE: Final = "killed"
SEED: Final = "killed_seed"
_GATE: Final = 4711
_PAUSE: Final = 0.02  # between two looks at what is waited for
_CSRF: Final = "a" * 32


class Killed(Exception):
    """The server ended before it answered."""


class Stand:
    """The programs and their database; `fresh` begins anew."""

    def __init__(self, cluster: SecondCluster, folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        self.media = folder / "media"
        self.port = _free_port()
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.ids: dict[str, Any] = {}

    # --- the database ----------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Fill the database that every case begins with."""
        self.cluster.make_database(SEED, template="sonha")
        seed = {"DATABASE_URL": self.cluster.url(database=SEED), "SONHA_MEDIA_DIR": str(self.folder / "seed")}
        self.ids = json.loads(self.cluster.must("-m", "tests.security.kill_world", **seed).splitlines()[-1])

    def fresh(self) -> None:
        """Begin anew, with no worker and the web server running."""
        self.end_worker()
        self.cluster.drop_database(DATABASE)
        self.cluster.make_database(DATABASE, template=SEED)
        shutil.rmtree(self.media, ignore_errors=True)
        shutil.copytree(self.folder / "seed", self.media)
        self.start_web()

    def ask(self, query: str) -> Any:
        """The one value of a query; it sees every row."""
        with self._owner() as connection:
            row = connection.execute(query).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None

    def do(self, *statements: str) -> None:
        """Run statements as the owner of the tables."""
        with self._owner() as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def _owner(self) -> psycopg.Connection[Any]:
        return self.cluster.connect(database=DATABASE, options="-c sonha.sees=* -c sonha.edits=*")

    # --- the gate --------------------------------------------------------------------------------------------

    @contextmanager
    def gate(self, table: str, event: str, when: str = "") -> Iterator[Callable[[], int]]:
        """Stop whoever does `event` to `table`; yields what waits for somebody to stand there and tells the backend.

        The gate is open once the block has ended, whoever survived it.
        """
        level = f"FOR EACH ROW WHEN ({when})" if when else "FOR EACH STATEMENT"
        self.do(
            # Whoever stands here waits for the test, however short the wait is that they allow themselves elsewhere.
            "CREATE OR REPLACE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS "
            f"$$ BEGIN PERFORM pg_advisory_xact_lock_shared({_GATE}); RETURN NULL; END $$",
            f"CREATE TRIGGER stop_here AFTER {event} ON {table} {level} EXECUTE FUNCTION stop_here()",
        )
        with self._owner() as holder:
            holder.execute(f"SELECT pg_advisory_lock({_GATE})".encode())
            try:
                yield lambda: self.wait_for(self._stopped, "somebody at the gate")
            finally:
                with contextlib.suppress(psycopg.Error):  # the server it was connected to may be gone
                    holder.execute(f"SELECT pg_advisory_unlock({_GATE})".encode())

    def _stopped(self) -> int:
        query = (
            f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {_GATE} AND NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return int(self.ask(query) or 0)

    def wait_for(self, found: Callable[[], Any], what: str, seconds: float = 180) -> Any:
        """Look until `found` gives something true; a database that is down is not there yet."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                if seen := found():
                    return seen
            assert time.monotonic() < deadline, f"{what}: not within {seconds} seconds"
            time.sleep(_PAUSE)

    # --- the programs ----------------------------------------------------------------------------------------

    def _environment(self, **more: str) -> dict[str, str]:
        roles = {"DATABASE_URL": "web", "DATABASE_WORKER_URL": "worker", "DATABASE_OWNER_URL": "owner"}
        urls = {name: self.cluster.url(role, DATABASE) for name, role in roles.items()}
        return self.cluster.environment(
            SONHA_MEDIA_DIR=str(self.media),
            SONHA_SECRET_KEY=self._key(),
            SONHA_PLATE_HOST="so.binhminh.gov.vn",
            SONHA_HOSTS="127.0.0.1",
            SONHA_DEBUG="True",  # static files from their folders: collecting them is not what is tested
            **urls,
            **more,
        )

    def _key(self) -> str:
        lines = (self.cluster.var / "env").read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith("SONHA_SECRET_KEY="))

    def start_web(self) -> None:
        """Start the web server as script/serve.py does, unless it runs, and wait until it answers."""
        if self.web is None or self.web.poll() is not None:
            command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--no-ws"]
            command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1", "--blocking-threads", "4"]
            self.web = self._start([*command, "config.wsgi:application"], "web")
        self.wait_for(self._is_healthy, "the web server")

    def start_worker(self) -> None:
        """Start the job worker as script/serve.py does, unless it runs."""
        if self.worker is None or self.worker.poll() is not None:
            command = [sys.executable, "manage.py", "procrastinate", "worker"]
            self.worker = self._start(command, "worker", SONHA_DB_ROLE="worker")

    def _start(self, command: list[str], name: str, **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self._environment(**more), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def _is_healthy(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except Killed:
            return False

    def kill_web(self) -> None:
        """`kill -9` the server and the processes it has."""
        _kill(self.web)

    def kill_worker(self) -> None:
        """`kill -9` the worker."""
        _kill(self.worker)

    def end_worker(self) -> None:
        """End the worker, however it stands."""
        _kill(self.worker)
        self.worker = None

    def kill_postgres(self) -> None:
        """`kill -9` the postmaster, and start the server again."""
        postmaster = self.cluster.postmaster
        os.kill(postmaster, signal.SIGKILL)
        self.wait_for(lambda: _is_gone(postmaster), "the end of the postmaster")

        def started() -> bool:  # refused while processes of the old server are still leaving
            return self.cluster.run("script/cluster.py", "start").returncode == 0

        self.wait_for(started, "PostgreSQL after kill -9")

    def kill_backend(self, pid: int) -> None:
        """`kill -9` one process of PostgreSQL, upon which the server cuts all connections and recovers by itself."""
        os.kill(pid, signal.SIGKILL)
        self.wait_for(lambda: _is_gone(pid), "the end of the backend")
        self.wait_for(lambda: self.ask("SELECT 1"), "PostgreSQL after a killed backend")

    def cut(self, backend: int) -> None:
        """Cut a connection of PostgreSQL's whose other end is gone."""
        self.ask(f"SELECT pg_terminate_backend({backend}, 30000)")

    def end(self) -> None:
        """End everything that was started."""
        _kill(self.web)
        _kill(self.worker)

    def forget_the_dead(self) -> None:
        """Let the minute and a half pass after which a killed worker's job is taken up: what the clock does then."""
        self.do(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'",
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, queueing_lock) VALUES "
            "('sonha', 'mapping.take_up_abandoned_jobs', '{\"timestamp\": 0}', 'take_up_abandoned_jobs') "
            "ON CONFLICT DO NOTHING",
        )

    # --- the officer's browser -------------------------------------------------------------------------------

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        return self._request("GET", path, {}, None)

    def post(self, path: str, **fields: Any) -> tuple[int, str]:
        """Status and text, or where it leads to, of a form sent off."""
        body = urlencode({**fields, "csrfmiddlewaretoken": _CSRF}).encode()
        return self._request("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, body)

    def upload(self, path: str, name: str, content: bytes, **fields: Any) -> tuple[int, str]:
        """The same with a file."""
        parts = [
            f'--sep\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {**fields, "csrfmiddlewaretoken": _CSRF}.items()
        ]
        head = f'--sep\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = b"".join([*parts, head, content, b"\r\n--sep--\r\n"])
        return self._request("POST", path, {"Content-Type": "multipart/form-data; boundary=sep"}, body)

    def _request(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, str]:
        cookies = f"sessionid={self.ids.get('session', '')}; csrftoken={_CSRF}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=180)
        try:
            connection.request(method, path, body, {**headers, "Cookie": cookies})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return answer.status, answer.headers.get("Location") or text
        except (OSError, http.client.HTTPException) as error:
            raise Killed(str(error)) from error
        finally:
            connection.close()

    @contextmanager
    def meanwhile(self, work: Callable[[], Any]) -> Iterator[Future[Any]]:
        """Do something in the background of the block."""
        with ThreadPoolExecutor(1) as pool:
            yield pool.submit(work)

    # --- what must hold --------------------------------------------------------------------------------------

    def files_are_whole(self) -> bool:
        """Whether every stored file of the database lies under the hash of its bytes."""
        with self._owner() as connection:
            rows = connection.execute("SELECT sha256, size FROM mapping_storedfile").fetchall()
        for sha256, size in rows:
            content = (self.media / sha256[:2] / sha256[2:4] / sha256).read_bytes()
            if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
                return False
        return True

    def job(self) -> dict[str, Any]:
        """The newest job."""
        text = self.ask("SELECT row_to_json(j)::text FROM mapping_job j ORDER BY created_at DESC LIMIT 1")
        return json.loads(text) if text else {}

    def _job_is_over(self) -> bool:
        self.revive_worker()
        return self.job().get("state") in ("done", "failed", "cancelled")

    def revive_worker(self) -> None:
        """Start the worker again once it has ended, as systemd and script/serve.py do."""
        if self.worker is None or self.worker.poll() is not None:
            self.forget_the_dead()
            self.start_worker()

    def worker_said(self) -> str:
        """The end of the workers' log."""
        return (self.folder / "worker.log").read_text(errors="replace")[-6000:]

    def finished_job(self, seconds: float = 240) -> dict[str, Any]:
        """The newest job, once it is over."""
        try:
            self.wait_for(self._job_is_over, "the end of the job", seconds)
        except AssertionError:
            ended = self.worker.poll() if self.worker else "no worker"
            queue = self.ask("SELECT json_agg(row_to_json(j))::text FROM procrastinate_jobs j")
            said = f"job {self.job()}, worker {ended}, queue {queue}, it said: {self.worker_said()}"
            raise AssertionError(said) from None
        return self.job()


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    """End a process that we started and whatever it has started."""
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _is_gone(pid: int) -> bool:
    """Whether the process has ended and its parent has noticed: pg_ctl takes a zombie for a server that runs."""
    return not Path(f"/proc/{pid}").exists()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
