"""The base map that phones take along: what is in it, what of a supplied one is refused, and how it is handed out."""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from households.models import House, SurveyAssignment
from households.survey import basemap
from mapping import pmtiles, wall
from mapping.files import path_of
from mapping.models import AuditEntry, StoredFile, Unit, User
from soil_map import shapes
from tests import factories
from tests.households import base_maps, streets
from tests.mapping.test_tiles import tile_at
from tests.soil_map import soil_factories
from tests.survey import pack_world as world

pytestmark = pytest.mark.django_db
BOUNDS = (105.78, 19.64, 105.84, 19.70)


def build(commune: Unit, *options: str) -> None:
    call_command("build_basemap", "--commune", commune.code, *options)


def kept(commune: Unit) -> StoredFile:
    return basemap.base_maps([commune.pk])[commune.pk]


@pytest.fixture
def drawn(commune: Unit, officer: User) -> Unit:
    """A commune with a road, an alley, a house with a household, and a neighbour in the east."""
    factories.neighbour_commune()
    streets.draw(officer, commune, "road", "Liên Xã", (-300, 0), (300, 0), width_class=4)
    streets.draw(officer, commune, "ngo", "Đình", (0, 0), (0, 150))
    house = factories.house(commune, *streets.at(20, 12), number="12", street="đường Liên Xã")
    factories.household(house, "Nguyễn Văn Bí Mật", phone="0912345678")
    return commune


def supplied(
    folder: Path, *, layers: tuple[str, ...] = ("roads", "earth"), zooms: tuple[int, int] = (8, 15),
    bounds: tuple[float, float, float, float] = BOUNDS, changed: Callable[[bytearray], None] | None = None,
) -> Path:  # fmt: skip
    """A file as somebody else's tool makes it; `changed` spoils its bytes."""
    writer = pmtiles.Writer(io.BytesIO())
    writer.add(pmtiles.tile_id(*tile_at(*factories.CENTRE, 14)), gzip.compress(b"\x1a\x00"))
    out = io.BytesIO()
    writer.finish(out, zooms=zooms, bounds=bounds, metadata={"vector_layers": [{"id": name} for name in layers]})
    content = bytearray(out.getvalue())
    if changed is not None:
        changed(content)
    path = folder / "xa.pmtiles"
    path.write_bytes(content)
    return path


def test_it_holds_outlines_streets_and_houses_and_nothing_of_anybody(drawn: Unit) -> None:
    build(drawn)

    path = path_of(kept(drawn))
    near = base_maps.features(path, *factories.CENTRE, 16)
    assert {one["properties"]["kind"] for one in near["units_outline"]} >= {"commune", "village"}
    assert {one["properties"]["name"] for one in near["streets_name"]} == {"đường Liên Xã", "ngõ Đình"}
    assert {one["properties"].get("width") for one in near["streets_street"]} == {4, 0}
    (house,) = near["houses_house"]
    assert (house["properties"], house.get("id", 0)) == ({}, 0)
    far = base_maps.features(path, *factories.CENTRE, 10)
    assert {"Xã Bình Minh", "Xã Tân Lập"} <= {one["properties"]["name"] for one in far["units_name"]}
    told = base_maps.read(path, *(tile_at(*factories.CENTRE, z) for z in range(8, 17)))
    assert all(told["tiles"])
    assert (told["header"]["minZoom"], told["header"]["maxZoom"], told["header"]["clustered"]) == (8, 16, True)
    whole = b"".join(told["tiles"]) + repr(told["metadata"]).encode()
    one = House.objects.get()
    for secret in ("Bí Mật", "0912345678", str(one.pk), one.code):
        assert secret.encode() not in whole


def test_soil_is_on_it_once_it_is_published(drawn: Unit) -> None:
    shapes.draw_map(soil_factories.soil_map(drawn, "Bản đồ chưa công bố"))
    build(drawn)
    assert "soil_unit" not in base_maps.features(path_of(kept(drawn)), *factories.CENTRE, 14)
    for commune in (drawn, factories.commune("99003", "Xa Lạ")):
        shapes.draw_map(soil_factories.soil_map(commune, "Bản đồ đất", is_published=True))
    build(drawn)

    for z in (14, 16):  # as simplified, and as drawn
        near = base_maps.features(path_of(kept(drawn)), *factories.CENTRE, z)["soil_unit"]
        assert sorted(one["properties"]["symbol"] for one in near) == ["Pg", "Xf"]


def test_a_tile_is_what_the_map_of_the_office_draws(drawn: Unit, officer: User) -> None:
    build(drawn)
    client = Client()
    client.force_login(officer)
    z, x, y = tile_at(*factories.CENTRE, 15)
    online = base_maps.mapbox_vector_tile.decode(client.get(f"/tiles/streets/{z}/{x}/{y}.mvt").content)

    mine = base_maps.features(path_of(kept(drawn)), *factories.CENTRE, 15)

    assert [one["geometry"] for one in mine["streets_street"]] == [
        one["geometry"] for one in online["street"]["features"]
    ]


def test_the_names_of_streets_leave_the_bends_of_their_lines(commune: Unit, officer: User) -> None:
    bend = (3, 0)  # metres beside the straight line: more than a pixel of a tile of zoom 16, less than eight
    streets.draw(officer, commune, "road", "Liên Xã", (0, -100), bend, (0, 100))
    build(commune)

    near = base_maps.features(path_of(kept(commune)), *factories.CENTRE, 16)

    assert len(near["streets_street"][0]["geometry"]["coordinates"]) == 3
    assert len(near["streets_name"][0]["geometry"]["coordinates"]) == 2


def test_a_second_one_takes_the_place_of_the_first(drawn: Unit, officer: User) -> None:
    build(drawn)
    first = kept(drawn)
    streets.draw(officer, drawn, "ngo", "Chùa", (50, 0), (50, 150))
    build(drawn)

    second = kept(drawn)

    assert second.sha256 != first.sha256
    assert list(StoredFile.objects.filter(content_type=basemap.CONTENT_TYPE)) == [second]
    with wall.acting_as_system("test"):
        assert AuditEntry.objects.filter(action="survey.basemap").count() == 2


def test_what_has_not_changed_stays_the_same_file(drawn: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    build(drawn)
    first = kept(drawn)
    build(drawn)
    assert kept(drawn).pk == first.pk
    assert "không có gì thay đổi" in capsys.readouterr().out
    with wall.acting_as_system("test"):
        assert AuditEntry.objects.filter(action="survey.basemap").count() == 1


def test_it_is_written_beside_on_request_and_the_phones_is_left_alone(drawn: Unit, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "xa.pmtiles"
    build(drawn, "--output", str(target))
    assert base_maps.read(target)["metadata"]["name"] == "Xã Bình Minh"
    assert basemap.base_maps([drawn.pk]) == {}
    assert [path.name for path in folder.iterdir()] == ["xa.pmtiles"]


def test_what_somebody_uploaded_is_no_base_map(commune: Unit, officer: User, tmp_path: Path) -> None:
    StoredFile.objects.create(
        commune=commune, name="x", content_type=basemap.CONTENT_TYPE, sha256="0" * 64, size=1, created_by=officer
    )
    assert basemap.base_maps([commune.pk]) == {}


def test_a_commune_without_an_outline_is_told_so(commune: Unit) -> None:
    Unit.objects.filter(pk=commune.pk).update(outline=None)
    with pytest.raises(CommandError, match="chưa có ranh giới"):
        build(commune)


def test_a_supplied_file_is_taken_as_it_is(commune: Unit, tmp_path: Path) -> None:
    path = supplied(tmp_path)
    build(commune, "--from", str(path))
    assert path_of(kept(commune)).read_bytes() == path.read_bytes()


def _byte(at: int, value: int) -> Callable[[bytearray], None]:
    return lambda content: content.__setitem__(at, value)


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ("không phải PMTiles", {"changed": _byte(0, 0)}),
        ("phiên bản khác", {"changed": _byte(7, 2)}),
        ("ô loại PNG", {"changed": _byte(99, 2)}),
        ("nén kiểu", {"changed": _byte(98, 4)}),
        ("bị cụt", {"changed": lambda content: content.__delitem__(slice(-4, None))}),
        ("bị cụt", {"changed": lambda content: content.__delitem__(slice(90, None))}),
        ("bị hỏng", {"changed": _byte(130, 0xFF)}),
        ("bị hỏng", {"changed": lambda content: struct.pack_into("<Q", content, 16, 3)}),
        ("mức phóng 5 đến 9", {"zooms": (5, 9)}),
        ("không trùm hết Xã Bình Minh", {"bounds": (105.0, 19.0, 105.81, 19.70)}),
        ("các lớp transportation", {"layers": ("transportation",)}),
    ],
)
def test_a_file_that_phones_could_not_draw_is_refused(
    commune: Unit, tmp_path: Path, told: str, made: dict[str, Any]
) -> None:
    with pytest.raises(CommandError, match=told) as refused:
        build(commune, "--from", str(supplied(tmp_path, **made)))
    assert "xa.pmtiles" in str(refused.value)
    assert basemap.base_maps([commune.pk]) == {}


def test_a_file_that_is_too_large_is_refused(commune: Unit, tmp_path: Path) -> None:
    path = tmp_path / "xa.pmtiles"
    with path.open("wb") as file:
        file.truncate(basemap.MOST_BYTES + 1)
    with pytest.raises(CommandError, match="nhiều nhất 100 MB"):
        build(commune, "--from", str(path))


def test_a_bomb_is_not_unpacked(commune: Unit, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(200_000_000))

    def spoil(content: bytearray) -> None:
        struct.pack_into("<2Q", content, 8, len(content), len(bomb))
        content += bomb

    with pytest.raises(CommandError, match="bị hỏng"):
        build(commune, "--from", str(supplied(tmp_path, changed=spoil)))


def test_no_such_file_is_a_bad_argument(commune: Unit, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        build(commune, "--from", str(tmp_path / "none"))
    assert refused.value.returncode == 2


def test_leaves_are_written_where_a_root_would_not_hold_all(tmp_path: Path) -> None:
    """Each third tile of a zoom, so that no run shortens the directory."""
    wanted = {tile: f"tile {tile}".encode() for tile in range(pmtiles.tile_id(10, 0, 0), 500_000, 11)}
    writer = pmtiles.Writer(io.BytesIO())
    for tile, content in wanted.items():
        writer.add(tile, gzip.compress(content, 1))
    path = tmp_path / "many.pmtiles"
    with path.open("wb") as file:
        writer.finish(file, zooms=(10, 10), bounds=BOUNDS, metadata={})
    places = [(10, x, y) for x in range(0, 200, 7) for y in range(0, 200, 11)]

    read = base_maps.read(path, *places)["tiles"]

    assert read == [wanted.get(pmtiles.tile_id(*place)) for place in places]
    assert any(read)


# Handing it out


@pytest.fixture
def walker(commune: Unit) -> Client:
    village = factories.village(commune)
    return world.client_of(world.surveyor(village, world.survey_round(commune)))


@pytest.fixture
def content(commune: Unit, tmp_path: Path) -> bytes:
    path = supplied(tmp_path)
    build(commune, "--from", str(path))
    return path.read_bytes()


def ask(client: Client, commune: Unit, **headers: str) -> Any:
    return client.get(f"/survey/basemap/{commune.code}.pmtiles", headers=headers)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_me_tells_its_size_and_which_it_is(commune: Unit, walker: Client, content: bytes) -> None:
    (village,) = world.read(walker, "me")["rounds"][0]["villages"]
    assert (village["basemap_bytes"], village["basemap"]) == (len(content), kept(commune).sha256)


def test_all_of_it(commune: Unit, walker: Client, content: bytes) -> None:
    whole = ask(walker, commune)
    assert (whole.status_code, body(whole)) == (200, content)
    assert whole["Accept-Ranges"] == "bytes"
    assert whole["Content-Type"] == "application/vnd.pmtiles"
    assert whole["Cache-Control"] == "private, no-store"
    head = walker.head(f"/survey/basemap/{commune.code}.pmtiles")
    assert (head.status_code, head["Content-Length"], head["ETag"], head.content) == (
        200, str(len(content)), whole["ETag"], b"",
    )  # fmt: skip
    assert ask(walker, commune, if_none_match=whole["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=5-999999", slice(5, None)),
        ("bytes=-999999", slice(0, None)),
    ],
)
def test_a_range_of_it(commune: Unit, walker: Client, content: bytes, wanted: str, part: slice) -> None:
    response = ask(walker, commune, range=wanted)
    expected = content[part]
    first = part.indices(len(content))[0]
    assert (response.status_code, body(response)) == (206, expected)
    assert response["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(content)}"
    assert response["Content-Length"] == str(len(expected))


@pytest.mark.parametrize("wanted", ["bytes=9999999-", "bytes=-0"])
def test_beyond_the_end_there_is_nothing(commune: Unit, walker: Client, content: bytes, wanted: str) -> None:
    response = ask(walker, commune, range=wanted)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(content)}")


@pytest.mark.parametrize("wanted", ["bytes=9-3", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b", "bytes=٣-٤"])
def test_what_is_no_single_range_gets_all(commune: Unit, walker: Client, content: bytes, wanted: str) -> None:
    response = ask(walker, commune, range=wanted)
    assert (response.status_code, body(response)) == (200, content)


def test_a_range_of_another_version_gets_all(commune: Unit, walker: Client, content: bytes) -> None:
    etag = ask(walker, commune)["ETag"]
    same = ask(walker, commune, range="bytes=0-9", if_range=etag)
    other = ask(walker, commune, range="bytes=0-9", if_range='"other"')
    assert (same.status_code, other.status_code, len(body(other))) == (206, 200, len(content))


def test_it_is_for_those_who_walk_in_the_commune(commune: Unit, officer: User, walker: Client, content: bytes) -> None:
    neighbour = factories.neighbour_commune()
    elsewhere = world.client_of(world.surveyor(factories.village(neighbour), world.survey_round(neighbour), "xa"))
    assert ask(elsewhere, commune).status_code == 404
    assert ask(world.client_of(officer), commune).status_code == 404
    assert ask(Client(), commune).status_code == 302
    assert ask(elsewhere, neighbour).status_code == 404  # there is none
    assert ask(walker, commune).status_code == 200
    SurveyAssignment.objects.filter(round__commune=commune).update(ended_at="2026-01-01T00:00Z")
    assert ask(walker, commune).status_code == 404
