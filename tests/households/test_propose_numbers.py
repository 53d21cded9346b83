"""`manage.py propose_numbers`, and the demo commune numbered whole."""

from __future__ import annotations

import csv
import datetime
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from households import undoing
from households.demo import commune as demo
from households.demo import loading
from households.models import FormerAddress, Frontage, House, NumberingProposal, Plate, ProposalState
from households.numbering import written
from households.proposals import approving, reading
from mapping.models import Unit, User
from tests import factories
from tests.households.numbered import Ground, computed, street


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


def run(*options: str) -> tuple[str, str, int]:
    """What the command writes, to both streams, and its exit status."""
    out, err = StringIO(), StringIO()
    try:
        call_command("propose_numbers", *options, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), str(error), error.returncode
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(end.code or 0)
    return out.getvalue(), err.getvalue(), 0


def test_it_proposes_for_a_commune_and_writes_every_row(ground: Ground, tmp_path: Path) -> None:
    House.objects.filter(pk=ground.south[0].pk).update(number="=1+1", street="Xóm 4")
    out, _, status = run("--commune", ground.commune.code, "--report", str(tmp_path / "so-nha.csv"))
    assert status == 0 and "cấp mới 21, đổi số 1" in out
    proposal = NumberingProposal.objects.get()
    assert (proposal.state, proposal.created_by) == (ProposalState.DRAFT, None)
    with (tmp_path / "so-nha.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == 22
    assert rows[0]["Số mới"] == "1" and rows[0]["Số cũ"] == "'=1+1"
    assert not House.objects.filter(number="1").exists()


def test_it_proposes_for_villages_with_rules_and_writes_a_workbook(ground: Ground, tmp_path: Path) -> None:
    _, _, status = run(
        "--commune", ground.commune.code, "--village", "xa thu", "--suffix", "dash", "--spacing", "4.5",
        "--only-new", "--keep", "all", "--report", str(tmp_path / "so-nha.xlsx"),
    )  # fmt: skip
    assert status == 0
    proposal = NumberingProposal.objects.get()
    assert proposal.village_ids == [factories.village(ground.commune, 2).pk]
    assert proposal.rules == {"suffix": "dash", "slot_m": 4.5, "keep": "all", "only_new": True, "centre": None}
    sheet = openpyxl.load_workbook(tmp_path / "so-nha.xlsx").active
    assert sheet is not None and sheet.max_row == 1 + proposal.counts["houses"]


def test_it_proposes_for_every_commune_with_streets(ground: Ground) -> None:
    factories.neighbour_commune()
    out, _, status = run("--all")
    assert status == 0 and out.count("\n") == 1
    assert NumberingProposal.objects.get().commune == ground.commune


def test_a_commune_that_is_refused_is_told_and_the_others_are_kept(ground: Ground) -> None:
    other = factories.neighbour_commune()
    ring = [street(other, name, (5000, 0), (5100, 0), kind="ngo") for name in ("Một", "Hai")]
    ring[0].parent, ring[1].parent = ring[1], ring[0]
    for one in ring:
        one.save()
    _, err, status = run("--all")
    assert status == 1 and "vòng" in err
    assert NumberingProposal.objects.get().commune == ground.commune


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--commune", "00000"], "00000"),
        (["--commune", "99001", "--village", "Không Có"], "Đông Hoà"),
        (["--commune", "99001", "--spacing", "-3"], "từ 1 đến 100"),
        (["--commune", "99001", "--report", "so-nha.docx"], ".xlsx"),
        (["--commune", "99001", "--report", "/không/có/so-nha.csv"], "/không/có"),
        (["--all", "--village", "Xa Thư"], "--commune"),
    ],
)
def test_bad_arguments_end_with_status_2(ground: Ground, options: list[str], said: str) -> None:
    _, err, status = run(*options)
    assert status == 2 and said in err
    assert not NumberingProposal.objects.exists()


def test_a_commune_without_streets_ends_with_status_1(commune: Unit) -> None:
    _, err, status = run("--commune", commune.code)
    assert status == 1 and "vẽ hoặc nhập đường" in err
    _, err, status = run("--all")
    assert status == 1


# --- The demo commune, whole -----------------------------------------------------------------------


@pytest.fixture
def demo_commune(db: None) -> Unit:
    loading.load(drawn=demo.build(), reset=False)
    return Unit.objects.get(code=demo.CODE)


def test_the_demo_commune_is_numbered_approved_and_stays_so(demo_commune: Unit) -> None:
    officer: User = factories.user("lan", officer_of=demo_commune)
    plated = list(House.objects.filter(commune=demo_commune).order_by("code")[:50])
    for one in plated:
        factories.plate(one)
    old = {one.pk: one.short_address for one in House.objects.filter(commune=demo_commune)}
    proposal = computed(officer, demo_commune)
    counts = proposal.counts
    assert counts["houses"] == len(old) == counts["given"] + counts["changed"] + counts["same"] + counts["unplaced"]
    for row in reading.rows(proposal):
        assert (row.street is None) == (row.outcome == "unplaced")
        assert row.outcome == "unplaced" or written.parse(row.new_number) is not None
    keys = [(row.street_id and row.new_street, row.new_number, row.street_id) for row in reading.rows(proposal)]
    placed = [key for key in keys if key[0]]
    assert len(set(placed)) == len(placed), "no number twice on a street"
    decision = approving.approve(
        user=officer, proposal=proposal, number="45/QĐ-UBND", decided_on=datetime.date(2026, 1, 5),
        version=proposal.version,
    )  # fmt: skip
    now = {one.pk: one.short_address for one in House.objects.filter(commune=demo_commune)}
    changed = [pk for pk, address in old.items() if now[pk] != address]
    assert Frontage.objects.filter(decision=decision).count() == counts["houses"] - counts["unplaced"]
    had_one = [pk for pk in changed if old[pk]]
    assert FormerAddress.objects.filter(decision=decision).count() == len(had_one)
    printed = Plate.objects.filter(house__in=changed, released_at__isnull=False).count()
    assert counts["plates_to_reprint"] == printed
    again = computed(officer, demo_commune)
    assert again.counts["locked"] == counts["houses"] - counts["unplaced"]
    assert (again.counts["given"], again.counts["changed"]) == (0, 0)
    undoing.undo_changes(user=officer, changeset=proposal.changeset)
    assert {one.pk: one.short_address for one in House.objects.filter(commune=demo_commune)} == old
    assert not Frontage.objects.exists() and not FormerAddress.objects.exists()
