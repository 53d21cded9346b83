"""GeoJSON, read as the JSON it is: GDAL would let other drivers look at the text, some of which run what it says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from mapping.tables.features import feature_table, known_srid
from mapping.tables.model import Headers, Limits, Table, TableError

_GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)


def looks_like_json(content: bytes) -> bool:
    """Whether the text starts as a JSON object does; a line of CSV may start with a bracket too."""
    return re.match(rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"|\}|$)', content[:4096]) is not None


def open_geojson(content: bytes, name: str, headers: Headers, srid: int | None, limits: Limits) -> Table:
    """Open a FeatureCollection, a Feature or a bare geometry. Raises `TableError`."""
    document = _parsed(content)
    features = _features(document)
    titles: dict[str, None] = {}
    for feature in features:
        titles.update(dict.fromkeys(feature["properties"]))
        if len(titles) > limits.columns:
            raise TableError("too_many_columns", limit=limits.columns, sheet="")
    return feature_table(
        name=name,
        kind="geojson",
        sheet="",
        sheets=(),
        titles=list(titles),
        records=_records(features, list(titles)),
        count=len(features),
        # RFC 7946 knows no other system than WGS 84, but files from before it name theirs.
        srid=known_srid(_named_crs(document) or "EPSG:4326", srid, ""),
        headers=headers,
        limits=limits,
    )


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise TableError("json_broken", line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise TableError("damaged") from error
    if not isinstance(document, dict):
        raise TableError("not_supported", kind="json")
    return document


def _features(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Features with `properties` a dictionary and `geometry` a dictionary or None."""
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
    elif kind == "Feature":
        features = [document]
    elif isinstance(kind, str) and kind in _GEOMETRIES:
        features = [{"geometry": document}]
    else:
        raise TableError("not_supported", kind="json")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise TableError("not_supported", kind="json")
    cleaned = []
    for feature in features:
        properties, geometry = feature.get("properties"), feature.get("geometry")
        properties = dict(properties) if isinstance(properties, dict) else {}
        if "id" in feature and "id" not in properties:
            properties["id"] = feature["id"]
        cleaned.append({"properties": properties, "geometry": geometry if isinstance(geometry, dict) else None})
    return cleaned


def _named_crs(document: dict[str, Any]) -> str | None:
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = properties.get("name") if isinstance(properties, dict) else None
    return named if isinstance(named, str) else None


def _records(
    features: list[dict[str, Any]], titles: list[str]
) -> Iterator[tuple[list[object], shapely.Geometry | None]]:
    for start in range(0, len(features), 5_000):
        batch = features[start : start + 5_000]
        geometries = _geometries([feature["geometry"] for feature in batch])
        for feature, geometry in zip(batch, geometries, strict=True):
            properties = feature["properties"]
            yield [_value(properties.get(title)) for title in titles], geometry


def _value(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _geometries(raw: list[dict[str, Any] | None]) -> list[shapely.Geometry | None]:
    texts = np.array([None if one is None else json.dumps(_whole_line(one)) for one in raw], dtype=object)
    read = shapely.from_geojson(texts, on_invalid="ignore")
    return [None if one is None or one.is_empty else one for one in shapely.force_2d(read)]


def _whole_line(geometry: dict[str, Any]) -> dict[str, Any]:
    """A line of one point as one of twice that point, which can be read and then told with its place."""
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "LineString" and isinstance(coordinates, list) and len(coordinates) == 1:
        return {**geometry, "coordinates": coordinates * 2}
    return geometry
