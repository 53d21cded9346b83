"""QR symbols for many texts at once, and their modules as PDF paths.

A text becomes a byte segment for `https://` and an alphanumeric segment for the rest when the rest is in
capitals, digits and `$%*+-./:` (scanners want the scheme in lower case, capitals halve the size); else one
segment. The smallest version that holds it is taken, then the mask that loses the fewest points of eight.

Texts of one form are worked on together through the affine map of `qr_map`; a text too long for it (version
12 and up) goes through the `qrcode` package on its own and comes out in the same form.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from qrcode import QRCode, constants, exceptions, util

from mapping.printing.qr_map import LARGEST_PACKED_VERSION, MASKS, Words, symbol_map
from mapping.printing.qr_mask import penalties

QUIET_ZONE = 4
"""Light modules that a reader needs around a symbol (ISO/IEC 18004)."""

SMALLEST_MODULE_MM = 0.396
"""The smallest module to print for a phone camera."""

FINDER_SIZE = 7

LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}

BATCH = 64  # symbols of 8 masks worked on together: half a megabyte an array at version 4, which stays in the cache

Segments = tuple[tuple[int, int], ...]
"""(mode, characters) of each segment, in order; what two texts must share to be encoded together."""

_SCHEMES = (b"https://", b"http://")
_ALPHANUMERIC_VALUES = np.zeros(256, dtype=np.uint16)
_ALPHANUMERIC_VALUES[list(util.ALPHA_NUM)] = np.arange(len(util.ALPHA_NUM))


class TextTooLong(ValueError):
    """No QR symbol of the level holds this many bytes."""

    def __init__(self, length: int, level: str) -> None:
        super().__init__(f"{length} bytes do not fit a QR symbol of level {level}")
        self.length = length
        self.level = level


@dataclass(frozen=True)
class Symbol:
    """One QR symbol without its quiet zone: `matrix[y, x]` is dark or not, row 0 on top."""

    version: int
    mask: int
    matrix: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Modules along one side."""
        return len(self.matrix)


def symbols(texts: Iterable[str], level: str = "Q", mask: int | None = None) -> Iterator[Symbol]:
    """The symbol of each text, in order, a batch at a time; `mask` pins it for every symbol.

    Raises TextTooLong, and ValueError for an empty text.
    """
    stream = iter(texts)
    while batch := list(islice(stream, BATCH)):
        yield from _encode_batch(batch, level, mask)


def symbol_size(text: str, level: str = "Q") -> int:
    """Modules along one side of the symbol of a text, without drawing it. Raises TextTooLong, ValueError when empty."""
    return 17 + 4 * _smallest_version(_segments(text.encode()), level)


def paths(symbols: Sequence[Symbol]) -> list[bytes]:
    """The dark modules of each symbol but its finder patterns as PDF rectangles, one a run along a row.

    Whole numbers, one unit a module, origin in the upper left corner and y down: the caller scales and
    flips. The path is not painted yet. The finder patterns are the same in every symbol of a size, so they
    are drawn once, in the static artwork, by `finder_path`; light modules part them from all others.
    """
    drawn: list[bytes] = [b""] * len(symbols)
    by_size: dict[int, list[int]] = defaultdict(list)
    for place, symbol in enumerate(symbols):
        by_size[symbol.size].append(place)
    for size, places in by_size.items():
        for place, path in zip(places, _paths([symbols[p].matrix for p in places], size), strict=True):
            drawn[place] = path
    return drawn


def finder_path(size: int) -> bytes:
    """The three finder patterns of a symbol `size` modules wide, in the units of `paths`."""
    ring = "{x} {y} 7 1 re {x} {b} 7 1 re {x} {i} 1 5 re {r} {i} 1 5 re {c} {d} 3 3 re\n"
    far = size - FINDER_SIZE
    corners = ((0, 0), (far, 0), (0, far))
    return "".join(ring.format(x=x, y=y, b=y + 6, i=y + 1, r=x + 6, c=x + 2, d=y + 2) for x, y in corners).encode(
        "ascii"
    )


def _encode_batch(texts: list[str], level: str, mask: int | None) -> list[Symbol]:
    found: dict[int, Symbol] = {}
    groups: dict[Segments, list[tuple[int, bytes]]] = defaultdict(list)
    for place, text in enumerate(texts):
        data = text.encode()
        groups[_segments(data)].append((place, data))
    for segments, members in groups.items():
        version = _smallest_version(segments, level)
        if version <= LARGEST_PACKED_VERSION:
            made = _encode_alike([data for _, data in members], segments, version, level, mask)
        else:
            made = [_encode_alone(data, segments, version, level, mask) for _, data in members]
        found.update(zip((place for place, _ in members), made, strict=True))
    return [found[place] for place in range(len(texts))]


def _segments(data: bytes) -> Segments:
    if not data:
        raise ValueError("there is no QR symbol of nothing")
    for scheme in _SCHEMES:
        rest = data[len(scheme) :]
        if rest and data.startswith(scheme) and util.RE_ALPHA_NUM.match(rest):
            return (util.MODE_8BIT_BYTE, len(scheme)), (util.MODE_ALPHA_NUM, len(rest))
    mode = util.MODE_ALPHA_NUM if util.RE_ALPHA_NUM.match(data) else util.MODE_8BIT_BYTE
    return ((mode, len(data)),)


def _smallest_version(segments: Segments, level: str) -> int:
    capacity = util.BIT_LIMIT_TABLE[LEVELS[level]]
    for version in range(1, 41):
        needed = 0
        for mode, length in segments:
            needed += 4 + util.length_in_bits(mode, version)
            needed += 8 * length if mode == util.MODE_8BIT_BYTE else 11 * (length // 2) + 6 * (length % 2)
        if needed <= capacity[version]:
            return version
    raise TextTooLong(sum(length for _, length in segments), level)


def _encode_alike(texts: list[bytes], segments: Segments, version: int, level: str, mask: int | None) -> list[Symbol]:
    """Symbols of texts that share their segments."""
    symbol = symbol_map(version, LEVELS[level])
    characters = np.frombuffer(b"".join(texts), dtype=np.uint8).reshape(len(texts), -1)
    lines = symbol.linear(_data_words(characters, segments, version, symbol.data_words))
    if mask is None:
        masked = lines[:, None, :] ^ symbol.constants
        chosen = penalties(masked, symbol.size).argmin(axis=1)
        lines = masked[np.arange(len(texts)), chosen]
    else:
        lines = lines ^ symbol.constants[mask]
        chosen = np.full(len(texts), mask)
    matrices = _unpack_rows(lines, symbol.size)
    return [Symbol(version, int(m), matrix) for m, matrix in zip(chosen, matrices, strict=True)]


def _data_words(characters: NDArray[np.uint8], segments: Segments, version: int, capacity: int) -> NDArray[np.uint8]:
    """The data words of texts that share their segments: (n, characters) bytes to (n, capacity) bytes."""
    count = len(characters)
    bits: list[NDArray[np.uint8]] = []

    def put(values: NDArray[np.integer], width: int) -> None:
        shifts = np.arange(width - 1, -1, -1)
        spread = (values[:, :, None].astype(np.uint32) >> shifts & 1).astype(np.uint8)
        bits.append(spread.reshape(count, -1))

    start = 0
    for mode, length in segments:
        part = characters[:, start : start + length]
        start += length
        put(np.full((count, 1), mode), 4)
        put(np.full((count, 1), length), util.length_in_bits(mode, version))
        if mode == util.MODE_8BIT_BYTE:
            put(part, 8)
            continue
        values = _ALPHANUMERIC_VALUES[part]
        paired = length - length % 2
        put(values[:, 0:paired:2] * len(util.ALPHA_NUM) + values[:, 1:paired:2], 11)
        if length % 2:
            put(values[:, -1:], 6)

    used = sum(part.shape[1] for part in bits)
    terminator = min(4, 8 * capacity - used)
    bits.append(np.zeros((count, terminator), dtype=np.uint8))
    words = np.packbits(np.concatenate(bits, axis=1), axis=1)  # fills up the last word with zeros
    padding = np.resize(np.array([util.PAD0, util.PAD1], dtype=np.uint8), capacity - words.shape[1])
    return np.concatenate([words, np.broadcast_to(padding, (count, len(padding)))], axis=1)


def _encode_alone(data: bytes, segments: Segments, version: int, level: str, mask: int | None) -> Symbol:
    """One symbol through the `qrcode` package; slow, for texts that no plate has."""
    code: QRCode = QRCode(version=version, error_correction=LEVELS[level])
    start = 0
    for mode, length in segments:
        code.add_data(util.QRData(data[start : start + length], mode=mode))
        start += length
    if mask is None:
        mask = min(range(MASKS), key=lambda m: _points_lost(code, m))
    try:
        code.makeImpl(False, mask)
    except exceptions.DataOverflowError as overflow:
        raise TextTooLong(len(data), level) from overflow
    return Symbol(version, mask, np.array(code.modules, dtype=bool))


def _points_lost(code: QRCode, mask: int) -> int:
    code.makeImpl(False, mask)
    return int(util.lost_point(code.modules))


def _unpack_rows(lines: Words, size: int) -> NDArray[np.bool_]:
    rows = np.ascontiguousarray(lines[:, :size]).astype("<u8")
    octets = rows.view(np.uint8).reshape(len(lines), size, 8)
    return np.unpackbits(octets, axis=2, count=size, bitorder="little").view(bool)


def _paths(matrices: list[NDArray[np.bool_]], size: int) -> list[bytes]:
    width = size + 1  # a light column on the right ends every run inside its row
    padded = np.zeros((len(matrices), size, width), dtype=bool)
    padded[:, :, :size] = matrices
    padded[:, :FINDER_SIZE, :FINDER_SIZE] = False
    padded[:, :FINDER_SIZE, size - FINDER_SIZE :] = False
    padded[:, size - FINDER_SIZE :, :FINDER_SIZE] = False
    flat = padded.reshape(-1)
    changed = np.empty(len(flat), dtype=bool)
    changed[0] = flat[0]
    np.not_equal(flat[1:], flat[:-1], out=changed[1:])
    edges = np.flatnonzero(changed)
    starts, lengths = edges[0::2], edges[1::2] - edges[0::2]
    area = size * width
    of_symbol, at = np.divmod(starts, area)
    texts = _RUN_TEXTS[size]
    runs = list(map(texts.__getitem__, (at * width + lengths).tolist()))
    ends = np.searchsorted(of_symbol, np.arange(len(matrices)), side="right").tolist()
    drawn, start = [], 0
    for end in ends:
        drawn.append("".join(runs[start:end]).encode("ascii"))
        start = end
    return drawn


class _RunTexts(dict[int, str]):
    """`x y width 1 re` of every run met in symbols of one size, by (y * (size + 1) + x) * (size + 1) + width."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._width = size + 1

    def __missing__(self, key: int) -> str:
        at, length = divmod(key, self._width)
        y, x = divmod(at, self._width)
        self[key] = text = f"{x} {y} {length} 1 re\n"
        return text


class _RunTextsBySize(dict[int, _RunTexts]):
    def __missing__(self, size: int) -> _RunTexts:
        self[size] = texts = _RunTexts(size)
        return texts


_RUN_TEXTS = _RunTextsBySize()
