"""What a person says of a laboratory sheet, in the form of its page or the options of the command, as its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mapping import crs, placing
from mapping.errors import UserError
from mapping.text import fold
from mapping.wording import gettext as _
from soil_map.importing.columns import Field
from soil_map.importing.laboratory import cells
from soil_map.importing.laboratory.cells import CellWrong
from soil_map.importing.laboratory.meaning import LONG, REFUSE, REPLICATES, Analysis, Meaning, MethodInfo, with_method
from soil_map.importing.laboratory.sentences import LABELS
from soil_map.importing.laboratory.telling import units_for
from soil_map.units import UnitUnknown, read_unit, unit_of

OUT: Final = "out"
NO_UNIT: Final = "none"
_LIMIT: Final = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")
_NAMING: Final = (Field.PROPERTY, Field.METHOD, Field.UNIT, Field.VALUE)

Data = Mapping[str, Any]
Methods = Mapping[str, MethodInfo]


def chosen(report: Mapping[str, Any], kept: Meaning, data: Data, methods: Methods) -> Meaning:
    """Return the meaning with what the form says; another sheet of the file is understood anew. Raises UserError."""
    sheet = data.get("sheet", kept.sheet)
    if sheet != kept.sheet and sheet in report.get("sheets", ()):
        return Meaning(sheet=sheet)
    columns = _columns(kept, data)
    meaning = replace(
        kept, columns=columns, depth=_depth(data, kept), is_confirmed=True,
        doubles=REPLICATES if data.get("doubles") == REPLICATES else REFUSE,
        both_methods=data.get("both_methods") == "yes",
    )  # fmt: skip
    if meaning.form != kept.form or (
        meaning.form == LONG and any(columns.get(name) != kept.columns.get(name) for name in _NAMING)
    ):
        meaning = replace(meaning, analyses=(), is_confirmed=False)
    else:
        meaning = replace(meaning, analyses=tuple(_analyses(meaning, kept, data, methods)))
    return _with_system(meaning, kept, data.get("meaning", ""))


def _columns(kept: Meaning, data: Data) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, (letter, title) in kept.titles.items():
        value = data.get(f"column-{index}")
        if value is None:  # the form did not ask: what was understood stays
            found.update({name: at for name, at in kept.columns.items() if at == index and name not in found})
            continue
        kind, _colon, name = value.partition(":")
        if kind != "field" or name not in LABELS:
            continue
        if name in found:
            raise UserError(
                _("Hai cột “%(first)s” và “%(second)s” cùng được chọn là %(field)s; hãy chỉ giữ một.")
                % {"first": kept.titles[found[name]][1], "second": title or letter, "field": LABELS[name]},
                code="column_twice",
            )
        found[name] = index
    return found


def _analyses(meaning: Meaning, kept: Meaning, data: Data, methods: Methods) -> Iterator[Analysis]:
    known = {one.key: one for one in kept.analyses}
    if meaning.form == LONG:
        for one in kept.analyses:
            yield _analysis(one, data.get(f"analysis-{one.key}"), data, methods)
        return
    for index, (letter, title) in meaning.titles.items():
        key = f"c{index}"
        value = data.get(f"column-{index}")
        if key in known:
            if value == "" or (value or "").startswith("field:"):
                continue
            yield _analysis(known[key], value, data, methods)
        elif (value or "").startswith("method:"):
            yield _analysis(Analysis(key, (title or letter,)), value, data, methods)


def _analysis(kept: Analysis, value: str | None, data: Data, methods: Methods) -> Analysis:
    """One analysis with what was chosen for it; what the form leaves as it is stays."""
    if value == OUT:
        return replace(kept, left_out=True)
    unit = kept.unit
    if (told := data.get(f"unit-{kept.key}")) is not None:
        unit = _unit(told)
    found = replace(kept, unit=unit, limit=_limit(data.get(f"limit-{kept.key}"), kept),
                    left_out=kept.left_out and value is None)  # fmt: skip
    kind, _colon, name = (value or "").partition(":")
    if kind != "method" or name not in methods:
        return found
    canonical = methods[name].property.unit
    if canonical == "":  # pH has none
        unit = ""
    elif unit == "" or (unit is not None and unit not in dict(units_for(methods[name]))):
        unit = None
    is_assumed = kept.is_assumed and name == kept.method and value is None
    return replace(with_method(found, name, unit), is_assumed=is_assumed)


def _unit(told: str) -> str | None:
    if told == NO_UNIT:
        return ""
    try:
        return unit_of(told).key if told else None
    except UnitUnknown:
        return None


def _limit(told: str | None, kept: Analysis) -> float | None:
    if told is None:
        return kept.limit
    text = told.strip()
    if not text:
        return None
    if not _LIMIT.fullmatch(text) or not float(text.replace(",", ".")) > 0:
        raise UserError(
            _("Ngưỡng phát hiện của “%(column)s” phải là một số lớn hơn 0, ví dụ 0,05; bạn ghi “%(value)s”.")
            % {"column": kept.title, "value": text[:20]},
            code="limit",
        )
    return float(text.replace(",", "."))


def _depth(data: Data, kept: Meaning) -> tuple[float, float] | None:
    """The depth that holds for every sample; what the form does not ask stays."""
    top, bottom = (str(data.get(name, "")).strip() for name in ("depth_from", "depth_to"))
    if not top and not bottom:
        return kept.depth
    return _read_depth(f"{top}-{bottom}")


def _read_depth(text: str) -> tuple[float, float]:
    try:
        return cells.read_depth(text)
    except CellWrong as error:
        raise UserError(
            _("Độ sâu “%(value)s” không đúng; hãy ghi từ số nhỏ đến số lớn bằng cm, ví dụ 0 đến 20.")
            % {"value": text[:30]},
            code="depth",
        ) from error


def _with_system(meaning: Meaning, kept: Meaning, key: str) -> Meaning:
    """With the candidate that was chosen; other columns of coordinates may mean something else."""
    if any(meaning.columns.get(name) != kept.columns.get(name) for name in (Field.X, Field.Y, Field.POINT)):
        return replace(meaning, srid=None, swapped=False)
    if not key:
        return meaning
    try:
        srid, swapped = placing.system_of_key(key)
    except crs.CrsError as error:
        raise UserError(_("Hãy chọn một cách hiểu tọa độ trong danh sách."), code="meaning") from error
    return replace(meaning, srid=srid, swapped=swapped)


def of_options(report: Mapping[str, Any], kept: Meaning, options: Mapping[str, Any], methods: Methods) -> Meaning:
    """Return the meaning with the options of the command. Raises UserError."""
    meaning = replace(kept, is_confirmed=kept.is_confirmed or bool(options.get("confirm")))
    if options.get("replicates"):
        meaning = replace(meaning, doubles=REPLICATES)
    if options.get("both_methods"):
        meaning = replace(meaning, both_methods=True)
    if options.get("depth"):
        meaning = replace(meaning, depth=_read_depth(options["depth"]))
    for told in options.get("method") or ():
        column, key = _named(told, meaning)
        meaning = _with(meaning, with_method(column, _method(key, told, methods), _unit_for(column, key, methods)))
    for told in options.get("unit") or ():
        column, text = _named(told, meaning)
        try:
            unit = unit_of(text) if " " in text else read_unit(text)
        except UnitUnknown as error:
            raise UserError(
                _("“%(value)s” không phải đơn vị nhận được; ví dụ đúng: %(example)s.")
                % {"value": text, "example": "mg/100g P2O5, mg/kg P, %, cmol/kg"},
                code="unit",
            ) from error
        meaning = _with(meaning, replace(column, unit=unit.key))
    for told in options.get("limit") or ():
        column, text = _named(told, meaning)
        meaning = _with(meaning, replace(column, limit=_limit(text, column)))
    for told in options.get("leave_out") or ():
        meaning = _with(meaning, replace(_column(told, meaning), left_out=True))
    return _with_named_system(meaning, report, options)


def _with_named_system(meaning: Meaning, report: Mapping[str, Any], options: Mapping[str, Any]) -> Meaning:
    if options.get("crs"):
        try:
            return replace(meaning, srid=crs.parse_srid(options["crs"]), swapped=bool(options.get("swap")))
        except crs.CrsError as error:
            raise UserError(
                _("--crs %(value)s không phải hệ tọa độ nhận được; ví dụ đúng: EPSG:5897.") % {"value": options["crs"]},
                code="crs",
            ) from error
    candidates = report.get("candidates") or []
    if meaning.srid is None and report.get("unambiguous") and candidates:
        return replace(meaning, srid=candidates[0]["srid"], swapped=candidates[0]["swapped"])
    return meaning


def _with(meaning: Meaning, analysis: Analysis) -> Meaning:
    return replace(meaning, analyses=tuple(analysis if one.key == analysis.key else one for one in meaning.analyses))


def _named(told: str, meaning: Meaning) -> tuple[Analysis, str]:
    column, equals, value = told.rpartition("=")
    if not equals or not value.strip():
        raise UserError(
            _("“%(value)s” phải có dạng CỘT=GIÁ TRỊ, ví dụ G=p_oniani.") % {"value": told[:60]}, code="option"
        )
    return _column(column, meaning), value.strip()


def _column(named: str, meaning: Meaning) -> Analysis:
    """The analysis that a letter or a title names; of a long sheet what its rows call it."""
    wanted = fold(named)
    for one in meaning.analyses:
        names = {fold(one.title), fold(one.said[0])}
        if meaning.form != LONG:
            names.add(fold(meaning.titles[one.column][0]))
        if wanted in names:
            return one
    known = ", ".join(f"“{one.title}”" for one in meaning.analyses) or "–"
    raise UserError(
        _("Tệp không có cột kết quả “%(column)s”; các cột có: %(known)s.")
        % {"column": named[:60], "known": known[:600]},
        code="no_column",
    )


def _method(key: str, told: str, methods: Methods) -> str:
    if key in methods:
        return key
    raise UserError(
        _("“%(value)s”: không có phương pháp ấy; các phương pháp: %(known)s.")
        % {"value": told[:60], "known": ", ".join(methods)},
        code="method",
    )


def _unit_for(column: Analysis, method: str, methods: Methods) -> str | None:
    """What the column's unit is by the method that was named: pH has none, another keeps its own where it fits."""
    if method in methods and methods[method].property.unit == "":
        return ""
    if column.unit and method in methods and column.unit in dict(units_for(methods[method])):
        return column.unit
    return None
