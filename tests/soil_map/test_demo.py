"""The demo commune's soil: what is invented, and what the command does to a database."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import MultiPolygon
from openpyxl import load_workbook

from mapping import crs
from mapping.models import Unit
from soil_map.demo import fields, land, loading, sampling, soils
from soil_map.kriging import choosing, samples
from soil_map.models import (
    Campaign,
    Parcel,
    Result,
    Sample,
    SamplingSite,
    SoilComponent,
    SoilMapVersion,
    SoilUnit,
    Surface,
)
from soil_map.surfaces import differing
from tests.soil_map import soil_factories

ZONE = 5897


@pytest.fixture(scope="module")
def outline() -> shapely.Polygon:
    """About as large and as uneven as the demo's commune, in metres around its middle."""
    turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    far = 1_500 + 120 * np.sin(5 * turns)
    return shapely.Polygon(np.column_stack([far * np.cos(turns), far * np.sin(turns)]))


@pytest.fixture
def place(commune: Unit, outline: shapely.Polygon) -> Unit:
    """A commune where the demo lies."""
    commune.outline = MultiPolygon(loading._geos(land.degrees(outline, ZONE)), srid=4326)
    commune.save()
    return commune


def test_samples_are_the_same_at_every_run_and_inside(outline: shapely.Polygon) -> None:
    parcels = fields.parcels()
    placed = sampling.sites(outline, parcels)
    assert placed == sampling.sites(outline, parcels) and parcels == fields.parcels()
    now, earlier = sampling.campaigns(placed)
    assert (now, earlier) == sampling.campaigns(placed)
    assert len(placed) == len(now.samples) == 220
    assert all(outline.contains(shapely.Point(one.east, one.north)) for one in placed)
    assert {len(sample.results) for sample in now.samples} == {6}
    assert sum(sample.is_private for sample in now.samples) == 18
    assert 1 <= sum(result.is_below_detection for sample in now.samples for result in sample.results) <= 30
    assert len(earlier.samples) == 174 and not any(sample.is_private for sample in earlier.samples)


def test_each_property_can_be_mapped_and_the_subsoil_cannot(outline: shapely.Polygon) -> None:
    placed = sampling.sites(outline, fields.parcels())
    now, earlier = sampling.campaigns(placed)
    for measured in land.PROPERTIES:
        chosen = choosing.choose(layer(placed, now, measured.method, (0, 20)))
        assert chosen.best is not None, measured.method
        assert chosen.best.model.range_m < 2_000
    assert choosing.choose(layer(placed, earlier, "ph_kcl", (20, 40))).refusal is choosing.Refusal.FEW


def layer(
    placed: tuple[sampling.DemoSite, ...], campaign: sampling.DemoCampaign, method: str, depth: tuple[int, int]
) -> samples.Samples:
    bags = [one for one in campaign.samples if one.depth_cm == depth]
    places = [(placed[one.site].east, placed[one.site].north) for one in bags]
    return samples.at_distinct_places(
        places, [next(r.value for r in one.results if r.method == method) for one in bags]
    )


def test_soil_units_share_their_edges_and_fill_the_commune(outline: shapely.Polygon) -> None:
    drawn = soils.units(outline)
    assert 20 <= len(drawn) <= 30
    there = [land.degrees(one.outline, ZONE) for one in drawn]
    assert all(one.is_valid for one in there) and shapely.coverage_is_valid(there)
    assert sum(one.outline.area for one in drawn) == pytest.approx(outline.area)
    assert all(sum(part.percent for part in one.components) == 100 for one in drawn)


def test_parcels_lie_side_by_side(outline: shapely.Polygon) -> None:
    drawn = fields.parcels()
    assert len(drawn) == len({(one.sheet, one.number) for one in drawn}) == 60
    assert shapely.coverage_is_valid([one.outline for one in drawn])
    assert all(outline.contains(one.outline) and 500 < one.outline.area < 4_000 for one in drawn)


def test_it_is_written_marked_and_published(db: None, place: Unit, tmp_path: Path) -> None:
    loading.write(place, tmp_path, False)
    made = Campaign.objects.order_by("started_on")
    assert [one.samples.count() for one in made] == [174, 220]
    assert all(one.is_invented and one.is_published for one in made)
    assert Result.objects.count() == 6 * 394
    (soil_map,) = SoilMapVersion.objects.all()
    assert soil_map.is_invented and soil_map.is_published and 20 <= soil_map.units.count() <= 30
    assert Parcel.objects.count() == 60
    site = SamplingSite.objects.get(code="QB001")
    east, north = crs.from_lonlat(ZONE, [site.location.x], [site.location.y])
    written = [float(one.replace(",", ".")) for one in (site.written_y, site.written_x)]
    assert written == pytest.approx([float(east[0]), float(north[0])], abs=0.02)
    before, after = (Surface.objects.get(campaign=one, method="ph_kcl", depth_from_cm=0) for one in made)
    found = differing.difference(before, after, exactly=True)
    assert "bón vôi" in made[1].note and "minh họa" in made[1].note
    risen = found.sure & (found.changes > 0)
    middle = [float(one[0]) for one in crs.from_lonlat(ZONE, *land.CENTRE)]
    x, y = np.meshgrid(found.grid.eastings() - middle[0], found.grid.northings() - middle[1])
    limed = np.hypot(x - land.LIMED[0], y - land.LIMED[1]) < land.LIMED[2]
    assert risen[limed].mean() > 0.3  # the map of differences shows the limed ground, and hardly a rise elsewhere
    assert risen[~limed].mean() < 0.03
    assert float(np.nanmean(found.changes[limed])) == pytest.approx(0.8, abs=0.2)
    inside = Sample.objects.filter(parcel__isnull=False).select_related("site", "parcel")
    assert all(one.parcel.outline.contains(one.site.location) for one in inside) and len(inside) == 30


def test_once_made_it_is_left_alone_and_a_reset_keeps_what_others_added(db: None, place: Unit, tmp_path: Path) -> None:
    loading.write(place, tmp_path, False)
    campaign = Campaign.objects.get(name__contains="2025")
    added = soil_factories.sample(campaign, soil_factories.site(place), ph_kcl=5.0)
    Result.objects.filter(sample__laboratory_code="25-001", method="ph_kcl").update(value=9)
    loading.write(place, tmp_path, False)
    spoiled = Result.objects.filter(value=9, method="ph_kcl")
    assert spoiled.count() == 1
    loading.write(place, tmp_path, True)
    assert not spoiled.exists()
    assert Sample.objects.filter(pk=added.pk).exists() and campaign.samples.count() == 221
    assert SoilComponent.objects.count() == sum(unit.components.count() for unit in SoilUnit.objects.all())


def test_real_samples_are_never_mixed_with_invented_ones(db: None, place: Unit, tmp_path: Path) -> None:
    soil_factories.campaign(place)
    told = loading.write(place, tmp_path, True)
    assert any("số liệu đất thật" in sentence for sentence in told)
    assert Campaign.objects.count() == 1 and not Sample.objects.exists()


def test_the_sheet_to_try_has_its_eight_faults(outline: shapely.Polygon, tmp_path: Path) -> None:
    from soil_map.demo import laboratory_sheet

    path = tmp_path / "phieu.xlsx"
    assert laboratory_sheet.write(path, outline, ZONE) == 21
    cells = [[str(cell or "") for cell in row] for row in load_workbook(path).active.iter_rows(values_only=True)]
    text = {cell for row in cells for cell in row}
    assert {"71", "-8,4", "<0,5", "vết", "20-0", "1776543,21", "Độ xốp lạ"} <= text
    assert [row[1] for row in cells].count("TN15") == 2
