"""How a property changed from one campaign to another: two surfaces, cell by cell.

Only the same property by the same method at the same depth can be compared. A change counts as sure where it is larger
than what both uncertainties explain (95 %); samples of two campaigns are taken to err independently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mapping import crs
from mapping.errors import UserError
from mapping.wording import decimal
from soil_map.kriging.grid import Grid
from soil_map.kriging.samples import Floats
from soil_map.models import Surface, SurfaceState
from soil_map.schemes import scheme_of
from soil_map.shown import shown_of
from soil_map.surfaces import pictures, reading
from soil_map.surfaces.pictures import Frame
from soil_map.viewing.telling import unit_text

_SURE: Final = 1.96  # standard deviations
_END: Final = 98.0  # percentile of absolute differences at which colours end
_STEPS: Final = 7


@dataclass(frozen=True)
class Difference:
    """After less before in the cells that both surfaces have, NaN elsewhere."""

    changes: Floats
    sure: NDArray[np.bool_]
    """Where the change is larger than the uncertainties of both explain."""
    grid: Grid
    epsg: int
    most: float
    """The size of change at which the colours end."""

    @property
    def frame(self) -> Frame:
        """The box and size of its picture."""
        return pictures.frame_of(self.grid, self.epsg)


def require_comparable(before: Surface, after: Surface) -> None:
    """Raise UserError where two surfaces cannot be compared."""
    if before.method_id != after.method_id:
        raise UserError(
            _("Không so được “%(before)s” với “%(after)s”: hai phương pháp khác nhau cho hai thang số khác nhau.")
            % {"before": before.method, "after": after.method},
            code="methods",
        )
    depths = [(one.depth_from_cm, one.depth_to_cm) for one in (before, after)]
    if depths[0] != depths[1]:
        texts = [f"{top:g}–{bottom:g} cm" for top, bottom in depths]
        raise UserError(
            _("Không so được tầng %(before)s với tầng %(after)s: hãy chọn hai đợt có cùng độ sâu.")
            % {"before": texts[0], "after": texts[1]},
            code="depths",
        )
    for one in (before, after):
        if one.state != SurfaceState.MADE:
            raise UserError(
                _("Đợt “%(campaign)s” chưa có mặt nội suy của chỉ tiêu này, nên chưa so được.")
                % {"campaign": one.campaign},
                code="not_made",
            )


def difference(before: Surface, after: Surface, *, exactly: bool) -> Difference:
    """Compare two surfaces in the cells of the later one.

    Raises UserError where they cannot be compared or cover nothing together. `exactly`: see `reading.at`.
    """
    require_comparable(before, after)
    old, old_deviations, old_grid = reading.read(before, exactly=exactly)
    new, new_deviations, grid = reading.read(after, exactly=exactly)
    row, column, inside = _cells_below(grid, after.epsg, old_grid, before.epsg)
    changes: Floats = np.full(new.shape, np.nan)
    changes[inside] = new[inside] - old[row, column]
    changes[~_surveyed_in_both(grid, before, after)] = np.nan
    if not np.isfinite(changes).any():
        raise UserError(_("Hai đợt không điều tra chung chỗ nào, nên không có gì để so."), code="apart")
    spread: Floats = np.full(new.shape, np.inf)
    spread[inside] = np.hypot(new_deviations[inside], old_deviations[row, column])
    most = float(np.nanpercentile(np.abs(changes), _END)) or 1.0
    with np.errstate(invalid="ignore"):
        sure = np.abs(changes) > _SURE * spread
    return Difference(changes, sure, grid, after.epsg, most)


def _surveyed_in_both(grid: Grid, before: Surface, after: Surface) -> NDArray[np.bool_]:
    """Which cells of the later surface have their middle in what both campaigns surveyed."""
    x, y = np.meshgrid(grid.eastings(), grid.northings())
    inside = np.ones(x.shape, dtype=bool)
    for surface in (before, after):
        if surface.surveyed is not None:
            area = crs.to_zone(shapely.from_wkb(bytes(surface.surveyed.wkb)), after.epsg)
            shapely.prepare(area)
            inside &= shapely.contains_xy(area, x, y)
    return inside


def _cells_below(
    grid: Grid, epsg: int, other: Grid, other_epsg: int
) -> tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.bool_]]:
    """Row and column in the other grid of each cell's middle, for the cells that lie in it, and which these are."""
    x, y = np.meshgrid(grid.eastings(), grid.northings())
    if epsg != other_epsg:
        lng, lat = crs.to_lonlat(epsg, x.ravel(), y.ravel())
        x, y = (one.reshape(x.shape) for one in crs.from_lonlat(other_epsg, lng, lat))
    column = np.floor((x - other.west) / other.cell).astype(int)
    row = np.floor((other.north - y) / other.cell).astype(int)
    inside = (row >= 0) & (row < other.rows) & (column >= 0) & (column < other.columns)
    return row[inside], column[inside], inside


def picture(found: Difference) -> bytes:
    """PNG in EPSG:3857: blue where there is more than before, orange where less, pale where nobody can be sure."""
    frame = found.frame
    laid = pictures.laid_on(found.changes, found.grid, found.epsg, frame)
    sure = pictures.laid_on(found.sure.astype(np.float64), found.grid, found.epsg, frame) > 0.5
    return pictures.difference_picture(laid, sure, found.most)


def told(found: Difference, before: Surface, after: Surface) -> dict[str, Any]:
    """What a legend and a sentence beside the picture need, as plain JSON."""
    of, shown = after.method.property, shown_of(after.method, scheme_of(after.method))
    known = np.isfinite(found.changes)
    changes, sure = found.changes[known], found.sure[known]
    hectares = changes.size * found.grid.cell**2 / 10_000
    risen, fallen = float(np.mean(sure & (changes > 0))), float(np.mean(sure & (changes < 0)))
    mean, most = shown.number(float(changes.mean())), shown.number(found.most)
    unit = unit_text(shown.unit)
    percent = [str(decimal(share * 100, 0)) for share in (risen, fallen, 1 - risen - fallen)]
    sentence = _(
        "Trung bình %(mean)s trên %(hectares)s ha: tăng rõ ở %(risen)s %%, giảm rõ ở %(fallen)s %%, còn %(unsure)s %% "
        "thay đổi nhỏ hơn sai số."
    ) % {
        "mean": f"{_signed(mean, shown.decimals + 1)} {unit}".strip(),
        "hectares": decimal(hectares), "risen": percent[0], "fallen": percent[1], "unsure": percent[2],
    }  # fmt: skip
    return {
        "before": {"id": str(before.pk), "campaign": before.campaign.name},
        "after": {"id": str(after.pk), "campaign": after.campaign.name},
        "method": after.method.pk, "method_name": after.method.name, "property_name": of.name, "unit": unit,
        "depth": [after.depth_from_cm, after.depth_to_cm],
        "bounds": [round(one, 7) for one in found.frame.bounds],
        "mean": round(mean, 6), "area_ha": round(hectares, 2),
        "risen": round(risen, 4), "fallen": round(fallen, 4), "unsure": round(1 - risen - fallen, 4),
        "sentence": str(sentence),
        "legend": [_step(place, most, shown.decimals + 1) for place in range(_STEPS)],
        "pale": _("màu nhạt: thay đổi nhỏ hơn sai số"),
    }  # fmt: skip


def _step(place: int, most: float, digits: int) -> dict[str, Any]:
    share = place / (_STEPS - 1)
    value = (2 * share - 1) * most
    text = _signed(value, digits)
    ends = {0: f"≤ {text}", _STEPS - 1: f"≥ {text}"}
    colour = pictures.ramp_colour(share, pictures.DIFFERENCE_RAMP)
    return {"value": round(value, 6), "text": ends.get(place, text), "colour": colour}


def _signed(value: float, digits: int) -> str:
    text = str(decimal(abs(value), digits))
    if not text.strip("0,."):
        return text
    return f"{'+' if value > 0 else '−'}{text}"
