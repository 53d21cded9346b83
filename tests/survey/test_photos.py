"""Photos of the survey come in pieces over a bad line, and are kept whole, cleaned, and once."""

from __future__ import annotations

import hashlib
import io
import os
import random
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from households.models import House, SurveyAssignment, SurveyPhoto, SurveyRound
from households.survey import photo_files, photos
from mapping import files, wall
from mapping.models import AuditEntry, StoredFile, Unit
from tests import factories
from tests.survey.world import WHOLE, Phone

PIECE = 256 * 1024


def picture(width: int = 700, height: int = 500, *, seed: int = 1) -> bytes:
    """A noisy JPEG of some hundred kilobytes, with a position and a camera in its EXIF."""
    noise = random.Random(seed).randbytes(width * height * 3)
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ba"
    exif.get_ifd(0x8825)[2] = (19.0, 40.0, 12.0)
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), noise).save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


class Upload:
    """One photo on its way."""

    def __init__(self, lan: Phone, house: Any, content: bytes, **query: Any) -> None:
        self.lan, self.content, self.sha256 = lan, content, hashlib.sha256(content).hexdigest()
        self.where = {"round": str(lan.round.pk), "house": str(getattr(house, "pk", house))} | query
        self.address = f"/api/survey/photos/{self.sha256}"

    def put(self, offset: int, piece: bytes, **query: Any) -> Any:
        asked = self.where | {"question": "photos", "size": len(self.content)} | query
        return self.lan.client.put(
            self.address, piece, query_params=asked, content_type="application/octet-stream",
            headers={"upload-offset": str(offset), "accept": "application/json"},
        )  # fmt: skip

    def arrived(self) -> int:
        return int(self.lan.client.head(self.address, query_params=self.where).headers["Upload-Offset"])

    def send(self) -> dict[str, Any]:
        """As a phone does: ask how much has come, then go on."""
        offset = self.arrived()
        while True:
            told = self.put(offset, self.content[offset : offset + PIECE]).json()
            if "receipt" in told:
                return told["receipt"]
            assert told["offset"] > offset, told
            offset = told["offset"]


def test_a_photo_comes_in_pieces_and_is_kept_without_its_secrets(lan: Phone, house: House) -> None:
    content = picture()
    assert len(content) > PIECE
    lan.send(house, WHOLE, photos=[{"sha256": hashlib.sha256(content).hexdigest(), "question": "photos", "size": 1}])
    upload = Upload(lan, house, content)
    assert upload.arrived() == 0
    assert upload.put(0, content[:PIECE]).json() == {"offset": PIECE}
    assert upload.arrived() == PIECE
    receipt = upload.send()
    assert (receipt["sha256"], receipt["size"]) == (upload.sha256, len(content))
    photo = SurveyPhoto.objects.get()
    assert (photo.offset, photo.size, photo.question) == (len(content), len(content), "photos")
    kept = files.path_of(photo.file).read_bytes()
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.size, dict(image.getexif())) == ((700, 500), {})
    assert b"Camera of Ba" not in kept
    assert AuditEntry.objects.filter(action="survey.photo", row_id=photo.pk).count() == 1


def test_the_last_piece_again_gets_the_same_receipt_and_keeps_nothing_twice(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture(200, 100))
    first = upload.put(0, upload.content).json()
    assert upload.put(0, upload.content).json() == first
    assert upload.put(len(upload.content), b"").json() == first
    assert (SurveyPhoto.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_a_piece_that_does_not_fit_changes_nothing_and_says_where_to_go_on(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture(200, 100))
    upload.put(0, upload.content[:1000])
    for offset, piece in ((0, b"x" * 10), (2000, b"x"), (999, b"x"), (1000, b"x" * PIECE)):
        assert upload.put(offset, piece).json() == {"offset": 1000}
    assert upload.send()["sha256"] == upload.sha256


def test_what_a_killed_server_left_is_written_over(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture())
    upload.put(0, upload.content[:1000])
    part = photo_files.part_of(SurveyPhoto.objects.get())
    part.write_bytes(part.read_bytes() + b"half a piece whose row was never written" * 99)
    assert upload.arrived() == 1000
    assert upload.send()["sha256"] == upload.sha256


def test_a_full_disk_at_the_last_piece_is_no_fault_of_the_photo(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture())
    for offset in range(0, len(upload.content) - PIECE, PIECE):
        upload.put(offset, upload.content[offset : offset + PIECE])
    there = upload.arrived()
    root = Path(settings.MEDIA_ROOT)
    before = {one.name for one in root.iterdir()}
    # Every folder that the kept file could go to is a file: it can be written nowhere.
    blocked = [root / f"{n:02x}" for n in range(256) if f"{n:02x}" not in before]
    blocked += [root / name / f"{n:02x}" for name in before if len(name) == 2 for n in range(256)]
    blocked = [one for one in blocked if not one.exists()]
    for one in blocked:
        one.touch()
    try:
        answer = upload.put(there, upload.content[there:])
        assert (answer.status_code, answer.json()["code"]) == (503, "disk")
        assert "sẽ được gửi lại" in answer.json()["error"]
    finally:
        for one in blocked:
            one.unlink()
    assert upload.arrived() == there
    assert upload.send()["sha256"] == upload.sha256


def test_pieces_lost_with_the_disk_are_asked_for_again(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture())
    upload.put(0, upload.content[:1000])
    photo_files.part_of(SurveyPhoto.objects.get()).unlink()
    assert upload.arrived() == 0
    assert upload.send()["sha256"] == upload.sha256


def test_bytes_that_are_not_what_their_hash_says_start_again(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture(200, 100))
    upload.put(0, b"x" * 1000)
    answer = upload.put(1000, upload.content[1000:])
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_hash")
    assert upload.arrived() == 0
    assert upload.send()["sha256"] == upload.sha256


@pytest.mark.parametrize("content", [b"no picture at all", b"GIF89a" + b"\0" * 90, picture(200, 100)[:2000]])
def test_what_is_no_photo_is_refused_with_a_sentence(lan: Phone, house: House, content: bytes) -> None:
    upload = Upload(lan, house, content)
    answer = upload.put(0, content)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("not_image", "damaged")
    assert "Ảnh" in answer.json()["error"] or "ảnh" in answer.json()["error"]
    assert not StoredFile.objects.exists()


def test_too_much_is_refused_before_anything_is_kept(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture(50, 50))
    large = upload.put(0, b"x", size=40_000_000)
    assert (large.status_code, large.json()["code"]) == (413, "too_big")
    assert "40 MB" in large.json()["error"]
    assert upload.put(0, b"x" * (PIECE + 1)).json()["code"] == "piece_too_big"
    assert not SurveyPhoto.objects.exists()


def test_photos_of_foreign_villages_are_neither_seen_nor_sent(lan: Phone, commune: Unit) -> None:
    east = factories.house(commune, 105.815, 19.67, village=factories.village(commune, 2))
    upload = Upload(lan, east, picture(50, 50))
    assert lan.client.head(upload.address, query_params=upload.where).status_code == 404
    assert upload.put(0, upload.content).status_code == 404


@pytest.mark.parametrize("offset", ["", "-1", "x", "²", "9" * 30])
def test_an_offset_that_is_none_is_refused(lan: Phone, house: House, offset: str) -> None:
    upload = Upload(lan, house, picture(50, 50))
    answer = lan.client.put(
        upload.address, b"x", query_params=upload.where | {"question": "photos", "size": 9},
        content_type="application/octet-stream", headers={"upload-offset": offset.encode("utf-8").decode("latin-1")},
    )  # fmt: skip
    assert answer.status_code == 400


def test_pieces_that_nobody_went_on_with_are_removed(lan: Phone, house: House) -> None:
    upload = Upload(lan, house, picture())
    upload.put(0, upload.content[:1000])
    (part,) = (Path(settings.MEDIA_ROOT) / ".survey-parts").iterdir()
    photos.remove_abandoned()
    assert upload.arrived() == 1000
    os.utime(part, (1_700_000_000, 1_700_000_000))
    photos.remove_abandoned()
    assert not part.exists()
    assert upload.arrived() == 0


@pytest.mark.parametrize("ends", ["the round", "the assignment", "the house is elsewhere"])
def test_a_receipt_that_was_lost_is_told_again_whatever_has_ended(lan: Phone, house: House, ends: str) -> None:
    upload = Upload(lan, house, picture(200, 100), village=lan.village)
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    receipt = upload.send()
    if ends == "the round":
        SurveyRound.objects.update(closed_at=timezone.now())
    elif ends == "the assignment":
        SurveyAssignment.objects.update(ended_at=timezone.now())
    else:
        with wall.acting_as_system("test"):
            House.objects.update(village=factories.village(house.commune, 2))
        SurveyAssignment.objects.update(ended_at=timezone.now())
    assert upload.arrived() == len(upload.content)
    assert upload.put(len(upload.content), b"").json()["receipt"] == receipt


def test_who_did_not_send_a_photo_gets_no_receipt_of_a_closed_round(lan: Phone, hoa: Phone, house: House) -> None:
    Upload(lan, house, picture(200, 100)).send()
    SurveyRound.objects.update(closed_at=timezone.now())
    answer = Upload(hoa, house, picture(200, 100)).put(0, b"")
    assert (answer.status_code, answer.json()["code"]) == (403, "round_closed")
