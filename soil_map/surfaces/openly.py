"""A surface as whoever may not see private samples knows it: not even its figures come from them."""

from __future__ import annotations

from soil_map.models import Surface, SurfaceState


def openly(surface: Surface) -> Surface:
    """Leave in a loaded surface what is for everyone, and return it; it must never be saved.

    Where private samples weigh in it, its files, model and errors become those of the making without them; where
    there is none, the surface becomes a refused one that says why.
    """
    if not surface.has_private:
        return surface
    deferred = surface.get_deferred_fields()
    if hasattr(surface, "open_tried"):
        surface.tried, surface.shown = surface.open_tried, surface.open_shown  # type: ignore[attr-defined]
    if "validation" not in deferred:
        surface.validation = surface.validation.get("open", {})
    is_made = surface.state == SurfaceState.MADE and surface.has_open_making
    if surface.state == SurfaceState.MADE and not is_made:
        surface.state = SurfaceState.REFUSED
        surface.surveyed_m2 = None
        if "surveyed" not in deferred:
            surface.surveyed = None
    surface.values_file = surface.open_values_file if is_made else None
    surface.deviations_file = surface.open_deviations_file if is_made else None
    surface.open_values_file = surface.open_deviations_file = None
    surface.model = surface.model.get("open", {"is_without_private": True})
    surface.refusal = surface.model.get("refusal", "")
    return surface
