"""The scale of a sheet, its bar, its north and what its coordinates are. Pure."""

from __future__ import annotations

import math
from typing import Final

from mapping import crs
from mapping.printing.flow import POINT, wrap
from mapping.printing.fonts import Fonts
from mapping.printing.pen import Pen
from soil_map.areas import vietnamese
from soil_map.sheets.content import MapSheet
from soil_map.sheets.framing import Box, Ground
from soil_map.sheets.ground_drawing import FAINT, INK, WHITE

SCALE_HEIGHT: Final = 33.0
_BAR: Final = 1.7
_STEPS: Final = (1.0, 2.0, 2.5, 5.0)


def bar_metres(scale: int, room: float, parts: int = 4) -> int:
    """Return how many round metres one of so many parts of the bar is long, so that it fills the room."""
    most = room * scale / 1000 / parts
    power = 10.0 ** math.floor(math.log10(most))
    return max(1, max(int(step * power) for step in _STEPS if step * power <= most))


def convergence_deg(ground: Ground, srid: int) -> float:
    """Return by how many degrees true north lies west (below zero east) of the grid's at the middle of the map."""
    lng, lat = crs.to_lonlat(srid, [ground.x], [ground.y])
    x, y = crs.from_lonlat(srid, [lng[0], lng[0]], [lat[0], lat[0] + 0.001])
    return -math.degrees(math.atan2(float(x[1] - x[0]), float(y[1] - y[0])))


def draw_scale(pen: Pen, sheet: MapSheet, ground: Ground, box: Box, grow: float, interval: int, fonts: Fonts) -> None:
    """Draw scale, bar, arrow and system into the box, from its lower edge up."""
    arrow = 12.0 * grow
    room = box.width - arrow - 2 * grow
    top = box.bottom + SCALE_HEIGHT * grow
    pen.path([(box.left, top), (box.right, top)], FAINT, 0.15)
    pen.text(f"Tỷ lệ 1:{vietnamese(ground.scale)}", box.left, top - 4.6 * grow, 11 * grow, bold=True, colour=INK)
    _draw_bar(pen, ground.scale, box.left + 1.5 * grow, top - 11.6 * grow, room - 6 * grow, grow)
    _draw_north(pen, box.right - arrow / 2, top - 12 * grow, 8.5 * grow, grow)
    off = convergence_deg(ground, sheet.srid)
    degrees = round(abs(off) * 60)
    side = "tây" if off > 0 else "đông"
    north = (
        f"Bắc lưới; bắc thực lệch {degrees // 60}°{degrees % 60:02d}′ về phía {side}."
        if degrees
        else "Bắc lưới, trùng với bắc thực."
    )
    text = (
        f"Hệ tọa độ VN-2000, {sheet.meridian} (EPSG:{sheet.srid}). Lưới tọa độ {vietnamese(interval)} m. {north} "
        "Tỷ lệ đúng khi in nguyên cỡ (100%)."
    )
    size = 5.8 * grow
    y = top - 17.8 * grow
    for line in wrap(text, fonts.regular, size, box.width):
        pen.text(line, box.left, y, size, colour=FAINT)
        y -= size * POINT * 1.32


def _draw_bar(pen: Pen, scale: int, left: float, bottom: float, room: float, grow: float) -> None:
    metres = bar_metres(scale, room)
    length = metres * 1000 / scale
    height, size = _BAR * grow, 5.6 * grow
    for part in range(4):
        pen.box(left + part * length, bottom, length, height, fill=INK if part % 2 == 0 else WHITE)
    pen.box(left, bottom, 4 * length, height, line=INK, thickness=0.2)
    in_km = 4 * metres >= 2000
    for part in (0, 1, 2, 4):
        value = part * metres / 1000 if in_km else part * metres
        digits = next(digits for digits in (0, 1, 2, 3) if abs(round(value, digits) - value) < 1e-9)
        unit = " km" if in_km and part == 4 else " m" if part == 4 else ""
        pen.text(
            vietnamese(value, digits) + unit, left + part * length, bottom + height + 1.7 * grow, size,
            colour=INK, align=0.5,
        )  # fmt: skip


def _draw_north(pen: Pen, x: float, y: float, size: float, grow: float) -> None:
    half, notch = size * 0.28, size * 0.24
    pen.shape([(x, y + size), (x - half, y), (x, y + notch)], INK)
    pen.shape([(x, y + size), (x + half, y), (x, y + notch)], INK, hollow=True)
    pen.text("B", x, y - 2.0 * grow, 7 * grow, bold=True, colour=INK, align=0.5)
