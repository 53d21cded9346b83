"""How often one address or person may ask for what costs something each time: counted in memory, in each web process.

The limits (`RATE_LIMITS` in the settings) are for programs, not for people: a commune's office, or the phones that a
mobile network puts behind one address, stay far below. What can be guessed is counted in the database as well, by
`mapping/throttle.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mapping import errors
from mapping.client_key import key_of
from mapping.token_bucket import TokenBuckets

_buckets: dict[str, TokenBuckets] = {}


def seconds_to_wait(scope: str, request: HttpRequest) -> float:
    """Count a request of its address; 0.0 when it may be answered. `scope` is a key of `RATE_LIMITS`."""
    return _take(scope, key_of(request))


def require_of_person(scope: str, request: HttpRequest, sentence: str) -> None:
    """Count a request of whoever signed in or whose key it is, wherever they ask from; raise TooMany over the limit."""
    if seconds := _take(scope, f"person {request.user.pk}"):
        raise errors.TooMany(sentence, seconds=seconds)


def _take(scope: str, key: str) -> float:
    buckets = _buckets.get(scope)
    if buckets is None:
        per_second, burst = settings.RATE_LIMITS[scope]
        buckets = _buckets.setdefault(scope, TokenBuckets(per_second=per_second, burst=burst))
    return buckets.take(key)


def rate_limited(scope: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Answer a view's requests over the limit with 429, before the view does anything."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            seconds = seconds_to_wait(scope, request)
            return errors.too_many(request, seconds) if seconds else view(request, *args, **kwargs)

        return limited

    return decorate


def forget() -> None:
    """Begin anew, with the limits as they are set now."""
    _buckets.clear()
