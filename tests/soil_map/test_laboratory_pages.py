"""The pages that bring laboratory sheets in: who may, what a bad upload gets, and the way from file to undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from mapping import files
from mapping.access import Role
from mapping.models import AuditEntry, Job, StoredFile, Unit
from soil_map.importing import keeping
from soil_map.importing.laboratory import opening
from soil_map.models import Campaign, Sample, SoilImport
from tests import factories
from tests.soil_map import laboratory_sheets as sheets
from tests.soil_map import polygon_files, soil_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agronomist(commune: Unit) -> Any:
    return factories.user("nga", "Đỗ Nga", role=Role.AGRONOMIST, at=commune)


@pytest.fixture
def client_of(agronomist: Any) -> Client:
    client = Client()
    client.force_login(agronomist)
    return client


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil_factories.campaign(commune)


def sent(client: Client, into: Campaign, path: Path, **fields: Any) -> Any:
    """What the upload of a file answers."""
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    told = {"commune": into.commune.code, "kind": "laboratory", "campaign": str(into.pk), "file": upload}
    return client.post(f"/soil/desk/{into.commune.code}/imports/", told | fields)


def test_the_upload_page_says_the_limit_of_each_kind(client_of: Client, commune: Unit) -> None:
    page = client_of.get(f"/soil/desk/{commune.code}/imports/").content.decode()
    assert "nhiều nhất 200.000 dòng" in page and "nhiều nhất 100.000 vùng" in page


def test_a_sheet_goes_from_file_to_undo(client_of: Client, campaign: Campaign, tmp_path: Path) -> None:
    page = sent(client_of, campaign, sheets.faulty_sheet(tmp_path))["Location"]
    asked = client_of.get(page).content.decode()
    assert "Cột M “Zn (mg/kg)”: không biết là chỉ tiêu nào" in asked
    assert "12 ô ghi" not in asked and "1 ô ghi “vết”" in asked
    assert "mg/kg P → mg/100 g P₂O₅: × 0,22914" in asked and "33 mg/kg P → 7,56 mg/100 g P₂O₅" in asked
    assert client_of.post(f"{page}apply/").status_code == 302 and not Sample.objects.exists()
    answered = {"column-12": "out", "meaning": "5897-swapped", "limit-c9": "5"}
    assert client_of.post(f"{page}check/", answered)["Location"] == page
    checked = client_of.get(page).content.decode()
    assert "có phải 7,1?" in checked and "Nhập kết quả" in checked and not Sample.objects.exists()
    rows = list(csv.reader(io.StringIO(b"".join(client_of.get(f"{page}report.csv")).decode("utf-8-sig"))))
    assert [row[2] for row in rows if row[0] == "Không nhập"] == ["9", "10", "14", "15", "19"]
    assert [row[2] for row in rows if row[0] == "Bỏ ra"] == ["20", "22", "23", "24"]
    client_of.post(f"{page}apply/")
    written = client_of.get(page).content.decode()
    assert "Tệp đã được nhập" in written and Sample.objects.count() == 10
    assert b"".join(client_of.get(f"{page}file/")) == (tmp_path / "phiếu.xlsx").read_bytes()
    assert client_of.post(f"{page}check/", answered).status_code == 409
    assert client_of.post(f"{page}discard/").status_code == 409
    client_of.post(f"{page}undo/")
    assert "đã được hoàn tác" in client_of.get(page).content.decode() and not Sample.objects.exists()
    made = SoilImport.objects.get()
    assert made.is_undone
    with transaction.atomic():
        acts = list(AuditEntry.objects.filter(action__startswith="soil.").order_by("id"))
    assert [(act.action, act.row_id, act.user_name) for act in acts] == [
        ("soil.import", made.pk, "Đỗ Nga"), ("soil.undo", made.pk, "Đỗ Nga"),
    ]  # fmt: skip
    assert acts[0].detail["samples"] == 10


def test_a_published_campaign_is_told_above_the_button(client_of: Client, campaign: Campaign, tmp_path: Path) -> None:
    campaign.published_at = timezone.now()
    campaign.save(update_fields=["published_at"])
    page = sent(client_of, campaign, sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row()]))["Location"]
    client_of.post(f"{page}check/", {"meaning": "4326"})
    checked = client_of.get(page).content.decode()
    assert checked.index("1 mẫu không riêng tư") < checked.index("Nhập kết quả")
    client_of.post(f"{page}apply/")
    assert "mẫu không riêng tư" not in client_of.get(page).content.decode()


def test_a_sheet_is_thrown_away_with_its_file(client_of: Client, campaign: Campaign, tmp_path: Path) -> None:
    page = sent(client_of, campaign, sheets.faulty_sheet(tmp_path))["Location"]
    assert client_of.post(f"{page}discard/")["Location"] == f"/soil/desk/{campaign.commune.code}/imports/"
    assert not SoilImport.objects.exists() and not StoredFile.objects.exists()
    assert client_of.get(page).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "fields", "says"),
    [
        ("trống.csv", b"", {}, "không có dữ liệu"),
        ("một cột.csv", b"a\nb\nc\n", {}, "chỉ có một cột"),
        ("cũ.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, {}, "đời cũ"),
        ("tốt.csv", b"Mau;pHKCl\nD1;5\n", {"campaign": ""}, "Hãy chọn đợt điều tra"),
        ("tốt.csv", b"Mau;pHKCl\nD1;5\n", {"kind": "nhà"}, "Hãy chọn tệp chứa gì"),
    ],
)
def test_a_bad_upload_gets_its_sentence_and_leaves_nothing(
    client_of: Client, campaign: Campaign, tmp_path: Path, settings: Any,
    name: str, content: bytes, fields: dict[str, str], says: str,
) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_bytes(content)
    answer = sent(client_of, campaign, path, **fields)
    assert answer.status_code == 400 and says in answer.content.decode()
    assert not SoilImport.objects.exists() and not StoredFile.objects.exists()
    assert not [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]


def test_a_campaign_of_another_commune_is_none(client_of: Client, campaign: Campaign, tmp_path: Path) -> None:
    other = soil_factories.campaign(factories.neighbour_commune())
    answer = sent(client_of, campaign, sheets.faulty_sheet(tmp_path), campaign=str(other.pk))
    assert answer.status_code == 400 and not SoilImport.objects.exists()


def test_a_column_named_twice_is_refused_and_what_was_understood_stays(
    client_of: Client, campaign: Campaign, tmp_path: Path
) -> None:
    page = sent(client_of, campaign, sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row()]))["Location"]
    answer = client_of.post(f"{page}check/", {"column-0": "field:site", "column-1": "field:site"})
    assert answer.status_code == 400
    assert "“STT” và “Ký hiệu mẫu” cùng được chọn là Ký hiệu điểm, mẫu" in answer.content.decode()
    assert SoilImport.objects.get().meaning["columns"]["site"] == 1


def test_an_original_sheet_goes_after_its_days_and_what_it_wrote_can_still_be_taken_back(
    client_of: Client, campaign: Campaign, tmp_path: Path
) -> None:
    """It may name whoever works a field; a soil map names nobody and is kept."""
    page = sent(client_of, campaign, sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row()]))["Location"]
    client_of.post(f"{page}check/", {"meaning": "4326"})
    client_of.post(f"{page}apply/")
    assert "(giữ đến " in client_of.get(page).content.decode()
    stored = StoredFile.objects.get()
    assert stored.kept_until is not None and (stored.kept_until - stored.created_at).days in (89, 90)
    StoredFile.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    assert [one.pk for one in files.remove_expired()] == [stored.pk]
    assert "hết hạn lưu, đã xóa ngày" in client_of.get(page).content.decode()
    assert client_of.get(f"{page}file/").status_code == 410
    assert Sample.objects.count() == 1
    assert client_of.post(f"{page}undo/").status_code == 302 and not Sample.objects.exists()


@pytest.mark.parametrize(("kind", "is_kept"), [("parcels", False), ("soil_units", True)])
def test_cadastral_files_go_after_their_days_and_soil_maps_stay(
    kind: str, is_kept: bool, commune: Unit, tmp_path: Path
) -> None:
    rows = polygon_files.parcel_rows() if kind == "parcels" else polygon_files.soil_rows()
    path = polygon_files.geojson(tmp_path, rows)
    keeping.start(path=path, name=path.name, commune=commune, user=None, kind=kind)
    assert (StoredFile.objects.get().kept_until is None) is is_kept


def test_a_long_sheet_is_read_written_and_taken_back_as_jobs(
    client_of: Client, campaign: Campaign, tmp_path: Path, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "INLINE_BYTES", 0)
    page = sent(client_of, campaign, sheets.write_csv(tmp_path, [list(sheets.HEADER), sheets.row()]))["Location"]
    assert 'id="job"' in client_of.get(page).content.decode()
    assert client_of.post(f"{page}check/").status_code == 409  # it is being read
    for act, count in ((f"{page}check/", 0), (f"{page}apply/", 1), (f"{page}undo/", 0)):
        run_jobs()
        client_of.post(act, {"meaning": "4326"})
        run_jobs()
        assert Sample.objects.count() == count
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert "hoàn tác" in client_of.get(page).content.decode()


def test_strangers_and_officers_do_not_bring_soil_in(
    client_of: Client, campaign: Campaign, tmp_path: Path, officer: Any, stranger: Any
) -> None:
    page = sent(client_of, campaign, sheets.faulty_sheet(tmp_path))["Location"]
    client = Client()
    for user, status in ((officer, 403), (stranger, 404)):
        client.force_login(user)
        assert client.get(page).status_code == status
        assert {client.post(f"{page}{act}/").status_code for act in ("check", "apply", "undo", "discard")} == {status}
        assert client.get(f"/soil/desk/{campaign.commune.code}/imports/").status_code == status
