"""Which private samples a surface set apart, and taking it from the public where there are others by now.

What goes to everyone is made without private samples. A sample that became private afterwards, by a sheet or by an
undo, still weighs in it: until the surface is computed anew nobody gets it who may not see private samples.
"""

from __future__ import annotations

from collections.abc import Iterable

from mapping import files
from soil_map.measured import Measured
from soil_map.models import Surface


def note(surface: Surface, rows: Iterable[Measured]) -> None:
    """Note in the row which private samples the surface sets apart that is being made."""
    surface.model["apart"] = sorted(str(row.sample_id) for row in rows if row.is_private)


def sets_all_apart(surface: Surface, rows: Iterable[Measured]) -> bool:
    """Whether no private sample of its layer, as it is now, weighs in what everyone gets."""
    known = set(surface.model.get("apart", ()))
    return all(str(row.sample_id) in known for row in rows if row.is_private)


def hold_back(surface: Surface) -> None:
    """Leave a surface to those alone who may see private samples (`Surface.has_open_making`), and save it."""
    kept = [one for one in (surface.open_values_file, surface.open_deviations_file) if one is not None]
    surface.open_values_file = surface.open_deviations_file = None
    surface.model["open"] = {"is_without_private": True}
    surface.validation.pop("open", None)
    surface.save(update_fields=["open_values_file", "open_deviations_file", "model", "validation"])
    for file in kept:
        files.discard(file)
