"""The search box: houses by the names of their people, telephone, code, plate, number, street and village.

A typed text is understood by `search_words`, rows are found by `search_rows`, and here they are put in order. What is
not found word by word may be a written address, with abbreviations and units: `search_written` reads it as one. All
reading of people by words goes through `find`, scoped by the person's units inside the statements.

A telephone is masked on every page, so a search must not give away what the mask hides. It is looked for only where
the person may reveal numbers, and by the whole number or exactly its last four digits: with five, six, seven, whoever
may search could find a hidden number digit by digit, and nothing would have been written down. Whom a number finds
is written down; a person whose numbers find nobody again and again has to wait.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from households import audit_trail
from households.geocoding.reading import read_address
from households.models import OPENS_SQL, Household, Plate
from households.search_addresses import addresses_with, narrowed, of_villages
from households.search_rows import (
    HOUSEHOLDS,
    HOUSES,
    NAME_COLUMNS,
    Question,
    Reach,
    candidates,
    is_known,
    is_known_anywhere,
    planner_as_before,
)
from households.search_rows import people as people_rows
from households.search_words import (
    LEAST_CODE_DIGITS,
    Typed,
    Words,
    rank_name,
    read,
    splits,
    without,
    without_title,
    words_of,
)
from households.search_written import by_written_address
from mapping import access, throttle
from mapping.access import Capability
from mapping.errors import TooMany
from mapping.models import Unit
from mapping.text import fold

_NEIGHBOURHOOD, _NEIGHBOURHOOD_WIDE = 2_000, 300  # houses whose people are looked through for a name
_GUESSES = "search.phone"
MOST_GUESSES, GUESSING_SECONDS = 30, 600
"""So many numbers that nobody has may be typed in these seconds by one person."""


@dataclass(frozen=True, slots=True)
class Found:
    """House ids, the best first; `more` says that there were others."""

    house_ids: list[uuid.UUID] = field(default_factory=list)
    more: bool = False
    former: dict[uuid.UUID, str] = field(default_factory=dict)
    """The address that a house had before, where that is what was typed."""
    not_understood: tuple[str, ...] = ()
    """The parts of an address that say nothing here, as they were typed; the houses are those that the rest means."""


def find(*, user: Any, text: str, commune: Unit | None = None, village: Unit | None = None, limit: int = 20) -> Found:
    """Return the houses that answer `text` best, among those the person may see; people only where they may be seen.

    Cost: under 50 ms at a million houses, whatever is typed (`script/bench search`).
    """
    typed = read(text)
    houses = _reach(user, Capability.SEE_HOUSES, commune, village)
    if access.scope_of(user, Capability.SEE_PEOPLE) == access.scope_of(user, Capability.SEE_HOUSES):
        people = houses
    else:
        people = _reach(user, Capability.SEE_PEOPLE, commune, village)
    if not typed.text or houses is None:
        return Found()
    phones = _reach(user, Capability.REVEAL, commune, village) if typed.phone_end else None
    if phones is not None:
        _refuse_guessing(user)
    not_understood: tuple[str, ...] = ()
    with transaction.atomic(), connection.cursor() as cursor:
        asked = Question(cursor, typed, houses, people, limit, names_street=_names_street(typed.text))
        ids = _by_code(cursor, typed, houses)
        if phones is not None and not (ids and typed.house_code):
            ids += _by_phone(cursor, user, typed, phones)
        if not ids or 0 < len(typed.digits) < LEAST_CODE_DIGITS:
            more_ids, not_understood = _by_words(asked)
            ids += more_ids
        planner_as_before(cursor)
    unique = list(dict.fromkeys(ids))
    former = {pk: asked.former[pk] for pk in unique[:limit] if pk in asked.former}
    return Found(unique[:limit], more=len(unique) > limit, former=former, not_understood=not_understood)


def _names_street(text: str) -> bool:
    """Whether a text begins with the word for a street or alley and its name: its houses come before people."""
    street = read_address(text).street
    return street is not None and bool(street.kind) and fold(text).startswith(fold(street.kind))


def _not_known(asked: Question, words: Words) -> tuple[str, ...]:
    """The words of a text that stand in no name or address at all; "" of a text that has one that does."""
    unknown = []
    for at in range(len(words.words)):
        word = words.part(at, at + 1)
        if is_known_anywhere(asked, word):
            return ()
        unknown.append(word.words[0])
    return tuple(unknown)


def _by_words(asked: Question) -> tuple[list[uuid.UUID], tuple[str, ...]]:
    """Houses by words, and what of a written address nobody understood."""
    folded, villages = _folded_and_villages(asked)
    words = words_of(folded, ends_open=asked.typed.ends_open)
    if not words.words:
        return [], ()
    ids = _by_these(asked, words, villages) if words.are_all else []  # else they would be only the first ones
    bare = without_title(words)
    if not ids and bare is not None and words.are_all:
        ids = _by_these(asked, bare, villages)
    if ids or asked.typed.digits:
        return ids, ()
    if asked.typed.is_token_alone:
        return [], (asked.typed.text,)  # a token that ends in 7 is no address of a house 7
    written = by_written_address(asked, villages)
    ids, left = written.ids, written.left
    is_open = not ids or (bool(left) and written.may_be_people)
    if is_open and asked.people is not None and len(words.words) > 1:
        at_address = _people_at_address(asked.cursor, asked.typed, words, asked.people)
        if not at_address and bare is not None:
            at_address = _people_at_address(asked.cursor, asked.typed, bare, asked.people)
        if at_address:
            return at_address, ()
    if not ids and not words.are_all:
        ids = _by_these(asked, words, villages)
    if not ids and not left and not asked.typed.phone_end and _not_known(asked, words):
        return [], (asked.typed.text,)
    return ids, left


def _by_these(asked: Question, words: Words, villages: list[tuple[int, str]]) -> list[uuid.UUID]:
    names, addresses = _names_and_addresses(asked, words, asked.houses, asked.people)
    number_first = any(word[0].isdigit() for word in words.words) or asked.names_street
    ids = _merged(names, addresses, asked.limit, number_first=number_first)
    for rest, village_ids in _readings_with_village(words, villages):
        if len(ids) > asked.limit or (not ids and asked.lacks(rest)):
            break
        there = [narrowed(reach, village_ids) for reach in (asked.houses, asked.people)]
        if rest.words:
            names, addresses = _names_and_addresses(asked, rest, there[0], there[1])
            ids += _merged(names, addresses, asked.limit, number_first=False)
        else:
            ids += of_villages(asked, there[0])
    return ids


def _names_and_addresses(
    asked: Question, words: Words, houses: Reach | None, people: Reach | None
) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    names: list[Any] = []
    if people is not None:
        names = candidates(asked.cursor, HOUSEHOLDS, NAME_COLUMNS, words, people, enough=asked.limit)
        names.sort(key=lambda row: rank_name(row[1], row[2], words, asked.typed))
    addresses = addresses_with(asked, words, houses, unless=bool(names)) if houses is not None else []
    return list(dict.fromkeys(row[0] for row in names)), addresses


def _people_at_address(cursor: Any, typed: Typed, words: Words, people: Reach) -> list[uuid.UUID]:
    """A person's name and their address in one line, in either order: "Nguyễn Văn An 12/5 ngõ Đình"."""
    whole, _begun = words.parted()
    numbers = whole.numbers() if whole is not None else None
    if numbers is not None and not is_known(cursor, HOUSES, numbers, people):
        return []  # all numbers belong to the address
    most = _NEIGHBOURHOOD_WIDE if people.wide else _NEIGHBOURHOOD
    for name, address in splits(words):
        houses = candidates(cursor, HOUSES, "x.id", address, people, enough=most, most=most)
        if not houses:
            continue
        rows = people_rows(cursor, people, needles=name.needles(), houses=[row[0] for row in houses], most=200)
        if rows:
            rows.sort(key=lambda row: rank_name(row[1], row[2], name, typed))
            return [row[0] for row in rows]
    return []


def _by_code(cursor: Any, typed: Typed, houses: Reach) -> list[uuid.UUID]:
    """Houses by their code or the beginning of one, or by the token of a plate that still opens."""
    where, params = houses.where()
    if typed.token is not None:
        cursor.execute(
            f"SELECT x.id FROM {HOUSES} x JOIN {Plate._meta.db_table} p ON p.house_id = x.id "
            f"WHERE p.token = %s AND p.state {OPENS_SQL} AND {where}",
            [typed.token, *params],
        )
    elif typed.house_code is not None:
        cursor.execute(f"SELECT x.id FROM {HOUSES} x WHERE x.code = %s AND {where}", [typed.house_code, *params])
    elif typed.code_start:
        cursor.execute(
            f"SELECT x.id FROM {HOUSES} x WHERE x.code LIKE %s AND {where} LIMIT 50", [typed.code_start + "%", *params]
        )
    else:
        return []
    return [row[0] for row in cursor.fetchall()]


def _by_phone(cursor: Any, user: Any, typed: Typed, people: Reach) -> list[uuid.UUID]:
    """Houses by a telephone number or its last four digits, through the index on the last four; written down."""
    ids = [row[0] for row in people_rows(cursor, people, phone_end=typed.phone_end, most=100)]
    if ids:
        households = Household.objects.for_user(user).select_related("house").filter(house__in=ids)
        audit_trail.found_by_phone(households.filter(phone__endswith=typed.phone_end))
    else:
        throttle.allow(_GUESSES, str(user.pk), limit=MOST_GUESSES, seconds=GUESSING_SECONDS)
    return ids


def _refuse_guessing(user: Any) -> None:
    """Raise TooMany for whoever has typed too many numbers that nobody has; asked first, so that it tells nothing."""
    seconds = throttle.seconds_to_wait(_GUESSES, str(user.pk), limit=MOST_GUESSES)
    if seconds:
        raise TooMany(
            _("Bạn đã tìm quá nhiều số điện thoại không có hộ nào dùng. Hãy chờ ít phút, hoặc tìm bằng tên, địa chỉ."),
            seconds=seconds,
        )


def _folded_and_villages(asked: Question) -> tuple[str, list[tuple[int, str]]]:
    """The text as the database folds it, and the villages within reach whose name stands in it."""
    cursor, houses = asked.cursor, asked.houses
    where, params = "TRUE", []
    if houses.villages is not None:
        where, params = "u.id = ANY(%s::bigint[])", [houses.villages]
    elif houses.communes is not None:
        where, params = "u.parent_id = ANY(%s::bigint[])", [houses.communes]
    cursor.execute(
        "WITH typed AS MATERIALIZED (SELECT sonha_fold(%s) AS folded) SELECT typed.folded, u.id, u.name_folded "
        "FROM typed LEFT JOIN mapping_unit u ON u.kind = 'village' AND u.valid_until IS NULL "
        f"AND strpos(' ' || typed.folded || ' ', ' ' || u.name_folded || ' ') > 0 AND {where} LIMIT 500",
        [asked.typed.text, *params],
    )
    rows = cursor.fetchall()
    return rows[0][0], [(unit_id, name) for _, unit_id, name in rows if unit_id is not None]


def _readings_with_village(words: Words, villages: list[tuple[int, str]]) -> list[tuple[Words, list[int]]]:
    """The text without a village's name, and the villages so called; the longest name first, two at most."""
    by_name: dict[str, list[int]] = {}
    for unit_id, name in villages:
        by_name.setdefault(name, []).append(unit_id)
    readings = []
    for name in sorted(by_name, key=len, reverse=True)[:2]:
        rest = without(words, name)
        if rest is not None:
            readings.append((rest, by_name[name]))
    return readings


def _merged(names: list[uuid.UUID], addresses: list[uuid.UUID], limit: int, *, number_first: bool) -> list[uuid.UUID]:
    """One list out of two; a quarter of the places is kept for the second kind, so that neither hides the other."""
    first, second = (addresses, names) if number_first else (names, addresses)
    kept = limit - min(len(second), limit // 4)
    return [*first[:kept], *second[: limit - len(first[:kept])], *first[kept:], *second[limit - len(first[:kept]) :]]


def _reach(user: Any, capability: Capability, commune: Unit | None, village: Unit | None) -> Reach | None:
    scope = access.scope_of(user, capability)
    if not scope:
        return None
    if commune is not None:
        communes: list[int] | None = [commune.pk]
        whole = commune in scope
    elif scope.everything:
        communes, whole = None, True
    else:
        units = list(Unit.objects.filter(pk__in=scope.unit_ids).values_list("kind", "pk", "parent_id"))
        granted = {pk for kind, pk, _ in units if kind == "commune"}
        above = {parent for kind, _, parent in units if kind == "village"}
        communes, whole = sorted(granted | above), above <= granted
    villages = None if whole else sorted(scope.unit_ids)
    if village is not None:
        villages = [village.pk] if whole or village in scope else []
        communes = [village.parent_id]
    return Reach(communes, villages)
