"""The charts and the map of a surface's page: figures of the row and of the samples, in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from django.utils.translation import gettext as _

from mapping import crs
from mapping.wording import decimal, number
from soil_map import charts, privacy
from soil_map.charts import Words
from soil_map.measured import Measured
from soil_map.models import Surface
from soil_map.schemes import UsedScheme
from soil_map.shown import shown_of
from soil_map.surfaces import extent, records
from soil_map.viewing.telling import unit_text

_CURVE_POINTS: Final = 60
_WIDTH: Final = 480
_MOST_DOTS: Final = 2_000


def shown_samples(rows: Sequence[Measured], *, exactly: bool) -> list[Measured]:
    """The samples whose values somebody may know."""
    return [row for row in rows if exactly or not row.is_private]


def histogram(surface: Surface, rows: Sequence[Measured], used: UsedScheme | None) -> str:
    """How the values of these samples are distributed, in the classes of a scheme."""
    values = [row.value for row in rows]
    digits = surface.method.property.decimals
    words = Words(
        name="histogram",
        title=_("Phân bố giá trị"),
        description=_("%(count)d mẫu, từ %(low)s đến %(high)s, trung bình %(mean)s.")
        % {
            "count": len(values),
            "low": decimal(min(values, default=0), digits),
            "high": decimal(max(values, default=0), digits),
            "mean": decimal(sum(values) / max(1, len(values)), digits),
        },
        x=with_unit(surface),
        y=_("số mẫu"),
    )
    return charts.histogram(
        values, words, lambda value: number(value, 3),
        limits=used.limits.limits if used else (), colours=[one.colour for one in used.classes] if used else (),
    )  # fmt: skip


def variogram(surface: Surface) -> str:
    """The empirical variogram, with the model where there is one; empty where nothing was paired."""
    bins = surface.model.get("bins")
    if not bins:
        return ""
    model = records.model_of(surface.model)
    curve: list[tuple[float, float]] = []
    said = _("Chưa có mô hình nào đủ tốt.")
    if model is not None:
        distances = np.linspace(0.0, bins["cutoff"], _CURVE_POINTS)[1:]
        curve = list(zip(distances.tolist(), model.semivariance(distances).tolist(), strict=True))
        said = _("Đường cong tăng từ %(nugget)s và không tăng nữa sau khoảng %(range)d m.") % {
            "nugget": number(model.nugget, 4),
            "range": round(surface.model["effective_range_m"]),
        }
    words = Words(
        name="variogram",
        title=_("Khác nhau theo khoảng cách"),
        description=said,
        x=_("khoảng cách (m)"),
        y=_("bán phương sai của logarit") if surface.model.get("logs") else _("bán phương sai"),
    )
    return charts.variogram(
        bins["distance"], bins["semivariance"], bins["pairs"], curve, words, lambda value: number(value, 4)
    )


def cross_validation(surface: Surface) -> str:
    """Each sample as the others tell it, over what was measured there; empty where none was told."""
    record = surface.validation
    if not record.get("told"):
        return ""
    shown = best_of(surface)
    words = Words(
        name="validation",
        title=_("Đoán lại từng điểm"),
        description=_("%(count)d điểm, mỗi điểm đoán từ các điểm khác, sai trung bình %(error)s.")
        % {"count": len(record["told"]), "error": decimal(shown["rmse"], surface.method.property.decimals + 1)},
        x=_("đo được"),
        y=_("đoán từ các điểm khác"),
    )
    return charts.scatter(record["measured"], record["told"], words, lambda value: number(value, 3))


def best_of(surface: Surface) -> dict[str, float]:
    """The kept figures of the model that is shown; empty where none was tried."""
    record = surface.validation
    return next((one for one in record.get("candidates", ()) if one["shape"] == record["shown"]), {})


def with_unit(surface: Surface) -> str:
    """The method and its unit, as an axis has them."""
    unit = unit_text(surface.method.property.unit)
    return f"{surface.method.property.name} ({unit})" if unit else surface.method.name


def unit_beside(surface: Surface, used: UsedScheme | None) -> str:
    """What the scheme's own unit is in the one of this page, where they are two; empty where they are one."""
    shown = shown_of(surface.method, used)
    if shown.factor == 1:
        return ""
    return _("Thang phân cấp tính bằng %(own)s: 1 %(own)s = %(factor)s %(unit)s.") % {
        "own": unit_text(shown.unit), "factor": number(shown.factor, 3),
        "unit": unit_text(surface.method.property.unit),
    }  # fmt: skip


class MapPicture:
    """The frame of a surface's picture as an SVG drawing: the commune's outline, samples as dots or coarse squares."""

    def __init__(self, surface: Surface) -> None:
        west, south, east, north = surface.model["bounds"]
        x, y = crs.from_lonlat(crs.WEB_MERCATOR, [west, east], [south, north])
        self._west, self._north = float(x[0]), float(y[1])
        self._scale = _WIDTH / (float(x[1]) - self._west)
        self.width, self.height = _WIDTH, round((self._north - float(y[0])) * self._scale)
        self._surface = surface

    def outline(self) -> str:
        """Path data of the commune's outline."""
        stored = self._surface.campaign.commune.outline
        if stored is None:
            return ""
        drawn = shapely.transform(shapely.from_wkb(bytes(stored.wkb)), self._placed).simplify(0.5)
        return "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords[:-1]) + "z"
            for polygon in shapely.get_parts(drawn)
            for ring in (polygon.exterior, *polygon.interiors)
        )

    def dots(self, rows: Sequence[Measured]) -> list[tuple[str, str]]:
        """Where samples are drawn, as text of the drawing's units; of very many every n-th."""
        return self._texts([(row.lng, row.lat) for row in rows[:: -(-len(rows) // _MOST_DOTS) or 1]])

    def squares(self, rows: Sequence[Measured]) -> list[tuple[str, str]]:
        """Middles of the coarse squares of private samples, one for each square."""
        if not rows:
            return []
        zone = self._surface.epsg
        x, y = crs.from_lonlat(zone, [row.lng for row in rows], [row.lat for row in rows])
        middles = np.unique(extent.coarse(np.column_stack([x, y]), privacy.COARSE_M), axis=0)
        lng, lat = crs.to_lonlat(zone, middles[:, 0], middles[:, 1])
        return self._texts(list(zip(lng.tolist(), lat.tolist(), strict=True)))

    def _texts(self, places: Sequence[tuple[float, float]]) -> list[tuple[str, str]]:
        if not places:
            return []
        placed = self._placed(np.array(places))
        return [(f"{x:.1f}", f"{y:.1f}") for x, y in placed.tolist()]

    def _placed(self, points: np.ndarray) -> np.ndarray:
        x, y = crs.from_lonlat(crs.WEB_MERCATOR, points[:, 0], points[:, 1])
        return np.column_stack([(x - self._west) * self._scale, (self._north - y) * self._scale])
