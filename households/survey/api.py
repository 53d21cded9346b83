"""The addresses under /api/survey/ to which phones send: themselves, operations, photos. docs/survey.md is the wire."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from households.survey import devices, operation_body, operations, photos, refusals
from households.survey.operation_body import Sha256, validated
from mapping import access, rate_limits
from mapping.access import Capability

router = Router(tags=["survey"])


class DeviceIn(Schema):
    """A browser on a phone, by the id that it made itself."""

    key: uuid.UUID
    name: str = Field("", max_length=500)
    unsent: int | None = Field(None, ge=0, le=1_000_000, description="houses and photos that still lie on the phone")


class DeviceOut(Schema):
    key: uuid.UUID
    name: str


class PhotoQuery(Schema):
    """Which house and round a photo belongs to."""

    round: uuid.UUID
    house: uuid.UUID
    village: str = Field(
        "", pattern=r"^[0-9A-Za-z-]{0,12}$", description="code of the one that the house stood in on the phone"
    )


class PieceQuery(PhotoQuery):
    question: str = Field(max_length=60, description="key of the question that the photo answers")
    size: int = Field(ge=1, le=2_000_000_000, description="bytes of the whole photo")


_PIECE: Final = {
    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/devices", response=DeviceOut, url_name="survey_devices")
def device(request: HttpRequest) -> dict[str, Any]:
    """Make a phone known under a name, or give it another one: `{"key": uuid, "name": text, "unsent": number}`."""
    _require_few(request, "survey_devices")
    try:
        given = validated(DeviceIn, json.loads(request.body))
    except (ValueError, RecursionError):
        raise HttpError(400, "not JSON") from None
    devices.require_let(request, given.key)
    devices.remember_in_session(request, given.key)
    made = devices.name_device(user=request.user, key=given.key, name=given.name, unsent=given.unsent)
    return {"key": made.key, "name": made.name}


@router.post("/operations", url_name="survey_operations")
def operation(request: HttpRequest) -> HttpResponse:
    """Take what a phone found out at a house, and answer with a receipt; the same body again gets the same receipt."""
    _require_few(request, "survey_operations")
    sent = operation_body.read(request.body)
    phone = _sending_phone(request) or sent.operation.device
    devices.require_let(request, phone)
    devices.remember_in_session(request, phone)
    receipt = operations.receive(user=request.user, sent=sent, phone=phone)
    return HttpResponse(receipt, content_type="application/json")


@router.api_operation(["HEAD"], "/photos/{sha256}", url_name="survey_photo")
def photo_arrived(request: HttpRequest, sha256: Sha256, query: Query[PhotoQuery]) -> HttpResponse:
    """Say in `Upload-Offset` how many bytes of a photo have come."""
    _require_few(request, "survey_photos")
    devices.require_let(request)
    told = photos.arrived(user=request.user, wanted=_wanted(sha256, query))
    return HttpResponse(headers={"Upload-Offset": str(told.offset), "Cache-Control": "no-store"})


@router.put("/photos/{sha256}", url_name="survey_photo", openapi_extra=_PIECE)
def photo_piece(request: HttpRequest, sha256: Sha256, query: Query[PieceQuery]) -> HttpResponse:
    """Take a piece of a photo, at most 256 KiB, that begins at `Upload-Offset`; the last one is answered by a receipt.

    A piece that does not follow what has come is not written: the answer's `offset` says where to go on.
    """
    _require_few(request, "survey_photos")
    devices.require_let(request)
    offset = request.headers.get("upload-offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 12):
        raise HttpError(400, "Upload-Offset")
    told = photos.add(
        user=request.user, wanted=_wanted(sha256, query), question=query.question, size=query.size,
        offset=int(offset), piece=request.body,
    )  # fmt: skip
    answer: dict[str, Any] = {"offset": told.offset}
    if told.receipt is not None:
        answer["receipt"] = told.receipt
    return JsonResponse(answer, headers={"Upload-Offset": str(told.offset)})


def _sending_phone(request: HttpRequest) -> uuid.UUID | None:
    """The phone that sends, where it says so: what it sends may have come to it with another one's backup."""
    text = request.headers.get("survey-phone")
    try:
        return None if text is None else uuid.UUID(text)
    except ValueError:
        raise HttpError(400, "Survey-Phone") from None


def _require_few(request: HttpRequest, scope: str) -> None:
    """The right to survey somewhere, and not so often that a program fills the server instead of a person walking."""
    if not access.has_anywhere(request.user, Capability.SURVEY):
        raise refusals.nothing_given()
    sentence = _("Máy này gửi quá nhiều lần; máy sẽ tự gửi lại sau ít phút. Những gì đã ghi vẫn còn trên máy.")
    rate_limits.require_of_person(scope, request, sentence)


def _wanted(sha256: str, query: PhotoQuery) -> photos.Wanted:
    return photos.Wanted(sha256=sha256, round=query.round, house=query.house, village=query.village)
