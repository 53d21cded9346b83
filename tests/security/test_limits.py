"""How often and how much one client may ask: buckets in memory, tries in the database, sizes of a request."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, RequestFactory

from households import codes, guessing
from mapping import rate_limits, throttle
from mapping.client_key import key_of
from mapping.models import Unit
from mapping.token_bucket import TokenBuckets
from tests import factories
from tests.security.headers import assert_walled

JSON = {"accept": "application/json"}


# --- Buckets ------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_lets_a_burst_in_and_then_so_many_a_second() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_second=2, burst=5, clock=clock)
    assert [buckets.take("a") for _ in range(5)] == [0.0] * 5
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0.0
    clock.now += 0.5
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0
    clock.now += 3600
    assert [bool(buckets.take("a")) for _ in range(6)] == [False] * 5 + [True]


def test_buckets_do_not_grow_with_those_who_ask_and_forget_no_one_too_early() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_second=1, burst=10, most_keys=100, clock=clock)
    for number in range(10_000):
        buckets.take(str(number))
        assert len(buckets) <= 200
    for _ in range(10):
        buckets.take("a")
    clock.now += 6  # over several turns of the generations it is still known how much "a" has taken
    buckets.take("b")
    clock.now += 5
    buckets.take("c")
    assert [bool(buckets.take("a")) for _ in range(11)] == [False] * 10 + [True]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:0db8:0001:0002::9", "2001:db8:1:2"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2"),
        ("::1", "0:0:0:0"),
        ("", ""),
        ("rubbish", "rubbish"),
        (":::::", ""),
    ],
)
def test_an_ipv6_network_counts_as_one_client(address: str, key: str) -> None:
    found = key_of(RequestFactory().get("/", REMOTE_ADDR=address))
    assert found == key or not key


def test_a_flood_of_one_address_is_answered_with_429_and_others_are_served(commune: Unit, settings: Any) -> None:
    settings.RATE_LIMITS = {"scan": (0.01, 3), "tiles": (0.01, 2), "look_up": (0.01, 2)}
    rate_limits.forget()
    token = factories.plate(factories.house(commune)).token
    flood, other = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    assert [flood.get(f"/{token}").status_code for _ in range(4)] == [200, 200, 200, 429]
    told = flood.get(f"/{token}?lang=en")
    assert 1 <= int(told["Retry-After"]) <= 100
    assert_walled(told, "429")
    assert "Xin thử lại sau" in flood.get(f"/{token}").content.decode()
    assert flood.get(f"/{token}", headers=JSON).json()["code"] == "too_many"
    assert other.get(f"/{token}").status_code == 200
    told_by = [other.get("/tiles/units/10/812/458.mvt").status_code for _ in range(3)]
    assert told_by[-1] == 429 and 429 not in told_by[:-1]
    assert other.get(f"/{token}").status_code == 200  # each kind has a bucket of its own


def test_an_office_behind_one_address_is_far_below_the_limits(commune: Unit) -> None:
    token = factories.plate(factories.house(commune)).token
    office = Client(REMOTE_ADDR="192.0.2.1")
    assert {office.get(f"/{token}").status_code for _ in range(300)} == {200}


# --- Tries --------------------------------------------------------------------------------------------


def test_tries_are_counted_until_their_time_is_over(transactional_db: None) -> None:
    allowed = [throttle.allow("test", "key", limit=3, seconds=3600) for _ in range(5)]
    assert allowed == [True] * 3 + [False] * 2
    assert throttle.allow("test", "other key", limit=3, seconds=3600)
    assert throttle.allow("other scope", "key", limit=3, seconds=3600)
    assert 3590 < throttle.seconds_to_wait("test", "key", limit=3) <= 3600
    assert throttle.seconds_to_wait("test", "key", limit=9) == 0.0
    assert throttle.seconds_to_wait("test", "nobody", limit=1) == 0.0
    assert throttle.allow("test", "short", limit=1, seconds=0)
    assert throttle.allow("test", "short", limit=1, seconds=0)  # that time was over at once


def test_a_try_counts_though_the_requests_transaction_is_rolled_back(db: None) -> None:
    for _ in range(2):
        with transaction.atomic():
            throttle.allow("test", "undone", limit=2, seconds=60)
            transaction.set_rollback(True)
    assert not throttle.allow("test", "undone", limit=2, seconds=60)


def test_tries_at_the_same_time_are_all_counted(db: None) -> None:
    allowed: list[bool] = []

    def attempt() -> None:
        for _ in range(10):
            allowed.append(throttle.allow("test", "together", limit=25, seconds=60))

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 15 + [True] * 25


def test_the_table_keeps_no_names_and_does_not_grow_by_what_is_over(db: None) -> None:
    from django.db import connection

    for number in range(50):
        throttle.allow("test.old", f"Nguyễn Văn {number}", limit=1, seconds=0)
    for number in range(50):
        throttle.allow("test.new", str(number), limit=1, seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mapping_throttle WHERE scope = 'test.old'")
        assert cursor.fetchone()[0] <= 1
        cursor.execute("SELECT string_agg(encode(key, 'escape'), '') FROM mapping_throttle")
        assert "Nguy" not in cursor.fetchone()[0]


def unknown_codes(count: int) -> list[str]:
    """House codes that are written as they should be and belong to no house."""
    return [codes.house_code(codes.HOUSE_CODES - 1 - number) for number in range(count)]


def test_guessing_house_codes_ends_and_a_slip_of_the_finger_costs_nothing(commune: Unit, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "look_up": (100, 10_000)}
    rate_limits.forget()
    house = factories.house(commune)
    guesser, neighbour = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    slip = house.code[:-1] + str((int(house.code[-1]) + 1) % 10)
    slips = [guesser.get("/", {"code": slip}).status_code for _ in range(guessing.WRONG + 5)]
    assert set(slips) == {200}
    tried = unknown_codes(guessing.WRONG)
    for at, code in enumerate(tried):
        answer = guesser.get(f"/h/{code}/") if at % 2 else guesser.get("/", {"code": code})
        assert answer.status_code == (404 if at % 2 else 200)
    for path in (f"/h/{tried[0]}/", f"/?code={tried[0]}", f"/h/{house.code}/", f"/?code={house.code}"):
        told = guesser.get(path)
        assert told.status_code == 429 and 1 <= int(told["Retry-After"]) <= guessing.SECONDS, path
        assert "phút" in told.content.decode()
        assert_walled(told, path)
    assert "minutes" in guesser.get(f"/h/{house.code}/?lang=en").content.decode()
    assert guesser.get("/").status_code == 200  # the page itself, without a code, is for everyone
    assert neighbour.get(f"/h/{house.code}/").status_code == 200


def test_reading_many_houses_by_their_codes_ends_too(commune: Unit, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "look_up": (0.01, 5)}
    rate_limits.forget()
    house = factories.house(commune)
    reader = Client(REMOTE_ADDR="192.0.2.1")
    assert [reader.get(f"/h/{house.code}/").status_code for _ in range(6)] == [200] * 5 + [429]


# --- Sizes --------------------------------------------------------------------------------------------


def test_an_address_or_headers_that_are_too_long_are_refused(db: None) -> None:
    client = Client()
    long = client.get("/", {"code": "x" * 9_000})
    assert long.status_code == 414 and "quá mức" in long.content.decode()
    assert_walled(long, "414")
    assert client.get("/" + "a" * 9_000).status_code == 414
    stuffed = client.get("/", headers={"x-rubbish": "x" * 40_000, "accept-language": "en"})
    assert stuffed.status_code == 431 and "cookies" in stuffed.content.decode()
    assert_walled(stuffed, "431")
    assert client.get("/" + "a" * 9_000, headers=JSON).json()["code"] == "address_too_long"


def test_a_cookie_that_no_browser_makes_is_refused(db: None) -> None:
    refused = Client().get("/", headers={"cookie": "sessionid=abc\x00def", "accept-language": "en"})
    assert refused.status_code == 400 and "did not understand" in refused.content.decode()
    assert_walled(refused, "400")


def test_a_body_that_is_too_long_is_refused_before_it_is_kept(officer_client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50_000
    for told in (
        officer_client.post("/houses/add/", "x" * 60_000, content_type="application/json", headers=JSON),
        officer_client.post("/sign-in/", {"username": "x" * 60_000}, headers=JSON),
        officer_client.post("/houses/add/", {"file": SimpleUploadedFile("a.csv", b"x" * 60_000)}, headers=JSON),
    ):
        assert told.status_code == 413 and told.json()["code"] == "too_big"
        assert_walled(told, "413")
    settings.MAX_UPLOAD_MB = 1
    upload = {"file": SimpleUploadedFile("a.csv", b"x" * 2_500_000)}
    told = officer_client.post("/imports/", upload)
    assert told.status_code == 413 and "1 MB" in told.content.decode()
    slightly = officer_client.post("/imports/", {"file": SimpleUploadedFile("a.csv", b"x" * 1_200_000)})
    assert slightly.status_code in (400, 413)  # read, and refused with the file's name by the page itself
    stranger = Client().post("/imports/", {"file": SimpleUploadedFile("a.csv", b"x" * 60_000)})
    assert stranger.status_code == 413  # a form is read before its view asks who sends it


def test_a_form_with_thousands_of_fields_or_files_is_refused(officer_client: Client, commune: Unit) -> None:
    told = officer_client.post("/language/", {f"f{number}": "" for number in range(1_100)}, headers=JSON)
    assert told.status_code == 413 and told.json()["code"] == "too_many_fields"
    files = {f"f{number}": SimpleUploadedFile("a", b"x") for number in range(20)}
    told = officer_client.post("/imports/", files, headers=JSON)
    assert told.status_code == 413 and told.json()["code"] == "too_many_fields"


@pytest.mark.parametrize("length", ["-1", "1e9", "٣", "0x10", " 5", ""])
def test_a_length_that_is_no_number_is_no_error_of_the_server(officer_client: Client, length: str) -> None:
    answer = officer_client.generic("POST", "/houses/add/", b"{}", "application/json", CONTENT_LENGTH=length)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"number":' + b"9" * 5_000 + b"}",
        b'{"lng": 1e999, "lat": NaN}',
        b"\xff\xfe\x00",
        b'"text"',
        b"",
        b'{"lng": {"lng": {"lng": 1}}, "lat": []}',
    ],
    ids=["brackets", "nested", "digits", "infinite", "bytes", "text", "empty", "objects"],
)
def test_json_that_is_none_of_ours_is_refused_with_a_sentence(
    officer_client: Client, commune: Unit, body: bytes
) -> None:
    answer = officer_client.generic("POST", "/houses/add/", body, "application/json", headers=JSON)
    assert answer.status_code == 400 and answer.json()["error"]


def test_a_broken_multipart_body_is_refused(officer_client: Client) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 500):
        answer = officer_client.generic("POST", "/imports/", b"--x\r\n\r\nrubbish", kind, headers=JSON)
        assert 400 <= answer.status_code < 500
    truncated = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nSo nha'
    answer = officer_client.generic("POST", "/imports/", truncated, "multipart/form-data; boundary=b", headers=JSON)
    assert 400 <= answer.status_code < 500
