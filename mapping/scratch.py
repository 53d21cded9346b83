"""Folders for work in progress, which may hold people: gone at the end of the work, also where it was killed.

Each folder is locked for as long as its process lives. A killed worker cannot clear up, but its lock ends with it: what
nobody holds is removed by the next job and by the hourly upkeep.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

_PREFIX: Final = ".scratch-"
_YOUNG: Final = 60  # seconds in which a folder may be made and not locked yet


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder that only this program may read, for the length of the block."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o750)
    own = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
    held = os.open(own, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        os.close(held)


def remove_left_behind() -> None:
    """Remove the folders of processes that are gone."""
    root = Path(settings.MEDIA_ROOT)
    for left in root.glob(f"{_PREFIX}*") if root.is_dir() else ():
        try:
            held = os.open(left, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - os.fstat(held).st_mtime > _YOUNG:
                shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass  # somebody works in it
        finally:
            os.close(held)
