"""The public pages as files: what any file server answers, and what is not among them."""

from __future__ import annotations

import fcntl
import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from households import codes, public_export
from households.models import House, Plate, PlateState, Street
from mapping.errors import UserError
from mapping.models import AuditEntry, Unit, User
from tests import factories
from tests.households import streets

pytestmark = pytest.mark.django_db
HEAD = "Nguyễn Văn Bí Mật"


@pytest.fixture
def house(commune: Unit, officer: User) -> House:
    """2 ngõ Đình, on a drawn alley, with a household and a shop whose name it lets be shown."""
    streets.draw(officer, commune, "road", "Liên Xã", (-200, 0), (200, 0))
    streets.draw(officer, commune, "ngo", "Đình", (0, 0), (0, 120))
    house = streets.front(Street.objects.get(name="Đình"), (8, 25), "2", "ngõ Đình")
    factories.household(house, HEAD, phone="0912345678", shop_name="Tạp hóa Bí Mật")
    return house


@pytest.fixture
def plate(house: House) -> Plate:
    return factories.plate(house)


@pytest.fixture
def serve() -> Iterator[Any]:
    """`python -m http.server` on a folder: a function that gives the status and the page of a path."""
    running: list[subprocess.Popen[str]] = []

    def served(folder: Path) -> Any:
        command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        running.append(server)
        assert server.stdout
        port = int(server.stdout.readline().split(" port ")[1].split()[0])

        def get(path: str) -> tuple[int, str]:
            for _redirect in range(2):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", path)
                answer = connection.getresponse()
                page = answer.read().decode()
                connection.close()
                if answer.status != 301:
                    break
                path = answer.headers["Location"]
            return answer.status, page

        return get

    yield served
    for server in running:
        server.terminate()
        server.wait(10)


def test_a_plain_file_server_answers_what_the_codes_hold(plate: Plate, tmp_path: Path, serve: Any) -> None:
    exported = public_export.export(tmp_path / "pages")
    assert (exported.plates, exported.dead, exported.houses, exported.alleys) == (1, 0, 1, 2)
    get = serve(tmp_path / "pages")
    code = codes.format_house_code(plate.house.code)
    for path in (
        f"/{plate.token}", f"/{plate.token}/", f"/{plate.token}/{plate.plus_code}",
        f"/{plate.token}/{plate.plus_code}/", f"/h/{code}/", f"/h/{plate.house.code}",
    ):  # fmt: skip
        status, page = get(path)
        assert status == 200 and "ngõ Đình" in page and code in page and "bản lưu ngày" in page, path
    status, page = get(f"/alley/{Street.objects.get(name='Đình').pk}/")
    assert status == 200 and ">2</a>" in page
    for path in ("/", "/h/", "/alley/"):
        status, page = get(path)
        assert status == 200 and "Tìm nhà theo biển số" in page and plate.token not in page and code not in page
    for path in ("/static/css/scan.css", "/static/css/alley.css", "/static/img/mark.svg"):
        assert get(path)[0] == 200


def test_the_pages_are_those_of_the_server_without_forms_and_links_that_need_one(
    client: Client, plate: Plate, tmp_path: Path
) -> None:
    public_export.export(tmp_path / "pages")
    saved = (tmp_path / "pages" / plate.token / "index.html").read_text()
    live = client.get(f"/{plate.token}").content.decode()
    assert saved[saved.index("<svg") : saved.index("</svg>")] == live[live.index("<svg") : live.index("</svg>")]
    for page in (tmp_path / "pages").rglob("*.html"):
        text = page.read_text()
        assert '<html lang="vi">' in text
        assert not any(wrong in text for wrong in ("<form", "<script", "/sign-in/", "?lang=", "/report/")), page


def test_nothing_of_a_household_is_in_any_file(plate: Plate, tmp_path: Path) -> None:
    public_export.export(tmp_path / "pages")
    for file in (tmp_path / "pages").rglob("*"):
        if file.is_file():
            text = re.sub(rf"{plate.token}|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}", "", file.read_text())
            assert "Bí Mật" not in text and "0912" not in text, file  # any four digits may stand in a token or an id


@pytest.mark.parametrize("state", [PlateState.LOST, PlateState.STOLEN, PlateState.REPLACED, PlateState.REVOKED])
def test_a_dead_plate_says_so_and_shows_no_address(house: House, tmp_path: Path, serve: Any, state: PlateState) -> None:
    dead = factories.plate(house, state=state)
    assert public_export.export(tmp_path / "pages").dead == 1
    get = serve(tmp_path / "pages")
    for path in (f"/{dead.token}", f"/{dead.token}/{dead.plus_code}"):
        status, page = get(path)
        assert status == 200 and "Biển không còn giá trị" in page
        assert "ngõ Đình" not in page and "<svg" not in page and "Bình Minh" not in page
        assert codes.format_house_code(house.code) not in page


def test_one_commune_alone(plate: Plate, tmp_path: Path) -> None:
    other = factories.plate(factories.house(factories.neighbour_commune(), 105.86, 19.67))
    call_command("export_public", str(tmp_path / "pages"), commune=plate.house.commune.code)
    assert (tmp_path / "pages" / plate.token).is_dir() and not (tmp_path / "pages" / other.token).exists()
    with pytest.raises(CommandError, match="Không có xã nào mang mã 00000") as failed:
        call_command("export_public", str(tmp_path / "pages"), commune="00000")
    assert failed.value.returncode == 2


def test_the_next_export_takes_the_place_of_the_one_before_and_is_written_down(
    plate: Plate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_public", str(tmp_path / "pages"))
    assert "1 biển, 0 biển không còn giá trị, 1 nhà, 2 đường và ngõ" in capsys.readouterr().out
    Plate.objects.all().delete()
    call_command("export_public", str(tmp_path / "pages"))
    assert not (tmp_path / "pages" / plate.token).exists()
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != "media"] == ["pages"]
    assert AuditEntry.objects.filter(action="public.export").count() == 2


def test_a_folder_that_is_somebody_elses_is_refused_and_left_alone(plate: Plate, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_text("x")
    (tmp_path / "file").write_text("x")
    for wrong, sentence in (
        (folder, "không phải bản lưu"), (tmp_path / "file", "không phải bản lưu"),
        (tmp_path / "none" / "pages", "Không có thư mục"),
    ):  # fmt: skip
        with pytest.raises(CommandError, match=sentence) as failed:
            call_command("export_public", str(wrong))
        assert failed.value.returncode == 2
    assert sorted(path.name for path in folder.iterdir()) == ["a.jpg"]


def test_a_run_that_fails_leaves_the_export_before_as_it_was(
    plate: Plate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pages"
    public_export.export(folder)
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(public_export._Writing, "_alley", full)
    with pytest.raises(UserError, match="No space left on device"):
        public_export.export(folder)
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != "media"] == ["pages"]


def test_what_killed_runs_left_is_cleared_away_and_put_back(plate: Plate, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    public_export.export(folder)
    folder.rename(tmp_path / ".pages.before")  # killed between the two renames
    (tmp_path / ".pages.part-abc" / plate.token).mkdir(parents=True)  # and another one while it wrote
    public_export.export(folder)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != "media"] == ["pages"]


def test_two_runs_at_once_do_not_write_into_one_place(plate: Plate, tmp_path: Path) -> None:
    other = tmp_path / ".pages.part-abc"
    other.mkdir()
    held = os.open(other, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with pytest.raises(UserError, match="Một lệnh khác"):
            public_export.export(tmp_path / "pages")
    finally:
        os.close(held)
    assert other.is_dir() and not (tmp_path / "pages").exists()
