"""What everyone gets of a surface is made without private samples: their values change nothing of it."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from mapping.access import Role
from mapping.models import Unit
from soil_map.models import Campaign, Result, Sample, Surface, SurfaceState
from soil_map.privacy import coarsened
from soil_map.schemes import schemes_of
from soil_map.surfaces import openly, reading
from tests import factories
from tests.factories import CENTRE
from tests.soil_map import soil_factories, surface_factories
from tests.soil_map.test_soil_tiles import features, tile

pytestmark = pytest.mark.django_db
GONE = b"not to be seen"


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil_factories.campaign(commune, is_published=True)


@pytest.fixture
def before(commune: Unit) -> Surface:
    """Of an earlier campaign without private samples."""
    earlier = soil_factories.campaign(commune, "Đợt 2015", is_published=True, started_on=datetime.date(2015, 3, 1))
    surface_factories.samples(earlier, 40, seed=9)
    return surface_factories.made(earlier, cell_m=100)


def private_places(campaign: Campaign) -> list[tuple[float, float]]:
    """Where private samples lie, and the middles of their squares."""
    places = [one.site.location.coords for one in Sample.objects.filter(campaign=campaign, is_private=True)]
    return [*places, *(coarsened(*one, campaign.commune.vn2000_srid) for one in places)]


def seen_by_anyone(surface: Surface, before: Surface | None = None) -> dict[str, bytes]:
    """Everything that a stranger gets of a surface, without its name."""
    campaign, anyone = surface.campaign, Client()
    page, layer = f"/soil/surfaces/{surface.pk}/", f"campaign={campaign.pk}&method=ph_kcl&depth=0-20"
    asked = [
        page, *(f"{page}{what}" for what in ("value.tif", "deviation.tif", "value.png", "deviation.png")),
        f"/soil/catalogue.json?commune={campaign.commune.code}", f"/soil/campaigns/{campaign.pk}/report/",
        *(f"/soil/at.json?lng={lng}&lat={lat}&{layer}&crop=rice_spring&target=6" for lng, lat in
          private_places(campaign)),
    ]  # fmt: skip
    if before is not None:
        asked += [f"/soil/differences/{before.pk}/{surface.pk}/difference.{kind}" for kind in ("json", "png")]
    answers = {}
    for one in asked:
        answer: Any = anyone.get(one)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answers[one.replace(str(surface.pk), "")] = GONE if answer.status_code >= 400 else body
    used = campaign_scheme(surface)
    for zoom in (12, 16):
        answer = tile(anyone, "soil_zones", zoom, f"surface={surface.pk}&scheme={used}")
        shapes = [(one["properties"], one["geometry"]) for one in features(answer)] if answer.status_code == 200 else []
        answers[f"zones {zoom}"] = repr(shapes).encode() if shapes else GONE
    return {name: body.replace(str(surface.pk).encode(), b"") for name, body in answers.items()}


def campaign_scheme(surface: Surface) -> int:
    return schemes_of(surface.method)[0].scheme.pk


def without_numbers_of_forms(body: bytes) -> bytes:
    """A page without what is new in each answer: nonces and tokens of forms."""
    return re.sub(rb'(nonce|value|name|at|ETag)="[\w=+/-]{16,}"', b"", body)


def change_private_values(campaign: Campaign, by: float) -> None:
    private = Result.objects.filter(sample__campaign=campaign, sample__is_private=True)
    assert private.update(value=F("value") + by)


def test_nothing_that_everyone_gets_changes_with_a_private_value(campaign: Campaign, before: Surface) -> None:
    surface_factories.samples(campaign, 60, private=5)
    first = surface_factories.made(campaign)
    assert first.state == SurfaceState.MADE and first.open_values_file is not None
    seen = seen_by_anyone(first, before)
    exact = reading.read(first, exactly=True)[0]
    change_private_values(campaign, 1.7)
    second = surface_factories.made(campaign)
    assert (reading.read(second, exactly=True)[0] != exact).any()  # who may see has them in the map
    again = seen_by_anyone(second, before)
    assert not [name for name, body in seen.items() if body == GONE]
    assert {name: without_numbers_of_forms(body) for name, body in again.items()} == {
        name: without_numbers_of_forms(body) for name, body in seen.items()
    }


def test_at_a_private_sample_and_in_the_middle_of_its_square_its_value_is_not_told(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 60, private=1)
    change_private_values(campaign, 2.5)
    value = Result.objects.get(sample__is_private=True).value
    surface = surface_factories.made(campaign)
    for lng, lat in private_places(campaign):
        told = reading.at(surface, lng, lat)
        assert told is not None and abs(told.value - value) > 1 and told.deviation > 0.05


def test_too_few_open_samples_are_points_for_everyone_and_a_map_for_those_who_may_see(
    campaign: Campaign, commune: Unit, before: Surface
) -> None:
    surface_factories.samples(campaign, 60, private=40)
    surface = surface_factories.made(campaign)
    assert surface.state == SurfaceState.MADE and surface.open_values_file is None and surface.zones.exists()
    seen = seen_by_anyone(surface, before)
    hidden = {name for name, body in seen.items() if body == GONE}
    assert {name.rsplit("/", 1)[-1] for name in hidden} == {
        "value.tif", "deviation.tif", "value.png", "deviation.png", "difference.json", "difference.png", "zones 12",
        "zones 16",
    }  # fmt: skip
    why = "mới có 20, nên bản đồ chỉ vẽ các điểm"
    assert why in seen["/soil/surfaces//"].decode()
    assert "Mẫu riêng tư không được tính vào bản đồ của mọi người" in seen["/soil/surfaces//"].decode()
    change_private_values(campaign, 1.7)
    again = seen_by_anyone(surface_factories.made(campaign), before)
    assert {name: without_numbers_of_forms(body) for name, body in again.items()} == {
        name: without_numbers_of_forms(body) for name, body in seen.items()
    }
    agronomist = Client()
    agronomist.force_login(factories.user("nong", role=Role.AGRONOMIST, at=commune))
    newest = Surface.objects.get(campaign=campaign)
    assert agronomist.get(f"/soil/surfaces/{newest.pk}/value.tif").status_code == 200
    page = agronomist.get(f"/soil/surfaces/{newest.pk}/").content.decode()
    assert "chỉ người được xem đất của xã thấy bản đồ này" in page
    told = agronomist.get(
        f"/soil/at.json?lng={CENTRE[0]}&lat={CENTRE[1]}&campaign={campaign.pk}&method=ph_kcl&depth=0-20"
    )
    assert told.json()["estimate"] is not None


def test_private_samples_that_spoil_the_map_leave_it_to_the_others(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 60, private=20)
    for place, result in enumerate(Result.objects.filter(sample__is_private=True).order_by("pk")):
        Result.objects.filter(pk=result.pk).update(value=3.0 if place % 2 else 9.0)
    surface = surface_factories.made(campaign)
    assert surface.state == SurfaceState.MADE and surface.model["places"] == 40


def test_a_surface_of_a_former_making_is_for_those_alone_who_may_see(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 60, private=5)
    surface = surface_factories.made(campaign)
    surface.model.pop("open")
    surface.save()
    seen = seen_by_anyone(surface)
    assert seen["/soil/surfaces//value.tif"] == GONE
    assert "Xã tính lại thì có bản cho mọi người" in seen["/soil/surfaces//"].decode()
    assert openly.openly(Surface.objects.get(pk=surface.pk)).state == SurfaceState.REFUSED
