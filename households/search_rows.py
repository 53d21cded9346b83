"""Rows that have all the words of a search, found in a time that does not grow with the table.

The words of a name or an address are lexemes of one GIN index together with the commune: a tenth of the size of
trigrams, and it costs an import little. Inside a few communes that index answers alone. Where the person sees many,
a common word has hundreds of thousands of rows: the first thousands of the table are tried before the index, and
when they hold enough answers the index is never asked.

Everything is scoped by `Reach` inside the statements. Call inside a transaction: settings of the planner are local
to it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from households.models import FormerAddress, House, Household
from households.search_words import Typed, Words

HOUSES: Final = House._meta.db_table
FORMER: Final = FormerAddress._meta.db_table
HOUSEHOLDS: Final = Household._meta.db_table
NAME_COLUMNS: Final = "x.house_id, x.head_name, x.search_key"
_CANDIDATES: Final = 1_000  # of one commune
_CANDIDATES_WIDE: Final = 500
_SAMPLE = 8_000
_FEW_COMMUNES: Final = 8
_WORDS: Final = "array_to_tsvector(string_to_array(x.search_key, ' ')) @@ %s::tsquery"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person may look with one capability; `communes` is None for everywhere."""

    communes: list[int] | None
    villages: list[int] | None  # not None: only these villages, because the commune as a whole is not granted

    @property
    def wide(self) -> bool:
        return self.communes is None or len(self.communes) > _FEW_COMMUNES

    def where(self) -> tuple[str, list[Any]]:
        """Condition on houses `x` that need not use an index: what was granted, and no more."""
        conditions, params = ["TRUE"], []
        if self.communes is not None:
            # Not a bare column: the index on words and communes would read every commune of a long list.
            conditions.append("x.commune_id + 0 = ANY(%s::bigint[])")
            params.append(self.communes)
        if self.villages is not None:
            conditions.append("x.village_id = ANY(%s::bigint[])")
            params.append(self.villages)
        return " AND ".join(conditions), params


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, by whom: where they may see houses, and people, which is None for nowhere."""

    cursor: Any
    typed: Typed
    houses: Reach
    people: Reach | None
    limit: int
    former: dict[uuid.UUID, str] = field(default_factory=dict)
    """Filled while it is answered: the old address by which a house was found, where its own would not have done."""
    names_street: bool = False
    """Whether a street or alley is named by its kind, so that houses come before people."""
    numbers: dict[str, bool] = field(default_factory=dict)
    """Filled likewise: whether any house has, or had, a number."""

    def lacks(self, words: Words) -> bool:
        """Whether nobody can have the words, since no house anywhere has, or had, one of their numbers."""
        numbers = words.numbers() if not words.open_end else words.part(0, len(words.words) - 1).numbers()
        for number in numbers.words if numbers is not None else ():
            if number not in self.numbers:
                one = Words((number,), open_end=False)
                self.numbers[number] = any(is_known(self.cursor, table, one, self.houses) for table in (HOUSES, FORMER))
            if not self.numbers[number]:
                return True
        return False


def candidates(
    cursor: Any, table: str, columns: str, words: Words, reach: Reach, *, enough: int, most: int = 0
) -> list[Any]:
    """At most `most` rows of one table that have all the words; where many are in reach, `enough` may do."""
    most = most or (_CANDIDATES_WIDE if reach.wide else _CANDIDATES)
    if table == HOUSEHOLDS and words.numbers() and not is_known(cursor, table, words.numbers(), reach):
        return []  # names hardly ever hold a number
    if reach.wide and enough < most:
        rows = _first_rows(cursor, table, columns, words, reach, most)
        if len(rows) > enough:
            return rows
    whole, begun = words.parted()
    if begun is not None and whole is not None and not reach.wide:
        return _indexed_rows(cursor, table, columns, words, reach, most)  # the rows with the last word whole among them
    if begun is not None and whole is not None and not is_known(cursor, table, whole, reach):
        return []
    # What only begins with a common word costs the index most, so whole words come first.
    rows = _indexed_rows(cursor, table, columns, words.closed(), reach, most)
    if begun is None or len(rows) > enough or len(rows) >= most:
        return rows
    if not reach.wide:
        first = _first_rows(cursor, table, columns, words, reach, most)
        if len(first) > enough:
            return rows + first
    return rows + _indexed_rows(cursor, table, columns, words, reach, most)


def former_rows(cursor: Any, words: Words, reach: Reach, *, most: int = 0) -> list[Any]:
    """Rows (house id, number, street) of addresses that houses had before, with all the words, each of them whole."""
    most = most or _CANDIDATES_WIDE
    where, params = "TRUE", []
    if reach.villages is not None:
        where, params = "house.village_id = ANY(%s::bigint[])", [reach.villages]
    _seqscan(cursor, False)
    rows: list[Any] = []
    for commune in [None] if reach.wide else reach.communes or ():
        here, at = "TRUE", []
        if commune is not None:
            here, at = "x.commune_id = %s::bigint", [commune]
        elif reach.communes is not None:
            here, at = "x.commune_id + 0 = ANY(%s::bigint[])", [reach.communes]
        cursor.execute(
            f"SELECT x.house_id, x.number, x.street FROM {FORMER} x JOIN {HOUSES} house ON house.id = x.house_id "
            f"WHERE {_WORDS} AND {here} AND {where} LIMIT {most - len(rows)}",
            [words.tsquery(), *at, *params],
        )
        rows += cursor.fetchall()
        if len(rows) >= most:
            break
    return rows


def _first_rows(cursor: Any, table: str, columns: str, words: Words, reach: Reach, most: int) -> list[Any]:
    """What the first thousands of rows answer, without the words' index."""
    if table == HOUSEHOLDS:
        _seqscan(cursor, reach.wide)
        return people(cursor, reach, needles=words.needles(), sample=_SAMPLE, most=most)
    where, params = reach.where()
    has_words, needles = has_words_sql(words, "x.padded")
    here = "" if reach.wide else "WHERE commune_id = ANY(%s::bigint[])"
    _seqscan(cursor, reach.wide)
    cursor.execute(
        f"SELECT {columns} FROM (SELECT *, ' ' || search_key || ' ' AS padded FROM {table} {here} LIMIT {_SAMPLE}) x "
        f"WHERE {has_words} AND {where} LIMIT {most}",
        [*([reach.communes] if here else []), *needles, *params],
    )
    rows: list[Any] = cursor.fetchall()
    return rows


def _indexed_rows(cursor: Any, table: str, columns: str, words: Words, reach: Reach, most: int) -> list[Any]:
    """What the index answers: of each commune in reach, or where these are many, of the whole table."""
    where, params = reach.where()
    has_words, needles = _WORDS, [words.tsquery()]
    sought, begins_so = words, None
    whole, begun = words.parted()
    if begun is not None and whole is not None and not reach.wide:
        # The index would collect every name of the country that begins so; the commune's own are soon looked through.
        sought, begins_so = whole, begun.needles()
        begins, needles = has_words_sql(begun, "' ' || x.search_key || ' '")
        has_words, needles = f"{_WORDS} AND {begins}", [whole.tsquery(), *needles]
    # The planner takes words to be independent; "Nguyễn" and "Trần" never stand in one name, and it would read
    # the whole table to find a first row with both.
    _seqscan(cursor, False)
    rows: list[Any] = []
    # One commune at a time, as a bigint and by equality: only then does the index use its second column.
    for commune in [None] if reach.wide else reach.communes or ():
        if table == HOUSEHOLDS:
            most_now = most - len(rows)
            rows += people(cursor, reach, words=sought, needles=begins_so, commune=commune, most=most_now)
            if len(rows) >= most:
                break
            continue
        cursor.execute(
            f"SELECT {columns} FROM {table} x WHERE {has_words} AND {where}"
            f"{'' if commune is None else ' AND x.commune_id = %s::bigint'} LIMIT {most - len(rows)}",
            [*needles, *params, *([] if commune is None else [commune])],
        )
        rows += cursor.fetchall()
        if len(rows) >= most:
            break
    return rows


def is_known(cursor: Any, table: str, words: Words, reach: Reach) -> bool:
    """Whether any row has the words; told by the index at once when one of them stands nowhere."""
    _seqscan(cursor, False)
    if table == HOUSEHOLDS:
        communes = [None] if reach.wide else reach.communes or []
        known = any(people(cursor, reach, words=words, commune=commune, most=1) for commune in communes)
    else:
        cursor.execute(f"SELECT FROM {table} x WHERE {_WORDS} LIMIT 1", [words.tsquery()])
        known = cursor.fetchone() is not None
    return known


def is_known_anywhere(asked: Question, word: Words) -> bool:
    """Whether a word, or one that begins so, stands in any name or address; common ones are among the first rows."""
    if asked.people is not None:
        _seqscan(asked.cursor, asked.people.wide)
        if people(asked.cursor, asked.people, needles=word.needles(), sample=_SAMPLE, most=1):
            return True
    if _first_rows(asked.cursor, HOUSES, "x.id", word, asked.houses, 1):
        return True
    tables = (HOUSES, FORMER) if asked.people is None else (HOUSES, FORMER, HOUSEHOLDS)
    return any(is_known(asked.cursor, table, word, asked.people or asked.houses) for table in tables)


def people(
    cursor: Any,
    reach: Reach,
    *,
    words: Words | None = None,
    needles: list[list[str]] | None = None,
    phone_end: str | None = None,
    houses: list[Any] | None = None,
    commune: int | None = None,
    sample: int | None = None,
    most: int,
) -> list[Any]:
    """Rows (house id, name, key) of households: all that is given must hold.

    The one door for searching in the wall around them: a function that runs as the owner and scopes itself by what
    this transaction may see (migration 0013), so that words use their index.
    """
    cursor.execute(
        "SELECT house_id, head_name, search_key FROM households_find_people("
        "%s::tsquery, %s::text[], %s, %s::uuid[], %s::bigint, %s::bigint[], %s::bigint[], %s::integer, %s)",
        [
            words.tsquery() if words is not None else None,
            ["\x1f".join(spellings) for spellings in needles] if needles is not None else None,
            phone_end, houses, commune, reach.communes, reach.villages, sample, most,
        ],
    )  # fmt: skip
    rows: list[Any] = cursor.fetchall()
    return rows


def has_words_sql(words: Words, padded: str) -> tuple[str, list[str]]:
    """The words as a condition on a key with a space before and after, for where an index is of no use."""
    options = words.needles()
    condition = " AND ".join(f"({' OR '.join([f'strpos({padded}, %s) > 0'] * len(needles))})" for needles in options)
    return condition, [needle for needles in options for needle in needles]


def _seqscan(cursor: Any, on: bool) -> None:
    """Let the planner read whole tables, or not; a search asks many times, and the server only for what changes."""
    if getattr(cursor, "may_seqscan", True) != on:
        cursor.execute(f"SET LOCAL enable_seqscan = {'on' if on else 'off'}")
        cursor.may_seqscan = on


def planner_as_before(cursor: Any) -> None:
    """Put the planner back as it was before the search; call at its end."""
    _seqscan(cursor, True)
