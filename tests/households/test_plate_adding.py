"""What is printed on plates, written down as it is: whatever characters a house's words hold."""

from __future__ import annotations

import pytest
from django.db import connection

from households import codes
from households.models import Plate, PlateState
from households.plates.adding import Added, add_plates
from mapping.models import Unit
from tests import factories

WORDS = ("12", "", "\\N", "\\.", "a\\tb", "C:\\new", "a\tb", "a\nb\r", "“Ngõ” 'Đình';--", "số 5\u00a0A", "\x1f")


@pytest.mark.django_db
@pytest.mark.parametrize("state", [PlateState.DRAFT, PlateState.PRINTED])
def test_words_are_written_down_as_they_are(commune: Unit, state: PlateState) -> None:
    houses = [factories.house(commune, lng=105.8 + n / 1000, number=word) for n, word in enumerate(WORDS)]
    tokens, words = codes.new_tokens(len(WORDS)), list(WORDS)
    lat, lng = [house.location.y for house in houses], [house.location.x for house in houses]
    added = Added(
        tokens, [str(house.pk) for house in houses], [word.encode().ljust(16, b"\0")[:16] for word in words],
        ["7PH7MRC6+XJH"] * len(words), words, words[::-1], words, lat, lng,
    )  # fmt: skip
    connection.ensure_connection()
    add_plates(connection.connection, added, "Xã \\A,\tTỉnh B", state=state, user_id=None)
    for token, house, word, street in zip(tokens, houses, words, words[::-1], strict=True):
        plate = Plate.objects.get(pk=token)
        assert (plate.number, plate.street, plate.village_name) == (word, street, word)
        assert plate.commune_name == "Xã \\A,\tTỉnh B"
        assert (plate.house_id, plate.state, plate.created_by_id) == (house.pk, state, None)
        assert bytes(plate.face_hash) == word.encode().ljust(16, b"\0")[:16]
        assert plate.location.equals_exact(house.location) and plate.location.srid == 4326
        assert (plate.released_at is None) == (state is PlateState.DRAFT)
        assert plate.created_at == plate.state_at
