"""The address that a request came from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The client's IP address, "" where there is none (a local socket).

    `X-Forwarded-For` counts only behind a proxy of ours (SONHA_BEHIND_PROXY), and of it only the last entry: that one
    the proxy wrote itself, whatever the client sent before it.
    """
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("x-forwarded-for", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
