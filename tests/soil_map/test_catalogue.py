"""What the viewer may choose from: for anyone what is published, for whoever sees the commune's soil all of it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client

from mapping.access import Role
from mapping.models import Unit
from soil_map import soil_colours
from soil_map.models import Surface
from soil_map.surfaces import making
from tests import factories
from tests.soil_map import soil_factories


def catalogue(client: Client, commune: Unit | None = None) -> dict[str, Any]:
    response = client.get("/soil/catalogue.json", {"commune": commune.code} if commune else {})
    assert response.status_code == 200
    told: dict[str, Any] = response.json()
    return told


@pytest.fixture
def agronomist(commune: Unit) -> Client:
    client = Client()
    client.force_login(factories.user("hoa", "Ngô Thị Hoa", role=Role.AGRONOMIST, at=commune))
    return client


def test_anyone_is_offered_what_is_published_and_the_agronomist_all(
    commune: Unit, client: Client, agronomist: Client
) -> None:
    soil_factories.campaign(commune, "Đã công bố", is_published=True)
    soil_factories.campaign(commune, "Chưa công bố", started_on=datetime.date(2024, 1, 1))
    soil_factories.soil_map(commune, "Công bố", is_published=True)
    soil_factories.soil_map(commune, "Nháp")
    everyone, inside = catalogue(client, commune), catalogue(agronomist, commune)
    assert [one["name"] for one in everyone["campaigns"]] == ["Đã công bố"]
    assert [one["title"] for one in everyone["maps"]] == ["Công bố"]
    assert [(one["name"], one["is_published"]) for one in inside["campaigns"]] == [
        ("Đã công bố", True),
        ("Chưa công bố", False),
    ]
    assert {one["title"] for one in inside["maps"]} == {"Công bố", "Nháp"}


def test_a_commune_is_listed_once_it_has_something_to_see(commune: Unit, client: Client, agronomist: Client) -> None:
    assert client.get("/soil/catalogue.json").status_code == 404
    soil_factories.campaign(commune)
    assert catalogue(client, commune)["communes"] == []
    assert catalogue(agronomist)["communes"] == [{"code": commune.code, "name": "Xã Bình Minh"}]
    neighbour = factories.neighbour_commune()
    soil_factories.soil_map(neighbour, is_published=True)
    told = catalogue(client)
    assert told["communes"] == [{"code": neighbour.code, "name": "Xã Tân Lập"}]
    assert told["commune"]["code"] == neighbour.code
    assert told["commune"]["bounds"] == pytest.approx(neighbour.outline.extent, abs=1e-6)
    assert client.get("/soil/catalogue.json?commune=00000").status_code == 404


def test_a_layer_has_its_scheme_its_surface_and_how_well_that_tells(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.grid_of_samples(campaign, "ph_kcl")
    surface = making.make(Surface.objects.create(campaign=campaign, method_id="ph_kcl", epsg=5897, cell_m=50))
    (layer,) = catalogue(client, commune)["campaigns"][0]["layers"]
    assert (layer["property_name"], layer["method_name"], layer["depth"]) == ("Độ chua pH", "pH(KCl)", [0, 20])
    assert (layer["samples"], layer["unit"], layer["decimals"], layer["refusal"]) == (49, "", 1, None)
    limits = [(one["from"], one["to"]) for one in layer["scheme"]["classes"]]
    assert limits == [(None, 4.0), (4.0, 6.0), (6.0, 7.0), (7.0, None)]
    told = layer["surface"]
    assert told["id"] == str(surface.pk)
    assert 0 < told["rmse"] < 0.3 and 0.5 < told["explained"] <= 1
    west, south, east, north = told["bounds"]
    assert west < factories.CENTRE[0] < east and south < factories.CENTRE[1] < north
    area = sum(one["area_ha"] for one in layer["scheme"]["classes"])
    assert area == pytest.approx(surface.surveyed_m2 / 10_000, abs=0.05)
    for address in (told["value_url"], told["deviation_url"], told["page"]):
        assert client.get(address).status_code == 200, address


def test_a_newer_surface_that_was_refused_does_not_hide_one_that_was_made(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.grid_of_samples(campaign, "ph_kcl")
    made = making.make(Surface.objects.create(campaign=campaign, method_id="ph_kcl", epsg=5897, cell_m=50))
    Surface.objects.create(campaign=campaign, method_id="ph_kcl", state="ordered", epsg=5897, cell_m=50)
    (layer,) = catalogue(client, commune)["campaigns"][0]["layers"]
    assert layer["surface"]["id"] == str(made.pk)
    assert layer["refusal"] is None


def test_a_maps_symbols_have_their_land_their_soil_and_a_colour_of_their_own(commune: Unit, client: Client) -> None:
    soil_factories.soil_map(commune, is_published=True)
    (told,) = catalogue(client, commune)["maps"]
    symbols = {one["symbol"]: one for one in told["symbols"]}
    assert symbols["Pg"]["soil"] == "Đất phù sa glây" and symbols["Xf"]["soil"] == "Đất xám"
    assert symbols["Pg"]["area_ha"] == pytest.approx(232.16, abs=0.1)
    assert symbols["Pg"]["colour"] != symbols["Xf"]["colour"]


def test_names_are_in_the_readers_language(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, ph_kcl=5.0, p_oniani=12.0)
    client.post("/language/", {"language": "en"})
    told = catalogue(client, commune)
    layers = told["campaigns"][0]["layers"]
    assert [one["property_name"] for one in layers] == ["pH", "Available phosphorus"]
    assert layers[1]["unit"] == "mg/100 g P₂O₅"
    assert layers[0]["scheme"]["classes"][0]["label"] == "very acid"
    assert told["crops"][0]["name"] == "Spring rice"


def test_a_catalogue_takes_as_many_queries_for_many_layers_as_for_one(
    commune: Unit, client: Client, django_assert_max_num_queries: Any
) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(
        campaign, ph_kcl=5.0, om_walkley_black=2.0, n_kjeldahl=0.1, p_oniani=12.0, cec_ammonium_acetate=9.0
    )
    with django_assert_max_num_queries(20):
        catalogue(client, commune)


def test_colours_of_soils_follow_group_or_name_and_never_depend_on_the_order() -> None:
    soils = [("P", "Fluvisols", "Đất phù sa"), ("Pb", "Fluvisols", "Đất phù sa bồi"), ("X", "", "Đất xám bạc màu")]
    colours = soil_colours.colours_of(soils)
    assert colours == soil_colours.colours_of(reversed(soils))
    assert len(set(colours.values())) == 3
    assert colours["X"] == soil_colours.base_colour("Acrisols")
    assert soil_colours.base_colour("", "Đất phèn hoạt động") == soil_colours.base_colour("Thionic Fluvisols")
    assert soil_colours.base_colour("", "Đất đỏ vàng") == soil_colours.base_colour("Ferralsols")
    assert soil_colours.base_colour("", "Đất đồi dốc") == soil_colours.base_colour("", "")
