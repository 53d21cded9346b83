"""Two phones, two houses and a line that loses whatever it likes: nothing is lost and nothing is there twice.

The phones are the survey's own modules (`phone.mjs`): drafts, queue, database, synchronisation and photos, as
they run in the browser. The server is this one. Between them stands a line that cuts, lies, signs people out and lets
phones be closed in the middle of a request; a phone may be full, and its clock be set on or back.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from households.models import SurveyConflict, SurveyOperation, SurveyPhoto, SurveyRound, SurveyVisit
from mapping import rate_limits
from mapping.models import StoredFile, Unit
from tests import factories
from tests.survey.held_phone import AFTER, BEFORE, GOOD, OTHER, TYPED, Held, Made, counts, picture
from tests.survey.node_phone import NodePhone, Request
from tests.survey.world import round_in, surveyor

INTERLEAVINGS = 220
HAPPENINGS = st.sampled_from((*[GOOD] * 6, *BEFORE, *AFTER, *OTHER))
PHOTOS_OF_A_RUN = 4
YEAR_MS = 365 * 86_400_000
CLOCKS = st.sampled_from((0, 0, 0, YEAR_MS, -3_600_000, -YEAR_MS))
PHASES = (Phase.explicit, Phase.generate)  # shrinking takes longer than reading what failed


class Line(RuleBasedStateMachine):
    """The two phones of one round."""

    world: tuple[SurveyRound, list[Any]]
    phones: list[NodePhone]

    def __init__(self) -> None:
        super().__init__()
        counts["runs"] += 1
        rate_limits.forget()  # each run is a day of its own
        self.block = transaction.atomic()  # each run ends without a trace: two thousand operations would slow the last
        self.block.__enter__()
        survey, people = self.world
        self.village = village = factories.village(survey.commune)
        self.held = [Held(phone, person) for phone, person in zip(self.phones, people, strict=True)]
        self.houses = [str(uuid.uuid4()) for _ in range(2)]
        self.pictures = list(range(PHOTOS_OF_A_RUN))
        self.numbers = {picture(number): number for number in self.pictures}
        self.shot: dict[tuple[int, int], set[int]] = {}
        for one in self.held:
            one.take_along(str(survey.pk), village)

    @rule(
        who=st.integers(0, 1), house=st.integers(0, 1), name=st.sampled_from(TYPED), value=st.sampled_from("123"),
        has_photo=st.sampled_from((False, False, True)), is_again=st.sampled_from((True, True, False)), set_ms=CLOCKS,
    )  # fmt: skip
    def note(self, who: int, house: int, name: str, value: str, has_photo: bool, is_again: bool, set_ms: int) -> None:
        """Somebody fills a house in, in the field, without a line; the picture may be one of the other house too.

        Before that they may have set the phone's clock on, or back.
        """
        one = self.held[who]
        counts["clock set back"] += set_ms < 0
        one.phone.do("wait", ms=set_ms)
        photo = picture(self.pictures[0]) if has_photo and self.pictures else None
        before = self.shot.get((who, 1 - house), set()) - self.shot.get((who, house), set())
        if photo and is_again and before:
            photo = picture(min(before))
        number = self.numbers[photo] if photo else -1
        if not one.fill_in(self.houses[house], {name: value}, photo, east=house / 1000):
            counts["no room to write"] += 1
        elif photo is not None:
            counts["same picture twice"] += number not in self.pictures
            self.shot.setdefault((who, house), set()).add(number)
            self.pictures = [other for other in self.pictures if other != number]

    @rule(
        who=st.integers(0, 1), house=st.integers(0, 1), name=st.sampled_from(TYPED), value=st.sampled_from("123")
    )  # fmt: skip
    def put_off(self, who: int, house: int, name: str, value: str) -> None:
        """Somebody begins to fill a house in and leaves it for later; the next note goes on from there."""
        counts["put off"] += self.held[who].fill_in(
            self.houses[house], {name: value}, east=house / 1000, is_put_off=True
        )  # fmt: skip

    @rule(who=st.integers(0, 1), happenings=st.lists(HAPPENINGS, min_size=3, max_size=9))
    def send(self, who: int, happenings: list[str]) -> None:
        """A phone finds a line, of a kind."""
        one = self.held[who]
        one.happenings = happenings
        one.phone.do("sync", one.line)
        self._afterwards(one)

    @rule(
        first=st.lists(HAPPENINGS, min_size=3, max_size=9), second=st.lists(HAPPENINGS, min_size=3, max_size=9),
        turns=st.lists(st.integers(0, 1), min_size=4, max_size=30),
    )  # fmt: skip
    def send_both(self, first: list[str], second: list[str], turns: list[int]) -> None:
        """Both send at once; whose request is answered next is chance."""
        counts["both at once"] += 1
        for one, happenings in zip(self.held, (first, second), strict=True):
            one.happenings = happenings
            one.phone.begin("sync")
        asked = [one.phone.next() for one in self.held]
        while any(isinstance(request, Request) for request in asked):
            turn = turns.pop(0) if turns else 0
            turn = turn if isinstance(asked[turn], Request) else 1 - turn
            self.held[turn].phone.hear(asked[turn], self.held[turn].line)
            asked[turn] = self.held[turn].phone.next()
        for one in self.held:
            self._afterwards(one)

    def _afterwards(self, one: Held) -> None:
        one.happenings = []
        one.sign_in()
        one.look()

    @rule(who=st.integers(0, 1))
    def restart(self, who: int) -> None:
        """The browser is closed and opened again."""
        self.held[who].phone.restart()

    @rule(
        who=st.integers(0, 1), how=st.sampled_from(("", "", "at the end", "at once")), house=st.integers(0, 1),
        value=st.sampled_from("123"),
    )  # fmt: skip
    def fill(self, who: int, how: str, house: int, value: str) -> None:
        """The phone has no room left, which somebody finds out who writes, or has some again.

        Chromium tells it at the end of a transaction, Safari at the write that finds no room.
        """
        one = self.held[who]
        one.phone.do("full", isFull=how != "", isToldAtOnce=how == "at once")
        if how:
            counts["full"] += 1
            counts["full, told at once"] += how == "at once"
            is_kept = one.fill_in(self.houses[house], {"number": value}, east=house / 1000)
            counts["no room to write"] += not is_kept

    @rule(which=st.integers(0, 30))
    def repeat(self, which: int) -> None:
        """A proxy sends again what was answered long ago."""
        done = [(one, made) for one in self.held for made in one.made if made.id in one.receipts]
        if done:
            self._repeat(*done[which % len(done)])

    def _repeat(self, one: Held, made: Made) -> None:
        if made.id in one.receipts:
            counts["repeated"] += 1
            client = Client()
            client.force_login(one.user)
            answer = client.post("/api/survey/operations", made.text, content_type="application/json")
            kept = {name: value for name, value in one.receipts[made.id].items() if name not in ("key", "here")}
            assert answer.json()["receipt"] == kept

    @invariant()
    def what_has_a_receipt_is_there(self) -> None:
        """A phone that may forget an operation is right to."""
        known = {identifier for one in self.held for identifier in one.receipts}
        assert SurveyOperation.objects.filter(pk__in=known).count() == len(known)

    def teardown(self) -> None:
        """At last the line holds: all arrives, once, and every value is held, was followed by its own, or is asked."""
        try:
            self._require_all()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def _require_all(self) -> None:
        for one in self.held:
            one.phone.restart()
            one.phone.do("full", isFull=False)
            one.phone.do("wait", ms=600_000)
            told = one.phone.do("sync", one.line, all=False)
            assert told == {"reason": ""}
            one.look()
            assert set(one.receipts) == {made.id for made in one.made}
            assert one.arrived >= one.photos
        made = {uuid.UUID(made.id): made for one in self.held for made in one.made}
        rows = SurveyOperation.objects.filter(visit__house_id__in=self.houses)
        assert sorted(row.pk for row in rows) == sorted(made)
        assert {row.pk: row.digest for row in rows} == {
            key: hashlib.sha256(one.text).hexdigest() for key, one in made.items()
        }
        visits = {str(visit.house_id): visit for visit in SurveyVisit.objects.filter(house_id__in=self.houses)}
        assert len(visits) == len({one.house for one in made.values()})
        self._require_photos()
        for one in self.held:
            for first in one.made[:1]:
                self._repeat(one, first)
        counts["arrived"] += len(made)
        for one in self.held:
            self._require_kept(one, visits)
        for house, visit in visits.items():
            for name, value in visit.answers.items():
                assert name not in TYPED or any(
                    one.house == house and one.sets.get(name) == value for one in made.values()
                )

    def _require_photos(self) -> None:
        """Each photo is there once, whole, with its house."""
        sent = {photo for one in self.held for photo in one.photos}
        rows = SurveyPhoto.objects.filter(house_id__in=self.houses)
        assert sorted((row.sha256, str(row.house_id)) for row in rows) == sorted(sent)
        assert all(row.offset == row.size and row.received_at and row.file_id for row in rows)
        assert StoredFile.objects.filter(pk__in=[row.file_id for row in rows]).count() == len(sent)
        counts["photos arrived"] += len(sent)

    def _require_kept(self, one: Held, visits: dict[str, SurveyVisit]) -> None:
        """What each person wrote last is held, or both stand before an officer, or the other had seen it."""
        last = {(made.house, name): made for made in one.made for name in made.sets}
        for (house, name), made in last.items():
            asked = SurveyConflict.objects.filter(operation=made.id, field=name, sent=made.sets[name]).exists()
            counts["conflicts"] += asked
            told = one.receipts[made.id]
            assert asked == (name in told["conflicts"])
            if asked or visits[house].answers.get(name) == made.sets[name]:
                continue
            version = visits[house].field_versions[name][0]
            others = [
                other for owner in self.held if owner is not one for other in owner.made
                if other.house == house and name in other.sets
                and owner.receipts[other.id]["version"] >= version and other.body["base"] >= told["version"]
                and made.sets[name] in other.shown[name]
            ]  # fmt: skip
            assert others, f"{name} of {house}: {made.sets} vanished under nobody who had seen it"


def explore(commune: Unit, capsys: Any, machine: type[Line] = Line, **how: Any) -> None:
    """Run interleavings of a machine, and print what happened in them."""
    survey = round_in(commune)
    people = [surveyor(survey, name) for name in ("ba", "hoa")]
    counts.clear()
    with NodePhone() as ba, NodePhone() as hoa:
        machine.world, machine.phones = (survey, people), [ba, hoa]
        run_state_machine_as_test(
            machine,
            settings=settings(
                deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=PHASES, **how
            ),
        )
    with capsys.disabled():
        print(f" [{dict(sorted(counts.items()))}]", end="")


def test_nothing_is_lost_and_nothing_doubled_over_a_lossy_line(commune: Unit, capsys: Any) -> None:
    """The same interleavings each time, so that a red run can be looked at; `nightly` looks further."""
    explore(commune, capsys, max_examples=INTERLEAVINGS, stateful_step_count=14, derandomize=True)
    assert counts["runs"] >= 200
    assert counts["arrived"] > 150  # many a draft is put off and stays where it is
    assert counts["photos arrived"] > 50
    assert all(counts[one] > 10 for one in (*BEFORE, *AFTER, *OTHER, "both at once", "repeated", "full"))
    assert counts["full, told at once"] > 10
    assert counts["no room to write"] > 0 and counts["conflicts"] > 10
    assert counts["clock set back"] > 50
    assert counts["put off"] > 20 and counts["same picture twice"] > 0


@pytest.mark.nightly
def test_nothing_is_lost_in_other_interleavings_each_night(commune: Unit, capsys: Any) -> None:
    explore(commune, capsys, max_examples=1_000, stateful_step_count=25, derandomize=False)
