"""Zones when another scheme holds: drawn again from what is kept, and until then nothing untrue is told of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from mapping import files
from mapping.models import Job, JobState, Unit, User
from soil_map import reference_acts
from soil_map.models import Campaign, ClassScheme, Sample, Surface
from soil_map.packaging.layers import Contents
from soil_map.reference_acts import TypedClass
from soil_map.reports import sheets
from soil_map.reports.layers import layer_reports
from soil_map.reports.whole import report_of
from soil_map.surfaces import making, ordering, reading, rezoning
from tests import factories
from tests.soil_map import soil_factories, surface_factories
from tests.soil_map.test_soil_tiles import features, tile

KEY = "ph_kcl_bac_ninh_2021"
TOLD = "vùng theo thang mới chưa được vẽ"


@pytest.fixture
def commune(transactional_db: None) -> Unit:
    return factories.commune()


@pytest.fixture
def administrator(transactional_db: None) -> User:
    return User.objects.create_superuser("quan", password="x", full_name="Nguyễn Minh Quân")


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    """Published, with 80 samples whose pH is some 4.1 to 7.1."""
    found = soil_factories.campaign(commune, is_published=True)
    surface_factories.samples(found)
    return found


@pytest.fixture
def surface(campaign: Campaign) -> Surface:
    return surface_factories.made(campaign)


def another_version(user: User, *limits: float) -> ClassScheme:
    """A draft beside the scheme, with other limits or, without any, with the same."""
    scheme = ClassScheme.objects.get(key=KEY, version=1)
    rows = list(scheme.classes.order_by("rank"))
    lowers = [None, *limits] if limits else [row.lower for row in rows]
    typed = [
        TypedClass(lower, row.level, row.label_vi, row.label_en, row.colour)
        for lower, row in zip(lowers, rows, strict=True)
    ]
    return reference_acts.add_scheme_version(
        user=user, scheme=scheme, name_vi=scheme.name_vi, name_en="", citation="Sở Nông nghiệp, 2026", typed=typed
    )


def decide(user: User, scheme: ClassScheme, do: str = "") -> str:
    """Press the button and return the next page."""
    client = Client()
    client.force_login(user)
    return client.post(f"/soil/schemes/{scheme.pk}/approve/", {"do": do}, follow=True).content.decode()


def layer_of(campaign: Campaign) -> dict[str, Any]:
    told = Client().get(f"/soil/catalogue.json?commune={campaign.commune.code}").json()
    (layer,) = told["campaigns"][0]["layers"]
    return dict(layer)


def areas(campaign: Campaign) -> list[float | None]:
    """What the legend tells of each class, in hectares."""
    return [one["area_ha"] for one in layer_of(campaign)["scheme"]["classes"]]


def page_of(address: str) -> str:
    return Client().get(address).content.decode()


def test_another_version_of_a_scheme_draws_the_zones_again_without_computing_the_surface(
    campaign: Campaign, surface: Surface, administrator: User, run_jobs: Callable[[], None]
) -> None:
    before = areas(campaign)
    made = another_version(administrator)
    page = decide(administrator, made)
    assert "Đã duyệt" in page and "Đang vẽ lại vùng phân cấp của 1 mặt nội suy" in page
    run_jobs()
    assert Job.objects.get().told == "Đã vẽ lại vùng phân cấp của 1 mặt nội suy."
    layer = layer_of(campaign)
    assert layer["scheme"]["id"] == made.pk and layer["surface"]["id"] == str(surface.pk)
    assert layer["surface"]["lacks_zones"] is False
    # The kept raster ends where the surveyed ground does, so along its edge lines may differ by part of a cell.
    assert areas(campaign) == pytest.approx(before, abs=0.005 * (surface.surveyed_m2 or 0) / 10_000)
    for report in layer_reports(campaign, exactly=False):
        assert all(one.has_areas and one.adds_up for one in report.tables)
    for more in ("", f"&scheme={made.pk}"):
        assert features(tile(Client(), "soil_zones", 13, f"surface={surface.pk}{more}"))
    assert any("zones" in package.layer.name for package in Contents(campaign.commune, for_public=True).layers())


def test_other_limits_make_other_zones_and_a_withdrawal_brings_the_former_back(
    campaign: Campaign, surface: Surface, administrator: User, run_jobs: Callable[[], None]
) -> None:
    before = areas(campaign)
    made = another_version(administrator, 5.0, 5.2, 5.4)
    decide(administrator, made)
    run_jobs()
    assert areas(campaign) != before and None not in areas(campaign)
    decide(administrator, made, "withdraw")
    assert areas(campaign) == before and layer_of(campaign)["surface"]["lacks_zones"] is False
    assert Job.objects.count() == 1  # they were still there


def test_until_then_nobody_reads_areas_of_nothing_or_that_there_was_no_map(
    campaign: Campaign, surface: Surface, administrator: User
) -> None:
    decide(administrator, another_version(administrator))
    layer = layer_of(campaign)
    assert set(areas(campaign)) == {None} and layer["surface"]["lacks_zones"] is True
    report = page_of(f"/soil/campaigns/{campaign.pk}/report/")
    assert TOLD in report and "mới có điểm lấy mẫu" not in report
    (sentence,) = [one for one in report_of(campaign, AnonymousUser()).sentences if "pH" in one]
    assert "chưa có diện tích theo cấp" in sentence and "trong 80 mẫu" in sentence
    page = page_of(f"/soil/surfaces/{surface.pk}/")
    # Of the two schemes the other one still has its zones.
    assert page.count(TOLD) == 1 and page.count('<th scope="row">Cộng</th>') == 1
    (sheet,) = sheets.layer_sheets(campaign)
    assert "chưa đủ cơ sở" not in str(sheet.notes) and TOLD in str(sheet.notes)
    (about,) = [one.layer for one in Contents(campaign.commune, for_public=True).layers() if one.layer.name == "about"]
    assert any(TOLD in str(values) for _place, values in about.rows)


def test_a_surface_that_is_computed_while_a_scheme_is_approved_gets_its_zones(
    campaign: Campaign, administrator: User, run_jobs: Callable[[], None]
) -> None:
    asked = {"user": administrator, "campaign": campaign, "method": "ph_kcl"}
    waiting = ordering.order(**asked, depth_from_cm=0, depth_to_cm=20, cell_m=50)
    made = another_version(administrator)
    decide(administrator, made)
    surface = making.make(waiting)
    surface.zones.filter(soil_class__scheme=made).delete()  # as if it had read the schemes just before
    assert set(areas(campaign)) == {None}
    run_jobs()
    assert surface.zones.filter(soil_class__scheme=made).exists() and None not in areas(campaign)


def test_zones_for_everyone_stay_without_private_samples(
    campaign: Campaign, administrator: User, run_jobs: Callable[[], None]
) -> None:
    hidden = Sample.objects.order_by("results__value").last()
    assert hidden is not None
    Sample.objects.filter(pk=hidden.pk).update(is_private=True)
    hidden.results.update(value=9.0)
    surface_factories.made(campaign)
    before = areas(campaign)
    decide(administrator, another_version(administrator))
    run_jobs()
    assert areas(campaign) == pytest.approx(before, abs=5)
    assert areas(campaign)[-1] == pytest.approx(before[-1], abs=0.5)


def test_a_draft_beside_an_approved_version_changes_no_map(
    campaign: Campaign, surface: Surface, administrator: User
) -> None:
    another_version(administrator)
    assert not Job.objects.exists() and None not in areas(campaign)


def test_a_second_decision_waits_with_the_first(campaign: Campaign, surface: Surface, administrator: User) -> None:
    for _time in range(2):
        decide(administrator, another_version(administrator))
    assert Job.objects.filter(kind=rezoning.KIND).count() == 1


def second_surface(campaign: Campaign) -> tuple[Campaign, Surface]:
    """A published campaign of the same commune, later than the other, with a surface of its own."""
    found = soil_factories.campaign(campaign.commune, "Đợt 2026", is_published=True)
    surface_factories.samples(found, seed=2, shift=0.2)
    return found, surface_factories.made(found)


def lose(surface: Surface, content: bytes | None) -> None:
    """Let the kept raster be gone, or hold something else."""
    assert surface.values_file is not None
    path = files.path_of(surface.values_file)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    reading._held.clear()  # another process reads it


@pytest.mark.parametrize("content", [None, b"", b"II*\x00 no raster"])
def test_a_raster_that_is_lost_keeps_no_other_surface_from_its_zones(
    campaign: Campaign, surface: Surface, administrator: User, run_jobs: Callable[[], None], content: bytes | None
) -> None:
    other, _its = second_surface(campaign)
    lose(surface, content)
    decide(administrator, another_version(administrator))
    run_jobs()
    (job,) = Job.objects.all()
    assert job.told == (
        "Đã vẽ lại vùng phân cấp của 1 mặt nội suy. 1 mặt không đọc được tệp nên chưa vẽ lại được; hãy tính lại "
        "mặt đó: Độ chua pH, Đợt 2025."
    )
    layers = {
        one["id"]: one["layers"][0]["surface"]["lacks_zones"]
        for one in Client().get(f"/soil/catalogue.json?commune={campaign.commune.code}").json()["campaigns"]
    }
    assert layers == {str(campaign.pk): True, str(other.pk): False}
    page = page_of(f"/soil/surfaces/{surface.pk}/")
    assert TOLD in page and "hãy tính lại" in page


def test_a_job_whose_only_raster_is_lost_has_failed(
    surface: Surface, administrator: User, run_jobs: Callable[[], None]
) -> None:
    lose(surface, None)
    decide(administrator, another_version(administrator))
    run_jobs()
    job = Job.objects.get()
    assert job.state == JobState.FAILED and job.told.startswith("1 mặt không đọc được tệp")


def test_who_stops_it_is_told_what_was_drawn_already(
    campaign: Campaign, surface: Surface, administrator: User, run_jobs: Callable[[], None]
) -> None:
    second_surface(campaign)
    decide(administrator, another_version(administrator))
    Job.objects.update(cancel_requested=True)  # as if asked for once it runs
    run_jobs()
    job = Job.objects.get()
    assert job.state == JobState.CANCELLED and "không có gì bị thay đổi" not in job.told
    assert "Đã vẽ lại vùng phân cấp của 1 mặt nội suy." in job.told and None not in areas(campaign)


def test_where_it_fails_part_way_what_was_drawn_is_told(
    campaign: Campaign, surface: Surface, administrator: User, run_jobs: Callable[[], None]
) -> None:
    _other, broken = second_surface(campaign)
    Surface.objects.filter(pk=broken.pk).update(epsg=1)
    decide(administrator, another_version(administrator))
    run_jobs()
    job = Job.objects.get()
    assert job.state == JobState.FAILED and "không có gì bị thay đổi" not in job.told
    assert "Đã vẽ lại vùng phân cấp của 1 mặt nội suy." in job.told


def test_a_campaign_that_was_deleted_meanwhile_has_nothing_to_draw(campaign: Campaign, surface: Surface) -> None:
    from soil_map.surfaces import zoning

    assert zoning.draw_lacking(uuid.uuid4(), surface.pk) is False
