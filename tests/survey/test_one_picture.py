"""The same picture of two houses is two photos: each goes up with its own house, and none hides the other."""

from __future__ import annotations

import uuid

from households.models import SurveyPhoto
from tests.survey.held_phone import GOOD, Held, picture


def both(held: Held) -> list[str]:
    """Two houses with the same picture."""
    houses = sorted(str(uuid.uuid4()) for _ in range(2))
    for place, house in enumerate(houses):
        assert held.fill_in(house, {"number": "1"}, picture(0), east=place / 1000)
    return houses


def there() -> list[str]:
    """Houses of the photos that arrived, in order."""
    return sorted(str(row.house_id) for row in SurveyPhoto.objects.exclude(received_at=None))


def test_the_same_picture_of_two_houses_arrives_for_both(ba: Held) -> None:
    houses = both(ba)
    assert len(ba.phone.do("look")["left"]) == 2
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert there() == houses
    assert ba.phone.do("look")["left"] == []


def test_a_backup_brings_the_picture_of_both_houses(ba: Held) -> None:
    houses = both(ba)
    other = str(uuid.uuid4())
    told = ba.phone.do("move", ba.line, device={"key": other, "name": "Android"})
    assert told == {"drafts": 0, "queue": 2, "photos": 2, "skipped": 0, "beside": []}
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert there() == houses


def test_a_sent_photo_that_is_not_here_is_unsent_until_the_server_says_that_it_has_it(ba: Held) -> None:
    house = str(uuid.uuid4())
    ba.fill_in(house, {"number": "1"}, picture(1))
    ba.happenings = [GOOD] * 4 + ["cut after"]  # who is signed in, the phone, the answers, how much is there, the photo
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert there() == [house]
    ba.phone.do("forgetPhotos")
    assert len(ba.phone.do("look")["left"]) == 1
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert ba.phone.do("look")["left"] == []
    ba.phone.do("forgetPhotos")
    assert ba.phone.do("look")["left"] == []
    ba.fill_in(house, {"number": "2"}, picture(3))
    ba.phone.do("forgetPhotos")
    assert ba.phone.do("sync", ba.line) == {"reason": ""}
    assert len(ba.phone.do("look")["left"]) == 1
    assert there() == [house]
