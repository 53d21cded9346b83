"""A number does not come to stand twice by two who act at once: each waits for the other, and looks then."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from households import doubled_numbers, house_editing, undoing
from households.models import House, NumberingDecision
from households.proposals import approving, mending
from households.proposals.turns import take_turn
from households.streets import cutting, editing
from mapping import wall
from mapping.errors import Conflict
from mapping.models import ChangeSet, Unit, User
from tests import factories
from tests.households.lists import bring, write_csv
from tests.households.numbered import Ground, computed, house, point, row
from tests.households.streets import draw
from tests.households.test_doubled_numbers import close, reopen
from tests.households.test_proposals_approved import approve

pytestmark = pytest.mark.django_db(transaction=True)
ROAD = "đường Liên Xã"
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


class Acting:
    """Someone who acts over a connection of their own; `outcome` is "done" or the code of the refusal."""

    def __init__(self, user: User, act: Callable[[], Any]) -> None:
        self.outcome = ""
        self.is_over = threading.Event()
        self._user, self._act = user, act
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join(timeout=60)

    def waits(self) -> bool:
        """Whether they wait for the one who asks, in the end; False where they are through before."""
        while not self.is_over.wait(0.02):
            with connection.cursor() as cursor:
                cursor.execute(_WAITING)
                if cursor.fetchone()[0]:
                    return True
        return False

    def _run(self) -> None:
        try:
            with wall.acting(self._user):
                self._act()
            self.outcome = "done"
        except Conflict as error:
            self.outcome = error.code
        finally:
            self.is_over.set()
            connection.close()


@pytest.fixture
def officer(commune: Unit) -> User:
    return factories.user("lan", officer_of=commune)


def law(commune: Unit) -> list[doubled_numbers.Double]:
    with transaction.atomic():
        found = doubled_numbers.doubles_among(commune.pk, House.objects.values_list("pk", flat=True))
    return [double for double in found if double.is_law]


@pytest.mark.parametrize("act", ["reopen", "undo", "edit", "add"])
def test_whoever_takes_a_number_while_a_decision_gives_it_is_refused(commune: Unit, officer: User, act: str) -> None:
    ground = Ground(commune)
    approve(officer, computed(officer, commune))
    closed = close(officer, ground.south[1])
    later, other = house(commune, 105, -9), house(commune, 60, -30)
    draft = computed(officer, commune)
    mending.leave_out(user=officer, proposal=draft, house=other, version=draft.version)
    assert row(draft, later).new_number == "3"
    acts: dict[str, Callable[[], Any]] = {
        "reopen": lambda: reopen(officer, closed),
        "undo": lambda: undoing.undo_changes(user=officer, changeset=ChangeSet.objects.get(kind="house.close")),
        "edit": lambda: house_editing.edit_house(
            user=officer, house=other, version=other.version, number="3", street=ROAD, village=other.village, note=""
        ),
        "add": lambda: house_editing.add_house(user=officer, point=point(60, -50), number="3", street=ROAD),
    }
    acting, waited = Acting(officer, acts[act]), []

    def on_progress(done: int, _total: int) -> None:
        if done == 3:  # looked at, not yet written
            acting.start()
            waited.append(acting.waits())

    with wall.acting(officer):
        approving.approve(
            user=officer, proposal=draft, number="46/QĐ-UBND", decided_on=datetime.date(2026, 1, 6),
            version=draft.version, on_progress=on_progress,
        )  # fmt: skip
    acting.join()
    assert (acting.outcome, waited) == ("number_twice", [True])
    assert law(commune) == []


def test_of_two_closed_houses_with_one_number_one_is_opened_again(commune: Unit, officer: User) -> None:
    ground = Ground(commune)
    approve(officer, computed(officer, commune))
    one = close(officer, ground.south[1])
    later = house(commune, 105, -9)
    approve(officer, computed(officer, commune), "46/QĐ-UBND")
    other = close(officer, later)
    second = Acting(officer, lambda: reopen(officer, other))
    with transaction.atomic():
        reopen(officer, one)
        second.start()
        assert second.waits()
    second.join()
    assert second.outcome == "number_twice" and law(commune) == []


@pytest.mark.parametrize("act", ["rename", "join", "split house", "import"])
def test_what_moves_numbers_waits_for_its_turn_before_it_holds_a_row(
    commune: Unit, officer: User, act: str, tmp_path: Path
) -> None:
    """Else it would hold what an approval waits for, and wait for the approval."""
    first = draw(officer, commune, "road", "Dài", (-100, 0), (0, 0)).street
    second = draw(officer, commune, "road", "Ngắn", (0, 0), (100, 0)).street
    first.refresh_from_db()
    one = house(commune, 50, 9)
    acts: dict[str, Callable[[], Any]] = {
        "rename": lambda: editing.edit(
            user=officer, street=second, version=second.version, kind="road", name="Vừa", width_class=0,
            direction="auto",
        ),
        "join": lambda: cutting.join(
            user=officer, first=first, first_version=first.version, second=second, second_version=second.version
        ),
        "split house": lambda: house_editing.split_house(
            user=officer, house=one, version=one.version, number="9", street="", point=point(60, 30), household_ids=[]
        ),
    }  # fmt: skip
    path = write_csv(tmp_path, [[one.code, "9"]], header=("Mã nhà", "Số nhà"))
    acts["import"] = lambda: bring(path, commune, officer)
    acting = Acting(officer, acts[act])
    with transaction.atomic():
        take_turn(commune.pk)
        acting.start()
        assert acting.waits()
        for table in ("households_street", "households_house"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id FROM {table} FOR UPDATE NOWAIT")
    acting.join()
    assert acting.outcome == "done"
    assert not NumberingDecision.objects.exists()
