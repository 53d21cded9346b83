"""Let a thread work ahead while its work is used: a list is read and decided while the database takes it in."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


@contextmanager
def working_ahead(items: Generator[T], *, most: int) -> Iterator[Iterator[list[T]]]:
    """Make `items` in a thread, at most `most` ahead of the caller; Django's connection belongs to the caller alone.

    Gives the items in order, in lists of all that are there when the caller comes for more. What the thread raises
    is raised where the caller comes for more. However the block is left, the thread has ended by then and `items` is
    closed.
    """
    ready: Queue[T | _End] = Queue(most)
    is_left = Event()

    def work() -> None:
        error = None
        try:
            for item in items:
                ready.put(item)
                if is_left.is_set():
                    return
        except BaseException as raised:
            error = raised
        ready.put(_End(error))

    thread = Thread(target=work, name="working ahead")
    thread.start()
    try:
        yield _lists(ready)
    finally:
        is_left.set()
        _empty(ready)  # a thread that waits to hand something over goes on, and sees that nobody is there
        thread.join()
        items.close()


def _lists(ready: Queue[T | _End]) -> Iterator[list[T]]:
    while True:
        there = [ready.get(), *_empty(ready)]
        items = [item for item in there if not isinstance(item, _End)]
        if items:
            yield items
        if isinstance(there[-1], _End):
            if there[-1].error is not None:
                raise there[-1].error
            return


def _empty(ready: Queue[T | _End]) -> list[T | _End]:
    items = []
    try:
        while True:
            items.append(ready.get_nowait())
    except Empty:
        return items
