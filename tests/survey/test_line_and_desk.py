"""Two phones, a line that loses whatever it likes, and a desk that sends visits back meanwhile: each phone hears of it.

The server refuses entries too, whose persons take them back, and villages go off the phones and come again.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from households.models import SurveyVisit, VisitState
from households.survey import reviewing
from mapping.access import Role
from mapping.models import Unit, User
from tests import factories
from tests.survey.held_phone import TYPED, counts
from tests.survey.node_phone import Answer
from tests.survey.test_line import HAPPENINGS, Line, explore

REFUSAL = Answer(422, {"Content-Type": "application/json"}, b'{"error": "No.", "code": "faults", "faults": []}')


class LineAndDesk(Line):
    """The phones, and an officer who reads what arrives."""

    officer: User

    @rule(
        who=st.integers(0, 1), house=st.integers(0, 1), word=st.sampled_from("ab"),
        happenings=st.lists(HAPPENINGS, min_size=3, max_size=9),
    )  # fmt: skip
    def give_back(self, who: int, house: int, word: str, happenings: list[str]) -> None:
        """Somebody finishes a house and sends; the desk sends back all that arrived, whether the phone knows or not."""
        one = self.held[who]
        one.fill_in(self.houses[house], {"number": word}, east=house / 1000)
        one.happenings = happenings
        one.phone.do("sync", one.line)
        for visit in SurveyVisit.objects.filter(house_id__in=self.houses, state=VisitState.RECEIVED):
            counts["given back"] += 1
            reviewing.give_back(user=self.officer, visit=visit, version=visit.version, comment=word)
        self._afterwards(one)

    @rule(
        who=st.integers(0, 1), house=st.integers(0, 1), name=st.sampled_from(TYPED), value=st.sampled_from("123")
    )  # fmt: skip
    def withdraw(self, who: int, house: int, name: str, value: str) -> None:
        """The server refuses what somebody wrote, and they take back all of it."""
        one = self.held[who]
        if not one.fill_in(self.houses[house], {name: value}, east=house / 1000):
            return
        made = one.made[-1]
        one.phone.do("sync", lambda request: REFUSAL if request.body == made.text else one.line(request))
        entries = {entry["id"]: entry["state"] for entry in one.phone.do("look")["entries"]}
        if entries.get(made.id) == "refused":
            counts["withdrawn"] += 1
            one.phone.do("withdraw", house=made.house)
            one.made.remove(made)
            one.photos = {(photo["sha256"], other.house) for other in one.made for photo in other.body["photos"]}
        self._afterwards(one)

    @rule(who=st.integers(0, 1))
    def drop(self, who: int) -> None:
        """The village goes off the phone where nothing of it would be lost, and is taken along again."""
        one = self.held[who]
        if one.phone.do("drop", village=self.village.code):
            counts["dropped"] += 1
            one.phone.do("full", isFull=False)
            one.sign_in()
            one.phone.do("take", one.line, village={"code": self.village.code})

    def _require_all(self) -> None:
        """Besides, each phone knows how each visit stands, and what the desk said of it."""
        super()._require_all()
        visits = SurveyVisit.objects.filter(house_id__in=self.houses)
        for one in self.held:
            one.phone.do("wait", ms=600_000)
            one.phone.do("sync", one.line, all=False)
            told = {visit["house"]: visit for visit in one.phone.do("look")["visits"]}
            for visit in visits:
                here = told[str(visit.house_id)]
                assert here["state"] == visit.state
                assert visit.state != VisitState.RETURNED or here["comment"] == visit.comment


def test_whatever_the_line_loses_each_phone_hears_what_the_desk_said(commune: Unit, capsys: Any) -> None:
    """The same few interleavings each time: more of them, without a desk, are in `test_line.py`."""
    LineAndDesk.officer = factories.user("an", role=Role.COMMUNE_OFFICER, at=commune)
    explore(commune, capsys, LineAndDesk, max_examples=20, stateful_step_count=14, derandomize=True)
    assert all(counts[one] > 0 for one in ("given back", "withdrawn", "dropped", "arrived"))
