"""A surface is made of samples: rasters for any GIS, zones that fill the surveyed area, or a refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from mapping import crs, files, jobs
from mapping.errors import UserError
from mapping.models import Job, JobState, StoredFile, Unit
from soil_map.kriging.choosing import choose
from soil_map.kriging.ordinary import at_points
from soil_map.kriging.samples import at_distinct_places
from soil_map.measured import measured
from soil_map.models import Campaign, Result, SoilShape, Surface, SurfaceState, Zone
from soil_map.schemes import schemes_of
from soil_map.surfaces import making, ordering, reading
from tests import factories
from tests.soil_map import soil_factories, surface_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil_factories.campaign(commune)


def in_zone(campaign: Campaign) -> tuple[np.ndarray, np.ndarray]:
    """Places in metres and values of all samples."""
    rows = measured(campaign, "ph_kcl", 0, 20)
    x, y = crs.from_lonlat(5897, [row.lng for row in rows], [row.lat for row in rows])
    return np.column_stack([x, y]), np.array([row.value for row in rows])


def test_a_surface_tells_in_each_cell_what_kriging_from_its_samples_tells(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 40)  # as few as each neighbourhood holds anyway
    surface = surface_factories.made(campaign)
    assert surface.state == SurfaceState.MADE
    values, deviations, grid = reading.read(surface)
    places, known = in_zone(campaign)
    samples = at_distinct_places(places, known)
    best = choose(samples).best
    assert best is not None and surface.model["shape"] == best.model.shape
    inside = np.argwhere(np.isfinite(values))[::37]
    targets = np.column_stack([grid.eastings()[inside[:, 1]], grid.northings()[inside[:, 0]]])
    told = at_points(samples, best.model, targets, neighbours=None)
    assert np.allclose(told.values, values[tuple(inside.T)], atol=1e-5)
    assert np.allclose(np.sqrt(told.variances), deviations[tuple(inside.T)], atol=1e-5)


def test_the_files_are_what_gis_programs_expect(campaign: Campaign) -> None:
    surface_factories.samples(campaign)
    surface = surface_factories.made(campaign)
    for stored in (surface.values_file, surface.deviations_file):
        assert stored is not None
        with rasterio.open(files.path_of(stored)) as file:
            assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            assert file.crs.to_epsg() == 5897
            assert file.nodata == -9999
            assert file.transform.a == 50 and file.bounds.left % 50 == 0
            assert "pH(KCl)" in file.descriptions[0]


def test_a_place_on_the_ground_is_read_from_its_own_cell(campaign: Campaign) -> None:
    surface_factories.samples(campaign)
    surface = surface_factories.made(campaign)
    values, deviations, grid = reading.read(surface)
    row, column = np.argwhere(np.isfinite(values))[len(values) // 2]
    lng, lat = crs.to_lonlat(5897, [grid.eastings()[column] + 20], [grid.northings()[row] - 20])
    told = reading.at(surface, float(lng[0]), float(lat[0]))
    assert told is not None
    assert told.value == pytest.approx(values[row, column])
    assert told.deviation == pytest.approx(deviations[row, column])
    assert told.low == pytest.approx(told.value - 1.96 * told.deviation)
    assert reading.at(surface, 105.5, 19.67) is None


def test_zones_of_every_scheme_fill_the_surveyed_area_and_share_their_edges(campaign: Campaign) -> None:
    surface_factories.samples(campaign)
    surface = surface_factories.made(campaign)
    assert surface.surveyed is not None
    schemes = schemes_of(surface.method)
    assert len(schemes) == 2
    for used in schemes:
        zones = list(Zone.objects.filter(surface=surface, soil_class__scheme=used.scheme))
        assert len(zones) > 1
        assert sum(zone.area_m2 for zone in zones) == pytest.approx(surface.surveyed_m2, rel=1e-9)
        outlines = [shapely.from_wkb(bytes(zone.outline.wkb)) for zone in zones]
        assert shapely.coverage_is_valid(outlines)
        assert SoilShape.objects.filter(zone__in=zones).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Area(ST_Transform(surveyed, 5897)) FROM soil_map_surface WHERE id = %s", [surface.pk])
        assert cursor.fetchone()[0] == pytest.approx(surface.surveyed_m2, rel=1e-6)


def test_what_is_surveyed_lies_in_the_commune_and_within_reach_of_a_sample(campaign: Campaign) -> None:
    surface_factories.samples(campaign, half=0.006)
    surface = surface_factories.made(campaign)
    outline = shapely.from_wkb(bytes(campaign.commune.outline.wkb))
    area = shapely.from_wkb(bytes(surface.surveyed.wkb))
    assert area.difference(outline).area < 1e-12
    places, _values = in_zone(campaign)
    reach = surface.model["reach_m"]
    corners = shapely.get_coordinates(crs.to_zone(area, 5897))
    farthest = max(float(np.hypot(*(places - corner).T).min()) for corner in corners)
    assert farthest == pytest.approx(reach, rel=0.01)
    assert reach < 600 and area.area < outline.area / 2


def test_a_property_measured_in_the_same_samples_covers_the_same_area(campaign: Campaign) -> None:
    for sample in surface_factories.samples(campaign):
        soil_factories.result(sample, "om_walkley_black", 1 + sample.results.get().value / 3)
    first, second = surface_factories.made(campaign), surface_factories.made(campaign, "om_walkley_black")
    assert first.surveyed_m2 == second.surveyed_m2


@pytest.mark.parametrize(
    ("count", "noise", "refusal", "says"),
    [
        (12, 0.1, "few", "Cần ít nhất 30 điểm lấy mẫu khác nhau để nội suy, mới có 12"),
        (60, 50.0, "no better than the mean", "không hơn hẳn lấy trung bình cả xã"),
    ],
)
def test_what_no_map_can_be_made_of_is_refused_in_words(
    campaign: Campaign, count: int, noise: float, refusal: str, says: str
) -> None:
    surface_factories.samples(campaign, count, noise=noise)
    surface = surface_factories.made(campaign)
    assert (surface.state, surface.refusal) == (SurfaceState.REFUSED, refusal)
    assert surface.values_file is None and not surface.zones.exists()
    assert says in ordering.outcome(surface)


def test_values_that_do_not_vary_are_refused(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 40)
    Result.objects.update(value=5.5)
    surface = surface_factories.made(campaign)
    assert surface.refusal == "all equal"
    assert "cùng một giá trị" in ordering.outcome(surface)


def test_a_newer_surface_replaces_the_older_one_with_its_files(campaign: Campaign) -> None:
    surface_factories.samples(campaign)
    old = surface_factories.made(campaign)
    other_depth = surface_factories.ordered(campaign, depth_from_cm=20, depth_to_cm=40, state="refused")
    new = surface_factories.made(campaign, cell_m=100)
    assert set(Surface.objects.values_list("pk", flat=True)) == {new.pk, other_depth.pk}
    assert not Zone.objects.filter(surface=old.pk).exists()
    assert StoredFile.objects.count() == 2


def test_a_surface_of_too_fine_cells_is_refused_with_the_cells_that_fit(campaign: Campaign, settings: Any) -> None:
    surface_factories.samples(campaign)
    campaign.commune.outline = factories.square(*factories.CENTRE, 0.2)
    campaign.commune.save()
    surface_factories.samples(campaign, 40, half=0.19, seed=3)
    with pytest.raises(UserError, match=r"Hãy chọn ô từ 50 m trở lên|Hãy chọn ô từ"):
        surface_factories.made(campaign, cell_m=5)


def test_private_samples_weigh_but_nobody_outside_finds_them(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 120, private=8, noise=0.02)
    surface = surface_factories.made(campaign, cell_m=25)
    assert surface.open_values_file is not None and surface.open_deviations_file is not None
    hidden = [row for row in measured(campaign, "ph_kcl", 0, 20) if row.is_private]
    _values, exact, grid = reading.read(surface, exactly=True)
    _values, shown, _grid = reading.read(surface)

    def dips(deviations: np.ndarray, row: Any) -> float:
        """How much surer a sample's own place is than a hundred metres around it."""
        x, y = (float(one[0]) for one in crs.from_lonlat(5897, [row.lng], [row.lat]))
        at_x, at_y = np.meshgrid(grid.eastings(), grid.northings())
        far = np.hypot(at_x - x, at_y - y)
        ring = deviations[(far > 75) & (far < 125)]
        return float(np.nanmean(ring) - np.nanmin(deviations[far < 25]))

    assert np.mean([dips(exact, row) for row in hidden]) > 3 * np.mean([dips(shown, row) for row in hidden])
    # For those who may see, nothing is moved: the estimate at the sample is nearly what was measured there.
    row = hidden[0]
    told = reading.at(surface, row.lng, row.lat, exactly=True)
    assert told is not None and told.value == pytest.approx(row.value, abs=0.3)


def test_without_private_samples_there_is_one_pair_for_all(campaign: Campaign) -> None:
    surface_factories.samples(campaign)
    surface = surface_factories.made(campaign)
    assert surface.open_values_file is None
    assert reading.files_of(surface, exactly=False) == reading.files_of(surface, exactly=True)


def test_an_order_is_a_job_that_tells_what_came_of_it(
    transactional_db: None, commune: Unit, run_jobs: Callable[[], None]
) -> None:
    campaign = soil_factories.campaign(commune)
    surface_factories.samples(campaign)
    agronomist = factories.user("nong", role=factories.Role.AGRONOMIST, at=commune)
    asked = {"user": agronomist, "campaign": campaign, "method": "ph_kcl", "depth_from_cm": 0.0, "depth_to_cm": 20.0}
    surface = ordering.order(**asked, cell_m=100)
    assert ordering.order(**asked, cell_m=100) == surface  # a button pressed twice
    run_jobs()
    surface.refresh_from_db()
    job = Job.objects.get()
    assert job.state == JobState.DONE and "Đã nội suy từ 80 điểm" in job.told
    assert surface.state == SurfaceState.MADE and surface.cell_m == 100
    assert ordering.order(**asked, cell_m=100) != surface  # asked for anew


def test_work_that_is_stopped_leaves_the_older_surface(
    transactional_db: None, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = soil_factories.campaign(commune)
    surface_factories.samples(campaign)
    old = surface_factories.made(campaign)
    kept = {one.name for one in Path(old.values_file and files.path_of(old.values_file)).parent.iterdir()}
    told: list[int] = []

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        told.append(done)
        if done > 60:
            raise Stopped

    new = surface_factories.ordered(campaign)
    with pytest.raises(Stopped):
        making.make(new, progress=stop)
    assert told == sorted(told) and told[0] < 30
    old.refresh_from_db()
    assert old.state == SurfaceState.MADE and old.zones.exists()
    assert kept == {one.name for one in Path(files.path_of(old.values_file)).parent.iterdir()}
    making.make(new)  # taken up again by another worker
    with pytest.raises(ObjectDoesNotExist):
        old.refresh_from_db()


def test_an_order_says_which_layers_there_are(commune: Unit, campaign: Campaign) -> None:
    agronomist = factories.user("nong", role=factories.Role.AGRONOMIST, at=commune)
    asked = {"user": agronomist, "campaign": campaign, "method": "ph_h2o", "depth_from_cm": 0, "depth_to_cm": 20}
    with pytest.raises(UserError, match="chưa có kết quả phân tích nào"):
        ordering.order(**asked)
    soil_factories.sample(campaign, ph_kcl=5.2)
    with pytest.raises(UserError, match=r"Hiện có: pH\(KCl\) 0–20 cm"):
        ordering.order(**asked)
    with pytest.raises(UserError, match="5, 10, 20, 25, 50, 100, 200"):
        ordering.order(**asked | {"method": "ph_kcl"}, cell_m=7)


def test_work_that_fails_or_never_begins_is_told(
    transactional_db: None, commune: Unit, run_jobs: Callable[[], None]
) -> None:
    campaign = soil_factories.campaign(commune)
    surface_factories.samples(campaign, 40)
    agronomist = factories.user("nong", role=factories.Role.AGRONOMIST, at=commune)
    asked = {"user": agronomist, "campaign": campaign, "method": "ph_kcl", "depth_from_cm": 0.0, "depth_to_cm": 20.0}
    stopped = ordering.order(**asked)
    assert stopped.job is not None
    jobs.cancel(stopped.job)
    stopped.refresh_from_db()
    assert stopped.state == SurfaceState.FAILED
    Unit.objects.filter(pk=commune.pk).update(outline=None)
    failed = ordering.order(**asked)
    run_jobs()
    failed.refresh_from_db()
    assert failed.state == SurfaceState.FAILED
    assert "chưa có ranh giới trên bản đồ" in Job.objects.get(pk=failed.job_id).told
    Unit.objects.filter(pk=commune.pk).update(outline=factories.square(*factories.CENTRE, 0.02))
    made = ordering.order(**asked)
    run_jobs()
    assert [one.pk for one in Surface.objects.all()] == [made.pk]  # what did not finish is gone with it
