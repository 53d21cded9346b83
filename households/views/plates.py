"""The desk of plates: how each village stands, the batches, what strangers report, and what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households.finding import commune_with, communes_of
from households.models import House, PlateBatch
from households.plates import press, releasing, reporting, tally
from households.plates.choosing import Want
from households.plates.tally import Tally
from mapping import access
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Unit
from mapping.printing.host import why_not_printable

_BATCHES: Final = 10
_HOUSES: Final = 50
_CODE: Final = re.compile(r"[0-9A-Za-z-]{1,12}", re.ASCII)
COLUMNS: Final[dict[str, Promise]] = {
    "without_plate": _("Chưa có biển"),
    "ordered": _("Đã in, chưa về"),
    "in_stock": _("Trong kho"),
    "issued": _("Đã giao"),
    "mounted": _("Đã lắp"),
    "to_reprint": _("Cần in lại"),
    "gone": _("Hỏng, mất"),
    "overdue": _("Quá hạn kiểm tra"),
}
"""What the table counts, by its name in `tally.Tally`."""
_ALSO_LISTED: Final[dict[str, Promise]] = {"moved": _("Nhà dời xa Plus Code đã in")}
_WANTS: Final = {"without_plate": Want.WITHOUT_PLATE, "to_reprint": Want.TO_REPRINT, "gone": Want.GONE}


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table and the page of what it counts."""

    count: int
    url: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A village of the table, or all of them."""

    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: why, and where it is done."""

    sentence: str
    url: str
    label: str


@login_required
@never_cache
@require_GET
def plates(request: HttpRequest) -> HttpResponse:
    """The desk of `?commune=CODE`, or of the person's own."""
    access.somewhere(request.user, Capability.PRINT)
    commune = _commune(request)
    tallies = tally.by_village(request.user, commune)
    total = tally.total(tallies)
    codes = dict(Unit.objects.filter(pk__in=[one.village_id for one in tallies]).values_list("pk", "code"))
    reports = reporting.count_open(request.user)
    reason = why_not_printable(settings.PLATE_HOST)
    context: dict[str, Any] = {
        "commune": commune,
        "communes": list(communes_of(request.user, Capability.PRINT).order_by("name", "code")),
        "houses": total.houses,
        "columns": COLUMNS.values(),
        "rows": [_row(commune, one, codes) for one in tallies],
        "total": _row(commune, total, codes, everywhere=True) if len(tallies) > 1 else None,
        "steps": _steps(commune, total),
        "reports": reports,
        "moved": total.moved,
        "moved_url": _list_url(commune, "moved", None, everywhere=True),
        "page": Paginator(_batches(request.user, commune), _BATCHES).get_page(request.GET.get("page")),
        "villages": Unit.objects.current().villages().filter(
            access.scope_of(request.user, Capability.PRINT).units(), parent=commune
        ).in_order(),
        "host_sentence": press.with_setting(press.not_printable_sentence(settings.PLATE_HOST, reason), request.user)
        if reason
        else "",
    }  # fmt: skip
    return render(request, "households/plates.html", context)


@login_required
@never_cache
@require_GET
def plate_houses(request: HttpRequest) -> HttpResponse:
    """The houses that one number of the desk counts: `what`, of a `village` by its id, "none", or all."""
    access.somewhere(request.user, Capability.PRINT)
    commune = _commune(request)
    what, village = request.GET.get("what", ""), request.GET.get("village", "")
    if what not in tally.COUNTED or not (village in ("", "none") or (village.isdecimal() and len(village) < 19)):
        raise Http404
    village_id = int(village) if village.isdecimal() else None
    unit = Unit.objects.villages().filter(pk=village_id, parent=commune).first() if village_id else None
    ids = tally.houses(request.user, commune, what, village_id, everywhere=village == "")
    houses = House.objects.filter(pk__in=ids).select_related("village", "commune")
    query = {"commune": commune.code, "what": what} | ({"village": village} if village else {})
    order = {"commune": commune.code, "want": _WANTS[what]} if what in _WANTS else None
    if order is not None and unit is not None:
        order["village"] = str(unit.pk)
    context = {
        "commune": commune,
        "title": (COLUMNS | _ALSO_LISTED)[what],
        "village": unit,
        "is_nowhere": village == "none",
        "count": len(ids),
        "page": Paginator(houses.in_walking_order().prefetch_related("plates"), _HOUSES).get_page(
            request.GET.get("page")
        ),
        "query": urlencode(query),
        "order_url": f"{reverse('order_plates')}?{urlencode(order)}" if order and village != "none" else "",
    }
    return render(request, "households/plate_houses.html", context)


def _commune(request: HttpRequest) -> Unit:
    """The commune that the address names; the person's own where it names none."""
    typed = request.GET.get("commune", "")
    if _CODE.fullmatch(typed) and Unit.objects.current().communes().filter(code=typed).exists():
        return commune_with(request.user, typed, Capability.PRINT)
    own = access.own_commune(request.user, Capability.PRINT)
    if own is None:
        raise UserError(
            gettext("Chưa có xã nào trong hệ thống; hãy nạp ranh giới bằng load_boundaries."), code="no_communes"
        )
    return own


def _batches(user: Any, commune: Unit) -> Any:
    """The batches that the person may see, those at work first, then the newest."""
    waits = Case(When(state__in=releasing.OVER, then=Value(1)), default=Value(0), output_field=IntegerField())
    found = PlateBatch.objects.for_user(user).filter(commune=commune).select_related("created_by", "job")
    return found.order_by(waits, "-created_at")


def _row(commune: Unit, one: Tally, codes: dict[int, str], *, everywhere: bool = False) -> Row:
    village_code = "" if everywhere else codes.get(one.village_id or 0, "none")
    houses = {"commune": commune.code} | ({"village": village_code} if village_code else {})
    cells = [Cell(one.houses, f"{reverse('houses')}?{urlencode(houses)}")]
    for name in COLUMNS:
        warns = name in ("to_reprint", "gone", "overdue")
        cells.append(Cell(getattr(one, name), _list_url(commune, name, one.village_id, everywhere=everywhere), warns))
    name = gettext("Cả xã") if everywhere else one.name or gettext("Chưa xếp thôn")
    return Row(name, cells)


def _list_url(commune: Unit, what: str, village_id: int | None, *, everywhere: bool) -> str:
    query = {"commune": commune.code, "what": what}
    if not everywhere:
        query["village"] = str(village_id) if village_id is not None else "none"
    return f"{reverse('plate_houses')}?{urlencode(query)}"


def _steps(commune: Unit, total: Tally) -> list[Step]:
    """What to do next, the most pressing first."""
    steps: list[Step] = []

    def add(sentence: str, count: int, url: str, label: str) -> None:
        steps.append(Step(sentence % {"n": intcomma(count)}, url, label))

    def order(want: Want) -> str:
        return f"{reverse('order_plates')}?{urlencode({'commune': commune.code, 'want': want.value})}"

    def listed(what: str) -> str:
        return _list_url(commune, what, None, everywhere=True)

    if count := total.without_plate:
        sentence = ngettext("%(n)s nhà chưa có biển.", "%(n)s nhà chưa có biển.", count)
        add(sentence, count, order(Want.WITHOUT_PLATE), gettext("Đặt in cho các nhà này"))
    if count := total.to_reprint:
        sentence = ngettext("%(n)s biển ghi khác địa chỉ hôm nay.", "%(n)s biển ghi khác địa chỉ hôm nay.", count)
        add(sentence, count, order(Want.TO_REPRINT), gettext("Đặt in lại"))
    if count := total.gone:
        sentence = ngettext("%(n)s nhà có biển hỏng hoặc mất.", "%(n)s nhà có biển hỏng hoặc mất.", count)
        add(sentence, count, order(Want.GONE), gettext("Đặt in thay"))
    if count := total.in_stock:
        sentence = ngettext("%(n)s biển trong kho, chờ giao.", "%(n)s biển trong kho, chờ giao.", count)
        add(sentence, count, listed("in_stock"), gettext("Xem các nhà"))
    if count := total.issued:
        sentence = ngettext("%(n)s biển đã giao, chờ lắp.", "%(n)s biển đã giao, chờ lắp.", count)
        add(sentence, count, listed("issued"), gettext("Xem các nhà"))
    if count := total.overdue:
        sentence = ngettext(
            "%(n)s biển đã lắp hơn 10 năm chưa kiểm tra lại.", "%(n)s biển đã lắp hơn 10 năm chưa kiểm tra lại.", count
        )
        add(sentence, count, listed("overdue"), gettext("Xem các nhà"))
    return steps
