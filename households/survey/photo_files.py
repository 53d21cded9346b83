"""What lies on the disk of a photo: the pieces that have come, and the picture as long as it may be kept."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from households.models import SurveyPhoto


def folder() -> Path:
    """Where pieces wait for the rest of their photo."""
    return Path(settings.MEDIA_ROOT) / ".survey-parts"


def part_of(photo: SurveyPhoto) -> Path:
    """The pieces of one photo."""
    return folder() / str(photo.pk)


def bytes_here(photo: SurveyPhoto) -> int:
    """How much counts: what the row says, where the bytes are there too (a backup brings back rows, not pieces)."""
    if photo.received_at is not None or photo.offset == 0:
        return photo.offset
    try:
        on_disk = part_of(photo).stat().st_size
    except FileNotFoundError:
        return 0
    return photo.offset if on_disk >= photo.offset else 0


def is_let_go(photo: SurveyPhoto) -> bool:
    """Whether the picture was kept and may be no longer (`retaining.py`), be it still on the disk or not."""
    return photo.file is not None and (photo.file.kept_until is not None or photo.file.removed_at is not None)
