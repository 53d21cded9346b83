"""Who writes into the register from a visit, beside others who move its house or undo: nobody waits in a ring.

A ring would be broken by the database, and one of the two would get an error page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from households import house_editing, undoing
from households.models import House, Household, SurveyConflict, SurveyOperation, SurveyVisit
from households.proposals.turns import take_turn
from households.survey import house_photos, operation_body, operations, retaining, reviewing, settling
from households.survey.reviewing import Choice
from mapping import wall
from mapping.access import Role
from mapping.models import ChangeSet, User
from tests import factories
from tests.households.test_doubled_races import Acting
from tests.survey.test_photos import Upload, picture
from tests.survey.world import WEST, WHOLE, Phone, phone, round_in, surveyor

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("households_surveyvisit", "households_house", "households_household", "households_housephoto")


@pytest.fixture
def lan(transactional_db: None) -> Phone:
    survey = round_in(factories.commune())
    return phone(survey, surveyor(survey, "ba"))


@pytest.fixture
def house(lan: Phone) -> House:
    commune = lan.round.commune
    return factories.house(commune, *WEST, village=factories.village(commune), number="12")


@pytest.fixture
def officer(lan: Phone) -> User:
    return factories.user("an", role=Role.COMMUNE_OFFICER, at=lan.round.commune)


def visit() -> SurveyVisit:
    with transaction.atomic(), wall.acting_as_system("test"):
        return SurveyVisit.objects.select_related("commune", "village", "round").get()


def approve(officer: User, *, house_version: int = 1) -> None:
    now = visit()
    with wall.acting(officer), transaction.atomic():
        reviewing.approve(user=officer, visit=now, version=now.version, choice=Choice(house_version))


def refuse(officer: User) -> None:
    now = visit()
    with wall.acting(officer), transaction.atomic():
        reviewing.reject(user=officer, visit=now, version=now.version, comment="", undoes=True)


def undo(officer: User, changeset: ChangeSet) -> None:
    with wall.acting(officer), transaction.atomic():
        undoing.undo_changes(user=officer, changeset=changeset)


def approval() -> ChangeSet:
    with transaction.atomic(), wall.acting_as_system("test"):
        return ChangeSet.objects.select_related("commune").get(kind="survey.approve")


def move(officer: User, house: House) -> None:
    """Give the house the other village, as its form does."""
    house_editing.edit_house(
        user=officer, house=house, version=house.version, number=house.number, street=house.street, note=house.note,
        village=factories.village(house.commune, 2),
    )  # fmt: skip


def test_a_house_is_moved_while_its_visit_is_approved(lan: Phone, house: House, officer: User) -> None:
    lan.send(house, WHOLE | {"number": {"from": "12", "to": "12A"}})
    approving = Acting(officer, lambda: approve(officer))
    with wall.acting(officer), transaction.atomic():
        take_turn(house.commune_id)
        approving.start()
        assert approving.waits()
        move(officer, house)
    approving.join()
    assert approving.outcome == "version"
    with transaction.atomic(), wall.acting_as_system("test"):
        moved = House.objects.get()
        assert (moved.number, moved.village_id) == ("12", factories.village(house.commune, 2).pk)
        assert (visit().state, visit().village_id) == ("received", moved.village_id)


def test_an_approval_is_undone_while_its_visit_is_refused_with_undo(lan: Phone, house: House, officer: User) -> None:
    lan.send(house, WHOLE | {"number": {"from": "12", "to": "12A"}})
    approve(officer)
    lan.send(house, {"toilet": "flush"}, base=1)
    done = approval()
    refusing = Acting(officer, lambda: refuse(officer))
    with transaction.atomic():
        take_turn(house.commune_id)
        refusing.start()
        assert refusing.waits()
        undo(officer, done)
    refusing.join()
    assert (refusing.outcome, visit().state, visit().approvals) == ("done", "rejected", [])
    with transaction.atomic(), wall.acting_as_system("test"):
        assert (House.objects.get().number, Household.objects.count()) == ("12", 0)


@pytest.mark.parametrize("act", ["approve", "refuse", "undo", "put late photos in", "approve what changes no house"])
def test_who_writes_waits_for_the_turn_before_holding_a_visit_or_a_row(
    lan: Phone, house: House, officer: User, act: str
) -> None:
    upload = Upload(lan, house, picture(300, 200))
    lan.send(house, WHOLE | {"photos": [upload.sha256]})
    acts: dict[str, Callable[[], Any]] = {
        "approve": lambda: approve(officer),
        "approve what changes no house": lambda: approve(officer),
        "refuse": lambda: refuse(officer),
        "undo": lambda: undo(officer, done),
        "put late photos in": lambda: house_photos.take_late(user=officer, visit=visit()),
    }
    if act == "approve":
        lan.send(house, {"number": {"from": "12", "to": "12A"}}, base=1)
    if not act.startswith("approve"):
        approve(officer)
        done = approval()
    if act == "refuse":
        lan.send(house, {"toilet": "flush"}, base=1)
    if act == "put late photos in":
        upload.send()
    acting = Acting(officer, acts[act])
    with transaction.atomic():
        take_turn(house.commune_id)
        acting.start()
        assert acting.waits()
        for table in TABLES:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id FROM {table} FOR UPDATE NOWAIT")
    acting.join()
    assert acting.outcome == "done"


def test_a_house_is_moved_while_an_officer_settles(lan: Phone, house: House, officer: User) -> None:
    lan.send(house, WHOLE)
    phone(lan.round, surveyor(lan.round, "hoa")).send(house, {"head_name": "Lê Văn Bá"})
    moving = Acting(officer, lambda: move(officer, house))
    with wall.acting(officer), transaction.atomic():
        conflict = SurveyConflict.objects.get()
        held = SurveyVisit.objects.select_for_update(of=("self",)).get()
        moving.start()
        assert moving.waits()
        settling.settle(
            user=officer, conflict=conflict, takes_sent=True, seen=settling.field_version(held, "head_name")
        )
    moving.join()
    assert (moving.outcome, visit().answers["head_name"]) == ("done", "Lê Văn Bá")
    assert visit().village == factories.village(house.commune, 2)


def test_what_is_sent_while_a_visit_is_emptied_leaves_no_name(lan: Phone, house: House, officer: User) -> None:
    lan.send(house, WHOLE)
    body = json.dumps(lan.operation(house, {"head_name": "Lê Văn Bá"}, base=1)).encode()
    before = visit()

    def forget() -> None:
        with wall.acting_as_system("test"), transaction.atomic():
            retaining.empty([before])

    forgetting = Acting(officer, forget)
    with wall.acting(lan.user), transaction.atomic():
        sent = operation_body.read(body)
        operations.receive(user=lan.user, sent=sent, phone=sent.operation.device)
        forgetting.start()
        assert forgetting.waits()
    forgetting.join()
    with transaction.atomic(), wall.acting_as_system("test"):
        changes = list(SurveyOperation.objects.values_list("changes", flat=True))
    assert (forgetting.outcome, visit().answers, changes) == ("done", {}, [{}, {}])


def test_a_house_is_moved_while_visits_are_emptied(lan: Phone, house: House, officer: User) -> None:
    lan.send(house, WHOLE)
    before = visit()

    def forget() -> None:
        with wall.acting_as_system("test"), transaction.atomic():
            retaining.empty([before])

    forgetting = Acting(officer, forget)
    with wall.acting(officer), transaction.atomic():
        take_turn(house.commune_id)
        forgetting.start()
        assert forgetting.waits()
        move(officer, house)
    forgetting.join()
    assert (forgetting.outcome, visit().answers) == ("done", {})
    assert visit().village == factories.village(house.commune, 2)
