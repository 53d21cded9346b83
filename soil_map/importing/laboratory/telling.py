"""The report of a laboratory sheet as it is kept, and as page, table and command show it in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.importing import Issue, place_of
from mapping.models import Unit
from mapping.place_words import meaning_label
from soil_map.importing.laboratory.meaning import (
    LONG,
    REPLICATES,
    Analysis,
    Meaning,
    MethodInfo,
    Open,
    converted,
    needs_substance,
    question_of,
)
from soil_map.importing.laboratory.planning import Plan
from soil_map.importing.laboratory.sentences import LABELS, conversion_text, number_text, question_sentence, sentence
from soil_map.importing.values import FigureWrong, read_figure
from soil_map.models import SoilImport, SoilImportState
from soil_map.units import AnalysisUnit, UnitsDiffer, conversion, unit_of

SHOWN: Final = 50
_LISTED: Final = 200  # changes that the table has
_MEASURES: Final = ("%", "g/kg", "mg/kg", "mg/100g", "cmol/kg", "mmol/kg", "mS/cm", "dS/m")
_SUBSTANCES: Final = ("", "N", "P2O5", "P", "K2O", "K", "OM", "OC")
_DRAWN_DEGREES: Final = 0.00004
"""The outline on the page is a drawing: a few metres do not show."""
_CHANGED: Final = ("parcel", "laboratory_code", "composite", "sampled_on", "is_private")

Methods = Mapping[str, MethodInfo]
Rows = Iterable[Sequence[Any]]


def report_of_plan(plan: Plan, meaning: Meaning, most: int) -> dict[str, Any]:
    """What is kept of a plan: counts, refusals and notes by code, changes, and the promise."""
    return {
        "counts": plan.counts(),
        "issues": [asdict(issue) for issue in plan.issues[:most]],
        "issues_total": len(plan.issues),
        "notes": [asdict(note) for note in plan.notes[:most]],
        "notes_total": len(plan.notes),
        "changes": list(_changes(plan))[:_LISTED],
        "left_out": plan.left_out[:most],
        "does_something": plan.does_something,
        "promise": plan.promise(),
    }


def _changes(plan: Plan) -> Iterator[list[Any]]:
    """Row, code, depth, what, before and after of what would be changed."""
    for sample in plan.samples.values():
        about = [sample.row, sample.code, f"{sample.depth[0]:g}–{sample.depth[1]:g}"]
        for name in _CHANGED:
            if name in sample.changes and name != "parcel":
                before, after = sample.changes[name]
                yield [*about, name, "" if before is None else str(before), str(after)]
        for known, figure, _replicate in sample.changed_figures:
            yield [*about, f"method:{figure.method}", f"{known.written} {_unit_text(known.unit)}".strip(),
                   f"{figure.written} {_unit_text(figure.unit)}".strip()]  # fmt: skip


def _unit_text(key: str) -> str:
    return str(unit_of(key)) if key else ""


def page_of(soil_import: SoilImport, methods: Methods) -> dict[str, Any]:
    """What the page of a sheet that was read shows; an empty dictionary before that."""
    report = soil_import.report
    if not report:
        return {}
    meaning = Meaning.from_json(soil_import.meaning)
    asked = [Open(**one) for one in report["asked"]]
    issues = _said(report.get("issues", ())[:SHOWN], meaning, methods)
    context = {
        "rows": report["rows"],
        "header_row": report["header_row"],
        "sheets": report["sheets"],
        "sheet": meaning.sheet,
        "is_long": meaning.form == LONG,
        "asked": questions(asked, meaning, methods),
        "field_options": [(f"field:{name}", label) for name, label in LABELS.items()],
        "method_options": _method_options(methods),
        "columns": list(_columns(report, meaning, methods)),
        "analyses": [_analysis(one, report, methods) for one in meaning.analyses] if meaning.form == LONG else [],
        "asks_depth": not meaning.has_depth,
        "depth": [f"{end:g}" for end in meaning.depth] if meaning.depth else ["", ""],
        "has_doubles": meaning.doubles == REPLICATES
        or any(one.question == "same_method" for one in asked)
        or any(one["code"] in ("repeats", "figure_repeats") for one in report.get("issues", ())),
        "as_replicates": meaning.doubles == REPLICATES,
        "has_two_methods": meaning.both_methods or any(one.question == "two_methods" for one in asked),
        "both_methods": meaning.both_methods,
        "counts": report.get("counts"),
        "publishing": publishing_sentence(count) if (count := published_samples(soil_import)) else "",
        "does_something": report.get("does_something"),
        "issues": issues,
        "issues_total": report.get("issues_total", 0),
        "notes": _said(report.get("notes", ())[:SHOWN], meaning, methods),
        "notes_total": report.get("notes_total", 0),
        "changes": _said_changes(report.get("changes", ())[:SHOWN], methods),
        "left_out": left_out_sentence(report),
    }
    return context | _systems(soil_import, meaning)


def published_samples(soil_import: SoilImport) -> int:
    """How many samples, or new figures of samples, everybody sees as soon as the sheet is written: none before the
    campaign is published.
    """
    campaign = soil_import.campaign
    is_public = campaign is not None and campaign.is_published and soil_import.state != SoilImportState.APPLIED
    return int(soil_import.report.get("counts", {}).get("public", 0)) if is_public else 0


def publishing_sentence(count: int) -> str:
    """Say that what is written is public at once."""
    return ngettext(
        "Đợt điều tra này đã công bố: khi nhập, %(count)d mẫu không riêng tư cùng kết quả hiện ngay cho mọi người.",
        "Đợt điều tra này đã công bố: khi nhập, %(count)d mẫu không riêng tư cùng kết quả hiện ngay cho mọi người.",
        count,
    ) % {"count": count}


def left_out_sentence(report: Mapping[str, Any]) -> str:
    """Say how many rows are taken for means, signatures and notes, and which; "" where there are none."""
    count, rows = report.get("counts", {}).get("left_out", 0), report.get("left_out", ())
    if not count:
        return ""
    told = ngettext(
        "Bỏ ra %(count)d dòng không phải mẫu (trung bình, chữ ký, ghi chú): dòng %(rows)s.",
        "Bỏ ra %(count)d dòng không phải mẫu (trung bình, chữ ký, ghi chú): dòng %(rows)s.",
        count,
    )
    spans: list[list[int]] = []
    for row in rows:
        if spans and spans[-1][1] == row - 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    words = [f"{first}" if first == last else f"{first}–{last}" for first, last in spans[:SHOWN]]
    if len(spans) > SHOWN or len(rows) < count:
        words.append("…")
    return told % {"count": count, "rows": ", ".join(words)}


def _systems(soil_import: SoilImport, meaning: Meaning) -> dict[str, Any]:
    """The candidates for the coordinates, the one to begin with, and the map that shows them."""
    report, is_open = soil_import.report, soil_import.state != SoilImportState.APPLIED
    candidates = [{**one, "label": meaning_label(one["srid"], one["swapped"])} for one in report.get("candidates", ())]
    keys = [one["key"] for one in candidates]
    kept = "" if meaning.srid is None else f"{meaning.srid}{'-swapped' if meaning.swapped else ''}"
    if kept and kept not in keys:  # named on the command line
        kept = ""
    return {
        "candidates": candidates,
        "system": kept or (keys[0] if keys and report.get("unambiguous") else ""),
        "unambiguous": report.get("unambiguous", False),
        "has_place": meaning.has_place,
        "map": _map_of(soil_import.commune, candidates) if candidates and is_open else None,
    }


def _map_of(commune: Unit, candidates: list[dict[str, Any]]) -> dict[str, Any]:
    villages = Unit.objects.current().villages().filter(parent=commune, outline__isnull=False)
    return {
        "outline": _drawn(commune),
        "villages": [_drawn(unit) for unit in villages],
        "candidates": {one["key"]: one["sample"] for one in candidates},
        "basemap": settings.BASEMAP_URL,
        "attribution": settings.BASEMAP_ATTRIBUTION,
    }


def _drawn(unit: Unit) -> Any:
    return json.loads(unit.outline.simplify(_DRAWN_DEGREES, preserve_topology=True).geojson)


def questions(asked: Iterable[Open], meaning: Meaning, methods: Methods) -> list[str]:
    """The open questions as sentences."""
    by_key = {one.key: one for one in meaning.analyses}
    return [question_sentence(one, by_key, meaning.titles, methods) for one in asked]


def _method_options(methods: Methods) -> list[tuple[str, list[tuple[str, str]]]]:
    """Methods by property, as a select box groups them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in methods.values():
        groups.setdefault(one.property.name, []).append((f"method:{one.key}", f"{one.property.name} · {one.name}"))
    return list(groups.items())


def _columns(report: Mapping[str, Any], meaning: Meaning, methods: Methods) -> Iterator[dict[str, Any]]:
    by_column = {} if meaning.form == LONG else {one.column: one for one in meaning.analyses}
    fields = {index: name for name, index in meaning.columns.items()}
    for index, (letter, title) in meaning.titles.items():
        row: dict[str, Any] = {
            "index": index, "letter": letter, "title": title, "cells": report["cells"].get(str(index), []),
            "value": f"field:{fields[index]}" if index in fields else "",
        }  # fmt: skip
        if index in by_column:
            row |= _analysis(by_column[index], report, methods)
        yield row


def _analysis(one: Analysis, report: Mapping[str, Any], methods: Methods) -> dict[str, Any]:
    """A column of figures, or a kind of a long sheet: what is chosen, what is open, and how it is converted."""
    seen = report["seen"].get(one.key, {})
    question = None if one.left_out else question_of(one, methods)
    found = {
        "key": one.key, "said": one.title, "count": seen.get("count", 0), "unseen": seen.get("unseen", 0),
        "first_row": seen.get("first_row", 0), "last_row": seen.get("last_row", 0),
        "limit": "" if one.limit is None else number_text(one.limit, 6),
        "value": "out" if one.left_out else f"method:{one.method}" if one.method else "ask",
        "is_analysis": True, "is_open": question is not None, "is_assumed": one.is_assumed and not one.left_out,
        "left_out": one.left_out, "units": _unit_options(one, methods), "unit": "none" if one.unit == "" else one.unit,
        "ask_label": _ask_label(one, methods),
    }  # fmt: skip
    if question is None and not one.left_out:
        found |= _shown_conversion(one, seen, methods)
    return found


def _ask_label(one: Analysis, methods: Methods) -> str:
    names = {info.property.key: info.property.name for info in methods.values()}
    known = _(" hoặc ").join(names[key] for key in one.properties if key in names)
    return _("– %(property)s: chọn phương pháp –") % {"property": known} if known else _("– chưa rõ: chọn hoặc bỏ ra –")


def _shown_conversion(one: Analysis, seen: Mapping[str, Any], methods: Methods) -> dict[str, Any]:
    """The conversion as a sentence, and one figure of the sheet before and after it."""
    found = converted(one, methods)
    told: dict[str, Any] = {"conversion": conversion_text(found), "is_converted": found.factor != 1.0}
    try:
        figure = read_figure(seen.get("example", ""))
    except FigureWrong:
        figure = None
    if figure is not None and found.factor != 1.0:
        decimals = methods[one.method].property.decimals + 1
        told["example"] = _("dòng %(row)d: %(before)s %(source)s → %(after)s %(target)s") % {
            "row": seen["example_row"], "before": figure.written, "source": found.source,
            "after": number_format(round(figure.number * found.factor, decimals), decimal_pos=decimals),
            "target": found.target,
        }  # fmt: skip
    return told


def units_for(method: MethodInfo) -> list[tuple[str, str]]:
    """The units that figures by a method may have, key and text."""
    target = unit_of(method.property.unit)
    if not target.measure:
        return []
    found = []
    for measure in _MEASURES:
        for substance in _SUBSTANCES:
            unit = AnalysisUnit(measure, substance)
            try:
                conversion(unit, target)
            except UnitsDiffer:
                continue
            if not needs_substance(unit, target):
                found.append((unit.key, str(unit)))
    return found


def _unit_options(one: Analysis, methods: Methods) -> list[tuple[str, str]]:
    """The units of the property; while that is not known, of every property that it may be."""
    keys = [one.method] if one.method else [m.key for m in methods.values() if m.property.key in one.properties]
    options: dict[str, str] = {}
    for key in keys or list(methods):
        options |= dict(units_for(methods[key]))
    if not one.method and not one.properties:
        options = {"none": _("không có đơn vị (pH)")} | options
    return list(options.items())


def _said(kept: Iterable[Mapping[str, Any]], meaning: Meaning, methods: Methods) -> list[dict[str, str]]:
    return [
        {"place": place_of(issue, meaning.sheet, meaning.titles), "reason": sentence(issue, methods)}
        for issue in (Issue(**one) for one in kept)
    ]


def _said_changes(kept: Iterable[Sequence[Any]], methods: Methods) -> list[dict[str, Any]]:
    labels = {
        "laboratory_code": _("mã phòng phân tích"), "composite": _("số mẫu con"), "sampled_on": _("ngày lấy mẫu"),
        "is_private": _("riêng tư"),
    }  # fmt: skip
    yes_no = {"True": _("có"), "False": _("không")}
    found = []
    for row, code, depth, what, before, after in kept:
        method = methods.get(what.removeprefix("method:"))
        found.append(
            {"row": row, "sample": f"{code}, {depth} cm", "what": method.property.name if method else labels[what],
             "before": yes_no.get(before, before) or "–", "after": yes_no.get(after, after)}
        )  # fmt: skip
    return found


def rows_of(soil_import: SoilImport, methods: Methods) -> Rows:
    """The report as a table: every refusal, then what stands out, then rows left out, then what is changed."""
    yield (_("Loại"), _("Trang tính"), _("Dòng"), _("Cột"), _("Tên cột"), _("Lý do"))
    report = soil_import.report
    if not report:
        return
    meaning = Meaning.from_json(soil_import.meaning)
    for question in questions([Open(**one) for one in report["asked"]], meaning, methods):
        yield (_("Cần trả lời"), meaning.sheet, "", "", "", question)
    for label, name in ((_("Không nhập"), "issues"), (_("Lưu ý"), "notes")):
        kept = report.get(name, ())
        for issue in (Issue(**one) for one in kept):
            letter, title = meaning.titles.get(-1 if issue.column is None else issue.column, ("", ""))
            yield (label, meaning.sheet, issue.row, letter, title, sentence(issue, methods))
        if report.get(f"{name}_total", 0) > len(kept):
            rest = report[f"{name}_total"] - len(kept)
            yield (label, meaning.sheet, "", "", "", _("… và %(count)d lý do nữa") % {"count": rest})
    for row in report.get("left_out", ()):
        yield (_("Bỏ ra"), meaning.sheet, row, "", "", _("Dòng không phải mẫu (trung bình, chữ ký, ghi chú)."))
    for change in _said_changes(report.get("changes", ()), methods):
        told = _("%(sample)s: %(what)s từ %(before)s thành %(after)s") % change
        yield (_("Sửa"), meaning.sheet, change["row"], "", "", told)


def lines_of(soil_import: SoilImport, methods: Methods) -> Iterator[str]:
    """What the command says: columns with their conversions, the system, what is asked, what would come."""
    report, meaning = soil_import.report, Meaning.from_json(soil_import.meaning)
    for one in meaning.analyses:
        told = _analysis(one, report, methods)
        if one.left_out:
            yield _("%(column)s: bỏ ra") % {"column": one.title}
        elif not told["is_open"]:
            method = methods[one.method]
            assumed = _(" (chỉ biết phương pháp này)") if one.is_assumed else ""
            yield f"{one.title}: {method.property.name} · {method.name}{assumed}; {told['conversion']}"
    if meaning.srid is not None:
        yield _("Tọa độ: %(meaning)s") % {"meaning": meaning_label(meaning.srid, meaning.swapped)}
    for question in questions([Open(**one) for one in report["asked"]], meaning, methods):
        yield f"? {question}"
    if any(one["question"] == "confirm" for one in report["asked"]):
        yield "  --confirm, --method CỘT=PHƯƠNG_PHÁP, --leave-out CỘT"
    if any(one["question"] == "system" for one in report["asked"]):
        for one in report.get("candidates", ()):
            yield (
                f"  --crs EPSG:{one['srid']}{' --swap' if one['swapped'] else ''}: "
                + _("%(inside)d trong %(total)d dòng nằm trong xã") % one
            )
    if counts := report.get("counts"):
        yield (
            _(
                "%(rows)d dòng: %(new)d mẫu mới, %(more)d mẫu thêm kết quả, %(changed)d sửa, %(same)d giữ nguyên; "
                "%(rows_refused)d dòng và %(figures_refused)d kết quả không nhập được."
            )
            % counts
        )
    if told := left_out_sentence(report):
        yield told
    if count := published_samples(soil_import):
        yield publishing_sentence(count)
    for told in _said(report.get("issues", ())[:SHOWN], meaning, methods):
        yield f"- {told['place']}: {told['reason']}"
    for told in _said(report.get("notes", ())[:SHOWN], meaning, methods):
        yield f"· {told['place']}: {told['reason']}"
