"""The API's frame: who asks, and how it answers what goes wrong. Upper floors bring the addresses as routers.

A program asks with a key (`Authorization: Bearer sonha_…`), a page of ours with its session. Every answer to a mistake
is `{"error": sentence, "code": word}`, the sentence in the language of `Accept-Language`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth

from mapping import api_keys
from mapping.errors import UserError

ADDRESS = "/api/"


class ApiKeyMiddleware:
    """Makes whoever a key speaks for `request.user`, before the wall in the database asks who that is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look the key up on addresses of the API alone: elsewhere a key opens nothing."""
        scheme, _space, text = request.headers.get("authorization", "").partition(" ")
        if request.path.startswith(ADDRESS) and scheme.lower() == "bearer":
            user = api_keys.user_of(text.strip())
            if user is not None:
                request.user = user
                request.has_api_key = True  # type: ignore[attr-defined]
        return self.get_response(request)


class _Key(HttpBearer):
    """A key in the header; the middleware has looked it up."""

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        return request.user if getattr(request, "has_api_key", False) else None


class _Session(SessionAuth):
    """The session of a page, whose unsafe requests need the CSRF token as any form does."""


def new_api() -> NinjaAPI:
    """Return an API without addresses yet."""
    api = NinjaAPI(
        title="SoNha",
        version="1",
        description="Houses, households and units of the communes where the caller works.",
        urls_namespace="api",
        openapi_url="/schema/",
        docs_url=None,  # the usual page of documentation loads scripts from elsewhere
        auth=[_Key(), _Session()],
    )
    for error, answer in (
        (UserError, _user_error),
        (Http404, _not_found),
        (ValidationError, _invalid),
        (HttpError, _http_error),
    ):
        api.add_exception_handler(error, answer)  # type: ignore[arg-type]
    return api


def _answer(status: int, sentence: str, code: str, **more: Any) -> HttpResponse:
    """The error as JSON; what the request had written before is taken back, as the exception would have done."""
    if connection.in_atomic_block:
        transaction.set_rollback(True)
    response = JsonResponse({"error": sentence, "code": code, **more}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="SoNha"'
    return response


def _user_error(request: HttpRequest, error: UserError) -> HttpResponse:
    response = _answer(error.status, error.sentence, error.code, **error.details)
    if error.seconds is not None:
        response["Retry-After"] = str(max(1, math.ceil(error.seconds)))
    return response


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _answer(404, _("Không có mục này, hoặc tài khoản không được thấy nó."), "not_found")


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [".".join(str(step) for step in one["loc"]) for one in error.errors]
    sentence = _("Yêu cầu có giá trị không đọc được ở: %(fields)s. Xem /api/schema/ để biết dạng đúng.")
    return _answer(422, sentence % {"fields": ", ".join(fields)[:300]}, "invalid", fields=fields)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    sentences = {
        401: (_("Hãy đăng nhập, hoặc gửi khóa API còn hiệu lực trong Authorization: Bearer."), "sign_in"),
        403: (_("Yêu cầu thiếu mã chống giả mạo của trang; hãy tải lại trang."), "csrf"),
    }
    sentence, code = sentences.get(error.status_code, (_("Máy chủ không đọc được yêu cầu này."), "bad_request"))
    return _answer(error.status_code, sentence, code)
