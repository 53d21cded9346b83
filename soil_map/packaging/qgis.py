"""Styles as QGIS keeps them in a GeoPackage: a table `layer_styles` with one XML text a style. Pure.

QGIS (and GDAL with it) takes the style that is marked as default when it opens the layer; the others stand in its menu.
A symbol is written both as options, which versions from 3.18 on read, and as properties for those before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from xml.etree import ElementTree as Xml

Shape = Literal["fill", "marker"]

_HEAD: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION: Final = "3.22.0-Białowieża"
_EDGE: Final = "60,58,52,255"
_TABLE: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
    ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)
"""
_CONTENTS: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0)
"""
_STYLE: Final = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
                          styleSLD, useAsDefault, description, owner)
VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '')
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is drawn in one colour (#rrggbb): features whose field has this value, or, by a number, lies in its range.

    `low` belongs to the range, `high` does not; None is without end.
    """

    label: str
    colour: str
    value: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """A style of a layer, named as QGIS lists it (30 letters at most)."""

    name: str
    text: str
    is_default: bool = True


def plain(shape: Shape, colour: str, *, label_field: str = "", is_filled: bool = True) -> str:
    """Return the style of a layer in one colour, perhaps with a text from a field at each feature."""
    root = _root(label_field)
    renderer = Xml.SubElement(root, "renderer-v2", _renderer("singleSymbol"))
    symbols = Xml.SubElement(renderer, "symbols")
    _symbol(symbols, 0, shape, colour, is_filled=is_filled)
    return _text(root, label_field)


def by_value(shape: Shape, field: str, kinds: Sequence[Kind], *, label_field: str = "") -> str:
    """Return the style of a layer whose features are coloured by the text in a field."""
    root = _root(label_field)
    renderer = Xml.SubElement(root, "renderer-v2", _renderer("categorizedSymbol") | {"attr": field})
    categories = Xml.SubElement(renderer, "categories")
    symbols = Xml.SubElement(renderer, "symbols")
    for place, kind in enumerate(kinds):
        Xml.SubElement(
            categories, "category",
            {"value": kind.value, "symbol": str(place), "label": kind.label, "render": "true", "type": "string"},
        )  # fmt: skip
        _symbol(symbols, place, shape, kind.colour)
    return _text(root, label_field)


def by_range(shape: Shape, field: str, kinds: Sequence[Kind], *, lowest: float, highest: float) -> str:
    """Return the style of a layer coloured by the number in a field; `kinds` rise, their ends without end are closed.

    QGIS takes the first range that holds a number, ends included. A lower limit belongs to its class, so the highest
    class stands first.
    """
    root = _root("")
    more = {"attr": field, "graduatedMethod": "GraduatedColor"}
    renderer = Xml.SubElement(root, "renderer-v2", _renderer("graduatedSymbol") | more)
    ranges = Xml.SubElement(renderer, "ranges")
    symbols = Xml.SubElement(renderer, "symbols")
    for place, kind in enumerate(reversed(kinds)):
        low = lowest if kind.low is None else kind.low
        high = highest if kind.high is None else kind.high
        Xml.SubElement(
            ranges, "range",
            {"lower": f"{low:.15g}", "upper": f"{max(low, high):.15g}", "symbol": str(place), "label": kind.label,
             "render": "true"},
        )  # fmt: skip
        _symbol(symbols, place, shape, kind.colour)
    return _text(root, "")


def keep(package: Path, styles: Sequence[tuple[str, Style]], geometry_column: str = "geom") -> None:
    """Write the styles of layers, named by table, into a GeoPackage that has none yet."""
    with closing(sqlite3.connect(package)) as database, database:
        database.execute(_TABLE)
        database.execute(_CONTENTS)
        database.executemany(
            _STYLE,
            [(table, geometry_column, one.name[:30], one.text, one.is_default, one.name) for table, one in styles],
        )


def _root(label_field: str) -> Xml.Element:
    return Xml.Element(
        "qgis",
        {"version": _VERSION, "styleCategories": "Symbology|Labeling", "labelsEnabled": "1" if label_field else "0"},
    )


def _renderer(kind: str) -> dict[str, str]:
    return {"type": kind, "forceraster": "0", "symbollevels": "0", "enableorderby": "0"}


def _symbol(symbols: Xml.Element, place: int, shape: Shape, colour: str, *, is_filled: bool = True) -> None:
    symbol = Xml.SubElement(
        symbols, "symbol",
        {"type": shape, "name": str(place), "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"},
    )  # fmt: skip
    layer = Xml.SubElement(
        symbol, "layer",
        {"class": "SimpleFill" if shape == "fill" else "SimpleMarker", "enabled": "1", "pass": "0", "locked": "0"},
    )  # fmt: skip
    painted = ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
    common = {"color": painted, "joinstyle": "bevel", "offset": "0,0", "offset_unit": "MM", "outline_style": "solid"}
    if shape == "fill":
        own = {
            "outline_color": _EDGE if is_filled else painted, "outline_width": "0.16" if is_filled else "0.5",
            "outline_width_unit": "MM", "style": "solid" if is_filled else "no",
        }  # fmt: skip
    else:
        own = {
            "name": "circle", "size": "2.4", "size_unit": "MM", "outline_color": _EDGE, "outline_width": "0.2",
            "outline_width_unit": "MM", "angle": "0",
        }  # fmt: skip
    options = Xml.SubElement(layer, "Option", {"type": "Map"})
    for name, value in (common | own).items():
        Xml.SubElement(options, "Option", {"name": name, "type": "QString", "value": value})
        Xml.SubElement(layer, "prop", {"k": name, "v": value})


def _text(root: Xml.Element, label_field: str) -> str:
    if label_field:
        labeling = Xml.SubElement(root, "labeling", {"type": "simple"})
        settings = Xml.SubElement(labeling, "settings", {"calloutType": "simple"})
        text = Xml.SubElement(
            settings, "text-style",
            {"fieldName": label_field, "isExpression": "0", "fontSize": "8", "fontSizeUnit": "Point",
             "textColor": "20,22,28,255", "textOpacity": "1", "namedStyle": "Bold", "fontWeight": "75"},
        )  # fmt: skip
        Xml.SubElement(
            text, "text-buffer",
            {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,255",
             "bufferOpacity": "1", "bufferNoFill": "1"},
        )  # fmt: skip
        Xml.SubElement(settings, "placement", {"placement": "1", "centroidInside": "1"})
        Xml.SubElement(settings, "rendering", {"drawLabels": "1", "obstacle": "0"})
    return _HEAD + Xml.tostring(root, encoding="unicode")
