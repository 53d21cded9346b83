"""Colours of soils: each group of the World Reference Base near the colour that soil atlases give it. Pure.

National names are understood by their words where a map names no group. Symbols of one group are told apart by
lightness, in the order of the symbols, so that a map keeps its colours whoever draws it.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from typing import Final

from mapping.text import fold

_OF_GROUP: Final = {
    "thionic": "#a0527a", "solonchak": "#ef7fa8", "salic": "#ee9cb8", "solonetz": "#d68bd0", "histosol": "#6d6a8f",
    "gley": "#7fa6d9", "stagn": "#a9b7e0", "plinth": "#c2663e", "planosol": "#e0a35c", "fluvisol": "#6fc3c9",
    "arenosol": "#f3e3a2", "acrisol": "#f2a65a", "alisol": "#e8b98a", "lixisol": "#f0b8a0", "luvisol": "#d98e73",
    "ferralsol": "#d9603b", "nitisol": "#b5483f", "andosol": "#b24a55", "cambisol": "#dcb35c", "leptosol": "#b9b5ab",
    "regosol": "#dccfa8", "vertisol": "#8e6fae", "anthrosol": "#a6c36f", "phaeozem": "#8a6a4a", "luvic": "#d98e73",
    "technosol": "#8f8f8f",
}  # fmt: skip
"""A qualifier that matters more to a farmer than the group (acid sulphate, salt, wet) comes before it."""
_OF_WORDS: Final = (
    ("phen", "thionic"), ("man", "salic"), ("than bun", "histosol"), ("lay", "gley"), ("gley", "gley"),
    ("phu sa", "fluvisol"), ("cat", "arenosol"), ("xam", "acrisol"), ("bac mau", "acrisol"), ("do", "ferralsol"),
    ("nau", "ferralsol"), ("vang", "acrisol"), ("den", "vertisol"), ("mon tro soi da", "leptosol"),
    ("tang mong", "leptosol"), ("thung lung", "regosol"), ("mun", "cambisol"), ("bien doi", "cambisol"),
)  # fmt: skip
_UNKNOWN: Final = "#c9c4b5"
_STEPS: Final = (0.0, 0.13, -0.11, 0.21, -0.2, 0.07, -0.05, 0.17)
"""How much lighter or darker the first, second … symbol of a group is."""


def base_colour(wrb_group: str, name: str = "") -> str:
    """Return the colour of a soil by its group, or by the words of its name; grey where neither is known."""
    group = fold(wrb_group)
    known = next((colour for word, colour in _OF_GROUP.items() if word in group), None)
    if known is None:
        # Whole words, as accents are gone: the "do" of "đỏ" is not that of "đồi dốc".
        words = f" {fold(name)} "
        key = next((key for word, key in _OF_WORDS if f" {word} " in words), None)
        known = _OF_GROUP[key] if key else _UNKNOWN
    return known


def colours_of(soils: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return a colour for each symbol of a map; `soils` are symbol, group and name of its main soil."""
    used: dict[str, int] = {}
    colours: dict[str, str] = {}
    for symbol, group, name in sorted(soils):
        base = base_colour(group, name)
        place = used.get(base, 0)
        used[base] = place + 1
        colours[symbol] = _lighter(base, _STEPS[place % len(_STEPS)])
    return colours


def _lighter(colour: str, by: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    parts = colorsys.hls_to_rgb(hue, min(0.93, max(0.2, lightness + by)), saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
