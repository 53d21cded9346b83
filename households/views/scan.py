"""The page behind a plate: where this house is, the way there, whom to call. Nothing personal for strangers.

The page is built for one phone on a weak network: one small stylesheet, the map inside the page, no script, no
cookie. A session is looked at only when the browser brings one; an official with the right sees the households.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from households import audit_trail, codes, guessing, scan, scan_page
from households.finding import may_at_house
from households.models import DEAD, House, PlateState
from households.plates.life import Act, acts_from
from households.scan import ScannedHouse
from households.showing import attach_people
from households.views.public_page import is_signed_in, language, respond
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


@require_safe
@transaction.non_atomic_requests
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the plate with this token. Unknown and mistyped tokens get one and the same answer."""
    with language(request):
        if seconds := rate_limits.seconds_to_wait("scan", request):
            return errors.too_many(request, seconds)
        try:
            read = codes.parse_token(token)
            house = scan.by_token(read)
        except codes.CodeError:
            house = None
        if house is None:
            return respond(request, scan_page.UNKNOWN_PAGE, {}, status=404)
        if house.plate_state in DEAD:
            values = scan_page.dead_values_of(house.plate_state, read)
            values["plate_work"] = _plate_work(request, house, read)
            return respond(request, scan_page.DEAD_PAGE, values, status=410)
        return _show(request, house, read)


@require_safe
@transaction.non_atomic_requests
def by_house_code(request: HttpRequest, code: str) -> HttpResponse:
    """The same page for a house code, which is no secret: for a plate too scratched for its QR and its token."""
    with language(request):
        if seconds := guessing.seconds_to_wait(request):
            return errors.too_many(request, seconds)
        try:
            house = scan.by_house_code(codes.parse_house_code(code))
            if house is None:
                guessing.was_wrong(request)
        except codes.CodeError:
            house = None
        if house is None:
            return respond(request, scan_page.UNKNOWN_PAGE, {}, status=404)
        return _show(request, house)


def _show(request: HttpRequest, house: ScannedHouse, token: str | None = None) -> HttpResponse:
    values = scan_page.values_of(house, token)
    values["people"] = _people(request, house)
    values["plate_work"] = _plate_work(request, house, token) if token else ""
    return respond(request, scan_page.PAGE, values)


def _people(request: HttpRequest, house: ScannedHouse) -> str:
    """The households, for whoever may see them; nothing for everyone else, without a look at the database."""
    if not is_signed_in(request):
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


def _plate_work(request: HttpRequest, house: ScannedHouse, token: str) -> str:
    """The way to the plate's own page and to hanging it, for whoever prints at the house."""
    if not is_signed_in(request) or house.plate_state is None:
        return ""
    with transaction.atomic():
        if not House.objects.for_user(request.user, Capability.PRINT).filter(pk=house.id).exists():
            return ""
    hangs = house.plate_state == PlateState.INSTALLED
    values = {
        "token": token,
        "hangs": hangs,
        "may_install": not hangs and not house.is_closed and Act.INSTALL in acts_from(house.plate_state),
    }
    return render_to_string("households/scan_plate.html", values)
