"""The layers of a campaign with what was made of them: the latest surface, why there is none, the scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soil_map.kriging.gate import FEWEST
from soil_map.measured import Layer
from soil_map.models import Campaign, Surface
from soil_map.schemes import UsedScheme, scheme_of


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """A layer, its latest surface of any state, and the scheme that classes its values."""

    layer: Layer
    surface: Surface | None
    scheme: UsedScheme | None

    @property
    def depth(self) -> str:
        """As addresses have it: "0-20"."""
        return f"{self.layer.depth_from_cm:g}-{self.layer.depth_to_cm:g}"

    @property
    def depth_said(self) -> str:
        """As pages have it."""
        return f"{self.layer.depth_from_cm:g}–{self.layer.depth_to_cm:g} cm"

    @property
    def lacking(self) -> int:
        """How many samples fewer there are than a surface needs."""
        return max(0, FEWEST - self.layer.count)


def layers_shown(campaign: Campaign, layers: Sequence[Layer]) -> list[ShownLayer]:
    """Return the layers in their order, each with its latest surface; last the surfaces without samples by now."""
    latest: dict[tuple[str, float, float], Surface] = {}
    surfaces = Surface.objects.filter(campaign=campaign).select_related("job", "method__property")
    for surface in surfaces.order_by("created_at"):
        latest[surface.method_id, surface.depth_from_cm, surface.depth_to_cm] = surface
    with_samples = {(one.method.pk, one.depth_from_cm, one.depth_to_cm) for one in layers}
    bare = [
        Layer(one.method, one.depth_from_cm, one.depth_to_cm, 0)
        for key, one in latest.items()
        if key not in with_samples
    ]
    every = [*layers, *bare]
    schemes = {layer.method.pk: scheme_of(layer.method) for layer in every}
    return [
        ShownLayer(one, latest.get((one.method.pk, one.depth_from_cm, one.depth_to_cm)), schemes[one.method.pk])
        for one in every
    ]
