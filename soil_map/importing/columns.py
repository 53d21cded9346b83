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
from soil_map.importing.header_words import (
    AVAILABLE,
    METHODS,
    SUBSCRIPTS,
    TOTAL,
    K,
    N,
    P,
    is_other_base,
    is_part_of_organic,
    unknown_words,
)
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
    X = "x"  # longitude or easting, or what the sheet calls X
    Y = "y"
    POINT = "point"  # both in one cell
    ACCURACY = "accuracy"
    ORDER = "order"  # 1, 2, 3 …: nothing to keep
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
    methods_named: tuple[str, ...] = ()
    """More than one where the header names several methods: no column holds the figures of two."""
    unknown: tuple[str, ...] = ()
    """Words beside what is understood, as the header writes them: then no method is taken for it; of nitrogen, which
    has many forms, of what is part of organic matter (organic P), and of a base other than soil no property either."""

    @property
    def asks_for(self) -> tuple[str, ...]:
        """What a person has to say before the column can be read."""
        if not self.properties:
            return ("property", "method") if self.unknown else ()
        open_questions = ["property"] if len(self.properties) > 1 else []
        open_questions += ["method"] if self.method is None else []
        return (*open_questions, *(["unit"] if self.unit is None else []))


def _both(one: str, other: str) -> str:
    """Either before the other, as words or with a number between."""
    return rf"(?<![a-z0-9]){one}[\s_.\-]*{other}(?![a-z0-9])|(?<![a-z0-9]){other}[\s_.\-]+{one}(?![a-z0-9])"


def _word(pattern: str) -> str:
    return rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])"


# In the order of how much they say: the first that fits is meant, those beside it in one entry fit alike.
_PROPERTIES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (_word(r"cec|dung tich (?:trao doi|hap thu)(?: cation)?"), ("cec",)),
    (_word(r"ph[\s_\-(]*(?:kcl|h2o|nuoc)?\)?"), ("ph",)),
    (_word(r"tong (?:bazo|bazo trao doi|cation(?: trao doi)?)|s ?bazo|bases|sum of bases"), ("bases",)),
    (_both(P, AVAILABLE) + "|" + _word(rf"{P}[\s_.\-]*(?:oniani|olsen|bray ?(?:ii|2)?)"), ("p_available",)),
    (_word(r"olsen|oniani|bray ?(?:ii|2)?"), ("p_available",)),
    (_both(K, AVAILABLE) + "|" + _word("kali trao doi"), ("k_available",)),
    (_both(P, TOTAL), ("p_total",)),
    (_both(K, TOTAL), ("k_total",)),
    (_both(N, TOTAL), ("n_total",)),
    (_word(r"oc|c huu co|cacbon huu co|carbon huu co|organic carbon|toc|c(?=\s*\(?%)"), ("oc",)),
    (_word(r"om|mun|chat huu co|huu co|humus|organic matter|chc"), ("om",)),
    (_word(N), ("n_total",)),
    (_word(P), ("p_total", "p_available")),
    (_word(K), ("k_total", "k_available")),
)
_SYSTEM: Final = r"(?:vn ?2000 )?(?:m )?"
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
    (rf"(?:toa do )?{_SYSTEM}x(?: m)?(?: vn ?2000)?|(?:toa do )?kinh do(?: e| dong)?|kd"
     r"|(?:toa do )?dong|longitude|lng|lon|long|easting|east|point x", Field.X),
    (rf"(?:toa do )?{_SYSTEM}y(?: m)?(?: vn ?2000)?|(?:toa do )?vi do(?: n| bac)?|vd"
     r"|(?:toa do )?bac|latitude|lat|northing|north|point y", Field.Y),
    (r"toa do(?: gps| vi tri| diem)?|vi tri gps|gps|dinh vi|coordinates?|location|(?:link )?google maps|wkt"
     r"|lat l(?:ng|on|ong)", Field.POINT),
    (r"sai so(?: m)?|do chinh xac(?: m)?|accuracy(?: m)?", Field.ACCURACY),
    (r"stt|tt|so tt|so thu tu|no|order", Field.ORDER),
)  # fmt: skip


def understand(header: str) -> Column:
    """Return what a header says; a column of no meaning has neither properties nor a field."""
    text = fold(header.translate(SUBSCRIPTS))
    words = " ".join(re.sub(r"[^a-z0-9%+/]+", " ", text).split())
    bare = " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())
    for pattern, found in _FIELDS:
        if re.fullmatch(pattern, bare):
            return Column(header, field=found)
    for pattern, properties in _PROPERTIES:
        if re.search(pattern, text) or re.search(pattern, words):
            named = _methods(properties, text)
            unknown = unknown_words(header, properties, named)
            method = named[0] if len(named) == 1 and not unknown else None
            if unknown and is_other_base(unknown):
                return Column(header, unknown=unknown)
            unit = _unit(header, properties)
            if unknown and (properties == ("n_total",) or (properties == ("om",) and is_part_of_organic(unknown))):
                return Column(header, unit=unit, unknown=unknown)
            return Column(header, properties, method, unit, methods_named=named, unknown=unknown)
    return Column(header)


def _methods(properties: tuple[str, ...], text: str) -> tuple[str, ...]:
    return tuple(key for prop, pattern, key in METHODS if properties == (prop,) and re.search(pattern, text))


def _unit(header: str, properties: tuple[str, ...]) -> AnalysisUnit | None:
    """The unit that a header ends with, in brackets, behind a comma, or as a sign; pH has none."""
    if properties == ("ph",):
        return AnalysisUnit("")
    plain = header.translate(SUBSCRIPTS)
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
