"""The houses of the map: whose they are, what they tell, and the counts of the low zooms."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from households import codes, layers
from households.models import House, HouseGridCell, HouseState, LocationSource, PlateState
from mapping.access import Role
from mapping.models import Grant, Unit, User
from tests import factories
from tests.mapping.test_tiles import decoded, tile_at

HERE_15, HERE_10 = tile_at(*factories.CENTRE, 15), tile_at(*factories.CENTRE, 10)


def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client


def counted(client: Client) -> int:
    """How many houses the map shows from afar."""
    return sum(feature["properties"]["houses"] for feature in decoded(client, "houses", *HERE_10).get("grid", []))


def many(commune: Unit, count: int, **fields: Any) -> list[House]:
    """Houses in one statement, as an import writes them, 10 m apart."""
    lng, lat = factories.CENTRE
    return House.objects.bulk_create(
        House(
            code=codes.house_code(70_000_000 + number),
            commune=commune,
            location=Point(lng + number % 40 * 1e-4, lat + number // 40 * 1e-4, srid=4326),
            location_source=LocationSource.IMPORT,
            **fields,
        )
        for number in range(count)
    )


def test_a_tile_never_shows_a_house_of_another_commune(commune: Unit, officer: User, stranger: User) -> None:
    mine, foreign = factories.house(commune), factories.house(Unit.objects.get(code="99002"))  # both at one place
    for user, own in ((officer, mine), (stranger, foreign)):
        client = signed_in(user)
        assert [feature["id"] for feature in decoded(client, "houses", *HERE_15)["house"]] == [int(own.code)]
        assert counted(client) == 1


def test_who_was_granted_a_village_sees_its_houses_alone(commune: Unit) -> None:
    west = factories.village(commune, 1)
    head = factories.user("truong", viewer_of=west)
    own = factories.house(commune, village=west)
    factories.house(commune, village=factories.village(commune, 2))
    factories.house(commune)
    assert [feature["id"] for feature in decoded(signed_in(head), "houses", *HERE_15)["house"]] == [int(own.code)]
    assert counted(signed_in(head)) == 1


def test_a_grant_on_the_province_holds_for_its_communes(commune: Unit) -> None:
    factories.house(commune)
    chief = factories.user("tinh")
    Grant.objects.create(user=chief, unit=factories.province(), role=Role.VIEWER)
    assert counted(signed_in(chief)) == 1


def test_without_signing_in_there_are_no_houses(commune: Unit, client: Client) -> None:
    assert client.get("/tiles/houses/15/{}/{}.mvt".format(*HERE_15[1:])).status_code == 403
    assert client.get("/tiles/houses.json").status_code == 403


def test_a_tile_tells_number_and_plate_and_no_person(commune: Unit, officer_client: Client) -> None:
    house = factories.house(commune, number="12/5", street="ngõ Đình", note="nhà bà Tư")
    factories.household(house, "Nguyễn Văn An", phone="0912345678")
    factories.plate(house, state=PlateState.REVOKED)
    assert decoded(officer_client, "houses", *HERE_15)["house"][0]["properties"] == {"number": "12/5", "plate": False}
    proof = factories.plate(house, released_at=None)
    assert decoded(officer_client, "houses", *HERE_15)["house"][0]["properties"] == {"number": "12/5", "plate": False}
    proof.delete()
    factories.plate(house)
    assert decoded(officer_client, "houses", *HERE_15)["house"][0]["properties"] == {"number": "12/5", "plate": True}


def test_a_closed_house_is_neither_drawn_nor_counted(commune: Unit, officer_client: Client) -> None:
    house = factories.house(commune)
    House.objects.filter(pk=house.pk).update(state=HouseState.CLOSED, closed_on=timezone.localdate())
    assert decoded(officer_client, "houses", *HERE_15) == {}
    assert counted(officer_client) == 0


def test_counts_follow_every_kind_of_write(commune: Unit, officer: User) -> None:
    def counts() -> set[int]:
        """The houses counted at each level, which must agree."""
        levels = HouseGridCell.objects.values("level").annotate(all=Sum("houses"))
        return {row["all"] for row in levels}

    many(commune, 200)
    assert counts() == {200}
    assert HouseGridCell.objects.filter(level=8, houses__gt=0).count() < 200
    House.objects.filter(number="").update(note="đã xem")
    assert counts() == {200}
    House.objects.filter(pk__in=list(House.objects.values_list("pk", flat=True)[:50])).delete()
    assert counts() == {150}
    assert counted(signed_in(officer)) == 150


def test_a_house_that_moves_takes_its_count_along(commune: Unit, officer_client: Client) -> None:
    house = factories.house(commune)
    house.location = Point(107.0, 21.0, srid=4326)
    house.save()
    assert counted(officer_client) == 0
    there = decoded(officer_client, "houses", *tile_at(107.0, 21.0, 12))["grid"]
    assert [feature["properties"]["houses"] for feature in there] == [1]


def test_counts_are_drawn_near_their_houses(commune: Unit, officer_client: Client) -> None:
    many(commune, 30)
    z, x, y = tile_at(*factories.CENTRE, 12)
    (mark,) = decoded(officer_client, "houses", z, x, y)["grid"]
    east, north = mark["geometry"]["coordinates"]  # of 4096 to a tile's side, y from the south as decoded
    lng = (x + east / 4096) / (1 << z) * 360 - 180
    assert lng == pytest.approx(factories.CENTRE[0], abs=360 / (1 << (z + 3)))
    assert 0 <= north <= 4096


def test_a_crowded_tile_is_thinned_and_says_so(
    commune: Unit, officer_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(commune, 60)
    monkeypatch.setattr(layers, "MOST_POINTS", 25)
    first, second = (decoded(officer_client, "houses", *HERE_15)["house"] for _ in range(2))
    assert len(first) == 25
    assert {feature["properties"]["of"] for feature in first} == {60}
    assert [feature["id"] for feature in first] == [feature["id"] for feature in second]


def test_the_map_is_for_people_with_houses_to_see(commune: Unit, client: Client, viewer: User) -> None:
    assert client.get("/map/")["Location"] == "/sign-in/?next=/map/"
    assert signed_in(factories.user("moi")).get("/map/").status_code == 403
    page = signed_in(viewer).get("/map/")
    assert page.status_code == 200
    (south, west), (north, east) = page.context["config"]["bounds"]
    assert west < factories.CENTRE[0] < east
    assert south < factories.CENTRE[1] < north
