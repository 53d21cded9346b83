"""What makes two numbers one, for houses as they stand or would stand: queries that those who look for doubles share.

Two houses have one number where it counts along the same street, or where the words of their addresses are the same
in one village: a house that nobody has matched to a street stands, by its address, on the one of that name, where
there is one only. An address without the word of the kind ("12 Hoà Bình") means the streets of that name, where all
of them are called alike. Spellings of one number and of one name are equal: `households/same_address.py`.
"""

from __future__ import annotations

from typing import Final

AS_IT_STANDS: Final = """
    SELECT house.id AS house_id, root.at, house.number,
           coalesce(nullif(house.street, ''), %(kinds)s::jsonb ->> named.kind || ' ' || named.name, '') AS street,
           {role} AS role
      FROM households_house house
      LEFT JOIN households_frontage frontage ON frontage.house_id = house.id
      LEFT JOIN households_numberingdecision decision
        ON decision.id = frontage.decision_id AND decision.undone_at IS NULL
      LEFT JOIN root ON root.street = frontage.street_id
      LEFT JOIN households_street named ON named.id = root.at
"""
"""Houses with the numbers that they have, as `WRITTEN` wants them in `held`; `role` is an expression of SQL."""

MEANT: Final = """
street_said AS MATERIALIZED (
    SELECT id, sonha_street_key(%(kinds)s::jsonb ->> kind || ' ' || name) AS words, sonha_street_key(name) AS bare
      FROM households_street WHERE commune_id = %(commune)s AND name <> ''
), meant AS MATERIALIZED (
    SELECT words AS said, words, CASE WHEN count(*) = 1 THEN min(id::text)::uuid END AS street
      FROM street_said GROUP BY words
     UNION ALL
    SELECT bare, min(words), CASE WHEN count(*) = 1 THEN min(id::text)::uuid END
      FROM street_said WHERE bare NOT IN (SELECT words FROM street_said)
     GROUP BY bare HAVING count(DISTINCT words) = 1
)
"""
"""What a street in an address means (`said`, a key): the key of its full name, and its id where only one has it."""

# Each spelling once: a commune has a hundred thousand houses, and a few hundred streets and numbers.
WRITTEN: Final = f"""
{MEANT}, street_written AS MATERIALIZED (
    SELECT spelt.street AS spelt, coalesce(meant.words, spelt.said) AS words, meant.street AS named
      FROM (SELECT street, sonha_street_key(street) AS said
              FROM (SELECT DISTINCT street FROM held) every) spelt
      LEFT JOIN meant USING (said)
), number_written AS MATERIALIZED (
    SELECT number AS spelt, sonha_number_key(number) AS n FROM (SELECT DISTINCT number FROM held) every
), written AS (
    SELECT held.*, number_written.n, street_written.words, coalesce(held.at, street_written.named) AS place
      FROM held JOIN street_written ON street_written.spelt = held.street
      JOIN number_written ON number_written.spelt = held.number
)
"""
"""Houses of `held` (at, number, street) with where the number counts (`place`), the street's key (`words`), and `n`."""

KEYED: Final = f"""
{WRITTEN}, keyed AS (
    SELECT written.house_id, written.number, written.street, written.role, written.n, written.words,
           written.place AS at, house.code, house.village_id
      FROM written
      JOIN (SELECT id, code, village_id FROM households_house WHERE commune_id = %(commune)s) house
        ON house.id = written.house_id
)
"""
"""The same of houses that are there (`house_id`), each with its code and village."""
