"""How light a colour is, and how well one can be told from another. Pure."""

from __future__ import annotations

from households.plates.design import Colour


def reflectance(colour: Colour) -> float:
    """The share of white light that an sRGB colour gives back, 0 to 1 (IEC 61966-2-1)."""
    red, green, blue = (_linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG: 1 for equal colours, 21 for black and white."""
    darker, lighter = sorted((reflectance(one), reflectance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
