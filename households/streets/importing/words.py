"""What the words in a file say of a street: its kind, its name without the word of the kind, its width.

Kinds are values of `StreetKind`: road, street, ngo, kiet, hem, ngach; widths are values of `WidthClass`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mapping import text

KINDS: Final = ("road", "street", "ngo", "kiet", "hem", "ngach")
LEAVE_OUT: Final = "-"
"""Instead of a kind: what is no street that houses stand on."""
UNSURE: Final = ""
"""Instead of a kind: the value says nothing of it."""

_WORDS: Final = {"đường": "road", "phố": "street", "ngõ": "ngo", "kiệt": "kiet", "hẻm": "hem", "ngách": "ngach"}
_SHORT: Final = {"đ": "road", "đg": "road", "p": "street", "ng": "ngo", "k": "kiet", "h": "hem"}
# Without marks these begin people's names as well: Ngo Quyen, Duong Dinh Nghe, Pho Duc Chinh.
_BARE: Final = {"duong": "road", "pho": "street", "ngo": "ngo", "kiet": "kiet", "hem": "hem", "ngach": "ngach"}
_SURE_WITHOUT_MARKS: Final = frozenset({"hem", "ngach"})
_NUMBER: Final = re.compile(r"(?:số\s+)?([0-9]{1,4}[A-Za-zĐđ]?(?:[/-][0-9]{1,4}[A-Za-zĐđ]?){0,3})", re.IGNORECASE)
_FIRST_WORD: Final = re.compile(r"([^\W\d_]+)(\.?)[\s:]*")
_NO_NAME: Final = frozenset(
    (
        "khong ten", "khong co ten", "chua co ten", "chua dat ten", "khong", "chua co", "noname", "no name", "unnamed",
        "none", "null", "<null>", "nan", "n/a", "na", "-", "--", ".", "?", "0", "x",
    )
)  # fmt: skip

# Beginnings of what stands for a kind in columns and layers, folded; the longest that fits decides.
_BEGINNINGS: Final = {
    **_BARE,
    "duong ngo": "ngo", "duong xom": "ngo", "ngo xom": "ngo", "duong lang": "ngo", "loi di": "ngo", "alley": "ngo",
    "lane": "ngo", "hem ngo": "hem", "duong pho": "street", "quoc lo": "road", "tinh lo": "road",
    "huyen lo": "road", "dai lo": "road", "ql": "road", "tl": "road", "dt": "road", "dh": "road", "dx": "road",
    "giao thong": "road", "truc xa": "road", "truc thon": "road", "lien xa": "road", "lien thon": "road",
    "duong noi dong": LEAVE_OUT, "duong truc chinh noi dong": LEAVE_OUT, "noi dong": LEAVE_OUT,
    "duong dong muc": LEAVE_OUT, "duong binh do": LEAVE_OUT, "duong day": LEAVE_OUT, "duong dien": LEAVE_OUT,
    "duong ong": LEAVE_OUT, "duong sat": LEAVE_OUT, "duong thuy": LEAVE_OUT, "duong bao": LEAVE_OUT,
    "duong ranh": LEAVE_OUT, "duong vien": LEAVE_OUT, "duong kinh": LEAVE_OUT, "duong cao toc": LEAVE_OUT,
    "duong chi gioi": LEAVE_OUT, "duong giong": LEAVE_OUT, "duong dia gioi": LEAVE_OUT,
}  # fmt: skip
# What surveyors put before or after the kind in a layer's name, and what is no name though it follows the kind.
_LAYER_PREFIXES: Final = frozenset({"tim", "truc", "gt", "ht", "qh", "tt", "line", "lop", "tuyen"})
_NO_LAYER_NAME: Final = frozenset(
    (
        "be tong", "bt", "btxm", "betong", "nhua", "bt nhua", "dat", "da", "cap phoi", "chinh", "nhanh", "mon", "thon",
        "xa", "xom", "lang", "tim", "hien trang", "quy hoach", "ht", "qh", "giao thong", "moi", "cu", "lon", "nho",
        "di",
    )
)  # fmt: skip


class Called(NamedTuple):
    """How a street is called: a kind or UNSURE, the name without its word, or the number of an alley without one."""

    kind: str
    name: str
    number: str


def called(written: str, *, kind: str = UNSURE) -> Called:
    """Split "Ngõ Đình" into kind and name, "ngõ 12" into kind and number; `kind` is what is sure beforehand.

    A word of another kind than the sure one belongs to the name: the alley "Phố Cũ".
    """
    written = text.clean(written)
    if text.fold(written) in _NO_NAME:
        return Called(kind, "", "")
    found, rest = _split(written)
    if found == UNSURE or kind not in (UNSURE, found):
        found, rest = kind, written
    if text.fold(rest) in _NO_NAME:
        rest = ""
    number = _NUMBER.fullmatch(rest)
    if number and found not in ("road", "street", UNSURE):
        return Called(found, "", number.group(1).upper())
    return Called(found, _calm(rest) if written.isupper() else rest, "")


def _split(written: str) -> tuple[str, str]:
    first = _FIRST_WORD.match(written)
    if first is None:
        return UNSURE, written
    word, dot = text.canonical_tone(first.group(1).lower()), first.group(2)
    rest = written[first.end() :].strip(" -_:,")
    if word in _WORDS:
        return _WORDS[word], rest
    if dot and word in _SHORT and rest:
        return _SHORT[word], rest
    if word in _BARE and (word in _SURE_WITHOUT_MARKS or _NUMBER.fullmatch(rest)):
        return _BARE[word], rest
    return UNSURE, written


def _calm(name: str) -> str:
    """A name in capitals as a name: ĐÌNH LÀNG → Đình Làng; QL47 and short words stay."""
    return " ".join(
        word.capitalize() if word.isalpha() and len(word) > 2 else word for word in name.split(" ")
    )  # fmt: skip


def sure_kind(value: str) -> str:
    """Return the kind that a value names outright ("ngõ", "ngo", "Đường"), else UNSURE."""
    value = text.clean(value).lower()
    if value in KINDS:
        return value
    return _WORDS.get(text.canonical_tone(value)) or _BARE.get(value, UNSURE)


def kind_of_value(value: str) -> str:
    """Guess the kind from a column's value or a layer's name: a kind, LEAVE_OUT or UNSURE."""
    if sure := sure_kind(value):
        return sure
    tokens = _tokens(value)
    while tokens and (tokens[0] in _LAYER_PREFIXES or tokens[0].isdigit()):
        tokens = tokens[1:]
    for length in range(min(len(tokens), 5), 0, -1):
        if (found := _BEGINNINGS.get(" ".join(tokens[:length]))) is not None:
            return found
    return UNSURE


def _tokens(value: str) -> list[str]:
    return [token for token in re.split(r"[\W_]+", text.fold(value)) if token]


def called_by_layer(layer: str) -> Called:
    """How the lines of a drawing's layer are called: "ngõ Đình" names a street, "TIM_DUONG" or "NGO" does not."""
    written = text.clean(layer.replace("_", " "))
    kind = kind_of_value(layer)
    found, rest = _split(written)
    if found == UNSURE and written.isascii():  # layers are often written without marks
        first, _, rest = written.partition(" ")
        found = _BARE.get(first.lower(), UNSURE)
    if found == UNSURE or found != kind or text.fold(rest) in _NO_LAYER_NAME:
        return Called(kind, "", "")
    if written.isascii() and not _NUMBER.fullmatch(rest):
        return Called(kind, "", "")  # what it is made of or whose it is, as like as a name
    return Called(kind, *called(rest, kind=kind)[1:])


# --- Widths ----------------------------------------------------------------------------------------

_METRES: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_CLASSES: Final = ((2.0, 1), (3.5, 2), (7.0, 3), (12.0, 4))
WIDEST_M: Final = 80.0


def width_class_of(metres: float) -> int:
    """Return the class of a width in metres, 0 for what no street has."""
    if not 0 < metres <= WIDEST_M:
        return 0
    return next((code for below, code in _CLASSES if metres < below), 5)


def width_of(written: str, *, as_class: bool = False) -> int:
    """Return the width class in "3,5 m", "3-4", "dưới 2 m", "từ 12 m"; 0 where there is none. `as_class`: 1 to 5."""
    written = text.clean(written).lower()
    if as_class and re.fullmatch(r"[0-5]", written):
        return int(written)
    found = [float(number.replace(",", ".")) for number in _METRES.findall(written)][:2]
    if not found:
        return 0
    if len(found) == 1 and (written.startswith("<") or text.fold(written).startswith("duoi")):
        return width_class_of(found[0] * 0.99)
    return width_class_of(sum(found) / len(found))
