"""One commune with one of everything that has an address, for the tests that go through all addresses."""

from __future__ import annotations

import dataclasses
import io
import json
from typing import Any

import shapely
from django.contrib.gis.geos import Polygon
from django.test import RequestFactory
from PIL import Image

from households.models import (
    Correction,
    Emblem,
    HouseGroup,
    Household,
    ImportRun,
    OwnPlateDesign,
    OwnSheetProfile,
    PlateReport,
    Street,
)
from mapping import changes, wall
from mapping.access import Role
from mapping.accounts import links
from mapping.models import Grant, Job, SignedInDevice, StoredFile, Unit
from mapping.printing.sheet import A4_PLATES
from mapping.printing.sheet_reading import to_json
from soil_map.models import SoilImport
from tests import factories
from tests.soil_map import soil_factories, surface_factories


@dataclasses.dataclass(frozen=True)
class World:
    """One commune with one of everything."""

    commune: Unit
    code: str
    token: str
    household: Any
    changeset: Any
    job: Any
    file: Any
    run: Any
    colleague: Any  # a surveyor of the commune, and their grant
    grant: Any
    device: Any  # of the officer
    invitation: Any
    link: str  # the invitation's secret
    letters: Any  # a batch of them
    correction: Any
    proposal: Any  # of house numbers, for the house alone
    street_import: Any
    street: Any  # seen by whoever works in any village of the commune
    house_group: Any
    plate_report: Any  # what a stranger said of the plate
    batch: Any  # of plates, printed for the house's village alone
    emblem: Any  # shown by the design below, so nobody removes it
    plate_design: Any
    sheet_profile: Any
    campaign: Any  # of the soil survey, published, with the sample; the soil map is published too
    sample: Any
    parcel: Any
    soil_map: Any
    surface: Any
    soil_import: Any  # a laboratory sheet, as it was brought


def made(commune: Unit, officer: Any, folder: Any) -> World:
    """Make it, with files in a folder of this test."""
    from households.importing import runs

    house = factories.house(commune, number="12", village=factories.village(commune))
    path = folder / "list.csv"
    path.write_text("Số nhà;Vĩ độ;Kinh độ\n7;19,67;105,81\n")
    run: ImportRun = runs.start(path=path, name="list.csv", content_type="text/csv", commune=commune, user=officer)
    file: StoredFile = run.file
    colleague = factories.user("quy", "Đỗ Thị Quý")
    grant = Grant.objects.create(user=colleague, unit=commune, role=Role.SURVEYOR)
    invitation, link = links.invite(
        manager=officer, full_name="Hồ Văn Tư", username="tu.ho", role=Role.VIEWER, unit=commune, until=None
    )
    household = factories.household(house)
    batch = factories.batch(commune, file, village_ids=[house.village_id])
    campaign = soil_factories.campaign(commune, is_published=True)
    return World(
        commune=commune,
        code=house.code,
        token=factories.plate(house, installed_photo=file).token,
        household=household,
        changeset=changes.begin(kind="house.edit", subject="", commune=commune, user=officer),
        job=Job.objects.create(
            kind="plates.batch", commune=commune, created_by=officer, params={"batch": str(batch.pk)}
        ),
        file=file,
        run=run,
        colleague=colleague,
        grant=grant,
        device=SignedInDevice.objects.create(user=officer),
        invitation=invitation,
        link=link,
        letters=Job.objects.create(kind="residents.letters", commune=commune, created_by=officer),
        correction=_asked_for(household),
        proposal=_proposed_for(house, officer),
        street_import=_streets_brought(commune, officer, folder),
        street=Street.objects.get(commune=commune),
        house_group=_grouped(Street.objects.get(commune=commune)),
        batch=batch,
        plate_report=PlateReport.objects.create(house=house, commune=commune, village=house.village, kind="damaged"),
        emblem=_emblem_of(commune, officer),
        plate_design=_designed(commune),
        sheet_profile=OwnSheetProfile.objects.create(commune=commune, name="Máy in", body=to_json(A4_PLATES)),
        campaign=campaign,
        sample=soil_factories.sample(campaign, ph_kcl=5.2),
        parcel=soil_factories.parcel(commune),
        soil_map=soil_factories.soil_map(commune, is_published=True),
        surface=surface_factories.of_four_cells(campaign, folder),
        soil_import=SoilImport.objects.create(commune=commune, campaign=campaign, kind="laboratory", file=file),
    )


def _emblem_of(commune: Unit, officer: Any) -> Emblem:
    from households.plates import emblems

    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(picture, "PNG")
    return emblems.add(user=officer, commune=commune, name="huy-hieu", content=picture.getvalue())


def _designed(commune: Unit) -> OwnPlateDesign:
    """A design of the commune that shows its emblem."""
    from households.plates.shipped import source_of

    written = json.loads(source_of("house-number")) | {"images": [{"emblem": "huy-hieu", "box": [6, 20, 8, 8]}]}
    return OwnPlateDesign.objects.create(commune=commune, name="Biển riêng", source=json.dumps(written))


def _grouped(street: Street) -> HouseGroup:
    """A house group along the street."""
    from tests.households.streets import along

    area = Polygon(along((10, 10), (90, 10), (90, 90), (10, 10)), srid=4326)
    return HouseGroup.objects.create(commune=street.commune, street=street, letter="A", area=area)


def _streets_brought(commune: Unit, officer: Any, folder: Any) -> Any:
    """A file of one street that was read and not written."""
    from households.streets.importing import runs
    from tests.households import street_files
    from tests.households.streets import along

    line = shapely.LineString(along((-300, 40), (300, 40)))
    path = street_files.geojson(folder, [street_files.Drawn("đường Cầu Đá", line)])
    found = runs.examine(path, path.name, commune)
    return runs.start(path=path, name=path.name, unit=commune, user=officer, examined=found)


def _proposed_for(house: Any, officer: Any) -> Any:
    """A proposal for the one house, beside a street."""
    from households.proposals import starting
    from households.proposals.rules import ProposalRules
    from tests.households import numbered

    numbered.street(house.commune, "Liên Xã", (-200, -12), (200, -12))
    return starting.start(user=officer, commune=house.commune, villages=None, rules=ProposalRules(), house=house)


def _asked_for(household: Household) -> Correction:
    """A wish that the household wrote on its own page."""
    with wall.acting_as_household(household.pk, request=RequestFactory().get("/ho/")):
        return Correction.objects.create(household=household, wanted="Số nhà là 12A")
