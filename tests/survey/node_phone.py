"""The phone's own modules at work in a JavaScript engine: its queue, its database, its synchronisation."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.node import node

SCRIPT = Path(__file__).with_name("phone.mjs")


class Killed(Exception):
    """The person closed the browser, or the phone did, while a request was under way."""


@dataclass(frozen=True)
class Request:
    """What the phone asks; `body` are the very bytes."""

    number: int
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the phone hears."""

    status: int
    headers: dict[str, str]
    body: bytes


Line = Callable[[Request], Answer | None]
"""Answers a request, or gives None for a line that was cut, or raises Killed."""


class NodePhone:
    """One phone; what it keeps outlives its browser, not this object."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [node(), "--no-warnings", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.number = 0

    def __enter__(self) -> NodePhone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    def do(self, what: str, line: Line | None = None, **given: Any) -> Any:
        """Let the phone do something over a line, and return what came of it; None where it was killed."""
        self.begin(what, **given)
        while isinstance(told := self.next(), Request):
            assert line is not None, told
            self.hear(told, line)
        return told

    def meanwhile(self, what: str, **given: Any) -> Any:
        """Let the phone do something that asks nothing, while it waits for the answer to what it began before."""
        begun = self.number
        told = self.do(what, **given)
        self.number = begun
        return told

    def restart(self) -> None:
        """Close the browser and open it again; nobody answers what it still asked."""
        self.begin("restart")
        while isinstance(self.next(), Request):
            pass

    def begin(self, what: str, **given: Any) -> None:
        """Let the phone begin something; `next` tells what it asks."""
        self.number += 1
        self._write({"number": self.number, "do": what, **given})

    def next(self) -> Any:
        """The request that the phone makes next, or what came of what it did."""
        while True:
            assert self.process.stdout is not None
            text = self.process.stdout.readline()
            assert text, "the phone's engine ended"
            told = json.loads(text)
            if "ask" in told:
                body = base64.b64decode(told["body"])
                return Request(told["ask"], told["method"], told["url"], told["headers"], body)
            if told["done"] == self.number:  # what was killed may still tell its end
                assert "failed" not in told, told
                return told["result"]

    def hear(self, request: Request, line: Line) -> None:
        """Answer a request, or kill the page that made it: the next command's result is then what `next` tells."""
        try:
            answer = line(request)
        except Killed:
            self.begin("restart")
            return
        told: dict[str, Any] = {"answer": request.number, "cut": answer is None}
        if answer is not None:
            told |= {"status": answer.status, "headers": answer.headers, "body": base64.b64encode(answer.body).decode()}
        self._write(told)

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
