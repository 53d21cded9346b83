"""Check or write a list that names no house: read ahead by a thread, decided from what came before, written at once.

The thread reads and decides (`arrivals`) and makes rows ready (`ready_rows`) without the database; meanwhile the
caller's connection takes in what is there, houses by COPY, households through a temporary table, as PostgreSQL
refuses COPY into a table with row-level security. What a whole list amounts to is known at its end: a caller who
does not like it raises, and its transaction is rolled back.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from django.db import connection

from households import codes
from households.importing.ahead import working_ahead
from households.importing.applying import HOUSEHOLDS, HOUSES, Written, remember_block
from households.importing.arrivals import Arrivals, Arrived, Refusal
from households.importing.doubles import standing_in
from households.importing.fields import Reading
from households.importing.matching import issue_of
from households.importing.outcome import Outcome, collect_new
from households.importing.reading import Reader
from households.importing.ready_rows import (
    HOUSE_COLUMNS,
    HOUSEHOLD_COLUMNS,
    Blocks,
    ReadyRows,
    house_lines,
    make_ready,
    row_id,
)
from households.importing.staging import batches, outline_of, villages_of
from mapping.id_blocks import new_block
from mapping.importing import Issue, Progress
from mapping.models import ChangeSet, Unit
from mapping.tables import Table

_AHEAD: Final = 4
"""Batches that may wait for the database, some 2 MB each."""
_COPY_HOUSES = f"COPY {HOUSES} ({', '.join(HOUSE_COLUMNS)}) FROM STDIN"
_CREATE_HOUSEHOLDS = """
DROP TABLE IF EXISTS pg_temp.import_household;
CREATE TEMPORARY TABLE import_household (
    id uuid, house_id uuid, village_id bigint, head_name text, phone text, size smallint, note text, search_key text
) ON COMMIT DROP
"""
_COPY_HOUSEHOLDS = f"COPY import_household ({', '.join(HOUSEHOLD_COLUMNS)}) FROM STDIN"
_INSERT_HOUSEHOLDS = f"""
INSERT INTO {HOUSEHOLDS} ({", ".join(HOUSEHOLD_COLUMNS)}, commune_id, version, created_at, updated_at)
SELECT {", ".join(HOUSEHOLD_COLUMNS)}, %s, 1, now(), now() FROM import_household
"""
# As one text: a hundred thousand rows of one number each would be made Python's one by one.
_NUMBERS = """
SELECT string_agg(number::text, ' ')
  FROM (SELECT nextval('households_house_code_number') AS number FROM generate_series(1, %s)) given
"""
_AT_LEAST: Final = 15_000
"""So many households wait for each other: a statement costs a look at the houses and a turn of this thread."""


def check(table: Table, reading: Reading, commune: Unit, progress: Progress) -> Outcome:
    """Find out what every row would do; call inside a transaction. `TableError` may come from the file."""
    outcome, _ = _run(table, reading, commune, progress, None)
    return outcome


def write(
    table: Table, reading: Reading, commune: Unit, progress: Progress, *, changeset: ChangeSet, with_doubles: bool
) -> tuple[Outcome, Written]:
    """The same, and write it under `changeset`, in the caller's transaction."""
    writer = _Writer(commune, with_doubles)
    outcome, arrivals = _run(table, reading, commune, progress, writer)
    if not with_doubles:
        writer.take_back(arrivals.late)
    return outcome, writer.finish(changeset)


class _Writer:
    """Takes ready rows to the database and counts them."""

    def __init__(self, commune: Unit, with_doubles: bool) -> None:
        self._commune = commune.pk
        self._with_doubles = with_doubles
        self._blocks = Blocks(new_block(), new_block())
        self._houses = self._households = 0
        self._waiting: list[ReadyRows] = []
        with connection.cursor() as cursor:
            cursor.execute(_CREATE_HOUSEHOLDS)

    def make_ready(self, arrived: Arrived) -> ReadyRows:
        """Make a batch ready; in the thread."""
        return make_ready(arrived, self._blocks, commune=self._commune, with_doubles=self._with_doubles)

    def write(self, portion: list[ReadyRows]) -> None:
        """Write the houses of some batches, and their households when they are many."""
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERS, [sum(len(ready.house_ids) for ready in portion)])
            given = codes.house_codes(np.array((cursor.fetchone()[0] or "").split(), dtype=np.int64))
            with cursor.copy(_COPY_HOUSES) as copy:
                for ready in portion:
                    end = len(ready.house_ids)
                    copy.write(house_lines(ready, given[:end]))
                    given = given[end:]
                    self._houses += end
        self._waiting += portion
        if sum(ready.household_count for ready in self._waiting) >= _AT_LEAST:
            self._write_households()

    def _write_households(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE import_household")
            with cursor.copy(_COPY_HOUSEHOLDS) as copy:
                for ready in self._waiting:
                    copy.write(ready.households)
            cursor.execute(_INSERT_HOUSEHOLDS, [self._commune])
            self._households += cursor.rowcount
        self._waiting = []

    def take_back(self, leaders: list[int]) -> None:
        """Take houses away, with their people, that turned out to look double after they had been written."""
        self._write_households()
        if leaders:
            ids = [row_id(self._blocks.house, leader) for leader in leaders]
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {HOUSEHOLDS} WHERE house_id = ANY(%s::uuid[])", [ids])
                self._households -= cursor.rowcount
                cursor.execute(f"DELETE FROM {HOUSES} WHERE id = ANY(%s::uuid[])", [ids])
                self._houses -= cursor.rowcount

    def finish(self, changeset: ChangeSet) -> Written:
        """Write what waits, and note under the change set what was added."""
        self._write_households()
        remember_block(changeset, HOUSES, self._blocks.house, self._houses)
        remember_block(changeset, HOUSEHOLDS, self._blocks.household, self._households)
        return Written(self._houses, 0, self._households, 0)


def _run(
    table: Table, reading: Reading, commune: Unit, progress: Progress, writer: _Writer | None
) -> tuple[Outcome, Arrivals]:
    reader = Reader(reading, villages_of(commune), outline_of(commune))
    arrivals = Arrivals(standing_in(commune), commune.vn2000_srid)
    issues: list[Issue] = []
    total = 0
    ready = writer.make_ready if writer is not None else _nothing
    with _heap_set_aside(), working_ahead(_decided(table, reader, arrivals, ready), most=_AHEAD) as portions:
        for portion in portions:
            for rows, found, refusals, _ in portion:
                total += rows
                issues += found
                issues += [
                    issue_of(
                        reading, one.line, one.code, "head_name" if one.names_head else None, one.other, value=one.house
                    )
                    for one in refusals
                ]
            progress(total, 0)
            if writer is not None:
                writer.write([rows for *_, rows in portion if rows is not None])
    issues.sort(key=lambda issue: (issue.row, issue.column or 0))
    found = collect_new(total - len(reader.left_out), issues, arrivals)
    found.left_out = len(reader.left_out)
    return found, arrivals


@contextmanager
def _heap_set_aside() -> Iterator[None]:
    """Let Python's collector look at the list alone, not at all that the program holds: a sixth of the reading."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _nothing(_: Arrived) -> None:
    return None


def _decided(
    table: Table, reader: Reader, arrivals: Arrivals, ready: Callable[[Arrived], ReadyRows | None]
) -> Generator[tuple[int, list[Issue], list[Refusal], ReadyRows | None]]:
    """Batch by batch how many rows were read, what was wrong with some, and the others ready to be written."""
    for rows in batches(table.rows):
        batch = reader.read(rows)
        arrived = arrivals.take(batch)
        yield len(rows), batch.issues, arrived.refusals, ready(arrived)
