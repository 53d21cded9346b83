"""Map sheets are ordered from the report, drawn by a job, and show what anyone may know."""

from __future__ import annotations

import uuid

import pypdfium2 as pdfium
import pytest
from django.test import Client

from mapping import files
from mapping.access import Role
from mapping.jobs import run_job
from mapping.models import Job, Unit
from soil_map.models import Campaign, Sample, Surface
from soil_map.reports import sheet_job, sheets
from soil_map.reports.sheets import layer_sheets, soil_map_sheet
from soil_map.surfaces import making
from tests import factories
from tests.soil_map import soil_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Unit:
    return factories.commune()


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    found = soil_factories.campaign(commune, is_published=True, is_invented=True, laboratory="Phòng thử")
    soil_factories.grid_of_samples(found, "ph_kcl")
    surface = Surface.objects.create(
        campaign=found, method_id="ph_kcl", epsg=commune.vn2000_srid, cell_m=50, sample_count=49
    )
    making.make(surface)
    return found


@pytest.fixture
def client(commune: Unit) -> Client:
    signed_in = Client()
    signed_in.force_login(factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune))
    return signed_in


def ordered(client: Client, campaign: Campaign, **wish: str) -> Job:
    answer = client.post(f"/soil/campaigns/{campaign.pk}/sheets/", {"paper": "a3", "layer": "all", **wish})
    assert answer.status_code == 302
    job = Job.objects.get(pk=answer.headers["Location"].rstrip("/").rpartition("/")[2])
    run_job(job_id=str(job.pk))
    job.refresh_from_db()
    return job


def pages(job: Job) -> list[tuple[float, float, str]]:
    assert job.result_file is not None
    document = pdfium.PdfDocument(files.path_of(job.result_file))
    found = []
    for number in range(len(document)):
        page = document[number]
        texts = page.get_textpage()
        found.append((*page.get_size(), texts.get_text_range()))
        texts.close()
        page.close()
    document.close()
    return found


@pytest.mark.django_db(transaction=True)
def test_all_layers_and_the_soil_map_come_as_pages_of_one_file(client: Client, campaign: Campaign) -> None:
    soil_factories.soil_map(campaign.commune, is_published=True)
    job = ordered(client, campaign)
    assert (job.state, job.result["sheets"]) == ("done", 2)
    (_width, _height, first), (width, height, second) = pages(job)
    assert {round(width / 72 * 25.4), round(height / 72 * 25.4)} == {297, 420}
    for part in (
        "BẢN ĐỒ ĐỘ CHUA pH CỦA ĐẤT", "SỐ LIỆU GIẢ LẬP", "pH(KCl) (Bắc Ninh 2021)", "Nội suy kriging từ 49 điểm",
        "tỉnh Thử Nghiệm", "Phòng thử", "EPSG:5897",
    ):  # fmt: skip
        assert part in " ".join(first.split()), part
    assert "BẢN ĐỒ ĐẤT" in second and "Đất phù sa glây" in second and "Tổng diện tích" in second


def test_the_sheet_has_the_areas_of_the_report(campaign: Campaign) -> None:
    (sheet,) = layer_sheets(campaign)
    zones = campaign.surfaces.get().zones.filter(soil_class__scheme__key="ph_kcl_bac_ninh_2021")
    assert sum(one.area_m2 for one in sheet.classes) == pytest.approx(sum(one.area_m2 for one in zones))
    assert sheet.inset is not None and sheet.inset.values.shape == (sheet.inset.grid.rows, sheet.inset.grid.columns)
    # Geometry and figures are of the same plane: the drawn ground is the told one.
    drawn = sum(one.outline.area for one in sheet.classes if one.outline is not None)
    assert drawn == pytest.approx(sum(one.area_m2 for one in sheet.classes), rel=1e-6)


def test_private_samples_are_on_no_sheet_whoever_orders_it(client: Client, campaign: Campaign) -> None:
    Sample.objects.filter(pk__in=Sample.objects.values("pk")[:4]).update(is_private=True)
    (sheet,) = layer_sheets(campaign)
    assert len(sheet.points) == 45
    assert ("", "Không vẽ 4 mẫu riêng tư.") in sheet.notes


@pytest.mark.django_db(transaction=True)
def test_a_layer_that_was_not_estimated_is_drawn_as_points(client: Client, commune: Unit) -> None:
    small = soil_factories.campaign(commune, "Đợt nhỏ", is_published=True)
    soil_factories.grid_of_samples(small, "ph_kcl", side=3)
    job = ordered(client, small, layer="ph_kcl_0-20", paper="a4")
    (page,) = pages(job)
    assert "ĐIỂM LẤY MẪU: ĐỘ CHUA pH" in page[2] and "Tổng số điểm" in page[2]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [({"paper": "a5"}, "Chỉ có khổ giấy A4 và A3"), ({"layer": "n_kjeldahl_0-20"}, "Đợt này không có lớp đó")],
)
def test_what_cannot_be_drawn_is_said_and_nothing_is_ordered(
    client: Client, campaign: Campaign, wish: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"/soil/campaigns/{campaign.pk}/sheets/", {"paper": "a3", "layer": "all", **wish})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Job.objects.filter(kind=sheet_job.KIND).exists()


def test_a_campaign_without_layers_has_nothing_to_draw(client: Client, commune: Unit) -> None:
    empty = soil_factories.campaign(commune, "Đợt trống")
    answer = client.post(f"/soil/campaigns/{empty.pk}/sheets/", {"paper": "a3", "layer": "all"})
    assert answer.status_code == 400 and "chưa có lớp nào để vẽ" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_layer_that_went_away_meanwhile_fails_with_a_sentence(client: Client, campaign: Campaign) -> None:
    answer = client.post(f"/soil/campaigns/{campaign.pk}/sheets/", {"paper": "a3", "layer": "ph_kcl_0-20"})
    job = Job.objects.get(pk=answer.headers["Location"].rstrip("/").rpartition("/")[2])
    Sample.objects.filter(campaign=campaign).delete()
    run_job(job_id=str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed" and "không còn gì để vẽ" in job.sentence


def test_a_soil_map_without_units_has_no_sheet(commune: Unit) -> None:
    empty = soil_factories.soil_map(commune)
    empty.units.all().delete()
    assert soil_map_sheet(empty) is None


def test_a_legend_that_would_be_too_long_ends_with_the_rare_soils_together(
    commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    soil_map = soil_factories.soil_map(commune)
    whole = sum(soil_map.units.values_list("area_m2", flat=True))
    first = soil_map.units.get(symbol="Pg")
    first.pk, first.symbol, first.area_m2 = None, "Sj", 10.0
    first.id = uuid.uuid4()
    first.save(force_insert=True)
    monkeypatch.setattr(sheets, "MOST_SYMBOLS", 2)
    sheet = soil_map_sheet(soil_map)
    assert sheet is not None
    assert [one.mark for one in sheet.classes][-1] == "khác" and len(sheet.classes) == 2
    assert sheet.classes[-1].label == "2 loại khác"
    assert sum(one.area_m2 for one in sheet.classes) == pytest.approx(whole + 10)
