"""Soil that a family had sampled stays theirs: whoever may not see a commune's soil learns neither place nor value.

Everything published of a campaign is asked by people without that right and searched for what only a private sample
has: its codes, its coordinates, its parcel, its value. What those with the right see is written down.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import pypdfium2
import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from mapping import crs, wall
from mapping.access import Role
from mapping.models import AuditEntry, Change, ChangeSet, Unit, User
from soil_map.models import Campaign, ClassScheme, Sample, Surface
from soil_map.privacy import COARSE_M, coarsened
from soil_map.surfaces import making
from tests import factories
from tests.security.test_two_tenants import tile_of
from tests.soil_map import soil_factories

CODE, LABORATORY, SHEET, NUMBER, VALUE = "XPRIVQ1", "XLABQ2", "T77QXZ", "X991ZQ", 6.87
PLACE = (105.8137291, 19.6731847)
SECRETS = (CODE, LABORATORY, SHEET, NUMBER, "6,87", "6.87", "105.8137", "19.6731", "105,8137", "19,6731")


@dataclass(frozen=True)
class Ground:
    """A published campaign of 49 open samples and a private one in a parcel, with its surface."""

    commune: Unit
    campaign: Campaign
    private: Sample
    open: Sample
    parcel: Any
    surface: Surface

    def addresses(self) -> list[str]:
        """Everything that anyone may ask for."""
        place = f"lng={PLACE[0]}&lat={PLACE[1]}&campaign={self.campaign.pk}&method=ph_kcl&depth=0-20"
        surface, campaign = f"/soil/surfaces/{self.surface.pk}", f"/soil/campaigns/{self.campaign.pk}"
        return [
            f"/soil/?commune={self.commune.code}",
            f"/soil/catalogue.json?commune={self.commune.code}",
            f"/soil/at.json?{place}",
            f"/soil/at.json?{place}&crop=rice_spring&target=6",
            f"/soil/samples/{self.private.pk}/",
            f"/soil/samples/{self.private.pk}/card.pdf",
            f"/soil/parcels/{self.parcel.pk}/",
            f"/soil/parcels/{self.parcel.pk}/card.pdf",
            f"{campaign}/",
            f"{campaign}/samples.csv",
            f"{campaign}/report/",
            f"{campaign}/report.xlsx",
            f"{surface}/",
            f"{surface}/value.tif",
            f"{surface}/deviation.tif",
            f"/soil/desk/{self.commune.code}/",
        ]

    def tile(self, zoom: int) -> str:
        """The tile of samples around the private one."""
        x, y = tile_of(self.private.site.location, zoom)
        return f"/tiles/soil_samples/{zoom}/{x}/{y}.mvt?campaign={self.campaign.pk}&method=ph_kcl&depth=0-20"


@pytest.fixture
def ground(commune: Unit) -> Ground:
    campaign = soil_factories.campaign(commune, is_published=True)
    opened = soil_factories.grid_of_samples(campaign, "ph_kcl")
    parcel = soil_factories.parcel(commune, SHEET, NUMBER, *PLACE)
    site = soil_factories.site(commune, *PLACE, code=CODE, written_x=str(PLACE[0]), written_y=str(PLACE[1]))
    private = soil_factories.sample(campaign, site, ph_kcl=VALUE)
    Sample.objects.filter(pk=private.pk).update(is_private=True, laboratory_code=LABORATORY, parcel=parcel)
    surface = Surface.objects.create(campaign=campaign, method_id="ph_kcl", epsg=commune.vn2000_srid, cell_m=100)
    making.make(surface)
    return Ground(commune, campaign, private, opened[0], parcel, surface)


@pytest.fixture
def people(commune: Unit) -> dict[str, Client]:
    """Clients of an agronomist here, and of people who may not see this commune's soil."""
    other = factories.neighbour_commune()
    users = {
        "agronomist": factories.user("hanh", role=Role.AGRONOMIST, at=commune),
        "officer": factories.user("lan", role=Role.COMMUNE_OFFICER, at=commune),
        "viewer": factories.user("vy", role=Role.VIEWER, at=commune),
        "village head": factories.user("thu", role=Role.VILLAGE_HEAD, at=factories.village(commune)),
        "agronomist elsewhere": factories.user("hung", role=Role.AGRONOMIST, at=other),
        "officer elsewhere": factories.user("minh", role=Role.COMMUNE_OFFICER, at=other),
    }
    clients = {"anyone": Client()}
    for name, user in users.items():
        clients[name] = Client()
        clients[name].force_login(user)
    return clients


WITHOUT = ("anyone", "viewer", "village head", "agronomist elsewhere", "officer elsewhere")


def words_of(answer: HttpResponse) -> str:
    """What a reader finds in an answer: text, the cells of a workbook, the words of a PDF, and its headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if "spreadsheet" in kind:
        book = load_workbook(io.BytesIO(body))
        text = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    elif "pdf" in kind:
        text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(body))
    else:
        text = body.decode("utf-8", "replace")
    return text + repr(sorted(answer.headers.items()))


@pytest.mark.parametrize("name", WITHOUT)
def test_nothing_that_is_published_tells_of_a_private_sample(
    ground: Ground, people: dict[str, Client], name: str
) -> None:
    met, leaks = set(), []
    for address in ground.addresses():
        answer = people[name].get(address)
        met.add(answer.status_code)
        # What was asked for comes back as it was asked, in an address.
        text = words_of(answer).replace(f"{PLACE[0]}", "").replace(f"{PLACE[1]}", "")
        leaks += [f"{address}: {secret}" for secret in SECRETS if secret in text]
    assert leaks == []
    assert 200 in met and 500 not in met


@pytest.mark.parametrize("name", ["agronomist", "officer"])
def test_whoever_may_see_the_soil_sees_it_all(ground: Ground, people: dict[str, Client], name: str) -> None:
    page = words_of(people[name].get(f"/soil/campaigns/{ground.campaign.pk}/?kind=private"))
    assert [word for word in (CODE, LABORATORY, f"{SHEET}/{NUMBER}", "6,9") if word not in page] == []


@pytest.mark.parametrize("name", ["anyone", "agronomist elsewhere"])
def test_tiles_put_it_into_its_square_without_a_value(ground: Ground, people: dict[str, Client], name: str) -> None:
    middle = coarsened(*PLACE, ground.commune.vn2000_srid)
    for zoom in (12, 14, 16):
        x, _ = tile_of(ground.private.site.location, zoom)
        body = people[name].get(ground.tile(zoom)).content
        found = [
            feature
            for layer in mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}).values()
            for feature in layer["features"]
            if feature["properties"].get("private")
        ]
        for feature in found:
            assert not {"value", "rank", "below"} & set(feature["properties"])
            east, _south = feature["geometry"]["coordinates"]
            extent = 4096 * 2**zoom
            lng = (x * 4096 + east) / extent * 360 - 180
            metres = crs.distance_m(ground.commune.vn2000_srid, [lng], [middle[1]], [middle[0]], [middle[1]])
            assert float(metres[0]) < 40, zoom
        assert zoom > 14 or found


def test_a_square_is_too_large_to_find_the_field(ground: Ground) -> None:
    middle = coarsened(*PLACE, ground.commune.vn2000_srid)
    away = crs.distance_m(ground.commune.vn2000_srid, [PLACE[0]], [PLACE[1]], [middle[0]], [middle[1]])
    assert COARSE_M == 500 and 0 < float(away[0]) <= 354


def acts(*actions: str) -> list[AuditEntry]:
    with transaction.atomic():
        return list(AuditEntry.objects.filter(action__in=actions).order_by("id"))


def test_reading_taking_out_and_publishing_are_written_down(
    ground: Ground, people: dict[str, Client], commune: Unit
) -> None:
    campaign = f"/soil/campaigns/{ground.campaign.pk}"
    for _look in range(2):
        people["officer"].get(f"{campaign}/?kind=private")
    (entry,) = acts("soil.read_private")
    assert (entry.rows, entry.count, entry.commune_id) == ([ground.private.pk], 1, commune.pk)
    people["officer"].get(f"{campaign}/samples.xlsx")
    (entry,) = acts("soil.export")
    assert (entry.count, entry.detail) == (50, {"as": "xlsx"})
    people["agronomist"].post(f"{campaign}/unpublish/")
    people["agronomist"].post(f"{campaign}/publish/")
    hidden, shown = acts("soil.unpublish", "soil.publish")
    assert (hidden.row_id, shown.row_id) == (ground.campaign.pk, ground.campaign.pk)
    assert (shown.count, shown.detail) == (50, {"private": 1})
    told = " ".join(f"{one.subject} {one.detail} {one.path}" for one in acts("soil.read_private", "soil.publish"))
    assert not any(secret in told for secret in SECRETS)


def test_whoever_reads_no_private_sample_leaves_no_reading(ground: Ground, people: dict[str, Client]) -> None:
    people["officer"].get(f"/soil/campaigns/{ground.campaign.pk}/?kind=open")
    people["anyone"].get(f"/soil/samples/{ground.open.pk}/")
    assert acts("soil.read_private") == []


def test_deciding_over_schemes_is_written_down(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("quan", password="x", full_name="Quân"))
    scheme = ClassScheme.objects.get(key="p_oniani_common", version=1)
    client.post(f"/soil/schemes/{scheme.pk}/approve/")
    client.post(f"/soil/schemes/{scheme.pk}/approve/", {"do": "withdraw"})
    assert [entry.detail for entry in acts("soil.scheme")] == [
        {"as": "approved", "version": 1},
        {"as": "draft", "version": 1},
    ]


def test_an_undo_record_of_soil_is_open_to_agronomists_of_the_commune_alone(commune: Unit) -> None:
    """And one of houses is open to no agronomist: the wall lets them to images of the soil map only."""
    agronomist = factories.user("hanh", role=Role.AGRONOMIST, at=commune)
    stranger = factories.user("hung", role=Role.AGRONOMIST, at=factories.neighbour_commune())
    changeset = ChangeSet.objects.create(kind="soil.campaign", subject="x", commune=commune)
    campaign = soil_factories.campaign(commune)

    def keep(table: str) -> None:
        with transaction.atomic():
            Change.objects.create(changeset=changeset, table=table, row_id=campaign.pk, version_after=1)

    with wall.acting(agronomist):
        keep("soil_map_campaign")
        for table in ("households_household", "households_house", "xsoil_map_campaign"):
            with pytest.raises(DatabaseError):
                keep(table)
    with wall.acting(stranger):
        with transaction.atomic():
            assert not Change.objects.exists()
        with pytest.raises(DatabaseError):
            keep("soil_map_campaign")
    with wall.acting_as_system("test"):
        keep("households_household")
    with wall.acting(agronomist), transaction.atomic():
        assert [one.table for one in Change.objects.all()] == ["soil_map_campaign"]
