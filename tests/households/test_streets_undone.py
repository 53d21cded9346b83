"""The undo of a street that came: drafts that count with it hold it, what was decided or set aside does not."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import shapely

from households import undoing
from households.models import Frontage, NumberingProposal, ProposalFinding, ProposedStreet, Street
from households.proposals import approving
from households.streets.acting import Done
from mapping.errors import Conflict
from mapping.models import ChangeSet, Unit, User
from tests import factories
from tests.households.numbered import computed
from tests.households.street_files import FORMATS, Drawn
from tests.households.streets import along, at, draw
from tests.households.test_street_import import bring

DAY = datetime.date(2026, 1, 5)


@pytest.fixture
def road(commune: Unit, officer: User) -> Done:
    """A road with a house on it, and an alley where nobody lives."""
    done = draw(officer, commune, "road", "Dài", (-100, 0), (100, 0))
    lng, lat = at(0, 9)
    factories.house(commune, lng, lat)
    return done


@pytest.fixture
def alley(commune: Unit, officer: User, road: Done) -> Done:
    return draw(officer, commune, "ngo", "", (50, 0), (50, 80))


def refused(user: User, changeset: ChangeSet) -> Conflict:
    """Why the undo is refused; streets and rows of proposals are as they were."""
    before = [list(model.objects.order_by("pk").values()) for model in (Street, ProposedStreet, ProposalFinding)]
    with pytest.raises(Conflict) as found:
        undoing.undo_changes(user=user, changeset=changeset)
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Street, ProposedStreet, ProposalFinding)
    ]
    return found.value


def test_a_street_that_a_draft_counts_with_is_not_undone(commune: Unit, officer: User, alley: Done) -> None:
    draft = computed(officer, commune)
    said = refused(officer, alley.changeset)
    assert said.code == "in_proposal"
    assert "Ngõ nằm trong phương án" in said.sentence and "bỏ phương án trước" in said.sentence
    approving.discard(user=officer, proposal=draft, version=draft.version)
    undoing.undo_changes(user=officer, changeset=alley.changeset)
    assert not Street.objects.filter(pk=alley.street.pk).exists()


def test_streets_of_a_file_that_a_draft_counts_with_are_not_undone(
    tmp_path: Path, commune: Unit, officer: User, road: Done
) -> None:
    line = shapely.LineString(along((-100, 50), (100, 50)))
    bring(FORMATS["geojson"](tmp_path, [Drawn("đường Mới", line)]), commune)
    computed(officer, commune)
    said = refused(officer, ChangeSet.objects.get(kind="street.import"))
    assert said.sentence.startswith("Đường Mới nằm trong phương án")


def test_a_decided_proposal_holds_only_streets_with_its_houses(
    commune: Unit, officer: User, road: Done, alley: Done
) -> None:
    """The alley has nobody, and its row and finding in the proposal are no reason to keep it."""
    proposal = computed(officer, commune)
    assert proposal.streets.filter(street=alley.street).exists()
    ProposalFinding.objects.create(proposal=proposal, code="no_house_before_mouth", street=alley.street)
    approving.approve(user=officer, proposal=proposal, number="45/QĐ", decided_on=DAY, version=proposal.version)
    assert refused(officer, road.changeset).code == "still_needed"
    assert Frontage.objects.filter(street=road.street).exists()
    alley.street.refresh_from_db()
    if alley.street.number:  # the decision called it by a number: that is taken back first
        with pytest.raises(Conflict):
            undoing.undo_changes(user=officer, changeset=alley.changeset)
        undoing.undo_changes(user=officer, changeset=proposal.changeset)
    undoing.undo_changes(user=officer, changeset=alley.changeset)
    assert not Street.objects.filter(pk=alley.street.pk).exists()
    assert NumberingProposal.objects.get(pk=proposal.pk).findings.filter(street=None).exists()
