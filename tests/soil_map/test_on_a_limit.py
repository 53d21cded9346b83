"""A figure that lies on the limit of a class, as a sheet brings it: in the class above, wherever that is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from mapping.models import Unit
from soil_map import advising
from soil_map.advised import Advice
from soil_map.importing import keeping, laboratory_runs
from soil_map.models import Campaign, ClassScheme, DoseRule, Result, RuleState, Sample, SchemeState
from soil_map.reports.layers import layer_reports
from tests.soil_map import laboratory_sheets as sheets
from tests.soil_map import soil_factories
from tests.soil_map.test_soil_tiles import asking, features, tile

pytestmark = pytest.mark.django_db

HEADER = ["Mã mẫu", "Kinh độ", "Vĩ độ", "Độ sâu", "P Olsen (mg/kg P)"]


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil_factories.campaign(commune, is_published=True)


def brought(folder: Path, campaign: Campaign, *figures: str) -> Sample:
    """One sample with its replicates. Olsen phosphorus is kept as mg P₂O₅ in 100 g; its limits are 5 and 10 mg P."""
    lng, lat = sheets.place(210)
    path = sheets.write_csv(folder, [HEADER, *(["D1", str(lng), str(lat), "0-20", figure] for figure in figures)])
    made = keeping.start(
        path=path, name=path.name, commune=campaign.commune, user=None, kind="laboratory", campaign=campaign
    )
    laboratory_runs.check(made, None)
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"meaning": "4326", "doubles": "replicates"}))
    assert made.state == "checked" and not made.report["issues"], made.report
    laboratory_runs.apply(made, None)
    return Sample.objects.get()


CASES = [(("5",), 1), (("10",), 2), (("4,9", "5,1"), 1), (("9,7", "10", "10,3"), 2), (("4,99",), 0), (("9,999",), 1)]


@pytest.mark.parametrize(("figures", "rank"), CASES)
def test_maps_pages_and_counts_agree_on_its_class(
    client: Client, campaign: Campaign, tmp_path: Path, figures: tuple[str, ...], rank: int
) -> None:
    sample = brought(tmp_path, campaign, *figures)
    label = ("thấp", "trung bình", "cao")[rank]
    (point,) = features(tile(client, "soil_samples", 14, asking(campaign, "p_olsen")))
    assert point["properties"]["rank"] == rank
    (report,) = layer_reports(campaign, exactly=False)
    assert [row.soil_class.label for row in report.tables[0].rows if row.samples] == [label]
    page = client.get(f"/soil/samples/{sample.pk}/").content.decode()
    assert re.findall(r'soil-value-class"><strong>([^<]+)<', page) == [label]


@pytest.mark.parametrize(("figures", "rank"), CASES)
def test_the_dose_is_that_of_its_class(campaign: Campaign, tmp_path: Path, figures: tuple[str, ...], rank: int) -> None:
    row = {"nutrient": "p2o5", "property": "p_available", "scheme": "p_olsen_common", "kg": [90, 60, 30]}
    DoseRule.objects.create(
        key="peanut_p", version=1, crop_id="peanut", kind="by_class", name_vi="Lạc theo lân", name_en="By P",
        terms={"table": [row]}, citation="Nguồn thử", state=RuleState.APPROVED,
    )  # fmt: skip
    ClassScheme.objects.filter(key="p_olsen_common").update(state=SchemeState.APPROVED)
    brought(tmp_path, campaign, *figures)
    kept = list(Result.objects.values_list("value", flat=True))
    said = advising.needs("peanut", {"p_available": (sum(kept) / len(kept), "p_olsen")})
    assert isinstance(said, Advice)
    assert [one.kg_per_ha for one in said.needed] == [(90, 60, 30)[rank]]
