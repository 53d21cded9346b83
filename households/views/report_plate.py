"""Anyone tells the commune that a plate hangs wrong, is damaged or cannot be read: no sign-in, no cookie, no name.

There is no session that a CSRF cookie could protect, and nothing that a browser would send along on its own. What
other sites could misuse is the reader's place on the network; so the form carries a signed word of when it was handed
out and for which plate, and a browser that says it comes from another site is refused. Programs are met with a field
that no person sees, and with limits.
"""

from __future__ import annotations

import time
from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from households import codes, guessing, scan_page
from households.models import ReportKind
from households.plates import reporting
from households.plates.reporting import Reported
from households.views.public_page import language, respond
from mapping import errors, rate_limits
from mapping.client_key import key_of
from mapping.errors import NotAllowed, TooMany, UserError

TRAP: Final = "website"
"""A field that nobody sees and programs fill in."""
_SALT: Final = "households.report_plate"
_OLDEST: Final = 4 * 3600  # seconds a form may lie open
QUICKEST: Final = 1.0
"""Seconds within which nobody has read the page."""


@csrf_exempt  # see above
@require_http_methods(["GET", "HEAD", "POST"])
def report_plate(request: HttpRequest, code: str) -> HttpResponse:
    """The form (GET) and what it sends (POST), for a plate's token or a house's code."""
    with language(request):
        if seconds := rate_limits.seconds_to_wait("report", request):
            return errors.too_many(request, seconds)
        about = _about(request, code)
        if isinstance(about, HttpResponse):
            return about
        if request.method != "POST":
            if "sent" in request.GET:
                return respond(request, "households/report_thanks.html", {"report": _page_of(about)})
            return _form(request, about)
        try:
            _receive(request, about)
        except TooMany:
            raise
        except UserError as error:
            return _form(request, about, error)
        lang = request.GET.get("lang", "")
        return redirect(f"{request.path}?sent=1" + (f"&lang={lang}" if lang in ("vi", "en") else ""))


def _about(request: HttpRequest, typed: str) -> Reported | HttpResponse:
    """What the report is about, or the answer that there is no such plate or house."""
    found = None
    try:
        if sum(map(str.isdigit, typed)) == sum(map(str.isalnum, typed)) < codes.TOKEN_LENGTH:
            if seconds := guessing.seconds_to_wait(request):
                return errors.too_many(request, seconds)
            found = reporting.by_house_code(codes.parse_house_code(typed))
            if found is None:
                guessing.was_wrong(request)
        else:
            found = reporting.by_token(codes.parse_token(typed))
    except codes.CodeError:
        found = None
    return found or respond(request, scan_page.UNKNOWN_PAGE, {}, status=404)


def _receive(request: HttpRequest, about: Reported) -> None:
    """Keep what was sent; UserError with what to mend."""
    if not _comes_from_here(request):
        raise NotAllowed(_("Báo lỗi này gửi từ một trang khác nên không được nhận. Hãy gửi lại từ trang này."))
    _require_fresh(request.POST.get("form", ""), about)
    if request.POST.get(TRAP):
        return  # a program; it may believe that it was heard
    reporting.receive(
        about, kind=request.POST.get("kind", ""), note=request.POST.get("note", ""), client=key_of(request)
    )


def _comes_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this server sent the form; one that says nothing is believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def sign(key: str, at: float | None = None) -> str:
    """The word that a form carries: for which plate, and when it was handed out."""
    return signing.Signer(salt=_SALT).sign_object({"for": key, "at": time.time() if at is None else at})


def _require_fresh(word: str, about: Reported) -> None:
    try:
        said = signing.Signer(salt=_SALT).unsign_object(word)
    except (signing.BadSignature, ValueError):
        said = {}
    age = time.time() - said.get("at", 0)
    if said.get("for") != about.key or not 0 <= age <= _OLDEST:
        raise UserError(_("Trang này mở đã lâu nên báo lỗi chưa được gửi. Xin bấm Gửi một lần nữa."), code="old")
    if age < QUICKEST:
        raise UserError(_("Báo lỗi chưa được gửi. Xin xem lại rồi bấm Gửi một lần nữa."), code="quick")


def _form(request: HttpRequest, about: Reported, error: UserError | None = None) -> HttpResponse:
    is_dead = about.plate is not None and about.plate.is_dead
    kind = request.POST.get("kind", ReportKind.OTHER if is_dead else "")
    values = {
        "report": _page_of(about),
        "form": sign(about.key),
        "error": error.sentence if error else "",
        "note": request.POST.get("note", "")[: reporting.LONGEST_NOTE],
        # Of a dead plate nobody is told where it hung.
        "address": "" if is_dead else about.house.local_address,
        "token": codes.format_token(about.plate.token) if about.plate and is_dead else "",
        "wrong_place": "yes" if kind == ReportKind.WRONG_PLACE else "",
        "damaged": "yes" if kind == ReportKind.DAMAGED else "",
        "unreadable": "yes" if kind == ReportKind.UNREADABLE else "",
        "other": "yes" if kind == ReportKind.OTHER else "",
    }
    status = error.status if error else 200
    return respond(request, "households/report_plate.html", values, status=status, has_form=True)


def _page_of(about: Reported) -> str:
    """The page that the reader came from."""
    return f"/{about.key}" if about.plate else f"/h/{about.key}/"
