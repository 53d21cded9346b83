"""What a phone sends for a house, read and bounded; what its answers mean is looked at in `operations`."""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable
from pydantic import ValidationError

from mapping.errors import TooLarge

MOST_BYTES: Final = 256 * 1024
POSITION: Final = "position"
"""The field that the place of the house is merged as, beside those of the rules."""
_LONGEST_KEPT: Final = 4_000  # characters of an answer that is not relevant and therefore checked by no rule
_MOST_KEPT: Final = 8_000  # characters of a list or a member as JSON, likewise

_OLDEST: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_LATEST_YEAR: Final = 2200
_DEEPEST: Final = 4  # a roster's member holds values or lists of them
Shape = TypeVar("Shape", bound=Schema)

Metres = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
UnitCode = Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Za-z-]{1,12}$")]


class MeasuredIn(Schema):
    """Where a position was before somebody dragged it."""

    lng: Degrees
    lat: Degrees


class PositionIn(Schema):
    """How a place was found: docs/survey.md."""

    source: Literal["gps", "averaged", "map", "import"]
    lng: Degrees
    lat: Degrees
    accuracy_m: Metres | None = None
    fixes: int = Field(0, ge=0, le=100_000)
    used: int = Field(0, ge=0, le=100_000)
    spread_m: Metres | None = None
    doubtful: bool = False
    reason: str = Field("", max_length=300)
    measured: MeasuredIn | None = None


class ChangeIn(Schema):
    """A field's value as the phone had it, and what it is now."""

    before: Any = Field(None, alias="from")
    to: Any = None


class PhotoIn(Schema):
    """A photo that will come."""

    sha256: Sha256
    question: str = Field(max_length=60)
    size: int = Field(ge=1, le=100_000_000)


class OperationIn(Schema):
    """One operation of a phone: docs/survey.md."""

    id: uuid.UUID
    user: int
    device: uuid.UUID
    round: uuid.UUID
    village: UnitCode
    house: uuid.UUID
    is_new: bool = False
    base: int = Field(ge=0, le=2_000_000_000)
    rules: int = Field(1, ge=0, le=32_000)
    made_at: datetime.datetime
    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    position: PositionIn | None = None
    changes: dict[str, ChangeIn] = Field(default_factory=dict, max_length=400)
    photos: list[PhotoIn] = Field(default_factory=list, max_length=60)


@dataclass(frozen=True)
class Sent:
    """An operation with the digest of the very bytes that came."""

    operation: OperationIn
    digest: str

    @property
    def position(self) -> dict[str, Any] | None:
        """The position as it is kept: figures rounded to what they can mean, text without hidden signs."""
        given = self.operation.position
        if given is None:
            return None
        written = given.dict()
        for row in (written, written["measured"] or {}):
            for name, decimals in (("lng", 7), ("lat", 7), ("accuracy_m", 2), ("spread_m", 2)):
                if row.get(name) is not None:
                    row[name] = round(float(row[name]), decimals) + 0.0  # no −0.0, which the database does not keep
        written["reason"] = "".join(one for one in written["reason"] if unicodedata.category(one) not in ("Cc", "Cs"))
        return written


def read(body: bytes) -> Sent:
    """Return the operation in a request's body. Raises TooLarge, and what the API answers with 400 or 422."""
    if len(body) > MOST_BYTES:
        raise TooLarge(
            _("Một lần gửi dài %(size)d kB, nhiều hơn mức %(limit)d kB mà máy chủ nhận; hãy rút ngắn ghi chú.")
            % {"size": len(body) // 1024, "limit": MOST_BYTES // 1024},
            code="too_big",
        )
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise HttpError(400, "not JSON") from None
    return Sent(validated(OperationIn, given), hashlib.sha256(body).hexdigest())


def validated(shape: type[Shape], given: Any) -> Shape:
    """Return what was given in its shape; raises ninja's error with the fields that do not fit."""
    try:
        made = shape.model_validate(given)
    except ValidationError as error:
        raise Unreadable([{"loc": one["loc"], "msg": one["msg"], "type": one["type"]} for one in error.errors()]) from (
            None
        )
    return _with_zones(made)


def _with_zones(made: Shape) -> Shape:
    """A time without its zone is taken as UTC, which is what phones send; one of no living clock as the oldest."""
    for name, value in made:
        if isinstance(value, datetime.datetime):
            at = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
            setattr(made, name, at if _OLDEST.year < at.year < _LATEST_YEAR else _OLDEST)
    return made


def unfit(value: Any, depth: int = 0) -> str:
    """Return why no database could keep a JSON value, or why it is too much, as a code of the rules; "" where it can.

    Rules look at relevant answers only; what is kept besides must at least be text that can be kept.
    """
    if isinstance(value, str):
        if any(one == "\0" or unicodedata.category(one) == "Cs" for one in value):
            return "signs"
        return "kind" if len(value) > _LONGEST_KEPT else ""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return "" if abs(value) < 2**53 else "kind"  # what is no number, or infinite, is not below it either
    if depth > _DEEPEST:
        return "kind"
    inside = [one for pair in value.items() for one in pair] if isinstance(value, Mapping) else value
    why = next((why for one in inside if (why := unfit(one, depth + 1))), "")
    # Measured last: what is nested far deeper than is kept cannot be written as JSON at all.
    return "kind" if not why and depth == 0 and len(json.dumps(value)) > _MOST_KEPT else why
