"""Streets in the tiles of the map: whose they are, what they tell, and from which zoom on."""

from __future__ import annotations

from typing import Any

from django.test import Client

from households.models import Street
from tests import factories
from tests.households.streets import along, draw
from tests.mapping.test_tiles import decoded, tile_at

HERE_13, HERE_15 = tile_at(*factories.CENTRE, 13), tile_at(*factories.CENTRE, 15)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_roads_are_seen_from_afar_and_alleys_from_near_with_their_names(commune, officer) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-300, 0), (300, 0), width_class=4).street
    draw(officer, commune, "ngo", "Đình", (0, 0), (0, 150))
    draw(officer, commune, "ngo", "", (50, 0), (50, 150))
    client = signed_in(officer)
    assert [found["properties"]["kind"] for found in decoded(client, "streets", *HERE_13)["street"]] == ["road"]
    near = decoded(client, "streets", *HERE_15)
    told = {found["properties"].get("name"): found["properties"] for found in near["street"]}
    assert set(told) == {"đường Liên Xã", "ngõ Đình", None}
    assert told["đường Liên Xã"] == {"street": str(road.pk), "kind": "road", "width": 4, "name": "đường Liên Xã"}
    assert {found["properties"]["name"] for found in near["name"]} == {"đường Liên Xã", "ngõ Đình"}


def test_who_works_in_one_village_sees_the_commune_s_streets_and_nobody_else_s(commune, officer, stranger) -> None:
    draw(officer, commune, "road", "Liên Xã", (-300, 0), (300, 0))
    head = factories.user("thon", role="village_head", at=factories.village(commune, 2))
    assert len(decoded(signed_in(head), "streets", *HERE_15)["street"]) == 1
    assert decoded(signed_in(stranger), "streets", *HERE_15).get("street", []) == []
    assert Client().get("/tiles/streets/15/{}/{}.mvt".format(*HERE_15[1:])).status_code == 403


def test_features_of_the_editor_are_those_of_the_commune(commune, officer, stranger) -> None:
    draw(officer, commune, "ngo", "Đình", (0, 0), (0, 150))
    found = signed_in(officer).get(f"/streets/features.json?commune={commune.code}").json()
    (street,) = found["features"]
    assert street["geometry"]["coordinates"] == [[round(x, 7), round(y, 7)] for x, y in along((0, 0), (0, 150))]
    assert street["properties"] == {
        "kind": "ngo", "name": "Đình", "number": "", "fullName": "ngõ Đình", "calledHere": "ngõ Đình", "widthClass": 0,
        "parent": None, "parentName": "", "parentByHand": False, "direction": "auto", "village": "99001-02",
        "version": 1, "houses": 0, "reversed": None, "metres": 150,
    }  # fmt: skip
    assert found["groups"] == []
    assert signed_in(stranger).get(f"/streets/features.json?commune={commune.code}").status_code == 404
    assert Street.objects.count() == 1
