"""Keep files whole: written beside their place, synced, then renamed to the hash of their bytes.

Nothing acknowledged is lost (the row is written after the bytes are on disk) and nothing is half there
(a name is either absent or complete).
"""

from __future__ import annotations

import datetime
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import ProtectedError, QuerySet
from django.http import FileResponse
from django.utils import timezone

from mapping import downloads, wall
from mapping.errors import Gone, UserError
from mapping.file_names import safe_name
from mapping.models import StoredFile, Unit
from mapping.wording import gettext as _

_CHUNK = 1 << 20


def store(
    *, source: BinaryIO, name: str, content_type: str, commune: Unit, user: Any, keep_days: int | None = None
) -> StoredFile:
    """Copy `source` to its place and return its row; raises UserError when the disk is full.

    Without `keep_days` it is kept as long as its row; whatever holds people is not.
    """
    root = Path(settings.MEDIA_ROOT)
    digest = hashlib.sha256()
    size = 0
    temporary: Path | None = None
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o750)
        with tempfile.NamedTemporaryFile(dir=root, prefix=".part-", delete=False) as target:
            temporary = Path(target.name)
            for chunk in _chunks(source):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        with transaction.atomic():
            _hold(digest.hexdigest())
            place = path_of_hash(digest.hexdigest())
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            temporary.replace(place)
            _sync_folder(place.parent)
            return StoredFile.objects.create(
                commune=commune,
                name=safe_name(name),
                content_type=content_type,
                sha256=digest.hexdigest(),
                size=size,
                created_by=user if user is not None and user.is_authenticated else None,
                kept_until=timezone.now() + datetime.timedelta(days=keep_days) if keep_days is not None else None,
            )
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise UserError(
            _("Không ghi được tệp “%(name)s” lên máy chủ (%(reason)s); chưa có gì được lưu.")
            % {"name": name, "reason": error.strerror or error},
            code="disk",
        ) from error


def discard(stored: StoredFile) -> None:
    """Delete a file's row now and, once that is committed, its bytes, unless another row needs them.

    A file that something still names stays as it is.
    """
    try:
        stored.delete()
    except ProtectedError:
        return
    transaction.on_commit(lambda: remove_unneeded(stored.sha256))


def expired(now: datetime.datetime | None = None) -> QuerySet[StoredFile]:
    """The files that may be kept no longer and are still there, the oldest first."""
    return StoredFile.objects.filter(kept_until__lt=now or timezone.now(), removed_at=None).order_by("kept_until", "pk")


def remove_expired() -> list[StoredFile]:
    """Remove the bytes of what may be kept no longer; the rows stay and say so. Returns them.

    Bytes go before the row is committed: a crash between the two leaves a row that the next run takes up again.
    """
    with wall.acting_as_system("files.remove_expired"):
        with transaction.atomic():
            gone = list(expired())
        for stored in gone:
            with transaction.atomic():
                StoredFile.objects.filter(pk=stored.pk).update(removed_at=timezone.now())
                remove_unneeded(stored.sha256)
    return gone


def remove_unneeded(sha256: str) -> None:
    """Remove bytes that no row names, such as those whose row went with its transaction."""
    with transaction.atomic():
        _hold(sha256)
        if not StoredFile.objects.filter(sha256=sha256, removed_at=None).exists():
            path_of_hash(sha256).unlink(missing_ok=True)


def _hold(sha256: str) -> None:
    """Let nobody else store or remove these bytes until the transaction ends: the same file may come again now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def path_of(stored: StoredFile) -> Path:
    """Return where the bytes of `stored` lie. Raises Gone when they were removed."""
    if stored.removed_at is not None:
        raise Gone(
            _(
                "Tệp “%(name)s” đã hết thời hạn lưu và được xóa ngày %(day)s vì có dữ liệu cá nhân. "
                "Hãy làm lại tệp nếu cần."
            )
            % {"name": stored.name, "day": f"{timezone.localtime(stored.removed_at):%d/%m/%Y}"},
            code="file_gone",
        )
    return path_of_hash(stored.sha256)


def path_of_hash(sha256: str) -> Path:
    """Return the place for bytes with this hash."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def download(stored: StoredFile) -> FileResponse:
    """Return the file as a download; the browser never shows or runs it."""
    return downloads.attachment(path_of(stored).open("rb"), name=stored.name, content_type=stored.content_type)


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
