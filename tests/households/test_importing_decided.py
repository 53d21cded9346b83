"""A list does not change what a decision gave, or only for whoever may number houses, and then by the form's rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from households import house_editing
from households.codes import format_house_code
from households.importing import applying, runs, undoing
from households.models import Frontage, House, NumberingDecision
from mapping import changes
from mapping.errors import Conflict
from mapping.models import Unit, User
from tests.households.lists import bring, write_csv
from tests.households.numbered import Ground, computed
from tests.households.test_import_houses import run as command
from tests.households.test_import_pages import confirmed
from tests.households.test_proposals_approved import approve

ROAD = "đường Liên Xã"
HEADER = ("Mã nhà", "Số nhà", "Ngõ", "Ghi chú")


@pytest.fixture
def ground(commune: Unit) -> Ground:
    return Ground(commune)


@pytest.fixture
def decision(ground: Ground, officer: User) -> NumberingDecision:
    return approve(officer, computed(officer, ground.commune))


def a_list(folder: Path, *rows: tuple[House, str, str, str]) -> Path:
    return write_csv(folder, [[house.code, *cells] for house, *cells in rows], header=HEADER)


def of(house: House) -> tuple[str, str, str, NumberingDecision | None]:
    """Number, street and note of a house, and the decision that its number stands by."""
    house = House.objects.get(pk=house.pk)
    front = Frontage.objects.select_related("decision").filter(house=house).first()
    return house.number, house.street, house.note, front.decision if front else None


def test_whoever_may_not_number_brings_everything_but_the_number(
    tmp_path: Path, ground: Ground, decision: NumberingDecision
) -> None:
    """A command is nobody: the row is told, its note is taken, number, street and decision stay."""
    one, other, same = ground.south[:3]
    path = a_list(tmp_path, (one, "99", "", "cạnh chợ"), (other, "", "ngõ Khác", ""), (same, "5", ROAD, "nhà ngói"))
    _run, found = bring(path, ground.commune)
    assert [of(one), of(other), of(same)] == [
        ("1", ROAD, "cạnh chợ", decision), ("3", ROAD, "", decision), ("5", ROAD, "nhà ngói", decision),
    ]  # fmt: skip
    assert [(told.row, told.house_code) for told in found.decided] == [
        (2, format_house_code(one.code)), (3, format_house_code(other.code)),
    ]  # fmt: skip
    assert found.decided[0].sentence.startswith(f"số nhà 1 {ROAD} do quyết định 45/QĐ-UBND đặt; giữ nguyên")
    assert (found.change, found.leave, found.refuse) == (2, 1, 0)
    assert (found.counts()["kept_decided"], found.counts()["changed_decided"]) == (2, 0)


def test_the_command_tells_the_numbers_that_stay(tmp_path: Path, ground: Ground, decision: NumberingDecision) -> None:
    path, report = a_list(tmp_path, (ground.south[0], "99", "", "")), tmp_path / "báo cáo.xlsx"
    status, said = command(path, "--report", str(report))
    assert status == 0
    code = format_house_code(ground.south[0].code)
    assert f"Dòng 2: nhà {code}, số nhà 1 {ROAD} do quyết định 45/QĐ-UBND đặt; giữ nguyên" in said
    assert "giữ nguyên 1;" in said
    sheet = load_workbook(report)["Số theo quyết định"]
    assert [cell.value for cell in sheet[2]][2] == code
    assert command(path, "--dry-run")[0] == 0
    assert of(ground.south[0])[0] == "1"


def test_an_officers_list_changes_the_number_as_the_form_does_and_the_undo_restores_it(
    tmp_path: Path, ground: Ground, decision: NumberingDecision, officer: User
) -> None:
    by_list, by_form = ground.south[:2]
    run, found = bring(a_list(tmp_path, (by_list, "99", "", "")), ground.commune, officer)
    by_form.refresh_from_db()
    house_editing.edit_house(
        user=officer, house=by_form, version=by_form.version, number="98", street=ROAD, village=by_form.village,
        note="",
    )  # fmt: skip
    assert [of(by_list), of(by_form)] == [("99", ROAD, "", None), ("98", ROAD, "", None)]
    assert "thì không còn theo quyết định nữa" in found.decided[0].sentence
    assert (found.counts()["kept_decided"], found.counts()["changed_decided"]) == (0, 1)
    undoing.undo(run=run, user=officer)
    assert of(by_list) == ("1", ROAD, "", decision)


def test_the_page_tells_both_before_anything_is_written(
    tmp_path: Path, ground: Ground, decision: NumberingDecision, officer: User, officer_client: Client
) -> None:
    run = confirmed(a_list(tmp_path, (ground.south[0], "99", "", "")), ground.commune, officer)
    runs.check(run=run, user=officer)
    page = officer_client.get(reverse("import_run", args=[run.pk])).content.decode()
    assert "Số nhà theo quyết định" in page
    assert f"số nhà 1 {ROAD} do quyết định 45/QĐ-UBND đặt; đổi theo danh sách" in page
    officer_client.post(reverse("import_apply", args=[run.pk]))
    assert of(ground.south[0]) == ("99", ROAD, "", None)


def test_a_right_that_is_gone_since_the_check_is_noticed(
    tmp_path: Path, ground: Ground, decision: NumberingDecision, officer: User
) -> None:
    run = confirmed(a_list(tmp_path, (ground.south[0], "99", "", "cạnh chợ")), ground.commune, officer)
    runs.check(run=run, user=officer)
    with pytest.raises(Conflict, match="Hãy kiểm tra lại"):
        runs.apply(run=run, user=None, with_doubles=False)
    assert of(ground.south[0]) == ("1", ROAD, "", decision)


def test_a_decision_that_comes_while_a_list_is_written_is_not_overwritten(
    tmp_path: Path, ground: Ground, officer: User
) -> None:
    """Between the match and the writing an approval has been committed: the houses are held by then, and looked at."""
    one = ground.south[0]
    path = a_list(tmp_path, (one, "99", "", ""))
    reading = runs.look(path, path.name).reading
    with pytest.raises(Conflict) as refused, transaction.atomic():
        runs.examine(path=path, name=path.name, reading=reading, commune=ground.commune, user=officer)
        approve(officer, computed(officer, ground.commune))
        changeset: Any = changes.begin(kind="import", subject="", commune=ground.commune, user=officer)
        applying.write(reading=reading, commune=ground.commune, changeset=changeset, with_doubles=False)
    assert refused.value.code == "decided_meanwhile"


def test_households_of_one_house_are_told_once(tmp_path: Path, ground: Ground, decision: NumberingDecision) -> None:
    one = ground.south[0]
    header = ("Mã nhà", "Số nhà", "Chủ hộ")
    path = write_csv(tmp_path, [[one.code, "99", "Lê Văn Năm"], [one.code, "99", "Lê Văn Sáu"]], header=header)
    _run, found = bring(path, ground.commune)
    assert [told.row for told in found.decided] == [2]
    assert (of(one)[0], one.households.count()) == ("1", 2)
