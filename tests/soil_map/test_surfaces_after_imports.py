"""Surfaces when their samples change: what was taken back or made private is on nobody's map any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mapping.access import Role
from mapping.errors import UserError
from mapping.models import StoredFile, Unit, User
from soil_map import campaigns, publishing, schemes
from soil_map.campaign_layers import layers_shown
from soil_map.importing import keeping, laboratory_runs, undoing
from soil_map.measured import layers_of
from soil_map.models import Campaign, Result, Sample, SoilImport, Surface
from soil_map.packaging.layers import Contents
from soil_map.reports.whole import report_of
from soil_map.surfaces import making
from tests import factories
from tests.soil_map import laboratory_sheets as sheets
from tests.soil_map import soil_factories, surface_factories
from tests.soil_map.test_soil_tiles import features, tile

pytestmark = pytest.mark.django_db

HEADER = ["Ký hiệu mẫu", "Kinh độ", "Vĩ độ", "Độ sâu (cm)", "pHKCl", "Riêng tư"]
COUNT = 40
STALE = "đã thay đổi sau khi tính"


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    made = soil_factories.campaign(commune)
    Campaign.objects.filter(pk=made.pk).update(published_at=timezone.now())
    made.refresh_from_db()
    return made


@pytest.fixture
def agronomist(commune: Unit) -> User:
    return factories.user("nong", role=Role.AGRONOMIST, at=commune)


def sheet(folder: Path, name: str, **told: str) -> Path:
    """pH of samples that lie in a field of their own; `told` holds "D05": "có" for private ones."""
    rows = []
    for number in range(COUNT):
        lng, lat = sheets.place(number * 9)
        ph = 5 + (lng - factories.CENTRE[0]) * 40 + (number % 3) * 0.02
        code = f"D{number:02d}"
        rows.append([code, f"{lng:.6f}", f"{lat:.6f}", "0-20", f"{ph:.2f}".replace(".", ","), told.get(code, "không")])
    return sheets.write_csv(folder, [HEADER, *rows], name=name)


def imported(path: Path, campaign: Campaign, user: User) -> SoilImport:
    made = keeping.start(
        path=path, name=path.name, commune=campaign.commune, user=user, kind="laboratory", campaign=campaign
    )
    laboratory_runs.check(made, None)
    laboratory_runs.check(made, laboratory_runs.chosen(made, {"meaning": "4326", "update": "on"}))
    laboratory_runs.apply(made, user)
    return made


def has_zones(answer: Any) -> bool:
    return answer.status_code == 200 and bool(features(answer))


def is_for_anyone(campaign: Campaign, surface: Surface) -> set[bool]:
    """Whether anyone gets something of a surface, of each way to ask for it; one answer where all agree."""
    anyone = Client()
    lng, lat = factories.CENTRE
    asked = {"campaign": str(campaign.pk), "method": "ph_kcl", "depth": "0-20", "lng": lng, "lat": lat}
    soil = anyone.get(reverse("soil_catalogue"), {"commune": campaign.commune.code}).json()
    (of,) = soil["campaigns"]
    drawn = [one["surface"] for one in of["layers"] if one["surface"]]
    used = schemes.schemes_of(surface.method)[0].scheme.pk
    report = report_of(campaign, AnonymousUser())
    return {
        anyone.get(reverse("soil_at"), asked).json()["estimate"] is not None,
        bool(drawn),
        *(has_zones(tile(anyone, "soil_zones", 13, f"surface={surface.pk}{more}")) for more in ("", f"&scheme={used}")),
        any(table.has_areas for layer in report.layers for table in layer.tables),
        any("zones" in package.layer.name for package in Contents(campaign.commune, for_public=True).layers()),
        *(
            anyone.get(reverse(f"soil_surface_{name}", args=[surface.pk])).status_code == 200
            for name in ("value", "deviation", "value_png", "deviation_png")
        ),
    }


def test_a_sample_made_private_takes_its_surface_from_the_public(
    campaign: Campaign, agronomist: User, tmp_path: Path
) -> None:
    imported(sheet(tmp_path, "a.csv"), campaign, agronomist)
    surface = surface_factories.made(campaign)
    assert surface.state == "made" and is_for_anyone(campaign, surface) == {True}
    imported(sheet(tmp_path, "b.csv", D05="có", D06="có"), campaign, agronomist)
    assert Sample.objects.filter(is_private=True).count() == 2
    assert is_for_anyone(campaign, surface) == {False}
    extent = publishing.extent_of(campaign)
    assert (extent.surfaces, extent.withheld) == (0, 1)
    client = Client()
    client.force_login(agronomist)
    page = client.get(reverse("soil_campaign", args=[campaign.pk])).content.decode()
    assert "1 mặt nội suy không hiện: có mẫu riêng tư tính trong đó" in page
    anew = Surface.objects.get(state="ordered")
    assert anew.job is not None and anew.job.created_by == agronomist
    made = making.make(anew)
    assert made.state == "made" and is_for_anyone(campaign, made) == {True}  # without the two


def test_an_undo_that_makes_samples_private_again_takes_the_surface_from_the_public(
    campaign: Campaign, agronomist: User, tmp_path: Path
) -> None:
    imported(sheet(tmp_path, "a.csv", D05="có"), campaign, agronomist)
    opened = imported(sheet(tmp_path, "b.csv"), campaign, agronomist)
    surface = surface_factories.made(campaign)
    assert is_for_anyone(campaign, surface) == {True}
    undoing.undo(opened, agronomist)
    assert Sample.objects.get(is_private=True).site.code == "D05"
    assert is_for_anyone(campaign, surface) == {False}
    assert Surface.objects.filter(state="ordered").count() == 1


def once(act: Callable[[], object]) -> Callable[[int, int], None]:
    """Progress of a surface that is computed, during which something is done, once."""
    done: list[object] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not done:
            done.append(True)
            act()

    return meanwhile


def test_a_sample_made_private_while_a_surface_is_computed_is_set_apart(
    campaign: Campaign, agronomist: User, tmp_path: Path
) -> None:
    imported(sheet(tmp_path, "a.csv"), campaign, agronomist)
    hide = once(lambda: imported(sheet(tmp_path, "b.csv", D05="có"), campaign, agronomist))
    surface = making.make(surface_factories.ordered(campaign), progress=hide)
    assert surface.state == "made" and surface.model["apart"] == [str(Sample.objects.get(is_private=True).pk)]
    assert surface.open_values_file is not None and surface.open_values_file != surface.values_file
    assert is_for_anyone(campaign, surface) == {True}


def test_samples_taken_back_while_a_surface_is_computed_do_not_weigh_in_it(
    campaign: Campaign, agronomist: User, tmp_path: Path
) -> None:
    surface_factories.samples(campaign, 40)
    more = imported(sheet(tmp_path, "a.csv"), campaign, agronomist)
    take_back = once(lambda: undoing.undo(more, agronomist))
    surface = making.make(surface_factories.ordered(campaign), progress=take_back)
    assert (surface.state, surface.sample_count, surface.model["places"]) == ("made", 40, 40)
    page = Client().get(reverse("soil_surface", args=[surface.pk])).content.decode()
    assert "Đã nội suy từ 40 điểm" in page and STALE not in page
    assert StoredFile.objects.filter(name__endswith=".tif").count() == 2  # nothing of the 80 is kept


def test_a_surface_whose_samples_never_rest_is_not_made_and_says_so(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 40)
    told = iter(range(100_000))

    def change(_done: int, _total: int) -> None:
        Result.objects.filter(pk=Result.objects.order_by("pk").values("pk")[:1]).update(value=5 + next(told) / 1e5)

    with pytest.raises(UserError, match="cứ thay đổi trong lúc tính"):
        making.make(surface_factories.ordered(campaign), progress=change)
    assert not StoredFile.objects.exists() and Surface.objects.get().state == "ordered"


def test_a_surface_that_is_computed_after_a_change_does_not_call_itself_older(campaign: Campaign) -> None:
    surface_factories.samples(campaign, 40)
    waiting = surface_factories.ordered(campaign)
    result = Result.objects.order_by("pk").first()
    assert result is not None
    result.value = 6.1
    result.save()
    page = reverse("soil_surface", args=[making.make(waiting).pk])
    assert STALE not in Client().get(page).content.decode()
    result.value = 5.1
    result.save()
    assert STALE in Client().get(page).content.decode()


def test_an_undone_import_leaves_no_surface_and_the_campaign_can_go(
    campaign: Campaign, agronomist: User, tmp_path: Path
) -> None:
    made = imported(sheet(tmp_path, "a.csv"), campaign, agronomist)
    surface = surface_factories.made(campaign)
    kept = [surface.values_file_id, surface.deviations_file_id]
    undoing.undo(made, agronomist)
    assert not Surface.objects.exists() and not StoredFile.objects.filter(pk__in=kept).exists()
    assert Client().get(reverse("soil_surface_value", args=[surface.pk])).status_code == 404
    assert "mặt nội suy" not in campaigns.why_kept(campaign)


def test_a_surface_of_which_some_samples_were_taken_back_goes_and_is_computed_again(
    campaign: Campaign, agronomist: User, tmp_path: Path
) -> None:
    surface_factories.samples(campaign, 40)
    more = imported(sheet(tmp_path, "a.csv"), campaign, agronomist)
    surface = surface_factories.made(campaign)
    undoing.undo(more, agronomist)
    left = Surface.objects.get()
    assert left.pk != surface.pk and (left.state, left.sample_count, left.cell_m) == ("ordered", 40, 50)


def test_values_that_an_undo_puts_back_are_computed_again(campaign: Campaign, agronomist: User, tmp_path: Path) -> None:
    imported(sheet(tmp_path, "a.csv"), campaign, agronomist)
    Result.objects.filter(sample__site__code="D05").update(value=6.9, written="6,9")
    wrong = imported(sheet(tmp_path, "b.csv"), campaign, agronomist)
    surface_factories.made(campaign)
    undoing.undo(wrong, agronomist)
    assert Surface.objects.filter(state="ordered").count() == 1


def test_a_campaign_lists_a_surface_that_has_no_samples_any_more(
    campaign: Campaign, officer_client: Client, tmp_path: Path
) -> None:
    surface = surface_factories.of_four_cells(campaign, tmp_path)
    (shown,) = layers_shown(campaign, layers_of(campaign))
    assert (shown.surface, shown.layer.count) == (surface, 0)
    page = officer_client.get(reverse("soil_campaign", args=[campaign.pk])).content.decode()
    assert reverse("soil_surface", args=[surface.pk]) in page
