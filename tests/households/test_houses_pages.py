"""Pages of the desk: the list, the record, the forms and what they answer to whom."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from households import house_editing, household_editing
from households.codes import format_house_code
from households.house_editing import People
from households.models import House, Household
from mapping.models import ChangeSet
from tests import factories

JSON = {"headers": {"accept": "application/json"}, "content_type": "application/json"}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def numbers_on(response) -> list[str]:
    """The column of house numbers on a list."""
    return [house.number for house in response.context["houses"]]


@pytest.fixture
def house(commune) -> House:
    house = factories.house(commune, number="12/5", street="ngõ Đình", village=factories.village(commune, 1))
    factories.household(house, "Nguyễn Thị Hòa", phone="0912345678")
    return house


# --- The list -------------------------------------------------------------------------------------


def test_the_list_is_in_natural_order(commune, officer_client) -> None:
    for number in ("12A", "10", "12/10", "2", "12", "12/5"):
        factories.house(commune, number=number, street="ngõ Đình", village=factories.village(commune))
    assert numbers_on(officer_client.get("/houses/")) == ["2", "10", "12", "12/5", "12/10", "12A"]


def test_filters_narrow_the_list(commune, officer_client, house) -> None:
    east = factories.village(commune, 2)
    other = factories.house(commune, number="7", street="ngõ Giếng", village=east)
    factories.household(other, "Lê Văn An")
    bare = factories.house(commune)
    closed = factories.house(commune, number="9", state="closed", closed_on="2026-01-01")
    factories.plate(house)
    for query, expected in {
        "": {house, other, bare},
        f"village={east.code}": {other},
        "village=none": {bare},
        "street=ng%C3%B5+%C4%90%C3%ACnh": {house},
        "state=closed": {closed},
        "state=all": {house, other, bare, closed},
        "missing=number": {bare},
        "missing=street": {bare},
        "missing=village": {bare},
        "missing=household": {bare},
        "missing=phone": {other},
        "missing=plate": {other, bare},
        "q=hoa": {house},
        "q=hoa&village=none": set(),
        "missing=nonsense&state=nonsense": {house, other, bare},
    }.items():
        assert set(officer_client.get(f"/houses/?{query}").context["houses"]) == expected, query


def test_pages_hold_fifty_and_lead_on(commune, officer_client) -> None:
    for number in range(1, 53):
        factories.house(commune, number=str(number))
    first = officer_client.get("/houses/")
    assert numbers_on(first) == [str(number) for number in range(1, 51)] and first.context["count"] == 52
    assert "page=2" in first.content.decode()
    assert numbers_on(officer_client.get("/houses/?page=2")) == ["51", "52"]
    assert numbers_on(officer_client.get("/houses/?page=999")) == ["51", "52"]
    assert numbers_on(officer_client.get("/houses/?page=-1")) == numbers_on(first)


def test_the_number_of_queries_does_not_grow_with_the_list(commune, officer_client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            officer_client.get("/houses/")
        return len(asked)

    factories.household(factories.house(commune, village=factories.village(commune)))
    few = queries()
    for number in range(20):
        factories.household(factories.house(commune, number=str(number), village=factories.village(commune)))
    assert queries() == few


def test_a_viewer_sees_houses_without_people(viewer, house) -> None:
    client = client_of(viewer)
    for url in ("/houses/", f"/houses/{house.code}/", f"/houses/{house.code}/summary.json", "/houses/search.json?q=12"):
        answer = client.get(url)
        page = str(answer.json()) if ".json" in url else answer.content.decode()
        assert "ngõ Đình" in page
        for personal in ("Hòa", "0912345678", "Chủ hộ", "households"):
            assert personal not in page, (url, personal)
    assert client.get("/houses/?missing=phone").context["chosen"].missing == ""


def test_a_person_without_any_unit_has_no_list(commune) -> None:
    assert client_of(factories.user("nobody")).get("/houses/").status_code == 403
    assert Client().get("/houses/").status_code == 302


# --- The record -----------------------------------------------------------------------------------


def test_the_record_opens_by_the_code_as_it_is_printed_or_spoken(officer_client, house) -> None:
    for typed in (house.code, format_house_code(house.code), f"{house.code[:3]} {house.code[3:6]} {house.code[6:]}"):
        page = officer_client.get(f"/houses/{typed}/").content.decode()
        assert "Nguyễn Thị Hòa" in page and "<svg" in page and "Thôn Đông Hoà" in page


@pytest.mark.parametrize("code", ["123456789", "0", "abc", "9" * 400])
def test_what_is_no_code_is_not_found(officer_client, code: str) -> None:
    assert officer_client.get(f"/houses/{code}/").status_code == 404


def test_every_way_to_a_foreign_house_is_404_and_without_the_right_403(stranger, viewer, house) -> None:
    household = house.households.get()
    gets = [f"/houses/{house.code}/{page}/" for page in ("edit", "move", "split", "close", "households/add")]
    gets += [f"/households/{household.pk}/{page}/" for page in ("edit", "move")]
    posts = [*gets, f"/houses/{house.code}/reopen/", f"/households/{household.pk}/remove/"]
    for user, status in ((stranger, 404), (viewer, 403)):
        client = client_of(user)
        assert {client.get(url).status_code for url in gets} == {status}
        assert {client.post(url, {"version": 1}).status_code for url in posts} == {status}
    assert client_of(stranger).get(f"/houses/{house.code}/").status_code == 404
    assert client_of(stranger).get(f"/houses/{house.code}/summary.json").status_code == 404
    house.refresh_from_db()
    assert house.version == 1 and Household.objects.count() == 1


def test_an_edit_offers_to_undo_itself(officer_client, house) -> None:
    answer = officer_client.post(
        f"/houses/{house.code}/edit/",
        {"version": 1, "number": " 14 ", "street": "ngo\u0303 Chùa", "village": "", "note": ""},
        follow=True,
    )
    house.refresh_from_db()
    assert (house.number, house.street, house.village) == ("14", "ngõ Chùa", None)
    changeset = ChangeSet.objects.get()
    assert f"/changes/{changeset.pk}/undo/" in answer.content.decode() and "Đã sửa nhà." in answer.content.decode()
    officer_client.post(f"/changes/{changeset.pk}/undo/", {"next": f"/houses/{house.code}/"})
    house.refresh_from_db()
    assert house.number == "12/5"
    again = officer_client.get(f"/houses/{house.code}/?done={changeset.pk}").content.decode()
    assert "Đã sửa nhà." not in again and "đã hoàn tác" in again


def test_a_stale_form_shows_both_writings_and_saves_the_second_time(officer_client, officer, house) -> None:
    url, typed = f"/houses/{house.code}/edit/", {"version": 1, "number": "99", "street": "ngõ Đình", "note": ""}
    theirs = {"number": "14", "street": "ngõ Đình", "village": None, "note": "của người kia"}
    house_editing.edit_house(user=officer, house=house, version=1, **theirs)
    answer = officer_client.post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "người khác đã sửa" in page and 'value="99"' in page
    form = answer.context["form"]
    assert [(one.label, one.theirs, one.typed) for one in answer.context["meanwhile"]] == [
        ("Số nhà", "14", "99"),
        ("Ghi chú", "của người kia", ""),
    ]
    house.refresh_from_db()
    assert house.number == "14"
    again = officer_client.post(url, {**typed, "note": "của người kia", "version": form["version"].value()})
    house.refresh_from_db()
    assert again.status_code == 302 and (house.number, house.note) == ("99", "của người kia")


def test_a_stale_form_of_a_household_keeps_the_number_that_somebody_else_wrote(officer_client, officer, house) -> None:
    household = Household.objects.get()
    url = f"/households/{household.pk}/edit/"
    form = officer_client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"head_name": "Lê Thị Mơ"}
    people = People(head_name=household.head_name, phone="0987111222", size=5)
    household_editing.edit_household(user=officer, household=household, version=household.version, people=people)
    stale = officer_client.post(url, typed)
    page = stale.content.decode()
    assert stale.status_code == 409 and "0987111222" not in page and "Số này đang được che" not in page
    typed |= {name: stale.context["form"][name].value() or "" for name in ("version", "phone")}
    assert officer_client.post(url, typed).status_code == 302
    household.refresh_from_db()
    assert (household.head_name, household.phone) == ("Lê Thị Mơ", "0987111222")


def test_coordinates_are_typed_with_point_or_comma_and_refused_with_an_example(officer_client, house) -> None:
    url = f"/houses/{house.code}/move/"
    assert officer_client.post(url, {"version": 1, "lat": "19,6705", "lng": " 105.8105 "}).status_code == 302
    house.refresh_from_db()
    assert house.location.coords == (105.8105, 19.6705)
    for lat in ("abc", "95", "nan", "inf", "1e999"):
        answer = officer_client.post(url, {"version": 2, "lat": lat, "lng": "105.81"})
        assert answer.status_code == 400 and "Ví dụ đúng" in answer.content.decode()
    answer = officer_client.post(url, {"version": 2, "lat": "19.67", "lng": "105.9"})
    assert answer.status_code == 400 and "nằm ngoài Xã Bình Minh" in answer.content.decode()


def test_a_household_moves_to_a_house_that_is_searched_for(commune, officer_client, house) -> None:
    household = house.households.get()
    target = factories.house(commune, number="3", street="ngõ Giếng")
    page = officer_client.get(f"/households/{household.pk}/move/?q=3 ngõ giếng").content.decode()
    assert target.code in page and f'value="{house.code}"' not in page
    answer = officer_client.post(f"/households/{household.pk}/move/", {"house": target.code, "version": 1})
    assert answer.headers["Location"].startswith(f"/houses/{target.code}/?done=")
    household.refresh_from_db()
    assert household.house == target


def test_a_phone_is_kept_as_national_digits_and_a_wrong_one_refused(officer_client, house) -> None:
    url = f"/houses/{house.code}/households/add/"
    assert officer_client.post(url, {"head_name": "Lê An", "phone": "+84 987.654.321"}).status_code == 302
    assert Household.objects.get(head_name="Lê An").phone == "0987654321"
    answer = officer_client.post(url, {"head_name": "Lê Ba", "phone": "12"})
    assert answer.status_code == 400 and "0912 345 678" in answer.content.decode()


# --- JSON for the map -----------------------------------------------------------------------------


def test_the_map_adds_a_house_and_takes_it_back(commune, officer_client) -> None:
    body = {
        "lng": 105.805,
        "lat": 19.67,
        "number": "7",
        "street": "ngõ Chùa",
        "head_name": "Lê An",
        "phone": "0912345678",
    }
    answer = officer_client.post("/houses/add/", body, **JSON)
    assert answer.status_code == 201
    made = answer.json()
    summary = officer_client.get(f"/houses/{made['code']}/summary.json").json()
    assert summary["village"] == "Thôn Đông Hoà" and summary["households"][0]["head"] == "Lê An"
    assert summary["address"] == "7 ngõ Chùa" and not summary["has_plate"]
    assert officer_client.post(made["undo_url"], **JSON).json() == {"restored": 2}
    assert officer_client.get(made["url"]).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{", "null", '{"lng": 105.81}', '{"lng": "105.81", "lat": 19.67}', '{"lng": NaN, "lat": 19.67}',
        '{"lng": 1e999, "lat": 19.67}', '{"lng": true, "lat": 19.67}', '{"lng": 105.81, "lat": 95}',
        '{"lng": 105.81, "lat": 19.67, "number": {}}', '{"lng": 105.81, "lat": 19.67, "head_name": "A", "size": 1.5}',
        '{"lng": 105.81, "lat": 19.67, "phone": "0912345678"}', '{"lng": 105.81, "lat": 19.67, "size": 9999999999999}',
        '{"lng": 105.81, "lat": 19.67, "head_name": "A", "phone": "12"}', '{"lng": 105.95, "lat": 19.67}',
        pytest.param(f'{{"lng": {"9" * 400}, "lat": 19.67}}', id="endless number"), pytest.param("[" * 100_000, id="["),
    ],
)  # fmt: skip
def test_a_bad_request_of_the_map_gets_a_sentence_and_writes_nothing(officer_client, body: str) -> None:
    answer = officer_client.generic("POST", "/houses/add/", body, **JSON)
    assert answer.status_code == 400 and answer.json()["error"].endswith((".", "678."))
    assert not House.objects.exists() and not ChangeSet.objects.exists()


def test_the_map_moves_a_house_once_for_each_version(officer_client, house) -> None:
    url = f"/houses/{house.code}/move/"
    answer = officer_client.post(url, {"lng": 105.811, "lat": 19.671, "version": 1}, **JSON)
    assert answer.json()["version"] == 2
    assert officer_client.post(url, {"lng": 105.812, "lat": 19.671, "version": 1}, **JSON).status_code == 409
    assert officer_client.post(answer.json()["undo_url"], **JSON).json() == {"restored": 1}
    house.refresh_from_db()
    assert house.location.coords == factories.CENTRE


def test_posts_without_a_token_are_refused(officer, house) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    for url in ("/houses/add/", f"/houses/{house.code}/move/", f"/houses/{house.code}/edit/"):
        assert client.post(url, json.dumps({"version": 1}), **JSON).status_code == 403


def test_what_is_no_code_of_a_commune_is_not_found(officer_client) -> None:
    for code in ("9" * 400, "٣", "99001 "):
        assert officer_client.get("/houses/search.json", {"q": "a", "commune": code}, **JSON).status_code == 404


def test_a_foreign_village_or_commune_is_not_known(officer_client, commune) -> None:
    factories.neighbour_commune()
    point = {"lng": 105.81, "lat": 19.67, "number": "1", "street": ""}
    assert officer_client.post("/houses/add/", {**point, "commune": "99002"}, **JSON).status_code == 404
    assert officer_client.post("/houses/add/", {**point, "village_code": "99002-01"}, **JSON).status_code == 404


def test_the_search_answers_with_people_and_place(officer_client, house) -> None:
    (hit,) = officer_client.get("/houses/search.json", {"q": "hoà nguyễn"}).json()["results"]
    assert hit["code"] == house.code and hit["people"] == ["Nguyễn Thị Hòa"] and hit["url"] == f"/houses/{house.code}/"
    assert (hit["lng"], hit["lat"]) == factories.CENTRE and hit["address"] == "12/5 ngõ Đình"


def test_the_map_of_an_officer_of_one_village_names_the_whole_commune(commune) -> None:
    client = client_of(factories.user("thon", officer_of=factories.village(commune, 1)))
    point = {"lng": 105.805, "lat": 19.67, "number": "1", "street": "ngõ Mới", "commune": commune.code}
    assert client.post("/houses/add/", point, **JSON).status_code == 201
    (hit,) = client.get("/houses/search.json", {"q": "ngõ mới", "commune": commune.code}).json()["results"]
    assert hit["village"] == "Thôn Đông Hoà"
    assert [house.street for house in client.get("/houses/").context["houses"]] == ["ngõ Mới"]


# --- Changes --------------------------------------------------------------------------------------


def test_the_list_of_changes_is_for_editors_and_holds_no_names_of_people(
    commune, officer_client, viewer, stranger, house
) -> None:
    household = house.households.get()
    officer_client.post(f"/households/{household.pk}/remove/", {"version": 1})
    page = officer_client.get("/changes/").content.decode()
    assert "Xóa hộ" in page and "12/5 ngõ Đình" in page and "Hòa" not in page
    changeset = ChangeSet.objects.get()
    assert client_of(viewer).get("/changes/").status_code == 403
    assert client_of(viewer).post(f"/changes/{changeset.pk}/undo/").status_code == 403
    assert "12/5" not in client_of(stranger).get("/changes/").content.decode()
    assert client_of(stranger).post(f"/changes/{changeset.pk}/undo/").status_code == 404
    assert officer_client.get(f"/changes/{changeset.pk}/undo/").status_code == 405
    assert (
        officer_client.post(f"/changes/{changeset.pk}/undo/", {"next": "https://evil.example/"}).headers["Location"]
        == "/changes/"
    )
    assert Household.objects.get().head_name == "Nguyễn Thị Hòa"
    assert officer_client.post(f"/changes/{changeset.pk}/undo/", **JSON).status_code == 409


def test_a_free_note_is_not_for_whoever_sees_no_people(commune, officer_client, viewer, house) -> None:
    House.objects.update(note="con ông Tám ở nhờ")
    for client, sees in ((officer_client, True), (client_of(viewer), False)):
        page = client.get(f"/houses/{house.code}/").content.decode()
        file = b"".join(client.get("/houses/export.csv").streaming_content).decode()
        assert ("ông Tám" in page, "ông Tám" in file) == (sees, sees)


def test_a_house_without_an_address_shows_its_code_once(commune, officer_client) -> None:
    bare = factories.house(commune)
    code = format_house_code(bare.code)
    record = officer_client.get(f"/houses/{bare.code}/").content.decode().split("<h1>")[1]
    assert record.startswith("Nhà chưa có địa chỉ") and f'<dd class="code">{code}</dd>' in record
    form = officer_client.get(f"/houses/{bare.code}/move/").content.decode().split("<main")[1]
    assert form.count(code) == 1
