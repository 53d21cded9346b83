"""What the search box says beside the houses it found: the street that was named, and what an address without a house
comes nearest to, as the geocoder says it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import reverse

from households.addresses import in_sentence
from households.geocoding.answers import Found
from households.geocoding.batch import geocode
from households.geocoding.commune_names import street_part
from households.geocoding.model import WrittenAddress
from households.geocoding.reading import read_address
from households.models import Street
from households.models.street import STREET_WORDS
from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.text import fold

MOST_STREETS: Final = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A page that answers: its address, what it is called and where that lies."""

    url: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an address leads to no house, in sentences, and the pages that come nearest."""

    sentences: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def names_a_street(text: str) -> WrittenAddress | None:
    """Return the reading of a text that is a street with its kind and no house: "ngõ Đình", "đ. Liên Xã"."""
    read = read_address(text)
    is_street = read.street is not None and bool(read.street.kind) and not read.number and not read.words
    return read if is_street else None


def streets(user: Any, text: str, commune: Unit | None) -> list[Link]:
    """Return the pages of the streets that a text names, drawn ones within the person's reach."""
    read = names_a_street(text)
    if read is None or read.street is None:
        return []
    rows = Street.objects.for_user(user).filter(name_folded=fold(read.street.name))
    rows = rows.filter(commune=commune) if commune is not None else rows
    rows = rows.select_related("commune", "village").only(
        "id", "kind", "name", "number", "commune__designation", "commune__name", "village__designation", "village__name"
    )
    found = list(rows.order_by("commune__code", "kind", "pk")[:20])
    same = [row for row in found if STREET_WORDS[row.kind] == read.street.kind]
    return [_link(row) for row in (same or found)[:MOST_STREETS]]


def explain(user: Any, text: str, commune: Unit | None) -> Explanation | None:
    """Return what the geocoder says of an address that leads to no house; None of what is no address.

    Without `commune` it looks in the person's own, or in the one that the address names.
    """
    read = read_address(text)
    if read.is_empty and not read.is_too_long:
        return None
    commune = commune or access.own_commune(user, Capability.SEE_HOUSES)
    answer = next(geocode(user=user, texts=[text], commune=commune))
    links = [link for found in answer.found for link in _links(user, found, commune)]
    return Explanation(answer.reasons, list(dict.fromkeys(links)))


def _links(user: Any, found: Found, commune: Unit | None) -> list[Link]:
    if found.code:
        place = found.address.removeprefix(found.short).strip(", ")
        return [Link(reverse("house", args=[found.code]), found.short, place)]
    links = []
    part = street_part(found.short)
    if part.kind and commune is not None:
        rows = Street.objects.for_user(user).filter(name_folded=fold(part.name), commune=commune)
        row = next((row for row in rows.defer("line", "line_3857") if STREET_WORDS[row.kind] == part.kind), None)
        links += [_link(row)] if row is not None else []
    if found.near_code:
        links.append(Link(reverse("house", args=[found.near_code]), found.near))
    return links


def _link(street: Street) -> Link:
    units = [unit.full_name for unit in (street.village, street.commune) if unit is not None]
    return Link(reverse("street", args=[street.pk]), street.full_name, ", ".join(in_sentence(name) for name in units))
