"""The commune's report: areas that add up, villages' indices, what the public sees of it, and its workbook."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from mapping.access import Role
from mapping.models import AuditEntry, Unit
from soil_map.classes import level_of_index
from soil_map.models import Campaign, Result, Sample, Surface, SurfaceState
from soil_map.reports import sheets, tables, telling
from soil_map.reports.layers import layer_reports
from soil_map.reports.villages import VillageIndex, village_table
from soil_map.reports.whole import report_of
from soil_map.surfaces import making
from tests import factories
from tests.factories import CENTRE
from tests.soil_map import soil_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Unit:
    return factories.commune()


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    """49 samples whose pH rises from 4 to 6.6, in a published campaign."""
    found = soil_factories.campaign(commune, is_published=True)
    soil_factories.grid_of_samples(found, "ph_kcl")
    return found


def mapped(campaign: Campaign) -> Surface:
    surface = Surface.objects.create(
        campaign=campaign, method_id="ph_kcl", epsg=campaign.commune.vn2000_srid, cell_m=50, sample_count=49
    )
    made = making.make(surface)
    assert made.state == SurfaceState.MADE
    return made


def test_areas_of_classes_add_up_to_the_surveyed_area_as_they_are_shown(campaign: Campaign) -> None:
    surface = mapped(campaign)
    (report,) = layer_reports(campaign, exactly=False)
    assert len(report.tables) == 2  # two schemes hold for pH in KCl
    for table in report.tables:
        assert table.has_areas and table.adds_up
        assert round(sum(row.hectares for row in table.rows), 2) == table.total_hectares == table.surveyed_hectares
        assert table.surveyed_hectares == round((surface.surveyed_m2 or 0) / 10_000, 2)
        assert round(sum(row.percent for row in table.rows), 1) == 100.0
        assert table.samples == 49
    assert telling.sum_sentence(report.tables[0]).startswith("Các cấp cộng lại đúng bằng diện tích điều tra")


def test_figures_of_olsen_phosphorus_stand_in_the_unit_of_their_limits(commune: Unit, client: Client) -> None:
    campaign = soil_factories.campaign(commune, is_published=True)
    for value in (4.0, 6.0, 12.0):  # mg P a kilogram
        soil_factories.sample(campaign, p_olsen=value * 0.22914)
    (report,) = layer_reports(campaign, exactly=True)
    assert report.unit == "mg/kg P" and report.figures is not None
    assert [report.figures.lowest, report.figures.median, report.figures.highest] == [4.0, 6.0, 12.0]
    page = client.get(f"/soil/campaigns/{campaign.pk}/report/").content.decode()
    assert "Giới hạn tính bằng mg/kg P" in page and "mg/100 g" not in page
    rows = list(workbook(client, campaign)["Số liệu các lớp"].values)
    assert rows[1][3] == "mg/kg P" and rows[1][8:10] == (4.0, 12.0)


def test_a_layer_without_a_surface_counts_samples_and_says_why(campaign: Campaign) -> None:
    (report,) = layer_reports(campaign, exactly=False)
    assert report.table is not None and not report.table.has_areas
    assert report.table.samples == 49
    assert "chưa được nội suy" in telling.why_no_areas(report)
    assert "mới có điểm lấy mẫu" in telling.layer_sentence(report)


def test_a_refused_surface_tells_its_reason(commune: Unit) -> None:
    small = soil_factories.campaign(commune, "Đợt nhỏ")
    soil_factories.grid_of_samples(small, "ph_kcl", side=3)
    making.make(
        Surface.objects.create(campaign=small, method_id="ph_kcl", epsg=commune.vn2000_srid, cell_m=50, sample_count=9)
    )
    (report,) = layer_reports(small, exactly=True)
    assert report.surface is None
    assert "Cần ít nhất 30 điểm" in telling.why_no_areas(report)


def test_zones_that_no_longer_fill_the_surveyed_area_are_told(campaign: Campaign) -> None:
    surface = mapped(campaign)
    surface.zones.order_by("-area_m2").first().delete()
    table = layer_reports(campaign, exactly=False)[0].tables[0]
    if not table.adds_up:
        assert "hãy nội suy lại" in telling.sum_sentence(table)
    assert not all(one.adds_up for one in layer_reports(campaign, exactly=False)[0].tables)


def test_villages_get_parkers_index_and_whether_it_stands_on_enough_samples(campaign: Campaign, commune: Unit) -> None:
    outside = soil_factories.site(commune, CENTRE[0] + 0.05)
    soil_factories.sample(campaign, outside, ph_kcl=5.0)
    table = village_table(campaign, layer_reports(campaign, exactly=True))
    west, east, nowhere = table.rows
    assert (west.name, east.name, nowhere.name) == ("Thôn Đông Hoà", "Thôn Xa Thư", "")
    assert [row.cells[0].count for row in table.rows] == [28, 21, 1]  # the border belongs to the first
    assert (west.cells[0].index or 0) < (east.cells[0].index or 0)  # acid in the west
    assert west.hectares == pytest.approx(209.7 * 4.43, rel=0.01)
    assert west.needed is not None and west.needed > 28 and not west.is_enough
    (few,) = [one for one in telling.village_sentences(table) if "chưa đủ mẫu" in one]
    assert few.startswith("2 thôn")


def test_a_village_that_is_called_low_on_too_few_samples_says_so(commune: Unit) -> None:
    of = soil_factories.campaign(commune)
    for place in range(3):
        soil_factories.sample(of, soil_factories.site(commune, CENTRE[0] + 0.002 + place * 0.001), ph_kcl=3.5)
    low = telling.village_sentences(village_table(of, layer_reports(of, exactly=True)))[0]
    assert low.startswith("Thấp về") and "(1,00, chưa đủ mẫu)" in low


def test_classes_of_a_draft_are_called_so_wherever_they_are_read(commune: Unit, client: Client) -> None:
    of = soil_factories.campaign(commune, is_published=True)
    for place in range(3):
        at = soil_factories.site(commune, CENTRE[0] + 0.002 + place * 0.001)
        soil_factories.sample(of, at, p_oniani=2.0, ph_kcl=3.5)
    page = client.get(f"/soil/campaigns/{of.pk}/report/").content.decode()
    quick = page.partition("Đọc nhanh")[2].partition("</ul>")[0].split("<li>")[1:]
    assert [("[thang dự thảo]" in one) for one in quick if "pH" in one or "chua" in one] == [False, False]
    assert [("[thang dự thảo]" in one) for one in quick if "ân dễ tiêu" in one] == [True, True]
    assert page.partition("Chỉ số dinh dưỡng theo thôn")[2].partition("</thead>")[0].count("thang dự thảo") == 1


def test_areas_from_samples_that_have_changed_since_are_told_as_such(campaign: Campaign, client: Client) -> None:
    mapped(campaign)
    addresses = (f"/soil/campaigns/{campaign.pk}/report/", f"/soil/catalogue.json?commune={campaign.commune.code}")
    words = "đã thay đổi sau khi tính"
    page, catalogue = (client.get(one) for one in addresses)
    assert words not in page.content.decode()
    assert catalogue.json()["campaigns"][0]["layers"][0]["surface"]["is_stale"] is False
    (sheet,) = sheets.layer_sheets(campaign)
    assert words not in str(sheet.notes)
    result = Result.objects.first()
    assert result is not None
    result.value = 6.1
    result.save()
    page, catalogue = (client.get(one) for one in addresses)
    assert words in page.content.decode()
    assert catalogue.json()["campaigns"][0]["layers"][0]["surface"]["is_stale"] is True
    (sheet,) = sheets.layer_sheets(campaign)
    assert words in str(sheet.notes)


def test_the_public_does_not_learn_that_a_private_sample_has_changed(campaign: Campaign, commune: Unit) -> None:
    private = Sample.objects.order_by("pk").first()
    assert private is not None
    Sample.objects.filter(pk=private.pk).update(is_private=True)
    surface = mapped(campaign)
    private.results.first().save()
    agronomist = factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune)
    insider, stranger = Client(), Client()
    insider.force_login(agronomist)
    for address in (f"/soil/campaigns/{campaign.pk}/report/", f"/soil/surfaces/{surface.pk}/"):
        assert "đã thay đổi sau khi tính" in insider.get(address).content.decode()
        assert "đã thay đổi sau khi tính" not in stranger.get(address).content.decode()


def test_by_hand_the_index_of_a_village_is_the_mean_of_its_levels(commune: Unit) -> None:
    """Low, medium and high by Bắc Ninh 2021: 3.5 is low, 5.0 medium, 6.5 high: (1 + 2 + 3 + 3) / 4."""
    of = soil_factories.campaign(commune)
    for place, value in enumerate((3.5, 5.0, 6.5, 6.9)):
        soil_factories.sample(of, soil_factories.site(commune, CENTRE[0] + 0.002 + place * 0.001), ph_kcl=value)
    _west, row = village_table(of, layer_reports(of, exactly=True)).rows
    assert row.cells[0].index == pytest.approx(9 / 4)
    assert row.cells[0].figure == "2,25"


@pytest.mark.parametrize(("index", "figure"), [(1.4996, "1,4996"), (1.5, "1,50"), (2.5, "2,50"), (2.502, "2,502")])
def test_an_index_beside_a_limit_is_told_on_its_own_side_of_it(index: float, figure: str) -> None:
    assert VillageIndex(index, level_of_index(index), 2500, True).figure == figure


def test_the_public_is_told_nothing_of_private_samples(campaign: Campaign, commune: Unit) -> None:
    Sample.objects.filter(pk__in=Sample.objects.values("pk")[:5]).update(is_private=True)
    agronomist = factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune)
    open_report, whole = report_of(campaign, AnonymousUser()), report_of(campaign, agronomist)
    assert (open_report.samples, open_report.left_out, whole.samples, whole.left_out) == (44, 5, 49, 0)
    assert open_report.layers[0].tables[0].samples == 44 and whole.layers[0].tables[0].samples == 49
    page = Client().get(f"/soil/campaigns/{campaign.pk}/report/").content.decode()
    assert "5 mẫu riêng tư không được kể" in page


def test_the_page_shows_tables_that_add_up_and_offers_sheets_to_whoever_may_order(
    campaign: Campaign, commune: Unit, client: Client
) -> None:
    mapped(campaign)
    page = client.get(f"/soil/campaigns/{campaign.pk}/report/").content.decode()
    assert "Các cấp cộng lại đúng bằng diện tích điều tra" in page
    assert "Đọc nhanh" in page and "<svg" in page
    assert "Vẽ tệp PDF" not in page
    agronomist = factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune)
    client.force_login(agronomist)
    assert "Vẽ tệp PDF" in client.get(f"/soil/campaigns/{campaign.pk}/report/").content.decode()


def test_an_unpublished_campaign_has_no_report_for_strangers(commune: Unit, client: Client) -> None:
    hidden = soil_factories.campaign(commune)
    assert client.get(f"/soil/campaigns/{hidden.pk}/report/").status_code == 404
    assert client.get(f"/soil/campaigns/{hidden.pk}/report.xlsx").status_code == 404


def test_an_empty_campaign_says_what_to_do(commune: Unit, client: Client) -> None:
    empty = soil_factories.campaign(commune, is_published=True)
    page = client.get(f"/soil/campaigns/{empty.pk}/report/").content.decode()
    assert "chưa có kết quả phân tích nào" in page


def workbook(client: Client, campaign: Campaign) -> Any:
    answer = client.get(f"/soil/campaigns/{campaign.pk}/report.xlsx")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_workbook_adds_up_too_and_keeps_samples_from_the_public(
    campaign: Campaign, commune: Unit, client: Client
) -> None:
    mapped(campaign)
    book = workbook(client, campaign)
    assert book.sheetnames == ["Về tệp này", "Diện tích theo cấp", "Số liệu các lớp", "Chỉ số theo thôn"]
    rows = list(book["Diện tích theo cấp"].iter_rows(min_row=2, values_only=True))
    total = next(row for row in rows if row[5] == "Tổng")
    classes = rows[: rows.index(total)]
    assert round(sum(row[8] for row in classes), 2) == total[8] > 0
    assert sum(row[10] for row in classes) == total[10] == 49
    assert not AuditEntry.objects.filter(action="soil.export").exists()


def test_whoever_may_see_all_takes_the_samples_out_and_it_is_written_down(
    campaign: Campaign, commune: Unit, client: Client
) -> None:
    agronomist = factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune)
    client.force_login(agronomist)
    book = workbook(client, campaign)
    assert book.sheetnames[-2:] == ["Mẫu", "Kết quả"]
    assert book["Mẫu"].max_row == book["Kết quả"].max_row == 50
    entry = AuditEntry.objects.get(action="soil.export")
    assert (entry.user_id, entry.count, entry.detail["what"]) == (agronomist.pk, 49, "report")


def test_more_results_than_a_page_can_wait_for_stay_out_of_the_workbook(
    campaign: Campaign, commune: Unit, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_RESULTS", 48)
    client.force_login(factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune))
    book = workbook(client, campaign)
    assert "Mẫu" not in book.sheetnames
    notes = " ".join(str(cell) for row in book["Về tệp này"].iter_rows(values_only=True) for cell in row)
    assert "hãy tải danh sách mẫu hoặc tệp GeoPackage" in notes
    assert not AuditEntry.objects.filter(action="soil.export").exists()
