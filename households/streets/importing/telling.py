"""The report of an import as its page shows it: sentences, labels, and the map's data, in the reader's language."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.db.models.functions import Reverse
from django.utils.translation import gettext as _

from households.models import House, HouseState, Street, StreetImport, WidthClass
from households.models.street import street_full_name
from households.streets import leaving
from households.streets.importing.sentences import fault_sentence, kind_label, rows_phrase
from households.streets.importing.titles import FIELDS
from households.streets.importing.understanding import Meaning
from households.streets.importing.words import KINDS, LEAVE_OUT
from mapping.models import Unit
from mapping.place_words import meaning_label

_DRAWN_DEGREES: Final = 0.00004
"""The outline on the page is a drawing: a few metres do not show."""
_MOST_BEHIND: Final = 3_000
"""Of the streets and houses that are there so many are drawn behind the file's lines."""
_FORMATS: Final = {
    "gpkg": "GeoPackage",
    "geojson": "GeoJSON",
    "shp": "Shapefile",
    "dxf": "DXF",
    "osm": "OpenStreetMap",
}


def page_of(run: StreetImport) -> dict[str, Any]:
    """What the page of an import that was read shows; an empty dictionary before that."""
    report = run.report
    if not report:
        return {}
    meaning = Meaning.from_json(run.meaning)
    candidates = _candidates(report)
    return {
        "format": _FORMATS[report["kind"]],
        "rows": report["rows"],
        "others": report["others"],
        "layer": report["layer"],
        "layers": report["layers"],
        "has_columns": len(report["titles"]) > 1,
        "fields": _fields(report, meaning),
        "kinds": _kinds(report),
        "kind_choices": [(kind, kind_label(kind)) for kind in (*KINDS, LEAVE_OUT)],
        "stated": meaning_label(report["stated"], False) if report["stated"] else "",
        "candidates": candidates,
        "chosen": _chosen(report, meaning, candidates),
        "unambiguous": report["unambiguous"],
        "counts": report.get("counts"),
        "faults": [_fault(*one) for one in report.get("faults", [])],
        "streets": _streets(report.get("streets", [])),
        "amendments": [_amendment(*one) for one in report.get("amendments", [])],
        "outside": [rows_phrase(rows, mark) for rows, mark in report.get("outside", [])],
        "left_out": [(value or "–", count) for value, count in report.get("left_out", [])],
        "written": report.get("written"),
    }


def map_of(run: StreetImport, villages: Iterable[Unit]) -> dict[str, Any]:
    """What the map draws: the commune and its villages, the lines, or the points of each candidate."""
    report = run.report
    return {
        "outline": _drawn(run.commune),
        "villages": [_drawn(village) for village in villages],
        "lines": report.get("drawn", []),
        "faults": [[at, number] for number, (_c, _r, _m, at, _f) in enumerate(report.get("faults", []), 1) if at],
        "candidates": {one["key"]: one["lines"] for one in report.get("candidates", [])},
        "streets": [
            list(street.coords)
            for street in Street.objects.filter(commune=run.commune).values_list("line", flat=True)[:_MOST_BEHIND]
        ],
        "houses": [[round(place.x, 6), round(place.y, 6)] for place in _some_houses(run.commune)],
        "shown": _key(Meaning.from_json(run.meaning)) if report.get("counts") else "",
        "basemap": settings.BASEMAP_URL,
        "attribution": settings.BASEMAP_ATTRIBUTION,
    }


def _some_houses(commune: Unit) -> QuerySet[House, Point]:
    """Where houses stand, spread over the commune: beside them it shows where lines truly lie."""
    houses = House.objects.filter(commune=commune, state=HouseState.ACTIVE).order_by(Reverse("code"))
    return houses.values_list("location", flat=True)[:_MOST_BEHIND]


def _fields(report: dict[str, Any], meaning: Meaning) -> list[dict[str, Any]]:
    labels = {"name": _("Tên"), "kind": _("Loại hoặc lớp"), "width": _("Bề rộng")}
    options = [
        (index, title or "–", ", ".join(samples))
        for index, (title, samples) in enumerate(zip(report["titles"], report["samples"], strict=True))
    ]
    return [
        {"name": name, "label": labels[name], "chosen": meaning.columns.get(name), "options": options}
        for name in FIELDS
    ]


def _kinds(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"shown": value or _("(để trống)"), "count": count, "chosen": kind if is_chosen else "",
         "guess": _("tự đoán") if is_chosen else _("tự đoán: %(kind)s") % {"kind": kind_label(kind)}}
        for value, count, kind, is_chosen in report["kind_values"]
    ]  # fmt: skip


def _candidates(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**one, "label": meaning_label(one["srid"], one["swapped"])} for one in report["candidates"]]


def _key(meaning: Meaning) -> str:
    return "" if meaning.srid is None else f"{meaning.srid}{'-swapped' if meaning.swapped else ''}"


def _chosen(report: dict[str, Any], meaning: Meaning, candidates: list[dict[str, Any]]) -> str:
    """The system that is chosen on the page: the one confirmed, else the only one that fits well."""
    if key := _key(meaning):
        return key
    return candidates[0]["key"] if report["unambiguous"] and candidates else ""


def _fault(code: str, rows: list[int], mark: str, at: list[float] | None, figures: dict[str, Any]) -> dict[str, Any]:
    return {"place": rows_phrase(rows, mark), "reason": fault_sentence(code, figures), "at": at}


def _streets(streets: list[list[Any]]) -> list[dict[str, Any]]:
    """The streets to add, each alley with what it will hang on; kept reports of an older form do not say that."""
    above = [one[8] for one in streets if len(one) > 8 and one[8]]
    places = leaving.places_of(uuid.UUID(pk) for _kind, name, number, pk, _rows in above if pk and not name + number)
    return [_street(*one[:8], above=_above(one[8], places) if len(one) > 8 else "") for one in streets]


def _above(told: list[Any] | None, places: dict[uuid.UUID, str]) -> str:
    if told is None:
        return ""
    if not told:
        return _("chưa rõ ra từ đâu")
    kind, name, number, pk, rows = told
    street = street_full_name(kind, name, number)
    if not name + number:
        place = places.get(uuid.UUID(pk), "") if pk else rows_phrase(rows, "").lower()
        street = leaving.nameless(street, place)
    return _("rẽ từ %(street)s") % {"street": street}


def _street(
    kind: str,
    name: str,
    number: str,
    width: int,
    metres: float,
    village: str,
    rows: list[int],
    mark: str,
    *,
    above: str,
) -> dict[str, Any]:
    return {
        "above": above,
        "name": street_full_name(kind, name, number), "metres": round(metres), "village": village,
        "width": WidthClass(width).label if width else "", "place": rows_phrase(rows, mark),
    }  # fmt: skip


def _amendment(street: str, name: str, values: dict[str, Any], rows: list[int]) -> dict[str, Any]:
    parts = []
    if "name" in values:
        parts.append(_("tên thành %(name)s") % {"name": street_full_name(values["kind"], values["name"], "")})
    if "width_class" in values:
        parts.append(_("bề rộng %(width)s") % {"width": WidthClass(values["width_class"]).label})
    return {"name": name, "what": ", ".join(parts), "place": rows_phrase(rows, ""), "street": street}


def _drawn(unit: Unit) -> Any:
    """The unit's outline as GeoJSON, no finer than can be seen."""
    return json.loads(unit.outline.simplify(_DRAWN_DEGREES, preserve_topology=True).geojson)
