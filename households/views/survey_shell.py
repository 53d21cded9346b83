"""The survey's page, its service worker and its manifest: for anyone, holding nothing of anybody."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from households.survey import icon as drawing
from households.survey import shell


@csp_update(
    {
        "script-src": ["'wasm-unsafe-eval'"],  # the reader of plates where the browser has none of its own
        "worker-src": [SELF],
        "img-src": ["blob:"],  # photos that lie on the phone
    }
)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page that a phone keeps; all else comes by /api/survey/."""
    response = render(request, shell.TEMPLATE, shell.context())
    response["Survey-Shell"] = shell.version()
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker for the page in `?language`. Browsers compare it with the one they have, byte by byte."""
    asked = request.GET.get("language", "")
    with override(asked if asked in dict(settings.LANGUAGES) else get_language()):
        text = shell.worker()
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page an app on the phone's first screen."""
    mark = {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    drawn = [
        {"src": reverse("survey_icon", args=[size]), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    told = {
        "id": shell.PAGE,
        "name": _("SoNha: điều tra"),
        "short_name": _("Điều tra"),
        "start_url": shell.PAGE,
        "scope": shell.PAGE,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0d2657",
        "icons": [mark, *drawn],
    }
    response = JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def icon(request: HttpRequest, size: int) -> HttpResponse:
    """The mark as a PNG, for phones' first screens."""
    if size not in drawing.SIZES:
        raise Http404
    response = HttpResponse(drawing.png(size), content_type="image/png")
    response["Cache-Control"] = "public, max-age=604800"
    return response
