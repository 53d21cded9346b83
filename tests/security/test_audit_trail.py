"""What people do at the desk is written down: reading, searching, printing, bringing lists in, taking them back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, RequestFactory
from PIL import Image

from households.importing import runs
from households.models import (
    Correction,
    Emblem,
    House,
    HouseEvent,
    Household,
    HouseholdEvent,
    OwnPlateDesign,
    OwnSheetProfile,
)
from households.plates import press
from households.residents import readers
from mapping import access, wall
from mapping.models import AuditEntry, ChangeSet, Unit, User
from tests import factories
from tests.households import lists

pytestmark = pytest.mark.django_db
ENTRANTS = ((1, "Ba"), (2, "Hai"), (3, "Một"))


def acts(*actions: str) -> list[AuditEntry]:
    """The entries of these actions, the earliest first."""
    with transaction.atomic():
        return list(AuditEntry.objects.filter(action__in=actions).order_by("id"))


@pytest.fixture
def household(commune: Unit) -> Household:
    return factories.household(factories.house(commune, village=factories.village(commune)))


def test_reading_a_record_is_written_down_once_in_five_minutes(
    household: Household, officer: User, officer_client: Client
) -> None:
    code = household.house.code
    for _look in range(3):
        assert officer_client.get(f"/houses/{code}/").status_code == 200
    officer_client.get(f"/houses/{code}/summary.json")
    (entry,) = acts("household.read")
    assert (entry.user_id, entry.row_id, entry.path) == (officer.pk, household.pk, f"/houses/{code}/")
    assert (entry.commune_id, entry.village_id) == (household.commune_id, household.house.village_id)
    assert household.head_name not in f"{entry.subject} {entry.detail}"


def test_an_officials_scan_is_a_reading_and_a_strangers_is_none(household: Household, officer_client: Client) -> None:
    plate = factories.plate(household.house)
    Client().get(f"/{plate.token}")
    assert acts("household.read") == []
    officer_client.get(f"/{plate.token}")
    assert [entry.row_id for entry in acts("household.read")] == [household.pk]


def test_whoever_sees_no_people_leaves_no_reading(household: Household, viewer: User) -> None:
    client = Client()
    client.force_login(viewer)
    assert client.get(f"/houses/{household.house.code}/").status_code == 200
    assert acts("household.read", "household.list", "household.search") == []


def test_lists_and_searches_name_whom_they_showed(household: Household, officer_client: Client) -> None:
    officer_client.get("/houses/")
    (entry,) = acts("household.list")
    assert entry.rows == [household.pk]
    for text in ("Nguyễn", "Nguyễn Văn", "Nguyễn Văn An"):
        officer_client.get("/houses/search.json", {"q": text})
    (entry,) = acts("household.search")
    assert (entry.count, entry.rows, entry.row_id) == (1, [household.pk], None)


def test_searching_for_one_hides_no_searching_for_many(
    household: Household, commune: Unit, officer: User, officer_client: Client
) -> None:
    """A harmless search first, then everybody within five minutes: each is named once, and reads it itself."""
    others = [factories.household(factories.house(commune), f"Trần Thị {name}") for name in ("Hoa", "Huệ", "Lan")]
    for text in ("Nguyễn Văn An", "Trần Thị Hoa", "Trần Thị", "Trần"):
        officer_client.get("/houses/search.json", {"q": text})
    named = [set(entry.rows or ()) for entry in acts("household.search")]
    assert named == [{household.pk}, {others[0].pk}, {others[1].pk, others[2].pk}]
    assert [entry.count for entry in acts("household.search")] == [1, 1, 2]
    with transaction.atomic():
        assert [reading.who for reading in readers.readings_of(others[2])] == [str(officer)]


@pytest.mark.parametrize(
    "page",
    ["/households/{household}/edit/", "/households/{household}/move/", "/households/{household}/resident/",
     "/houses/{code}/split/", "/households/{household}/audit/"],
)  # fmt: skip
def test_no_page_shows_whose_household_it_is_unnoticed(page: str, household: Household, officer_client: Client) -> None:
    address = page.format(household=household.pk, code=household.house.code)
    for _look in range(2):
        answer = officer_client.get(address)
        assert answer.status_code == 200 and household.head_name in answer.content.decode()
    (entry,) = acts("household.read")
    assert (entry.row_id, entry.path) == (household.pk, address)


def test_removing_a_household_unseen_is_a_reading_too(household: Household, officer_client: Client) -> None:
    officer_client.post(f"/households/{household.pk}/remove/", {"version": household.version})
    assert [entry.row_id for entry in acts("household.read")] == [household.pk]


def test_the_inbox_of_corrections_names_whom_it_showed(household: Household, officer_client: Client) -> None:
    with wall.acting_as_household(household.pk, request=RequestFactory().post("/ho/correction/")):
        Correction.objects.create(household=household, field="", wanted="Sửa giúp", before="")
    assert household.head_name in officer_client.get("/residents/").content.decode()
    (entry,) = acts("household.list")
    assert entry.rows == [household.pk]


def test_a_number_cannot_be_tried_out_by_searching(
    household: Household, commune: Unit, officer: User, officer_client: Client
) -> None:
    """A hit reveals the number and is written down as that; who goes through numbers has to wait, hit or miss."""
    household.phone = "0987654321"
    household.save()
    for text in ("4321", "0987 654 321"):
        assert officer_client.get("/houses/search.json", {"q": text}).json()["results"]
    assert [entry.row_id for entry in acts("household.find_by_phone")] == [household.pk] * 2
    asked = {"headers": {"accept": "application/json"}}
    answers = [officer_client.get("/houses/search.json", {"q": f"{number:04}"}, **asked) for number in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert int(answers[-1]["Retry-After"]) > 500 and "số điện thoại" in answers[-1].json()["error"]
    assert officer_client.get("/houses/search.json", {"q": "4321"}).status_code == 429
    assert officer_client.get("/houses/search.json", {"q": "Nguyễn Văn An"}).json()["results"]


def test_a_print_run_is_written_down(household: Household, officer: User, tmp_path: Path) -> None:
    scope = access.scope_of(officer, access.Capability.PRINT)
    order = press.PrintOrder(commune=household.commune, scope=scope, proof=True)
    press.print_plates(order, path=tmp_path / "plates.pdf", user=officer)
    (entry,) = acts("print")
    assert (entry.count, entry.commune_id, entry.detail) == (1, household.commune_id, {"proof": True})


@pytest.mark.django_db(transaction=True)
def test_an_import_and_its_undo_leave_events_with_the_name_of_whoever_did_it(
    tmp_path: Path, commune: Unit, officer: User, officer_client: Client
) -> None:
    path = lists.write_csv(tmp_path, [lists.row(number, **{"Chủ_hộ": f"Hộ thứ {name}"}) for number, name in ENTRANTS])
    with transaction.atomic():
        run = runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=officer)
        run.reading = replace(runs.look(path, path.name).reading, srid=4326).to_json()
        run.save()
    for step in ("check", "apply"):
        assert officer_client.post(f"/imports/{run.pk}/{step}/").status_code == 302
    with transaction.atomic():
        assert Household.objects.count() == 3
        for events in (HouseEvent, HouseholdEvent):
            assert {event.pgh_context["user"] for event in events.objects.all()} == {officer.pk}
            assert {event.pgh_label for event in events.objects.all()} == {"insert"}
        changeset = ChangeSet.objects.get()
    (entry,) = acts("import")
    assert (entry.user_id, entry.count, entry.row_id) == (officer.pk, 3, run.pk)
    assert officer_client.post(f"/imports/{run.pk}/undo/").status_code == 302
    with transaction.atomic():
        assert not House.objects.exists()
        gone = HouseholdEvent.objects.filter(pgh_label="delete")
        assert sorted(gone.values_list("head_name", flat=True)) == [f"Hộ thứ {name}" for _number, name in ENTRANTS]
        assert {event.pgh_context["path"] for event in gone} == {f"/imports/{run.pk}/undo/"}
    (entry,) = acts("undo")
    assert (entry.detail["kind"], entry.row_id) == ("import", changeset.pk)


def test_fetching_a_kept_file_is_written_down(commune: Unit, officer: User, officer_client: Client) -> None:
    from mapping import files

    stored: Any = files.store(
        source=BytesIO(b"x"), name="danh sach.csv", content_type="text/csv", commune=commune, user=officer
    )
    assert officer_client.get(f"/files/{stored.pk}/").status_code == 200
    (entry,) = acts("file.download")
    assert (entry.subject, entry.user_id) == ("danh sach.csv", officer.pk)


@pytest.mark.parametrize("act", ["add", "change", "calibrate", "remove"])
def test_what_becomes_of_a_sheet_profile_is_written_down(act: str, commune: Unit, officer_client: Client) -> None:
    own = _kept_profile(officer_client, commune)
    address, typed = f"/plates/profiles/{own.pk}/", {"version": 1, "name": own.name, **own.body}
    sent = {
        "add": ("/plates/profiles/a5-single/copy/", {}),
        "change": (address, typed),
        "calibrate": (f"{address}calibrate/", {"version": 1, "do": "slip", "slip_right": "1", "slip_down": "0"}),
        "remove": (f"{address}remove/", {"version": 1}),
    }
    assert officer_client.post(*sent[act]).status_code == 302
    entry = acts(f"sheet_profile.{act}")[-1]
    assert (entry.commune_id, entry.path) == (commune.pk, sent[act][0]) and entry.user_id is not None
    assert act == "add" or entry.row_id == own.pk


@pytest.mark.parametrize("act", ["add", "change", "remove"])
def test_what_becomes_of_a_plate_design_is_written_down(act: str, commune: Unit, officer_client: Client) -> None:
    assert officer_client.post("/plates/designs/white-qr/copy/").status_code == 302
    own = OwnPlateDesign.objects.get(commune=commune)
    address = f"/plates/designs/{own.pk}/"
    sent = {
        "add": ("/plates/designs/two-codes/copy/", {}),
        "change": (address, {"version": 1, "name": "Tên khác", "source": own.source}),
        "remove": (f"{address}remove/", {"version": 1}),
    }
    assert officer_client.post(*sent[act]).status_code == 302
    entry = acts(f"plate_design.{act}")[-1]
    assert (entry.commune_id, entry.path) == (commune.pk, sent[act][0]) and entry.user_id is not None
    assert act == "add" or entry.row_id == own.pk


def test_what_becomes_of_an_emblem_is_written_down(commune: Unit, officer_client: Client) -> None:
    picture = BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    sent = {"name": "huy-hieu", "file": SimpleUploadedFile("a.png", picture.getvalue())}
    assert officer_client.post("/plates/designs/emblems/", sent).status_code == 302
    emblem = Emblem.objects.get(commune=commune)
    assert officer_client.post(f"/plates/designs/emblems/{emblem.pk}/remove/").status_code == 302
    added, removed = acts("emblem.add", "emblem.remove")
    assert (added.action, removed.action) == ("emblem.add", "emblem.remove")
    assert added.row_id == removed.row_id == emblem.pk
    assert {added.subject, removed.subject} == {"huy-hieu"} and added.commune_id == commune.pk


def _kept_profile(client: Client, commune: Unit) -> Any:
    assert client.post("/plates/profiles/a4-2x4/copy/").status_code == 302
    return OwnSheetProfile.objects.get(commune=commune)
