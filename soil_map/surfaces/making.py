"""Make a surface: samples in, rasters, zones and their shapes out, all of it in one transaction at the end.

Before that nothing is written, so work that was killed begins anew and leaves nothing behind. Samples may change
meanwhile; what is kept tells them as they are when it is kept, else they are read and computed again. What the new
surface replaces, older ones of the same campaign, method and depth, goes in the same transaction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from django.core.files import File
from django.db import transaction

from mapping import crs, files, scratch
from mapping.errors import UserError
from mapping.models import StoredFile
from mapping.wording import gettext as _
from soil_map.kriging.ordinary import NEIGHBOURS
from soil_map.kriging.samples import Floats, NotUsable
from soil_map.measured import Measured, measured
from soil_map.models import Campaign, Surface, SurfaceState
from soil_map.schemes import schemes_of
from soil_map.surfaces import apart, computing, extent, freshness, pictures, rasters, zoning
from soil_map.surfaces.computing import Ground, Progress, Told
from soil_map.surfaces.records import model_record, validation_record

_MOST_READINGS: Final = 3  # of samples that change while a surface is computed from them
_FILES: Final = ("values_file", "deviations_file", "open_values_file", "open_deviations_file")


def make(surface: Surface, *, progress: Progress | None = None) -> Surface:
    """Compute an ordered surface and keep it, or keep why there is none; one that is made already stays.

    `progress` is told parts of a hundred, and from the beginning where samples changed meanwhile; what it raises ends
    the work. Raises UserError where samples or cells must be others first, and where samples never rest.
    """
    for _reading in range(_MOST_READINGS):
        made = _from_samples_of_now(surface, progress)
        if made is not None:
            return made
    raise UserError(
        _("Mẫu của tầng này cứ thay đổi trong lúc tính nên chưa giữ lại gì. Hãy tính lại khi đã nhập mẫu xong."),
        code="changing",
    )


def _from_samples_of_now(surface: Surface, progress: Progress | None) -> Surface | None:
    """Compute and keep; None, and nothing is kept, where samples are no longer what they were when they were read."""
    if surface.state != SurfaceState.ORDERED:
        return surface
    with transaction.atomic():
        rows = _rows_of(surface)
        outline = _outline_of(surface)
    told = _told(surface, rows, outline, progress)
    with scratch.folder() as folder, transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=surface.campaign_id)  # see `refreshing`
        standing = Surface.objects.select_for_update().get(pk=surface.pk)
        if standing.state != SurfaceState.ORDERED:  # another worker was faster
            return standing
        surface.samples_changed_at = freshness.samples_changed_at(surface)  # first: what comes after it makes it stale
        if not _are_same(rows, _rows_of(surface)):
            return None
        surface.sample_count = len(rows)
        surface.validation, surface.model = validation_record(told), model_record(told, NEIGHBOURS)
        if told.choice.refusal is not None:
            surface.state, surface.refusal = SurfaceState.REFUSED, told.choice.refusal.value
        elif told.ground is not None:
            surface.state = SurfaceState.MADE
            _keep(surface, told.ground, folder, has_private=told.open_choice is not None)
        apart.note(surface, rows)
        surface.save()
        remove(_replaced_by(surface))
    return surface


def remove(surfaces: Iterable[Surface]) -> None:
    """Delete surfaces with their zones and files, in the caller's transaction."""
    for surface in surfaces:
        kept = [getattr(surface, name) for name in _FILES if getattr(surface, f"{name}_id")]
        surface.delete()
        for file in kept:
            files.discard(file)


def _rows_of(surface: Surface) -> list[Measured]:
    return measured(surface.campaign, surface.method_id, surface.depth_from_cm, surface.depth_to_cm)


def _are_same(read: list[Measured], now: list[Measured]) -> bool:
    """Whether samples are the same in all that a surface follows from; a mean of replicates may differ in rounding."""
    return len(read) == len(now) and all(
        (one.sample_id, one.lng, one.lat, one.is_private) == (other.sample_id, other.lng, other.lat, other.is_private)
        and math.isclose(one.value, other.value, rel_tol=1e-9)
        for one, other in zip(read, now, strict=True)
    )


def _replaced_by(surface: Surface) -> Iterable[Surface]:
    return (
        Surface.objects.filter(
            campaign=surface.campaign_id, method=surface.method_id, depth_from_cm=surface.depth_from_cm,
            depth_to_cm=surface.depth_to_cm,
        )
        .exclude(pk=surface.pk)
        .exclude(state=SurfaceState.ORDERED)
        .select_related(*_FILES)
    )  # fmt: skip


def _outline_of(surface: Surface) -> shapely.Geometry:
    commune = surface.campaign.commune
    if commune.outline is None:
        raise UserError(
            _("%(commune)s chưa có ranh giới trên bản đồ, nên chưa biết nội suy đến đâu. Hãy nạp ranh giới xã trước.")
            % {"commune": commune.full_name},
            code="no_outline",
        )
    return crs.to_zone(shapely.from_wkb(bytes(commune.outline.wkb)), surface.epsg)


def _told(surface: Surface, rows: list[Measured], outline: shapely.Geometry, progress: Progress | None) -> Told:
    x, y = crs.from_lonlat(surface.epsg, [row.lng for row in rows], [row.lat for row in rows])
    of = surface.method.property
    layer = computing.Layer(
        places=np.column_stack([x, y]).reshape(-1, 2),
        values=np.array([row.value for row in rows], dtype=np.float64),
        is_private=np.array([row.is_private for row in rows], dtype=bool),
        outline=outline,
        lowest=of.lowest,
        highest=of.highest,
    )
    try:
        return computing.compute(layer, cell=surface.cell_m or None, progress=progress)
    except extent.TooManyCells as error:
        raise UserError(
            _(
                "Ô %(asked)s m là %(count)d ô, nhiều hơn %(most)d ô mà máy chủ tính một lần. "
                "Hãy chọn ô từ %(cell)d m trở lên."
            )
            % {"asked": f"{surface.cell_m:g}", "count": error.count, "most": extent.MOST_CELLS, "cell": error.cell},
            code="too_many_cells",
        ) from error
    except computing.OutsideTheCommune as error:
        raise UserError(
            _("Không điểm lấy mẫu nào ở trong hay gần ranh %(commune)s. Hãy kiểm tra tọa độ các điểm của đợt này.")
            % {"commune": surface.campaign.commune.full_name},
            code="outside",
        ) from error
    except NotUsable as error:
        raise UserError(
            _("Không nội suy được từ các điểm này. Hãy xem có điểm nào gần như trùng nhau mà giá trị rất khác nhau."),
            code=error.code,
        ) from error


def _keep(surface: Surface, ground: Ground, folder: Path, *, has_private: bool) -> None:
    """Write files, zones and shapes, and say in the row what they are."""
    inside = extent.cells_touching(ground.grid, ground.surveyed)
    said = {
        "values": rasters.Said(_title(surface), surface.method.property.unit, surface.campaign.name),
        "deviations": rasters.Said(f"SD {_title(surface)}", surface.method.property.unit, surface.campaign.name),
    }
    pairs = {"": ground.exact}
    if has_private and ground.open is not None:
        pairs["open_"] = ground.open
    for prefix, pair in pairs.items():
        for what, said_of in said.items():
            path = folder / f"{prefix}{what}.tif"
            estimates: Floats = np.where(inside, getattr(pair, what), np.nan)
            rasters.write(path, estimates, ground.grid, surface.epsg, said_of)
            setattr(surface, f"{prefix}{what}_file", _stored(surface, path, f"{_file_name(surface)}-{what}.tif"))
    surface.cell_m = ground.grid.cell
    surface.surveyed_m2 = float(ground.surveyed.area)
    surface.surveyed = zoning.stored_polygons(ground.surveyed, surface.epsg)
    bounds = pictures.frame_of(ground.grid, surface.epsg).bounds
    for record in (surface.model, surface.model.get("open", {})):
        record["bounds"] = [round(one, 7) for one in bounds]
    zoned = (ground.open or ground.exact).values  # those for everyone where there are any
    zoning.draw(surface, schemes_of(surface.method), zoned, ground.grid, ground.surveyed)


def _stored(surface: Surface, path: Path, name: str) -> StoredFile:
    with path.open("rb") as source:
        return files.store(
            source=File(source), name=name, content_type=rasters.CONTENT_TYPE, commune=surface.campaign.commune,
            user=surface.created_by,
        )  # fmt: skip


def _title(surface: Surface) -> str:
    return f"{surface.method.name_vi} {surface.depth_from_cm:g}–{surface.depth_to_cm:g} cm"


def _file_name(surface: Surface) -> str:
    """16543-ph_kcl-0-20."""
    return f"{surface.campaign.commune.code}-{surface.method_id}-{surface.depth_from_cm:g}-{surface.depth_to_cm:g}"
