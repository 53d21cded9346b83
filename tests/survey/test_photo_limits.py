"""How many photos of a house are taken, from whom, and of which houses at all."""

from __future__ import annotations

import hashlib
import uuid

from django.utils import timezone

from households.models import House, SurveyPhoto
from households.survey.photo_limits import MOST_OF_A_HOUSE, MOST_OF_A_PERSON
from tests.survey.test_photos import PIECE, Upload, picture
from tests.survey.world import WHOLE, Phone, position


def announced(seeds: range) -> list[dict[str, object]]:
    """Photos that will never come."""
    return [
        {"sha256": hashlib.sha256(str(seed).encode()).hexdigest(), "question": "photos", "size": 1000} for seed in seeds
    ]


def test_hashes_that_somebody_made_up_keep_nobodys_photos_out(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE, photos=announced(range(60)))
    lan.send(house, {"house_note": "x"}, base=1, photos=announced(range(60, 120)))
    assert SurveyPhoto.objects.filter(user=lan.user).count() == MOST_OF_A_PERSON
    for phone in (hoa, lan):
        assert Upload(phone, house, picture(60, 50, seed=phone.user.pk)).send()["size"]


def test_pieces_that_somebody_began_keep_out_only_their_own(lan: Phone, hoa: Phone, house: House) -> None:
    for seed in range(MOST_OF_A_PERSON):
        assert Upload(lan, house, picture(40, 40, seed=seed)).put(0, b"x").status_code == 200
    over = Upload(lan, house, picture(40, 40, seed=99)).put(0, b"x")
    assert (over.status_code, over.json()["code"]) == (422, "too_many_photos")
    assert f"{MOST_OF_A_PERSON} ảnh" in over.json()["error"]
    assert Upload(lan, house, picture(40, 40, seed=0)).put(1, b"y").status_code == 200
    assert Upload(hoa, house, picture(60, 50)).send()["size"]


def test_what_another_person_announced_and_one_sends_counts_as_ones_own(lan: Phone, hoa: Phone, house: House) -> None:
    content = picture(60, 50)
    photo = {"sha256": hashlib.sha256(content).hexdigest(), "question": "photos", "size": len(content)}
    lan.send(house, WHOLE, photos=[photo])
    Upload(hoa, house, content).send()
    assert SurveyPhoto.objects.get().user == hoa.user


def test_a_house_has_a_limit_of_all_its_people(lan: Phone, hoa: Phone, house: House) -> None:
    lan.send(house, WHOLE)
    where = {"round": lan.round, "house_id": house.pk, "commune": house.commune, "village": house.village}
    where |= {"question": "photos", "size": 9}
    SurveyPhoto.objects.bulk_create(
        SurveyPhoto(**where, sha256=f"{seed:064x}", offset=9, user=lan.user, received_at=timezone.now())
        for seed in range(MOST_OF_A_HOUSE)
    )
    assert Upload(hoa, house, picture(60, 50)).put(0, b"x").json()["code"] == "too_many_photos"


def test_a_house_that_nobody_knows_takes_no_photo_until_its_visit_is_there(lan: Phone) -> None:
    new = uuid.uuid4()
    upload = Upload(lan, new, picture(200, 100), village=lan.village)
    told = upload.put(0, upload.content)
    assert (told.status_code, told.json()["code"]) == (422, "no_house")
    assert told.json()["error"]
    assert lan.client.head(upload.address, query_params=upload.where).status_code == 422
    assert not SurveyPhoto.objects.exists()
    lan.send(new, WHOLE | {"photos": [upload.sha256]}, is_new=True, position=position())
    assert upload.send()["sha256"] == upload.sha256
    assert SurveyPhoto.objects.get().house_id == new


def test_a_photo_that_was_refused_takes_nobodys_room(lan: Phone, house: House) -> None:
    for seed in range(MOST_OF_A_PERSON):
        upload = Upload(lan, house, picture(40, 40, seed=seed))
        upload.put(0, b"x" * 100)
        assert upload.put(100, upload.content[100:]).json()["code"] == "wrong_hash"
    assert Upload(lan, house, picture(60, 50, seed=99)).send()["size"]


def test_pieces_of_another_size_keep_nobody_from_sending_the_photo(lan: Phone, hoa: Phone, house: House) -> None:
    """Hashes of photos are told to all who walk there."""
    upload = Upload(lan, house, picture())
    Upload(hoa, house, upload.content).put(0, b"x", size=2)
    assert upload.arrived() == 1
    assert upload.put(1, upload.content[1:PIECE]).json() == {"offset": 0}
    assert upload.send()["size"] == len(upload.content)
    assert SurveyPhoto.objects.get().user == lan.user


def test_a_piece_of_another_size_may_be_the_first_of_the_photo(lan: Phone, hoa: Phone, house: House) -> None:
    upload = Upload(lan, house, picture())
    Upload(hoa, house, upload.content).put(0, b"x", size=2)
    assert upload.put(0, upload.content[:PIECE]).json() == {"offset": PIECE}
    assert upload.send()["size"] == len(upload.content)
