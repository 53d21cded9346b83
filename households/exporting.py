"""Lists of houses as files: what the page shows, with the same filters, as XLSX, CSV or GeoPackage.

One row a household, a house without one has one row too; the titles are those that the importer knows, so a file
can be mended in Excel and brought back. People stand in it only for whoever may see them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.listing import Listing
from households.models import Household, HouseState
from mapping import exporting, registry
from mapping.access import Capability
from mapping.exporting import Column
from mapping.jobs import Work

AT_ONCE: Final = 10_000
"""Houses that a page writes while the person waits; a longer list is a job."""

FORMATS: Final[dict[str, str]] = {"xlsx": exporting.XLSX, "gpkg": exporting.GEOPACKAGE, "csv": exporting.CSV}
WITH_PEOPLE, PLACES_ONLY = "houses.export", "houses.export_places"
_CHUNK: Final = 1_000


def register() -> None:
    """Announce the two kinds of long lists; who may not see people may not fetch the first."""
    for name, capability in ((WITH_PEOPLE, Capability.EXPORT_PEOPLE), (PLACES_ONLY, Capability.SEE_HOUSES)):
        registry.job_kinds[name] = registry.JobKind(
            name=name, label=gettext_lazy("ghi danh sách nhà ra tệp"), capability=capability, run=_run
        )


def columns(*, with_people: bool) -> list[Column]:
    """The columns, in the language of now."""
    people = [Column(_("Chủ hộ"), width=26), Column(_("Điện thoại")), Column(_("Số người"), "whole", 10)]
    return [
        Column(_("Mã nhà"), width=12),
        Column(_("Số nhà"), width=10),
        Column(_("Đường, ngõ"), width=24),
        Column(_("Thôn"), width=20),
        *(people if with_people else []),
        Column(_("Ghi chú"), width=30),
        *([Column(_("Ghi chú về nhà"), width=30)] if with_people else []),
        Column(_("Kinh độ"), "real"),
        Column(_("Vĩ độ"), "real"),
        Column(_("Sai số (m)"), "real", 10),
        Column(_("Tình trạng")),
        Column(_("Đóng từ ngày"), "date"),
        Column(_("Xã"), width=20),
    ]


def rows(*, listing: Listing, user: Any, with_people: bool, seen: Callable[[int], None] | None = None) -> Iterator[Any]:
    """(longitude, latitude, values of `columns`) of every house of the list, read in pieces; `seen(houses so far)`."""
    houses = listing.houses(user)
    if not listing.text:
        houses = houses.in_walking_order()
    houses = houses.select_related("village")
    if with_people:
        own = Household.objects.for_user(user).order_by("head_name", "id")
        houses = houses.prefetch_related(Prefetch("households", queryset=own))
    commune = listing.commune.full_name
    states = {value: str(label) for value, label in HouseState.choices}
    for count, house in enumerate(houses.iterator(chunk_size=_CHUNK), start=1):
        first = (house.code, house.number, house.street, house.village.full_name if house.village else "")
        lng, lat = house.location.coords
        last = (lng, lat, house.accuracy_m, states[house.state], house.closed_on, commune)
        if with_people:
            # The importer takes the note of a row with a head for the household's, of one without for the house's.
            for household in list(house.households.all()) or [Household(head_name="", phone="", note=house.note)]:
                people = (household.head_name, household.phone, household.size, household.note, house.note)
                yield lng, lat, (*first, *people, *last)
        else:
            yield lng, lat, (*first, house.note, *last)
        if seen is not None and count % _CHUNK == 0:
            seen(count)


def write(
    *,
    listing: Listing,
    user: Any,
    with_people: bool,
    file_format: str,
    folder: Path,
    seen: Callable[[int], None] | None = None,
) -> Path:
    """Write the list into `folder` and return the file. Memory does not grow with the list."""
    path = folder / file_name(listing, file_format)
    head = columns(with_people=with_people)
    found = rows(listing=listing, user=user, with_people=with_people, seen=seen)
    if file_format == "gpkg":
        exporting.write_geopackage(path, layer="houses", columns=head, rows=found)
        return path
    plain = (values for _lng, _lat, values in found)
    if file_format == "csv":
        with path.open("wb") as target:
            exporting.write_csv(target, columns=head, rows=plain)
    else:
        exporting.write_xlsx(path, title=listing.commune.full_name, columns=head, rows=plain)
    return path


def file_name(listing: Listing, file_format: str) -> str:
    """The name of the file: "nha-16543-2026-11-24.xlsx"."""
    return f"nha-{listing.commune.code}-{timezone.localdate():%Y-%m-%d}.{file_format}"


def _run(work: Work) -> None:
    """The job: write the list, keep the file."""
    with_people = work.job.kind == WITH_PEOPLE
    listing = Listing.read(work.commune, work.params, with_people=with_people)
    total = listing.houses(work.user).order_by().count()
    # One transaction: people are seen inside of one alone, and the list is of one moment.
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = write(
            listing=listing,
            user=work.user,
            with_people=with_people,
            file_format=work.params["format"],
            folder=Path(folder),
            seen=lambda done: work.progress(done, total),
        )
        work.keep_file(path, name=path.name, content_type=FORMATS[work.params["format"]])
    work.progress(total, total)
