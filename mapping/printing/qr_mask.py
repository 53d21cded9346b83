"""Which of the eight masks a QR symbol gets: the four rules of ISO/IEC 18004, 7.8.3, on packed lines.

Works on many symbols at once, each line of modules in one 64-bit word (see `qr_map`): "five alike in a row"
is then four ANDs for a whole line, and counting is a population count.
"""

import numpy as np
from numpy.typing import NDArray

from mapping.printing.qr_map import Words

RUN, BLOCK, FINDER, BALANCE = 3, 3, 40, 10
"""Points lost for a run of five (one more for each further module), a 2 x 2 block, a look-alike of the
finder pattern, and each whole 5 % by which the dark share is away from one half."""

ONE, TWO, THREE, FOUR = (np.uint64(k) for k in (1, 2, 3, 4))


def penalties(lines: Words, size: int) -> NDArray[np.int64]:
    """Points lost by each symbol: (..., 2 * size) words, rows then columns, to (...) whole numbers."""
    changes = lines ^ (lines >> ONE)
    alike = ~changes & np.uint64((1 << (size - 1)) - 1)  # bit x: modules x and x + 1 are alike
    pairs = alike & (alike >> ONE)
    fives = pairs & (pairs >> TWO)
    # A run of n >= 5 leaves n - 4 bits here and loses n - 2 points: one a bit and two more a run.
    starts = fives & ~(fives << ONE)
    lost = np.bitwise_count(fives).astype(np.uint16)
    lost += (RUN - 1) * np.bitwise_count(starts).astype(np.uint16)

    # 1011101 with four light modules on one side, all inside the symbol.
    full = np.uint64((1 << size) - 1)
    light = ~lines & full
    core = lines & (light >> ONE)
    core &= lines >> TWO
    core &= core >> FOUR  # 101_101: modules 0, 1, 2 and 4, 5, 6
    core &= lines >> THREE
    light_pairs = light & (light >> ONE)
    light_fours = light_pairs & (light_pairs >> TWO)
    lost += FINDER * np.bitwise_count(core & (light_fours >> np.uint64(7))).astype(np.uint16)
    lost += FINDER * np.bitwise_count(core & (light_fours << FOUR)).astype(np.uint16)

    rows = lines[..., :size]
    # Bits of 2 x 2 blocks: the row pair is alike at x, the next one too, and the two are alike to each other.
    blocks = alike[..., : size - 1] & alike[..., 1:size] & ~(rows[..., :-1] ^ rows[..., 1:])
    lost[..., : size - 1] += BLOCK * np.bitwise_count(blocks).astype(np.uint16)

    dark = np.bitwise_count(rows).sum(axis=-1, dtype=np.int64)
    area = size * size
    balance = np.abs(20 * dark - 10 * area) // area
    total: NDArray[np.int64] = lost.sum(axis=-1, dtype=np.int64) + BALANCE * balance
    return total
