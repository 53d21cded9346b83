"""Which plate each house gets, in the order of printing: one it has that says just this, else one with a new token.

One pass over the houses. What is given is written as it is drawn: a thread asks and tells the database while another
one draws, and nobody else sees any of it before the transaction ends.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from psycopg import Connection

from households import codes
from households.importing.ahead import working_ahead
from households.models import BatchOrder, PlateBatch, PlateState
from households.plates import reprint
from households.plates.adding import Added, add_places, add_plates, check_references
from households.plates.choosing import Houses
from households.plates.design import PlateFace
from mapping.models import Unit

BATCH: Final = 2_000
_AHEAD: Final = 1

# A house's plates, those first that its next one may be: printed and on its way, hanging, then a draft.
_HOUSES: Final = """
SELECT house.id::text, house.code, house.number, house.street,
       coalesce(trim(village.designation || ' ' || village.name), ''), ST_Y(house.location), ST_X(house.location),
       own.tokens, own.hashes, own.states, own.waiting
  FROM {source}
  LEFT JOIN mapping_unit village ON village.id = house.village_id
  LEFT JOIN LATERAL (
      SELECT array_agg(plate.token) AS tokens, array_agg(plate.face_hash) AS hashes, array_agg(plate.state) AS states,
             array_agg(plate.waits) AS waiting
        FROM (SELECT token, face_hash, state,
                     state = 'draft' AND EXISTS (
                         SELECT FROM households_batchplate place
                           JOIN households_platebatch batch ON batch.id = place.batch_id
                          WHERE place.plate_id = one.token AND batch.state = 'reading') AS waits
                FROM households_plate one
               WHERE one.house_id = house.id
                 AND one.state IN ('draft', 'printed', 'in_stock', 'issued', 'installed')
               ORDER BY one.state = 'draft', one.state = 'installed', one.created_at DESC) plate
  ) own ON true
 WHERE {where}
 ORDER BY {order}
"""
_ORDERS: Final = {
    BatchOrder.VILLAGE: "village.code COLLATE vi_natural, house.street, house.number, house.code",
    BatchOrder.NUMBER: "house.street, house.number, village.code COLLATE vi_natural, house.code",
}
_IN_GIVEN_ORDER: Final = """
unnest(%(walk)s::uuid[]) WITH ORDINALITY AS walk (id, place) JOIN households_house house ON house.id = walk.id
"""
_SUPERSEDE: Final = """
UPDATE households_plate SET state = 'superseded', state_at = now(), version = version + 1 WHERE token = ANY (%s)
"""
_RELEASE: Final = """
UPDATE households_plate SET released_at = now(), state = 'printed', state_at = now(), version = version + 1
 WHERE token = ANY (%s)
"""


def face_hash(*printed: str) -> bytes:
    """Return the 16 bytes that tell one plate's words from another's; the host and the token do not count."""
    return hashlib.blake2b("\x1f".join(printed).encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Terms:
    """How plates are given.

    `fresh`: a new token for every house. `releases`: what is given is printed with this transaction and may be hung;
    else it is a draft until somebody releases it. `batch` keeps the places of its plates, `walk` is the order of its
    houses where SQL has none for it.
    """

    commune: Unit
    host: str
    user_id: int | None = None
    fresh: bool = False
    releases: bool = False
    order: BatchOrder = BatchOrder.VILLAGE
    walk: Sequence[uuid.UUID] | None = None
    batch: PlateBatch | None = None


class Giving:
    """One pass over the houses of a choice, in the transaction that is open."""

    def __init__(self, houses: Houses, terms: Terms) -> None:
        self._terms = terms
        self._commune = terms.commune.full_name
        self._province = terms.commune.parent.full_name if terms.commune.parent else ""
        self._place = reprint.place_of(terms.commune)
        self._statement, self._params = _statement(houses, terms)
        self.plates = self.new = self.superseded = 0

    def faces(self) -> Generator[PlateFace, None, None]:
        """Yield the faces in order. Close it before the transaction ends: a thread works in it until then."""
        connection.ensure_connection()
        # The thread asks over the connection itself: Django's own wrapper belongs to one thread.
        with working_ahead(self._given(connection.connection), most=_AHEAD) as given:
            for lists in given:
                for faces in lists:
                    yield from faces

    def _given(self, line: Connection[Any]) -> Generator[list[PlateFace], None, None]:
        """Yield the faces of some houses after the others, with what the database keeps of them written already."""
        with closing(self._read(line)) as batches:
            for rows in batches:
                yield self._faces_of(line, rows)
                check_references(line)  # while what was given is drawn

    def _read(self, line: Connection[Any]) -> Generator[list[tuple[Any, ...]], None, None]:
        """Yield the houses through a server-side cursor: memory stays flat however many there are."""
        with line.cursor(name="plates") as rows:
            rows.execute(self._statement.encode(), self._params)
            while batch := rows.fetchmany(BATCH):
                yield batch

    def _faces_of(self, line: Connection[Any], rows: list[tuple[Any, ...]]) -> list[PlateFace]:
        places = codes.plus_codes([row[5] for row in rows], [row[6] for row in rows])
        hashes = [
            face_hash(row[1], row[2], row[3], row[4], self._commune, self._province, place)
            for row, place in zip(rows, places, strict=True)
        ]
        tokens = self._tokens_for(line, rows, places, hashes)
        urls = codes.plate_urls(self._terms.host, tokens, places)
        if self._terms.batch is not None:
            add_places(line, self._terms.batch.pk, self.plates, tokens)
        self.plates += len(rows)
        return [
            PlateFace(
                token=token,
                house_code=codes.format_house_code(row[1]),
                plus_code=place,
                number=row[2],
                street=row[3],
                village=row[4],
                commune=self._commune,
                province=self._province,
                host=self._terms.host,
                url=url,
                maps_url=codes.google_maps_url(row[5], row[6]),
            )
            for row, token, place, url in zip(rows, tokens, places, urls, strict=True)
        ]

    def _tokens_for(
        self, line: Connection[Any], rows: list[tuple[Any, ...]], places: list[str], hashes: list[bytes]
    ) -> list[str]:
        """Return a token for each house and write down what that means for its plates."""
        kept = [None if self._terms.fresh else _kept(row, wanted) for row, wanted in zip(rows, hashes, strict=True)]
        fresh = iter(codes.new_tokens(kept.count(None)))
        tokens: list[str] = []
        added: list[tuple[Any, ...]] = []
        superseded: list[str] = []
        released: list[str] = []
        for row, keeps, wanted, place in zip(rows, kept, hashes, places, strict=True):
            token = next(fresh) if keeps is None else keeps[0]
            tokens.append(token)
            if keeps is None:
                added.append((token, row[0], wanted, place, *row[2:7]))
            elif keeps[1] == PlateState.DRAFT and self._terms.releases:
                released.append(token)
            superseded += self._superseded(row, keeps)
        # What gives way goes first: a house has one plate that is on its way.
        if superseded:
            line.execute(_SUPERSEDE, [superseded])
        if released:
            line.execute(_RELEASE, [released])
        if added:
            columns: list[list[Any]] = [list(column) for column in zip(*added, strict=True)]
            state = PlateState.PRINTED if self._terms.releases else PlateState.DRAFT
            add_plates(line, Added(*columns), self._place, state=state, user_id=self._terms.user_id)
        self.new += len(added)
        self.superseded += len(superseded)
        return tokens

    def _superseded(self, row: tuple[Any, ...], keeps: tuple[str, str] | None) -> list[str]:
        """Which plates of a house give way now. One that hangs stays as it is until the new one hangs in its place.

        A draft that another batch is reading back waits for the end of that one, whatever becomes of this one.
        """
        if row[7] is None or (keeps is not None and keeps[1] not in (PlateState.DRAFT, PlateState.INSTALLED)):
            return []
        return [
            token
            for token, state, waits in zip(row[7], row[9], row[10], strict=True)
            if (state == PlateState.DRAFT and keeps is None and not waits)
            or (self._terms.releases and state not in (PlateState.DRAFT, PlateState.INSTALLED))
        ]


def _kept(row: tuple[Any, ...], wanted: bytes) -> tuple[str, str] | None:
    """Token and state of the plate of a house that says what would be printed."""
    if row[7] is None:
        return None
    for token, printed, state in zip(*row[7:10], strict=True):
        if bytes(printed) == wanted:
            return token, state
    return None


def _statement(houses: Houses, terms: Terms) -> tuple[str, dict[str, Any]]:
    if terms.walk is not None:
        # Who is on the list was chosen already; the choice would be a second time the same question.
        statement = _HOUSES.format(source=_IN_GIVEN_ORDER, where="true", order="walk.place")
        return statement, {"walk": list(terms.walk)}
    order = _ORDERS[terms.order]
    return _HOUSES.format(source="households_house house", where=houses.sql, order=order), houses.params
