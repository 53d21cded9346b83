"""Pictures that were drawn of late, held in memory: many people look at the same map, and each takes half a second."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_HELD_BYTES: Final = 16_000_000
"""In each process: some fifty pictures."""

_held: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()
_drawing: dict[str, threading.Lock] = {}


def kept(key: str, draw: Callable[[], bytes]) -> bytes:
    """Return the picture of a key, drawn if it is not held; who asks while it is drawn waits for that one.

    The key names everything that the picture depends on: the hashes of its rasters.
    """
    if (found := _found(key)) is not None:
        return found
    with _lock:
        turn = _drawing.setdefault(key, threading.Lock())
    with turn:
        if (found := _found(key)) is not None:
            return found
        picture = draw()
        with _lock:
            _held[key] = picture
            while sum(map(len, _held.values())) > _HELD_BYTES and len(_held) > 1:
                _held.popitem(last=False)
            _drawing.pop(key, None)
        return picture


def _found(key: str) -> bytes | None:
    with _lock:
        if key in _held:
            _held.move_to_end(key)
            return _held[key]
        return None
