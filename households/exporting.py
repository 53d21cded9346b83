"""Lists of houses as files: what the page shows, with the same filters, as XLSX, CSV or GeoPackage.

One row a household, a house without one has one row too; the titles are those that the importer knows, so a file
can be mended in Excel and brought back. Names stand in it only for whoever may take them out; telephone and personal
numbers only where they were asked for with a reason, which the file and the audit keep.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import address_reading
from households.finding import may_in_commune
from households.listing import Listing
from households.models import Household, HouseState
from households.personal_fields import EXPORTED_FILE_DAYS
from mapping import audit, exporting, registry, scratch
from mapping.access import Capability
from mapping.errors import NotAllowed
from mapping.exporting import Column
from mapping.jobs import Work
from mapping.models import Unit

AT_ONCE: Final = 10_000
"""Houses that a page writes while the person waits; a longer list is a job."""

FORMATS: Final[dict[str, str]] = {"xlsx": exporting.XLSX, "gpkg": exporting.GEOPACKAGE, "csv": exporting.CSV}
WITH_PEOPLE, PLACES_ONLY, WITH_NUMBERS = "houses.export", "houses.export_places", "houses.export_numbers"
NUMBERS: Final[dict[str, Promise]] = {
    "phone": gettext_lazy("Điện thoại"),
    "personal_number": gettext_lazy("Số định danh"),
}
"""Fields of a household that leave in full only with a reason, by their titles."""
_CHUNK: Final = 1_000


def register() -> None:
    """Announce the kinds of long lists; who may not take names out may not fetch those with people."""
    capabilities = {
        WITH_PEOPLE: Capability.EXPORT_PEOPLE,
        WITH_NUMBERS: Capability.EXPORT_PEOPLE,
        PLACES_ONLY: Capability.SEE_HOUSES,
    }
    for name, capability in capabilities.items():
        registry.job_kinds[name] = registry.JobKind(
            name=name, label=gettext_lazy("ghi danh sách nhà ra tệp"), capability=capability, run=_run
        )


@dataclass(frozen=True, slots=True)
class Taking:
    """What of the people a file holds, and why. Telephone and personal numbers want a reason; the rest does not."""

    names: bool = False
    numbers: tuple[str, ...] = ()
    """Of `NUMBERS`, in full."""
    reason: str = ""

    def values(self) -> dict[str, Any]:
        """As the params of a job."""
        return {"numbers": list(self.numbers), "reason": self.reason}


def may_take_numbers(user: Any, commune: Unit) -> bool:
    """Whether a file may hold telephone and personal numbers: names may leave, and numbers be seen in full."""
    return all(
        may_in_commune(user, capability, commune) for capability in (Capability.EXPORT_PEOPLE, Capability.REVEAL)
    )


def columns(taking: Taking) -> list[Column]:
    """The columns, in the language of now."""
    numbers = [Column(str(NUMBERS[name]), width=16) for name in taking.numbers]
    people = [Column(_("Chủ hộ"), width=26), *numbers, Column(_("Số người"), "whole", 10)]
    return [
        Column(_("Mã nhà"), width=12),
        Column(_("Số nhà"), width=10),
        Column(_("Đường, ngõ"), width=24),
        Column(_("Thôn"), width=20),
        *(people if taking.names else []),
        # A free text may speak of people too.
        *([Column(_("Ghi chú"), width=30), Column(_("Ghi chú về nhà"), width=30)] if taking.names else []),
        Column(_("Kinh độ"), "real"),
        Column(_("Vĩ độ"), "real"),
        Column(_("Sai số (m)"), "real", 10),
        Column(_("Tình trạng")),
        Column(_("Đóng từ ngày"), "date"),
        Column(_("Xã"), width=20),
        Column(_("Địa chỉ đầy đủ"), width=60),
    ]


def rows(
    *,
    listing: Listing,
    user: Any,
    taking: Taking,
    taken: list[uuid.UUID],
    seen: Callable[[int], None] | None = None,
) -> Iterator[Any]:
    """(longitude, latitude, values of `columns`) of every house of the list, read in pieces; `seen(houses so far)`.

    The ids of the households in it go into `taken`.
    """
    houses = listing.houses(user)
    if not listing.text:
        houses = houses.in_walking_order()
    if taking.names:
        own = Household.objects.for_user(user, Capability.EXPORT_PEOPLE).order_by("head_name", "id")
        houses = houses.prefetch_related(Prefetch("households", queryset=own))
    commune = listing.commune.full_name
    states = {value: str(label) for value, label in HouseState.choices}
    found = address_reading.with_addresses(houses.iterator(chunk_size=_CHUNK), lambda house: house)
    for count, (house, address) in enumerate(found, start=1):
        first = (house.code, house.number, house.street, address.village)
        lng, lat = house.location.coords
        last = (lng, lat, house.accuracy_m, states[house.state], house.closed_on, commune, address.long)
        if taking.names:
            households = list(house.households.all())
            taken.extend(household.pk for household in households)
            # The importer takes the note of a row with a head for the household's, of one without for the house's.
            for household in households or [Household(head_name="", phone="", note=house.note)]:
                numbers = (getattr(household, name) for name in taking.numbers)
                people = (household.head_name, *numbers, household.size, household.note, house.note)
                yield lng, lat, (*first, *people, *last)
        else:
            yield lng, lat, (*first, *last)
        if seen is not None and count % _CHUNK == 0:
            seen(count)


def write(
    *,
    listing: Listing,
    user: Any,
    taking: Taking,
    file_format: str,
    folder: Path,
    seen: Callable[[int], None] | None = None,
) -> Path:
    """Write the list into `folder`, write down who took whom out, and return the file.

    Memory grows by the id of each household whose name the file holds, and by nothing else.
    """
    path = folder / file_name(listing, file_format, with_numbers=bool(taking.numbers))
    head = columns(taking)
    taken: list[uuid.UUID] = []
    found = rows(listing=listing, user=user, taking=taking, taken=taken, seen=seen)
    if file_format == "gpkg":
        count = exporting.write_geopackage(path, layer="houses", columns=head, rows=found)
    else:
        plain = (values for _lng, _lat, values in found)
        if file_format == "csv":
            with path.open("wb") as target:
                count = exporting.write_csv(target, columns=head, rows=plain)
        else:
            count = exporting.write_xlsx(
                path,
                title=listing.commune.full_name,
                columns=head,
                rows=plain,
                notes=_notes(listing, user, taking),
                notes_title=_("Về tệp này"),
            )
    audit.record(
        "export",
        subject=listing.commune.full_name,
        table=Household._meta.db_table if taking.names else "",
        rows=taken or None,
        commune=listing.commune,
        count=count,
        detail={
            "list": "houses",
            "format": file_format,
            "fields": [*(["head_name"] if taking.names else []), *taking.numbers],
            **({"reason": taking.reason} if taking.reason else {}),
        },
    )
    return path


def _notes(listing: Listing, user: Any, taking: Taking) -> list[tuple[str, str]]:
    """What a file with numbers says of itself: who took it out, when and why."""
    if not taking.numbers:
        return []
    return [
        (_("Danh sách"), listing.commune.full_name),
        (_("Người tải"), str(user)),
        (_("Lúc"), f"{timezone.localtime():%d/%m/%Y %H:%M}"),
        (_("Lý do"), taking.reason),
        (_("Lưu ý"), _("Tệp có dữ liệu cá nhân. Chỉ dùng cho việc đã ghi ở trên, dùng xong thì xóa. Nhật ký đã ghi.")),
    ]


def file_name(listing: Listing, file_format: str, *, with_numbers: bool) -> str:
    """The name of the file: "nha-16543-2026-11-24.xlsx"; one that holds numbers of people says so."""
    kind = "nha-co-so-dien-thoai" if with_numbers else "nha"
    return f"{kind}-{listing.commune.code}-{timezone.localdate():%Y-%m-%d}.{file_format}"


def _run(work: Work) -> None:
    """The job: write the list, keep the file. What of the people it holds is what the person may take out today."""
    numbers = tuple(name for name in NUMBERS if name in work.params.get("numbers", ()))
    if work.job.kind == WITH_NUMBERS and not (numbers and may_take_numbers(work.user, work.commune)):
        raise NotAllowed(_("Tài khoản của bạn không có quyền làm việc này ở %(unit)s.") % {"unit": work.commune})
    taking = Taking(
        names=work.job.kind in (WITH_PEOPLE, WITH_NUMBERS),
        numbers=numbers if work.job.kind == WITH_NUMBERS else (),
        reason=work.params.get("reason", ""),
    )
    with_people = may_in_commune(work.user, Capability.SEE_PEOPLE, work.commune)
    listing = Listing.read(work.commune, work.params, with_people=with_people)
    total = listing.houses(work.user).order_by().count()
    # One transaction: people are seen inside of one alone, and the list is of one moment.
    with scratch.folder() as folder, transaction.atomic():
        path = write(
            listing=listing,
            user=work.user,
            taking=taking,
            file_format=work.params["format"],
            folder=folder,
            seen=lambda done: work.progress(done, total),
        )
        content_type = FORMATS[work.params["format"]]
        work.keep_file(path, name=path.name, content_type=content_type, keep_days=EXPORTED_FILE_DAYS)
    work.progress(total, total)
