"""Look a zip over before anything in it is read: size, ratio, names; and say what it holds."""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Literal

from mapping.tables.model import Limits, TableError


def look_over(content: bytes, limits: Limits) -> tuple[Literal["xlsx", "shp"], dict[str, str]]:
    """What the zip is, and the files in it that matter by lower-case path, with their names in the zip.

    Raises `TableError` where it is broken, a bomb, unsafe or holds nothing that can be read.
    """
    names = members_of(content, limits)
    if "xl/workbook.xml" in names:
        return "xlsx", names
    if any(name.endswith(".shp") for name in names):
        return "shp", names
    for inside, kind in (("xl/workbook.bin", "xlsb"), ("content.xml", "ods"), ("word/document.xml", "docx")):
        if inside in names:
            raise TableError("not_supported", kind=kind)
    raise TableError("zip_without_table")


def members_of(content: bytes, limits: Limits) -> dict[str, str]:
    """The files in a zip by lower-case path, with their names in it; the first of `look_over`'s refusals are these."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OverflowError) as error:
        # The list of files stands at the end: without it the rest of the file is missing.
        raise TableError("truncated") from error
    if len(entries) > limits.zip_entries:
        raise TableError("zip_entries", limit=limits.zip_entries)
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise TableError("zip_bomb", limit_mb=limits.unpacked_bytes // 1_000_000)
    names: dict[str, str] = {}
    for entry in entries:
        room = max(limits.small_bytes, limits.ratio * entry.compress_size)
        if entry.file_size > room:
            raise TableError("zip_bomb", limit_mb=room // 1_000_000)
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename:
            raise TableError("zip_unsafe", entry=entry.filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise TableError("zip_unsafe", entry=entry.filename)
        if entry.flag_bits & 1:
            raise TableError("password_protected")
        if not entry.is_dir() and "__MACOSX" not in path.parts:
            names[entry.filename.lower()] = entry.filename
    return names


def read_member(content: bytes, member: str) -> bytes:
    """One file of a zip that has been looked over. Its size is bounded by what the zip's list said of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return packed.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise TableError("damaged") from error
