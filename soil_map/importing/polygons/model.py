"""What a file of polygons holds, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

Kind = Literal["gpkg", "geojson", "shp", "mapinfo", "dgn", "dxf"]
Shapes = NDArray[np.object_]


class PolygonFileError(Exception):
    """A file that holds no polygons that can be read: `code` and `params` say what.

    other_kind(kind) · dwg · dgn8 · mapinfo_refers · mapinfo_incomplete(layer, missing) · no_polygons(layer) ·
    no_such_layer(layer, layers) · too_many_rows(limit) · too_many_vertices(limit) · too_big(limit_mb) · too_heavy ·
    damaged · no_faces · tangled: more shapes lie one over another than in any map
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class PolygonLimits:
    """How much of a file is read before it is refused: a commune merged of three has some 60,000 parcels."""

    file_bytes: int = 100_000_000
    polygons: int = 100_000
    vertices: int = 5_000_000
    drawn: int = 400_000
    """Lines and texts of a drawing."""
    seconds: int = 90


@dataclass(frozen=True, slots=True)
class PolygonFile:
    """What a layer of a file holds, before its texts are decoded. Shapes are in the file's own coordinates.

    Of a drawing, whose lines and texts become polygons later (`faces`), `shapes` are lines, polygons and the points of
    texts, and the columns are the layer and the text of each.
    """

    kind: Kind
    layer: str
    layers: tuple[str, ...]
    titles: list[str]
    columns: list[list[str]]
    shapes: Shapes
    numbers: list[int]
    """Of each feature in the file, from 1."""
    srid: int | None
    """The system that the file names, None where it names none that is known."""
    system: str
    """What the file says of its system where that is not known."""
    others: int
    """Features that are no polygons."""
    is_raw: bool
    """Whether texts are bytes still, each a letter of ISO-8859-1."""
    encoding: str
    """The key of the encoding that the file names, "" for none."""

    @property
    def is_drawing(self) -> bool:
        """Whether polygons have yet to be made of its lines."""
        return self.kind in ("dgn", "dxf")


def kept(file: PolygonFile, limits: PolygonLimits) -> PolygonFile:
    """Return the file with the features that are polygons; the parts of a collection that are none are left out."""
    shapes = np.array([_polygonal(one) for one in file.shapes], dtype=object)
    at = [place for place, one in enumerate(shapes) if one is not None]
    if int(shapely.get_num_coordinates(shapes[at]).sum() if at else 0) > limits.vertices:
        raise PolygonFileError("too_many_vertices", limit=limits.vertices)
    return PolygonFile(
        file.kind, file.layer, file.layers, file.titles, [[column[one] for one in at] for column in file.columns],
        shapes[at], [file.numbers[one] for one in at], file.srid, file.system, len(shapes) - len(at), file.is_raw,
        file.encoding,
    )  # fmt: skip


def _polygonal(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """A polygon or several as they are; the polygons of a collection; None for anything else."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape if np.isfinite(shapely.bounds(shape)).all() else None
    if shape.geom_type != "GeometryCollection":
        return None
    parts = [part for one in shape.geoms if (inner := _polygonal(one)) is not None for part in shapely.get_parts(inner)]
    return shapely.MultiPolygon(parts) if parts else None
