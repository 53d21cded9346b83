"""What stands on a soil card, in words and metres, whoever found it out. Pure.

A card is a paper of the commune: it is Vietnamese in every language of the program. It names no person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from soil_map.bars import Bar

Place = tuple[float, float]
Rings = tuple[tuple[Place, ...], ...]
"""Closed lines in metres; those inside another are its holes."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the map of a card shows, in metres of one VN-2000 zone, north up.

    `fields` are those around it, `own` the card's; `point` is where the sample was taken, or the middle of the field.
    """

    point: Place
    own: Rings = ()
    fields: tuple[tuple[Rings, str], ...] = ()
    villages: tuple[tuple[Rings, str], ...] = ()
    commune: Rings = ()


@dataclass(frozen=True, slots=True)
class CardValue:
    """One property: its value in words, and the bar of its classes where there is a scheme for its method."""

    name: str
    method: str
    text: str
    unit: str
    note: str = ""
    bar: Bar | None = None
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class DoseLine:
    """A nutrient or a fertiliser: kilograms for a hectare and for a sào, in words."""

    name: str
    per_ha: str
    per_sao: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CardDose:
    """What to give one crop, or why that is not told. `parts` are sentences, one for each part of the season."""

    heading: str
    nutrients: tuple[DoseLine, ...] = ()
    bags: tuple[DoseLine, ...] = ()
    parts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    refusal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One soil card. `watermark`: what it is not meant for, "" for a real one; `sao` as in "sào 500 m²".

    `brief` are the sources as they stand where the whole ones do not fit; empty: there is nothing to shorten.
    """

    title: str
    commune: str
    facts: tuple[tuple[str, str], ...]
    values: tuple[CardValue, ...]
    dose: CardDose | None
    sketch: Sketch
    sources: tuple[str, ...]
    url: str
    printed_on: str
    sao: str
    is_invented: bool = False
    watermark: str = ""
    warnings: tuple[str, ...] = field(default=())
    brief: tuple[str, ...] = field(default=())
