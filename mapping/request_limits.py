"""How much a request may bring: address, headers and body, each refused with a sentence and a status of its own.

Fields and files of a form are counted by Django (`DATA_UPLOAD_MAX_NUMBER_FIELDS`, `DATA_UPLOAD_MAX_NUMBER_FILES`), the
bytes of its fields by `DATA_UPLOAD_MAX_MEMORY_SIZE`. A body without a stated length is not read at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from mapping import errors

LONGEST_ADDRESS: Final = 8_000  # path and query, in characters
LONGEST_HEADERS: Final = 32_000  # names apart, all values together
_FORM_AROUND_FILES: Final = 1_000_000  # bytes for the other fields of a form that brings a file
_PIECE: Final = 1 << 20
_MOST_READ_AWAY: Final = 300_000_000


def takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view receive as much as `MAX_UPLOAD_MB` says from whoever has signed in.

    Every other view gets `DATA_UPLOAD_MAX_MEMORY_SIZE` at most. Stands above all decorators of the view.
    """
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class RequestLimitsMiddleware:
    """Stands where the language is known and nothing of the body has been read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse an address or headers that are too long or no text, else answer."""
        meta = request.META
        if len(request.path) + len(meta.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            sentence = _("Địa chỉ trang dài quá mức máy chủ nhận. Hãy bắt đầu lại từ trang đầu.")
            return errors.bare_response(request, status=414, sentence=sentence, code="address_too_long")
        if "\0" in request.path or "%00" in meta.get("QUERY_STRING", ""):  # as with headers below
            sentence = _("Máy chủ không hiểu yêu cầu này. Hãy bắt đầu lại từ trang đầu.")
            return errors.bare_response(request, status=400, sentence=sentence, code="address_not_text")
        headers = [value for name, value in meta.items() if name.startswith("HTTP_")]
        if any("\0" in value for value in headers):  # no browser sends one, and no text in the database holds one
            sentence = _("Máy chủ không hiểu yêu cầu này. Hãy bắt đầu lại từ trang đầu.")
            return errors.bare_response(request, status=400, sentence=sentence, code="header_not_text")
        if sum(map(len, headers)) > LONGEST_HEADERS:
            sentence = _("Trình duyệt gửi kèm quá nhiều dữ liệu phụ. Hãy xóa cookie của trang này rồi thử lại.")
            return errors.bare_response(request, status=431, sentence=sentence, code="headers_too_long")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse a body that is too long before anything reads it."""
        stated = request.META.get("CONTENT_LENGTH") or "0"
        length = int(stated) if stated.isascii() and stated.isdigit() else 0  # Django reads nothing either, then
        if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return None
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.user.is_authenticated:  # a form is read before its view asks who sends it
            if getattr(view, "takes_files", False):
                limit = settings.MAX_UPLOAD_MB * 1_000_000
                if length <= limit + _FORM_AROUND_FILES:
                    return None
            _read_away(request, length)
        sentence = _("Bạn gửi lên %(size)d MB, nhiều hơn mức %(limit)d MB mà trang này nhận; chưa có gì được lưu.")
        sentence %= {"size": -(-length // 1_000_000), "limit": limit // 1_000_000}
        return errors.error_response(request, status=413, sentence=sentence, code="too_big")


def _read_away(request: HttpRequest, length: int) -> None:
    """Take what the browser is sending, within reason, and keep none of it: it listens only when it has sent all."""
    left = min(length, _MOST_READ_AWAY)
    while left > 0 and (piece := request.read(min(_PIECE, left))):
        left -= len(piece)
