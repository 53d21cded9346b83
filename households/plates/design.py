"""What a house plate looks like, as data: a new look is a new `PlateDesign`, and nothing else changes.

Lengths are millimetres from the lower left corner of the plate, x to the right and y up; type sizes are
points. A plate is drawn in these and scaled as a whole to the cell of its sheet: see `placing`.
`design_reading` makes a design of the JSON that people edit, `shipped` knows those that come with the program.
The words on a plate are a public sign and stay Vietnamese in every language of the program.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from households.addresses import Address, capitalised
from mapping.printing.raster import Raster
from mapping.printing.text_fit import Limits

POINT = 25.4 / 72
"""Millimetres in a typographic point."""

Colour = tuple[float, float, float]
"""Red, green, blue from 0 to 1."""


@dataclass(frozen=True)
class PlateFace:
    """All that one plate says. Names come as people read them ("Thôn 3", "Xã Quảng Bình"), empty for none.

    `house_code` is already grouped (`123-456-78C`), `token` is not; `host` is the address in plain letters
    that a person types, `url` the text of the QR symbol that opens its page, `maps_url` of the one that opens a map.
    `numbers` is for the board of an alley alone, whose name is then the `street`: which houses stand in it ("1 – 45").
    """

    token: str
    house_code: str
    plus_code: str
    number: str
    street: str
    village: str
    commune: str
    province: str
    host: str
    url: str
    maps_url: str = ""
    numbers: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle on the plate; (x, y) is its lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Style:
    """How a text is set. `align` is left, centre or right; `limits` are in points.

    With `hang` the blank before the first letter is taken off, so that lines of all sizes start on one edge.
    """

    limits: Limits
    bold: bool = False
    colour: Colour = (1, 1, 1)
    align: str = "left"
    hang: bool = False


@dataclass(frozen=True)
class Label:
    """Words that are the same on every plate of a layout."""

    text: str
    box: Box
    style: Style


@dataclass(frozen=True)
class Part:
    """One text of a plate: `source` is one of SOURCES."""

    source: str
    style: Style


@dataclass(frozen=True)
class Field:
    """Texts set below one another in a box, empty ones left out; all shrink together until they fit.

    `gap` parts them. `anchor` is where the block stands in a higher box: top, middle or bottom.
    """

    box: Box
    parts: tuple[Part, ...]
    gap: float = 0
    anchor: str = "middle"

    @property
    def sources(self) -> frozenset[str]:
        """What its parts say."""
        return frozenset(part.source for part in self.parts)

    def texts(self, face: PlateFace) -> tuple[str, ...]:
        """What the parts say on one plate."""
        return tuple([SOURCES[part.source](face) for part in self.parts])


@dataclass(frozen=True)
class Rule:
    """A thin horizontal line."""

    x: float
    y: float
    width: float
    thickness: float
    colour: Colour


@dataclass(frozen=True)
class Shape:
    """A rectangle of one colour, with round corners where there is a `radius`."""

    box: Box
    fill: Colour
    radius: float = 0


@dataclass(frozen=True)
class Border:
    """A line around the plate, `inset` within its edge: it follows the cell, whatever the cell's proportions are."""

    inset: float
    width: float
    radius: float
    colour: Colour


@dataclass(frozen=True)
class QrBox:
    """A QR symbol: `box` is the square that it fills with its quiet zone; `patch` the ground that is laid under it.

    `what` is one of QR_TEXTS, `level` is Q or H.
    """

    what: str
    box: Box
    level: str
    patch: Shape


@dataclass(frozen=True)
class Picture:
    """An emblem, as large as its box allows and in the middle of it; `image` are its pixels."""

    emblem: str
    box: Box
    image: Raster


@dataclass(frozen=True)
class Watermark:
    """The words of a proof: slanted rows over the whole ground, `step` mm apart, `size` points large."""

    text: str
    colour: Colour
    size: float
    step: float


@dataclass(frozen=True)
class Layout:
    """What stands where on a plate. `written` are its fields in the order in which they were written down.

    Those that say the same on all plates of a run are `shared`: they become part of the artwork, which is written to
    a file once for each wording. The others are `fields`.
    """

    labels: tuple[Label, ...]
    written: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()

    @cached_property
    def shared(self) -> tuple[Field, ...]:
        """The fields all of whose texts say the same on all plates of a run."""
        return tuple(field for field in self.written if field.sources <= SHARED_SOURCES)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields that differ from plate to plate."""
        return tuple(field for field in self.written if not field.sources <= SHARED_SOURCES)


@dataclass(frozen=True)
class PlateDesign:
    """A plate, from its ground up: border, shapes, patches of the symbols, pictures, and the texts of a layout.

    `ink` is the colour of all symbols. `subject` is what it is hung on: `house`, or `alley` for the board of one.
    `title` is what people call the design; `name` is letters, digits and hyphens.
    """

    name: str
    title: str
    width: float
    height: float
    ground: Colour
    ink: Colour
    border: Border | None
    shapes: tuple[Shape, ...]
    qrs: tuple[QrBox, ...]
    pictures: tuple[Picture, ...]
    numbered: Layout
    unnumbered: Layout
    watermark: Watermark
    subject: str = "house"

    @property
    def shows_map(self) -> bool:
        """Whether a symbol opens a map: what somebody else's server answers, no office can revoke."""
        return any(qr.what == "maps" for qr in self.qrs)

    def layout(self, face: PlateFace) -> Layout:
        """The layout for a house with a number, or for one that is known by its alley or village."""
        return self.numbered if face.number.strip() else self.unnumbered


def _token_in_groups(face: PlateFace) -> str:
    token = face.token
    return " ".join([token[start : start + 4] for start in range(0, len(token), 4)])


QR_TEXTS: Final[dict[str, Callable[[PlateFace], str]]] = {
    "record": lambda face: face.url,
    "maps": lambda face: face.maps_url,
}
"""What a symbol may hold: the page of the house (of the alley), or its place on Google Maps."""

SOURCES: Final[dict[str, Callable[[PlateFace], str]]] = {
    "number": lambda face: face.number,
    "headline": lambda face: capitalised(face.street if face.street.strip() else face.village),
    "village_below": lambda face: face.village if face.street.strip() else "",
    "commune_province": lambda face: Address(commune=face.commune.strip(), province=face.province.strip()).place,
    "house_code": lambda face: face.house_code,
    "plus_code": lambda face: face.plus_code,
    "token": _token_in_groups,
    "host": lambda face: face.host,
    "street": lambda face: capitalised(face.street),
    "village": lambda face: face.village,
    "commune": lambda face: face.commune,
    "province": lambda face: face.province,
    "numbers": lambda face: face.numbers,
}
"""What the parts of a plate say. `headline` is the street, else the village; `village_below` is the village
where the street took the headline. Lists write "ngõ Đình", a sign begins with a capital."""

SHARED_SOURCES: Final = frozenset({"commune_province", "commune", "province", "host"})
"""What says the same on all plates of a run."""


BLUE: Colour = (0.043, 0.184, 0.431)
PALE: Colour = (0.76, 0.84, 0.95)
WHITE: Colour = (1, 1, 1)
INK: Colour = (0.05, 0.07, 0.12)
