"""What OpenStreetMap's tags of a way say of it as a street that houses may be numbered along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from households.streets.importing import words
from households.streets.importing.words import LEAVE_OUT, UNSURE, Called

# highway → what a nameless way is, and the width class where no tag tells a width. "" is a road, which has a name.
HIGHWAYS: Final = {
    "trunk": ("", 5), "primary": ("", 4), "secondary": ("", 4), "tertiary": ("", 3), "unclassified": ("ngo", 3),
    "road": ("ngo", 0), "residential": ("ngo", 3), "living_street": ("ngo", 2), "service": (LEAVE_OUT, 2),
    "pedestrian": (LEAVE_OUT, 0), "track": (LEAVE_OUT, 2), "footway": (LEAVE_OUT, 1), "path": (LEAVE_OUT, 1),
    "steps": (LEAVE_OUT, 1), "cycleway": (LEAVE_OUT, 1),
}  # fmt: skip
_LANE_M: Final = 3.0


class Way(NamedTuple):
    """What a way is: a kind, LEAVE_OUT, or UNSURE for a road without a name; name, number, width class."""

    kind: str
    name: str
    number: str
    width_class: int
    width_is_usual: bool = False
    """The width is what is usual of the class of road; no tag tells it."""


def way_of(tags: Mapping[str, str], *, kind: str = UNSURE) -> Way:
    """Read the tags of a way; `kind` is what a person chose for its highway value, or UNSURE.

    A way's own name says its kind ("Ngõ Đình"); else named ways are roads, but for footpaths, and nameless ones of
    the lower classes alleys. Motorways, slip roads, building sites and nameless field tracks are left out.
    """
    highway = tags.get("highway", "")
    nameless, width = HIGHWAYS.get(highway, (LEAVE_OUT, 0))
    if kind == LEAVE_OUT or (kind == UNSURE and highway not in HIGHWAYS) or tags.get("area") == "yes":
        return Way(LEAVE_OUT, "", "", 0)
    told = _told_width(tags)
    width, usual = told or width, not told
    name = words.called(tags.get("name") or tags.get("name:vi", ""))
    if not (name.name or name.number) and nameless == "":
        name = Called("road", tags.get("ref", "").split(";")[0].strip(), "")
    if kind != UNSURE:  # a person's word
        chosen = words.called(tags.get("name") or tags.get("name:vi", ""), kind=kind)
        return Way(kind, chosen.name, chosen.number, width, usual)
    if name.name or name.number:
        lower = highway in ("footway", "path", "steps", "track", "cycleway", "service")
        return Way(name.kind or ("ngo" if lower else "road"), name.name, name.number, width, usual)
    if name.kind != UNSURE and name.kind not in ("road", "street"):
        return Way(name.kind, "", "", width, usual)  # "Ngõ", and no more
    if tags.get("service") == "alley":
        return Way("ngo", "", "", width, usual)
    return Way(nameless, "", "", width, usual)


def _told_width(tags: Mapping[str, str]) -> int:
    told = words.width_of(tags.get("width", "")) or words.width_of(tags.get("est_width", ""))
    if told:
        return told
    lanes = tags.get("lanes", "")
    return words.width_class_of(int(lanes) * _LANE_M) if lanes.isdigit() and 2 <= int(lanes) <= 12 else 0
