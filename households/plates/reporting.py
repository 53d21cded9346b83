"""What strangers report of a plate, and what officials answer. Nothing about whoever reports is asked or kept.

A report names a house and perhaps one plate of it. Neither audit nor history notes its arrival, since both would note
from where it came; the throttle counts by keyed hashes that are gone within a day.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from households import audit_trail, codes
from households.finding import require_at_house
from households.models import House, Plate, PlateReport, ReportKind, ReportState
from mapping import personal, throttle
from mapping.access import Capability
from mapping.errors import Conflict, TooMany, UserError
from mapping.text import clean

LONGEST_NOTE: Final = 500
_LONGEST_TYPED: Final = 4 * LONGEST_NOTE  # spaces and marks that the page takes away counted
LONGEST_ANSWER: Final = 300
MOST_OPEN: Final = 5
"""So many open reports of one house say all there is to say; what comes after them is not kept."""
MOST_OF_CLIENT: Final = 20
"""An hour, of one address on the network: a whole mobile network may stand behind one."""
MOST_OF_HOUSE: Final = 10
"""A day, wherever they come from."""

# Telephone numbers, personal numbers and mail addresses, which some write although nobody asks for them.
_BETWEEN: Final = r"[\s()\[\].,/_+*·–—‑−-]{0,3}"  # people part digits in many ways
_PERSONAL: Final = re.compile(
    rf"(?<!\d)(?:\+?84|0)(?:{_BETWEEN}\d){{8,11}}(?!\d)|(?<!\d)\d{{12}}(?!\d)"
    r"|[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}"
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report is about: the plate that was scanned, or a house by its code alone."""

    house: House
    plate: Plate | None

    @property
    def key(self) -> str:
        """What its address holds."""
        return self.plate.token if self.plate else codes.format_house_code(self.house.code)


def by_token(token: str) -> Reported | None:
    """Return what a report on the plate with this token is about, dead ones too; None when there is none."""
    plate = Plate.objects.select_related("house__village", "house__commune").filter(pk=token).first()
    return Reported(plate.house, plate) if plate else None


def by_house_code(code: str) -> Reported | None:
    """Return what a report on the house with this code is about; None when there is none."""
    house = House.objects.select_related("village", "commune").filter(code=code).first()
    return Reported(house, None) if house else None


def receive(about: Reported, *, kind: str, note: str, client: str) -> PlateReport | None:
    """Keep a report; None when it says what an open one says already. `client` is counted and not kept.

    Raises UserError for a kind that does not exist or a note that is too long, TooMany over the limits.
    """
    if kind not in ReportKind.values:
        raise UserError(_("Hãy chọn biển có việc gì."), code="kind")
    # Before anything looks at each letter of it: strangers may send megabytes.
    note = clean(note) if len(note) <= _LONGEST_TYPED else note
    if len(note) > LONGEST_NOTE:
        raise UserError(
            _("Phần ghi thêm dài %(length)d ký tự; xin viết trong %(most)d ký tự.")
            % {"length": len(note), "most": LONGEST_NOTE},
            code="note",
        )
    note = without_persons(note)
    if kind == ReportKind.OTHER and not note:
        raise UserError(_("Hãy ghi rõ việc gì."), code="note")
    _count(about, client)
    house = about.house
    waiting = PlateReport.objects.filter(house=house, state=ReportState.OPEN)
    if waiting.filter(plate=about.plate, kind=kind, note=note).exists() or waiting.count() >= MOST_OPEN:
        return None
    return PlateReport.objects.create(
        house=house, plate=about.plate, commune=house.commune, village=house.village, kind=kind, note=note
    )


def _count(about: Reported, client: str) -> None:
    if not throttle.allow("report.client", client, limit=MOST_OF_CLIENT, seconds=3600):
        raise TooMany(_("Mạng của bạn đã gửi nhiều báo lỗi trong một giờ qua. Xin thử lại sau một giờ."), seconds=3600)
    if not throttle.allow("report.house", str(about.house.pk), limit=MOST_OF_HOUSE, seconds=86_400):
        raise TooMany(_("Hôm nay xã đã nhận nhiều báo lỗi về biển này rồi. Xin cảm ơn."), seconds=86_400)


def without_persons(note: str) -> str:
    """The note without what looks like a telephone number, a personal number or a mail address."""
    return _PERSONAL.sub("•••", unicodedata.normalize("NFKC", note))


def require_may_handle(user: Any, report: PlateReport) -> None:
    """Raise Http404 or NotAllowed for whoever prints no plates where the report belongs to."""
    require_at_house(user, Capability.PRINT, report.house)


@transaction.atomic
def handle(*, user: Any, report: PlateReport, state: str, answer: str) -> PlateReport:
    """Close a report: done, or dismissed with a reason. Raises Http404, NotAllowed, UserError, Conflict."""
    related = ("house__commune", "house__village")
    fresh = PlateReport.objects.select_for_update(of=("self",)).select_related(*related).get(pk=report.pk)
    require_may_handle(user, fresh)
    if state not in (ReportState.DONE, ReportState.DISMISSED):
        raise UserError(_("Hãy chọn “Đã xử lý” hoặc “Không đúng”."), code="state")
    if state == ReportState.DISMISSED and not answer:
        raise UserError(_("Hãy ghi vì sao báo lỗi này không đúng."), code="answer")
    if fresh.state != ReportState.OPEN:
        raise Conflict(_("Báo lỗi này đã có người xử lý. Hãy tải lại trang."), code="handled")
    fresh.state, fresh.answer, fresh.handled_by, fresh.handled_at = state, answer, user, timezone.now()
    fresh.save(update_fields=["state", "answer", "handled_by", "handled_at"])
    audit_trail.report_handled(fresh)
    return fresh


def count_open(user: Any) -> int:
    """How many reports wait where the person prints plates."""
    return int(PlateReport.objects.for_user(user).filter(state=ReportState.OPEN).count())


def past_retention(now: datetime.datetime | None = None) -> QuerySet[PlateReport]:
    """Closed reports whose texts may be kept no longer (`personal_fields.py`) and are there still."""
    days = personal.tables[PlateReport._meta.label].fields["note"].keep_days
    limit = (now or timezone.now()) - datetime.timedelta(days=days or 0)
    return PlateReport.objects.filter(handled_at__lt=limit).exclude(note="", answer="")


def empty_past_retention() -> int:
    """Empty those texts and return of how many reports: that there was a report, and when, stays."""
    return past_retention().update(note="", answer="")
