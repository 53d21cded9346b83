"""What was doubtful about a house is told as settled, and counted no more, once an officer set its number or street."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from households.models import House, NumberingProposal
from households.proposals import mending, reading
from mapping.models import Unit, User
from tests.households.numbered import Ground, computed, house, row
from tests.households.test_proposals_mended import set_number


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.fixture
def far(ground: Ground) -> House:
    """A house 90 m off the only road near it: *far*."""
    return house(ground.commune, 190, -90)


@pytest.fixture
def draft(ground: Ground, far: House, officer: User) -> NumberingProposal:
    return computed(officer, ground.commune)


def listed(draft: NumberingProposal, only: reading.Only) -> list[House]:
    return [one.house for one in reading.rows(draft, only=only)]


def test_a_doubt_is_settled_by_a_number_of_an_officer_and_told_so(
    draft: NumberingProposal, far: House, officer_client: Client, officer: User
) -> None:
    assert (draft.counts["doubts"], listed(draft, "doubts")) == (1, [far])
    edit = reverse("edit_proposed", args=[draft.pk, far.code])
    sent = {"do": "number", "number": "99", "version": draft.version}
    told = officer_client.post(edit, sent, "application/json", headers={"accept": "application/json"}).json()
    assert told["counts"]["doubts"] == 0
    (shown,) = told["rows"]
    assert shown["doubt"] == "" and shown["settled"] == "Đã xử lý bằng tay: nhà ở xa đường, ngõ (quá 60 m)."
    draft.refresh_from_db()
    assert listed(draft, "doubts") == []
    page = reverse("proposal", args=[draft.pk])
    rows = officer_client.get(page, {"at": far.code}).content.decode()
    assert "Đã xử lý bằng tay: nhà ở xa đường" in rows and "Hãy xem có lối nào chưa vẽ" not in rows
    assert "Đã xử lý bằng tay" in officer_client.get(edit).content.decode()


def test_a_doubt_is_settled_by_a_street_of_an_officer_and_open_again_when_left_for_later(
    draft: NumberingProposal, ground: Ground, far: House, officer: User
) -> None:
    mending.set_street(user=officer, proposal=draft, house=far, street=ground.road, version=draft.version)
    assert row(draft, far).doubt == "far" and draft.counts["doubts"] == 0
    mending.leave_out(user=officer, proposal=draft, house=far, version=draft.version)
    assert (draft.counts["doubts"], listed(draft, "doubts")) == (1, [far])


def test_a_conflict_is_settled_by_a_number_of_an_officer(ground: Ground, officer: User, officer_client: Client) -> None:
    wrong = ground.north[0]
    House.objects.filter(pk=wrong.pk).update(number="gần chợ", street="đường Liên Xã")
    draft = computed(officer, ground.commune, keep="all")
    assert (draft.counts["conflicts"], listed(draft, "conflicts")) == (1, [wrong])
    set_number(officer, draft, wrong, "98")
    assert (draft.counts["conflicts"], listed(draft, "conflicts")) == (0, [])
    page = officer_client.get(reverse("proposal", args=[draft.pk]), {"tab": "findings"})
    assert [(one.code, one.settled) for one in page.context["page"] if one.house == wrong] == [("unreadable", True)]
    assert "đã xử lý bằng tay" in page.content.decode()
    others = reading.findings(draft).exclude(house=wrong).count()
    assert page.context["finding_count"] == others
    box = {"bbox": "105,19,107,21"}
    drawn = officer_client.get(reverse("proposal_features", args=[draft.pk]), box).json()["findings"]
    assert "unreadable" not in {one["code"] for one in drawn}
