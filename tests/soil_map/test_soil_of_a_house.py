"""The record of a house tells what soil lies there, without its floor knowing of this one."""

from __future__ import annotations

import pytest
from django.test import Client

from mapping.models import Unit
from tests import factories
from tests.factories import CENTRE
from tests.soil_map import soil_factories as soil

pytestmark = pytest.mark.django_db


def test_a_house_shows_the_soil_of_published_maps_and_of_drafts_to_those_who_may_see_them(
    client: Client, commune: Unit
) -> None:
    house = factories.house(commune, CENTRE[0] + 0.005, CENTRE[1])
    made = soil.soil_map(commune, "Bản đồ đất 2005", is_published=True)
    client.force_login(factories.user("xem", viewer_of=commune))
    said = client.get(f"/houses/{house.code}/").content.decode()
    assert "<dt>Khoanh đất</dt><dd>Bản đồ đất 2005, Xf, Đất xám 70 %, Đất tầng mỏng 30 %</dd>" in said
    made.published_at = None
    made.save()
    assert "Khoanh đất" not in client.get(f"/houses/{house.code}/").content.decode()
    client.force_login(factories.user("canbo2", officer_of=commune))
    assert "Khoanh đất" in client.get(f"/houses/{house.code}/").content.decode()
