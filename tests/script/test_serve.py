"""What `script/server` does while it watches over its services."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "script"


def test_a_job_worker_that_ended_because_the_database_restarted_is_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    serve: Any = importlib.import_module("serve")
    commands: list[list[str]] = []

    def start(name: str, command: list[str], **environment: str) -> Any:
        commands.append([*command, environment["SONHA_DB_ROLE"]])
        return serve.Service(name, subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

    monkeypatch.setattr(serve, "start", start)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    services = [serve.Service(serve.WORKER, ended, started=0.0)]
    serve.revive_worker(services)
    try:
        assert commands == [[sys.executable, "manage.py", "procrastinate", "worker", "worker"]]
        assert services[0].process.poll() is None
        serve.revive_worker(services)
        assert len(commands) == 1, "one that works is left alone"
    finally:
        services[0].process.communicate(b"\n")
