"""The report of a file of polygons as its page, its table and the command tell it, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.place_words import meaning_label
from soil_map.importing.polygon_choosing import kept_meaning, suggested_sheet
from soil_map.importing.polygon_sentences import (
    area_text,
    distance_text,
    encoding_label,
    fault_sentence,
    field_label,
    question,
)
from soil_map.importing.polygon_standing import map_of
from soil_map.importing.polygons import planning
from soil_map.importing.polygons.meaning import Meaning, fields_of
from soil_map.models import SoilImport, SoilImportKind

SHOWN: Final = 100
"""So many of each list are on the page; the table has all that is kept."""
_FORMATS: Final = {
    "gpkg": "GeoPackage", "geojson": "GeoJSON", "shp": "Shapefile", "mapinfo": "MapInfo", "dgn": "MicroStation DGN",
    "dxf": "DXF",
}  # fmt: skip


def page_of(soil_import: SoilImport) -> dict[str, Any]:
    """What the page of an import that was read shows; an empty dictionary before that."""
    report = soil_import.report
    if not report:
        return {}
    meaning = kept_meaning(soil_import.meaning)
    is_parcels = soil_import.kind == SoilImportKind.PARCELS
    context: dict[str, Any] = {
        "is_parcels": is_parcels,
        "format": _FORMATS[report["kind"]],
        "polygons": report["polygons"],
        "others": report["others"],
        "layer": report["layer"],
        "layers": report["layers"],
        "asked": [question(code) for code in report["asked"]],
        "asked_codes": report["asked"],
        "encodings": _encodings(report, meaning),
        "encoding_is_certain": bool(report["encoding"]["certain"]),
        "fields": _fields(soil_import),
        "sheet": suggested_sheet(soil_import),
        "drawing": _drawing(report, meaning),
        "candidates": _candidates(report, meaning),
        "stated": _stated(report),
        "doubt": _doubt(report),
        "with_changes": meaning.with_changes,
        "drawn_map": {
            name: meaning.map.get(name, "") for name in ("title", "legend", "edition", "scale", "surveyed_in", "source")
        },
        "known_map": None if is_parcels else map_of(soil_import.commune, meaning),
    }
    if "counts" not in report:
        return context
    return context | {
        "counts": report["counts"],
        "areas": {
            "new": area_text(report["areas"]["new_m2"]), "overlaps": area_text(report["areas"]["overlaps_m2"]),
            "gaps": area_text(report["areas"]["gaps_m2"]),
            "open_gaps": area_text(report["areas"].get("open_gaps_m2", 0.0)),
            "covered": 100 * report["areas"]["covered"],
        },
        "does_something": report["does_something"],
        "faults": _said(report, "faults"), "notes": _said(report, "notes"),
        "faults_more": max(0, report["counts"]["refused"] - SHOWN),
        "overlaps": [_overlap(one) for one in report["overlaps"][:SHOWN]],
        "gaps": [_gap(one) for one in report["gaps"][:SHOWN]],
        "open_gaps": [_gap(one) for one in report.get("open_gaps", ())[:SHOWN]],
        "open_gap_m": planning.PARCEL_GAP_M if is_parcels else planning.UNIT_GAP_M,
        "shown": SHOWN,
        "summary": [
            {"key": key, "soils": soils, "count": count, "area": area_text(area)}
            for key, soils, count, area in report["summary"]
        ],
        "picture": report["picture"],
    }  # fmt: skip


def _encodings(report: dict[str, Any], meaning: Meaning) -> list[dict[str, Any]]:
    read = report["encoding"]["read"]
    return [
        {
            "key": key,
            "label": encoding_label(key),
            "samples": samples,
            "chosen": key == read,
            "share": round(100 * share),
        }
        for key, share, samples in report["encoding"]["candidates"]
    ]


def _fields(soil_import: SoilImport) -> list[dict[str, Any]]:
    report = soil_import.report
    content = "parcels" if soil_import.kind == SoilImportKind.PARCELS else "soil_units"
    options = [
        (at, title if not report["is_drawing"] else _("chữ ở lớp %(layer)s") % {"layer": title}, ", ".join(samples))
        for at, (title, samples) in enumerate(zip(report["titles"], report["samples"], strict=True))
    ]
    return [
        {"name": name, "label": field_label(name), "chosen": report["columns"].get(name), "options": options,
         "is_more": name[-1:] in "234" and name not in report["columns"]}
        for name in fields_of(content)  # type: ignore[arg-type]  # one of its two words
    ]  # fmt: skip


def _drawing(report: dict[str, Any], meaning: Meaning) -> dict[str, Any] | None:
    if (told := report["drawing"]) is None:
        return None
    return told | {
        "layers": [
            {"name": name, "count": count, "chosen": meaning.line_layers is None or name in meaning.line_layers}
            for name, count in told["line_layers"]
        ]
    }


def _candidates(report: dict[str, Any], meaning: Meaning) -> list[dict[str, Any]]:
    chosen = "" if meaning.srid is None else f"{meaning.srid}-swapped" if meaning.swapped else str(meaning.srid)
    return [
        one | {"label": meaning_label(one["srid"], one["swapped"]), "chosen": one["key"] == chosen}
        for one in report["candidates"]
    ]


def _stated(report: dict[str, Any]) -> str:
    return meaning_label(report["stated"], False) if report["stated"] else report["system"]


def _doubt(report: dict[str, Any]) -> dict[str, Any] | None:
    """What else the coordinates may mean, in a sentence for each system, and the picture of the likeliest."""
    if (doubt := report.get("doubt")) is None:
        return None
    first = doubt["rivals"][0]
    return {
        "stated": meaning_label(doubt["stated"], False), "other": meaning_label(first["srid"], False),
        "sentences": [_rival(one) for one in doubt["rivals"]], "picture": doubt["picture"],
    }  # fmt: skip


def _rival(one: dict[str, Any]) -> str:
    return _(
        "Nếu tọa độ thật ra là %(meaning)s thì mọi vùng nằm cách đó %(distance)s, và %(inside)d trong %(total)d vùng "
        "cũng nằm trong xã."
    ) % {
        "meaning": meaning_label(one["srid"], False), "distance": distance_text(one["shift_m"]),
        "inside": one["inside"], "total": one["total"],
    }  # fmt: skip


def _said(report: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [
        {"place": _place(number, column, report), "why": fault_sentence(code, params), "code": code}
        for code, number, column, params in report[name][:SHOWN]
    ]


def _place(number: int, column: int | None, report: dict[str, Any]) -> str:
    place = _("Đối tượng %(number)d") % {"number": number}
    if column is None or column >= len(report["titles"]):
        return place
    return _("%(place)s, cột “%(title)s”") % {"place": place, "title": report["titles"][column]}


def _overlap(one: Sequence[Any]) -> dict[str, Any]:
    first, name, second, other, area, share, lng, lat = one
    return {
        "first": _called(first, name), "second": _called(second, other), "area": area_text(area),
        "percent": 100 * share, "lng": lng, "lat": lat,
    }  # fmt: skip


def _called(number: int, name: str) -> str:
    if number:
        return _("%(name)s (đối tượng %(number)d)") % {"name": name, "number": number}
    return _("%(name)s (đã có)") % {"name": name}


def _gap(one: Sequence[Any]) -> dict[str, Any]:
    area, lng, lat = one
    return {"area": area_text(area), "lng": lng, "lat": lat}


# --- A table, and the command ----------------------------------------------------------------------


def rows_of(soil_import: SoilImport) -> Iterator[Sequence[Any]]:
    """The report as a table: every refusal, then what stands out, then overlaps and gaps with their areas."""
    yield (_("Loại"), _("Đối tượng"), _("Cột"), _("Lý do"), _("Diện tích (m²)"), _("Kinh độ"), _("Vĩ độ"))
    report = soil_import.report
    for code in report.get("asked", ()):
        yield (_("Cần trả lời"), "", "", question(code), "", "", "")
    for label, name in ((_("Không nhập"), "faults"), (_("Lưu ý"), "notes")):
        for code, number, column, params in report.get(name, ()):
            title = "" if column is None or column >= len(report["titles"]) else report["titles"][column]
            yield (label, number, title, fault_sentence(code, params), "", "", "")
    for one in report.get("overlaps", ()):
        told = _overlap(one)
        yield (_("Chồng lên nhau"), one[0], "", f"{told['first']} × {told['second']}", one[4], one[6], one[7])
    for area, lng, lat in report.get("gaps", ()):
        yield (_("Khe hở"), "", "", "", area, lng, lat)
    for area, lng, lat in report.get("open_gaps", ()):
        yield (_("Khe hở thông ra ngoài"), "", "", "", area, lng, lat)


def lines_of(soil_import: SoilImport) -> Iterator[str]:
    """What the command says: how the file is read, what is asked, what would come, what is refused."""
    report, meaning = soil_import.report, kept_meaning(soil_import.meaning)
    count = report["polygons"]
    yield ngettext("%(format)s: %(count)d vùng.", "%(format)s: %(count)d vùng.", count) % {
        "format": _FORMATS[report["kind"]], "count": count,
    }  # fmt: skip
    if report["encoding"]["candidates"] and report["encoding"]["read"]:
        yield _("Bảng mã: %(encoding)s") % {"encoding": encoding_label(report["encoding"]["read"])}
    if meaning.srid is not None:
        yield _("Tọa độ: %(meaning)s") % {"meaning": meaning_label(meaning.srid, meaning.swapped)}
    if doubt := _doubt(report):
        yield from (f"! {sentence}" for sentence in doubt["sentences"])
        yield _("! Tệp ghi %(meaning)s; nếu đúng vậy, hãy thêm --confirm, nếu không thì --crs EPSG:N.") % {
            "meaning": doubt["stated"]
        }
    for name, at in report["columns"].items():
        yield f"{field_label(name)}: “{report['titles'][at]}”"
    for code in report["asked"]:
        yield f"? {question(code)}"
        if code == "encoding":
            yield from (
                f"  --encoding {key}: {' · '.join(told)}" for key, _share, told in report["encoding"]["candidates"]
            )
        if code == "system":
            for one in report["candidates"]:
                swap = " --swap" if one["swapped"] else ""
                yield f"  --crs EPSG:{one['srid']}{swap}: " + _("%(inside)d trong %(total)d vùng nằm trong xã") % one
    if counts := report.get("counts"):
        yield _(
            "%(new)d vùng mới, %(changed)d sửa, %(same)d giữ nguyên, %(refused)d không nhập được; %(mended)d đã sửa "
            "nét; %(overlaps)d chỗ chồng lên nhau, %(gaps)d khe hở."
        ) % counts  # fmt: skip
    if opened := report.get("open_gaps", ()):
        total = report["counts"]["open_gaps"]
        yield ngettext(
            "%(count)d khe hẹp giữa các vùng thông ra ngoài, rộng nhất %(area)s.",
            "%(count)d khe hẹp giữa các vùng thông ra ngoài, rộng nhất %(area)s.", total,
        ) % {"count": total, "area": area_text(opened[0][0])}  # fmt: skip
    for one in _said(report, "faults")[:20] if "faults" in report else ():
        yield f"{one['place']}: {one['why']}"
