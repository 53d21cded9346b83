"""Understand a file of administrative boundaries: which field is the code, the name, the unit above.

No Django: what is wrong comes as `BoundaryError` with a code, and `mapping.boundaries` makes the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import shapely

from mapping import crs, outlines, text
from mapping.tables import open_table

Kind = Literal["province", "commune", "village"]
KINDS: Final[tuple[Kind, ...]] = ("province", "commune", "village")
"""From the largest to the smallest."""

_FIELDS: Final = {
    "code": "code, mã, ma_dvhc, mã đơn vị, mã đơn vị hành chính, unit_code, gso_code, ma_gso, ma_so, mã số",
    "province_code": "ma_tinh, matinh, mã tỉnh, province_code, provinceCode, tinh_code, ma_tp, ma_tinh_tp",
    "commune_code": "ma_xa, maxa, mã xã, ma_phuong_xa, ma_px, commune_code, ward_code, wardCode, xa_code, maphuongxa",
    "village_code": "ma_thon, mathon, mã thôn, ma_to, ma_ban, village_code, ma_khu_pho, ma_tdp",
    "parent_code": "parent, parent_code, parentCode, ma_cha, thuộc, mã cấp trên, ma_cap_tren",
    "name": "name, tên, ten_dvhc, tên đơn vị, tên đơn vị hành chính, ten_don_vi, name_vi, unit_name",
    "province_name": "ten_tinh, tentinh, tên tỉnh, province_name, tinh",
    "commune_name": "ten_xa, tenxa, tên xã, ten_phuong_xa, commune_name, ward_name, xa, phuong_xa",
    "village_name": "ten_thon, tenthon, tên thôn, village_name, thon, ten_to, ten_ban, thôn bản",
    "full_name": "fullName, full_name, tên đầy đủ, ten_day_du, tendaydu",
    "designation": "loại, type, designation, cấp, loai_dvhc, loại đơn vị, loai_hinh",
    "area_km2": "areaKm2, area_km2, diện tích km2, dientich_km2, dt_km2, dtkm2",
}
_SYNONYMS: Final = {title: field for field, titles in _FIELDS.items() for title in titles.split(", ")}

_DESIGNATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "province": ("Tỉnh", "Thành phố"),
    "commune": ("Xã", "Phường", "Đặc khu", "Thị trấn"),
    "village": (
        "Thôn", "Bản", "Tổ dân phố", "Tổ", "Khu phố", "Khu dân cư", "Khu", "Tiểu khu", "Phố", "Ấp", "Buôn", "Bon",
        "Làng", "Khối", "Xóm", "Phum", "Sóc",
    ),
}  # fmt: skip
CODE_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "province": re.compile(r"[0-9]{2}", re.ASCII),
    "commune": re.compile(r"[0-9]{5}", re.ASCII),
    "village": re.compile(r"[0-9]{5}-[0-9]{2,3}", re.ASCII),
}
_CODE_LENGTH: Final = {"province": 2, "commune": 5}


class BoundaryError(Exception):
    """A feature that cannot be taken: `code`, the number of the feature from 1, and `params` for the sentence.

    kind_unknown(value) · code_missing · code_wrong(value, kind) · name_missing(value) · name_long(value) ·
    code_twice(value, other) · outline(reason, place, change) · no_geometry_column
    """

    def __init__(self, code: str, number: int = 0, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.number = number
        self.params = params


@dataclass(frozen=True, slots=True)
class Boundary:
    """One unit as a file has it, its outline in EPSG:4326."""

    number: int
    kind: Kind
    code: str
    name: str
    designation: str
    parent_code: str
    outline: shapely.MultiPolygon
    fault: str
    change_m2: float
    stated_km2: float | None


def read(source: Path, *, kind: Kind | None, srid: int | None, zone: int | None) -> list[Boundary]:
    """Every boundary of the file, the larger units first; none when any is at fault.

    `kind` says what all of them are, else fields and codes tell. `srid` is for a file that names no system,
    `zone` the VN-2000 zone to measure in (else the national one of the place). Raises `BoundaryError` and
    `mapping.tables.TableError`.
    """
    with open_table(source, source.name, _SYNONYMS, srid=srid) as table:
        if table.srid is None:
            raise BoundaryError("no_geometry_column")
        boundaries = []
        seen: dict[tuple[Kind, str], int] = {}
        for row in table.rows:
            values = {field: text.clean(row.values[index]) for field, index in table.matched.items()}
            geometry = row.geometry
            if geometry is not None and table.srid != crs.WGS84:
                geometry = crs.from_zone(geometry, table.srid)
            boundary = _boundary(row.number, values, geometry, kind, zone)
            other = seen.setdefault((boundary.kind, boundary.code), row.number)
            if other != row.number:
                raise BoundaryError("code_twice", row.number, value=boundary.code, other=other)
            boundaries.append(boundary)
    return sorted(boundaries, key=lambda boundary: KINDS.index(boundary.kind))


def _boundary(
    number: int, values: Mapping[str, str], geometry: shapely.Geometry | None, kind: Kind | None, zone: int | None
) -> Boundary:
    kind = kind or _kind(number, values)
    above = None if kind == "province" else KINDS[KINDS.index(kind) - 1]
    parent = _digits(values.get("parent_code") or (values.get(f"{above}_code", "") if above else ""), above)
    code = _code(number, values.get(f"{kind}_code") or values.get("code", ""), kind, parent)
    if kind == "village":
        parent = parent or code.partition("-")[0]
    designation, name = _split(
        values.get("full_name", ""),
        values.get("name") or values.get(f"{kind}_name", ""),
        values.get("designation", ""),
        kind,
    )
    if not name:
        raise BoundaryError("name_missing", number, value=code)
    if len(name) > 100 or len(designation) > 20:
        raise BoundaryError("name_long", number, value=f"{designation} {name}".strip()[:60])
    try:
        mended = outlines.mended(geometry, zone or _zone_of(geometry))
    except outlines.OutlineError as error:
        raise BoundaryError(
            "outline", number, reason=error.reason, place=error.place, change=error.change, value=f"{code} {name}"
        ) from error
    return Boundary(
        number=number,
        kind=kind,
        code=code,
        name=name,
        designation=designation,
        parent_code=parent,
        outline=mended.outline,
        fault=mended.fault,
        change_m2=mended.change_m2,
        stated_km2=_number(values.get("area_km2", "")),
    )


def _kind(number: int, values: Mapping[str, str]) -> Kind:
    """What a feature's codes say it is; codes of the units above may stand beside its own."""
    code = values.get("code", "")
    if values.get("village_code") or re.fullmatch(r"[0-9]{4,5}-[0-9]{1,3}", code, re.ASCII):
        return "village"
    if re.fullmatch(r"[0-9]{1,3}", code, re.ASCII) and values.get("commune_code"):
        return "village"
    if re.fullmatch(r"[0-9]{1,5}", code, re.ASCII):
        return "province" if len(code) <= 2 else "commune"
    if code:
        raise BoundaryError("kind_unknown", number, value=code[:40])
    if values.get("commune_code"):
        return "commune"
    if values.get("province_code"):
        return "province"
    raise BoundaryError("code_missing", number)


def _digits(code: str, kind: Kind | None) -> str:
    """A national code with the zeros in front that a spreadsheet dropped."""
    return code.zfill(_CODE_LENGTH[kind]) if kind in _CODE_LENGTH and code.isdigit() else code


def _code(number: int, code: str, kind: Kind, parent: str) -> str:
    if not code:
        raise BoundaryError("code_missing", number)
    code = _digits(code, kind)
    if kind == "village" and re.fullmatch(r"[0-9]{1,3}", code) and parent:
        code = f"{parent}-{int(code):02d}"
    if not CODE_FORMS[kind].fullmatch(code):
        raise BoundaryError("code_wrong", number, value=code[:40], kind=kind)
    return code


def split_name(full_name: str, kind: Kind) -> tuple[str, str]:
    """Designation and name: "Phường Hàm Rồng" → ("Phường", "Hàm Rồng"); ("", the name) where there is none."""
    key = text.fold(full_name)
    for designation in _DESIGNATIONS[kind]:
        start = text.fold(designation) + " "
        if key.startswith(start) and len(key) > len(start):
            return designation, " ".join(full_name.split()[len(designation.split()) :])
    return "", full_name


def _split(full_name: str, name: str, designation: str, kind: Kind) -> tuple[str, str]:
    said, bare = split_name(full_name or name, kind)
    if full_name and name and not said and full_name.endswith(name):
        said, bare = full_name[: -len(name)].strip(), name
    if designation and not said:
        said = designation[0].upper() + designation[1:]
    return said, bare


def _zone_of(geometry: shapely.Geometry | None) -> int:
    """The national zone of a place; any zone will do for what is not there."""
    if geometry is None or geometry.is_empty:
        return crs.zone_for_longitude(105.0)
    west, _, east, _ = geometry.bounds
    return crs.zone_for_longitude((west + east) / 2)


def _number(written: str) -> float | None:
    """A decimal number, with comma or point; None where there is none."""
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        return None
    return value if 0 < value < 1e9 else None
