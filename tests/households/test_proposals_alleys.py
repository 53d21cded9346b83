"""Alleys that have a number already: one of a decision stays, and any other that changes is counted and shown."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from households.models import Frontage, House, NumberingProposal, Street
from households.proposals import reading
from mapping.models import Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, house, numbers, row
from tests.households.test_proposals_approved import approve
from tests.households.test_proposals_mended import set_number


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.fixture
def numbered_otherwise(ground: Ground) -> Ground:
    """The nameless alley stands in the register as 5, by no decision; by the rules it is 6."""
    Street.objects.filter(pk=ground.nameless.pk).update(number="5")
    return ground


def called(draft: NumberingProposal, alley: Street) -> tuple[str, str]:
    told = draft.streets.get(street=alley)
    return told.old_number, told.new_number


def decided_and_built_upon(ground: Ground, officer: User) -> NumberingProposal:
    """A decision calls the alley 6; then the houses lose theirs, and one is built that takes 6 of the road."""
    first = computed(officer, ground.commune)
    approve(officer, first)
    Frontage.objects.update(decision=None)
    House.objects.filter(pk__in=[one.pk for one in ground.on_nameless]).update(number="", street="")
    house(ground.commune, 125, 9)
    return first


def test_an_alley_keeps_the_number_of_a_decision_though_the_house_before_it_has_another(
    ground: Ground, officer: User
) -> None:
    decided_and_built_upon(ground, officer)
    draft = computed(officer, ground.commune)
    assert row(draft, ground.north[2]).new_number == "8"
    assert called(draft, ground.nameless) == ("6", "6")
    assert numbers(draft, ground.on_nameless) == ["6/1", "6/2", "6/3", "6/4"]
    assert (draft.counts["alleys_given"], draft.counts["alleys_changed"]) == (0, 0)


def test_an_alley_of_a_decision_does_not_follow_a_house_that_is_renumbered_by_hand(
    ground: Ground, officer: User
) -> None:
    approve(officer, computed(officer, ground.commune))
    Frontage.objects.update(decision=None)
    House.objects.filter(pk__in=[one.pk for one in ground.on_nameless]).update(number="", street="")
    draft = computed(officer, ground.commune)
    set_number(officer, draft, ground.north[2], "88")
    assert called(draft, ground.nameless) == ("6", "6")
    assert len(reading.alleys_left(draft, ground.north[2])) == 1


def test_a_decision_that_was_taken_back_holds_no_alley(ground: Ground, officer: User) -> None:
    first = decided_and_built_upon(ground, officer)
    decision = first.decision
    decision.undone_at = decision.approved_at
    decision.save()
    draft = computed(officer, ground.commune)
    assert called(draft, ground.nameless) == ("6", "8")
    assert draft.counts["alleys_changed"] == 1


def test_an_alley_with_a_number_of_no_decision_keeps_it_when_all_numbers_are_kept(
    numbered_otherwise: Ground, officer: User
) -> None:
    ground = numbered_otherwise
    anew = computed(officer, ground.commune)
    assert called(anew, ground.nameless) == ("5", "6")
    kept = computed(officer, ground.commune, keep="all")
    assert called(kept, ground.nameless) == ("5", "5")
    assert numbers(kept, ground.on_nameless) == ["5/1", "5/2", "5/3", "5/4"]


def test_a_draft_of_one_village_leaves_the_alleys_of_another_as_they_are(
    numbered_otherwise: Ground, officer: User
) -> None:
    ground = numbered_otherwise
    west, east = factories.village(ground.commune, 1), factories.village(ground.commune, 2)
    Street.objects.filter(pk=ground.nameless.pk).update(village=east)
    House.objects.filter(pk=ground.on_nameless[0].pk).update(village=west)
    draft = computed(officer, ground.commune, villages=[west])
    assert called(draft, ground.nameless) == ("5", "5")


def test_a_number_that_its_place_does_not_bear_is_not_kept(ground: Ground, officer: User) -> None:
    Street.objects.filter(pk=ground.nameless.pk).update(number="9/5")
    draft = computed(officer, ground.commune, keep="all")
    assert called(draft, ground.nameless) == ("9/5", "6")


def test_alleys_that_change_are_counted_shown_and_listed_before_a_decision(
    numbered_otherwise: Ground, officer: User, officer_client: Client
) -> None:
    draft = computed(officer, numbered_otherwise.commune)
    assert (draft.counts["alleys_given"], draft.counts["alleys_changed"]) == (0, 1)
    page = officer_client.get(reverse("proposal", args=[draft.pk])).content.decode()
    assert '<dt>Ngõ đổi số</dt><dd data-of="alleys_changed"><a href="?tab=streets&amp;alleys=changed">1</a>' in page
    shown = officer_client.get(reverse("proposal", args=[draft.pk]), {"tab": "streets", "alleys": "changed"})
    assert [(one.old_number, one.new_number) for one in shown.context["page"]] == [("5", "6")]
    assert "ngõ 5 → <strong>ngõ 6</strong>" in shown.content.decode()
    asked = officer_client.get(reverse("approve_proposal", args=[draft.pk])).content.decode()
    assert "1 ngõ đổi số" in asked
    file = officer_client.get(reverse("export_proposal", args=[draft.pk]))
    sheet = load_workbook(BytesIO(b"".join(file)))["Ngõ có số"]
    rows = [[cell.value for cell in line] for line in sheet.rows]
    assert rows[0][1:5] == ["Ngõ cũ", "Ngõ mới", "Đi ra từ", "Kết quả"]
    assert rows[1][1:5] == ["ngõ 5", "ngõ 6", "đường Liên Xã", "đổi số"] and len(rows) == 2
