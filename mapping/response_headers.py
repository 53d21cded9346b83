"""What every answer tells the browser, whatever made it: pages, files, redirects, errors, static files.

`ResponseHeadersMiddleware` stands first of all, so nothing leaves without these. What a view has set itself stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

DOWNLOAD_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
"""For a file that is kept and not shown: were it shown, nothing in it would run."""
STATIC_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For what passes by django-csp: our static files, and answers of the outermost middleware."""
PERMISSIONS: Final = (
    "camera=(self), geolocation=(self), fullscreen=(self), screen-wake-lock=(self), accelerometer=(), "
    "autoplay=(), browsing-topics=(), display-capture=(), encrypted-media=(), gyroscope=(), "
    "hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "picture-in-picture=(), publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=()"
)
"""A surveyor's phone reads plates and says where it is; nothing else of it is ours."""

_ALWAYS: Final = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    # A base map's pictures come from another server, without anybody's cookies.
    "Cross-Origin-Embedder-Policy": "credentialless",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# Set by Django's own middleware for most answers, but not for those that it makes itself.
_UNLESS_SET: Final = {
    "Content-Security-Policy": STATIC_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Nothing is kept by the browser or on the way unless its view says so: most pages are some person's.
    "Cache-Control": "private, no-store",
}


class ResponseHeadersMiddleware:
    """Adds the headers above."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self.get_response(request)
        headers = response.headers
        for name, value in _ALWAYS.items():
            headers[name] = value
        for name, value in _UNLESS_SET.items():
            if name not in headers:
                headers[name] = value
        if headers.get("Content-Disposition", "").startswith("attachment"):
            headers["Content-Security-Policy"] = DOWNLOAD_POLICY
        return response
