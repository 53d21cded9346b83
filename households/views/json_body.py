"""Read the JSON that our own pages post; what is not as it should be is refused with a sentence."""

from __future__ import annotations

import contextlib
import json
import math
import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mapping.errors import UserError
from mapping.text import clean


def read_object(request: HttpRequest) -> dict[str, Any]:
    """Return the posted JSON object; raises UserError."""
    try:
        body = json.loads(request.body)
        json.dumps(body, ensure_ascii=False).encode()  # half a pair of surrogates is no letter, and nothing keeps it
    except (ValueError, RecursionError):  # a hundred thousand brackets are no JSON of ours either
        body = None
    if not isinstance(body, dict):
        raise UserError(_("Yêu cầu gửi lên không đúng dạng JSON. Hãy tải lại trang rồi thử lại."), code="json")
    return body


def number(body: dict[str, Any], name: str) -> float:
    """Return a finite number; raises UserError that names the field."""
    value = body.get(name)
    number = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):  # JSON has whole numbers longer than a float reaches
            number = float(value)
    if not math.isfinite(number):
        raise UserError(_("Thiếu số ở mục “%(name)s”.") % {"name": name}, code=name)
    return number


def whole(body: dict[str, Any], name: str) -> int | None:
    """Return a whole number, None when it is absent or empty; raises UserError that names the field."""
    value = body.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31:
        return value
    raise UserError(_("Mục “%(name)s” phải là số nguyên.") % {"name": name}, code=name)


def identifier(body: dict[str, Any], name: str) -> uuid.UUID | None:
    """Return a UUID, None when absent or empty; raises UserError that names the field."""
    typed = text(body, name)
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        raise UserError(_("Mục “%(name)s” phải là một UUID.") % {"name": name}, code=name) from None


def text(body: dict[str, Any], name: str) -> str:
    """Return a cleaned text, empty when absent; raises UserError that names the field."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise UserError(_("Mục “%(name)s” phải là chữ.") % {"name": name}, code=name)
    return clean(str(value))
