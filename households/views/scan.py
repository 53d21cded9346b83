"""The page behind a plate: where this house is, the way there, whom to call. Nothing personal for strangers.

The page is built for one phone on a weak network: one small stylesheet, the map inside the page, no script, no
cookie. A session is looked at only when the browser brings one; an official with the right sees the households.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from households import codes, scan, sketch
from households.models import House, Household
from households.scan import ScannedHouse
from mapping.access import Capability

# Twelve characters may have become nine or fifteen by a slip; the view tells whoever typed them what to do.
# Separators are those that `codes.parse_token` ignores. Behind the token stands the Plus Code, or anything.
_BETWEEN: Final = r"[\s.\-\u00ad\u2010-\u2015\u2212\u200b\ufeff]"
_CHARACTER: Final = r"[^/\s.\-\u00ad\u2010-\u2015\u2212\u200b\ufeff]"
TOKEN_ROUTE: Final = rf"^(?P<token>{_BETWEEN}*(?:{_CHARACTER}{_BETWEEN}*){{9,15}})(?:/.{{0,40}}?)?/?$"

_LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


@require_safe
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the plate with this token. Unknown and mistyped tokens get one and the same answer."""
    with _language(request):
        try:
            house = scan.by_token(codes.parse_token(token))
        except codes.CodeError:
            house = None
        if house is None:
            return _respond(request, "households/no_such_plate.html", {}, status=404)
        if house.plate_is_revoked:
            return _respond(request, "households/plate_revoked.html", {}, status=410)
        return _show(request, house)


@require_safe
def by_house_code(request: HttpRequest, code: str) -> HttpResponse:
    """The same page for a house code, which is no secret: for a plate too scratched for its QR and its token."""
    with _language(request):
        try:
            house = scan.by_house_code(codes.parse_house_code(code))
        except codes.CodeError:
            house = None
        if house is None:
            return _respond(request, "households/no_such_plate.html", {}, status=404)
        return _show(request, house)


def _language(request: HttpRequest) -> translation.override:
    """The language that `?lang=` asks for, or the one that the browser prefers: no cookie is needed."""
    asked = request.GET.get("lang")
    return translation.override(asked if asked in _LANGUAGES else translation.get_language())


def _show(request: HttpRequest, house: ScannedHouse) -> HttpResponse:
    address = f"{house.number} {house.street}".strip() or codes.format_house_code(house.code)
    return _respond(
        request,
        "households/scan.html",
        {
            "house": house,
            "address": address,
            "house_code": codes.format_house_code(house.code),
            "plus_code": codes.plus_code(house.lat, house.lng),
            "maps_url": codes.google_maps_url(house.lat, house.lng),
            "directions_url": codes.google_directions_url(house.lat, house.lng),
            "sketch": _sketch(house, address),
            "people": _people(request, house),
        },
    )


def _sketch(house: ScannedHouse, address: str) -> str:
    commune = scan.outline(house.commune)
    village = scan.outline(house.village) if house.village else None
    edges = []
    if village is not None and village.boundary is not None:
        edges.append(("edge", village.boundary))
    if commune.boundary is not None:
        edges.append(("edge commune", commune.boundary))
    drawing = sketch.draw(
        x=house.x,
        y=house.y,
        lat=house.lat,
        number=house.number,
        neighbours=house.neighbours,
        are_cut_off=len(house.neighbours) == scan.NEIGHBOURS,
        edges=edges,
        commune=commune.whole,
        title=_("Sơ đồ quanh nhà %(address)s") % {"address": address},
        north_letter=_("B"),
    )
    return mark_safe(drawing)  # noqa: S308 - the sketch escapes what people have written


def _people(request: HttpRequest, house: ScannedHouse) -> dict[str, Any] | None:
    """The households, for whoever may see them; None for everyone else, without a look at the database."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    if not House.objects.for_user(request.user, Capability.SEE_PEOPLE).filter(pk=house.id).exists():
        return None
    return {"households": Household.objects.for_user(request.user).filter(house=house.id).order_by("head_name", "id")}


def _respond(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render without the context processors, which would open a session, and forbid indexing and keeping."""
    language = translation.get_language()
    context |= {
        "language": language,
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != language],
        "sign_in_url": f"{reverse('sign_in')}?next={quote(request.get_full_path())}",
        "is_signed_in": settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated,
    }
    response = HttpResponse(render_to_string(template, context), status=status)
    response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store" if context["is_signed_in"] else "private, no-cache"
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
