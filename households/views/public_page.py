"""Pages that anyone may open behind a printed code: small, without script and cookie, in the reader's language.

A session is looked at only when the browser brings one.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from households import page_frame

_LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


def language(request: HttpRequest) -> AbstractContextManager[None]:
    """The language that `?lang=` asks for, or the one that the browser prefers: no cookie is needed."""
    asked = request.GET.get("lang")
    return translation.override(asked) if asked in _LANGUAGES else nullcontext()


def is_signed_in(request: HttpRequest) -> bool:
    """Whether an official is looking; a browser without our cookie never opens a session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def respond(
    request: HttpRequest, template: str, values: dict[str, str], *, status: int = 200, has_form: bool = False
) -> HttpResponse:
    """Render without the context processors, which would open a session, and forbid indexing and keeping.

    `has_form`: the page sends something back. A form sent from a page without a referrer has no origin either, and is
    refused; an official's page has forms too.
    """
    signed_in = is_signed_in(request)
    values["signed_in"] = "yes" if signed_in else ""
    values["says_origin"] = "yes" if signed_in or has_form else ""
    values["next"] = quote(request.get_full_path())
    asked = request.GET.get("lang", "")
    values["lang"] = asked if asked in _LANGUAGES else ""
    response = HttpResponse(page_frame.fill(template, values), status=status)
    response["Content-Language"] = translation.get_language()
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin" if signed_in or has_form else "no-referrer"
    response["Cache-Control"] = "private, no-store" if signed_in or has_form else "private, no-cache"
    response["Vary"] = "Cookie, Accept-Language"
    return response
