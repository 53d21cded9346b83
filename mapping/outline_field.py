"""A boundary as text in a form: no map of somebody else's server, no drawing by accident."""

from __future__ import annotations

from typing import Any

import shapely
from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mapping import crs, outlines


class OutlineField(forms.CharField):
    """WKT or GeoJSON in EPSG:4326, longitude first, as a valid MultiPolygon; empty for none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 8, "cols": 80, "spellcheck": "false"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored outline as WKT with all its digits."""
        return value.wkt if isinstance(value, GEOSGeometry) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as text, so that an outline nobody touched is left as it is stored."""
        return super().has_changed(self.prepare_value(initial), (data or "").strip())

    def to_python(self, value: Any) -> Any:
        """Read and mend; ValidationError says what is wrong."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            geometry = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
        except (shapely.GEOSException, UnicodeError) as error:  # GEOS may cut what it quotes in the middle of a letter
            raise ValidationError(_("Không đọc được ranh giới; hãy dán WKT hoặc GeoJSON.")) from error
        try:
            mended = outlines.mended(geometry, crs.zone_for_longitude(105.0))
        except outlines.OutlineError as error:
            raise ValidationError(_reason(error)) from error
        return GEOSGeometry(memoryview(shapely.to_wkb(mended.outline)), srid=crs.WGS84)


def _reason(error: outlines.OutlineError) -> str:
    if error.reason == "crosses":
        lng, lat = error.place or (0.0, 0.0)
        return _("Ranh giới tự cắt tại %(lng).6f, %(lat).6f; hãy vẽ lại chỗ này.") % {"lng": lng, "lat": lat}
    if error.reason == "outside":
        return _("Ranh giới nằm ngoài Việt Nam; kinh độ đứng trước vĩ độ.")
    return _("Ranh giới phải là một vùng khép kín (Polygon hoặc MultiPolygon).")
