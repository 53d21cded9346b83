"""What the map asks about houses, as JSON: the search box and the few lines beside a house."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households import address_reading, audit_trail, search, search_answers
from households.addresses import Address
from households.codes import format_house_code
from households.finding import commune_or_404, house_or_404, may_at_house
from households.models import House
from households.showing import ShownHousehold, attach_people
from mapping.access import Capability

_HITS = 20


@login_required
@never_cache
@require_GET
def results(request: HttpRequest) -> JsonResponse:
    """The houses that answer `?q=`, the best first; `&commune=CODE` looks in that commune alone."""
    commune = None
    if request.GET.get("commune"):
        commune = commune_or_404(request.user, request.GET["commune"])
    found = search.find(user=request.user, text=request.GET.get("q", ""), commune=commune, limit=_HITS)
    houses = houses_in_order(request.user, found.house_ids)
    audit_trail.found(houses)
    text = request.GET.get("q", "")
    explained = None if houses else search_answers.explain(request.user, text, commune)
    return JsonResponse(
        {
            "streets": [asdict(link) for link in search_answers.streets(request.user, text, commune)],
            "explained": asdict(explained) if explained is not None else None,
            "results": [_hit(house, found.former.get(house.pk, "")) for house in houses],
            "more": found.more,
            "not_understood": found.not_understood,
        }
    )


@login_required
@never_cache
@require_GET
def summary(request: HttpRequest, code: str) -> JsonResponse:
    """A house as the panel of the map shows it; its people only to whoever may see them."""
    house = house_or_404(request.user, code)
    address = address_reading.of_house(house)
    answer: dict[str, Any] = {
        "code": house.code,
        "formatted_code": format_house_code(house.code),
        "address": address.short,
        "long_address": address.long,
        "former_addresses": [former.short_address for former in house.former_addresses.latest_first()],
        "village": address.village,
        "commune": address.commune,
        "place": Address(village=address.village, commune=address.commune).place,
        "url": reverse("house", args=[house.code]),
        "version": house.version,
        "lng": house.location.x,
        "lat": house.location.y,
        "state": house.state,
        "has_plate": house.plates.released().exists(),
    }
    if may_at_house(request.user, Capability.SEE_PEOPLE, house):
        attach_people(request.user, [house])
        audit_trail.read(house, [household.pk for household in house.people])
        may_reveal = may_at_house(request.user, Capability.REVEAL, house)
        answer["households"] = [_household(household, may_reveal=may_reveal) for household in house.people]
    return JsonResponse(answer)


def houses_in_order(user: Any, ids: list[Any]) -> list[House]:
    """Return these houses in the given order, each with `people`: the households that the person may see."""
    by_id = {
        house.pk: house
        for house in House.objects.for_user(user).select_related("commune", "village").filter(pk__in=ids)
    }
    houses = [by_id[pk] for pk in ids if pk in by_id]
    attach_people(user, houses)
    return houses


def _household(household: ShownHousehold, *, may_reveal: bool) -> dict[str, Any]:
    shown = {"head": household.head_name, "phone": household.phone, "size": household.size, "label": household.for_ears}
    if may_reveal and household.hides:
        shown["reveal_url"] = reverse("reveal_household", args=[household.pk])
    return shown


def _hit(house: House, former_address: str) -> dict[str, Any]:
    village, commune = house.village.full_name if house.village else "", house.commune.full_name
    return {
        "code": house.code,
        "formatted_code": format_house_code(house.code),
        "address": house.short_address,
        "former_address": former_address,
        "village": village,
        "commune": commune,
        "place": Address(village=village, commune=commune).place,
        "people": [household.head_name for household in house.people],
        "state": house.state,
        "lng": house.location.x,
        "lat": house.location.y,
        "url": reverse("house", args=[house.code]),
    }
