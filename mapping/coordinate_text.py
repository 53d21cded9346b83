"""Read one coordinate, or a pair in one text, as people write them.

Degrees with a point or a comma, degrees and minutes, degrees, minutes and seconds with the letters of either
language (B, N for north, Đ, E for east), metres with or without grouping, a pair in one cell, a WKT point, a geo:
or Google Maps address. What a number means is not decided here; see `mapping.placing`.
"""

import math
import re
from typing import Literal, NamedTuple
from urllib.parse import unquote_plus

from mapping import text

Axis = Literal["lat", "lng", ""]


class UnreadableError(ValueError):
    """A text that is no coordinate. `code`: unreadable, short_link (a shortened address hides the numbers)."""

    def __init__(self, code: Literal["unreadable", "short_link"] = "unreadable") -> None:
        super().__init__(code)
        self.code = code


class Number(NamedTuple):
    """A coordinate; `axis` is "lat" or "lng" where a letter beside it says so."""

    value: float
    axis: Axis = ""


class Pair(NamedTuple):
    """Two coordinates: x is longitude or easting, y latitude or northing.

    Where the text itself says which is which, `certain` is true; otherwise the first number is taken as y, which
    is the order people write them in.
    """

    x: float
    y: float
    certain: bool


_PLAIN = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(?: ?m)?")
_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)(?: ?m)?")
_GROUPED = re.compile(r"([+-]?[0-9]{1,3}(?:([., '])[0-9]{3})(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]+))?(?: ?m)?")
_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]+)?"
_SEXAGESIMAL = re.compile(
    rf"([+-]?)({_NUMBER}) ?(?:[°º˚⁰o:]|do|deg|d|-| ) ?"
    rf"(?:({_NUMBER}) ?(?:['′’‘´`:]|phut|min|m|-| )? ?"
    rf"(?:({_NUMBER}) ?(?:[\"″”“]|''|′′|’’|´´|giay|sec|s)?)?)? ?"
)
_PREFIX = re.compile(r"(?:vi do|kinh do|lat(?:itude)?|lon(?:g(?:itude)?)?|lng|vd|kd)\.? ?[:=]? ?")
_LETTERS = "nam|bac|dong|tay|north|south|east|west|[nsewbdt]"
_BEFORE = re.compile(rf"({_LETTERS})[.:]? ?(?=[0-9+-])")
_AFTER = re.compile(rf"(?<=[0-9°º˚⁰'′’‘´`\"″”“ ])({_LETTERS})\.?$")
_ENDS_IN_SECONDS = re.compile(r"[0-9] ?m ?[0-9.,]+ ?s$")  # 19d40m12s, where s is no south
# N is north in English and Nam, south, in Vietnamese: no place in Vietnam is south of the equator.
_NORTH, _SOUTH = {"n", "b", "bac", "north"}, {"s", "nam", "south"}
_EAST = {"e", "d", "dong", "east"}


def read_number(raw: str) -> Number:
    """One coordinate. Raises `UnreadableError`."""
    folded = text.fold(raw)
    axis: Axis = ""
    if prefix := _PREFIX.match(folded):
        axis = "lat" if prefix.group()[:2] in ("vi", "la", "vd") else "lng"
        folded = folded[prefix.end() :]
    value = _decimal(folded)
    if value is None:
        letter, folded = _letter(folded)
        value = _decimal(folded)
        if value is None:
            value = _degrees(folded)
        if letter:
            axis = "lat" if letter in _NORTH or letter in _SOUTH else "lng"
            value = value if letter in _NORTH or letter in _EAST else -abs(value)
    if not math.isfinite(value):
        raise UnreadableError
    return Number(value, axis)


def _letter(folded: str) -> tuple[str, str]:
    if _ENDS_IN_SECONDS.search(folded):
        return "", folded
    if before := _BEFORE.match(folded):
        return before.group(1), folded[before.end() :]
    if after := _AFTER.search(folded):
        return after.group(1), folded[: after.start()].strip()
    return "", folded


def _decimal(folded: str) -> float | None:
    """A number without degree signs; None where it is none."""
    if match := _PLAIN.fullmatch(folded):
        return float(match.group(1))
    if match := _COMMA.fullmatch(folded):
        decimal = float(f"{match.group(1)}.{match.group(2)}")
        # 580,123 are metres written in the English way; 105,810 are degrees.
        grouped = len(match.group(2)) == 3 and abs(decimal) > 180
        return float(match.group(1) + match.group(2)) if grouped else decimal
    if match := _GROUPED.fullmatch(folded):
        whole = re.sub(r"[., ']", "", match.group(1))
        return float(f"{whole}.{match.group(3) or 0}")
    try:
        # 1.0581E+02, as spreadsheets write wide numbers.
        return float(folded.replace(",", ".")) if re.fullmatch(r"[0-9.,e+-]+", folded) else None
    except ValueError:
        return None


def _degrees(folded: str) -> float:
    match = _SEXAGESIMAL.fullmatch(folded)
    if not match:
        raise UnreadableError
    sign, *parts = match.groups()
    numbers = [float(part.replace(",", ".")) for part in parts if part is not None]
    # Only the last part may have a fraction, and there are sixty of the smaller ones in the greater.
    if any(not number.is_integer() for number in numbers[:-1]) or any(number >= 60 for number in numbers[1:]):
        raise UnreadableError
    value = math.fsum(number / unit for number, unit in zip(numbers, (1.0, 60.0, 3600.0), strict=False))
    return -value if sign == "-" else value


_FLOAT = r"([+-]?[0-9]{1,3}\.[0-9]+)"
# In a Google Maps address !3d…!4d… is the place itself, @… only the middle of the screen.
_IN_ADDRESS = (
    re.compile(rf"!3d{_FLOAT}!4d{_FLOAT}"),
    re.compile(rf"[?&](?:q|query|destination|daddr|ll|sll|center)=(?:loc:)?{_FLOAT},\s*{_FLOAT}"),
    re.compile(rf"/(?:place|search|dir)/(?:[^@?]*/)?{_FLOAT},\s*{_FLOAT}"),
    re.compile(rf"@{_FLOAT},{_FLOAT}"),
    re.compile(rf"^geo:{_FLOAT},{_FLOAT}"),
)
_SHORT_LINK = re.compile(r"//(?:maps\.app\.goo\.gl|goo\.gl|g\.co|bit\.ly|g\.page)/")
_WKT = re.compile(r"point ?(?:z )?\( ?([+-]?[0-9.]+) ([+-]?[0-9.]+)(?: [+-]?[0-9.]+)? ?\)")
_SPLITS = tuple(
    re.compile(pattern)
    for pattern in (r" ?; ?", r" ?\| ?", r" ?/ ?", r" ?, ", r"(?<=[nsewbdt]) ?,? ?(?=[0-9])", r" ?, ?", r" ")
)
_FOUR_PARTS = re.compile(r"([0-9]{1,3}),([0-9]+), ?([0-9]{1,3}),([0-9]+)")


def read_pair(raw: str) -> Pair:
    """Two coordinates in one text. Raises `UnreadableError`."""
    if "://" in raw or raw.lstrip().lower().startswith("geo:"):
        return _read_address(raw.strip())
    folded = text.fold(raw.replace("\n", " ; ")).strip(" ;")
    if match := _WKT.fullmatch(folded):
        return _checked(Pair(_float(match.group(1)), _float(match.group(2)), certain=True))
    folded = folded.strip("()[] ")
    if match := _FOUR_PARTS.fullmatch(folded):
        first, first_part, second, second_part = match.groups()
        return Pair(float(f"{second}.{second_part}"), float(f"{first}.{first_part}"), certain=False)
    if (lone := _COMMA.fullmatch(folded)) and len(lone.group(1)) <= 3:
        raise UnreadableError  # 19,67 is one number
    for split in _SPLITS:
        halves = [half for half in split.split(folded) if half]
        if len(halves) % 2 or len(halves) > 6:
            continue
        middle = len(halves) // 2
        try:
            first_number = read_number(" ".join(halves[:middle]))
            second_number = read_number(" ".join(halves[middle:]))
        except UnreadableError:
            continue
        return pair_of(x=second_number, y=first_number)
    raise UnreadableError


def pair_of(x: Number, y: Number) -> Pair:
    """The pair of two coordinates, turned round where letters beside them say so. Raises `UnreadableError`."""
    if x.axis == y.axis != "":
        raise UnreadableError
    if x.axis == "lat" or y.axis == "lng":
        x, y = y, x
    return Pair(x.value, y.value, certain=bool(x.axis or y.axis))


def _read_address(address: str) -> Pair:
    if _SHORT_LINK.search(address.lower()):
        raise UnreadableError("short_link")
    plain = unquote_plus(address)
    for pattern in _IN_ADDRESS:
        if found := pattern.findall(plain):
            lat, lng = found[-1]
            return _checked(Pair(float(lng), float(lat), certain=True))
    raise UnreadableError


def _float(number: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise UnreadableError from None


def _checked(pair: Pair) -> Pair:
    if not (math.isfinite(pair.x) and math.isfinite(pair.y)):
        raise UnreadableError
    return pair
