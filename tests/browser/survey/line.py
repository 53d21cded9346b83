"""The line between a phone and the server, as it is in a village: a middleware that a test turns worse."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

PORTAL: Final = "<!doctype html><title>Wi-Fi</title><form>Nhập số phòng để vào mạng</form>"
_lock = threading.Lock()
_state: dict[str, Any] = {"how": "good", "where": "", "left": 0, "after": 0}
_on = threading.Event()
seen: list[str] = []
"""`METHOD path` of what arrived, whatever became of its answer."""


class Line:
    """Stands before everything else of the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or do what the test asked for."""
        with _lock:
            if request.path.startswith("/api/survey/"):
                seen.append(f"{request.method} {request.path}")
            hit = _state["how"] != "good" and request.path.startswith(_state["where"]) and _state["left"] > 0
            if hit and _state["after"] > 0:
                _state["after"] -= 1
                hit = False
            _state["left"] -= hit
            how = _state["how"] if hit else "good"
        if how == "portal":
            return HttpResponse(PORTAL)
        if how == "portal json":
            return JsonResponse({"receipt": {"operation": "welcome"}, "user": "guest"})
        if how == "broken":
            return HttpResponse("<h1>502</h1>", status=502)
        if how == "signed out":
            return JsonResponse({"error": "Hãy đăng nhập.", "code": "sign_in"}, status=401)
        if how == "slow":
            _on.wait(300)
        response = self.get_response(request)
        if how == "cut after":
            _cut(request)
        return response


def _cut(request: HttpRequest) -> None:
    """Break the connection under an answer that is made and not sent."""
    connection: socket.socket = request.META["wsgi.input"]._read.__self__.raw._sock
    connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def bad(how: str, where: str = "/api/survey/", times: int = 1_000_000, after: int = 0) -> Iterator[None]:
    """Let the next `times` requests below `where` meet "portal", "portal json", "broken", "signed out", "cut after".

    "slow" ones are answered once the line is good again. The first `after` of them pass.
    """
    with _lock:
        _state.update(how=how, where=where, left=times, after=after)
        _on.clear()
    try:
        yield
    finally:
        good()


def good() -> None:
    """The line is as it should be again."""
    with _lock:
        _state.update(how="good", where="", left=0, after=0)
        _on.set()


def count(start: str) -> int:
    """How many requests arrived that begin so, as `POST /api/survey/operations`."""
    with _lock:
        return sum(one.startswith(start) for one in seen)
