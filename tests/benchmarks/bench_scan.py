"""The scan page over a million houses against an empty view on the same server with the same middleware.

Every request asks for another plate, chosen evenly over all houses, so each page is looked up and drawn anew.
Made data: `million.py`. Load: Debian's wrk, 2 threads, 16 connections, ours and the yardstick in turn.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import measure, million
from tests.benchmarks.measure import Report

SECONDS_A_RUN = 5
PATHS_A_RUN = 60_000
LUA = Path(__file__).with_name("scan.lua")


def run(report: Report) -> None:
    """Fill, serve, measure."""
    with measure.owner_connection() as connection:
        million.fill(connection)
        plates = connection.execute(
            "SELECT token || '/' || plus_code FROM households_plate ORDER BY hashtext(token) LIMIT %s",
            [PATHS_A_RUN * (measure.RUNS + 1)],
        ).fetchall()
    paths = iter([f"/{plate}" for (plate,) in plates])
    with tempfile.TemporaryDirectory() as folder, server() as address:

        def scan_pages() -> float:
            file = Path(folder) / "paths.txt"
            file.write_text("\n".join(next(paths) for _ in range(PATHS_A_RUN)), encoding="ascii")
            return requests_per_second(address, "-s", str(LUA), script_argument=str(file))

        def hello() -> float:
            return requests_per_second(f"{address}/hello/")

        scan_pages(), hello()  # statements are prepared and templates compiled once a process
        ours, against = measure.interleaved(scan_pages, hello)
    report("requests_per_second", "1/s", ours, against, "empty view, same server and middleware", million.HOUSES)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Serve as script/server does, on a free port, with the yardstick's address added; yields the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--no-ws", "--workers", "2"]
    granian += ["--blocking-threads", "8", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.scan_settings"}
    process = subprocess.Popen([*granian, "config.wsgi:application"], cwd=measure.ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the address answers 200."""
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer")


def requests_per_second(address: str, *options: str, script_argument: str = "") -> float:
    """Load the address with wrk; any answer but 200, and any lost connection, is an error."""
    command = ["wrk", "-t2", "-c16", "--timeout", "20s", f"-d{SECONDS_A_RUN}s", *options, address]
    command += ["--", script_argument] if script_argument else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"wrk: {done.stderr.strip()} {done.stdout.strip()}")
    found = re.search(r"^Requests/sec:\s+([\d.]+)", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"wrk gave no rate: {done.stdout}")
    return float(found.group(1))
