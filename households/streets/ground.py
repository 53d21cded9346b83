"""Between a commune's map in degrees and its zone in metres, where streets are measured; and a fault as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import LineString as GeosLine
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely import LineString

from households.streets import shape
from households.streets.shape import Fault, ShapeError
from mapping import crs
from mapping.crs import WGS84
from mapping.errors import UserError
from mapping.models import Unit

LngLat = tuple[float, float]


class Ground:
    """A commune's zone and outline; lines on it are shapely LineStrings in metres."""

    def __init__(self, commune: Unit) -> None:
        self.commune = commune
        self.srid = commune.vn2000_srid
        self._outline: shapely.Geometry | None = None

    @property
    def outline(self) -> shapely.Geometry | None:
        """The commune's outline in metres, None where none is loaded."""
        if self._outline is None and self.commune.outline is not None:
            self._outline = crs.to_zone(shapely.from_wkb(bytes(self.commune.outline.wkb)), self.srid)
        return self._outline

    def drawn(self, coordinates: Sequence[Any]) -> LineString:
        """Return the line through points (longitude, latitude) as somebody drew them. Raises UserError with the place.

        It may still be none that a street can have: see `require_sound`.
        """
        with self.refusing():
            degrees = _pairs(coordinates)
            x, y = crs.from_lonlat(self.srid, degrees[:, 0], degrees[:, 1])
            return shape.line_of(np.column_stack([x, y]))

    def require_sound(self, line: LineString) -> LineString:
        """Return the line; raises UserError that says what is wrong with it and where."""
        with self.refusing():
            return shape.require_sound(line, self.outline)

    def line(self, stored: GeosLine) -> LineString:
        """Return a stored line in metres."""
        return crs.to_zone(shapely.from_wkb(bytes(stored.wkb)), self.srid)

    def lines(self, stored: Sequence[GeosLine]) -> NDArray[np.object_]:
        """Return many stored lines in metres, all at once."""
        degrees = shapely.from_wkb([bytes(line.wkb) for line in stored])
        metres: NDArray[np.object_] = np.atleast_1d(
            shapely.transform(degrees, lambda points: np.column_stack(crs.from_lonlat(self.srid, *points.T)))
        )
        return metres

    def stored(self, line: LineString) -> GeosLine:
        """Return a line in metres as it is kept, in EPSG:4326."""
        return GeosLine(shapely.get_coordinates(crs.from_zone(line, self.srid)), srid=WGS84)

    def point(self, lng: float, lat: float) -> tuple[float, float]:
        """Return a point in metres."""
        x, y = crs.from_lonlat(self.srid, lng, lat)
        return float(x[0]), float(y[0])

    def place(self, at: tuple[float, float] | None) -> LngLat | None:
        """Return a place in metres as longitude and latitude, to seven digits: a centimetre."""
        if at is None or not np.isfinite(at).all():
            return None
        lng, lat = crs.to_lonlat(self.srid, *at)
        return round(float(lng[0]), 7), round(float(lat[0]), 7)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turn a ShapeError into the UserError that a person reads."""
        try:
            yield
        except ShapeError as error:
            raise UserError(
                sentence(error.fault), code=f"line_{error.fault.code}", place=self.place(error.fault.at)
            ) from error


def _pairs(coordinates: Sequence[Any]) -> NDArray[np.float64]:
    """Return points (n, 2) in degrees; raises ShapeError where there are none or they are no places on earth."""
    try:
        degrees = np.array(coordinates, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ShapeError("numbers") from None
    if degrees.size == 0:
        raise ShapeError("points")
    if degrees.ndim != 2 or degrees.shape[1] < 2:
        raise ShapeError("numbers")
    if len(degrees) > shape.MOST_POINTS:
        raise ShapeError("too_many", count=float(len(degrees)), most=float(shape.MOST_POINTS))
    degrees = degrees[:, :2]
    on_earth = np.isfinite(degrees).all(axis=1) & (np.abs(degrees) <= (180, 90)).all(axis=1)
    if not on_earth.all():
        raise ShapeError("numbers", index=float(np.argmin(on_earth)))
    return degrees


def sentence(fault: Fault) -> str:
    """Say what is wrong with a line and what would be right."""
    figures = fault.figures

    def metres(name: str) -> str:
        value = figures.get(name, 0.0)
        return number_format(round(value, 1 if value < 100 else 0), decimal_pos=1 if value < 100 else 0)

    match fault.code:
        case "numbers":
            if "index" in figures:
                return _(
                    "Điểm thứ %(index)d của đường không phải tọa độ trên mặt đất. Mỗi điểm là kinh độ rồi vĩ độ, "
                    "ví dụ 105,81 và 19,67."
                ) % {"index": int(figures["index"]) + 1}
            return _("Đường phải là một dãy điểm, mỗi điểm là kinh độ rồi vĩ độ, ví dụ 105,81 và 19,67.")
        case "points":
            return _("Đường chỉ có một điểm. Hãy vẽ ít nhất hai điểm khác nhau, từ đầu đến cuối đường.")
        case "too_many":
            return _("Đường có %(count)d điểm, nhiều hơn mức %(most)d. Hãy cắt thành nhiều đường hoặc bớt điểm.") % {
                "count": int(figures["count"]),
                "most": int(figures["most"]),
            }
        case "short":
            return _("Đường chỉ dài %(length)s m. Đường, ngõ phải dài ít nhất 2 m.") % {"length": metres("length_m")}
        case "long":
            return _("Đường dài %(length)s m, dài hơn bất cứ xã nào. Hãy xem lại các điểm, hoặc hệ tọa độ của tệp.") % {
                "length": metres("length_m")
            }
        case "loop":
            return _(
                "Điểm đầu và điểm cuối trùng nhau nên đường thành vòng kín, không biết số nhà bắt đầu từ đâu. "
                "Hãy vẽ thành hai đoạn, hoặc dừng trước chỗ khép vòng."
            )
        case "crosses":
            return _("Đường tự cắt nó ở chỗ đã đánh dấu. Hãy vẽ lại, hoặc tách nhánh thành một ngõ riêng.")
        case "outside":
            return _(
                "%(share)s phần trăm chiều dài đường (%(length)s m) nằm ngoài ranh giới xã. Hãy vẽ đường trong xã; "
                "phần ở xã bên do xã bên vẽ."
            ) % {"share": round(figures["share"] * 100), "length": metres("outside_m")}
        case "cut_far":
            return _("Chỗ cắt cách đường %(distance)s m. Hãy chọn một điểm trên đường.") % {
                "distance": metres("distance_m")
            }
        case "cut_end":
            return _(
                "Chỗ cắt chỉ cách đầu đường %(distance)s m. Mỗi đoạn phải dài ít nhất 2 m; hãy chọn chỗ cắt xa hơn."
            ) % {"distance": metres("distance_m")}
        case "gap":
            return _(
                "Hai đầu gần nhau nhất của hai đường cách nhau %(distance)s m, chỉ nối được khi cách không quá 5 m. "
                "Hãy kéo đầu đường lại gần trước."
            ) % {"distance": metres("distance_m")}
