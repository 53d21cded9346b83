"""Pages of streets: the list and its files, the record, the forms without scripts, and what the editor is told."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import openpyxl
import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from households.models import House, HouseGroup, Street
from households.plates import choosing
from households.plates.choosing import Choice
from households.streets import leaving
from households.streets.ground import Ground
from tests import factories
from tests.households.streets import along, at, draw, front

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, **body: Any) -> HttpResponse:
    """Post JSON as the editor does."""
    return client.post(path, json.dumps(body), content_type="application/json", headers={"accept": "application/json"})


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def words(text: str) -> str:
    return " ".join(text.split())


# --- The list --------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(officer_client: Client, viewer, commune) -> None:
    told = page(officer_client, "/streets/")
    assert "Hãy vẽ trên bản đồ, hoặc nhập từ tệp" in told and "/streets/map/" in told and "/streets/import/" in told
    told = page(signed_in(viewer), "/streets/")
    assert "Cán bộ xã vẽ hoặc nhập" in told and "/streets/map/" not in told


def test_streets_stand_in_natural_order_and_are_narrowed(officer_client: Client, officer, commune) -> None:
    draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0))
    for number, name in enumerate(("Xóm 10", "Xóm 2", "Đình")):
        draw(officer, commune, "ngo", name, (-100 * number - 100, 0), (-100 * number - 100, 90))
    draw(officer, commune, "ngo", "", (500, 0), (500, 90))

    def shown(query: str = "") -> list[str]:
        found = officer_client.get(f"/streets/?{query}").context["page"]
        return [street.full_name for street in found]

    assert shown() == ["đường Liên Xã", "ngõ Đình", "ngõ Xóm 2", "ngõ Xóm 10", "ngõ"]
    assert shown("q=xom 10") == ["ngõ Xóm 10"]
    assert shown("q=ngõ đinh") == ["ngõ Đình"]
    assert shown("kind=road") == ["đường Liên Xã"]
    assert shown(f"village={factories.village(commune, 2).code}") == ["ngõ"]
    assert shown("village=none") == ["đường Liên Xã"]
    assert shown("kind=canal&page=99&village=' OR 1=1") == []
    assert "Không có đường, ngõ nào khớp" in page(officer_client, "/streets/?q=zzz")
    assert officer_client.get("/streets/?commune=99999").status_code == 404


def test_the_list_is_taken_along_as_a_file(officer_client: Client, officer, commune, tmp_path) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0), width_class=4).street
    draw(officer, commune, "ngo", "=1+1", (-100, 0), (-100, 90))
    front(road, (5, 10), "1", "đường Liên Xã")
    path = tmp_path / "streets.xlsx"
    answer = officer_client.get("/streets/export.xlsx?kind=road")
    path.write_bytes(b"".join(answer.streaming_content))
    rows = [list(row) for row in openpyxl.load_workbook(path).active.values]
    assert rows[0][:3] == ["Đường, ngõ", "Loại", "Tên"] and len(rows) == 2
    assert rows[1][:2] == ["đường Liên Xã", "đường"] and rows[1][8:11] == [pytest.approx(1800, abs=3), 1, 1]
    told = b"".join(officer_client.get("/streets/export.csv").streaming_content).decode("utf-8-sig")
    assert "đường Liên Xã" in told and '\n"=1+1"' not in told and ",=1+1" not in told
    assert officer_client.get("/streets/export.pdf").status_code == 404


def test_the_list_the_page_the_file_and_the_editor_say_one_length(officer_client: Client, commune) -> None:
    line = LineString(at(0, -10_000), at(0, 10_000), srid=4326)
    road = Street.objects.create(commune=commune, kind="road", name="Trần Phú", line=line)
    metres = round(Ground(commune).line(line).length)  # in the zone: on the ellipsoid it is two metres longer
    said = f"{metres:,}".replace(",", ".")
    of_commune = f"commune={commune.code}"
    listed = page(officer_client, f"/streets/?{of_commune}")
    assert f'data-label="Dài (m)">{said}<' in listed
    assert 'data-label="Số lượng nhà">0<' in listed
    assert f"<dd>{said} m</dd>" in page(officer_client, f"/streets/{road.pk}/")
    [feature] = officer_client.get(f"/streets/features.json?{of_commune}").json()["features"]
    assert feature["properties"]["metres"] == metres
    taken = b"".join(officer_client.get(f"/streets/export.csv?{of_commune}").streaming_content).decode("utf-8-sig")
    assert str(metres) in taken


# --- The record ------------------------------------------------------------------------------------


def test_the_record_shows_houses_by_number_alleys_and_a_way_back(officer_client: Client, officer, commune) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0), width_class=4).street
    lane = draw(officer, commune, "ngo", "<b>Đình", (-500, 0), (-500, 150)).street
    for place, number in ((700, "10"), (-700, "2"), (0, "12/5"), (100, "12")):
        front(road, (place, 10), number, "đường Liên Xã")
    told = page(officer_client, f"/streets/{road.pk}/")
    table = told[told.index("<tbody>") :]
    places = [table.index(f'<td class="first">{number}</td>') for number in ("2", "10", "12", "12/5")]
    assert places == sorted(places)
    assert f"/streets/{lane.pk}/" in told and "&lt;b&gt;Đình" in told and "<b>Đình" not in told
    assert '<svg class="sketch street"' in told and re.search(r"1\.80\d m", words(told))
    assert "Thêm đường, ngõ" in told and "Hoàn tác" in told


def test_the_record_counts_the_houses_that_an_order_counts_and_leads_to_the_public_page(
    officer_client: Client, officer, commune
) -> None:
    lane = draw(officer, commune, "ngo", "Ao Cá", (0, 0), (0, 150)).street
    front(lane, (5, 20), "3", "ngõ Ao Cá")
    for number, written in (("5", "Ngõ Ao Cá"), ("", "ngõ ao cá"), ("7", "ngõ Đình")):
        factories.house(commune, *at(5, 60), number=number, street=written)
    told = page(officer_client, f"/streets/{lane.pk}/")
    assert choosing.count(officer, commune, Choice(streets=(lane.pk,))) == 3
    assert "<dd>3 nhà" in told and told.count('<td class="first">') == 3
    assert f'href="/alley/{lane.pk}/"' in told


def test_a_viewer_reads_a_street_and_is_offered_nothing_else(viewer, officer, stranger, commune) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    told = page(signed_in(viewer), f"/streets/{road.pk}/")
    assert "Xem trên bản đồ" in told
    assert not any(word in told for word in ("/edit/", "/remove/", "/reverse/", "Hoàn tác", "/streets/map/"))
    assert signed_in(viewer).get(f"/streets/{road.pk}/edit/").status_code == 403
    for path in ("", "edit/", "remove/"):
        assert signed_in(stranger).get(f"/streets/{road.pk}/{path}").status_code == 404


# --- Forms without scripts -------------------------------------------------------------------------


def form_of(street: Street, **changed: Any) -> dict[str, Any]:
    fields = {
        "kind": street.kind, "name": street.name, "width_class": street.width_class, "direction": street.direction,
        "parent": street.parent_id or "", "note": street.note, "version": street.version,
    }  # fmt: skip
    return fields | changed


def test_a_street_is_renamed_by_a_form_that_says_what_that_changes(officer_client, officer, commune) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    house = front(road, (5, 10), "1", "đường Liên Xã")
    factories.plate(house)
    path = f"/streets/{road.pk}/edit/"
    assert "1 nhà đang ghi tên này" in page(officer_client, path) and "1 biển đã in phải in lại" in page(
        officer_client, path
    )
    answer = officer_client.post(path, form_of(road, name="Hùng Vương", width_class=4), follow=True)
    assert "1 nhà nay ghi đường Hùng Vương." in words(answer.content.decode())
    assert House.objects.get().street == "đường Hùng Vương"
    road.refresh_from_db()
    assert (road.name, road.width_class) == ("Hùng Vương", 4)


def test_what_the_form_cannot_do_stands_above_what_was_typed(officer_client, officer, commune) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (-500, 0), (-500, 150)).street
    draw(officer, commune, "ngo", "Chùa", (-400, 0), (-400, 150))
    path = f"/streets/{lane.pk}/edit/"
    answer = officer_client.post(path, form_of(lane, name="chùa"))
    told = answer.content.decode()
    assert answer.status_code == 400 and "Đã có ngõ Chùa ở Thôn Đông Hoà" in told and 'name="anyway"' in told
    assert officer_client.post(path, form_of(lane, name="chùa", anyway="on")).status_code == 302
    assert officer_client.post(path, form_of(lane, kind="canal", version=2)).status_code == 400
    answer = officer_client.post(path, form_of(lane, name="Khác"))  # the version from before
    assert answer.status_code == 409 and "người khác đã sửa" in answer.content.decode()


def test_a_parent_is_chosen_from_the_streets_around(officer_client, officer, commune) -> None:
    near = draw(officer, commune, "road", "Gần", (-900, 0), (900, 0)).street
    other = draw(officer, commune, "road", "Bên", (-900, 200), (900, 200)).street
    draw(officer, commune, "road", "Xa", (-900, 1500), (900, 1500))
    lane = draw(officer, commune, "ngo", "Đình", (-500, 0), (-500, 150)).street
    path = f"/streets/{lane.pk}/edit/"
    told = page(officer_client, path)
    assert f'value="{near.pk}" selected' in told and str(other.pk) in told and "đường Xa" not in told
    officer_client.post(path, form_of(lane, parent=other.pk))
    lane.refresh_from_db()
    assert (lane.parent, lane.parent_by_hand) == (other, True)
    assert officer_client.post(path, form_of(lane, parent=lane.pk)).status_code == 400
    officer_client.post(path, form_of(lane, parent=""))
    lane.refresh_from_db()
    assert (lane.parent, lane.parent_by_hand) == (near, False)


def test_a_street_is_turned_round_and_removed_from_its_page_and_brought_back(officer_client, officer, commune) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (-500, 0), (-500, 150)).street
    answer = officer_client.post(f"/streets/{lane.pk}/reverse/", {"version": 1}, follow=True)
    assert "số nhà tăng theo chiều mũi tên" in answer.content.decode()
    assert officer_client.post(f"/streets/{lane.pk}/reverse/", {"version": "x"}).status_code == 302
    answer = officer_client.post(f"/streets/{lane.pk}/remove/", {"version": 1})
    assert answer.status_code == 409 and Street.objects.exists()
    answer = officer_client.post(f"/streets/{lane.pk}/remove/", {"version": 2}, follow=True)
    assert "Đã xóa ngõ Đình" in answer.content.decode() and not Street.objects.exists()
    assert officer_client.get(f"/streets/{lane.pk}/").status_code == 404


# --- What the editor is told -----------------------------------------------------------------------


def test_the_editor_draws_edits_cuts_joins_and_undoes(officer_client, commune) -> None:
    road = post(
        officer_client, "/streets/add/", id=str(uuid.uuid4()), commune=commune.code, kind="road", name="Liên Xã",
        width_class=4, direction="auto", parent=None, coordinates=along((-900, 0), (900, 0)),
    ).json()["street"]  # fmt: skip
    lane = post(
        officer_client, "/streets/add/", commune=commune.code, kind="ngo", name="Đình", width_class=2,
        direction="auto", parent=None, coordinates=along((500, 1), (500, 90)),
    ).json()  # fmt: skip
    told = lane["street"]["properties"]
    assert (told["parent"], told["parentName"], told["village"]) == (road["id"], "đường Liên Xã", "99001-02")
    assert told["version"] == 1
    where = f"/streets/{road['id']}"
    cut = post(officer_client, f"{where}/split/", version=1, at=at(0, 3)).json()
    part = cut["also"][0]
    assert {found["id"] for found in cut["also"]} == {part["id"], lane["street"]["id"]}
    assert cut["street"]["properties"]["version"] == 2 and cut["notes"]
    joined = post(
        officer_client, "/streets/join/", first=road["id"], first_version=2, second=part["id"], second_version=1
    ).json()
    assert joined["removed"] == [part["id"]]
    assert officer_client.post(joined["undo"], headers={"accept": "application/json"}).status_code == 200
    assert Street.objects.count() == 3
    version = Street.objects.get(pk=lane["street"]["id"]).version
    edited = post(
        officer_client, f"/streets/{lane['street']['id']}/edit/", version=version, kind="kiet", name="Đình",
        width_class=1, direction="auto",
    )  # fmt: skip
    assert edited.status_code == 200, edited.content.decode()
    assert edited.json()["street"]["properties"]["fullName"] == "kiệt Đình"
    gone = post(officer_client, f"/streets/{lane['street']['id']}/remove/", version=version + 1).json()
    assert gone["removed"] == [lane["street"]["id"]] and gone["street"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "canal"}, "kind"),
        ({"direction": "up"}, "direction"),
        ({"width_class": 9}, "width_class"),
        ({"coordinates": "LINESTRING(1 2, 3 4)"}, "coordinates"),
        ({"coordinates": [[105.81, 19.67]]}, "line_points"),
        ({"parent": "not an id"}, "parent"),
        ({"id": "not an id"}, "id"),
        ({"kind": "road", "name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_what_the_editor_may_not_send_is_refused_in_one_sentence(officer_client, commune, body, code) -> None:
    usual = {"commune": commune.code, "kind": "ngo", "name": "", "coordinates": along((0, 0), (0, 90))}
    answer = post(officer_client, "/streets/add/", **(usual | body))
    assert answer.status_code == 400 and answer.json()["code"] == code and answer.json()["error"]
    assert not Street.objects.exists()


def test_a_refusal_says_where_on_the_map(officer_client, commune) -> None:
    answer = post(
        officer_client, "/streets/add/", commune=commune.code, kind="ngo", name="",
        coordinates=along((0, 0), (100, 0), (100, 50), (50, 50), (50, -50)),
    )  # fmt: skip
    assert answer.json()["place"] == pytest.approx(at(50, 0), abs=1e-5)
    assert post(officer_client, "/streets/add/", commune="99999").status_code == 404


def test_streets_of_another_commune_do_not_exist(officer_client, officer, stranger, commune) -> None:
    lane = draw(officer, commune, "ngo", "Đình", (-500, 0), (-500, 150)).street
    client = signed_in(stranger)
    for act, body in (("line", {"coordinates": along((0, 0), (0, 9))}), ("split", {"at": at(0, 0)}), ("reverse", {})):
        assert post(client, f"/streets/{lane.pk}/{act}/", version=1, **body).status_code == 404
    assert post(client, "/streets/join/", first=str(lane.pk), second=str(lane.pk)).status_code == 404
    answer = post(
        client, "/streets/add/", commune="99002", kind="ngo", name="", parent=str(lane.pk),
        coordinates=along((5000, 0), (5000, 90)),
    )  # fmt: skip
    assert answer.status_code == 404


def test_house_groups_are_drawn_and_removed_by_the_editor(officer_client, officer, commune) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-900, 0), (900, 0)).street
    square = [along((10, 10), (90, 10), (90, 90), (10, 90), (10, 10))]
    made = post(
        officer_client, "/house-groups/add/", commune=commune.code, street=str(road.pk), letter="A", coordinates=square
    ).json()["group"]
    assert made["properties"] == {
        "letter": "A", "letterByHand": True, "street": str(road.pk), "village": "99001-02", "version": 1,
    }  # fmt: skip
    found = officer_client.get(f"/streets/features.json?commune={commune.code}").json()["groups"]
    assert [group["id"] for group in found] == [made["id"]]
    again = {"commune": commune.code, "street": str(road.pk), "letter": "A", "coordinates": square, "id": made["id"]}
    assert post(officer_client, "/house-groups/add/", **again).json()["group"]["id"] == made["id"]
    where = f"/house-groups/{made['id']}"
    assert post(officer_client, f"{where}/edit/", version=1, street=str(road.pk), letter="C").status_code == 200
    assert post(officer_client, f"{where}/remove/", version=1).status_code == 409
    assert post(officer_client, f"{where}/remove/", version=2).json()["removed"] == [made["id"]]
    assert post(officer_client, f"{where}/remove/", version=2).status_code == 404
    foreign = HouseGroup.objects.create(
        commune=factories.neighbour_commune(),
        street=road,
        letter="X",
        area=GEOSGeometry("SRID=4326;POLYGON((0 0,0 1,1 1,0 0))"),
    )
    refused = post(officer_client, "/house-groups/add/", **again | {"id": str(foreign.pk)})
    assert refused.status_code == 400 and "đã dùng cho nhóm khác" in refused.json()["error"]


# --- Alleys without a name -------------------------------------------------------------------------


def test_nameless_alleys_say_where_they_leave(officer_client: Client, officer, commune) -> None:
    road = draw(officer, commune, "road", "Liên Xã", (-500, 0), (500, 0)).street
    front(road, (-300, 8), "12", "đường Liên Xã")
    by_name = factories.house(commune, *at(300, -9), number="40", street="Đường Liên Xã")
    far = factories.house(commune, *at(100, 90), number="99", street="đường Liên Xã")
    near_12 = draw(officer, commune, "ngo", "", (-305, 0), (-305, 90)).street
    near_40 = draw(officer, commune, "ngo", "", (305, -90), (305, 0)).street
    by_metres = draw(officer, commune, "ngo", "", (100, 0), (100, 90)).street
    inner = draw(officer, commune, "ngach", "", (-305, 60), (-380, 60)).street
    assert by_name.number and far.number
    wanted = {
        near_12: "ngõ chưa có số, rẽ từ đường Liên Xã gần số 12, về phía bắc",
        near_40: "ngõ chưa có số, rẽ từ đường Liên Xã gần số 40, về phía nam",
        by_metres: "ngõ chưa có số, rẽ từ đường Liên Xã, cách đầu phía đông 400 m, về phía bắc",
        inner: "ngách chưa có số, rẽ từ ngõ ở gần số 12 đường Liên Xã, cách đầu phía bắc 30 m, về phía tây",
    }
    listed = words(page(officer_client, f"/streets/?commune={commune.code}"))
    of_road = words(page(officer_client, f"/streets/{road.pk}/"))
    told = officer_client.get(f"/streets/features.json?commune={commune.code}").json()["features"]
    in_editor = {feature["id"]: feature["properties"]["calledHere"] for feature in told}
    for street, text in wanted.items():
        assert text in listed and (street == inner or text in of_road)
        assert f"<h1>{text[0].upper()}{text[1:]}</h1>" in words(page(officer_client, f"/streets/{street.pk}/"))
        assert in_editor[str(street.pk)] == text
    assert in_editor[str(road.pk)] == "đường Liên Xã"
    assert wanted[near_12] in words(page(officer_client, f"/streets/{inner.pk}/edit/"))
    with override("en"):  # the kind is a word there and no name
        places = leaving.places_of([near_12.pk, inner.pk])
        assert leaving.told_apart(near_12, places).startswith("alley without a number, leaves đường Liên Xã near")
        assert leaving.told_apart(inner, places).startswith("sub-alley without a number, leaves alley near no. 12")


def test_a_numbered_alley_and_one_that_leaves_nothing_are_called_as_they_are(
    officer_client: Client, officer, commune
) -> None:
    loose = draw(officer, commune, "ngo", "", (-305, 200), (-305, 290)).street
    draw(officer, commune, "road", "Liên Xã", (-500, 0), (500, 0))
    numbered = draw(officer, commune, "ngo", "", (0, 0), (0, 90)).street
    Street.objects.filter(pk=numbered.pk).update(number="12")
    assert "<h1>Ngõ chưa có số</h1>" in words(page(officer_client, f"/streets/{loose.pk}/"))
    assert "<h1>Ngõ 12</h1>" in words(page(officer_client, f"/streets/{numbered.pk}/"))


def test_a_parent_that_cannot_be_is_refused_with_its_place(officer_client: Client, officer, commune) -> None:
    draw(officer, commune, "road", "Liên Xã", (-500, 0), (500, 0))
    alley = draw(officer, commune, "ngo", "Đình", (0, 0), (0, 100)).street
    inner = draw(officer, commune, "ngach", "Giếng", (0, 60), (80, 60)).street
    for parent, code, middle in ((alley, "parent_itself", at(0, 50)), (inner, "parent_below", at(40, 60))):
        body = {"version": alley.version, "kind": "ngo", "name": "Đình", "parent": str(parent.pk)}
        answer = post(officer_client, f"/streets/{alley.pk}/edit/", **body, width_class=0, direction="auto")
        told = answer.json()
        assert answer.status_code == 400 and told["code"] == code
        assert told["place"] == pytest.approx(list(middle), abs=1e-5)
