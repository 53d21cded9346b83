"""Every public page as files that any file server can serve under the same addresses, should this server be gone.

    TOKEN/index.html            the page of a plate, also as TOKEN/PLUSCODE/index.html: what its QR holds
    h/123-456-78C/index.html    the page of a house code, also as h/12345678C/index.html
    alley/ID/index.html         the page of an alley
    CERTIFICATE/ID/index.html   the page of a certificate, as its QR writes it; also as certificate/ID/index.html
    index.html                  what to type, where the front page has its form
    static/                     the stylesheets and the mark

The pages are Vietnamese, have no form and nothing of a household, not even the name of a shop: its consent may be taken
back. A dead plate says that it is dead. All of it is one moment of the database. It is written beside its place and
renamed when it is whole; what a killed run leaves is removed by the next. The list of files is the list of all tokens,
so each folder has a page of its own and a server that lists folders lists nothing.
"""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.db.models import QuerySet
from django.templatetags.static import static
from django.utils import timezone, translation

from households import alley_page, certificate_page, certificates, codes, page_frame, scan, scan_page
from households.models import DEAD, GivenCertificate, House, Plate, Street
from mapping.errors import UserError
from mapping.models import Unit
from mapping.wording import gettext as _

MARK: Final = "export.json"
"""Says that a folder is an export, so that the next one may take its place."""
_STATIC: Final = ("css/scan.css", "css/alley.css", "img/mark.svg")
_FRONT: Final = "households/saved_front.html"
_LANGUAGE: Final = "vi"
_AT_A_TIME: Final = 2000


@dataclass(slots=True)
class Exported:
    """How many pages of each kind were written."""

    plates: int = 0
    dead: int = 0
    houses: int = 0
    alleys: int = 0
    certificates: int = 0


def count(commune: Unit | None = None) -> int:
    """How many plates, houses, streets and certificates an export has to go through."""
    return sum(rows(commune).count() for rows in (_plates, _houses, _streets, _certificates))


def export(folder: Path, *, commune: Unit | None = None, on_progress: Callable[[int], None] | None = None) -> Exported:
    """Write the pages of a commune, or of all, into `folder`, which is new, empty or an earlier export.

    Raises UserError, and then `folder` is as it was. Memory does not grow with what is written.
    """
    folder = folder.absolute()
    before = folder.with_name(f".{folder.name}.before")
    _settle(folder, before)
    try:
        with _beside(folder) as part, translation.override(_LANGUAGE):
            writing = _Writing(part, timezone.localdate())
            with _one_moment():
                exported = writing.everything(commune, on_progress or (lambda done: None))
            part.chmod(0o755)
            os.sync()
            if folder.exists():
                folder.rename(before)
            part.rename(folder)
    except OSError as error:
        raise UserError(
            _("Không ghi được bản lưu vào %(folder)s (%(reason)s); bản lưu trước, nếu có, vẫn còn nguyên.")
            % {"folder": folder, "reason": error.strerror or error},
            code="disk",
        ) from error
    shutil.rmtree(before, ignore_errors=True)
    return exported


def _settle(folder: Path, before: Path) -> None:
    """Refuse a folder that is somebody's; put an earlier export back that was renamed by a run killed just then."""
    if not folder.parent.is_dir():
        raise UserError(_("Không có thư mục %(folder)s.") % {"folder": folder.parent}, code="folder")
    if (before / MARK).is_file():
        if folder.exists():
            shutil.rmtree(before, ignore_errors=True)
        else:
            before.rename(folder)
    if folder.is_dir() and (not any(folder.iterdir()) or (folder / MARK).is_file()):
        return
    if folder.exists() or folder.is_symlink():
        raise UserError(
            _("%(folder)s đã có và không phải bản lưu do lệnh này ghi; hãy chọn thư mục mới hoặc thư mục trống.")
            % {"folder": folder},
            code="folder",
        )


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder beside `folder`, gone at the end unless it was renamed; others that nobody holds any more go first."""
    prefix = f".{folder.name}.part-"
    for left in folder.parent.glob(f"{prefix}*"):
        held = os.open(left, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            raise UserError(
                _("Một lệnh khác đang ghi bản lưu vào %(folder)s.") % {"folder": folder}, code="busy"
            ) from None
        finally:
            os.close(held)
    part = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    held = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        os.close(held)


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is at its begin, and changes nothing."""
    characteristics = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {}"
    with connection.cursor() as cursor:  # not within it: who acts is told before anything else could be
        cursor.execute(characteristics.format("REPEATABLE READ, READ ONLY"))
    try:
        with transaction.atomic():
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(characteristics.format("READ COMMITTED, READ WRITE"))


class _Writing:
    """One export into an empty folder."""

    def __init__(self, root: Path, day: datetime.date) -> None:
        self._root = root
        self._saved_on = f"{day:%d/%m/%Y}"
        self._day = day
        self._exported = Exported()
        self._done = 0

    def everything(self, commune: Unit | None, on_progress: Callable[[int], None]) -> Exported:
        """Write all pages and what they need; the mark comes last."""
        for path in _STATIC:
            self._static(path)
        front = self._filled(_FRONT, {"host": settings.PLATE_HOST})
        for place in (".", "h", "alley", "CERTIFICATE", "certificate"):
            self._page(front, place)
        for write, rows in (
            (self._plate, _plates(commune).values_list("token", "plus_code")),
            (self._house, _houses(commune).values_list("code")),
            (self._alley, _streets(commune).values_list("pk")),
            (self._certificate, _certificates(commune).values_list("pk")),
        ):
            for row in rows.order_by("pk").iterator(chunk_size=_AT_A_TIME):
                write(*row)  # type: ignore[operator]
                self._done += 1
                on_progress(self._done)
        mark = {"day": self._day.isoformat(), **asdict(self._exported)}
        (self._root / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")
        return self._exported

    def _plate(self, token: str, plus_code: str) -> None:
        house = scan.by_token(token)
        if house is None:
            return
        if house.plate_state in DEAD:
            page = self._filled(scan_page.DEAD_PAGE, scan_page.dead_values_of(house.plate_state, token))
            self._exported.dead += 1
        else:
            page = self._filled(scan_page.PAGE, scan_page.values_of(house, token) | {"shops": ""})
            self._exported.plates += 1
        self._page(page, token, *([f"{token}/{plus_code}"] if plus_code else []))

    def _house(self, code: str) -> None:
        house = scan.by_house_code(code)
        if house is None:
            return
        page = self._filled(scan_page.PAGE, scan_page.values_of(house, None) | {"shops": ""})
        self._page(page, f"h/{codes.format_house_code(code)}", f"h/{code}")
        self._exported.houses += 1

    def _alley(self, street_id: object) -> None:
        street = alley_page.street_of(street_id)  # type: ignore[arg-type]
        if street is None:
            return
        self._page(self._filled(alley_page.PAGE, alley_page.values_of(street)), f"alley/{street_id}")
        self._exported.alleys += 1

    def _certificate(self, identifier: str) -> None:
        checked = certificates.check(identifier)
        if checked is None:  # of a house that is gone, or of another key
            return
        page = self._filled(certificate_page.template_of(checked), certificate_page.values_of(checked))
        self._page(page, f"CERTIFICATE/{identifier}", f"certificate/{identifier}")
        self._exported.certificates += 1

    def _filled(self, template: str, values: dict[str, str]) -> str:
        return page_frame.fill(template, values | {"saved_on": self._saved_on})

    def _page(self, page: str, *places: str) -> None:
        """Write a page once, and link it where else it is asked for."""
        first: Path | None = None
        for place in places or (".",):
            folder = self._root / place
            folder.mkdir(parents=True, exist_ok=True)
            if first is None:
                first = folder / "index.html"
                first.write_text(page, encoding="utf-8")
            else:
                try:
                    os.link(first, folder / "index.html")
                except OSError:  # a file system without links, or the end of a counter
                    shutil.copyfile(first, folder / "index.html")

    def _static(self, path: str) -> None:
        source = finders.find(path)
        place = self._root / static(path).removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(source), place)


def _plates(commune: Unit | None) -> QuerySet[Plate]:
    plates = Plate.objects.all()
    return plates if commune is None else plates.filter(house__commune=commune)


def _certificates(commune: Unit | None) -> QuerySet[GivenCertificate]:
    given: QuerySet[GivenCertificate] = GivenCertificate.objects.handed_out()
    return given if commune is None else given.filter(commune=commune)


def _houses(commune: Unit | None) -> QuerySet[House]:
    houses = House.objects.all()
    return houses if commune is None else houses.filter(commune=commune)


def _streets(commune: Unit | None) -> QuerySet[Street]:
    streets = Street.objects.all()
    return streets if commune is None else streets.filter(commune=commune)
