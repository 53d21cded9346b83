"""Files with private samples: the audit names the rows that left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from mapping.access import Role
from mapping.models import AuditEntry, Job, Unit, User
from soil_map.cards import batching, keys
from soil_map.models import Campaign, Sample
from tests import factories
from tests.soil_map import soil_factories, surface_factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    """Six samples, two of them private, the first in a field."""
    made = soil_factories.campaign(commune)
    samples = surface_factories.samples(made, 6, private=2)
    lng, lat = samples[0].site.location.coords
    Sample.objects.filter(pk=samples[0].pk).update(parcel=soil_factories.parcel(commune, lng=lng, lat=lat))
    return made


@pytest.fixture
def agronomist(commune: Unit) -> User:
    return factories.user("nong", role=Role.AGRONOMIST, at=commune)


@pytest.fixture
def client_of(agronomist: User) -> Client:
    client = Client()
    client.force_login(agronomist)
    return client


def private(campaign: Campaign) -> set[Any]:
    return set(Sample.objects.filter(campaign=campaign, is_private=True).values_list("pk", flat=True))


def rows_taken_out() -> set[Any]:
    entry = AuditEntry.objects.get(action="soil.export")
    assert entry.table == "soil_map_sample"
    return set(entry.rows or ())


@pytest.mark.parametrize(
    ("name", "args"),
    [("soil_samples_file", ["csv"]), ("soil_samples_file", ["xlsx"]), ("soil_report_xlsx", [])],
)
def test_a_table_names_the_private_samples_that_leave_with_it(
    campaign: Campaign, client_of: Client, name: str, args: list[str]
) -> None:
    assert client_of.get(reverse(name, args=[campaign.pk, *args])).status_code == 200
    assert rows_taken_out() == private(campaign)


def test_a_narrowed_table_names_what_is_in_it(campaign: Campaign, client_of: Client) -> None:
    client_of.get(reverse("soil_samples_file", args=[campaign.pk, "csv"]), {"kind": "open"})
    assert AuditEntry.objects.get(action="soil.export").rows is None


def test_a_card_names_the_private_sample_that_it_tells_of(campaign: Campaign, client_of: Client) -> None:
    first = Sample.objects.get(parcel__isnull=False)
    client_of.get(reverse("soil_sample_card", args=[first.pk]))
    assert rows_taken_out() == {first.pk}
    client_of.get(reverse("soil_parcel_card", args=[first.parcel_id]))
    assert [set(one.rows or ()) for one in AuditEntry.objects.filter(action="soil.export")] == [{first.pk}] * 2


@pytest.mark.parametrize("of", ["samples", "parcels"])
def test_cards_of_a_campaign_name_the_private_samples_and_go_after_a_month(
    campaign: Campaign, agronomist: User, run_jobs: Callable[[], None], of: str
) -> None:
    batching.order(user=agronomist, campaign=campaign, of=of, paper="a5", wish=None)
    run_jobs()
    told = private(campaign)
    if of == "parcels":
        told = {Sample.objects.get(parcel__isnull=False).pk}
    with transaction.atomic():
        assert rows_taken_out() == told
    stored = Job.objects.get().result_file
    assert stored is not None and stored.kept_until is not None
    assert (stored.kept_until - stored.created_at).days in (29, 30)


def test_pages_of_private_samples_write_down_who_read_them(campaign: Campaign, client_of: Client) -> None:
    first = Sample.objects.get(parcel__isnull=False)
    client_of.get(reverse("soil_parcel", args=[first.parcel_id]))
    client_of.get(reverse("soil_sample", args=[first.pk]))  # a moment later: one reading
    (entry,) = AuditEntry.objects.filter(action="soil.read_private")
    assert (entry.rows, entry.commune_id) == ([first.pk], campaign.commune_id)


def test_a_reading_with_the_key_of_a_card_is_written_down(campaign: Campaign) -> None:
    private_one, open_one = (Sample.objects.filter(is_private=flag).first() for flag in (True, False))
    for one in (private_one, open_one):
        answer = Client().get(reverse("soil_sample", args=[one.pk]), {"k": keys.key_of("sample", one.pk)})
        assert answer.status_code == 200
    (entry,) = AuditEntry.objects.filter(action="soil.read_private")
    assert (entry.rows, entry.user_id) == ([private_one.pk], None)
