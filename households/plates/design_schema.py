"""The JSON of a plate design: which members there are, of which kind, in which range. Pure; see `design_reading`.

`json_schema` is the same as a JSON Schema for editors and for whoever writes designs with a program.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from households.plates.design import QR_TEXTS, SOURCES

SMALLEST_TYPE = 4.0
"""Points, on a plate of the design's own size: below it nobody reads a letter at the door."""

LARGEST_SIDE = 1200.0

Length = Annotated[float, Field(strict=True, ge=0, le=LARGEST_SIDE, allow_inf_nan=False)]
Side = Annotated[float, Field(strict=True, gt=0, le=LARGEST_SIDE, allow_inf_nan=False)]
Points = Annotated[float, Field(strict=True, ge=SMALLEST_TYPE, le=1500, allow_inf_nan=False)]
Hex = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Word = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Box = Annotated[tuple[Length, Length, Side, Side], Field(description="x, y (góc trái dưới), rộng, cao; mm")]
Square = Annotated[tuple[Length, Length, Side], Field(description="x, y (góc trái dưới), cạnh; mm, gồm cả vùng trắng")]


class Part(BaseModel):
    """What all parts of a design have in common: no member that is not known, nothing changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Border(Part):
    """A line around the plate."""

    inset: Length
    width: Annotated[float, Field(strict=True, gt=0, le=20)]
    radius: Length = 0
    colour: Hex = "#ffffff"


class Shape(Part):
    """A rectangle of one colour."""

    box: Box
    colour: Hex = "#ffffff"
    radius: Length = 0


class QrBox(Part):
    """A QR symbol."""

    what: Literal[tuple(QR_TEXTS)] = "record"  # type: ignore[valid-type]
    square: Square
    level: Literal["Q", "H"] = "Q"
    patch: Shape


class Image(Part):
    """An emblem of the commune."""

    emblem: Word
    box: Box


class Style(Part):
    """How a text is set."""

    size: Annotated[tuple[Points, Points], Field(description="cỡ nhỏ nhất, cỡ lớn nhất; điểm")]
    comfortable: Points | None = Field(None, description="cỡ mà dưới đó chữ được ngắt thành nhiều dòng")
    lines: Annotated[int, Field(strict=True, ge=1, le=6)] = 1
    leading: Annotated[float, Field(strict=True, ge=0.9, le=2.5)] = 1.25
    narrowest: Annotated[float, Field(strict=True, ge=0.5, le=1)] = 0.72
    breaks: Annotated[str, Field(max_length=8)] = ""
    bold: bool = False
    colour: Hex = "#ffffff"
    align: Literal["left", "centre", "right"] = "left"
    hang: bool = False


class Label(Part):
    """Words that are the same on every plate."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    box: Box
    style: str


class Text(Part):
    """One text of a plate."""

    field: Literal[tuple(SOURCES)]  # type: ignore[valid-type]
    style: str


class FieldBox(Part):
    """Texts below one another."""

    box: Box
    texts: Annotated[list[Text], Field(min_length=1, max_length=4)]
    gap: Length = 0
    anchor: Literal["top", "middle", "bottom"] = "middle"


class Rule(Part):
    """A thin line."""

    box: Box
    colour: Hex = "#ffffff"


class Layout(Part):
    """What stands where."""

    labels: Annotated[list[Label], Field(max_length=30)] = []
    fields: Annotated[list[FieldBox], Field(max_length=12)] = []
    rules: Annotated[list[Rule], Field(max_length=30)] = []


class Watermark(Part):
    """The words of a proof."""

    text: Annotated[str, Field(min_length=1, max_length=60)] = "BẢN IN THỬ"
    colour: Hex
    size: Points = 15
    step: Annotated[float, Field(strict=True, ge=3, le=300)] = 12.5


class Design(Part):
    """A plate design. Lengths in millimetres from the lower left corner, type in points."""

    name: Word
    title: Annotated[str, Field(min_length=1, max_length=80)]
    subject: Literal["house", "alley"] = "house"
    width: Annotated[float, Field(strict=True, ge=30, le=LARGEST_SIDE)]
    height: Annotated[float, Field(strict=True, ge=20, le=LARGEST_SIDE)]
    ground: Hex
    ink: Hex
    border: Border | None = None
    shapes: Annotated[list[Shape], Field(max_length=30)] = []
    qr: Annotated[list[QrBox], Field(min_length=1, max_length=3)]
    images: Annotated[list[Image], Field(max_length=6)] = []
    styles: dict[str, Style]
    numbered: Layout
    unnumbered: Layout | None = Field(None, description="cho nhà chưa có số; bỏ trống thì như nhà có số")
    watermark: Watermark


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a design (draft 2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Design.model_json_schema()}
