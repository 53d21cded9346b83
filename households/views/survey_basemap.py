"""The base map for phones, whole or by ranges of bytes, for whoever walks a village of its commune."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from households.survey.assigned import assignments_of
from households.survey.basemap import CONTENT_TYPE, base_maps
from mapping import files
from mapping.models import StoredFile
from mapping.rate_limits import rate_limited

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_CHUNK: Final = 64 * 1024


@rate_limited("tiles")
@login_required
@require_safe
def base_map(request: HttpRequest, code: str) -> HttpResponseBase:
    """A commune's base map (RFC 9110): 206 of one range, 416 beyond the end, all of it after another `If-Range`.

    The ETag is the hash of the bytes. Who walks nowhere in the commune today finds nothing here.
    """
    stored = _of_walker(request, code)
    etag = f'"{stored.sha256}"'
    response = get_conditional_response(request, etag=etag) or _answer(request, stored, etag)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    return response


def _of_walker(request: HttpRequest, code: str) -> StoredFile:
    assignment = assignments_of(request.user).filter(round__commune__code=code).first()
    if assignment is None:
        raise Http404
    commune = assignment.round.commune_id
    stored = base_maps([commune]).get(commune)
    if stored is None:
        raise Http404
    return stored


def _answer(request: HttpRequest, stored: StoredFile, etag: str) -> HttpResponseBase:
    size = stored.size
    first, last = 0, size - 1
    wanted = _wanted(request, size, etag)
    if wanted is not None:
        first, last = wanted
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Length": str(last - first + 1)}
    if wanted is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    if request.method == "HEAD":
        return HttpResponse(content_type=CONTENT_TYPE, headers=headers)
    try:
        file = files.path_of(stored).open("rb")
    except FileNotFoundError:  # another one has taken its place this moment
        raise Http404 from None
    return StreamingHttpResponse(
        _pieces(file, first, last - first + 1),
        status=200 if wanted is None else 206, content_type=CONTENT_TYPE, headers=headers,
    )  # fmt: skip


def _wanted(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The first and last byte asked for, the first after the last where there are none; None for all of the file.

    What is no single range may be answered with everything, and so is a range of another version.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.method == "HEAD" or request.headers.get("If-Range", etag) != etag:
        return None
    start, end = asked.groups()
    if start:
        if end and int(end) < int(start):
            return None
        return int(start), min(int(end), size - 1) if end else size - 1
    return (max(size - int(end), 0) if int(end) else size, size - 1) if end else None


def _pieces(file: BinaryIO, offset: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(offset)
        while length > 0 and (piece := file.read(min(_CHUNK, length))):
            length -= len(piece)
            yield piece
