"""The API's addresses from written addresses to houses, and from places to addresses. No people in any answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from households.addresses import in_sentence
from households.api import UnitCode
from households.finding import commune_or_404
from households.geocoding import reverse
from households.geocoding.answers import Answer, asked_too_fast
from households.geocoding.batch import geocode
from households.locating import point_of
from mapping import rate_limits
from mapping.errors import TooMany
from mapping.models import Unit

router = Router(tags=["addresses"])
MOST_ADDRESSES = 1_000
AddressText = Annotated[str, Field(max_length=250)]
Grade = Literal["exact", "close", "former", "several", "street", "village", "none"]


class FoundPlaceOut(Schema):
    """A house, or a street or village, which have no code."""

    code: str = Field(description="nine digits of a house; empty for a street or village")
    address: str
    lng: float | None = Field(description="degrees, EPSG:4326; of a street the house whose number comes nearest")
    lat: float | None


class AnswerOut(Schema):
    """What a written address means. Only exact, close and former name one house as the answer."""

    asked: str
    grade: Grade
    confidence: float = Field(ge=0, le=1)
    found: list[FoundPlaceOut] = Field(description="the likeliest first, five at most")
    reasons: list[str] = Field(description="sentences in the language of Accept-Language")


class AddressesIn(Schema):
    addresses: list[AddressText] = Field(max_length=MOST_ADDRESSES)
    commune: UnitCode | None = Field(None, description="where to look; else each address names its commune")


class AnswersOut(Schema):
    answers: list[AnswerOut] = Field(description="one for each address, in order")


class NearHouseOut(Schema):
    code: str
    address: str
    lng: float
    lat: float
    distance_m: float


class NearStreetOut(Schema):
    name: str
    distance_m: float


class PlaceOut(Schema):
    """What is within 100 m of a point, as far as the caller may see it."""

    houses: list[NearHouseOut] = Field(description="the nearest first, five at most")
    street: NearStreetOut | None = Field(description="the nearest street that is drawn")
    village: str | None
    commune: str | None


class SearchQuery(Schema):
    text: AddressText
    commune: UnitCode | None = None


class ReverseQuery(Schema):
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lng: float = Field(ge=-180, le=180, allow_inf_nan=False)


@router.get("/addresses/search", response=AnswerOut, url_name="api_address_search")
def search(request: HttpRequest, query: Query[SearchQuery]) -> dict[str, Any]:
    """Find the house of one written address: parts in any order, with or without marks, shortened, with a slip."""
    _take_turn(request)
    answers = geocode(user=request.user, texts=[query.text], commune=_commune(request, query.commune))
    return _answer(next(answers))


@router.post("/addresses/geocode", response=AnswersOut, url_name="api_geocode")
def geocode_many(request: HttpRequest, asked: AddressesIn) -> dict[str, Any]:
    """Find the houses of up to 1,000 written addresses."""
    commune = _commune(request, asked.commune)
    if seconds := rate_limits.seconds_to_wait("geocode", request):
        raise TooMany(asked_too_fast(), seconds=seconds)
    return {"answers": [_answer(one) for one in geocode(user=request.user, texts=asked.addresses, commune=commune)]}


@router.get("/addresses/reverse", response=PlaceOut, url_name="api_reverse")
def reverse_geocode(request: HttpRequest, query: Query[ReverseQuery]) -> dict[str, Any]:
    """Tell the address of a place: the houses within 100 m, the nearest street, the village and the commune."""
    _take_turn(request)
    place = reverse.at(user=request.user, point=point_of(query.lng, query.lat))
    return {
        "houses": [
            {"code": near.house.code, "address": near.address, "lng": near.house.location.x,
             "lat": near.house.location.y, "distance_m": near.distance_m}
            for near in place.houses
        ],
        "street": {"name": place.street.name, "distance_m": place.street.distance_m} if place.street else None,
        "village": in_sentence(place.village.full_name) if place.village else None,
        "commune": in_sentence(place.commune.full_name) if place.commune else None,
    }  # fmt: skip


def _take_turn(request: HttpRequest) -> None:
    rate_limits.require_of_person("address", request, asked_too_fast())


def _commune(request: HttpRequest, code: str | None) -> Unit | None:
    return commune_or_404(request.user, code) if code is not None else None


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "asked": answer.asked,
        "grade": answer.grade,
        "confidence": answer.confidence,
        "found": [
            {"code": found.code, "address": found.address, "lng": found.lng, "lat": found.lat} for found in answer.found
        ],
        "reasons": answer.reasons,
    }
