"""Makes `request.user` the person whom this browser may act for: see `devices.person_at`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from mapping.accounts import devices


class DeviceMiddleware:
    """Stands right behind Django's own: nothing after it meets an account that is not fully signed in.

    Lazy like Django's: a public page that asks for no user opens no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, then note that the device was seen: outside the page's transaction, which may fail."""
        account = request.user
        request.user = SimpleLazyObject(partial(devices.person_at, request, account))  # type: ignore[assignment]
        del request.auser  # type: ignore[attr-defined]  # it would hand out the account itself; no page here is async
        response = self.get_response(request)
        device = getattr(request, "_device", None)
        if device is not None:
            devices.touch(device)
        return response
