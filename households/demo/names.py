"""Invented people: Vietnamese names by how often they are met, and telephone numbers that nobody has.

Family names: Nguyễn at the national 38 %, then Lê well ahead of Phạm and Trần, as in Thanh Hóa.
"""

from __future__ import annotations

import random
from typing import Final

_FAMILIES: Final = {
    "Nguyễn": 38.0, "Lê": 19.0, "Phạm": 8.0, "Trần": 7.0, "Hoàng": 4.0, "Bùi": 3.5, "Đỗ": 3.0, "Trịnh": 3.0,
    "Vũ": 2.5, "Mai": 2.0, "Đặng": 1.5, "Ngô": 1.5, "Cao": 1.5, "Hà": 1.0, "Lưu": 1.0, "Phan": 1.0,
    "Dương": 0.8, "Trương": 0.7, "Đinh": 0.6, "Tống": 0.4,
}  # fmt: skip
_MALE_MIDDLE: Final = {
    "Văn": 46, "Đức": 7, "Xuân": 7, "Hữu": 6, "Đình": 6, "Ngọc": 5, "Công": 4, "Trọng": 4, "Bá": 3, "Quang": 3,
    "Minh": 2, "Thanh": 2, "Duy": 2, "Viết": 2, "Khắc": 1,
}  # fmt: skip
_FEMALE_MIDDLE: Final = {"Thị": 82, "Thị Thu": 3, "Thị Minh": 2, "Ngọc": 3, "Thị Thanh": 3, "Thu": 3, "Thị Hồng": 4}
_MALE: Final = (
    "Hùng", "Dũng", "Tuấn", "Thắng", "Cường", "Sơn", "Hải", "Long", "Nam", "Thành", "Tùng", "Trung", "Hoà", "Bình",
    "Tâm", "Quân", "Lợi", "Lực", "Thuỷ", "Tiến", "Toàn", "Vinh", "Hưng", "Khánh", "Kiên", "Chính", "Chung", "Đạt",
    "Đông", "Duẩn", "Giang", "Hậu", "Hiền", "Hiệp", "Hồng", "Huy", "Lâm", "Luân", "Mạnh", "Ngọc", "Nghĩa", "Phúc",
    "Phương", "Quý", "Quyết", "Sáu", "Sỹ", "Tài", "Thái", "Thịnh", "Thọ", "Thuận", "Tình", "Toán", "Trường", "Tư",
    "Việt", "Vượng", "Xuân", "Ý",
)  # fmt: skip
_FEMALE: Final = (
    "Lan", "Hoa", "Hương", "Hạnh", "Hằng", "Nga", "Nhung", "Loan", "Liên", "Thảo", "Thuỷ", "Hiền", "Yến", "Mai",
    "Bình", "Dung", "Duyên", "Đào", "Hà", "Hoà", "Huệ", "Huyền", "Khuyên", "Lài", "Lý", "Mận", "Minh", "Nguyệt",
    "Nhàn", "Oanh", "Phượng", "Quyên", "Quế", "Sen", "Tâm", "Thanh", "Thơm", "Thu", "Thuý", "Tuyết", "Vân", "Xuân",
)  # fmt: skip
_MALE_HEADS: Final = 0.72
_CLAN: Final = 0.22


def _weighted(rng: random.Random, weights: dict[str, float] | dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def head_of_household(rng: random.Random, clan: str) -> str:
    """A name in NFC. `clan` is the family that more of a village bears than of the commune."""
    family = clan if rng.random() < _CLAN else _weighted(rng, _FAMILIES)
    if rng.random() < _MALE_HEADS:
        return f"{family} {_weighted(rng, _MALE_MIDDLE)} {rng.choice(_MALE)}"
    return f"{family} {_weighted(rng, _FEMALE_MIDDLE)} {rng.choice(_FEMALE)}"


def clan(rng: random.Random) -> str:
    """The family that a village has more of than others."""
    return _weighted(rng, _FAMILIES)


def household_size(rng: random.Random) -> int:
    """How many live together: mostly two to five."""
    return rng.choices((1, 2, 3, 4, 5, 6, 7, 8), (9, 18, 19, 25, 15, 9, 4, 1))[0]


def phone(serial: int) -> str:
    """The mobile number 0900 00x xxx with this serial, from 0 to 9999: well formed, and plainly made up."""
    if not 0 <= serial <= 9999:
        raise ValueError(f"no invented telephone number left for {serial}")
    return f"090000{serial:04d}"
