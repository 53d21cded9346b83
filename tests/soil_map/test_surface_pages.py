"""The page of a surface, its files and pictures, and the difference of two: what each person gets."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import numpy as np
import pytest
from django.core.files import File
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from mapping import crs, files
from mapping.access import Role
from mapping.models import AuditEntry, Unit, User
from soil_map.kriging.grid import Grid
from soil_map.measured import measured
from soil_map.models import Campaign, Result, Surface, SurfaceState, Zone
from soil_map.surfaces import rasters, reading
from tests import factories
from tests.soil_map import soil_factories, surface_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return soil_factories.campaign(commune)


@pytest.fixture
def surface(campaign: Campaign) -> Surface:
    """Of 60 samples, 5 of them private, not published."""
    surface_factories.samples(campaign, 60, private=5)
    return surface_factories.made(campaign)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def agronomist(commune: Unit) -> Client:
    return client_of(factories.user("nong", role=Role.AGRONOMIST, at=commune))


def publish(campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(published_at=timezone.now())


def text_of(answer: Any) -> str:
    """The page's text with one blank between words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("&nbsp;", " ")


def test_the_page_says_what_was_made_of_what(surface: Surface, agronomist: Client) -> None:
    answer = agronomist.get(reverse("soil_surface", args=[surface.pk]))
    text = text_of(answer)
    assert "Đã nội suy từ 60 điểm trên" in text and "Đoán lại từng điểm sai trung bình" in text
    assert text.count("đã dùng") == 1 and "Nghịch đảo khoảng cách" in text
    page = answer.content.decode()
    assert [part in page for part in ("histogram-title", "variogram-title", "validation-title")] == [True] * 3
    assert page.count('class="dot"') == 60 and 'class="coarse"' not in page
    assert "style=" not in page


def test_areas_on_the_page_add_up_to_what_was_surveyed(surface: Surface, agronomist: Client) -> None:
    page = agronomist.get(reverse("soil_surface", args=[surface.pk])).content.decode()
    tables = re.findall(r"<tbody>(.*?)</tbody>\s*<tfoot>(.*?)</tfoot>", page, re.S)
    assert len(tables) == 2
    for body, foot in tables:
        hectares = [
            float(one.replace(",", ".")) for one in re.findall(r'number">([\d,]+)</td><td class="number">', body)
        ]
        whole = float(re.findall(r'number">([\d,]+)<', foot)[0].replace(",", "."))
        assert sum(hectares) == pytest.approx(whole, abs=0.05 * len(hectares) + 0.05)
        assert whole == pytest.approx(Zone.objects.filter(surface=surface).first().surface.surveyed_m2 / 1e4, abs=0.06)


def test_the_public_learns_nothing_of_single_private_samples(surface: Surface, campaign: Campaign) -> None:
    anyone = Client()
    address = reverse("soil_surface", args=[surface.pk])
    assert anyone.get(address).status_code == 404
    publish(campaign)
    page = anyone.get(address).content.decode()
    assert "validation-title" not in page and "Không kể 5 mẫu riêng tư." in page
    assert page.count('class="dot"') == 55
    squares = {one.code: one for one in measured(campaign, "ph_kcl", 0, 20) if one.is_private}
    assert 1 <= page.count('class="coarse"') <= len(squares)
    assert not any(code in page for code in squares)


def test_the_public_gets_the_rasters_that_hide_private_places(
    surface: Surface, campaign: Campaign, agronomist: Client
) -> None:
    publish(campaign)
    for what, exact, shown in (
        ("soil_surface_value", surface.values_file, surface.open_values_file),
        ("soil_surface_deviation", surface.deviations_file, surface.open_deviations_file),
    ):
        address = reverse(what, args=[surface.pk])
        assert b"".join(agronomist.get(address).streaming_content) == files.path_of(exact).read_bytes()
        answer = Client().get(address)
        assert b"".join(answer.streaming_content) == files.path_of(shown).read_bytes()
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="99001-ph_kcl-0-20-')
        assert answer.headers["Content-Type"].startswith("image/tiff")
    assert AuditEntry.objects.filter(action="soil.export").count() == 2


def test_pictures_are_kept_and_asked_for_again_without_being_sent(
    surface: Surface, campaign: Campaign, agronomist: Client
) -> None:
    address = reverse("soil_surface_value_png", args=[surface.pk])
    mine = agronomist.get(address)
    assert mine.headers["Cache-Control"] == "private, no-cache"
    publish(campaign)
    public = Client().get(address)
    assert public.headers["Cache-Control"] == "public, max-age=300" and "Cookie" in public.headers["Vary"]
    assert public.headers["ETag"] != mine.headers["ETag"]
    assert Client().get(address, headers={"If-None-Match": public.headers["ETag"]}).status_code == 304
    shown = np.asarray(Image.open(io.BytesIO(public.content)))
    assert shown.shape[2] == 4 and {0, 255} == set(np.unique(shown[..., 3]))


def test_the_picture_lies_in_its_bounds(surface: Surface, campaign: Campaign, agronomist: Client) -> None:
    png = agronomist.get(reverse("soil_surface_value_png", args=[surface.pk])).content
    shown = np.asarray(Image.open(io.BytesIO(png)))
    west, south, east, north = surface.model["bounds"]
    outline = surface.surveyed.extent
    seen = np.argwhere(shown[..., 3] > 0)
    height, width = shown.shape[:2]
    lng = west + (east - west) * np.array([seen[:, 1].min(), seen[:, 1].max() + 1]) / width
    lat = north - (north - south) * np.array([seen[:, 0].max() + 1, seen[:, 0].min()]) / height
    assert np.allclose([lng[0], lat[0], lng[1], lat[1]], outline, atol=60 / 111_000)


def test_an_order_by_the_form_leads_to_the_work(campaign: Campaign, agronomist: Client) -> None:
    surface_factories.samples(campaign, 40)
    address = reverse("soil_surface_order", args=[campaign.pk])
    answer = agronomist.post(address, {"method": "ph_kcl", "depth": "0-20", "cell": "50"})
    surface = Surface.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[surface.job_id])
    assert "Dừng lại" in text_of(agronomist.get(reverse("soil_surface", args=[surface.pk])))
    refused = agronomist.post(address, {"method": "ph_kcl", "depth": "20-0"})
    assert refused.status_code == 400 and "từ nông đến sâu" in text_of(refused)
    assert agronomist.post(address, {"method": "ph_kcl", "depth": "0-20", "cell": "abc"}).status_code == 400


def test_a_refusal_is_shown_with_the_points_that_there_are(campaign: Campaign, agronomist: Client) -> None:
    surface_factories.samples(campaign, 12)
    surface = surface_factories.made(campaign)
    answer = agronomist.get(reverse("soil_surface", args=[surface.pk]))
    text = text_of(answer)
    assert "Chỉ có điểm, không nội suy." in text and "mới có 12" in text
    assert "histogram-title" in answer.content.decode() and "GeoTIFF" not in text
    assert agronomist.get(reverse("soil_surface_value_png", args=[surface.pk])).status_code == 404


def test_a_surface_says_when_its_samples_have_changed_since(surface: Surface, agronomist: Client) -> None:
    address = reverse("soil_surface", args=[surface.pk])
    assert "đã thay đổi sau khi tính" not in text_of(agronomist.get(address))
    result = Result.objects.first()
    result.value = 6.1
    result.save()
    assert "đã thay đổi sau khi tính" in text_of(agronomist.get(address))


def test_a_surface_is_taken_away_with_its_files_and_zones(
    surface: Surface, agronomist: Client, officer_client: Client
) -> None:
    address = reverse("soil_surface_remove", args=[surface.pk])
    assert officer_client.post(address).status_code == 403
    agronomist.post(address)
    assert not Surface.objects.exists() and not Zone.objects.exists()
    assert measured(surface.campaign, "ph_kcl", 0, 20)


def flat(of: Campaign, value: float, deviation: float, folder: Any, west: float = 0, **fields: Any) -> Surface:
    """A surface of one value all over 2 × 2 km around the middle of the commune."""
    x, y = (float(one[0]) for one in crs.from_lonlat(5897, [factories.CENTRE[0]], [factories.CENTRE[1]]))
    grid = Grid(round(x, -2) - 1_000 + west, round(y, -2) + 1_000, 100.0, 20, 20)
    kept = {}
    for name, number in (("values", value), ("deviations", deviation)):
        path = folder / f"{uuid.uuid4()}.tif"
        rasters.write(path, np.full((20, 20), number), grid, 5897, rasters.Said("", "", ""))
        with path.open("rb") as source:
            kept[f"{name}_file"] = files.store(
                source=File(source), name="a.tif", content_type=rasters.CONTENT_TYPE, commune=of.commune, user=None
            )
    fields = {"depth_from_cm": 0, "depth_to_cm": 20, "method_id": "ph_kcl", "state": SurfaceState.MADE} | kept | fields
    return Surface.objects.create(campaign=of, epsg=5897, cell_m=100, **fields)


def told_of(before: Surface, after: Surface, client: Client) -> Any:
    return client.get(reverse("soil_difference", args=[before.pk, after.pk]), headers={"Accept": "application/json"})


def test_a_difference_tells_what_has_surely_changed(campaign: Campaign, agronomist: Client, tmp_path: Any) -> None:
    later = soil_factories.campaign(campaign.commune, "Đợt 2027")
    before, after = flat(campaign, 5.0, 0.1, tmp_path), flat(later, 5.6, 0.1, tmp_path, west=1_000)
    told = told_of(before, after, agronomist).json()
    assert told["mean"] == pytest.approx(0.6, abs=1e-6)
    assert told["area_ha"] == pytest.approx(200)  # what both cover
    assert (told["risen"], told["fallen"], told["unsure"]) == (1, 0, 0)
    assert "Trung bình +0,60 trên 200,0 ha: tăng rõ ở 100 %" in told["sentence"]
    assert len(told["legend"]) == 7 and told["legend"][0]["text"].startswith("≤ −")
    assert told_of(after, before, agronomist).json()["fallen"] == 1


def test_a_change_smaller_than_the_uncertainties_is_not_called_one(
    campaign: Campaign, agronomist: Client, tmp_path: Any
) -> None:
    later = soil_factories.campaign(campaign.commune, "Đợt 2027")
    before, after = flat(campaign, 5.0, 0.3, tmp_path), flat(later, 5.6, 0.3, tmp_path)
    told = told_of(before, after, agronomist).json()
    assert told["unsure"] == 1 and "100 % thay đổi nhỏ hơn sai số" in told["sentence"]
    png = agronomist.get(reverse("soil_difference_png", args=[before.pk, after.pk])).content
    assert np.asarray(Image.open(io.BytesIO(png)))[..., 3].max() < 200


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"method_id": "ph_h2o"}, "hai phương pháp khác nhau"),
        ({"depth_from_cm": 20, "depth_to_cm": 40}, "hãy chọn hai đợt có cùng độ sâu"),
        ({"state": SurfaceState.REFUSED}, "chưa có mặt nội suy"),
        ({"west": 50_000}, "không điều tra chung chỗ nào"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    campaign: Campaign, agronomist: Client, tmp_path: Any, fields: dict[str, Any], says: str
) -> None:
    later = soil_factories.campaign(campaign.commune, "Đợt 2027")
    before, after = flat(campaign, 5.0, 0.3, tmp_path), flat(later, 5.6, 0.3, tmp_path, **fields)
    answer = told_of(before, after, agronomist)
    assert answer.status_code == 400 and says in answer.json()["error"]
    assert agronomist.get(reverse("soil_difference_png", args=[before.pk, after.pk])).status_code == 400


def test_reading_a_place_takes_next_to_nothing(surface: Surface) -> None:
    import time

    lng, lat = factories.CENTRE
    reading.at(surface, lng, lat)  # decodes the files
    begun = time.thread_time()  # the clock would tell of what else runs here
    for step in range(100):
        reading.at(surface, lng + step * 1e-5, lat)
    assert (time.thread_time() - begun) / 100 < 0.005
