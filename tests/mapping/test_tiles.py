"""Tiles as a map receives them: decoded, and their content asserted."""

from __future__ import annotations

import gzip
import math
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from mapping.models import Unit, UnitShape
from tests import factories


def tile_at(lng: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile that holds a point."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lng + 180) / 360 * (1 << z)), int(y * (1 << z))


def decoded(client: Client, layer: str, z: int, x: int, y: int) -> dict[str, list[dict[str, Any]]]:
    """The features of each part of a tile, without compression."""
    response = client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    return {name: part["features"] for name, part in mapbox_vector_tile.decode(response.content).items()}


def test_outlines_and_names_of_units_are_public(commune: Unit, client: Client) -> None:
    parts = decoded(client, "units", *tile_at(*factories.CENTRE, 12))
    assert {feature["properties"]["kind"] for feature in parts["outline"]} == {"commune", "village"}
    assert {feature["properties"]["name"] for feature in parts["name"]} == {
        "Xã Bình Minh",
        "Thôn Đông Hoà",
        "Thôn Xa Thư",
    }
    low = decoded(client, "units", *tile_at(*factories.CENTRE, 8))
    assert [feature["properties"]["kind"] for feature in low["outline"]] == ["commune"]


def test_a_boundary_that_is_redrawn_shows_in_the_next_tile(commune: Unit, client: Client) -> None:
    elsewhere = factories.square(107.0, 21.0, 0.02)
    commune.outline = elsewhere
    commune.save()
    assert UnitShape.objects.filter(unit=commune).count() == 5
    before = decoded(client, "units", *tile_at(*factories.CENTRE, 10))
    assert "commune" not in {feature["properties"]["kind"] for feature in before.get("outline", [])}
    after = decoded(client, "units", *tile_at(107.0, 21.0, 10))
    assert [feature["properties"]["name"] for feature in after["name"]] == ["Xã Bình Minh"]


def test_a_unit_of_the_past_is_not_drawn(commune: Unit, client: Client) -> None:
    Unit.objects.filter(pk=commune.pk).update(valid_until="2025-06-30")
    assert decoded(client, "units", *tile_at(*factories.CENTRE, 10)) == {}


def test_low_zooms_get_simpler_outlines(commune: Unit) -> None:
    lng, lat = factories.CENTRE
    ring = [(lng + 0.02 * math.cos(a / 500 * math.tau), lat + 0.02 * math.sin(a / 500 * math.tau)) for a in range(500)]
    commune.outline = MultiPolygon(Polygon([*ring, ring[0]]), srid=4326)
    commune.save()
    corners = {shape.level: shape.outline.num_coords for shape in UnitShape.objects.filter(unit=commune)}
    assert corners[14] > 3 * corners[8] > 0
    assert [corners[level] for level in (6, 8, 10, 12, 14)] == sorted(corners.values())


def test_a_point_a_metre_outside_a_tile_is_in_it_and_one_far_outside_is_not(
    commune: Unit, officer_client: Client
) -> None:
    z, x, y = tile_at(*factories.CENTRE, 16)
    west = x / (1 << z) * 360 - 180
    metre = 360 / 40_075_016.68
    near = factories.house(commune, west - metre, factories.CENTRE[1], number="5")
    factories.house(commune, west - 300 * metre, factories.CENTRE[1], number="7")
    found = decoded(officer_client, "houses", z, x, y)["house"]
    assert [feature["id"] for feature in found] == [int(near.code)]
    assert found[0]["geometry"]["coordinates"][0] < 0


def test_an_unchanged_tile_is_answered_304_and_a_changed_one_anew(commune: Unit, officer_client: Client) -> None:
    house = factories.house(commune, number="12")
    address = "/tiles/houses/{}/{}/{}.mvt".format(*tile_at(*factories.CENTRE, 15))
    first = officer_client.get(address)
    assert first["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first["Vary"]
    again = officer_client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    house.location = Point(house.location.x + 0.0001, house.location.y, srid=4326)
    house.save()
    moved = officer_client.get(address, headers={"If-None-Match": first["ETag"]})
    assert moved.status_code == 200
    assert moved["ETag"] != first["ETag"]


def test_a_tile_is_compressed_for_whoever_reads_that(commune: Unit, officer_client: Client) -> None:
    for number in range(100):
        factories.house(commune, factories.CENTRE[0] + number * 1e-5, number=str(number))
    address = "/tiles/houses/{}/{}/{}.mvt".format(*tile_at(*factories.CENTRE, 15))
    plain, packed = officer_client.get(address), officer_client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)


@pytest.mark.parametrize(
    "address",
    ["/tiles/cattle/10/812/458.mvt", "/tiles/houses/15/99999/1.mvt", "/tiles/houses/3/1/1.mvt", "/tiles/cattle.json"],
)
def test_a_tile_that_there_cannot_be_is_not_found(commune: Unit, officer_client: Client, address: str) -> None:
    assert officer_client.get(address).status_code == 404


def test_the_tilejson_leads_to_the_tiles(commune: Unit, officer_client: Client) -> None:
    described = officer_client.get("/tiles/houses.json").json()
    z, x, y = tile_at(*factories.CENTRE, described["minzoom"])
    address = described["tiles"][0].replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
    assert officer_client.get(address).status_code == 200
    assert {part["id"] for part in described["vector_layers"]} == {"house", "grid"}
    assert (described["minzoom"], described["maxzoom"]) == (8, 16)
