"""Pages of a printed file read by several processes at once, in the order of the pages. Pure.

Each process has a pipe to this one and ends when that is closed: whoever kills this process leaves none behind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Final, cast

from mapping.printing.readback import FileUnreadable, PageReader, Texts
from mapping.printing.sheet import Sheet

Slice = tuple[int, int]
"""The first page, from 0, and the one after the last."""

_FEW_PAGES: Final = 12
"""So many pages are read here: another process takes as long to begin."""
_ASKED_AHEAD: Final = 2
_ROOT: Final = Path(__file__).resolve().parents[2]
_UNREADABLE: Final = 3


class ReaderGone(RuntimeError):
    """A process that reads has ended before it answered."""


def cores() -> int:
    """How many processes may work at once."""
    return len(os.sched_getaffinity(0))


def read_slices(
    path: Path, sheet: Sheet, slices: Sequence[Slice], *, symbols: int = 1, processes: int | None = None
) -> Generator[list[list[Texts]], None, None]:
    """Yield for each slice, in order, what stands in the cells of each of its pages; fewer where the file is shorter.

    Raises FileUnreadable and ReaderGone. Close it to end the processes early.
    """
    if sum(last - first for first, last in slices) <= _FEW_PAGES:
        with PageReader(path, sheet, symbols) as reader:
            for first, last in slices:
                yield [reader.read(number) for number in range(first, min(last, reader.pages))]
        return
    count = min(processes or cores(), len(slices))
    children: list[_Child] = []
    try:
        children += [_Child(path, sheet, symbols) for _ in range(count)]
        ahead = count * _ASKED_AHEAD
        for place, wanted in enumerate(slices[:ahead]):
            children[place % count].ask(wanted)
        for place in range(len(slices)):
            child = children[place % count]
            answer = child.answer()
            if place + ahead < len(slices):
                child.ask(slices[place + ahead])
            yield answer
    finally:
        for child in children:
            child.end()


class _Child:
    """One process that reads."""

    def __init__(self, path: Path, sheet: Sheet, symbols: int) -> None:
        self._path = path
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mapping.printing.reading_child"],
            cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        self._questions = cast(IO[str], self._process.stdin)
        self._answers = cast(IO[str], self._process.stdout)
        self._tell({"path": str(path.resolve()), "sheet": asdict(sheet), "symbols": symbols})

    def ask(self, wanted: Slice) -> None:
        """Let it read a slice."""
        self._tell(list(wanted))

    def answer(self) -> list[list[Texts]]:
        """What it read of the slice that was asked for first."""
        line = self._answers.readline()
        if not line:
            if self._process.wait() == _UNREADABLE:
                raise FileUnreadable(self._path)
            raise ReaderGone(f"ended with status {self._process.returncode}")
        return [[tuple(texts) for texts in cells] for cells in json.loads(line)]

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.communicate()

    def _tell(self, what: object) -> None:
        try:
            self._questions.write(json.dumps(what) + "\n")
            self._questions.flush()
        except BrokenPipeError:
            pass  # its answer will say so
