"""A QR symbol of one version and level as an affine map of its data bits over GF(2).

Reed-Solomon check words are a linear function of the data words, placing bits is a permutation and a mask
is a constant XOR. So everything after the data words of a symbol is `constant(mask) XOR linear(data)`. The
map is read off the `qrcode` package once, by asking it for a few probe symbols; after that a symbol costs a
handful of table look-ups and XORs, for hundreds of symbols at a time.

A symbol is held as its lines packed in unsigned 64-bit words: word y is row y with module x in bit x, and
word size + x is column x with module y in bit y (dark = 1). Both are kept because the rules that choose a
mask look along both. 64 bits hold the symbols of versions 1 to 11 (61 modules).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from qrcode import QRCode, base, util

Words = NDArray[np.uint64]

MASKS = 8
LARGEST_PACKED_VERSION = 11


class SymbolMap:
    """The map of one version and error level, `error_correction` as the `qrcode` package numbers it."""

    def __init__(self, version: int, error_correction: int) -> None:
        self.version = version
        self.size = 17 + 4 * version
        self._blocks = base.rs_blocks(version, error_correction)
        self.data_words = sum(block.data_count for block in self._blocks)
        self._code = QRCode(version=version, error_correction=error_correction)
        message_words = sum(block.total_count for block in self._blocks)

        blank = [self._probe([0] * message_words, mask) for mask in range(MASKS)]
        self.constants: Words = np.stack([_pack(modules) for modules in blank])
        self._lines = self._line_table(message_words, blank[0])
        self._ones = self._message([1] * self.data_words)
        self._nibbles: dict[int, Words] = {}

    def linear(self, data: NDArray[np.uint8]) -> Words:
        """The part that depends on the data: (n, data_words) bytes in, (n, 2 * size) words out, unmasked."""
        symbols = np.zeros((len(data), 2 * self.size), dtype=np.uint64)
        if not len(data):
            return symbols
        varying = (data != data[0]).any(axis=0)
        for place in np.flatnonzero(~varying).tolist():
            symbols[0] ^= self._nibble(2 * place)[data[0, place] >> 4]
            symbols[0] ^= self._nibble(2 * place + 1)[data[0, place] & 15]
        symbols[1:] = symbols[0]  # texts of one run share host and padding: these words are worked out once
        for place in np.flatnonzero(varying).tolist():
            symbols ^= self._nibble(2 * place)[data[:, place] >> 4]
            symbols ^= self._nibble(2 * place + 1)[data[:, place] & 15]
        return symbols

    def _nibble(self, place: int) -> Words:
        """The 16 symbols that half a data word can add, (16, 2 * size); made when first asked for."""
        table = self._nibbles.get(place)
        if table is None:
            table = np.zeros((1, 2 * self.size), dtype=np.uint64)
            for bit in range(4):
                table = np.concatenate([table, table ^ self._unit(place, bit)])
            self._nibbles[place] = table
        return table

    def _unit(self, nibble: int, bit: int) -> Words:
        """The lines that flip when one data bit is set (bit 3 is the highest of the nibble)."""
        words = [1] * self.data_words
        words[nibble // 2] ^= 1 << (bit + (0 if nibble % 2 else 4))
        changed = np.unpackbits(self._message(words) ^ self._ones)
        flipped: Words = np.bitwise_xor.reduce(self._lines[changed == 1], axis=0)
        return flipped

    def _message(self, words: list[int]) -> NDArray[np.uint8]:
        """Data words with their check words, interleaved. Not for all zeros: `qrcode` takes no log of 0."""
        buffer = util.BitBuffer()
        buffer.buffer = words
        return np.array(util.create_bytes(buffer, self._blocks), dtype=np.uint8)

    def _probe(self, message: list[int], mask: int) -> NDArray[np.bool_]:
        self._code.data_cache = message
        self._code.makeImpl(False, mask)
        return np.array(self._code.modules, dtype=bool)

    def _line_table(self, message_words: int, blank: NDArray[np.bool_]) -> Words:
        """For every bit of the message the lines with its one module set: (8 * message_words, 2 * size).

        Where a bit lands is asked with few symbols: in probe k, bit i of the message holds bit k of i + 1, so
        each module spells the number of its own bit; a module that never changes is no data module.
        """
        numbers = np.arange(1, 8 * message_words + 1)
        spelt = np.zeros((self.size, self.size), dtype=int)
        for k in range(int(numbers[-1]).bit_length()):
            probe = np.packbits((numbers >> k & 1).astype(np.uint8)).tolist()
            spelt |= (self._probe(probe, 0) ^ blank).astype(int) << k
        lines = np.zeros((8 * message_words, 2 * self.size), dtype=np.uint64)
        y, x = np.nonzero(spelt)
        bit = spelt[y, x] - 1
        lines[bit, y] = np.uint64(1) << x.astype(np.uint64)
        lines[bit, self.size + x] = np.uint64(1) << y.astype(np.uint64)
        return lines


@lru_cache(maxsize=8)
def symbol_map(version: int, error_correction: int) -> SymbolMap:
    """The map of a version and level, made once a process (0.1 s for version 4)."""
    return SymbolMap(version, error_correction)


def _pack(modules: NDArray[np.bool_]) -> Words:
    """(size, size) modules to (2 * size) words: rows, then columns."""
    weights = np.uint64(1) << np.arange(len(modules), dtype=np.uint64)
    lines = np.concatenate([modules, modules.T])
    packed: Words = np.bitwise_or.reduce(np.where(lines, weights, np.uint64(0)), axis=1)
    return packed
