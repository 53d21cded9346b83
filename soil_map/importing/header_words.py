"""Words of a column's header that belong neither to its property nor to a known method: what they say is asked. Pure.

"OM (%) Tiurin" is no Walkley–Black, "P Bray I" no Bray II, "N thủy phân" no total nitrogen, and a CEC a 100 g of clay
none a kilogram of soil. What a header says beside what is understood may mean another quantity: nothing is assumed.
"""

from __future__ import annotations

import re
from typing import Final

from mapping.text import fold
from soil_map.units import UnitUnknown, read_unit

SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
TOTAL: Final = r"(?:tong so|tong|ts|t\.s|total|tot)"
AVAILABLE: Final = r"(?:de tieu|dt|d\.t|available|avail|av|huu hieu|hh)"
P: Final = r"(?:p2o5|lan|photpho|phospho|phosphorus|p)"
K: Final = r"(?:k2o|kali|potassium|k)"
N: Final = r"(?:n|dam|nito|nitrogen)"
METHODS: Final = (
    ("ph", r"kcl", "ph_kcl"),
    ("ph", r"h2o|nuoc|water", "ph_h2o"),
    ("p_available", r"oniani", "p_oniani"),
    ("p_available", r"olsen", "p_olsen"),
    ("p_available", r"bray[\s\-]*(?:ii|2)(?![a-z0-9])", "p_bray2"),
    ("n_total", r"kjeldahl|kjendahl|kendan", "n_kjeldahl"),
    ("om", r"walkley|(?<![a-z0-9])w\W?b(?![a-z0-9])", "om_walkley_black"),
    ("oc", r"walkley|(?<![a-z0-9])w\W?b(?![a-z0-9])", "oc_walkley_black"),
    ("k_available", r"amoni ?axetat|ammonium acetate|nh4 ?oac|ch3coonh4|nh4ch3coo", "k_ammonium_acetate"),
    ("cec", r"amoni ?axetat|ammonium acetate|nh4 ?oac|ch3coonh4|nh4ch3coo", "cec_ammonium_acetate"),
    ("bases", r"amoni ?axetat|ammonium acetate|nh4 ?oac|ch3coonh4|nh4ch3coo", "bases_ammonium_acetate"),
)
"""Property, how its method is written (folded), and the method's key."""

_CARBON: Final = (
    r"chat huu co|cacbon huu co|carbon huu co|c huu co|organic carbon|organic matter|huu co|toc|oc|om|mun|humus|chc"
)
_STRENGTH: Final = r"(?:\d(?:[.,]\d+)? ?[mn]|1 ?[:/] ?\d(?:[.,]\d+)?)"  # "KCl 1M", "1:2,5"
_OWN: Final[dict[str, str]] = {
    "ph": rf"do chua|ph|{_STRENGTH}|dien cuc|electrode",
    "cec": r"cec|dung tich|trao doi|hap thu|hap phu|cation|ph ?7(?:[.,]0)?|cation exchange capacity|" + _STRENGTH,
    "bases": r"tong|so|bazo|trao doi|cation|s ?bazo|bases|sum of|kiem|ph ?7(?:[.,]0)?|" + _STRENGTH,
    "p_available": rf"{P}|{AVAILABLE}",
    "k_available": rf"{K}|{AVAILABLE}|trao doi|{_STRENGTH}",
    "p_total": rf"{P}|{TOTAL}",
    "k_total": rf"{K}|{TOTAL}",
    "n_total": rf"{N}|{TOTAL}",
    "oc": rf"{_CARBON.replace('|om|mun|humus|chc', '')}|c|{TOTAL}|black",
    "om": rf"{_CARBON.replace('|toc|oc|', '|')}|{TOTAL}|black",
}
"""What may stand beside each property, its methods apart."""
_SAYS_NOTHING: Final = (
    r"ham luong|chi tieu|ket qua|phan tich|xac dinh|phuong phap|pp|theo|trong|cua|bang|chiet|rut|dung dich|chuan do"
    r"|lan \d+|dat|kho|mau|tang mat|don vi|dvt|method|soil|content|in|of|by|extraction|the"
)
_STANDARD: Final = r"(?:tcvn|iso)(?:[\s/:]|iso)*\d+(?:[\s:\-]+\d+)*"
_UNIT: Final = re.compile(
    r"(?<![a-z0-9])(?:mg|g|ug|cmol(?:\(\+\)|c|\+)?|mmol(?:\(\+\)|c|\+)?|meq|me|ldl|lidl|mdl)\s*(?:p2o5|k2o|[pkn]|om|oc)?"
    r"\s*/?\s*(?:1?00\s*g|1?\s*kg|100\s*gr)(?:-1)?(?:\s*dat(?:\s*kho)?)?(?![a-z0-9])|ppm|phan tram|percent"
)
_TOKEN: Final = re.compile(r"[^\W_]+")
_QUALIFIES: Final = re.compile(
    rf"(?<![a-z0-9])(?:{AVAILABLE}|{TOTAL}|trao doi|thuy phan|tiurin|tyurin|bray|olsen|oniani|matlova|maslova|kirsanov"
    r"|mehlich|walkley|kjeldahl|set|clay)(?![a-z0-9])"
)
_BASES: Final = frozenset({"set", "clay"})
_PARTS_OF_ORGANIC: Final = re.compile(rf"{P}|{N}|{K}|s|luu|axit|acid|phan")


def unknown_words(header: str, properties: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a header, as it writes them, that are of no meaning for its properties; `named` are its methods."""
    header = header.translate(SUBSCRIPTS)
    text = fold(_without_units(header))
    text = re.sub(r"[\s_\-]+", " ", _UNIT.sub(" ", text))
    if named:  # a standard beside a method says the same once more
        text = re.sub(_word(_STANDARD), " ", text)
    methods = [pattern for prop, pattern, _key in METHODS if prop in properties]
    for pattern in (*methods, r"walkley" if {"om", "oc"} & set(properties) else r"(?!)"):
        text = re.sub(pattern, " ", text)
    own = "|".join(_OWN[key] for key in properties)
    # Twice: "p2o5dt" is two words that nothing parts.
    glued = re.sub(rf"(?<![a-z0-9])(?:{own})(?:{own})(?![a-z0-9])", " ", text)
    left = re.sub(_word(f"{own}|{_SAYS_NOTHING}"), " ", glued)
    left = re.sub(r"\(\s*\d{1,2}\s*\)|(?<![a-z0-9])(?:19|20)\d\d(?![a-z0-9])", " ", left)  # a footnote, a year
    unknown = set(re.findall(r"[a-z0-9]+", left))
    if not unknown:
        return ()
    words = [word for word in _TOKEN.findall(header) if _TOKEN.search(fold(word)) and fold(word) in unknown]
    return tuple(dict.fromkeys(words)) or tuple(sorted(unknown))


def is_other_base(words: tuple[str, ...]) -> bool:
    """Whether words say that the figures are not told by the mass of soil."""
    return any(fold(word) in _BASES for word in words)


def is_part_of_organic(words: tuple[str, ...]) -> bool:
    """Whether words beside "hữu cơ" say of what else than all organic matter: "P hữu cơ", "axit hữu cơ"."""
    return any(_PARTS_OF_ORGANIC.fullmatch(fold(word)) for word in words)


def qualifies(title: str) -> bool:
    """Whether a title that stands over others says of them which form or method they are of."""
    return _QUALIFIES.search(fold(title)) is not None


def _without_units(header: str) -> str:
    """The header without what is a unit in brackets or behind its last comma."""

    def kept(found: re.Match[str]) -> str:
        return " " if _is_unit(found[1]) else found[0]

    text = re.sub(r"[(\[]([^()\[\]]*(?:\(\+\)[^()\[\]]*)?)[)\]]", kept, header)
    first, comma, last = text.rpartition(",")
    return first if comma and _is_unit(last) else text


def _is_unit(text: str) -> bool:
    try:
        return read_unit(text).measure != ""
    except UnitUnknown:
        return False


def _word(pattern: str) -> str:
    return rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])"
