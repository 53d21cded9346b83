"""What a tap on the soil map is told, by whom it comes from."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from django.test import Client

from mapping import crs
from mapping.access import Role
from mapping.models import AuditEntry, Unit
from soil_map import privacy
from soil_map.models import ClassScheme, DoseRule, Method, RuleState, SchemeState, SoilMapVersion, Surface
from soil_map.schemes import scheme_of
from soil_map.shown import shown_of
from soil_map.surfaces import making
from soil_map.surfaces.reading import Estimate
from soil_map.viewing import telling
from tests import factories
from tests.factories import CENTRE
from tests.soil_map import soil_factories

LNG, LAT = CENTRE


@pytest.fixture
def agronomist(commune: Unit) -> Client:
    client = Client()
    client.force_login(factories.user("hoa", "Ngô Thị Hoa", role=Role.AGRONOMIST, at=commune))
    return client


def at(client: Client, campaign: Any = None, lng: float = LNG, lat: float = LAT, **more: Any) -> dict[str, Any]:
    """The answer for a place, by default of pH(KCl) at 0–20 cm."""
    asked = {"lng": lng, "lat": lat} | more
    if campaign is not None:
        asked = {"campaign": campaign.pk, "method": "ph_kcl", "depth": "0-20"} | asked
    response = client.get("/soil/at.json", asked)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def a_made_surface(campaign: Any, method: str = "ph_kcl") -> Surface:
    """A surface as a job makes it, of 49 samples whose values rise to the north-east."""
    soil_factories.grid_of_samples(campaign, method)
    surface = Surface.objects.create(campaign=campaign, method_id=method, epsg=5897, cell_m=50)
    return making.make(surface)


def test_the_unit_at_a_place_has_its_components_and_the_maps_legend(commune: Unit, client: Client) -> None:
    soil_factories.soil_map(commune, is_published=True)
    west, east = at(client, lng=LNG - 0.005)["soil"], at(client, lng=LNG + 0.005)["soil"]
    assert west["symbol"] == "Pg"
    assert west["components"] == [{"name": "Đất phù sa glây", "percent": 100.0, "wrb": "Fluvisols"}]
    assert west["map"] == {
        "title": "Bản đồ đất 2005",
        "legend": "Phân loại đất Việt Nam 1:1.000.000",
        "edition": "1976",
    }
    assert west["area_ha"] == pytest.approx(232.2, abs=0.2)
    assert [(one["name"], one["percent"]) for one in east["components"]] == [("Đất xám", 70), ("Đất tầng mỏng", 30)]
    assert at(client, lng=LNG + 0.015)["soil"] is None


def test_without_a_campaign_a_place_tells_its_soil_and_what_to_choose(commune: Unit, client: Client) -> None:
    told = at(client)
    assert told["commune"] == {"code": commune.code, "name": "Xã Bình Minh"}
    assert "chọn đợt điều tra" in told["why_not"]
    assert at(client, lng=100, lat=5)["commune"] is None


def test_a_soil_map_that_is_not_published_is_told_to_those_who_see_the_communes_soil(
    commune: Unit, client: Client, agronomist: Client
) -> None:
    soil_map = soil_factories.soil_map(commune)
    assert at(client, lng=LNG - 0.005)["soil"] is None
    assert at(agronomist, lng=LNG - 0.005)["soil"]["symbol"] == "Pg"
    other = soil_factories.soil_map(commune, "Bản đồ khác", is_published=True)
    assert at(agronomist, lng=LNG - 0.005)["soil"]["map"]["title"] == "Bản đồ khác"
    assert at(agronomist, lng=LNG - 0.005, map=soil_map.pk)["soil"]["map"]["title"] == "Bản đồ đất 2005"
    assert SoilMapVersion.objects.filter(pk=other.pk).exists()


def test_an_estimate_comes_with_its_uncertainty_its_class_and_its_scheme(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    a_made_surface(campaign)
    told = at(client, campaign)
    estimate = told["estimate"]
    assert estimate["value"] == pytest.approx(5.3, abs=0.2)
    assert estimate["low"] < estimate["value"] < estimate["high"]
    assert estimate["high"] - estimate["value"] == pytest.approx(1.96 * estimate["deviation"])
    assert estimate["text"].startswith("5,") and " ± 0," in estimate["text"]
    assert estimate["text"].startswith(estimate["figures"]["value"])
    assert [float(estimate["figures"][one].replace(",", ".")) for one in ("low", "high")] == pytest.approx(
        [estimate["low"], estimate["high"]], abs=0.05
    )
    assert told["class"]["label"] == "ít chua"
    assert told["class"]["scheme"] == "pH(KCl) (Bắc Ninh 2021)"
    assert told["class"]["is_draft"] is False
    assert told["why_not"] is None


def test_a_place_that_the_samples_do_not_reach_says_so(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    a_made_surface(campaign)
    told = at(client, campaign, lng=LNG + 0.2)
    assert told["estimate"] is None and told["class"] is None
    assert "ngoài phạm vi" in told["why_not"]


@pytest.mark.parametrize(
    ("state", "refusal", "words"),
    [
        (None, "", "Chưa nội suy"),
        ("ordered", "", "đang được tính"),
        ("refused", "few", "Cần ít nhất 30 điểm"),
        ("failed", "", "không xong"),
    ],
)
def test_why_there_is_no_value_is_said(
    commune: Unit, client: Client, state: str | None, refusal: str, words: str
) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, ph_kcl=5.0)
    if state:
        Surface.objects.create(
            campaign=campaign, method_id="ph_kcl", state=state, refusal=refusal, epsg=5897, cell_m=50, sample_count=12
        )
    assert words in at(client, campaign)["why_not"]
    layer = client.get(f"/soil/catalogue.json?commune={commune.code}").json()["campaigns"][0]["layers"][0]
    assert layer["surface"] is None and words in layer["refusal"]


def test_other_layers_and_other_campaigns_are_told_beside(commune: Unit, client: Client, agronomist: Client) -> None:
    early = soil_factories.campaign(commune, "Đợt 2015", is_published=True, started_on=datetime.date(2015, 3, 1))
    hidden = soil_factories.campaign(commune, "Đợt 2020", started_on=datetime.date(2020, 3, 1))
    late = soil_factories.campaign(commune, "Đợt 2025", is_published=True)
    for campaign in (early, hidden, late):
        a_made_surface(campaign)
    a_made_surface(late, "om_walkley_black")
    told = at(client, late)
    assert [(one["property_name"], one["method_name"]) for one in told["others"]] == [("Chất hữu cơ", "Walkley–Black")]
    assert told["others"][0]["class"]["label"] == "giàu"
    assert [one["campaign"] for one in told["history"]] == ["Đợt 2015", "Đợt 2025"]
    assert all(one["method_name"] == "pH(KCl)" for one in told["history"])
    assert [one["campaign"] for one in at(agronomist, late)["history"]] == ["Đợt 2015", "Đợt 2020", "Đợt 2025"]


def test_a_crop_is_told_by_the_method_its_rule_names_though_another_was_mapped_too(
    commune: Unit, client: Client
) -> None:
    row = {"nutrient": "p2o5", "property": "p_available", "scheme": "p_olsen_common", "kg": [90, 60, 30]}
    DoseRule.objects.create(
        key="peanut_p", version=1, crop_id="peanut", kind="by_class", name_vi="Lạc theo lân", name_en="By P",
        terms={"table": [row | {"methods": ["p_olsen"]}]}, citation="Nguồn thử", state=RuleState.APPROVED,
    )  # fmt: skip
    ClassScheme.objects.filter(key="p_olsen_common").update(state=SchemeState.APPROVED)
    campaign = soil_factories.campaign(commune, is_published=True)
    for method in ("p_olsen", "p_oniani"):
        a_made_surface(campaign, method)
    needs = at(client, campaign, crop="peanut", method="p_oniani")["needs"]
    assert needs["refusal"] is None and "P₂O₅: 30 kg/ha" in " ".join(needs["text"])


def test_olsen_phosphorus_is_told_in_the_unit_of_its_limits_wherever_the_map_tells_it(
    commune: Unit, client: Client
) -> None:
    """It is kept as mg P₂O₅ in 100 g; its limits, 5 and 10, are mg P a kilogram."""
    campaign = soil_factories.campaign(commune, is_published=True)
    surface = a_made_surface(campaign, "p_olsen")  # 4.0 to 6.6 mg P₂O₅ in 100 g
    told = at(client, campaign, method="p_olsen")
    here = told["estimate"]
    assert here["unit"] == "mg/kg P" and "mg/kg P" in here["text"]
    assert here["value"] == pytest.approx(5.3 / 0.22914, rel=0.03)
    assert here["low"] < here["value"] < here["high"] and here["deviation"] < 2
    assert told["nearest"]["text"].endswith("mg/kg P") and told["history"][0]["text"].endswith("mg/kg P")
    catalogue = client.get("/soil/catalogue.json", {"commune": commune.code}).json()
    (layer,) = (one for each in catalogue["campaigns"] for one in each["layers"])
    assert layer["unit"] == "mg/kg P"
    assert [one["from"] for one in layer["scheme"]["classes"]] == [None, 5.0, 10.0]
    assert layer["surface"]["low"] == pytest.approx(surface.model["low"] / 0.22914, rel=1e-6)
    page = client.get(f"/soil/surfaces/{surface.pk}/").content.decode()
    assert "1 mg/kg P = 0,229 mg/100 g P₂O₅" in page


def test_a_crop_gets_what_it_needs_or_a_sentence_about_what_is_missing(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    assert at(client, campaign)["needs"] is None
    told = at(client, campaign, crop="rice_spring", target="6,5", zero_k="5")["needs"]
    assert told["crop"] == "Lúa vụ xuân" and told["refusal"] is None
    assert any(line.startswith("N: 98 kg/ha") for line in told["text"])
    refused = at(client, campaign, crop="rice_spring")["needs"]
    assert refused["text"] == [] and refused["refusal"]
    assert at(client, campaign, crop="wheat")["needs"]["refusal"]


def test_far_from_the_commune_nothing_of_it_is_told_as_if_it_were_here(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, ph_kcl=5.0)
    assert at(client, campaign)["nearest"] is not None
    told = at(client, campaign, lng=LNG + 1.4)
    assert told["commune"] is None and told["nearest"] is None
    assert told["why_not"].startswith(f"Nơi này ở ngoài {commune.full_name}")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("lat=19.67", "lng"),
        ("lng=105,81&lat=19,67", "lng"),
        ("lng=nan&lat=19", "lng"),
        ("lng=200&lat=19", "lng"),
        ("lng=105.81&lat=19.67&target=nhiều", "tấn trên hecta"),
        ("lng=105.81&lat=19.67&zero_k=-1", "tấn trên hecta"),
        ("lng=105.81&lat=19.67&target=0", "tấn trên hecta"),
    ],
)
def test_what_is_no_place_or_no_number_is_told(commune: Unit, client: Client, asked: str, words: str) -> None:
    response = client.get(f"/soil/at.json?{asked}", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert words in response.json()["error"]


def test_a_campaign_that_is_not_to_be_seen_is_not_found(commune: Unit, client: Client, agronomist: Client) -> None:
    campaign = soil_factories.campaign(commune)
    place = f"/soil/at.json?lng={LNG}&lat={LAT}"
    asked = f"{place}&campaign={campaign.pk}&method=ph_kcl&depth=0-20"
    assert client.get(asked).status_code == 404
    assert agronomist.get(asked).status_code == 200
    assert client.get(f"{place}&campaign=moon&method=ph_kcl&depth=0-20").status_code == 404
    assert agronomist.get(asked.replace("0-20", "20-0")).status_code == 404


def test_the_nearest_sample_is_measured_on_the_ground(commune: Unit, client: Client) -> None:
    """North and east are not the same in EPSG:3857 of another latitude, but they are in the zone."""
    campaign = soil_factories.campaign(commune, is_published=True)
    x, y = (float(one[0]) for one in crs.from_lonlat(5897, LNG, LAT))
    for east, north, value in ((300, 0, 5.0), (0, 250, 6.5), (-700, 0, 7.0)):
        lng, lat = crs.to_lonlat(5897, x + east, y + north)
        soil_factories.sample(campaign, soil_factories.site(commune, float(lng[0]), float(lat[0])), ph_kcl=value)
    told = at(client, campaign)["nearest"]
    assert told["metres"] == pytest.approx(250, abs=0.2)
    assert told["text"] == "6,5" and told["sampled_on"] == "2025-03-01" and told["is_private"] is False
    assert client.get(told["url"]).status_code == 200
    assert at(client, campaign, depth="20-40")["nearest"] is None


def test_a_value_below_detection_is_told_by_its_limit(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    made = soil_factories.sample(campaign)
    soil_factories.result(made, "p_oniani", 0.5, is_below_detection=True)
    told = at(client, campaign, method="p_oniani")["nearest"]
    assert told["text"] == "< 1,0 mg/100 g P₂O₅"
    soil_factories.result(made, "p_oniani", 2.0, replicate=2, is_below_detection=True)
    told = at(client, campaign, method="p_oniani")["nearest"]
    assert told["text"] == "< 4,0 mg/100 g P₂O₅"  # of both replicates this alone is known


def test_a_value_beside_a_limit_is_told_on_its_own_side_of_it(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, ph_kcl=5.96)
    assert at(client, campaign)["nearest"]["text"] == "5,96"
    ph = Method.objects.select_related("property").get(pk="ph_kcl")
    shown = shown_of(ph, scheme_of(ph))
    assert telling.estimate_text(Estimate(5.96, 0.412), shown) == "5,96 ± 0,41"
    assert telling.estimate_text(Estimate(5.94, 0.412), shown) == "5,9 ± 0,4"


def private_site(commune: Unit, east: float, north: float) -> tuple[float, float]:
    x, y = (float(one[0]) for one in crs.from_lonlat(5897, LNG, LAT))
    lng, lat = crs.to_lonlat(5897, x + east, y + north)
    return float(lng[0]), float(lat[0])


def private_sample(campaign: Any, lng: float, lat: float) -> Any:
    made = soil_factories.sample(campaign, soil_factories.site(campaign.commune, lng, lat), ph_kcl=6.9)
    made.is_private = True
    made.save()
    return made


def test_of_a_private_sample_the_public_is_told_the_distance_to_its_square_alone(
    commune: Unit, client: Client, agronomist: Client
) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    soil_factories.sample(campaign, soil_factories.site(commune, LNG + 0.015, LAT), ph_kcl=5.0)
    place = private_site(commune, 30, 40)
    private_sample(campaign, *place)
    middle = privacy.coarsened(*place, 5897)
    told = at(client, campaign)["nearest"]
    expected = float(crs.distance_m(5897, LNG, LAT, *middle)[0])
    assert told == {
        "metres": pytest.approx(expected, abs=0.1),
        "text": None, "sampled_on": None, "is_private": True, "url": None,
    }  # fmt: skip
    exact = at(agronomist, campaign)["nearest"]
    assert (exact["metres"], exact["text"]) == (pytest.approx(50, abs=0.2), "6,9")
    assert AuditEntry.objects.filter(action="soil.read_private").count() == 1
    at(agronomist, campaign)
    assert AuditEntry.objects.filter(action="soil.read_private").count() == 1


def test_the_square_that_is_told_is_the_nearest_one_not_that_of_the_nearest_sample(
    commune: Unit, client: Client
) -> None:
    """A sample just over the edge of a far square is nearer than one at the far side of a near square."""
    campaign = soil_factories.campaign(commune, is_published=True)
    random = np.random.default_rng(3)
    places = [private_site(commune, *random.uniform(-1500, 1500, 2)) for _ in range(25)]
    for place in places:
        private_sample(campaign, *place)
    middles = np.array([privacy.coarsened(*place, 5897) for place in places])
    for _ in range(12):
        lng, lat = private_site(commune, *random.uniform(-1900, 1900, 2))
        nearest = crs.distance_m(5897, np.full(25, lng), np.full(25, lat), *middles.T).min()
        assert at(client, campaign, lng=lng, lat=lat)["nearest"]["metres"] == pytest.approx(nearest, abs=0.1)


def test_what_the_public_is_told_does_not_change_where_a_private_sample_moves_within_its_square(
    commune: Unit, client: Client
) -> None:
    """Everything of the answer, around the square: soil, values, the nearest sample."""
    middle = privacy.coarsened(LNG, LAT, 5897)
    answers = []
    for name, shift in (("một", -0.002), ("hai", 0.002)):
        campaign = soil_factories.campaign(commune, name, is_published=True)
        private_sample(campaign, middle[0] + shift, middle[1] + shift)
        around = [(a, b) for a in (-0.004, -0.001, 0.0005, 0.003) for b in (-0.003, 0.001, 0.004)]
        told = [at(client, campaign, lng=LNG + a, lat=LAT + b) for a, b in around]
        answers.append([(one["nearest"], one["estimate"], one["history"]) for one in told])
        assert all(one["nearest"]["is_private"] for one in told)
    assert answers[0] == answers[1]


def test_who_works_in_one_village_sees_what_the_public_sees(commune: Unit, client: Client) -> None:
    """The soil's rights are given for a whole commune."""
    campaign = soil_factories.campaign(commune, is_published=True)
    private_sample(campaign, *private_site(commune, 30, 40))
    villager = Client()
    villager.force_login(factories.user("thon", role=Role.AGRONOMIST, at=factories.village(commune)))
    assert at(villager, campaign) == at(client, campaign)
    hidden = soil_factories.campaign(commune, "Chưa công bố")
    asked = f"/soil/at.json?lng={LNG}&lat={LAT}&campaign={hidden.pk}&method=ph_kcl&depth=0-20"
    assert villager.get(asked).status_code == 404


def test_the_same_words_in_english(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    client.post("/language/", {"language": "en"})
    told = at(client, campaign)
    assert "mapped" in told["why_not"] and "Chưa" not in told["why_not"]


def test_a_house_is_told_the_soil_around_it(commune: Unit) -> None:
    from django.contrib.auth.models import AnonymousUser

    from mapping.registry import layers

    soil_factories.soil_map(commune, is_published=True)
    describe = layers["soil_units"].describe
    assert describe is not None
    assert describe(LNG + 0.005, LAT, AnonymousUser()) == [
        {"map": "Bản đồ đất 2005", "symbol": "Xf", "soil": "Đất xám 70 %, Đất tầng mỏng 30 %"}
    ]
