"""Two communes on one server: an officer of one asks every address with the other's ids, and learns nothing.

Whatever comes back, a page, JSON, a file, a tile or a header, is searched for words that only the other commune has.
"""

from __future__ import annotations

import gzip
import re
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.test import Client

from households.models import House, Household
from mapping.access import Role
from tests.test_urls import ROLES, TABLE, Row, World, clients, world

__all__ = ["clients", "world"]

HEAD, PHONE, STREET, NUMBER, NOTE = "Quách Zíp Khôi", "0987000111", "ngõ Quyxiz", "77/77Q", "mái ngói xanwq"
# What a commune's own officers find on its pages, and what nobody else may.
SECRETS = (HEAD, "quach zip khoi", PHONE, "0987 000 111", "0987", STREET, "quyxiz", NUMBER, NOTE, "xanwq")
PUBLIC = {"front", "scan", "house_by_code", "healthz", "report_plate", "alley", "verify_certificate"}
"""The pages behind a plate, an alley's board and a certificate show addresses to anyone, and no people."""


@pytest.fixture
def secret_world(world: World) -> World:
    """The world of the URL table, with words in it that occur nowhere else."""
    House.objects.filter(code=world.code).update(number=NUMBER, street=STREET, note=NOTE)
    Household.objects.filter(pk=world.household.pk).update(head_name=HEAD, phone=PHONE)
    return world


def everything(answer: HttpResponse) -> str:
    """Body and headers as text, without ids and form tokens, in which any digits may stand; tiles stay readable."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    text = body.decode(errors="replace") + repr(sorted(answer.headers.items()))
    return re.sub(r"[0-9A-Za-z_-]{32,}", "", text)


def ask(client: Client, row: Row, world: World) -> HttpResponse:
    extra = {"content_type": "application/json", "data": "{}"} if row.json else {}
    return getattr(client, row.method.lower())(row.path(world), **extra)


@pytest.mark.parametrize("role", [f"{role} elsewhere" for role in ROLES])
def test_nothing_of_another_commune_leaks(
    role: str, secret_world: World, clients: dict[str, Client], capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(secret_world)
    leaks = []
    for name, row in TABLE.items():
        text = everything(ask(clients[role], row, secret_world))
        shown = (HEAD, "quach zip khoi", PHONE, NOTE) if name in PUBLIC else SECRETS
        leaks += [f"{name}: {secret}" for secret in shown if secret in text]
    assert leaks == []
    assert snapshot(secret_world) == before
    with capsys.disabled():
        print(f" [{role}: {len(TABLE)} addresses, 0 leaks]", end="")


def snapshot(world: World) -> tuple[Any, ...]:
    """What a foreign write would have changed."""
    house = House.objects.filter(code=world.code).values().get()
    household = Household.objects.filter(pk=world.household.pk).values().get()
    return house, household, House.objects.filter(commune=world.commune).count()


@pytest.mark.parametrize(
    "words", ["Quách Zíp Khôi", "quach zip", "0987000111", "0111", "77/77Q ngõ Quyxiz", "quyxiz", "xanwq"]
)
def test_no_search_finds_what_lies_elsewhere(words: str, secret_world: World, clients: dict[str, Client]) -> None:
    for role in ("officer elsewhere", "village_head elsewhere", "village_head next door", "viewer"):
        client = clients[role]
        foreign = {secret_world.code} if role != "viewer" else set()
        for address in ("/houses/search.json", "/api/search"):
            answer = client.get(address, {"q": words}).json()
            found = {house["code"] for house in answer.get("results", answer.get("houses"))}
            assert not found & foreign, (role, address)
            answer.pop("not_understood", None)  # what was typed, as it was typed
            assert HEAD not in repr(answer)
    assert secret_world.code in repr(clients["officer"].get("/houses/search.json", {"q": "quyxiz"}).json())


def test_no_tile_shows_a_house_elsewhere(secret_world: World, clients: dict[str, Client]) -> None:
    """The tiles around the house at every zoom: its own officer finds a house there, nobody from elsewhere any."""
    house = House.objects.get(code=secret_world.code)
    for zoom in range(8, 17):
        x, y = tile_of(house.location, zoom)
        seen = {
            role: mapbox_vector_tile.decode(clients[role].get(f"/tiles/houses/{zoom}/{x}/{y}.mvt").content)
            for role in ("officer", *(f"{name} elsewhere" for name in ROLES))
        }
        own = seen.pop("officer")
        assert zoom < 13 or len(own["house"]["features"]) == 1
        assert all("house" not in layers and "houses" not in layers for layers in seen.values()), zoom


def tile_of(point: Point, zoom: int) -> tuple[int, int]:
    from math import asinh, floor, pi, radians, tan

    scale = 2**zoom
    return floor((point.x + 180) / 360 * scale), floor((1 - asinh(tan(radians(point.y))) / pi) / 2 * scale)


def test_a_right_that_ends_closes_every_door_at_once(secret_world: World, clients: dict[str, Client]) -> None:
    """An officer whose grant ended yesterday, in a session that is still open, is a stranger from now on."""
    from django.utils import timezone

    from mapping.models import Grant

    yesterday = timezone.localdate() - timezone.timedelta(days=1)
    Grant.objects.filter(role=Role.COMMUNE_OFFICER, user__username="lan").update(valid_until=yesterday)
    for name, row in TABLE.items():
        text = everything(ask(clients["officer"], row, secret_world))
        assert HEAD not in text and PHONE not in text, name
