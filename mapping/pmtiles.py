"""PMTiles, version 3: many map tiles in one file that is read by ranges of bytes. Pure.

A header of 127 bytes says where root directory, metadata, leaf directories and tiles lie. Tiles are counted along a
Hilbert curve, so neighbours lie side by side. The format: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
PyPI's `pmtiles` writes it too; what it reads it unpacks without any limit, which a file from elsewhere must not meet.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

HEADER: Final = struct.Struct("<7sB11Q6B4iB2i")
HEADER_BYTES: Final = 127
MAGIC: Final = b"PMTiles"
VERSION: Final = 3
NO_COMPRESSION, GZIP = 1, 2
VECTOR_TILES: Final = 1
TILE_TYPES: Final = {1: "MVT", 2: "PNG", 3: "JPEG", 4: "WebP", 5: "AVIF", 6: "MLT"}
_ROOT_BYTES: Final = 16_384 - HEADER_BYTES  # header and root come with a reader's first request
_LEAF_ENTRIES: Final = 4_096
_METADATA_BYTES: Final = 4_000_000
_CHUNK: Final = 1 << 20
_E7: Final = 10_000_000


class NotReadable(Exception):
    """Not a file of this format; `code` is "magic", "version", "cut" (shorter than it says) or "damaged"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself; places as (offset, length) in bytes, bounds in degrees: west, south, east, north."""

    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    tiles: tuple[int, int]
    internal_compression: int
    tile_compression: int
    tile_type: int
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]


@dataclass(slots=True)
class _Entry:
    tile: int
    offset: int
    length: int
    run: int


def tile_id(z: int, x: int, y: int) -> int:
    """Return the number of a tile: all of the zooms above, then its place on the Hilbert curve of its own."""
    place = 0
    for bit in reversed(range(z)):
        side = 1 << bit
        right, below = bool(x & side), bool(y & side)
        place += side * side * ((3 * right) ^ below)
        x, y = x & (side - 1), y & (side - 1)
        if not below:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
    return ((1 << 2 * z) - 1) // 3 + place


class Writer:
    """Takes tiles in the order of their numbers, then writes the file; the same bytes are kept once."""

    def __init__(self, spool: BinaryIO) -> None:
        """`spool` is an empty file, open for reading and writing, that holds the tiles until all are there."""
        self._spool = spool
        self._entries: list[_Entry] = []
        self._known: dict[bytes, tuple[int, int]] = {}
        self._length = 0
        self._addressed = 0

    def add(self, tile: int, content: bytes) -> None:
        """Add a compressed tile; `tile` is larger than any before."""
        last = self._entries[-1] if self._entries else None
        if last is not None and tile < last.tile + last.run:
            raise ValueError("tiles come in the order of their numbers")
        self._addressed += 1
        mark = hashlib.blake2b(content, digest_size=16).digest()
        place = self._known.get(mark)
        if place is None:
            place = self._known[mark] = (self._length, len(content))
            self._spool.write(content)
            self._length += len(content)
        if last is not None and (last.offset, last.length) == place and tile == last.tile + last.run:
            last.run += 1
        else:
            self._entries.append(_Entry(tile, *place, 1))

    def finish(
        self,
        target: BinaryIO,
        *,
        zooms: tuple[int, int],
        bounds: tuple[float, float, float, float],
        metadata: dict[str, Any],
    ) -> None:
        """Write the whole file: vector tiles packed by gzip, in the order of their numbers."""
        root, leaves = _directories(self._entries)
        told = gzip.compress(json.dumps(metadata, ensure_ascii=False).encode(), mtime=0)
        places: list[int] = []
        offset = HEADER_BYTES
        for length in (len(root), len(told), len(leaves), self._length):
            places += [offset, length]
            offset += length
        west, south, east, north = (round(degrees * _E7) for degrees in bounds)
        target.write(
            HEADER.pack(
                MAGIC, VERSION, *places, self._addressed, len(self._entries), len(self._known),
                True, GZIP, GZIP, VECTOR_TILES, *zooms, west, south, east, north,
                (zooms[0] + zooms[1]) // 2, (west + east) // 2, (south + north) // 2,
            )
        )  # fmt: skip
        target.write(root + told + leaves)
        self._spool.seek(0)
        while chunk := self._spool.read(_CHUNK):
            target.write(chunk)


def _directories(entries: list[_Entry]) -> tuple[bytes, bytes]:
    """The root directory, and the leaves where all entries are too many for it."""
    root = _packed(entries)
    size = _LEAF_ENTRIES
    leaves = b""
    while len(root) > _ROOT_BYTES:
        leaves, above = b"", []
        for at in range(0, len(entries), size):
            leaf = _packed(entries[at : at + size])
            above.append(_Entry(entries[at].tile, len(leaves), len(leaf), 0))
            leaves += leaf
        root = _packed(above)
        size *= 2
    return root, leaves


def _packed(entries: list[_Entry]) -> bytes:
    numbers = [len(entries)]
    before = 0
    for entry in entries:
        numbers.append(entry.tile - before)
        before = entry.tile
    numbers += [entry.run for entry in entries]
    numbers += [entry.length for entry in entries]
    end = None
    for entry in entries:
        numbers.append(0 if entry.offset == end else entry.offset + 1)
        end = entry.offset + entry.length
    return gzip.compress(b"".join(map(_varint, numbers)), mtime=0)


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def read_header(source: BinaryIO, size: int) -> Header:
    """Return what a file of `size` bytes says of itself; raises NotReadable."""
    source.seek(0)
    head = source.read(HEADER_BYTES)
    if head[:7] != MAGIC:
        raise NotReadable("magic")
    if len(head) < HEADER_BYTES:
        raise NotReadable("cut")
    if head[7] != VERSION:
        raise NotReadable("version")
    numbers = HEADER.unpack(head)
    root, metadata, leaves, tiles = ((numbers[at], numbers[at + 1]) for at in (2, 4, 6, 8))
    if any(offset + length > size for offset, length in (root, metadata, leaves, tiles)):
        raise NotReadable("cut")
    west, south, east, north = (number / _E7 for number in numbers[19:23])
    return Header(
        root, metadata, leaves, tiles,
        internal_compression=numbers[14], tile_compression=numbers[15], tile_type=numbers[16],
        min_zoom=numbers[17], max_zoom=numbers[18], bounds=(west, south, east, north),
    )  # fmt: skip


def read_metadata(source: BinaryIO, header: Header) -> dict[str, Any]:
    """Return the JSON that a file carries; raises NotReadable."""
    try:
        told = json.loads(_unpacked(source, header.metadata, header.internal_compression) or b"{}")
    except (ValueError, RecursionError):
        raise NotReadable("damaged") from None
    return told if isinstance(told, dict) else {}


def entries_of_root(source: BinaryIO, header: Header) -> int:
    """Return how many entries the root directory has; raises NotReadable where it cannot be read."""
    numbers = _varints(_unpacked(source, header.root, header.internal_compression))
    count = next(numbers, 0)
    if sum(1 for _ in numbers) != 4 * count:
        raise NotReadable("damaged")
    return count


def _unpacked(source: BinaryIO, place: tuple[int, int], compression: int) -> bytes:
    """A part of the file, at most 4 MB of it: what is packed may say anything about how large it is."""
    offset, length = place
    if length > _METADATA_BYTES:
        raise NotReadable("damaged")
    source.seek(offset)
    content = source.read(length)
    if compression == NO_COMPRESSION:
        return content
    unpacking = zlib.decompressobj(wbits=31)
    try:
        content = unpacking.decompress(content, _METADATA_BYTES)
    except zlib.error:
        raise NotReadable("damaged") from None
    if not unpacking.eof:
        raise NotReadable("damaged")
    return content


def _varints(content: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in content:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0
        elif shift > 63:
            raise NotReadable("damaged")
    if shift:
        raise NotReadable("damaged")
