"""How places are told to people: a distance, and what the coordinates of a list may mean."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mapping import crs


def distance_text(metres: float) -> str:
    """Return a distance as people say it: "850 m", "12,4 km"."""
    if metres < 1000:
        return f"{number_format(max(1, round(metres)))} m"
    return f"{number_format(round(metres / 1000, 1), decimal_pos=1)} km"


def meaning_label(srid: int, swapped: bool) -> str:
    """Name what coordinates may mean: "VN-2000, kinh tuyến trục 105°00′ (EPSG:5897)"."""
    if srid == crs.WGS84:
        name = _("độ WGS 84 (như Google Maps)")
    elif srid in crs.ZONES:
        zone = crs.ZONES[srid]
        degrees, minutes = divmod(round(zone.meridian * 60), 60)
        kind = _("múi 3°") if zone.kind == "tm3" else _("múi 6° UTM")
        name = _("mét VN-2000, kinh tuyến trục %(degrees)d°%(minutes)02d′, %(kind)s") % {
            "degrees": degrees, "minutes": minutes, "kind": kind,
        }  # fmt: skip
    elif srid == crs.VN2000:
        name = _("độ VN-2000")
    else:
        name = _("mét WGS 84")
    order = _(", hai tọa độ đổi chỗ (X là Bắc, Y là Đông)") if swapped else ""
    return f"{name} (EPSG:{srid}){order}"
