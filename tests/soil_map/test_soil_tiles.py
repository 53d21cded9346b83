"""Soil tiles as a map receives them: decoded, for whoever may see what is asked for."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from django.utils import timezone

from mapping.access import Role
from mapping.models import Unit
from soil_map import privacy, shapes
from soil_map.models import ClassScheme, Sample, Surface, Zone
from tests import factories
from tests.factories import CENTRE
from tests.mapping.test_tiles import tile_at
from tests.soil_map import soil_factories

KEY_OF_NOTHING = "01900000-0000-7000-8000-000000000000"


def tile(client: Client, layer: str, z: int, asked: str, lng: float = CENTRE[0], lat: float = CENTRE[1]) -> Any:
    """The answer to a request for the tile of a place."""
    return client.get("/tiles/{}/{}/{}/{}.mvt".format(layer, *tile_at(lng, lat, z)) + f"?{asked}")


def features(response: Any) -> list[dict[str, Any]]:
    """The features of a tile of one part."""
    assert response.status_code == 200
    return [one for part in mapbox_vector_tile.decode(response.content).values() for one in part["features"]]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def agronomist(commune: Unit) -> Any:
    return factories.user("hoa", "Ngô Thị Hoa", role=Role.AGRONOMIST, at=commune)


def a_surface(commune: Unit, *, is_published: bool = True) -> Surface:
    """A surface of two zones, west and east."""
    campaign = soil_factories.campaign(commune, is_published=is_published)
    surface = Surface.objects.create(campaign=campaign, method_id="ph_kcl", state="made", epsg=5897, cell_m=50)
    lng, lat = CENTRE
    classes = ClassScheme.objects.get(key="ph_kcl_bac_ninh_2021").classes.order_by("rank")
    for soil_class, west in zip(classes[1:3], (lng - 0.01, lng), strict=True):
        box = MultiPolygon(Polygon.from_bbox((west, lat - 0.01, west + 0.01, lat + 0.01)), srid=4326)
        Zone.objects.create(surface=surface, soil_class=soil_class, outline=box, area_m2=1)
    shapes.draw_surface(surface)
    return surface


@pytest.mark.parametrize("z", [9, 12, 15, 16])
def test_units_of_a_published_map_are_drawn_for_anyone_at_every_zoom(commune: Unit, client: Client, z: int) -> None:
    soil_map = soil_factories.soil_map(commune, is_published=True)
    shapes.draw_map(soil_map)
    answer = tile(client, "soil_units", z, f"map={soil_map.pk}")
    assert sorted(one["properties"]["symbol"] for one in features(answer)) == ["Pg", "Xf"]
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in answer["Vary"]


def test_a_map_that_is_not_published_is_there_for_those_alone_who_see_the_communes_soil(
    commune: Unit, agronomist: Any, viewer: Any, stranger: Any, client: Client
) -> None:
    soil_map = soil_factories.soil_map(commune)
    shapes.draw_map(soil_map)
    seen = tile(signed_in(agronomist), "soil_units", 13, f"map={soil_map.pk}")
    assert len(features(seen)) == 2
    assert seen["Cache-Control"] == "private, no-cache"
    for other in (client, signed_in(viewer), signed_in(stranger)):
        assert tile(other, "soil_units", 13, f"map={soil_map.pk}").status_code == 404


@pytest.mark.parametrize("asked", ["", "map=", "map=12", "map=x'--", f"map={KEY_OF_NOTHING}"])
def test_a_map_that_there_is_not_is_not_found(commune: Unit, client: Client, asked: str) -> None:
    assert tile(client, "soil_units", 13, asked).status_code == 404


def test_a_map_that_is_drawn_anew_has_no_shape_twice(commune: Unit, client: Client) -> None:
    soil_map = soil_factories.soil_map(commune, is_published=True)
    shapes.draw_map(soil_map)
    shapes.draw_map(soil_map)
    assert len(features(tile(client, "soil_units", 13, f"map={soil_map.pk}"))) == 2


@pytest.mark.parametrize("z", [10, 13, 16])
def test_zones_have_the_class_and_colour_of_the_scheme(commune: Unit, client: Client, z: int) -> None:
    surface = a_surface(commune)
    found = features(tile(client, "soil_zones", z, f"surface={surface.pk}"))
    assert sorted((one["properties"]["rank"], one["properties"]["colour"]) for one in found) == [
        (1, "#f4a582"),
        (2, "#a6dba0"),
    ]
    other = ClassScheme.objects.get(key="ph_kcl_paddy")
    assert features(tile(client, "soil_zones", z, f"surface={surface.pk}&scheme={other.pk}")) == []
    assert tile(client, "soil_zones", z, f"surface={surface.pk}&scheme=1.5").status_code == 404


def test_zones_of_a_campaign_that_is_not_published_are_not_for_everyone(
    commune: Unit, agronomist: Any, client: Client
) -> None:
    surface = a_surface(commune, is_published=False)
    scheme = ClassScheme.objects.get(key="ph_kcl_bac_ninh_2021")
    for asked in (f"surface={surface.pk}", f"surface={surface.pk}&scheme={scheme.pk}"):
        assert tile(client, "soil_zones", 13, asked).status_code == 404
    assert len(features(tile(signed_in(agronomist), "soil_zones", 13, f"surface={surface.pk}"))) == 2


def asking(campaign: Any, method: str = "ph_kcl", depth: str = "0-20") -> str:
    return f"campaign={campaign.pk}&method={method}&depth={depth}"


def test_samples_have_their_rounded_value_and_class(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    first = soil_factories.sample(campaign, ph_kcl=5.0)
    soil_factories.result(first, "ph_kcl", 5.1, replicate=2)
    limit = soil_factories.sample(campaign, ph_kcl=6.0)
    low = soil_factories.sample(campaign)
    soil_factories.result(low, "ph_kcl", 2.0, is_below_detection=True)
    found = features(tile(client, "soil_samples", 14, asking(campaign)))
    told = sorted((one["properties"]["value"], one["properties"]["rank"]) for one in found)
    assert told == [(2.0, 0), (5.1, 1), (6.0, 2)]  # the lower limit belongs to its class
    assert [one["properties"].get("below") for one in found if one["properties"]["value"] == 2.0] == [True]
    assert limit.pk is not None
    assert features(tile(client, "soil_samples", 14, asking(campaign, depth="20-40"))) == []
    assert tile(client, "soil_samples", 14, asking(campaign, method="ph_moon")).status_code == 404
    assert tile(client, "soil_samples", 14, asking(campaign, depth="20-0")).status_code == 404


def test_samples_of_olsen_phosphorus_have_the_unit_of_their_limits(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, p_olsen=12 * 0.22914)  # 12 mg P a kilogram, "high" from 10 on
    (found,) = features(tile(client, "soil_samples", 14, asking(campaign, "p_olsen")))
    assert found["properties"] == {"value": 12.0, "rank": 2}


def test_samples_beside_a_limit_are_rounded_to_their_own_side_of_it(commune: Unit, client: Client) -> None:
    """The page colours a point by the value it gets, so that a rounded 6.0 would be drawn as neutral."""
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, ph_kcl=5.96, p_olsen=9.98 * 0.22914)
    soil_factories.sample(campaign, ph_kcl=5.9996, p_olsen=10 * 0.22914)
    for method, expected in (("ph_kcl", [(5.96, 1), (5.9996, 1)]), ("p_olsen", [(9.98, 1), (10.0, 2)])):
        found = features(tile(client, "soil_samples", 14, asking(campaign, method)))
        assert sorted((one["properties"]["value"], one["properties"]["rank"]) for one in found) == expected


def test_values_without_a_scheme_have_no_class(commune: Unit, client: Client) -> None:
    ClassScheme.objects.filter(methods="ph_h2o").delete()
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, ph_h2o=5.0)
    (found,) = features(tile(client, "soil_samples", 14, asking(campaign, "ph_h2o")))
    assert found["properties"] == {"value": 5.0}


def private_sample(campaign: Any, lng: float, lat: float, value: float = 5.0) -> Sample:
    made = soil_factories.sample(campaign, soil_factories.site(campaign.commune, lng, lat), ph_kcl=value)
    made.is_private = True
    made.save()
    return made


def place_in(feature: dict[str, Any], z: int, x: int, y: int) -> tuple[float, float]:
    """Where a point of a decoded tile (its y goes up) lies, in degrees."""
    import math

    column, row = feature["geometry"]["coordinates"]
    lng = (x + column / 4096) / (1 << z) * 360 - 180
    turned = math.pi * (1 - 2 * (y + 1 - row / 4096) / (1 << z))
    return lng, math.degrees(math.atan(math.sinh(turned)))


def test_a_private_sample_is_a_mark_without_value_in_the_middle_of_its_square(
    commune: Unit, agronomist: Any, viewer: Any, client: Client
) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    middle = privacy.coarsened(*CENTRE, commune.vn2000_srid)
    for shift in (0.0004, 0.0009):  # both in one square
        private_sample(campaign, middle[0] + shift, middle[1] - shift)
    z, x, y = tile_at(*middle, 14)
    for other in (client, signed_in(viewer)):
        answer = tile(other, "soil_samples", z, asking(campaign), *middle)
        (found,) = features(answer)
        assert found["properties"] == {"private": True}
        assert "id" not in found or not found["id"]
        assert place_in(found, z, x, y) == pytest.approx(middle, abs=1e-5)
        assert answer["Cache-Control"] == "public, max-age=300"
    exact = tile(signed_in(agronomist), "soil_samples", z, asking(campaign), *middle)
    assert [one["properties"]["value"] for one in features(exact)] == [5.0, 5.0]
    assert exact["Cache-Control"] == "private, no-cache"


def test_not_even_the_tiles_that_show_a_private_sample_tell_more_than_its_square(commune: Unit, client: Client) -> None:
    """Two places in one square, a tile of zoom 16 apart: every tile around is the same for both."""
    middle = privacy.coarsened(*CENTRE, commune.vn2000_srid)
    seen = []
    for name, shift in (("một", -0.0021), ("hai", 0.0021)):
        campaign = soil_factories.campaign(commune, name, is_published=True)
        private_sample(campaign, middle[0] + shift, middle[1] + shift)
        assert privacy.coarsened(middle[0] + shift, middle[1] + shift, 5897) == pytest.approx(middle)
        z, x, y = tile_at(*middle, 16)
        around = [(x + right, y + down) for right in range(-2, 3) for down in range(-2, 3)]
        answers = [client.get(f"/tiles/soil_samples/{z}/{a}/{b}.mvt?{asking(campaign)}").content for a, b in around]
        assert any(answers)
        seen.append(answers)
    assert seen[0] == seen[1]


def test_a_campaign_that_is_withdrawn_is_gone_from_the_tiles(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, ph_kcl=5.0)
    assert features(tile(client, "soil_samples", 14, asking(campaign)))
    campaign.published_at = None
    campaign.save()
    assert tile(client, "soil_samples", 14, asking(campaign)).status_code == 404
    campaign.published_at = timezone.now()
    campaign.save()
    assert features(tile(client, "soil_samples", 14, asking(campaign)))


def test_the_tilejson_keeps_what_is_asked_for(commune: Unit, client: Client) -> None:
    soil_map = soil_factories.soil_map(commune, is_published=True)
    described = client.get(f"/tiles/soil_units.json?map={soil_map.pk}&other=1").json()
    assert described["tiles"] == [f"http://testserver/tiles/soil_units/{{z}}/{{x}}/{{y}}.mvt?map={soil_map.pk}"]
    assert [part["id"] for part in described["vector_layers"]] == ["unit"]
