"""Lists as files: the same houses as on the page, people only for whoever may see them, long lists as jobs."""

from __future__ import annotations

import io

import openpyxl
import pyogrio
import pytest
from django.test import Client

from households import exporting
from households.listing import Listing
from households.models import House, Household
from mapping import files
from mapping.jobs import run_job
from mapping.models import Job
from tests import factories
from tests.households.lists import bring


def sheet_of(response) -> list[tuple]:
    """The rows of a downloaded workbook, the header first."""
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


@pytest.fixture
def houses(commune):
    """Three houses, one with two households, one closed."""
    west = factories.village(commune, 1)
    two = factories.house(commune, number="10", street="ngõ Đình", village=west, note="=1+1")
    factories.household(two, "Lê Thị Hoà", phone="0912345678", size=3)
    factories.household(two, "Lê Văn An")
    factories.house(commune, number="2", street="ngõ Đình", village=west)
    factories.house(commune, number="3", state="closed", closed_on="2026-01-02", closed_reason="phá dỡ")


def test_a_list_has_a_row_a_household_in_natural_order_and_keeps_leading_zeros(officer_client, houses) -> None:
    header, *rows = sheet_of(officer_client.get("/houses/export.xlsx"))
    at = {name: place for place, name in enumerate(header)}
    assert [(row[at["Số nhà"]], row[at["Chủ hộ"]], row[at["Số người"]]) for row in rows] == [
        ("2", None, None),
        ("10", "Lê Thị Hoà", 3),
        ("10", "Lê Văn An", None),
    ]
    assert "Điện thoại" not in at  # that one leaves with a reason: tests/security/test_masked_numbers.py
    assert rows[1][at["Ghi chú về nhà"]] == "=1+1"
    assert (rows[1][at["Kinh độ"]], rows[1][at["Vĩ độ"]]) == factories.CENTRE


def test_the_file_holds_what_the_filters_show(officer_client, houses) -> None:
    _header, *rows = sheet_of(officer_client.get("/houses/export.xlsx?state=closed"))
    assert [row[1] for row in rows] == ["3"]
    _header, *rows = sheet_of(officer_client.get("/houses/export.xlsx?q=lê thị hoà"))
    assert {row[1] for row in rows} == {"10"}


def test_a_viewer_gets_no_people(viewer, houses) -> None:
    client = Client()
    client.force_login(viewer)
    header, *rows = sheet_of(client.get("/houses/export.xlsx"))
    assert "Chủ hộ" not in header and "Điện thoại" not in header
    assert len(rows) == 2
    text = b"".join(client.get("/houses/export.csv").streaming_content).decode()
    assert "0912345678" not in text and "Lê" not in text


def test_the_map_file_has_points_where_the_houses_are(officer_client, houses, tmp_path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"".join(officer_client.get("/houses/export.gpkg").streaming_content))
    meta, _fids, geometry, fields = pyogrio.raw.read(path)
    assert meta["crs"] == "EPSG:4326" and len(geometry) == 3
    assert list(fields[list(meta["fields"]).index("Số nhà")]) == ["2", "10", "10"]


def test_an_unknown_format_and_a_foreign_commune_are_not_found(officer_client, houses) -> None:
    assert officer_client.get("/houses/export.exe").status_code == 404
    factories.neighbour_commune()
    assert officer_client.get("/houses/export.xlsx?commune=99002").status_code == 404


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "gpkg"])
def test_a_file_brought_back_changes_nothing(commune, officer, officer_client, houses, tmp_path, file_format) -> None:
    factories.house(commune, number="-5", street="@ ngõ '=1", note="+84", village=factories.village(commune, 2))
    path = tmp_path / f"nha.{file_format}"
    path.write_bytes(b"".join(officer_client.get(f"/houses/export.{file_format}").streaming_content))
    before = [list(model.objects.order_by("pk").values()) for model in (House, Household)]
    _run, found = bring(path, commune, officer)
    assert (found.leave, found.add, found.change, found.refuse) == (4, 0, 0, 0), found
    assert [list(model.objects.order_by("pk").values()) for model in (House, Household)] == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("who", "kind"), [("officer", "houses.export"), ("viewer", "houses.export_places")])
def test_a_long_list_is_a_job_whose_file_the_person_can_fetch(request, houses, monkeypatch, who, kind) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    client = Client()
    client.force_login(request.getfixturevalue(who))
    response = client.get("/houses/export.xlsx?missing=number&state=all")
    assert response.status_code == 200  # none is without a number, so nothing is long
    response = client.get("/houses/export.xlsx?state=all")
    job = Job.objects.get()
    assert response.headers["Location"] == f"/jobs/{job.pk}/" and job.kind == kind
    run_job(job_id=str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    header, *rows = sheet_of(client.get(f"/files/{job.result_file_id}/"))
    assert len(rows) == (4 if who == "officer" else 3)
    assert ("Chủ hộ" in header) == (who == "officer")


def test_an_officers_file_is_not_for_a_viewer(commune, officer, viewer, houses) -> None:
    stored = files.store(source=io.BytesIO(b"x"), name="a.xlsx", content_type="x", commune=commune, user=officer)
    Job.objects.create(kind="houses.export", commune=commune, created_by=officer, result_file=stored)
    client = Client()
    client.force_login(viewer)
    assert client.get(f"/files/{stored.pk}/").status_code == 403


def test_a_listing_survives_the_way_through_a_job(commune) -> None:
    listing = Listing.read(
        commune, {"village": "none", "state": "all", "missing": "phone", "q": "An"}, with_people=True
    )
    assert Listing.read(commune, listing.values(), with_people=True) == listing
    assert Listing.read(commune, listing.values(), with_people=False).missing == ""
