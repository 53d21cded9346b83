"""Work in progress holds people: its folders vanish, also those of a process that was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mapping import scratch

CHILD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from django.conf import settings
settings.MEDIA_ROOT = sys.argv[1]
from mapping import scratch
with scratch.folder() as folder:
    (folder / "result.csv").write_text("Nguyễn Văn An")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_for_this_program_alone_and_gone_at_the_end(settings: Any) -> None:
    with pytest.raises(ZeroDivisionError), scratch.folder() as folder:
        (folder / "list.csv").write_text("1")
        assert folder.stat().st_mode & 0o077 == 0
        1 / 0  # noqa: B018
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_stays(settings: Any) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, settings.MEDIA_ROOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdin is not None
    left = Path(child.stdout.readline().strip())
    assert (left / "result.csv").is_file()
    os.utime(left, (0, 0))
    scratch.remove_left_behind()
    assert left.is_dir(), "somebody works in it"

    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    scratch.remove_left_behind()
    assert not left.exists()
