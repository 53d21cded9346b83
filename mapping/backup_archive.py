"""One backup as one file: a tar of the dump, the media files and a manifest that names the hash of each.

After the tar's end stands one line with the SHA-256 of every byte before it, so that a file that was cut short or in
which anything changed is known for what it is. `tar -tf` reads the rest as usual.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from mapping import backup_signing
from mapping.backup_signing import Signed
from mapping.errors import UserError

FORMAT: Final = 1
DUMP, MANIFEST, SIGNATURE, MEDIA = "database.dump", "manifest.json", "manifest.hmac", "media/"
_LAST_LINE: Final = b"sonha-sha256:"
_LAST_LENGTH: Final = len(_LAST_LINE) + 64 + 1
_CHUNK: Final = 1 << 20
_MOST_MANIFEST: Final = 1 << 30
_MOST_SIGNATURE: Final = 1_000
_MEDIA_NAME: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}")  # as `files.path_of_hash` makes it


@dataclass(slots=True)
class Manifest:
    """What a backup holds. Tables: name → rows and digest; files: path below the media folder → size and hash."""

    version: str
    made_at: str  # ISO 8601, UTC
    database: str
    owner: str
    postgresql: str
    extensions: dict[str, str]
    roles: list[str]
    migrations: dict[str, list[str]]
    tables: dict[str, dict[str, Any]]
    sequences: dict[str, int]
    systems: list[list[Any]]  # rows of spatial_ref_sys that migrations wrote; a dump leaves some of them out
    damaged_files: list[str] = field(default_factory=list)  # named by the database, absent or changed on the disk
    dump: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT
    signed: Signed = Signed.NOT  # found out when it is read, never written

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read a manifest. Raises UserError when it is none, or of a format of the future."""
        try:
            read = json.loads(text)
            if read.get("format") != FORMAT:
                raise UserError(
                    _("Bản sao lưu do phiên bản SoNha %(version)s làm ra, bản này chưa đọc được; hãy nâng cấp trước.")
                    % {"version": read.get("version", "?")},
                    code="format",
                )
            return cls(**{**read, "signed": Signed.NOT})
        except (ValueError, TypeError, AttributeError) as error:
            raise damaged() from error


def damaged() -> UserError:
    """What is said of a file in which anything is missing or changed."""
    return UserError(
        _("Tệp sao lưu bị hỏng, bị cắt ngắn hoặc đã bị sửa; chưa có gì được khôi phục. Hãy dùng bản sao khác."),
        code="damaged",
    )


class _Hashed:
    """A stream that hashes what passes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.abandoned = False

    def write(self, data: bytes) -> int:
        if not self.abandoned:
            self.digest.update(data)
            self._stream.write(data)
        return len(data)


class Packer:
    """Writes a backup into a stream: in a `with`, `add` every file, then `finish`."""

    def __init__(self, target: IO[bytes], progress: Callable[[int], None]) -> None:
        self._target = target
        self._hashed = _Hashed(target)
        self._tar = tarfile.open(fileobj=self._hashed, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]  # noqa: SIM115
        self._progress = progress
        self._packed = 0

    def __enter__(self) -> Packer:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._hashed.abandoned = kind is not None  # a tar that is thrown away writes its end still

    def add(self, name: str, path: Path) -> dict[str, Any]:
        """Pack one file; returns size and hash. Raises OSError, also when the file shrinks meanwhile."""
        digest = hashlib.sha256()
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size

            class Reader:
                def read(inner, length: int = -1) -> bytes:
                    data = source.read(length)
                    digest.update(data)
                    self._packed += len(data)
                    self._progress(self._packed)
                    return data

            self._tar.addfile(_header(name, size), Reader())
        self._tar.members = []  # it keeps every header otherwise
        return {"size": size, "sha256": digest.hexdigest()}

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, its keyed line, the tar's end and the last line."""
        told = asdict(manifest)
        del told["signed"]
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
        for name, content in ((MANIFEST, text), (SIGNATURE, backup_signing.line_for(text))):
            self._tar.addfile(_header(name, len(content)), io.BytesIO(content))
        self._tar.close()
        self._target.write(_LAST_LINE + self._hashed.digest.hexdigest().encode() + b"\n")


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


class _WithoutLastLine:
    """A stream that hashes what it gives and keeps the last line back."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held = b""
        self._digest = hashlib.sha256()

    def read(self, length: int) -> bytes:
        while len(self._held) < length + _LAST_LENGTH:
            data = self._stream.read(_CHUNK)
            if not data:
                break
            self._held += data
        give = max(0, min(length, len(self._held) - _LAST_LENGTH))
        given, self._held = self._held[:give], self._held[give:]
        self._digest.update(given)
        return given

    def ends_well(self) -> bool:
        """Whether the rest of the stream is there and the last line tells the hash of all before it."""
        while self.read(_CHUNK):
            pass
        return self._held == _LAST_LINE + self._digest.hexdigest().encode() + b"\n"


def unpack(source: IO[bytes], folder: Path, progress: Callable[[int], None]) -> Manifest:
    """Unpack a backup into an empty folder and compare every file with the manifest. Raises UserError."""
    whole = _WithoutLastLine(source)
    found: dict[str, dict[str, Any]] = {}
    manifest: Manifest | None = None
    text, signature = b"", None
    unpacked = 0
    try:
        with tarfile.open(fileobj=whole, mode="r|") as tar:  # type: ignore[call-overload]
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or member.name in found or signature is not None:
                    raise damaged()
                if manifest is not None:
                    if member.name != SIGNATURE or member.size > _MOST_SIGNATURE:
                        raise damaged()
                    signature = content.read()
                    continue
                if member.name == MANIFEST:
                    if member.size > _MOST_MANIFEST:
                        raise damaged()
                    text = content.read()
                    manifest = Manifest.from_json(text)
                elif member.name == DUMP or (
                    member.name.startswith(MEDIA) and is_media_name(member.name.removeprefix(MEDIA))
                ):
                    found[member.name] = _write(content, inside(folder, member.name))
                    unpacked += member.size
                    progress(unpacked)
                else:
                    raise damaged()
                tar.members = []
    except (tarfile.TarError, EOFError) as error:
        raise damaged() from error
    if manifest is None or not whole.ends_well():
        raise damaged()
    wanted = {DUMP: manifest.dump, **{MEDIA + name: entry for name, entry in manifest.files.items()}}
    if found != wanted:
        raise damaged()
    manifest.signed = backup_signing.check(signature, text)
    return manifest


def is_media_name(name: str) -> bool:
    """Whether a path below the media folder is one that `mapping.files` makes; no other is packed or unpacked."""
    return _MEDIA_NAME.fullmatch(name) is not None


def inside(folder: Path, name: str) -> Path:
    """Return the place of `name` in `folder`. Raises UserError when it would lie outside, also through a link."""
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        raise damaged()
    return place


def _write(content: IO[bytes], path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        while data := content.read(_CHUNK):
            digest.update(data)
            size += len(data)
            target.write(data)
        target.flush()
        os.fsync(target.fileno())
    return {"size": size, "sha256": digest.hexdigest()}
