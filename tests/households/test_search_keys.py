"""The key that a row is searched by is the fold of its texts, whatever path wrote the row."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.db import connection

from households.importing import undoing
from households.models import House, Household
from mapping import text
from mapping.models import Unit
from tests import factories
from tests.households.lists import HEADER, bring, row, write_csv

ODD = ("Œdipe ½", "Lê Thị Hoà", "ß № 3", "ΑΣ Σ", "đường Đình", "ﬁ ǆ", "Þor")


def astray() -> list[str]:
    """Keys that are not what the database would make of their row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_key FROM households_house WHERE search_key <> sonha_fold(number || ' ' || street) "
            "UNION ALL SELECT search_key FROM households_household WHERE search_key <> sonha_fold(head_name)"
        )
        return [key for (key,) in cursor.fetchall()]


@pytest.mark.parametrize("header", [HEADER, HEADER[1:]])
def test_an_import_keeps_the_keys_that_the_database_would_make(
    tmp_path: Path, commune: Unit, header: tuple[str, ...]
) -> None:
    rows = [row(at, Ngõ=odd, Chủ_hộ=odd) for at, odd in enumerate(ODD)]
    rows += [row(20, Số_nhà="", Ngõ=""), row(21, Số_nhà=""), row(22, Ngõ="")]
    run, found = bring(write_csv(tmp_path, [one[-len(header) :] for one in rows], header=header), commune)
    assert (found.add, found.refuse) == (len(rows), 0)
    assert House.objects.count() == Household.objects.count() == len(rows)
    assert astray() == []
    undoing.undo(run=run, user=None)
    assert House.objects.count() == 0


def test_the_key_follows_every_edit(commune: Unit) -> None:
    house = factories.house(commune, number="12/5", street="ngõ Đình")
    household = factories.household(house, head_name="Lê Thị Hoà")
    assert (house.search_key, household.search_key) == ("12/5 ngo dinh", "le thi hoa")
    house.street, household.head_name = "ngõ Chùa", "Lê Văn Œ"
    house.save()
    household.save(update_fields=["head_name"])
    assert astray() == []
    House.objects.update(number="7")
    Household.objects.update(head_name="Trần Bốn")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE households_house SET search_key = 'astray'")
    assert astray() == []
    house.save()  # which still knows the key of another number
    house.refresh_from_db()
    assert house.search_key == "12/5 ngo chua"


@pytest.mark.django_db
def test_python_and_database_agree_wherever_folding_leaves_ascii() -> None:
    """That is what an import relies on when it hands its own keys over."""
    letters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    texts = [f"a{letter}b" for letter in letters if text.clean(letter) == letter]
    texts = [one for one in texts if text.fold(one).isascii()]
    assert len(texts) > 500
    with connection.cursor() as cursor:
        cursor.execute("SELECT one, sonha_fold(one) FROM unnest(%s::text[]) one", [texts])
        assert [one for one, folded in cursor.fetchall() if folded != text.fold(one)] == []
