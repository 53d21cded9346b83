"""The demo commune as the engine is given it: metres in its zone, alleys hung by geometry, no number known."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from households.demo import commune as demo
from households.demo.commune import Commune
from households.numbering.model import NONE, Houses, Streets
from households.streets import network
from mapping import crs
from tests.households.numbering.making import texts

# The kinds and widths that the demo is loaded with.
_KINDS: Final = {"road": ("road", 4), "cross_road": ("road", 3), "new_street": ("road", 3), "alley": ("ngo", 2)}
_SUB_ALLEY: Final = ("ngach", 1)


def drawn() -> tuple[Commune, Streets, Houses]:
    """Return the commune, its streets and its houses, those of the new street last."""
    commune = demo.build()
    lines = np.array([crs.to_zone(street.line, demo.ZONE) for street in commune.streets], object)
    kinds, widths = zip(*(_KINDS.get(street.kind, _SUB_ALLEY) for street in commune.streets), strict=True)
    count, nowhere = len(lines), np.full(len(lines), NONE, np.int32)
    hung = network.network_of(lines, list(kinds), list(widths), nowhere, np.zeros(count, bool))
    named = [not street.prefix for street in commune.streets]
    streets = Streets(
        lines, hung.size, network.parents(hung), np.array(named), hung.level > 0, ["auto"] * count, texts([""] * count)
    )  # fmt: skip
    points = [house.point for house in commune.houses + commune.new_houses]
    nobody = np.full(len(points), NONE, np.int32)
    houses = Houses(
        np.column_stack(crs.from_lonlat(demo.ZONE, shapely.get_x(points), shapely.get_y(points))),
        nobody, nobody, texts([""] * len(points)), np.zeros(len(points), bool), nobody,
    )  # fmt: skip
    return commune, streets, houses
