"""What a person, or the options of the command, say of a file of polygons, added to what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mapping import crs, placing, text
from mapping.errors import UserError
from mapping.wording import gettext as _
from soil_map.importing.polygon_standing import map_of
from soil_map.importing.polygons import encodings
from soil_map.importing.polygons.meaning import MAP_FIELDS, Content, Meaning, fields_of, sheet_of_name
from soil_map.models import SoilImport, SoilImportKind

_LONGEST: Final = {"title": 160, "legend": 160, "edition": 60, "source": 300, "scale": 7, "surveyed_in": 4}


def kept_meaning(kept: Mapping[str, Any]) -> Meaning:
    """The meaning that is kept with an import, or that it began with: the title of a soil map."""
    meaning = Meaning.from_json(dict(kept))
    if (title := kept.get("title")) and not meaning.map:
        meaning = replace(meaning, map={"title": str(title)})
    return meaning


def chosen(soil_import: SoilImport, data: Mapping[str, Any]) -> Meaning:
    """The meaning with what the form of the page says. Another layer is understood anew. Raises UserError."""
    kept, report = kept_meaning(soil_import.meaning), soil_import.report
    if not report:
        return kept
    kept = replace(kept, map=_map(soil_import, kept, data), sheet=_sheet(data.get("sheet", kept.sheet)))
    if (layer := data.get("layer", report["layer"])) != report["layer"]:
        if layer not in report["layers"]:
            raise UserError(_("Hãy chọn một lớp trong danh sách."), code="layer")
        return Meaning(layer=layer, map=kept.map, sheet=kept.sheet)
    meaning = replace(
        kept,
        encoding=_encoding(data.get("encoding", ""), kept),
        columns=_columns(soil_import, data),
        with_changes=data.get("with_changes", "yes") == "yes",
    )
    if report["is_drawing"]:
        meaning = _with_lines(meaning, report, data)
    if key := data.get("system"):
        try:
            srid, swapped = placing.system_of_key(key)
        except crs.CrsError as error:
            raise UserError(_("Hãy chọn một cách hiểu tọa độ trong danh sách."), code="system") from error
        meaning = replace(meaning, srid=srid, swapped=swapped, is_stated=False)
    return meaning


def _encoding(key: str, kept: Meaning) -> str:
    return key if key in encodings.KEYS else kept.encoding


def _columns(soil_import: SoilImport, data: Mapping[str, Any]) -> dict[str, int] | None:
    """The columns that were chosen; None while the form has none of them, so that titles decide."""
    names = fields_of(_content(soil_import))
    if not any(f"column-{name}" in data for name in names):
        return None
    titles, columns = soil_import.report["titles"], {}
    for name in names:
        value = data.get(f"column-{name}", "")
        if value.isascii() and value.isdigit() and len(value) < 6 and int(value) < len(titles):
            columns[name] = int(value)
    return columns


def _content(soil_import: SoilImport) -> Content:
    return "parcels" if soil_import.kind == SoilImportKind.PARCELS else "soil_units"


def _with_lines(meaning: Meaning, report: dict[str, Any], data: Mapping[str, Any]) -> Meaning:
    """The layers whose lines bound polygons. Other lines hold other texts, so columns are found anew."""
    if "lines-shown" not in data:
        return meaning
    names = [name for name, _count in report["drawing"]["line_layers"]]
    wanted = data.getlist("line") if hasattr(data, "getlist") else data.get("line", names)
    layers = tuple(name for name in names if name in wanted)
    if not layers:
        raise UserError(_("Hãy chọn ít nhất một lớp nét làm ranh giới."), code="lines")
    before = meaning.line_layers if meaning.line_layers is not None else tuple(names)
    kept = None if len(layers) == len(names) else layers
    return replace(meaning, line_layers=kept, columns=meaning.columns if layers == before else None)


def _map(soil_import: SoilImport, kept: Meaning, data: Mapping[str, Any]) -> dict[str, str]:
    """What is said of the soil map; of one that is there already its title says all."""
    if soil_import.kind == SoilImportKind.PARCELS:
        return {}
    said = {name: text.clean(data.get(f"map-{name}", kept.map.get(name, ""))) for name in MAP_FIELDS}
    for name, value in said.items():
        if len(value) > _LONGEST[name]:
            raise UserError(
                _("Phần thông tin bản đồ có một ô dài quá %(count)d chữ; hãy rút gọn.") % {"count": _LONGEST[name]},
                code="map",
            )
    said["scale"] = said["scale"].removeprefix("1:").replace(".", "").replace(" ", "")
    for name, least, most in (("scale", 100, 5_000_000), ("surveyed_in", 1900, 2100)):
        if said[name] and not (said[name].isascii() and said[name].isdigit() and least <= int(said[name]) <= most):
            raise UserError(
                _("Mẫu số tỷ lệ là số như 10000; năm điều tra là số như 2005. Hãy sửa hoặc để trống."), code="map"
            )
    if not said["title"]:
        raise UserError(_("Hãy ghi tên bản đồ đất, ví dụ “Bản đồ đất 1:10.000 năm 2005”."), code="title")
    existing = map_of(soil_import.commune, Meaning(map=said))
    return {"title": said["title"]} if existing is not None else {name: value for name, value in said.items() if value}


def _sheet(value: str) -> str:
    sheet = text.clean(value)
    if len(sheet) > 20:
        raise UserError(_("Số tờ bản đồ dài quá 20 chữ; hãy xem lại."), code="sheet")
    return sheet


def suggested_sheet(soil_import: SoilImport) -> str:
    """The sheet that was said, else what the file's name suggests; a person still has to confirm it."""
    return kept_meaning(soil_import.meaning).sheet or sheet_of_name(soil_import.file.name)


def of_options(soil_import: SoilImport, options: Mapping[str, Any]) -> Meaning:
    """The meaning with the options of the command: crs, swap, confirm, layer, encoding, sheet, column (a list of
    "FIELD=TITLE"), legend, edition. Raises UserError.
    """
    meaning = kept_meaning(soil_import.meaning)
    if layer := options.get("layer"):
        meaning = replace(meaning, layer=layer)
    if encoding := options.get("encoding"):
        key = encodings.stated_key(encoding) or encoding
        if key not in encodings.KEYS:
            raise UserError(
                _("Không biết bảng mã “%(value)s”; các bảng mã đọc được: %(known)s.")
                % {"value": encoding, "known": ", ".join(encodings.KEYS)},
                code="encoding",
            )
        meaning = replace(meaning, encoding=key)
    if system := options.get("crs"):
        try:
            srid = crs.parse_srid(str(system))
        except crs.CrsError as error:
            raise UserError(
                _("Không nhận hệ tọa độ “%(value)s”; hãy dùng mã EPSG của VN-2000 hoặc WGS 84, như EPSG:5897.")
                % {"value": system},
                code="crs",
            ) from error
        meaning = replace(meaning, srid=srid, swapped=bool(options.get("swap")), is_stated=False)
    if options.get("confirm"):
        meaning = replace(meaning, is_stated=False)
    if sheet := options.get("sheet"):
        meaning = replace(meaning, sheet=_sheet(sheet))
    told = {name: text.clean(options[name]) for name in ("legend", "edition") if options.get(name)}
    if soil_import.kind == SoilImportKind.SOIL_UNITS and told:
        meaning = replace(meaning, map=meaning.map | told)
    if named := options.get("column"):
        meaning = replace(meaning, columns=_named_columns(soil_import, named))
    return meaning


def _named_columns(soil_import: SoilImport, named: list[str]) -> dict[str, int]:
    report = soil_import.report
    columns: dict[str, int] = dict(report.get("columns", {}))
    titles = {text.squash(title): at for at, title in enumerate(report.get("titles", []))}
    for one in named:
        name, _equals, title = one.partition("=")
        if name not in fields_of(_content(soil_import)) or text.squash(title) not in titles:
            raise UserError(
                _("Không hiểu --column %(said)s; hãy viết TRƯỜNG=CỘT, trường là một trong: %(fields)s.")
                % {"said": one[:60], "fields": ", ".join(fields_of(_content(soil_import)))},
                code="column",
            )
        columns[name] = titles[text.squash(title)]
    return columns
