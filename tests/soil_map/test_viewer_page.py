"""The soil map's page before any script runs: whose soil it opens, and what it hands to the scripts."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from mapping.access import Role
from mapping.models import Unit, User
from tests import factories
from tests.soil_map import soil_factories, surface_factories


def embedded(client: Client, address: str, name: str) -> Any:
    """What the page holds for its scripts under this id."""
    page = client.get(address).content.decode()
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_the_land_of_all_classes_is_what_was_surveyed(client: Client, commune: Unit) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    surface_factories.samples(campaign)
    surface = surface_factories.made(campaign)
    (layer,) = embedded(client, "/soil/", "soil-catalogue")["campaigns"][0]["layers"]
    areas = [one["area_ha"] for one in layer["scheme"]["classes"]]
    assert surface.surveyed_m2 is not None
    assert sum(areas) == pytest.approx(surface.surveyed_m2 / 10_000, abs=0.05)
    assert layer["surface"]["ramp"][0].startswith("#")


def test_a_layer_without_a_surface_has_classes_without_land(client: Client, commune: Unit) -> None:
    soil_factories.sample(soil_factories.campaign(commune, is_published=True), ph_kcl=5.1)
    (layer,) = embedded(client, "/soil/", "soil-catalogue")["campaigns"][0]["layers"]
    assert layer["surface"] is None
    assert all("area_ha" not in one for one in layer["scheme"]["classes"])


def test_the_page_opens_where_there_is_something_to_see(client: Client, commune: Unit) -> None:
    assert embedded(client, "/soil/", "soil-catalogue")["commune"] is None
    other = factories.neighbour_commune()
    soil_factories.campaign(other, is_published=True)
    assert embedded(client, "/soil/", "soil-catalogue")["commune"]["code"] == other.code
    client.force_login(User.objects.create_superuser("quan", password="x", full_name="Quân"))
    assert embedded(client, "/soil/", "soil-catalogue")["commune"]["code"] == other.code


def test_whoever_works_in_a_commune_sees_it_first(client: Client, commune: Unit) -> None:
    soil_factories.campaign(factories.neighbour_commune(), is_published=True)
    client.force_login(factories.user("hoa", "Ngô Thị Hoa", role=Role.AGRONOMIST, at=commune))
    page = client.get("/soil/").content.decode()
    assert f'href="/soil/desk/{commune.code}/"' in page


@pytest.mark.parametrize("code", ["00000", "x' OR 1=1", "٣"])
def test_an_unknown_commune_is_absent(client: Client, commune: Unit, code: str) -> None:
    assert client.get("/soil/", {"commune": code}).status_code == 404
