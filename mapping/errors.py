"""What can go wrong for a person, and the one place that turns it into a page and a status.

Services and forms raise `UserError` with one clear sentence; nothing else in the project names a status
for an error. A database that is down is answered here too, with 503 and a page that needs no database.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import psycopg
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

log = logging.getLogger(__name__)
_CONNECTION_LOST: Final = (
    None,  # the connection broke, or none was to be had
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
)


class UserError(Exception):
    """Something that the person can mend. `sentence` is translated and says what, where and what would be right.

    `code` is for programs and tests; `status` is what a page or the API answers with. `place` is where on the map,
    longitude and latitude in EPSG:4326, of what is wrong with a drawing. `way` is the page on which it can be mended:
    its address and the words of the link. `details` is what the API's answer holds besides, for programs of ours.
    `seconds` from now it may be tried again, where that is known.
    """

    status = 400
    seconds: float | None = None
    details: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self,
        sentence: str,
        *,
        code: str = "invalid",
        place: tuple[float, float] | None = None,
        way: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.place = place
        self.way = way


class Conflict(UserError):
    """What the person changes has been changed by someone else meanwhile."""

    status = 409


class NotAllowed(UserError):
    """The person sees the unit but lacks the right; an unknown or foreign unit is Http404 instead."""

    status = 403


class Gone(UserError):
    """What was kept for a while only, and is there no longer."""

    status = 410


class TooLarge(UserError):
    """An upload or a request over a limit that the sentence names."""

    status = 413


class TooMany(UserError):
    """Tried or asked too often; `seconds` from now it may be tried again."""

    status = 429
    seconds: float

    def __init__(self, sentence: str, *, seconds: float, code: str = "too_many") -> None:
        super().__init__(sentence, code=code)
        self.seconds = seconds


class Busy(UserError):
    """Others hold what is needed just now; nothing is wrong, and `seconds` from now it may be tried again."""

    status = 503
    seconds: float

    def __init__(self, sentence: str, *, seconds: float, code: str = "busy") -> None:
        super().__init__(sentence, code=code)
        self.seconds = seconds


def wants_json(request: HttpRequest) -> bool:
    """Return whether the caller is a program: it asks for JSON, or for an address of JSON and for no page."""
    accepted = request.headers.get("accept", "")
    is_json = request.path.endswith(".json") or request.path.startswith("/api/")
    return accepted.startswith("application/json") or (is_json and "text/html" not in accepted)


def error_response(
    request: HttpRequest,
    *,
    status: int,
    sentence: str,
    code: str,
    place: tuple[float, float] | None = None,
    way: tuple[str, str] | None = None,
) -> HttpResponse:
    """Return the error as JSON or as the friendly page."""
    if wants_json(request):
        where = {} if place is None else {"place": place}
        return JsonResponse({"error": sentence, "code": code, **where}, status=status)
    context = {"sentence": sentence, "status": status, "code": code, "way": way}
    return render(request, "mapping/error.html", context, status=status)


def database_down_sentence() -> str:
    """Return what a page and a command say when the database cannot be reached."""
    return _("Máy chủ dữ liệu đang tạm dừng. Dữ liệu đã lưu vẫn còn nguyên; xin thử lại sau ít phút.")


def database_down(request: HttpRequest) -> HttpResponse:
    """Return 503 from a template that touches neither session, user nor database."""
    sentence = database_down_sentence()
    response = bare_response(request, status=503, sentence=sentence, code="database_down")
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response


class ErrorPagesMiddleware:
    """Stands outside sessions and sign-in, so that it can answer when those cannot reach the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; `process_exception` has turned the errors below into responses."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn what a view raised into an answer; None lets Django go on as usual."""
        if isinstance(error, TooMany):
            return too_many(request, error.seconds, error.sentence, error.code)
        if isinstance(error, UserError):
            return error_response(
                request,
                status=error.status,
                sentence=error.sentence,
                code=error.code,
                place=error.place,
                way=error.way,
            )
        if is_database_down(error):
            log.error("The database cannot be reached: %s", error)
            return database_down(request)
        return None


def too_many(request: HttpRequest, seconds: float, sentence: str = "", code: str = "too_many") -> HttpResponse:
    """Return 429 with Retry-After, from a template that costs nothing: whoever floods the server gets many of these."""
    sentence = sentence or _(
        "Có quá nhiều yêu cầu từ mạng của bạn trong thời gian ngắn nên máy chủ tạm chưa trả lời. "
        "Xin thử lại sau %(wait)s."
    ) % {"wait": waiting_time(seconds)}
    response = bare_response(request, status=429, sentence=sentence, code=code)
    response["Retry-After"] = str(max(1, math.ceil(seconds)))
    return response


def waiting_time(seconds: float) -> str:
    """Say how long to wait: "20 giây", "3 phút"."""
    if seconds < 90:
        count = max(1, math.ceil(seconds))
        return ngettext("%(count)d giây", "%(count)d giây", count) % {"count": count}
    count = math.ceil(seconds / 60)
    return ngettext("%(count)d phút", "%(count)d phút", count) % {"count": count}


def is_database_down(error: BaseException | None) -> bool:
    """Return whether the database could not be reached at all, as opposed to refusing a statement.

    Knows Django's errors by the driver's beneath them, and the driver's own: those come bare from a thread that asks
    over the connection itself.
    """
    while error is not None:
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return error.sqlstate in _CONNECTION_LOST
        if isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None:
            return True
        error = error.__cause__
    return False


def may_pass(error: BaseException | None) -> bool:
    """Return whether a transaction that failed may succeed when it is done again: nothing was wrong with it itself."""
    cause = error
    while cause is not None:
        if getattr(cause, "sqlstate", None) in ("40P01", "40001"):  # deadlock_detected, serialization_failure
            return True
        cause = cause.__cause__
    return is_database_down(error)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: sessions and sign-in run outside the views, so a database that is down ends up here too."""
    import sys

    if is_database_down(sys.exc_info()[1]):
        return database_down(request)
    sentence = _("Máy chủ gặp lỗi và đã ghi lại. Những gì đã lưu vẫn còn nguyên; xin thử lại.")
    return bare_response(request, status=500, sentence=sentence, code="server_error")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: a wrong Host, or a request beyond a limit; it may come before there is a session."""
    if isinstance(exception, RequestDataTooBig):
        sentence = _("Nội dung gửi lên dài hơn mức máy chủ nhận, nên chưa có gì được lưu. Hãy gửi ít hơn mỗi lần.")
        return bare_response(request, status=413, sentence=sentence, code="too_big")
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        sentence = _("Biểu mẫu gửi lên có nhiều ô hoặc nhiều tệp hơn mức máy chủ nhận, nên chưa có gì được lưu.")
        return bare_response(request, status=413, sentence=sentence, code="too_many_fields")
    sentence = _("Máy chủ không nhận yêu cầu này. Hãy mở SoNha bằng đúng địa chỉ được cấp rồi thử lại.")
    return bare_response(request, status=400, sentence=sentence, code="bad_request")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: mostly a page that stayed open while the person signed in again."""
    log.warning("A form was refused at %s: %s", request.path, reason)
    sentence = _(
        "Trang đã mở quá lâu, hoặc bạn đã đăng nhập lại ở cửa sổ khác, nên máy chủ chưa lưu gì. Hãy bấm Quay lại của "
        "trình duyệt: những gì đã gõ thường còn ở đó. Chép lại nếu cần, tải lại trang rồi gửi lại."
    )
    return error_response(request, status=403, sentence=sentence, code="stale_page")


def bare_response(request: HttpRequest, *, status: int, sentence: str, code: str) -> HttpResponse:
    """Return the error as JSON, or as a page that asks for neither session, user nor database."""
    if wants_json(request):
        return JsonResponse({"error": sentence, "code": code}, status=status)
    return HttpResponse(render_to_string("mapping/unavailable.html", {"sentence": sentence}), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: one friendly page for whatever is not there or is not this person's."""
    sentence = _("Không có trang này, hoặc trang thuộc đơn vị mà tài khoản của bạn không phụ trách.")
    return error_response(request, status=404, sentence=sentence, code="not_found")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403`."""
    sentence = _("Tài khoản của bạn không có quyền làm việc này ở đơn vị này.")
    return error_response(request, status=403, sentence=sentence, code="forbidden")
