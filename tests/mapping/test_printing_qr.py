"""QR symbols against the `qrcode` package, bit for bit, and against an independent reader."""

import re

import numpy as np
import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from qrcode import QRCode, util

from mapping.printing import qr
from mapping.printing.qr_map import symbol_map
from mapping.printing.qr_mask import penalties

PLATE_TEXT = "https://SONHA.QUANGBINH.VN/7K3M9QXT2WNA/7PH7MRC6+XJH"


def reference(text: str, level: str, version: int, mask: int) -> np.ndarray:
    """The same text in the same segments by the `qrcode` package alone."""
    code = QRCode(version=version, error_correction=qr.LEVELS[level], mask_pattern=mask)
    match = re.fullmatch(r"(https?://)([0-9A-Z $%*+\-./:]+)", text)
    if match:
        code.add_data(util.QRData(match[1].encode(), mode=util.MODE_8BIT_BYTE))
        code.add_data(util.QRData(match[2].encode(), mode=util.MODE_ALPHA_NUM))
    elif re.fullmatch(r"[0-9A-Z $%*+\-./:]+", text):
        code.add_data(util.QRData(text.encode(), mode=util.MODE_ALPHA_NUM))
    else:
        code.add_data(util.QRData(text.encode(), mode=util.MODE_8BIT_BYTE))
    code.make(fit=False)
    return np.array(code.modules, dtype=bool)


def picture(symbol: qr.Symbol) -> np.ndarray:
    """Grey levels with the quiet zone around, four pixels a module."""
    light = np.pad(~symbol.matrix, qr.QUIET_ZONE, constant_values=True)
    return np.kron(light, np.ones((4, 4), dtype=bool)).astype(np.uint8) * 255


def read(symbol: qr.Symbol) -> str:
    return zxingcpp.read_barcode(picture(symbol), formats=zxingcpp.BarcodeFormat.QRCode).text


def drawn(path: bytes, size: int) -> np.ndarray:
    """The modules that a path of rectangles covers; every rectangle must lie inside and cover no module twice."""
    count = np.zeros((size, size), dtype=int)
    for x, y, width, height in re.findall(r"(\d+) (\d+) (\d+) (\d+) re", path.decode()):
        assert int(x) + int(width) <= size
        count[int(y) : int(y) + int(height), int(x) : int(x) + int(width)] += 1
    assert count.max() == 1
    return count == 1


@pytest.mark.parametrize("mask", range(8))
@pytest.mark.parametrize("level", "LMQH")
def test_plate_symbol_equals_the_reference_bit_for_bit_at_every_level_and_mask(level, mask):
    (symbol,) = qr.symbols([PLATE_TEXT], level, mask)
    assert (symbol.matrix == reference(PLATE_TEXT, level, symbol.version, mask)).all()


CAPITALS = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", min_size=1, max_size=90)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.one_of(CAPITALS, CAPITALS.map("https://".__add__), st.text("Ngõ đường/ab1", min_size=1, max_size=60)),
        min_size=1,
        max_size=6,
    ),
    level=st.sampled_from("LMQH"),
    mask=st.integers(0, 7),
)
@example(texts=["https://", "HTTP://A", "0", "https://A\n"], level="H", mask=3)
def test_symbols_of_any_texts_equal_the_reference_and_read_back(texts, level, mask):
    for text, symbol in zip(texts, qr.symbols(texts, level, mask), strict=True):
        assert (symbol.matrix == reference(text, level, symbol.version, mask)).all()
        assert read(symbol) == text


def test_mask_is_the_one_that_the_standard_penalty_of_the_reference_prefers():
    texts = [f"https://SONHA.VN/7K3M9QXT2W{k:02d}/7PH7MRC6+XJH" for k in range(12)]
    for text, symbol in zip(texts, qr.symbols(texts), strict=True):
        points = [util.lost_point(reference(text, "Q", symbol.version, m).tolist()) for m in range(8)]
        assert symbol.mask == points.index(min(points))


@pytest.mark.parametrize("version", [1, 4, 7, 11])
def test_penalty_equals_the_reference_on_arbitrary_modules(version):
    size = 17 + 4 * version
    for seed, share in enumerate((0.1, 0.35, 0.5, 0.8)):
        modules = np.random.default_rng(seed).random((size, size)) < share
        modules[2, 4:15] = [1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0]
        modules[6:17, 9] = [0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1]
        weights = np.uint64(1) << np.arange(size, dtype=np.uint64)
        packed = (np.concatenate([modules, modules.T]) * weights).sum(axis=1, dtype=np.uint64)
        assert penalties(packed, size) == util.lost_point(modules.tolist())


def test_plate_text_takes_version_4_at_level_q_and_a_lower_case_host_a_larger_one():
    assert [s.version for s in qr.symbols([PLATE_TEXT, PLATE_TEXT[:8] + PLATE_TEXT[8:].lower()])] == [4, 5]


def test_a_text_beyond_the_packed_versions_reads_back():
    text = "https://SONHA.VN/" + "7PH7MRC6+XJH/" * 40
    (symbol,) = qr.symbols([text])
    assert symbol.version > 11
    assert read(symbol) == text


def test_a_text_no_symbol_can_hold_is_refused_with_its_length():
    with pytest.raises(qr.TextTooLong) as refusal:
        list(qr.symbols(["đ" * 2000]))
    assert (refusal.value.length, refusal.value.level) == (4000, "Q")
    with pytest.raises(ValueError):
        list(qr.symbols([""]))


def test_batches_keep_the_order_of_mixed_texts():
    texts = [f"https://SONHA.VN/{k}" if k % 3 else f"nhà số {k}" for k in range(300)]
    assert [read(s) for s in qr.symbols(texts)] == texts


def test_paths_and_finder_patterns_cover_exactly_the_dark_modules_of_each_symbol():
    made = list(qr.symbols([PLATE_TEXT, "1", "https://A.VN/" + "X" * 80, PLATE_TEXT[:-1]]))
    for symbol, path in zip(made, qr.paths(made), strict=True):
        assert (drawn(path + qr.finder_path(symbol.size), symbol.size) == symbol.matrix).all()


def test_basis_is_made_once_a_version_and_level():
    assert symbol_map(4, qr.LEVELS["Q"]) is symbol_map(4, qr.LEVELS["Q"])
