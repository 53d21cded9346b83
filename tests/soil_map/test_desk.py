"""The soil desk: campaigns, their samples as a table and a file, soil maps, and what publishing shows."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from mapping.access import Role
from mapping.models import ChangeSet, Grant, Unit, User
from soil_map.models import Campaign, Sample
from tests import factories
from tests.soil_map import soil_factories

pytestmark = pytest.mark.django_db
NEW = {"name": "Điều tra 2026", "started_on": "2026-03-01", "ended_on": "", "laboratory": "", "note": ""}


@pytest.fixture
def agronomist(commune: Unit) -> User:
    person: User = User.objects.create_user("hanh", password="mật khẩu thử", full_name="Phạm Thị Hạnh")
    Grant.objects.create(user=person, unit=commune, role=Role.AGRONOMIST)
    return person


@pytest.fixture
def client(agronomist: User) -> Client:
    client = Client()
    client.force_login(agronomist)
    return client


def page_of(client: Client, address: str, **asked: Any) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_an_empty_desk_says_how_to_begin(client: Client, commune: Unit) -> None:
    assert client.get("/soil/desk/").headers["Location"] == f"/soil/desk/{commune.code}/"
    page = page_of(client, f"/soil/desk/{commune.code}/")
    assert "Xã chưa có đợt điều tra nào" in page and "Chưa có bản đồ đất nào" in page
    assert f"/soil/desk/{commune.code}/campaigns/new/" in page


def test_an_officer_looks_and_changes_nothing(officer_client: Client, commune: Unit) -> None:
    campaign = soil_factories.campaign(commune)
    soil_factories.sample(campaign, ph_kcl=5.2)
    page = page_of(officer_client, f"/soil/campaigns/{campaign.pk}/")
    assert "/publish/" not in page and "Sửa đợt" not in page and "5,2" in page
    assert officer_client.post(f"/soil/campaigns/{campaign.pk}/publish/").status_code == 403
    assert "Việc nên làm tiếp" not in page_of(officer_client, f"/soil/desk/{commune.code}/")


def test_a_campaign_is_begun_changed_and_deleted_while_it_is_empty(client: Client, commune: Unit) -> None:
    answer = client.post(f"/soil/desk/{commune.code}/campaigns/new/", NEW)
    campaign = Campaign.objects.get()
    assert answer.headers["Location"] == f"/soil/campaigns/{campaign.pk}/"
    changed = NEW | {"name": "Điều tra xuân 2026", "ended_on": "2026-04-30", "version": "1"}
    client.post(f"/soil/campaigns/{campaign.pk}/edit/", changed)
    campaign.refresh_from_db()
    assert (campaign.name, str(campaign.ended_on), campaign.version) == ("Điều tra xuân 2026", "2026-04-30", 2)
    client.post(f"/soil/campaigns/{campaign.pk}/delete/", {"version": "1"})
    assert Campaign.objects.exists()  # another has changed it since
    client.post(f"/soil/campaigns/{campaign.pk}/delete/", {"version": "2"})
    assert not Campaign.objects.exists()
    assert [one.kind for one in ChangeSet.objects.all()] == ["soil.campaign"] * 3


def test_what_was_done_to_a_campaign_is_taken_back(client: Client, officer_client: Client, commune: Unit) -> None:
    client.post(f"/soil/desk/{commune.code}/campaigns/new/", NEW)
    campaign = Campaign.objects.get()
    client.post(f"/soil/campaigns/{campaign.pk}/edit/", NEW | {"name": "Tên khác", "version": "1"})
    made, renamed = ChangeSet.objects.order_by("created_at")
    assert officer_client.post(f"/soil/changes/{renamed.pk}/undo/").status_code == 403
    assert officer_client.post(f"/changes/{renamed.pk}/undo/").status_code == 403
    assert str(renamed.pk) not in officer_client.get("/changes/").content.decode()
    assert str(renamed.pk) in page_of(client, f"/soil/desk/{commune.code}/")
    client.post(f"/soil/changes/{renamed.pk}/undo/")
    campaign.refresh_from_db()
    assert campaign.name == "Điều tra 2026"
    soil_factories.sample(campaign, ph_kcl=5.0)
    refused = client.post(f"/soil/changes/{made.pk}/undo/", follow=True)
    assert "nay đã có mẫu hay tệp" in refused.content.decode() and Campaign.objects.exists()


def test_two_people_do_not_overwrite_each_other(client: Client, commune: Unit) -> None:
    campaign = soil_factories.campaign(commune)
    Campaign.objects.filter(pk=campaign.pk).update(version=2, name="Đợt của người khác")
    answer = client.post(f"/soil/campaigns/{campaign.pk}/edit/", NEW | {"version": "1"})
    assert answer.status_code == 409 and "vừa được người khác sửa" in answer.content.decode()
    assert Campaign.objects.get().name == "Đợt của người khác"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "Đợt 2025"}, "đã có đợt “Đợt 2025”"),
        ({"ended_on": "2026-02-01"}, "Ngày kết thúc 01/02/2026 đứng trước ngày bắt đầu 01/03/2026."),
        ({"started_on": "32/13/2026"}, "Ngày viết như 31/12/2026."),
        ({"name": ""}, "Trường này"),
    ],
    ids=["taken name", "ends before", "no day", "no name"],
)
def test_a_wrong_campaign_is_refused_with_its_reason(
    client: Client, commune: Unit, typed: dict[str, str], sentence: str
) -> None:
    soil_factories.campaign(commune)
    answer = client.post(f"/soil/desk/{commune.code}/campaigns/new/", NEW | typed)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert Campaign.objects.count() == 1


def test_a_campaign_with_samples_is_not_deleted(client: Client, commune: Unit) -> None:
    campaign = soil_factories.campaign(commune)
    soil_factories.sample(campaign, ph_kcl=5.2)
    client.post(f"/soil/campaigns/{campaign.pk}/delete/", {"version": "1"})
    assert Campaign.objects.exists()
    assert "đã có mẫu nên không xóa được" in page_of(client, f"/soil/campaigns/{campaign.pk}/edit/")


@pytest.fixture
def surveyed(commune: Unit) -> Campaign:
    """Three samples: one private in a parcel, one below detection, one twice measured and deeper."""
    campaign = soil_factories.campaign(commune)
    field = soil_factories.parcel(commune, "12", "345")
    first = soil_factories.sample(campaign, soil_factories.site(commune, code="A1"), ph_kcl=5.2)
    Sample.objects.filter(pk=first.pk).update(is_private=True, parcel=field, laboratory_code="PT-9")
    second = soil_factories.sample(campaign, soil_factories.site(commune, code="A2"))
    soil_factories.result(second, "p_oniani", 0.5, written="<1", is_below_detection=True)
    third = soil_factories.sample(campaign, soil_factories.site(commune, code="A10"), ph_kcl=4.0)
    Sample.objects.filter(pk=third.pk).update(depth_from_cm=20, depth_to_cm=40)
    soil_factories.result(third, "ph_kcl", 4.4, replicate=2)
    return campaign


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({}, ["A1", "A2", "A10"]),
        ({"q": "a2"}, ["A2"]),
        ({"q": "12/345"}, ["A1"]),
        ({"q": "pt-9"}, ["A1"]),
        ({"depth": "20-40"}, ["A10"]),
        ({"kind": "private"}, ["A1"]),
        ({"kind": "open"}, ["A2", "A10"]),
        ({"kind": "below"}, ["A2"]),
        ({"kind": "replicated"}, ["A10"]),
        ({"kind": "parcel", "q": "345"}, ["A1"]),
        ({"q": "không có"}, []),
        ({"depth": "x-y", "kind": "z"}, ["A1", "A2", "A10"]),
    ],
    ids=lambda value: "+".join(f"{k}={v}" for k, v in value.items()) or "all" if isinstance(value, dict) else "",
)
def test_samples_are_found_on_the_page_and_in_its_file(
    client: Client, surveyed: Campaign, asked: dict[str, str], codes: list[str]
) -> None:
    page = page_of(client, f"/soil/campaigns/{surveyed.pk}/", **asked)
    table = page.partition('class="samples"')[2]
    assert [code for code in ("A1", "A2", "A10") if f">{code}<" in table] == codes
    answer = client.get(f"/soil/campaigns/{surveyed.pk}/samples.csv", asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert [row[0] for row in csv.reader(io.StringIO(text))][1:] == codes


def test_values_are_told_with_class_and_limits_as_they_were_written(client: Client, surveyed: Campaign) -> None:
    page = page_of(client, f"/soil/campaigns/{surveyed.pk}/")
    assert "ít chua: </span>5,2" in page
    assert "&lt;1" in page and "0,5" not in page
    assert "ít chua: </span>4,2" in page  # the mean of 4.0 and 4.4
    soil_factories.sample(surveyed, soil_factories.site(surveyed.commune, code="A11"), ph_kcl=6.87)
    assert "trung tính: </span>6,9" in page_of(client, f"/soil/campaigns/{surveyed.pk}/")  # rounded, not cut off
    answer = client.get(f"/soil/campaigns/{surveyed.pk}/samples.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    header, *rows = book["Mẫu đất"].iter_rows(values_only=True)
    by_code = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert by_code["A1"]["Riêng tư"] == "có" and by_code["A1"]["Số thửa"] == "345"
    assert by_code["A10"]["Độ chua pH, pH(KCl)"] == pytest.approx(4.2)
    assert by_code["A10"]["Đã ghi: pH(KCl)"] == "4; 4.4"


def test_a_figure_beside_a_limit_and_replicates_without_a_find_are_told_as_they_are(
    client: Client, commune: Unit
) -> None:
    campaign = soil_factories.campaign(commune)
    one = soil_factories.sample(campaign, ph_kcl=5.96)
    soil_factories.result(one, "p_oniani", 0.2, written="<0,4", is_below_detection=True)
    soil_factories.result(one, "p_oniani", 1.0, written="<2", is_below_detection=True, replicate=2)
    page = page_of(client, f"/soil/campaigns/{campaign.pk}/")
    assert "5,96" in page and "6,0" not in page  # it is coloured as what lies below 6
    assert "&lt;2,0" in page and "&lt;1,2" not in page


def test_a_figure_below_detection_is_told_by_its_limit_in_the_unit_of_the_table(client: Client, commune: Unit) -> None:
    """Half of "<5 mg/kg P" is kept, as mg P₂O₅ in 100 g: the file says that it is half, and what was written."""
    campaign = soil_factories.campaign(commune)
    one = soil_factories.sample(campaign, soil_factories.site(commune, code="B1"))
    soil_factories.result(one, "p_olsen", 0.57285, written="<5", written_unit="mg/kg P", is_below_detection=True)
    soil_factories.result(one, "ph_kcl", 5.96, written="5,96")
    two = soil_factories.sample(campaign, soil_factories.site(commune, code="B2"))
    soil_factories.result(two, "p_olsen", 0.57285, written="<5", written_unit="mg/kg P", is_below_detection=True)
    soil_factories.result(two, "p_olsen", 2.2914, written="10", written_unit="mg/kg P", replicate=2)
    page = page_of(client, f"/soil/campaigns/{campaign.pk}/")
    assert "&lt;1,1" in page and "&lt;5" not in page
    answer = client.get(f"/soil/campaigns/{campaign.pk}/samples.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    found = {row["Ký hiệu điểm"]: row for row in csv.DictReader(io.StringIO(text))}
    (below,) = (title for title in found["B1"] if title.startswith("Dưới ngưỡng phát hiện: ") and "Olsen" in title)
    (written,) = (title for title in found["B1"] if title.startswith("Đã ghi: ") and "Olsen" in title)
    assert found["B1"]["Đã ghi: pH(KCl)"] == "5,96"
    assert (found["B1"][below], found["B1"][written]) == ("có: số ghi nửa ngưỡng", "<5 mg/kg P")
    assert found["B2"][below] == "1 trong 2 lần lặp: tính bằng nửa ngưỡng"
    assert found["B2"][written] == "<5 mg/kg P; 10 mg/kg P"
    assert found["B1"]["Dưới ngưỡng phát hiện: pH(KCl)"] == ""


def test_a_hundred_samples_come_in_pages(client: Client, commune: Unit) -> None:
    campaign = soil_factories.campaign(commune)
    soil_factories.grid_of_samples(campaign, "ph_kcl", side=8)
    page = page_of(client, f"/soil/campaigns/{campaign.pk}/")
    assert "Trang 1 / 2" in page and "64 mẫu." in page
    assert "Trang 2 / 2" in page_of(client, f"/soil/campaigns/{campaign.pk}/", page="99")


def test_publishing_says_what_becomes_visible_and_is_taken_back(client: Client, surveyed: Campaign) -> None:
    page = page_of(client, f"/soil/campaigns/{surveyed.pk}/")
    assert "vị trí và kết quả của 2 mẫu" in page
    assert "1 mẫu riêng tư chỉ như một ô vuông 500 m" in page
    client.post(f"/soil/campaigns/{surveyed.pk}/publish/")
    surveyed.refresh_from_db()
    assert surveyed.is_published
    again = client.post(f"/soil/campaigns/{surveyed.pk}/publish/", follow=True)
    assert "đã được công bố trước đó" in again.content.decode()
    client.post(f"/soil/campaigns/{surveyed.pk}/unpublish/")
    surveyed.refresh_from_db()
    assert not surveyed.is_published and surveyed.published_by is None


def test_an_empty_campaign_is_not_published(client: Client, commune: Unit) -> None:
    campaign = soil_factories.campaign(commune)
    answer = client.post(f"/soil/campaigns/{campaign.pk}/publish/", follow=True)
    assert "chưa có gì để công bố" in answer.content.decode()
    campaign.refresh_from_db()
    assert not campaign.is_published


def test_a_soil_map_shows_its_legend_and_is_published(client: Client, commune: Unit) -> None:
    soil_map = soil_factories.soil_map(commune)
    page = page_of(client, f"/soil/maps/{soil_map.pk}/")
    assert "Đất phù sa glây 100 %" in page and "Đất xám 70 %, Đất tầng mỏng 30 %" in page
    assert "2 khoanh đất với tên đất" in page
    client.post(f"/soil/maps/{soil_map.pk}/publish/")
    soil_map.refresh_from_db()
    assert soil_map.is_published
    client.post(f"/soil/maps/{soil_map.pk}/unpublish/")
    soil_map.refresh_from_db()
    assert not soil_map.is_published


def test_an_administrator_finds_a_commune_by_name_or_code(commune: Unit) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("quan", password="x", full_name="Quân"))
    other = factories.neighbour_commune()
    for typed in ("binh minh", "Bình Minh", commune.code):
        page = page_of(client, "/soil/desk/", q=typed)
        assert f"/soil/desk/{commune.code}/" in page and f"/soil/desk/{other.code}/" not in page
    assert "Không có xã nào khớp" in page_of(client, "/soil/desk/", q="zzz")
