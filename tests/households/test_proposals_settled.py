"""What was doubtful about a house is told as settled, and counted no more, once an officer set its number or street."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from households.models import House, NumberingProposal, ProposalFinding, Street
from households.proposals import mending, reading
from households.proposals.counting import CONFLICTS
from households.proposals.telling import approval_in_words
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


def test_a_conflict_of_a_house_that_is_left_for_later_is_counted_no_more(
    ground: Ground, officer: User, officer_client: Client
) -> None:
    wrong = ground.north[0]
    House.objects.filter(pk=wrong.pk).update(number="gần chợ", street="đường Liên Xã")
    draft = computed(officer, ground.commune, keep="all")
    mending.leave_out(user=officer, proposal=draft, house=wrong, version=draft.version)
    assert (draft.counts["conflicts"], draft.counts["left_out"], listed(draft, "conflicts")) == (0, 1, [])
    asked = officer_client.get(reverse("approve_proposal", args=[draft.pk])).content.decode()
    assert "vướng mắc chưa xử lý" not in asked


def test_counts_lead_to_what_they_count(ground: Ground, officer: User, officer_client: Client) -> None:
    House.objects.filter(pk=ground.north[0].pk).update(number="gần chợ", street="đường Liên Xã")
    House.objects.filter(pk=ground.north[6].pk).update(number="98", street="đường Liên Xã")
    draft = computed(officer, ground.commune, keep="all")
    address = reverse("proposal", args=[draft.pk])
    page = officer_client.get(address)
    of = {shown["label"]: shown for shown in page.context["counts"]}
    assert of["Vướng mắc"]["count"] and of["Số còn trống"]["count"]
    for label, codes in (("Vướng mắc", set(CONFLICTS)), ("Số còn trống", {"gap"})):
        told = officer_client.get(f"{address}?{of[label]['query']}").context["page"]
        assert len(told.object_list) == of[label]["count"]
        assert {one.code for one in told} <= codes
    total = officer_client.get(address, {"tab": "findings"})
    assert next(count for *_said, count in total.context["shown"]) == page.context["finding_count"]
    assert sum(count for _kind, _label, count in total.context["shown"][1:]) == page.context["finding_count"]


def test_an_unknown_filter_is_said_to_be_none(draft: NumberingProposal, officer_client: Client) -> None:
    page = officer_client.get(reverse("proposal", args=[draft.pk]), {"only": "bogus"}).content.decode()
    assert "Không có bộ lọc “bogus”" in page
    assert "Không có bộ lọc" not in officer_client.get(reverse("proposal", args=[draft.pk])).content.decode()


def test_an_empty_number_is_asked_for(draft: NumberingProposal, far: House, officer_client: Client) -> None:
    sent = {"do": "number", "number": " ", "version": draft.version}
    answer = officer_client.post(reverse("edit_proposed", args=[draft.pk, far.code]), sent)
    assert answer.status_code == 400 and "Hãy ghi số nhà." in answer.content.decode()


def test_what_would_happen_to_no_house_is_not_said() -> None:
    assert approval_in_words({"given": 1_234}) == ["1.234 nhà được cấp số mới."]
    changes = approval_in_words({"given": 1, "changed": 2})
    assert len(changes) == 3 and changes[-1].startswith("Địa chỉ cũ được giữ lại")


def test_a_finding_tells_a_nameless_alley_by_where_it_leaves(
    ground: Ground, draft: NumberingProposal, officer_client: Client
) -> None:
    alley = Street.objects.filter(commune=ground.commune, name="", number="", parent__isnull=False).first()
    ProposalFinding.objects.create(
        proposal=draft, code="no_house_before_mouth", street=alley, detail={"number": "12"},
        place=Point(alley.line.coords[0], srid=4326),
    )  # fmt: skip
    page = officer_client.get(reverse("proposal", args=[draft.pk]), {"tab": "findings"}).content.decode()
    assert f"Trước đầu {alley.full_name} chưa có số, rẽ từ " in page
