"""The page that orders plates: which houses, which design on which sheet, which files; what that comes to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from households.drawn_areas import drawn_again
from households.finding import commune_with
from households.models import BatchFileKind, BatchOrder, PlateState, Street
from households.plates import batching, cautions, choosing, design_pictures, frozen, own_designs, own_profiles, press
from households.plates.choosing import Want
from households.plates.design_reading import DesignProblems
from households.views import batch_words, order_form
from households.views.json_body import read_object
from households.views.map import bounds_of
from households.views.order_form import STREET, WRITTEN, Asked
from mapping import access
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Unit
from mapping.printing.host import why_not_printable
from mapping.registry import layers
from mapping.text import fold
from mapping.tile_addresses import layer_config

_NOT_FOR_HOUSES: Final = frozenset({"a3-board"})


@dataclass(frozen=True, slots=True)
class Told:
    """What an order would come to, in words; `problems` keep it from being printed."""

    ready: bool
    sentence: str
    problems: list[str]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order_plates(request: HttpRequest) -> HttpResponse:
    """The three steps (GET keeps what was chosen in the address and shows the count), or the order itself (POST)."""
    values = request.POST if request.method == "POST" else request.GET
    commune = _commune(request, values)
    if request.method == "GET":
        return _page(request, commune, values)
    try:
        asked = order_form.read(values)
        batch = batching.order(
            user=request.user, commune=commune, choice=asked.choice, design=asked.design, profile=asked.profile,
            order=asked.order, outputs=asked.outputs, copies=asked.copies, skip=asked.skip,
            proof=asked.proof or bool(why_not_printable(settings.PLATE_HOST)), fresh=asked.fresh,
        )  # fmt: skip
    except UserError as error:
        return _page(request, commune, values, refusal=error.sentence, status=error.status)
    return redirect("plate_batch", batch_id=batch.pk)


@login_required
@never_cache
@require_POST
def count_plates(request: HttpRequest) -> JsonResponse:
    """What the form, as the page has it now, would come to."""
    commune = commune_with(request.user, request.GET.get("commune", ""), Capability.PRINT)
    form = read_object(request).get("form")
    told = _told(request, commune, order_form.read(QueryDict(form if isinstance(form, str) else "")))
    return JsonResponse({"ready": told.ready, "sentence": told.sentence, "problems": told.problems})


@login_required
@require_GET
def order_picture(request: HttpRequest) -> HttpResponse:
    """A PNG of the first page of `design` on `profile`."""
    commune = commune_with(request.user, request.GET.get("commune", ""), Capability.PRINT)
    profile = own_profiles.find(commune, request.GET.get("profile", ""))
    chosen = own_designs.find(commune, request.GET.get("design", ""))
    png = design_pictures.of_page(request.user, commune, chosen.source, profile)
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": "private, no-store"})


def _commune(request: HttpRequest, values: QueryDict) -> Unit:
    code = values.get("commune", "")
    if code:
        return commune_with(request.user, code, Capability.PRINT)
    access.somewhere(request.user, Capability.PRINT)
    own = access.own_commune(request.user, Capability.PRINT)
    if own is None:
        raise UserError(_("Chưa có xã nào trong hệ thống; hãy nạp ranh giới bằng load_boundaries."), code="no_communes")
    return own


def _told(request: HttpRequest, commune: Unit, asked: Asked) -> Told:
    problems = []
    if not asked.outputs:
        problems.append(_("Chưa chọn tệp nào để làm. Hãy chọn ít nhất một loại tệp."))
    forecast = batching.forecast(
        request.user, commune, asked.choice, profile=asked.profile, outputs=asked.outputs, copies=asked.copies,
        skip=asked.skip,
    )  # fmt: skip
    sheet = own_profiles.find(commune, asked.profile).sheet
    try:
        frozen.freeze_design(commune, asked.design, host=settings.PLATE_HOST, sheet=sheet, fonts=press.fonts())
    except DesignProblems as error:
        problems.extend(problem.sentence for problem in error.problems)
    if not forecast.houses:
        return Told(False, _("Chưa có nhà nào theo lựa chọn này."), problems)
    plates = forecast.houses * asked.copies
    sentence = _("%(plates)s trên %(sheets)s, %(time)s.") % {
        "plates": ngettext("%(n)s biển", "%(n)s biển", plates) % {"n": intcomma(plates)},
        "sheets": ngettext("%(n)s tờ", "%(n)s tờ", forecast.sheets) % {"n": intcomma(forecast.sheets)},
        "time": _time(forecast.seconds),
    }
    if BatchFileKind.CERTIFICATES in asked.outputs:
        sentence = f"{sentence} {batch_words.certificates_told(forecast.houses, forecast.unnumbered)}"
    return Told(not problems, sentence, problems)


def _time(seconds: float) -> str:
    if seconds < 90:
        whole = max(1, round(seconds))
        return ngettext("xong sau khoảng %(n)d giây", "xong sau khoảng %(n)d giây", whole) % {"n": whole}
    minutes = math.ceil(seconds / 60)
    return ngettext("xong sau khoảng %(n)d phút", "xong sau khoảng %(n)d phút", minutes) % {"n": minutes}


def _page(
    request: HttpRequest, commune: Unit, values: QueryDict, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    try:
        asked = order_form.read(values)
        told = _told(request, commune, asked)
    except UserError as error:
        asked, told = order_form.read_what_can_be(values), Told(False, error.sentence, [])
    host_reason = why_not_printable(settings.PLATE_HOST)
    context: dict[str, Any] = {
        "commune": commune,
        "asked": asked,
        "told": told,
        "refusal": refusal,
        "villages": _villages(request, commune, asked),
        "streets": _streets(request, commune, asked),
        "wants": Want.choices,
        "states": [(value, label) for value, label in PlateState.choices if value != PlateState.DRAFT],
        "chosen_states": set(asked.choice.states),
        "polygon": drawn_again(values.get("polygon", "")),
        "designs": _designs(commune, asked),
        "profiles": [one for one in own_profiles.profiles_of(commune) if one.key not in _NOT_FOR_HOUSES],
        "orders": BatchOrder.choices,
        "outputs": BatchFileKind.choices,
        "picture": reverse("order_picture") + "?" + urlencode(
            {"commune": commune.code, "design": asked.design, "profile": asked.profile}
        ),
        "most_copies": batching.MOST_COPIES,
        "host": settings.PLATE_HOST,
        "proof_alone": host_reason is not None,
        "host_sentence": press.with_setting(
            press.not_printable_sentence(settings.PLATE_HOST, host_reason), request.user
        ) if host_reason else "",
        "config": _map_config(request, commune),
    }  # fmt: skip
    return render(request, "households/order_plates.html", context, status=status)


def _villages(request: HttpRequest, commune: Unit, asked: Asked) -> list[tuple[Unit, bool]]:
    """The villages that can be chosen, and whether each is."""
    scope = access.scope_of(request.user, Capability.PRINT)
    villages = Unit.objects.current().villages().filter(scope.units(), parent=commune).in_order()
    return [(village, village.pk in asked.choice.villages) for village in villages]


def _streets(request: HttpRequest, commune: Unit, asked: Asked) -> list[tuple[str, str, bool]]:
    """Value, words, and whether it is chosen, of each street: those that were drawn and have a name, and the others
    that addresses name.
    """
    drawn = Street.objects.filter(commune=commune).exclude(name="").order_by("name", "kind")[: choosing.MOST_STREETS]
    found = {fold(street.full_name): (f"{STREET}{street.pk}", street.full_name) for street in drawn}
    bare = {fold(street.name) for street in drawn}
    for written in choosing.streets_written(request.user, commune)[: choosing.MOST_STREETS]:
        if fold(written) not in bare:
            found.setdefault(fold(written), (WRITTEN + written, written))
    chosen = {f"{STREET}{one}" for one in asked.choice.streets} | {WRITTEN + one for one in asked.choice.street_texts}
    return [(value, words, value in chosen) for value, words in found.values()]


def _designs(commune: Unit, asked: Asked) -> list[dict[str, Any]]:
    """The designs of houses that can be printed at all, with what to think of and a picture of each."""
    found = []
    for one in own_designs.designs_of(commune):
        try:
            design = own_designs.judged(commune, one.source)
        except DesignProblems:
            continue
        if design.subject != "house":
            continue
        query = {"commune": commune.code, "version": one.own.version if one.own else 0}
        found.append(
            {
                "key": one.key,
                "title": one.title,
                "cautions": cautions.cautions(design),
                "picture": f"{reverse('plate_design_picture', args=[one.key])}?{urlencode(query)}",
            }
        )
    return found


def _map_config(request: HttpRequest, commune: Unit) -> dict[str, Any]:
    return {
        "language": get_language(),
        "bounds": bounds_of(request.user, commune),
        "layers": {name: layer_config(layers[name]) for name in ("units", "houses")},
        "baseMap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION}
        if settings.BASEMAP_URL
        else None,
        "text": {
            "mapLabel": _("Bản đồ để vẽ vùng in biển"),
            "zoomIn": _("Phóng to"),
            "zoomOut": _("Thu nhỏ"),
            "corners": _("Vùng có %(count)s đỉnh."),
            "more": _("Chạm thêm: vùng cần ít nhất ba đỉnh."),
            "none": _("Chưa vẽ vùng: không lọc theo vùng."),
        },
    }
