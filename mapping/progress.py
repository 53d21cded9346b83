"""Progress of a command: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from typing import Any

_WIDTH = 30
_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_DRAWINGS = 0.1


class ProgressBar:
    """`at(done)` as often as you like; `close()` before anything else is written."""

    def __init__(self, stream: Any, *, total: int, unit: str) -> None:
        self._stream = stream
        self._total = total
        self._unit = unit
        self._is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self._said_at = time.monotonic()

    def at(self, done: int) -> None:
        """Say how far the work is, if it is time to."""
        now = time.monotonic()
        pause = _SECONDS_BETWEEN_DRAWINGS if self._is_terminal else _SECONDS_BETWEEN_LINES
        if now - self._said_at < pause or not self._total:
            return
        self._said_at = now
        text = f"{done}/{self._total} {self._unit}"
        if self._is_terminal:
            filled = min(_WIDTH, done * _WIDTH // self._total)
            self._stream.write(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {text}", ending="")
            self._stream.flush()
        else:
            self._stream.write(text)

    def close(self) -> None:
        """Clear the bar."""
        if self._is_terminal:
            self._stream.write("\r\x1b[K", ending="")
            self._stream.flush()
