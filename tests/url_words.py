"""Words in which the rows of `test_urls` say who meets what at an address."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from mapping.access import Role
from tests.url_world import World

IN, SIGN_IN, FORBIDDEN, ABSENT = "let in", "sent to sign in", "forbidden", "absent"

ROLES = {
    "viewer": Role.VIEWER,
    "agronomist": Role.AGRONOMIST,
    "surveyor": Role.SURVEYOR,
    "village_head": Role.VILLAGE_HEAD,
    "officer": Role.COMMUNE_OFFICER,
    "province_officer": Role.PROVINCE_OFFICER,
}
IN_VILLAGES = ("surveyor", "village_head")  # granted at the house's village, not at its commune
ELSEWHERE = tuple(f"{role} elsewhere" for role in ROLES)
NEIGHBOUR = "village_head next door"  # of the other village of the same commune
PEOPLE = ("anonymous", "nobody", *ROLES, *ELSEWHERE, NEIGHBOUR, "administrator")

Meets = dict[str, str]


def somewhere(*let_in: str) -> Meets:
    """A page of no single unit: whoever holds the right at any unit comes in, and sees their own there."""
    own = {role: IN if role in let_in else FORBIDDEN for role in ROLES}
    return {
        "anonymous": SIGN_IN,
        "nobody": FORBIDDEN,
        **own,
        **{f"{role} elsewhere": met for role, met in own.items()},
        NEIGHBOUR: own["village_head"],
        "administrator": IN,
    }


def at_house(*let_in: str) -> Meets:
    """What belongs to a house: absent for everyone from elsewhere, the next village included."""
    elsewhere = dict.fromkeys(("nobody", *ELSEWHERE, NEIGHBOUR), ABSENT)
    return somewhere(*let_in) | elsewhere


def in_commune(*let_in: str) -> Meets:
    """What is asked for by the commune's code: whoever works in one of its villages finds that part of it."""
    return at_house(*let_in) | {NEIGHBOUR: IN if "village_head" in let_in else FORBIDDEN}


def of_commune(*let_in: str) -> Meets:
    """What belongs to the commune as a whole: absent for whoever works in single villages of it."""
    return at_house(*let_in) | dict.fromkeys((*IN_VILLAGES, NEIGHBOUR), ABSENT)


ANYONE = dict.fromkeys(PEOPLE, IN)
SIGNED_IN = ANYONE | {"anonymous": SIGN_IN}
SIGNED_IN_BUT_ABSENT = dict.fromkeys(PEOPLE, ABSENT) | {"anonymous": SIGN_IN}
EDITORS = ("village_head", "officer", "province_officer")
OFFICERS = ("officer", "province_officer")
WHO_SEES_HOUSES = at_house(*ROLES)
WHO_EDITS = at_house(*EDITORS)
WHO_EDITS_SOMEWHERE = somewhere(*EDITORS)
WHO_IMPORTS = of_commune(*OFFICERS)
WHO_IMPORTS_SOMEWHERE = somewhere(*OFFICERS)
WHO_PRINTS_SOMEWHERE = somewhere(*EDITORS)
WHO_PRINTS = of_commune(*OFFICERS)
# In the next village no house is standing yet: the head is let in, and told so.
WHO_TAKES_WALK_LISTS = in_commune(*EDITORS)
# Of the village alone; a surveyor there knows of no batch.
WHO_PRINTS_THE_BATCH = at_house(*EDITORS) | {"surveyor": ABSENT}
WHO_MANAGES = of_commune(*OFFICERS)
# Told that they manage nobody, before it is looked up whom they asked for.
WHO_MANAGES_PEOPLE = somewhere(*OFFICERS) | {"officer elsewhere": ABSENT, "province_officer elsewhere": ABSENT}
WHO_WORKS_SOMEWHERE = somewhere(*ROLES)
# Officers are let in, and told that the commune they did not name is none.
NAMES_NO_COMMUNE = somewhere(*OFFICERS) | dict.fromkeys(
    ("administrator", *OFFICERS, *(f"{role} elsewhere" for role in OFFICERS)), ABSENT
)
WHO_SEES_TILES = WHO_WORKS_SOMEWHERE | {"anonymous": FORBIDDEN}


@dataclasses.dataclass(frozen=True)
class Row:
    """An address, how it is called, and what each of PEOPLE meets."""

    path: Callable[[World], str]
    meets: Meets
    method: str = "GET"
    json: bool = False


def get(path: Callable[[World], str], meets: Meets) -> Row:
    return Row(path, meets)


def post(path: Callable[[World], str], meets: Meets, *, json: bool = False) -> Row:
    return Row(path, meets, "POST", json)
