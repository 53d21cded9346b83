"""Backups: made whole and checked, kept under names that say when, the oldest removed only after a new good one.

One file holds the database, the media folder and a manifest. Until it is complete it lies, with the dump, in a hidden
folder beside its final place; a crash leaves that folder, which the next backup removes, and never half a file.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from mapping import backup_database
from mapping.backup_archive import DUMP, MEDIA, Manifest, Packer, is_media_name
from mapping.backup_sealing import Seal
from mapping.errors import UserError

_WORK: Final = ".sonha-backup-"
_LAST: Final = ".last-backup.json"
_MOMENT: Final = "%Y%m%dT%H%M%S%fZ"
# Shares of the whole: counting and dumping, reading the dump back, packing.
_COUNTED, _READ_BACK = 0.4, 0.6

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup."""

    path: Path
    size: int  # bytes
    manifest: Manifest
    removed: list[Path]  # older ones that `keep` had no room for

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(entry["rows"] for entry in self.manifest.tables.values())

    @property
    def is_good(self) -> bool:
        """Whether every file that the database names is in it."""
        return not self.manifest.damaged_files


def make(
    *, address: str, media: Path, to: Path, keep: int | None, seal: Seal | None, version: str, progress: Progress
) -> Backup:
    """Back up the database at `address` and the files in `media` into one new file in `to`. Raises UserError.

    `keep` removes all but so many of this database's backups in `to`, after a good one alone. Costs a tenth of a
    second, and 10 µs for each row.
    """
    try:
        with _alone_in(to), tempfile.TemporaryDirectory(dir=to, prefix=_WORK) as folder:
            work = Path(folder)
            manifest = _dump(address, work / DUMP, version, progress)
            _pack(work, media, manifest, seal, progress)
            part = work / "part"
            size = part.stat().st_size
            final = to / _name(manifest, seal)
            if final.exists():
                raise FileExistsError(17, os.strerror(17), str(final))
            part.rename(final)
            _sync(to)
    except OSError as error:
        raise UserError(
            _("Không ghi được bản sao lưu vào %(folder)s: %(reason)s; không có tệp nào được giữ lại.")
            % {"folder": to, "reason": error.strerror or error},
            code="disk",
        ) from error
    made = Backup(final, size, manifest, [])
    if not made.is_good:
        return made
    if keep is not None:
        made.removed.extend(_rotate(to, keep, final, manifest.database))
    remember(media, manifest.made_at, final, size)
    return made


def _dump(address: str, target: Path, version: str, progress: Progress) -> Manifest:
    target.touch(mode=0o600)
    with backup_database.snapshot_of(address) as snapshot:
        if backup_database.one(snapshot, "SELECT to_regclass('django_migrations')") is None:
            raise UserError(_("Cơ sở dữ liệu chưa có bảng nào của SoNha; không có gì để sao lưu."), code="nothing")
        backup_database.refuse_half_sight(snapshot)
        tables = backup_database.tables_of(snapshot)
        expected = max(1, sum(table.guess for table in tables))
        with backup_database.dumping(address, snapshot, target):
            counted = backup_database.contents(
                snapshot, tables, lambda rows: progress(min(1, rows / expected) * _COUNTED)
            )
        manifest = backup_database.describe(
            snapshot, counted, version=version, made_at=datetime.now(UTC).isoformat(timespec="microseconds")
        )
        # Not of those that were removed; a database that is not migrated yet has no such column.
        stored = snapshot.execute(
            "SELECT DISTINCT sha256, size FROM mapping_storedfile kept WHERE to_jsonb(kept) ->> 'removed_at' IS NULL"
        ).fetchall()
        server = backup_database.server_of(snapshot)
    total = max(1, sum(entry["rows"] for entry in counted.values()))
    share = _READ_BACK - _COUNTED
    dumped = backup_database.contents_of_dump(target, server, lambda rows: progress(_COUNTED + rows / total * share))
    if dumped != counted:
        names = sorted(name for name in counted.keys() | dumped.keys() if counted.get(name) != dumped.get(name))
        raise UserError(
            _("Bản sao lưu không khớp với cơ sở dữ liệu ở bảng %(tables)s; không có tệp nào được giữ lại.")
            % {"tables": ", ".join(names[:5])},
            code="mismatch",
        )
    manifest.damaged_files = sorted({f"{sha256}:{size}" for sha256, size in stored})  # until they are found packed
    return manifest


def _pack(work: Path, media: Path, manifest: Manifest, seal: Seal | None, progress: Progress) -> None:
    # Files are listed after the snapshot: what its rows name was on the disk before they were written.
    names = list(_media_files(media))
    total = max(1, (work / DUMP).stat().st_size + sum((media / name).stat().st_size for name in names))
    wanted = set(manifest.damaged_files)
    with _private(work / "part") as part:
        with (
            nullcontext(part) if seal is None else seal.around(part) as target,
            Packer(target, lambda size: progress(_READ_BACK + size / total * (1 - _READ_BACK))) as packer,
        ):
            manifest.dump = packer.add(DUMP, work / DUMP)
            for name in names:
                entry = manifest.files[name] = packer.add(MEDIA + name, media / name)
                sha256 = entry["sha256"]
                if name == f"{sha256[:2]}/{sha256[2:4]}/{sha256}":
                    wanted.discard(f"{sha256}:{entry['size']}")
            manifest.damaged_files = sorted(one.partition(":")[0] for one in wanted)
            packer.finish(manifest)
        part.flush()
        os.fsync(part.fileno())


def _media_files(media: Path) -> Iterator[str]:
    """Yield the names of the files in the media folder that `mapping.files` has made; no other is restored either."""
    for folder, folders, files in os.walk(media):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            below = path.relative_to(media).as_posix()
            if is_media_name(below) and path.is_file() and not path.is_symlink():
                yield below


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one backup at a time work in a folder, and remove what one that was killed has left there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                _("Một lần sao lưu khác đang ghi vào %(folder)s; hãy chờ nó xong.") % {"folder": folder}, code="busy"
            ) from error
        for left in folder.glob(f"{_WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(descriptor)


def _name(manifest: Manifest, seal: Seal | None) -> str:
    moment = datetime.fromisoformat(manifest.made_at).strftime(_MOMENT)
    return f"sonha-{_slug(manifest.database)}-{moment}.tar{seal.suffix if seal else ''}"


def _slug(database: str) -> str:
    return re.sub(r"\W", "_", database)


def _rotate(folder: Path, keep: int, newest: Path, database: str) -> list[Path]:
    """Remove all but `keep` finished backups of this database, `newest` never; returns what was removed."""
    own = re.compile(rf"sonha-{re.escape(_slug(database))}-\d{{8}}T\d{{12}}Z\.tar(\.age|\.gpg)?")
    older = sorted(
        (path for path in folder.iterdir() if own.fullmatch(path.name) and path.is_file() and path != newest),
        key=lambda path: path.name.partition(".")[0],
        reverse=True,
    )
    for path in older[keep - 1 :]:
        path.unlink()
    return older[keep - 1 :]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remember(media: Path, made_at: str, path: Path, size: int) -> None:
    """Note beside the media files, which every process of the installation reaches, when the last good one was."""
    media.mkdir(parents=True, exist_ok=True, mode=0o750)
    text = json.dumps({"made_at": made_at, "file": str(path), "size": size})
    with tempfile.NamedTemporaryFile("w", dir=media, prefix=".part-", delete=False) as note:
        note.write(text)
    Path(note.name).replace(media / _LAST)


def last_good(media: Path) -> datetime | None:
    """When the last good backup was made; None when there was none. Costs one small read."""
    try:
        return datetime.fromisoformat(json.loads((media / _LAST).read_text())["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
