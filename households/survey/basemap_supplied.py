"""A base map that somebody brings: whether phones could draw it, or one sentence that says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from households.survey.basemap import MOST_BYTES
from households.survey.basemap_building import LAYERS, ZOOMS
from mapping import pmtiles
from mapping.errors import TooLarge, UserError
from mapping.models import Unit

NEAR_ENOUGH: Final = 13
"""Farther off than this zoom no street of a village can be told from the next."""
DRAWN: Final = frozenset({f"{layer}_{part}" for layer, parts in LAYERS.items() for part in parts}) | {
    "earth", "roads", "water",
}  # fmt: skip
"""Names of layers that `static/js/survey/base_map_layers.js` draws: those of ours, and those of Protomaps' base map."""
_SLACK: Final = 0.002  # degrees: a file that was cut along the border, with its corners rounded


def require_size(source: Path) -> int:
    """Return how many bytes a file has; raises TooLarge where no phone should take them along."""
    size = source.stat().st_size
    if size > MOST_BYTES:
        raise TooLarge(
            _("Tệp “%(file)s” nặng %(size)s MB; bản đồ nền cho điện thoại nhiều nhất %(most)d MB.")
            % {"file": source.name, "size": number_format(size / 1e6, 1), "most": MOST_BYTES // 1_000_000}
        )
    return size


def check(source: Path, commune: Unit) -> pmtiles.Header:
    """Return what the file says of itself; raises UserError with what is wrong and what would be right."""
    size = require_size(source)
    try:
        with source.open("rb") as file:
            header = pmtiles.read_header(file, size)
            _require_vector_tiles(source.name, header)
            entries = pmtiles.entries_of_root(file, header)
            told = pmtiles.read_metadata(file, header)
    except pmtiles.NotReadable as error:
        raise UserError(_not_readable(error.code) % {"file": source.name}) from error
    if not entries:
        raise UserError(_("Tệp “%(file)s” không có ô bản đồ nào.") % {"file": source.name})
    if header.max_zoom < NEAR_ENOUGH or header.min_zoom > ZOOMS[1]:
        raise UserError(
            _("Tệp “%(file)s” có các mức phóng %(first)d đến %(last)d; bản đồ nền cần đến ít nhất mức %(least)d.")
            % {"file": source.name, "first": header.min_zoom, "last": header.max_zoom, "least": NEAR_ENOUGH}
        )
    _require_commune(source.name, header, commune)
    _require_layers(source.name, told)
    return header


def _not_readable(code: str) -> str:
    return {
        "magic": _("Tệp “%(file)s” không phải PMTiles; hãy đưa một tệp .pmtiles phiên bản 3."),
        "version": _("Tệp “%(file)s” là PMTiles phiên bản khác; hãy chuyển sang phiên bản 3."),
        "cut": _("Tệp “%(file)s” bị cụt: ngắn hơn độ dài ghi ở đầu tệp; hãy chép lại."),
        "damaged": _("Tệp “%(file)s” bị hỏng: không đọc được mục lục của nó; hãy chép hoặc làm lại."),
    }[code]


def _require_vector_tiles(name: str, header: pmtiles.Header) -> None:
    if header.tile_type != pmtiles.VECTOR_TILES:
        kind = pmtiles.TILE_TYPES.get(header.tile_type, "?")
        raise UserError(
            _("Tệp “%(file)s” chứa ô loại %(kind)s; bản đồ nền cần ô véc tơ (MVT).") % {"file": name, "kind": kind}
        )
    known = (pmtiles.NO_COMPRESSION, pmtiles.GZIP)
    if header.tile_compression not in known or header.internal_compression not in known:
        raise UserError(
            _("Tệp “%(file)s” nén kiểu mà điện thoại không mở được; bản đồ nền cần nén gzip.") % {"file": name}
        )


def _require_commune(name: str, header: pmtiles.Header, commune: Unit) -> None:
    if commune.outline is None:
        return
    west, south, east, north = header.bounds
    left, bottom, right, top = commune.outline.extent
    holds = west - _SLACK <= left and south - _SLACK <= bottom and east + _SLACK >= right and north + _SLACK >= top
    if not holds:
        raise UserError(
            _("Tệp “%(file)s” vẽ vùng %(drawn)s, không trùm hết %(commune)s ở %(wanted)s (kinh độ, vĩ độ).")
            % {
                "file": name, "drawn": _corners(header.bounds), "commune": commune.full_name,
                "wanted": _corners((left, bottom, right, top)),
            }
        )  # fmt: skip


def _require_layers(name: str, told: dict[str, object]) -> None:
    described = told.get("vector_layers")
    found = {
        str(one.get("id")) for one in (described if isinstance(described, list) else ()) if isinstance(one, dict)
    }  # fmt: skip
    if not found & DRAWN:
        raise UserError(
            _(
                "Tệp “%(file)s” có các lớp %(found)s, điện thoại không biết vẽ; cần lớp của build_basemap hoặc của "
                "Protomaps (earth, roads, water)."
            )
            % {"file": name, "found": ", ".join(sorted(found)[:10]) or "–"}
        )


def _corners(bounds: tuple[float, float, float, float]) -> str:
    west, south, east, north = (f"{degrees:.4f}" for degrees in bounds)
    return f"{west}, {south} – {east}, {north}"
