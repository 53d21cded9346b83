"""From houses to a file of plates: tokens kept, order, refusals, and nothing half done."""

from __future__ import annotations

import dataclasses
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from households import codes, coverage, house_editing, undoing
from households.models import House, Plate, PlateState
from households.plates import issuing, press, reading_back
from mapping import wall
from mapping.access import Scope
from mapping.errors import Conflict, UserError
from mapping.models import Unit
from tests import factories

EVERYWHERE = Scope(everything=True, unit_ids=frozenset())
HOST = "sonha.example.vn"
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def decoded(path: Path) -> list[str]:
    """Every QR text of the file at office-printer quality, read by zxing-cpp."""
    texts = []
    for page in pypdfium2.PdfDocument(path):
        picture = page.render(scale=150 / 72, grayscale=True).to_numpy()
        texts += [symbol.text for symbol in zxingcpp.read_barcodes(picture, formats=QR_CODE)]
    return texts


def words(path: Path) -> str:
    """The words of the file, as a PDF viewer finds them."""
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path))


def print_to(path: Path, commune: Unit, **choice: Any) -> press.Printed:
    choice.setdefault("host", HOST)
    return press.print_plates(press.PrintOrder(commune=commune, scope=EVERYWHERE, **choice), path=path)


@pytest.fixture
def houses(commune: Unit) -> list[House]:
    """Eleven houses: ten along Ngõ Đình of thôn Đông Hoà, made in disorder, and one of thôn Xa Thư."""
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    numbers = ["12/5", "2", "10", "12A", "12", "1", "3", "4", "12/10", ""]
    made = [
        factories.house(commune, lng=105.80 + n / 5000, number=number, street="Ngõ Đình", village=west)
        for n, number in enumerate(numbers)
    ]
    return [*made, factories.house(commune, lng=105.82, number="7", village=east)]


def test_every_house_gets_a_plate_that_leads_to_it(houses: list[House], commune: Unit, tmp_path: Path) -> None:
    printed = print_to(tmp_path / "plates.pdf", commune)
    assert (printed.plates, printed.pages, printed.new) == (11, 2, 11)
    expected = {
        codes.plate_url(HOST, plate.token, codes.plus_code(plate.house.location.y, plate.house.location.x))
        for plate in Plate.objects.select_related("house")
    }
    texts = decoded(tmp_path / "plates.pdf")
    assert len(texts) == 11
    assert set(texts) == expected
    said = words(tmp_path / "plates.pdf")
    for house in houses:
        assert codes.format_house_code(house.code) in said
    for word in ("12/10", "Ngõ Đình", "Đông Hoà", "Bình Minh", HOST, "OTP"):
        assert word in said


def test_a_character_that_the_font_lacks_names_its_house_and_leaves_nothing(
    houses: list[House], commune: Unit, tmp_path: Path
) -> None:
    odd = factories.house(commune, number="5漢", village=houses[0].village)
    with pytest.raises(UserError) as refusal:
        print_to(tmp_path / "plates.pdf", commune)
    assert "漢" in refusal.value.sentence and "U+6F22" in refusal.value.sentence
    assert codes.format_house_code(odd.code) in refusal.value.sentence
    assert not list(tmp_path.iterdir()) and not Plate.objects.exists()


def test_plates_lie_in_walking_order(houses: list[House], commune: Unit, tmp_path: Path) -> None:
    print_to(tmp_path / "plates.pdf", commune)
    said = words(tmp_path / "plates.pdf")
    order = ["", "1", "2", "3", "4", "10", "12", "12/5", "12/10", "12A", "7"]
    by_number = {house.number: codes.format_house_code(house.code) for house in houses}
    places = [said.index(by_number[number]) for number in order]
    assert places == sorted(places)


def test_a_second_run_gives_the_same_bytes(houses: list[House], commune: Unit, tmp_path: Path) -> None:
    print_to(tmp_path / "first.pdf", commune)
    again = print_to(tmp_path / "second.pdf", commune)
    assert (again.new, again.superseded) == (0, 0)
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()


def test_a_house_that_changed_gets_a_new_plate_and_its_old_one_still_opens(
    houses: list[House], commune: Unit, tmp_path: Path
) -> None:
    print_to(tmp_path / "first.pdf", commune)
    old = houses[1].plates.get()
    House.objects.filter(pk=houses[1].pk).update(number="2A")
    printed = print_to(tmp_path / "second.pdf", commune)
    assert (printed.new, printed.superseded) == (1, 1)
    old.refresh_from_db()
    assert old.state == PlateState.SUPERSEDED
    assert houses[1].plates.get(state=PlateState.PRINTED).token != old.token


def test_fresh_tokens_when_asked_for(houses: list[House], commune: Unit, tmp_path: Path) -> None:
    print_to(tmp_path / "first.pdf", commune)
    before = set(Plate.objects.values_list("token", flat=True))
    assert print_to(tmp_path / "second.pdf", commune, fresh=True).new == 11
    printed = set(Plate.objects.filter(state=PlateState.PRINTED).values_list("token", flat=True))
    assert len(printed) == 11
    assert not printed & before


def test_closed_houses_and_other_communes_are_left_out(houses: list[House], commune: Unit, tmp_path: Path) -> None:
    House.objects.filter(pk=houses[0].pk).update(state="closed", closed_on="2026-01-05")
    factories.house(factories.neighbour_commune(), lng=105.86)
    assert print_to(tmp_path / "plates.pdf", commune).plates == 10


def test_whoever_was_granted_one_village_prints_that_village(
    houses: list[House], commune: Unit, tmp_path: Path
) -> None:
    scope = Scope(everything=False, unit_ids=frozenset({factories.village(commune, 2).pk}))
    order = press.PrintOrder(commune=commune, scope=scope, host=HOST)
    assert press.count(order) == press.print_plates(order, path=tmp_path / "plates.pdf").plates == 1


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("localhost", "nội bộ"),
        ("10.0.0.7", "địa chỉ IP"),
        ("[::1]", "địa chỉ IP"),
        ("sonha.vn:8000", "số cổng"),
        ("https://sonha.vn", "không ghi https"),
        ("sonha", "nội bộ"),
        ("số-nhà.vn", "tên miền"),
    ],
)
def test_a_host_that_a_phone_cannot_reach_is_printed_as_a_proof_only(
    houses: list[House], commune: Unit, tmp_path: Path, host: str, why: str
) -> None:
    with pytest.raises(UserError, match=why):
        print_to(tmp_path / "plates.pdf", commune, host=host)
    assert not Plate.objects.exists()
    assert not list(tmp_path.iterdir())


def test_a_proof_says_so_on_every_plate_and_its_codes_work(houses: list[House], commune: Unit, tmp_path: Path) -> None:
    print_to(tmp_path / "plates.pdf", commune, host="localhost", proof=True)
    assert words(tmp_path / "plates.pdf").count("BẢN IN THỬ") >= 11
    assert len(decoded(tmp_path / "plates.pdf")) == 11


def test_a_proof_gives_no_house_a_plate_until_the_same_plates_are_printed_to_hang(
    houses: list[House], commune: Unit, officer: Any, officer_client: Client, tmp_path: Path
) -> None:
    def with_plate() -> tuple[int, int, bool]:
        """By the front page's count, by the list's filter, by the panel of the map."""
        without = officer_client.get("/houses/?missing=plate").context["count"]
        panel = officer_client.get(f"/houses/{houses[0].code}/summary.json").json()
        return coverage.total(coverage.by_village(officer, commune)).with_plate, 11 - without, panel["has_plate"]

    print_to(tmp_path / "proof.pdf", commune, proof=True)
    assert with_plate() == (0, 0, False)
    assert "mới in thử" in officer_client.get(f"/houses/{houses[0].code}/").content.decode()
    real = print_to(tmp_path / "first.pdf", commune)
    assert (real.new, with_plate()) == (0, (11, 11, True))
    released = set(Plate.objects.values_list("token", "released_at"))
    print_to(tmp_path / "proof.pdf", commune, proof=True)
    print_to(tmp_path / "second.pdf", commune)
    assert set(Plate.objects.values_list("token", "released_at")) == released
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()


def test_two_runs_at_once_give_each_house_one_token_and_both_files_the_same(
    transactional_db: None, houses: list[House], commune: Unit, tmp_path: Path
) -> None:
    """The first run is held in the middle of its transaction until the second waits for it."""
    begun, go_on = threading.Event(), threading.Event()

    def held(_file: press.FinishedFile) -> None:
        begun.set()
        assert go_on.wait(20)

    def run(name: str, check_file: press.CheckFile | None) -> press.Printed:
        order = press.PrintOrder(commune=commune, scope=EVERYWHERE, host=HOST)
        try:
            return press.print_plates(order, path=tmp_path / name, check_file=check_file)
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
            return cursor.fetchone()[0]

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(run, "first.pdf", held)
        assert begun.wait(20)
        second = threads.submit(run, "second.pdf", None)
        while not waits() and not second.done():
            pass
        go_on.set()
        assert (first.result().new, second.result().new) == (11, 0)
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()


def test_an_addition_is_not_undone_while_plates_are_printed(
    transactional_db: None, officer: Any, commune: Unit
) -> None:
    _house, changeset = house_editing.add_house(user=officer, point=Point(*factories.CENTRE), number="1", street="")

    def undo() -> None:
        try:
            with wall.acting(officer):
                undoing.undo_changes(user=officer, changeset=changeset)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            issuing.wait_for_turn(commune)
            with pytest.raises(Conflict, match="đang in biển"):
                threads.submit(undo).result()
        threads.submit(undo).result()
    assert not House.objects.exists()


def test_a_full_disk_leaves_no_file_and_no_tokens(houses: list[House], commune: Unit) -> None:
    full = Path("/dev/full")
    with pytest.raises(UserError, match="Không ghi được tệp"):
        print_to(full / "plates.pdf", commune)
    assert not Plate.objects.exists()


def test_a_commune_without_houses_is_told_what_to_do(commune: Unit, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Hãy nhập danh sách nhà"):
        print_to(tmp_path / "plates.pdf", commune)
    assert not list(tmp_path.iterdir())


def test_a_plate_that_leads_elsewhere_fails_the_run_and_is_named(
    houses: list[House], commune: Unit, tmp_path: Path
) -> None:
    wrong = codes.format_house_code(houses[5].code)

    def as_if_one_were_wrong(file: press.FinishedFile) -> None:
        other = ((code, texts if code != wrong else frozenset({"elsewhere"})) for code, texts in file.expected)
        reading_back.check_file(dataclasses.replace(file, expected=other))

    order = press.PrintOrder(commune=commune, scope=EVERYWHERE, host=HOST)
    with pytest.raises(UserError, match=wrong):
        press.print_plates(order, path=tmp_path / "plates.pdf", check_file=as_if_one_were_wrong)
    assert not list(tmp_path.iterdir())
    assert not Plate.objects.exists()


def test_the_command_prints_a_village_and_says_what_it_did(houses: list[House], commune: Unit, tmp_path: Path) -> None:
    out = io.StringIO()
    path = tmp_path / "xa-thu.pdf"
    call_command(
        "print_plates", commune="99001", village="xa thu", proof=True, check=True, output=path, stdout=out, stderr=out
    )
    assert "1 biển trên 1 tờ" in out.getvalue()
    assert len(decoded(path)) == 1


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        ({"commune": "12345"}, 2, "Không có xã nào mang mã 12345"),
        ({"village": "Nơi khác"}, 2, "các thôn: "),
        ({"profile": "a0"}, 2, "a4-2x4"),
        ({"skip": 8}, 2, "khổ giấy"),
        ({"proof": False}, 1, "SONHA_PLATE_HOST"),
    ],
)
def test_the_command_refuses_in_one_sentence(
    houses: list[House], commune: Unit, tmp_path: Path, options: dict[str, Any], status: int, says: str
) -> None:
    arguments = {"commune": "99001", "proof": True, "output": tmp_path / "plates.pdf"} | options
    with pytest.raises(CommandError, match=says) as refusal:
        call_command("print_plates", **arguments)
    assert refusal.value.returncode == status
    assert not list(tmp_path.iterdir())
