"""What a house plate looks like, as data: a new look is a new `PlateDesign`, and nothing else changes.

Lengths are millimetres from the lower left corner of the plate, x to the right and y up; type sizes are
points. A plate is drawn in these and scaled as a whole to the cell of its sheet: see `placing`.
`design_reading` makes a design of the JSON that people edit, `shipped` knows those that come with the program.
The words on a plate are a public sign and stay Vietnamese in every language of the program.
"""

from collections.abc import Callable
from dataclasses import dataclass
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
    """What stands where on a plate. Fields that say the same on most plates of a run are `shared`.

    Shared fields become part of the artwork, which is written to a file once for each wording.
    """

    labels: tuple[Label, ...]
    shared: tuple[Field, ...]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()


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

_LEFT, _COLUMN = 6.4, 43.6  # the text column, left of the panel
_RIGHT_HALF = 28.8
_PANEL = Shape(Box(53, 11.6, 36, 47.4), WHITE, 1.6)

_CAPTION = Style(Limits(5.6, 4, 5, leading=1.2), bold=True, colour=PALE)
_PLACE = Style(Limits(8.4, 5, 6, lines=2, leading=1.2), colour=PALE)
_NUMBER = Style(Limits(74, 12, 30, lines=2, leading=1, breaks="/-"), bold=True, hang=True)
_STREET = Style(Limits(12.5, 6.5, 9.5, lines=2, leading=1.25), bold=True)
_VILLAGE = Style(Limits(11, 6, 8.5, lines=2, leading=1.25))
_HEADLINE = Style(Limits(28, 9, 14, lines=3, leading=1.24), bold=True, hang=True)
_CODE = Style(Limits(8.7, 6, 7, leading=1.2), bold=True)
_LARGE_CODE = Style(Limits(20, 12, 14, leading=1.2), bold=True, hang=True)
_TOKEN = Style(Limits(10, 7, 8, leading=1.2), bold=True, colour=INK, align="centre")
_HOST = Style(Limits(8.2, 4.5, 5, leading=1.25), colour=INK, align="centre")

_WARNING = Label(
    "Trang này không bao giờ hỏi tiền, mã OTP hay mật khẩu",
    Box(_LEFT, 4.6, 82.6, 4.4),
    Style(Limits(7.2, 4, 6, leading=1.3), align="centre"),
)
_SHARED = (
    Field(Box(_LEFT, 54.8, _COLUMN, 4.8), (Part("commune_province", _PLACE),), anchor="top"),
    Field(Box(54.2, 12.9, 33.6, 3.9), (Part("host", _HOST),)),
)
_TOKEN_FIELD = Field(Box(55.2, 17.1, 31.6, 5.6), (Part("token", _TOKEN),))

HOUSE_NUMBER = PlateDesign(
    name="house-number",
    title="Biển xanh lam, chữ trắng",
    width=95,
    height=65,
    ground=BLUE,
    ink=INK,
    border=Border(2.1, 0.8, 3.2, WHITE),
    shapes=(),
    qrs=(QrBox("record", Box(53.5, 23.5, 35, 35), "Q", _PANEL),),
    pictures=(),
    numbered=Layout(
        labels=(
            Label("MÃ NHÀ", Box(_LEFT, 14.9, 20, 2.6), _CAPTION),
            Label("PLUS CODE", Box(_RIGHT_HALF, 14.9, 21.2, 2.6), _CAPTION),
            _WARNING,
        ),
        shared=_SHARED,
        fields=(
            Field(Box(_LEFT, 34.9, _COLUMN, 20.4), (Part("number", _NUMBER),)),
            Field(
                Box(_LEFT, 18.6, _COLUMN, 14),
                (Part("headline", _STREET), Part("village_below", _VILLAGE)),
                anchor="top",
            ),
            Field(Box(_LEFT, 11, 21.2, 4.2), (Part("house_code", _CODE),)),
            Field(Box(_RIGHT_HALF, 11, 21.2, 4.2), (Part("plus_code", _CODE),)),
            _TOKEN_FIELD,
        ),
        rules=(Rule(_LEFT, 34, _COLUMN, 0.25, PALE),),
    ),
    unnumbered=Layout(
        labels=(
            Label("MÃ NHÀ", Box(_LEFT, 28.8, 20, 2.8), _CAPTION),
            Label("PLUS CODE", Box(_LEFT, 16.4, 20, 2.6), _CAPTION),
            _WARNING,
        ),
        shared=_SHARED,
        fields=(
            Field(
                Box(_LEFT, 35, _COLUMN, 18.6),
                (Part("headline", _HEADLINE), Part("village_below", _VILLAGE)),
                gap=0.3,
            ),
            Field(Box(_LEFT, 19.8, _COLUMN, 9.4), (Part("house_code", _LARGE_CODE),)),
            Field(Box(_LEFT, 11.6, _COLUMN, 4.8), (Part("plus_code", _CODE),)),
            _TOKEN_FIELD,
        ),
        rules=(Rule(_LEFT, 33.4, _COLUMN, 0.25, PALE),),
    ),
    watermark=Watermark("BẢN IN THỬ", (0.17, 0.34, 0.66), 15, 12.5),
)
"""The customary plate: white on dark blue, the symbol dark on a white panel; for `sheet.A4_PLATES`."""

DESIGNS = {design.name: design for design in (HOUSE_NUMBER,)}
