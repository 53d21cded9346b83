"""Make what comes next while the caller still works on what came before. Pure."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")

_AHEAD: Final = 2
_END: Final = object()


def made_ahead(items: Iterable[Item], most: int = _AHEAD) -> Generator[Item, None, None]:
    """Yield the items, which a thread of its own takes from `items`, at most `most` of them before they are wanted.

    What goes wrong there is raised here. Closing it ends the thread, and `items` if that is a generator, first.
    """
    waiting: queue.Queue[object] = queue.Queue(most)
    ended = threading.Event()

    def put(item: object) -> bool:
        while not ended.is_set():
            try:
                waiting.put(item, timeout=0.05)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(item):
                    break
        except BaseException as error:
            put(_Failure(error))
        else:
            put(_END)
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()

    thread = threading.Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item  # type: ignore[misc]
    finally:
        ended.set()
        thread.join()


class _Failure:
    """What was raised on the other side."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
