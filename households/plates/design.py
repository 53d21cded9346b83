"""What a house plate looks like, as data: a new look is a new `PlateDesign`, and nothing else changes.

Lengths are millimetres from the lower left corner of the plate, x to the right and y up; type sizes are
points. The words on a plate are a public sign and stay Vietnamese in every language of the program.
"""

from collections.abc import Callable
from dataclasses import dataclass

from households.addresses import Address, capitalised
from mapping.printing.text_fit import Limits

POINT = 25.4 / 72
"""Millimetres in a typographic point."""

Colour = tuple[float, float, float]
"""Red, green, blue from 0 to 1."""


@dataclass(frozen=True)
class PlateFace:
    """All that one plate says. Names come as people read them ("Thôn 3", "Xã Quảng Bình"), empty for none.

    `house_code` is already grouped (`123-456-78C`), `token` is not; `host` is the address in plain letters
    that a person types, `url` the text of the QR symbol.
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
    """A plate: its ground and border, the white panel with the QR symbol, and two layouts.

    `qr` is the square that the symbol fills with its quiet zone; it lies inside `panel`, clear of its round
    corners. The watermark of a proof fills the ground in rows `watermark_step` apart, `watermark_size` points
    large.
    """

    name: str
    width: float
    height: float
    ground: Colour
    ink: Colour
    border_inset: float
    border_width: float
    border_radius: float
    panel: Box
    panel_radius: float
    qr: Box
    numbered: Layout
    unnumbered: Layout
    watermark: str
    watermark_colour: Colour
    watermark_size: float
    watermark_step: float

    def layout(self, face: PlateFace) -> Layout:
        """The layout for a house with a number, or for one that is known by its alley or village."""
        return self.numbered if face.number.strip() else self.unnumbered


def _token_in_groups(face: PlateFace) -> str:
    token = face.token
    return " ".join([token[start : start + 4] for start in range(0, len(token), 4)])


SOURCES: dict[str, Callable[[PlateFace], str]] = {
    "number": lambda face: face.number,
    "headline": lambda face: capitalised(face.street if face.street.strip() else face.village),
    "village_below": lambda face: face.village if face.street.strip() else "",
    "commune_province": lambda face: Address(commune=face.commune.strip(), province=face.province.strip()).place,
    "house_code": lambda face: face.house_code,
    "plus_code": lambda face: face.plus_code,
    "token": _token_in_groups,
    "host": lambda face: face.host,
}
"""What the parts of a plate say. `headline` is the street, else the village; `village_below` is the village
where the street took the headline. Lists write "ngõ Đình", a sign begins with a capital."""


BLUE: Colour = (0.043, 0.184, 0.431)
PALE: Colour = (0.76, 0.84, 0.95)
WHITE: Colour = (1, 1, 1)
INK: Colour = (0.05, 0.07, 0.12)

_LEFT, _COLUMN = 6.4, 43.6  # the text column, left of the panel
_RIGHT_HALF = 28.8
_PANEL = Box(53, 11.6, 36, 47.4)

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
    width=95,
    height=65,
    ground=BLUE,
    ink=INK,
    border_inset=2.1,
    border_width=0.8,
    border_radius=3.2,
    panel=_PANEL,
    panel_radius=1.6,
    qr=Box(53.5, 23.5, 35, 35),
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
    watermark="BẢN IN THỬ",
    watermark_colour=(0.17, 0.345, 0.66),
    watermark_size=15,
    watermark_step=12.5,
)
"""The customary plate: white on dark blue, the symbol dark on a white panel; for `sheet.A4_PLATES`."""

DESIGNS = {design.name: design for design in (HOUSE_NUMBER,)}
