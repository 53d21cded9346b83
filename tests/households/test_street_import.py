"""Streets from files: the demo commune's streets come back the same from every format, and a second time add nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

pytestmark = pytest.mark.filterwarnings("ignore:'crs' was not provided")


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
