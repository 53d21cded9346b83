"""Token buckets: so many requests at once, so many a second on the whole. In memory, without Django.

A bucket that was left alone until it is full again is like one never seen, so it can be forgotten: two generations of
buckets are kept, and when the younger is full or old enough the elder goes. Memory is bounded whatever asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

_MOST_KEYS: Final = 20_000  # in a generation; some 3 MB


class TokenBuckets:
    """One bucket for each key. `take` costs about a microsecond.

    There is no lock: reading and writing a dict are each safe, and two threads that take from one bucket at the same
    instant get one token for two, which a limit of hundreds can bear.
    """

    def __init__(
        self, *, per_second: float, burst: int, most_keys: int = _MOST_KEYS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_second = per_second
        self.burst = burst
        self._most_keys = most_keys
        self._clock = clock
        self._young: dict[str, tuple[float, float]] = {}  # key → tokens left, and when that was
        self._old: dict[str, tuple[float, float]] = {}
        self._turned_at = clock()

    def take(self, key: str) -> float:
        """Take a token: 0.0 when there was one, else the seconds until there will be."""
        now = self._clock()
        if len(self._young) >= self._most_keys or (now - self._turned_at) * self.per_second > self.burst:
            self._old, self._young, self._turned_at = self._young, {}, now
        tokens, since = self._young.get(key) or self._old.get(key) or (self.burst, now)
        tokens = min(self.burst, tokens + (now - since) * self.per_second)
        if tokens < 1:
            self._young[key] = (tokens, now)
            return (1 - tokens) / self.per_second
        self._young[key] = (tokens - 1, now)
        return 0.0

    def forget(self) -> None:
        """Fill every bucket."""
        self._young, self._old = {}, {}

    def __len__(self) -> int:
        """How many buckets are kept."""
        return len(self._young) + len(self._old)
