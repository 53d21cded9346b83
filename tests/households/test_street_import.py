"""Streets from files: the demo's streets come back the same from every format, and a second time add nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from households.demo import commune as demo
from households.models import Street, StreetImport
from households.streets.importing import runs
from households.streets.importing.runs import Examined
from households.streets.importing.understanding import Meaning, first_meaning
from mapping import changes, crs
from mapping.errors import UserError
from mapping.models import ChangeSet, Unit, UnitKind
from tests import factories
from tests.households import street_files
from tests.households.street_files import Drawn
from tests.households.streets import along


@pytest.fixture(scope="module")
def drawn() -> demo.Commune:
    return demo.build()


@pytest.fixture
def quang_binh(db: None, drawn: demo.Commune) -> Unit:
    """The demo commune without its streets and houses."""

    def outline(polygon: shapely.Polygon) -> MultiPolygon:
        return MultiPolygon(GEOSGeometry(shapely.to_wkb(polygon).hex()), srid=4326)

    commune = Unit.objects.create(
        kind=UnitKind.COMMUNE, code="99009", name="Quảng Bình", designation="Xã", parent=factories.province(),
        outline=outline(drawn.outline), vn2000_srid=demo.ZONE, is_invented=True,
    )  # fmt: skip
    for number, (name, polygon) in enumerate(drawn.villages, 1):
        Unit.objects.create(
            kind=UnitKind.VILLAGE, code=f"99009-{number:02d}", name=name, designation="Thôn", parent=commune,
            outline=outline(polygon), vn2000_srid=demo.ZONE, is_invented=True,
        )  # fmt: skip
    return commune


def streets_of(drawn: demo.Commune) -> list[Drawn]:
    """The demo's streets as a file has them: nameless alleys by their numbers."""
    return [
        Drawn(f"ngõ {street.prefix.rstrip('/')}" if street.prefix else street.name, street.line, width="3,5")
        for street in drawn.streets
    ]


def bring(path: Path, unit: Unit, *, srid: int | None = None, kinds: dict[str, str] | None = None) -> Examined:
    """Import a file as the command does, its coordinates as the file says or as `srid` does."""
    file = runs.opened(path, path.name, unit)
    meaning = first_meaning(file)
    meaning = Meaning(meaning.layer, meaning.columns, kinds or {}, srid or file.srid)
    return runs.import_at_once(path=path, name=path.name, unit=unit, meaning=meaning, with_amendments=False)[0]


@pytest.mark.parametrize("name", street_files.FORMATS)
def test_the_demos_streets_come_back_the_same_from_every_format(
    tmp_path: Path, quang_binh: Unit, drawn: demo.Commune, name: str
) -> None:
    streets = streets_of(drawn)
    if name == "dxf":  # no layer may have a slash in its name
        streets = [street._replace(called="ngõ") if "/" in street.called else street for street in streets]
    path = street_files.FORMATS[name](tmp_path, streets)
    found = bring(path, quang_binh, srid=demo.ZONE if name == "dxf" else None)
    assert found.planned.faults == []
    written = list(Street.objects.order_by("pk"))
    assert [street.full_name for street in written] == [street.called for street in streets]
    for street, was in zip(written, streets, strict=True):
        line = shapely.from_wkb(bytes(street.line.wkb))
        one, other = crs.to_zone(line, demo.ZONE), crs.to_zone(was.line, demo.ZONE)
        assert shapely.hausdorff_distance(one, other) < 0.1
        assert shapely.get_point(one, 0).distance(shapely.get_point(other, 0)) < 0.1  # it runs the way it did
    assert Street.objects.filter(kind="ngo", parent=None).count() <= 3
    again = bring(path, quang_binh, srid=demo.ZONE if name == "dxf" else None)
    assert again.planned.new == [] and again.planned.faults == [] and again.planned.known == len(streets)
    assert Street.objects.count() == len(streets)


# --- What a file may bring -------------------------------------------------------------------------


def line(*places: tuple[float, float]) -> shapely.LineString:
    """A line by metres from the middle of Bình Minh."""
    return shapely.LineString(along(*places))


ROAD = Drawn("đường Liên Xã", line((-900, 0), (900, 0)))
ALLEY = Drawn("ngõ Đình", line((100, 0), (100, 200)), width="2,5")


def faults(found: Examined) -> dict[int, str]:
    """The first row of each fault, and its code."""
    return {fault.rows[0]: fault.code for fault in found.planned.faults}


def test_each_line_at_fault_is_told_with_its_row_and_place_and_the_others_are_written(
    tmp_path: Path, commune: Unit
) -> None:
    path = street_files.geojson(
        tmp_path,
        [
            ROAD,
            Drawn("ngõ Một Điểm", line((5, 5), (5, 5))),
            Drawn("ngõ Vòng", line((0, 300), (60, 300), (60, 360), (0, 300))),
            Drawn("ngõ Tự Cắt", line((200, 300), (300, 400), (300, 300), (200, 400))),
            Drawn("đường Liên Xã", line((-500, -600), (-400, -600))),
            Drawn("đường", line((-500, -700), (-400, -700))),
            Drawn("ngõ Ngắn", line((0, -900), (1, -900))),
            ALLEY,
            ROAD,
            Drawn("đường Xa", line((9_000, 0), (9_500, 0))),
            Drawn("ngõ " + "Dài " * 40, line((0, -300), (90, -300))),
        ],
    )
    found = bring(path, commune)
    assert faults(found) == {
        2: "points", 3: "loop", 4: "crosses", 5: "same_name", 6: "no_name", 7: "short", 11: "long_name",
    }  # fmt: skip
    assert found.planned.doubles == 1  # the road a second time
    assert [rows for rows, _line in found.planned.outside] == [(10,)]
    assert sorted(street.full_name for street in Street.objects.all()) == ["ngõ Đình", "đường Liên Xã"]
    crossing = next(fault for fault in found.planned.faults if fault.code == "crosses")
    lng, lat = found.commune.zone.place(crossing.at) or (0, 0)
    assert (lng, lat) == pytest.approx(along((250, 350))[0], abs=1e-5)


def test_alleys_hang_on_the_street_they_leave_and_lie_in_their_village(tmp_path: Path, commune: Unit) -> None:
    twig = Drawn("ngách 3", line((100, 100), (160, 100)))
    bring(street_files.geojson(tmp_path, [ALLEY, twig, ROAD]), commune)
    by_name = {street.full_name: street for street in Street.objects.select_related("parent", "village")}
    assert by_name["ngõ Đình"].parent == by_name["đường Liên Xã"]
    assert by_name["ngách 3"].parent == by_name["ngõ Đình"]
    assert by_name["ngõ Đình"].village == factories.village(commune, 2)
    assert by_name["đường Liên Xã"].village is None
    assert by_name["ngõ Đình"].width_class == 2


def test_an_alley_that_was_there_and_hung_on_nothing_hangs_on_the_road_that_comes(
    tmp_path: Path, commune: Unit
) -> None:
    bring(street_files.geojson(tmp_path, [ALLEY], "ngõ.geojson"), commune)
    assert Street.objects.get().parent is None
    bring(street_files.geojson(tmp_path, [ROAD], "đường.geojson"), commune)
    assert Street.objects.get(name="Đình").parent == Street.objects.get(name="Liên Xã")
    changes.undo(changeset=ChangeSet.objects.order_by("-created_at")[0], user=None)
    assert Street.objects.get().parent is None


def test_a_line_that_leaves_the_commune_is_cut_at_its_border(tmp_path: Path, commune: Unit) -> None:
    found = bring(street_files.geojson(tmp_path, [Drawn("đường Ra Xã", line((0, 500), (5_000, 500)))]), commune)
    assert found.planned.clipped == 1
    (street,) = Street.objects.all()
    inside = shapely.from_wkb(bytes(commune.outline.wkb))
    written = shapely.from_wkb(bytes(street.line.wkb))
    assert inside.buffer(0.0003).contains(written) and written.length > 0.019


def test_the_same_line_with_more_in_it_changes_the_street_only_when_asked(tmp_path: Path, commune: Unit) -> None:
    bring(street_files.geojson(tmp_path, [ROAD._replace(called="ngõ")], "trước.geojson"), commune)
    shifted = Drawn("đường Liên Xã", line((900, 1), (-900, 1)), width="6")
    path = street_files.geojson(tmp_path, [shifted], "sau.geojson")
    assert len(bring(path, commune).planned.amended) == 1
    assert Street.objects.get().full_name == "ngõ"
    meaning = first_meaning(runs.opened(path, path.name, commune))
    meaning = Meaning(meaning.layer, meaning.columns, {}, 4326)
    runs.import_at_once(path=path, name=path.name, unit=commune, meaning=meaning, with_amendments=True)
    street = Street.objects.get()
    assert (street.full_name, street.width_class, street.version) == ("đường Liên Xã", 3, 2)
    changes.undo(changeset=ChangeSet.objects.order_by("-created_at")[0], user=None)
    assert Street.objects.get().full_name == "ngõ"


def test_a_name_that_houses_bear_is_not_changed_by_a_file(tmp_path: Path, commune: Unit) -> None:
    bring(street_files.geojson(tmp_path, [ROAD], "trước.geojson"), commune)
    factories.house(commune, number="5", street="Đường  Liên xã")
    path = street_files.geojson(tmp_path, [ROAD._replace(called="đường Mới")], "sau.geojson")
    assert faults(bring(path, commune)) == {1: "in_use"}
    assert Street.objects.get().full_name == "đường Liên Xã"


def test_what_an_officer_cut_in_two_does_not_come_back_whole(tmp_path: Path, commune: Unit, officer: Any) -> None:
    from households.streets import cutting

    path = street_files.geojson(tmp_path, [ROAD, Drawn("ngõ", line((300, 0), (300, 300)))])
    bring(path, commune)
    street = Street.objects.get(kind="ngo")
    cutting.split(user=officer, street=street, version=street.version, at=along((300, 150))[0])
    again = bring(path, commune)
    assert again.planned.new == [] and again.planned.known == 2


def test_pieces_of_a_street_cut_at_every_crossing_come_in_as_one(tmp_path: Path, commune: Unit) -> None:
    pieces = [Drawn("đường Liên Xã", line((start, 0), (start + 100, 0))) for start in range(-300, 300, 100)]
    pieces[2] = pieces[2]._replace(line=shapely.reverse(pieces[2].line))
    crossing = [Drawn("", line((0, -80), (0, 0))), Drawn("", line((0, 0), (0, 80)))]
    found = bring(street_files.extract(tmp_path, [*pieces, *crossing]), commune)
    assert found.planned.joined == 5
    assert sorted(street.full_name for street in Street.objects.all()) == ["ngõ", "ngõ", "đường Liên Xã"]
    assert {street.parent for street in Street.objects.filter(kind="ngo")} == {Street.objects.get(name="Liên Xã")}


def test_old_encodings_of_drawings_are_understood(tmp_path: Path, commune: Unit) -> None:
    from mapping.tables.old_encodings import _TCVN3

    to_tcvn3 = str.maketrans({letter: chr(code) for code, letter in reversed(_TCVN3.items())})
    metres = [tuple(point) for point in crs.to_zone(ALLEY.line, 5897).coords]
    layer = "ngõ giếng làng đình cổ".translate(to_tcvn3)
    path = street_files.drawing_of(tmp_path, street_files.polyline(layer, metres), encoding="latin-1")
    bring(path, commune, srid=5897)
    assert Street.objects.get().full_name == "ngõ giếng làng đình cổ"
    escaped = street_files.polyline("NG\\U+00D5 \\U+0110\\U+00CCNH", [(x + 300, y) for x, y in metres])
    bring(street_files.drawing_of(tmp_path, escaped, encoding="ascii"), commune, srid=5897)
    assert Street.objects.filter(name="Đình").exists()


def test_layers_of_a_drawing_are_what_a_person_says(tmp_path: Path, commune: Unit) -> None:
    metres = [tuple(point) for point in crs.to_zone(ALLEY.line, 5897).coords]
    path = street_files.drawing_of(tmp_path, street_files.polyline("LOP7", metres))
    assert bring(path, commune, srid=5897).planned.left_out == {"LOP7": 1}
    bring(path, commune, srid=5897, kinds={"lop7": "hem"})
    assert Street.objects.get().full_name == "hẻm"


def test_streets_of_a_village_may_share_a_name_with_those_of_another_but_not_of_their_own(
    tmp_path: Path, commune: Unit
) -> None:
    path = street_files.geojson(
        tmp_path,
        [ALLEY, Drawn("ngõ Đình", line((-500, 0), (-500, 200))), Drawn("ngõ Đình", line((500, 0), (500, 150)))],
    )
    found = bring(path, commune)
    assert faults(found) == {3: "same_name"}
    assert Street.objects.filter(name="Đình").count() == 2


def test_a_commune_without_an_outline_is_told_so(tmp_path: Path, commune: Unit) -> None:
    commune.outline = None
    commune.save()
    with pytest.raises(UserError, match="chưa có ranh giới"):
        bring(street_files.geojson(tmp_path, [ROAD]), commune)
    assert not StreetImport.objects.exists()
