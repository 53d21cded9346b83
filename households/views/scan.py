"""The page behind a plate: where this house is, the way there, whom to call. Nothing personal for strangers.

The page is built for one phone on a weak network: one small stylesheet, the map inside the page, no script, no
cookie. A session is looked at only when the browser brings one; an official with the right sees the households.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from households import audit_trail, codes, guessing, page_frame, scan, sketch
from households.addresses import in_sentence
from households.finding import may_at_house
from households.models import DEAD, House
from households.scan import ScannedHouse
from households.showing import attach_people
from mapping import errors, rate_limits
from mapping.access import Capability

# Behind the token stands the Plus Code, or anything up to 40 characters.
_REST: Final = r"(?:/.{0,40}?)?/?$"
QR_ROUTE: Final = rf"^(?P<token>[{codes.TOKEN_ALPHABET}]{{{codes.TOKEN_LENGTH}}}){_REST}"
"""What a QR holds: capitals and digits alone, so no other address can look like it and it may stand first."""

# Separators are those that `codes.parse_token` ignores.
_SEPARATORS: Final = r"\s.\-\u00ad\u2010-\u2015\u2212\u200b\ufeff"
_BETWEEN: Final = rf"[{_SEPARATORS}]{{0,3}}"  # few, so that no long line of hyphens keeps the matcher busy
_CHARACTER: Final = rf"[^/{_SEPARATORS}]{_BETWEEN}"
TYPED_ROUTE: Final = (
    rf"^(?P<token>{_BETWEEN}(?:(?:{_CHARACTER}){{{codes.TOKEN_LENGTH}}}|(?=[^/]*[0-9])(?:{_CHARACTER}){{8,16}})){_REST}"
)
"""What people type: any writing of a token, and what slips have made shorter or longer.

Those need a digit, so that an address of ours written without its last slash is not taken for one.
"""

_LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


@require_safe
@transaction.non_atomic_requests
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the plate with this token. Unknown and mistyped tokens get one and the same answer."""
    with _language(request):
        if seconds := rate_limits.seconds_to_wait("scan", request):
            return errors.too_many(request, seconds)
        try:
            house = scan.by_token(codes.parse_token(token))
        except codes.CodeError:
            house = None
        if house is None:
            return _respond(request, "households/no_such_plate.html", {}, status=404)
        if house.plate_state in DEAD:
            return _respond(request, "households/plate_revoked.html", {}, status=410)
        return _show(request, house)


@require_safe
@transaction.non_atomic_requests
def by_house_code(request: HttpRequest, code: str) -> HttpResponse:
    """The same page for a house code, which is no secret: for a plate too scratched for its QR and its token."""
    with _language(request):
        if seconds := guessing.seconds_to_wait(request):
            return errors.too_many(request, seconds)
        try:
            house = scan.by_house_code(codes.parse_house_code(code))
            if house is None:
                guessing.was_wrong(request)
        except codes.CodeError:
            house = None
        if house is None:
            return _respond(request, "households/no_such_plate.html", {}, status=404)
        return _show(request, house)


def _language(request: HttpRequest) -> AbstractContextManager[None]:
    """The language that `?lang=` asks for, or the one that the browser prefers: no cookie is needed."""
    asked = request.GET.get("lang")
    return translation.override(asked) if asked in _LANGUAGES else nullcontext()


def _show(request: HttpRequest, house: ScannedHouse) -> HttpResponse:
    address = house.address.short or codes.format_house_code(house.code)
    values = {
        "long_address": house.address.long if house.address.short else _nameless(house),
        "off": ", ".join(house.address.off),
        "former": "; ".join(house.former),
        "number": house.number,
        "street": house.street,
        "village": house.village.full_name if house.village else "",
        "commune": house.commune.full_name,
        "province": house.province,
        "shops": ", ".join(house.shop_names),
        "closed": "yes" if house.is_closed else "",
        "invented": "yes" if house.is_invented else "",
        "house_code": codes.format_house_code(house.code),
        "plus_code": codes.plus_code(house.lat, house.lng),
        "maps_url": codes.google_maps_url(house.lat, house.lng),
        "directions_url": codes.google_directions_url(house.lat, house.lng),
        "sketch": sketch_of(house, address),
        "people": _people(request, house),
    }
    return _respond(request, "households/scan.html", values)


def sketch_of(house: ScannedHouse, address: str) -> str:
    """The SVG map around a house, ready for a template; its classes want a stylesheet's colours."""
    title, north_letter = _words(translation.get_language())
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
        title=title % {"address": address},
        north_letter=north_letter,
    )
    return mark_safe(drawing)  # noqa: S308 - the sketch escapes what people have written


def _nameless(house: ScannedHouse) -> str:
    """What stands for the address of a house without number and street."""
    return f"{codes.format_house_code(house.code)}, {in_sentence(house.address.place)}"


@cache
def _words(language: str | None) -> tuple[str, str]:
    """What the drawing says in the active language: its title, and the letter of the north."""
    return _("Sơ đồ quanh nhà %(address)s"), _("B")


def _people(request: HttpRequest, house: ScannedHouse) -> str:
    """The households, for whoever may see them; nothing for everyone else, without a look at the database."""
    if not _is_signed_in(request):
        return ""
    with transaction.atomic():
        found = House.objects.for_user(request.user, Capability.SEE_PEOPLE).filter(pk=house.id).first()
        if found is None:
            return ""
        attach_people(request.user, [found])
        audit_trail.read(found, [household.pk for household in found.people])
    values = {"code": house.code, "households": found.people, "csrf_token": get_token(request)}
    values["may_reveal"] = may_at_house(request.user, Capability.REVEAL, found)
    return render_to_string("households/scan_people.html", values)


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether an official is looking; a browser without our cookie never opens a session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def _respond(request: HttpRequest, template: str, values: dict[str, str], *, status: int = 200) -> HttpResponse:
    """Render without the context processors, which would open a session, and forbid indexing and keeping."""
    is_signed_in = _is_signed_in(request)
    values["signed_in"] = "yes" if is_signed_in else ""
    values["next"] = quote(request.get_full_path())
    response = HttpResponse(page_frame.fill(template, values), status=status)
    response["Content-Language"] = translation.get_language()
    response["X-Robots-Tag"] = "noindex, nofollow"
    # A form sent from a page without a referrer has no origin either, and is refused; an official's page has forms.
    response["Referrer-Policy"] = "same-origin" if is_signed_in else "no-referrer"
    response["Cache-Control"] = "private, no-store" if is_signed_in else "private, no-cache"
    response["Vary"] = "Cookie, Accept-Language"
    return response
