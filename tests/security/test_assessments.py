"""Poverty and merit: assessments by decision, behind two walls of their own, told in small numbers to nobody."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from households.assessments import counting, keeping
from households.assessments.keeping import Decision
from households.codes import format_house_code
from households.models import Assessment, House, Household
from mapping import access, wall
from mapping.access import Capability, Role
from mapping.errors import NotAllowed, UserError
from mapping.models import AuditEntry, Change, ChangeSet, Unit
from tests import factories

POOR = {"outcome": "poverty-2022/poor", "assessed_on": "2025-11-20", "decision_number": "125/QĐ-UBND",
        "decision_date": "2025-12-01"}  # fmt: skip


def decision(outcome: str = "poor", standard: str = "poverty-2022", **changed: Any) -> Decision:
    days = {"assessed_on": datetime.date(2025, 11, 20), "decision_date": datetime.date(2025, 12, 1)}
    return Decision(**{"standard": standard, "outcome": outcome, "decision_number": "125/QĐ-UBND", **days, **changed})


@pytest.fixture
def house(commune: Unit) -> House:
    """Its code begins as no decision does that is written here."""
    return factories.house(commune, code="912345670", number="12", village=factories.village(commune))


@pytest.fixture
def household(house: House) -> Household:
    return factories.household(house, "Nguyễn Văn An")


def browser(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(factories.user(f"{role.value}-nhay-cam", role=role, at=unit))
    return client


def test_an_assessment_is_added_corrected_and_taken_back_at_the_desk(
    officer_client: Client, household: Household
) -> None:
    address = f"/households/{household.pk}/assessments/"
    answer = officer_client.post(address, POOR)
    page = officer_client.get(answer["Location"]).content.decode()
    assert "hộ nghèo" in page and "đang áp dụng" in page and "125/QĐ-UBND" in page and "Hoàn tác" in page
    first = Assessment.objects.get()
    answer = officer_client.post(f"{address}?correct={first.pk}", {**POOR, "outcome": "poverty-2022/near-poor"})
    page = officer_client.get(address).content.decode()
    assert "<s>hộ nghèo</s>" in page and "ghi sai, đã sửa" in page and "hộ cận nghèo" in page
    assert Assessment.objects.get(corrects=first).outcome == "near-poor"
    done = answer["Location"].split("done=")[1]
    officer_client.post(f"/changes/{done}/undo/", {"next": address})
    assert [row.outcome for row in Assessment.objects.all()] == ["poor"]
    assert "<s>" not in officer_client.get(address).content.decode()


def test_a_later_assessment_stands_beside_the_earlier_one(officer: Any, household: Household) -> None:
    keeping.keep(user=officer, household=household, decision=decision(assessed_on=datetime.date(2023, 1, 5)))
    keeping.keep(user=officer, household=household, decision=decision("left-poverty"))
    keeping.keep(user=officer, household=household, decision=decision("martyr", "merit"))
    rows = keeping.assessments_of(officer, household)
    assert {(row.outcome, row.holds) for row in rows} == {("left-poverty", True), ("martyr", True), ("poor", False)}


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"assessed_on": datetime.date(2021, 12, 31)}, "không nằm trong thời gian áp dụng"),
     ({"assessed_on": datetime.date(2999, 1, 1)}, "không thể sau hôm nay"),
     ({"outcome": "rich"}, "không có trong chuẩn")],
)  # fmt: skip
def test_what_cannot_be_is_refused(officer: Any, household: Household, changed: dict, word: str) -> None:
    with pytest.raises(UserError, match=word):
        keeping.keep(user=officer, household=household, decision=decision(**changed))
    assert not Assessment.objects.exists()


def test_only_officers_may_look_and_each_look_is_written_down(
    officer_client: Client, officer: Any, household: Household, house: House, commune: Unit
) -> None:
    keeping.keep(user=officer, household=household, decision=decision())
    for role in (Role.VILLAGE_HEAD, Role.SURVEYOR, Role.AGRONOMIST, Role.VIEWER):
        unit = house.village if role in (Role.VILLAGE_HEAD, Role.SURVEYOR) else commune
        client = browser(role, unit)
        assert client.get(f"/households/{household.pk}/assessments/").status_code == 403, role
        assert "assessments" not in client.get(f"/houses/{house.code}/").content.decode(), role
    assert officer_client.get(f"/households/{household.pk}/assessments/").status_code == 200
    entry = AuditEntry.objects.get(action="household.sensitive")
    assert entry.row_id == household.pk and "poor" not in f"{entry.detail}{entry.subject}"


def test_nothing_of_it_is_in_lists_files_searches_plates_or_the_house_record(
    officer_client: Client, officer: Any, household: Household, house: House
) -> None:
    keeping.keep(user=officer, household=household, decision=decision())
    plate = factories.plate(house)
    for address in (
        f"/houses/{house.code}/", "/houses/", f"/houses/{house.code}/summary.json", "/houses/search.json?q=nghèo",
        f"/{plate.token}", "/houses/export.csv", "/changes/export.csv", "/changes/",
    ):  # fmt: skip
        answer = officer_client.get(address)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert "hộ nghèo" not in text and "poverty" not in text, address
    answer = officer_client.post("/houses/export/numbers/", {"numbers": ["phone"], "reason": "phát gạo cứu đói"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any("nghèo" in cell for cell in cells)


def test_a_change_set_keeps_no_copy_outside_the_wall(officer: Any, household: Household, house: House) -> None:
    first, _ = keeping.keep(user=officer, household=household, decision=decision())
    keeping.keep(user=officer, household=household, decision=decision("near-poor"), corrects=first)
    assert list(Change.objects.values_list("before", flat=True)) == [None, None]
    assert all(house.code[:3] not in changeset.subject for changeset in ChangeSet.objects.all())


# --- The second wall ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VILLAGE_HEAD, Role.SURVEYOR, Role.VIEWER])
def test_a_query_without_the_setting_finds_nothing_even_where_people_are_seen(
    officer: Any, household: Household, house: House, role: Role
) -> None:
    keeping.keep(user=officer, household=household, decision=decision())
    with transaction.atomic(), wall.acting(factories.user("quen", role=role, at=house.village)):
        assert Household.objects.exists() == (role is not Role.VIEWER)
        assert not Assessment.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Assessment.objects.create(
                household=household, standard="poverty-2022", outcome="poor", assessed_on="2025-01-01",
                decision_number="1", decision_date="2025-01-01",
            )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM households_assessmentevent")
            assert cursor.fetchone() == (0,)
    with transaction.atomic(), wall.acting(officer):
        assert Assessment.objects.count() == 1


def test_the_events_of_an_assessment_hold_it_and_stand_behind_the_same_wall(officer: Any, household: Household) -> None:
    row, _ = keeping.keep(user=officer, household=household, decision=decision())
    Assessment.objects.filter(pk=row.pk).delete()
    with transaction.atomic(), wall.acting(officer), connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, outcome FROM households_assessmentevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("insert", None), ("delete", "poor")]


def test_an_officer_of_another_commune_sees_nothing(officer: Any, stranger: Any, household: Household) -> None:
    keeping.keep(user=officer, household=household, decision=decision())
    with transaction.atomic(), wall.acting(stranger):
        assert not Assessment.objects.exists()


def test_nobody_changes_an_assessment_not_even_by_sql(officer: Any, household: Household) -> None:
    row, _ = keeping.keep(user=officer, household=household, decision=decision())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Assessment.objects.filter(pk=row.pk).update(outcome="neither")
    with pytest.raises((NotAllowed, ValidationError)):
        keeping.keep(
            user=factories.user("thon", role=Role.VILLAGE_HEAD, at=household.house.village),
            household=household,
            decision=decision(),
        )


# --- Counts ---------------------------------------------------------------------------------------


def test_counts_leave_out_small_groups_for_everyone(commune: Unit, officer: Any, officer_client: Client) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    for village, outcome, count in ((west, "poor", 5), (west, "near-poor", 4), (east, "poor", 4)):
        for number in range(count):
            house = factories.house(commune, lng=105.8 + number / 1000, village=village)
            household = factories.household(house, f"Người Thứ {number}")
            keeping.keep(user=officer, household=household, decision=decision(outcome))
    with connection.cursor() as cursor:
        cursor.execute("SELECT village_id, outcome, households FROM households_assessment_counts")
        assert cursor.fetchall() == [(west.pk, "poor", 5)]
    client = browser(Role.VIEWER, commune)
    page = client.get("/assessments/").content.decode()
    assert west.full_name in page and east.full_name not in page and "dưới 5" in page and "Người Thứ" not in page
    assert page.count('<td class="number">5</td>') == 1
    # A correction moves a household from one group to another: what was told is now too small to tell.
    keeping.keep(user=officer, household=household, decision=decision("neither"))
    wrong = Assessment.objects.filter(household__village=west, outcome="poor").first()
    keeping.keep(user=officer, household=wrong.household, decision=decision("near-poor"), corrects=wrong)
    standard, rows = counting.by_village(officer, commune)[0]
    assert [(row.village, dict(zip(standard.outcomes, row.counts, strict=True))) for row in rows] == [
        (west, {"poor": None, "near-poor": 5, "left-poverty": None, "left-near-poverty": None, "neither": None})
    ]


def test_who_is_poor_cannot_be_found_out_by_removing_and_putting_back(commune: Unit, officer: Any) -> None:
    """The head of a village takes out one household after the other and looks whether a count falls."""
    village, people = factories.village(commune), []
    for number in range(7):
        house = factories.house(commune, lng=105.8 + number / 1000, village=village)
        people.append(factories.household(house))
        keeping.keep(user=officer, household=people[-1], decision=decision())
    head, viewer = browser(Role.VILLAGE_HEAD, village), browser(Role.VIEWER, commune)

    def told(client: Client) -> list[str]:
        return re.findall(r'<td class="number">(\d+)</td>', client.get("/assessments/").content.decode())

    assert told(viewer) == ["5"] and told(head) == []
    for household in people[:3]:
        page = head.post(f"/households/{household.pk}/remove/", {"version": household.version}, follow=True)
        assert page.status_code == 200 and told(head) == []
    assert "đoán ra hộ nào nghèo" in head.get("/assessments/").content.decode()
    assert told(viewer) == []


def test_a_village_head_counts_in_their_own_village_alone(commune: Unit, officer: Any) -> None:
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    for number in range(5):
        house = factories.house(commune, lng=105.8 + number / 1000, village=east)
        keeping.keep(user=officer, household=factories.household(house), decision=decision())
    assert "dưới" not in browser(Role.VILLAGE_HEAD, west).get("/assessments/").content.decode().split("<h2>")[1]
    assert east.full_name in browser(Role.SURVEYOR, east).get("/assessments/").content.decode()


def test_the_audit_names_the_house_and_the_extract_what_was_found(
    officer: Any, officer_client: Client, household: Household
) -> None:
    address = f"/households/{household.pk}/assessments/"
    officer_client.post(address, POOR)
    first = Assessment.objects.get()
    answer = officer_client.post(f"{address}?correct={first.pk}", {**POOR, "outcome": "poverty-2022/near-poor"})
    spoken = format_house_code(household.house.code)
    rows = officer_client.get("/audit/").content.decode().split("<tbody>")[1].split("<tr>")[1:]
    about = [row for row in rows if "kết quả rà soát hộ" in row]
    assert len(about) == 4 and all(spoken in row and f"/households/{household.pk}/audit/" in row for row in about)
    assert not any("hộ nghèo" in row for row in rows)
    page = officer_client.get(f"/households/{household.pk}/audit/").content.decode()
    assert "Ghi kết quả rà soát hộ: chuẩn nghèo" in page and "hộ nghèo, quyết định 125/QĐ-UBND" in page
    assert "Sửa kết quả rà soát hộ: chuẩn nghèo" in page and "hộ cận nghèo, quyết định" in page
    assert AuditEntry.objects.filter(action="household.sensitive", row_id=household.pk).exists()
    officer_client.post(f"/changes/{answer['Location'].split('done=')[1]}/undo/", {"next": address})
    assert "Rút lại kết quả rà soát hộ" in officer_client.get(f"/households/{household.pk}/audit/").content.decode()


def test_an_extract_read_without_the_right_to_sensitive_data_tells_no_outcome(
    officer: Any, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.keep(user=officer, household=household, decision=decision())
    seeing_audit_only = access.ROLE_TABLE[Role.COMMUNE_OFFICER] - {Capability.SEE_SENSITIVE}
    monkeypatch.setitem(access.ROLE_TABLE, Role.COMMUNE_OFFICER, seeing_audit_only)
    page = browser(Role.COMMUNE_OFFICER, household.house.commune).get(f"/households/{household.pk}/audit/")
    told = page.content.decode()
    assert "Ghi kết quả rà soát hộ" in told and "hộ nghèo" not in told and "125/QĐ" not in told
