"""The audit as people read it: sentences, filters, a file, and all that happened to one household."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import translation
from openpyxl import load_workbook

from households import codes
from households.models import Household
from mapping import audit, registry, wall
from mapping.access import Role
from mapping.accounts import links, people
from mapping.models import AuditEntry, Grant, Unit, User
from tests import factories

pytestmark = pytest.mark.django_db
CODE = codes.house_code(4_711)
SPOKEN = codes.format_house_code(CODE)


@pytest.fixture
def household(commune: Unit, officer: User, rf: Any) -> Household:
    """Came, was read, changed and taken out, each by the officer."""
    request = rf.get("/houses/", REMOTE_ADDR="203.0.113.7")
    with wall.acting(officer, request=request):
        house = factories.house(commune, village=factories.village(commune), code=CODE)
        made = factories.household(house, phone="0912345678")
        made.phone, made.size = "0987654321", 5
        made.save()
        audit.record("household.read", row_id=made.pk, table="households_household", commune=commune)
        audit.record(
            "export", rows=[made.pk], commune=commune, count=12, subject="Xã Bình Minh", detail={"reason": "Lập sổ"}
        )
    return made


def shown(client: Client, address: str, **asked: str) -> str:
    """The page's text."""
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def lines_in(page: str) -> int:
    """How many lines stand on the page."""
    return page.count('<td class="when">')


def test_lines_are_sentences_and_name_no_tables(household: Household, officer_client: Client) -> None:
    page = shown(officer_client, "/audit/")
    assert "Lê Thị Lan" in page and "203.0.113.7" in page
    assert "Thêm hộ" in page and "Sửa hộ" in page and "Xem hồ sơ hộ" in page and "Tải danh sách: 12" in page
    assert "Lập sổ" in page and SPOKEN in page
    assert "households_" not in page and "row.update" not in page
    assert household.head_name not in page and "0987654321" not in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"action": "readings"}, 1),
        ({"action": "export"}, 1),
        ({"action": "changes", "person": "Lan"}, 3),
        ({"person": "không có ai"}, 0),
        ({"house": SPOKEN, "action": "readings"}, 1),
        ({"house": SPOKEN}, 5),
        ({"since": "2020-01-01", "until": "2020-12-31"}, 0),
        ({"unit": "99001", "action": "export"}, 1),
    ],
)
def test_the_form_narrows(household: Household, officer_client: Client, asked: dict[str, str], count: int) -> None:
    assert lines_in(shown(officer_client, "/audit/", **asked)) == count


def test_a_wrong_code_is_told_and_finds_nothing(household: Household, officer_client: Client) -> None:
    assert "Mã nhà có chín chữ số" in shown(officer_client, "/audit/", house="abc")
    elsewhere = factories.house(factories.neighbour_commune())
    page = shown(officer_client, "/audit/", house=elsewhere.code)
    assert "Không có nhà nào mã này ở nơi bạn được xem" in page and lines_in(page) == 0


def test_officers_elsewhere_find_nothing_of_it(household: Household, stranger: User) -> None:
    client = Client()
    client.force_login(stranger)
    assert lines_in(shown(client, "/audit/", person="Lê Thị Lan")) == 0
    assert client.get(f"/households/{household.pk}/audit/").status_code == 404


def test_the_file_holds_the_lines_and_is_a_line_itself(household: Household, officer_client: Client) -> None:
    answer = officer_client.get("/audit/export.xlsx", {"action": "changes", "person": "Lan"})
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["Lê Thị Lan"] * 3
    with transaction.atomic():
        assert AuditEntry.objects.filter(action="export", detail__list="audit").count() == 1


def test_one_household_s_extract_tells_every_act(household: Household, officer_client: Client) -> None:
    page = shown(officer_client, f"/households/{household.pk}/audit/")
    assert lines_in(page) == 4
    assert "Sửa hộ: điện thoại, số người" in page and "Tải danh sách: 12" in page
    assert "0912345678" not in page and "0987654321" not in page
    answer = officer_client.get(f"/households/{household.pk}/audit/export.xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    assert sheet.max_row == 5
    assert "Trích nhật ký của một hộ" in shown(officer_client, f"/households/{household.pk}/audit/")


def test_the_extract_outlives_the_household(
    household: Household, officer: User, officer_client: Client, viewer: User
) -> None:
    with wall.acting(officer):
        Household.objects.filter(pk=household.pk).delete()
    page = shown(officer_client, f"/households/{household.pk}/audit/")
    assert "Hộ đã được xóa khỏi danh sách" in page and "Xóa hộ" in page
    client = Client()
    client.force_login(viewer)
    assert client.get(f"/households/{household.pk}/audit/").status_code == 404


def test_many_lines_are_paged(commune: Unit, officer: User, officer_client: Client) -> None:
    with wall.acting(officer):
        for _number in range(60):
            audit.record("export", commune=commune)
    assert lines_in(shown(officer_client, "/audit/", action="export")) == 50
    assert lines_in(shown(officer_client, "/audit/", action="export", page="2")) == 10


@pytest.mark.parametrize("person", ["le thi lan", "lan", "0912345678", "0912 345 678", "Lê Thị"])
def test_a_person_is_found_without_marks_and_by_sign_in_name(
    household: Household, officer: User, officer_client: Client, person: str
) -> None:
    if person[0] == "0":
        User.objects.filter(pk=officer.pk).update(username="0912345678")
    assert lines_in(shown(officer_client, "/audit/", person=person, action="changes")) == 3


def test_a_grant_s_line_names_the_person_and_the_role(commune: Unit, officer: User, officer_client: Client) -> None:
    with wall.acting(officer):
        grant = Grant.objects.create(
            user=factories.user("truong", "Bùi Văn Trưởng"), unit=factories.village(commune), role=Role.VILLAGE_HEAD
        )
        people.end(manager=officer, grant=grant)
    page = shown(officer_client, "/audit/", person="Lan")
    assert "Thêm phân công" in page and page.count("Bùi Văn Trưởng: Trưởng thôn") == 2
    assert "Chấm dứt phân công: Trưởng thôn" in page


def test_an_accepted_invitation_is_done_by_the_account_itself(
    commune: Unit, officer: User, officer_client: Client
) -> None:
    with wall.acting(officer):
        _link, secret = links.invite(
            manager=officer, full_name="Đỗ Thị Quý", username="quy.do", role=Role.VIEWER, unit=commune, until=None
        )
    password = "trâu vàng đi xe đạp"
    Client().post(f"/join/{secret}/", {"new_password1": password, "new_password2": password})
    page = shown(officer_client, "/audit/", person="quy.do", action="changes")
    assert lines_in(page) == 1 and "Đỗ Thị Quý: Người xem số liệu" in page and "127.0.0.1" in page


def test_answers_and_consents_say_which_and_codes_are_spoken(commune: Unit, officer_client: Client) -> None:
    made = factories.household(factories.house(commune, code=CODE))
    about: Any = {"table": "households_household", "row_id": made.pk, "commune": commune, "subject": CODE}
    for action, detail in (
        ("resident.answer", {"state": "accepted"}),
        ("resident.answer", {"state": "declined"}),
        ("resident.consent", {"given": True}),
        ("resident.consent", {"given": False}),
    ):
        audit.record(action, detail=detail, **about)
    page = shown(officer_client, f"/households/{made.pk}/audit/")
    for said in ("Chấp nhận đề nghị sửa", "Từ chối đề nghị sửa", "Đồng ý trên trang", "Rút lại sự đồng ý trên trang"):
        assert page.count(said) == 1, said
    assert page.count(f"({SPOKEN})") == 4 and f"({CODE})" not in page


def test_whoever_has_no_account_is_called_in_the_reader_s_language(commune: Unit, officer_client: Client) -> None:
    made = factories.household(factories.house(commune, code=CODE))
    request = RequestFactory().get("/ho/")
    with wall.acting_as_household(made.pk, request=request):
        audit.record("resident.open", commune=commune, subject=CODE)
    assert lines_in(shown(officer_client, "/audit/", person="ho dan")) == 1
    officer_client.cookies["django_language"] = "en"
    page = shown(officer_client, "/audit/", person="household")
    assert lines_in(page) == 1 and "hộ dân" not in page.split("<tbody>")[1].split("</tbody>")[0]
    with translation.override("en"):
        for name, label in registry.audit_actions.items():
            assert str(label).isascii() or "’" in str(label), name
