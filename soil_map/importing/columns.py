"""What the columns of a laboratory sheet hold, from their headers: property, method and unit, or a field. Pure.

Laboratories write "P2O5 dt (mg/100g)", "Lân dễ tiêu", "pHKCl", "OM%", "N ts". What a header does not say stays open: a
person says it once for the column. Two properties that fit alike are both told, never one of them picked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mapping.text import fold
from soil_map.units import AnalysisUnit, UnitUnknown, read_unit


class Field(StrEnum):
    """What else a column may hold."""

    SITE = "site"
    LABORATORY_CODE = "laboratory_code"
    DEPTH = "depth"  # "0-20"
    DEPTH_FROM = "depth_from"
    DEPTH_TO = "depth_to"
    SAMPLED_ON = "sampled_on"
    SHEET = "sheet"
    PARCEL = "parcel"
    COMPOSITE = "composite"
    PRIVATE = "private"
    NOTE = "note"
    # Of long sheets, with a row for each figure.
    PROPERTY = "property"
    VALUE = "value"
    UNIT = "unit"
    METHOD = "method"
    REPLICATE = "replicate"


@dataclass(frozen=True)
class Column:
    """What a header says. Of `properties` there is one, none (a field or nothing), or several that fit alike."""

    header: str
    properties: tuple[str, ...] = ()
    method: str | None = None
    unit: AnalysisUnit | None = None
    field: Field | None = None

    @property
    def asks_for(self) -> tuple[str, ...]:
        """What a person has to say before the column can be read."""
        if not self.properties:
            return ()
        open_questions = ["property"] if len(self.properties) > 1 else []
        open_questions += ["method"] if self.method is None else []
        return (*open_questions, *(["unit"] if self.unit is None else []))


_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TOTAL: Final = r"(?:tong so|tong|ts|t\.s|total|tot)"
_AVAILABLE: Final = r"(?:de tieu|dt|d\.t|available|avail|av|huu hieu|hh)"
_P: Final = r"(?:p2o5|lan|photpho|phospho|phosphorus|p)"
_K: Final = r"(?:k2o|kali|potassium|k)"
_N: Final = r"(?:n|dam|nito|nitrogen)"


def _both(one: str, other: str) -> str:
    """Either before the other, as words or with a number between."""
    return rf"(?<![a-z0-9]){one}[\s_.\-]*{other}(?![a-z0-9])|(?<![a-z0-9]){other}[\s_.\-]+{one}(?![a-z0-9])"


def _word(pattern: str) -> str:
    return rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])"


# In the order of how much they say: the first that fits is meant, those beside it in one entry fit alike.
_PROPERTIES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (_word(r"ph[\s_\-(]*(?:kcl|h2o|nuoc)?\)?"), ("ph",)),
    (_word(r"cec|dung tich (?:trao doi|hap thu)(?: cation)?"), ("cec",)),
    (_word(r"tong (?:bazo|bazo trao doi|cation(?: trao doi)?)|s ?bazo|bases|sum of bases"), ("bases",)),
    (_both(_P, _AVAILABLE) + "|" + _word(rf"{_P}[\s_.\-]*(?:oniani|olsen|bray ?(?:ii|2)?)"), ("p_available",)),
    (_word(r"olsen|oniani|bray ?(?:ii|2)?"), ("p_available",)),
    (_both(_K, _AVAILABLE) + "|" + _word("kali trao doi"), ("k_available",)),
    (_both(_P, _TOTAL), ("p_total",)),
    (_both(_K, _TOTAL), ("k_total",)),
    (_both(_N, _TOTAL), ("n_total",)),
    (_word(r"oc|c huu co|cacbon huu co|carbon huu co|organic carbon|toc|c(?=\s*\(?%)"), ("oc",)),
    (_word(r"om|mun|chat huu co|huu co|humus|organic matter|chc"), ("om",)),
    (_word(_N), ("n_total",)),
    (_word(_P), ("p_total", "p_available")),
    (_word(_K), ("k_total", "k_available")),
)
_METHODS: Final = (
    ("ph", r"kcl", "ph_kcl"),
    ("ph", r"h2o|nuoc|water", "ph_h2o"),
    ("p_available", r"oniani", "p_oniani"),
    ("p_available", r"olsen", "p_olsen"),
    ("p_available", r"bray", "p_bray2"),
    ("n_total", r"kjeldahl|kjendahl|kendan", "n_kjeldahl"),
    ("om", r"walkley|wb", "om_walkley_black"),
    ("oc", r"walkley|wb", "oc_walkley_black"),
)
_FIELDS: Final = (
    (r"(?:ky hieu|so hieu|ma|ten)? ?(?:diem|vi tri)(?: lay mau)?|(?:ky hieu|so hieu|ma|ten) mau|mau|site|sample(?: id)?"
     r"|ky hieu", Field.SITE),
    (r"(?:ma|so|ky hieu) (?:phong|ptn|phan tich|phong phan tich|phong thi nghiem)|lab(?: code| id| no)?",
     Field.LABORATORY_CODE),
    (r"(?:do )?sau tu(?: cm)?|tu cm|depth from|top", Field.DEPTH_FROM),
    (r"(?:do )?sau den(?: cm)?|den cm|depth to|bottom", Field.DEPTH_TO),
    (r"do sau(?: cm)?|tang(?: dat)?(?: cm)?|depth(?: cm)?", Field.DEPTH),
    (r"ngay (?:lay mau|lay|thu mau)|ngay|date|sampled on", Field.SAMPLED_ON),
    (r"(?:so )?to(?: ban do)?(?: so)?|sheet", Field.SHEET),
    (r"(?:so )?thua(?: dat)?(?: so)?|parcel", Field.PARCEL),
    (r"so mau (?:con|don|tron)|composite|subsamples", Field.COMPOSITE),
    (r"rieng tu|private", Field.PRIVATE),
    (r"ghi chu|note|notes|remark", Field.NOTE),
    (r"chi tieu(?: phan tich)?|thong so|property|parameter|analyte", Field.PROPERTY),
    (r"ket qua(?: phan tich)?|gia tri|value|result", Field.VALUE),
    (r"don vi(?: tinh)?|dvt|unit|units", Field.UNIT),
    (r"phuong phap(?: phan tich| thu)?|method", Field.METHOD),
    (r"lan lap|lap lai|replicate|rep", Field.REPLICATE),
)  # fmt: skip


def understand(header: str) -> Column:
    """Return what a header says; a column of no meaning has neither properties nor a field."""
    text = fold(header.translate(_SUBSCRIPTS))
    words = " ".join(re.sub(r"[^a-z0-9%+/]+", " ", text).split())
    bare = " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())
    for pattern, found in _FIELDS:
        if re.fullmatch(pattern, bare):
            return Column(header, field=found)
    for pattern, properties in _PROPERTIES:
        if re.search(pattern, text) or re.search(pattern, words):
            return Column(header, properties, _method(properties, text), _unit(header, properties))
    return Column(header)


def _method(properties: tuple[str, ...], text: str) -> str | None:
    found = [key for prop, pattern, key in _METHODS if properties == (prop,) and re.search(pattern, text)]
    return found[0] if len(found) == 1 else None


def _unit(header: str, properties: tuple[str, ...]) -> AnalysisUnit | None:
    """The unit that a header ends with, in brackets, behind a comma, or as a sign; pH has none."""
    if properties == ("ph",):
        return AnalysisUnit("")
    plain = header.translate(_SUBSCRIPTS)
    tried = [*re.findall(r"[(\[]([^)\]]*)[)\]]", plain)[::-1], plain.rpartition(",")[2] if "," in plain else ""]
    tried.append("%" if "%" in plain else "")
    if found := re.search(r"(?i)(?:mg|g|cmol\S*|mmol\S*|meq|me|l[đd]l)\s*/\s*(?:100\s*g|kg)|ppm", plain):
        tried.append(found[0])
    for text in tried:
        if text.strip():
            try:
                unit = read_unit(text)
            except UnitUnknown:
                continue
            if unit.measure:
                return AnalysisUnit(unit.measure, unit.substance or _substance(plain))
    return None


def _substance(header: str) -> str:
    """The substance that a header names outside its unit: "P2O5 dt (mg/100g)"."""
    text = fold(header)
    for written, substance in (("p2o5", "P2O5"), ("k2o", "K2O")):
        if written in text:
            return substance
    if re.search(r"(?<![a-z0-9])p (?:olsen|bray|oniani)|(?<![a-z0-9])p[\s_]*(?:dt|ts)(?![a-z0-9])", text):
        return "P"
    return ""
