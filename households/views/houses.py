"""The list of a commune's houses, and the record of one."""

from __future__ import annotations

import contextlib
import uuid

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households import address_reading, audit_trail, certificates, exporting, listing, scan, undoing
from households.codes import format_house_code, google_maps_url, plus_code
from households.finding import communes_of, house_or_404, may_at_house, may_in_commune
from households.listing import Listing
from households.models import Frontage, House, Plate
from households.plates import house_plates
from households.scan_page import sketch_of
from households.showing import attach_people
from mapping import access, registry
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import ChangeSet, Unit

_PER_PAGE = 50
# Farther than this nobody pages; filters and files lead there. It also bounds what counting costs.
_MOST_COUNTED = 10_000


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One commune's houses, filtered, a page at a time."""
    commune = commune_to_list(request)
    with_people = may_in_commune(request.user, Capability.SEE_PEOPLE, commune)
    chosen = Listing.read(commune, request.GET, with_people=with_people)
    found = chosen.found(request.user)
    houses = chosen.page(request.user, found)
    count = houses.order_by().values("pk")[: _MOST_COUNTED + 1].count()
    last = max(1, -(-min(count, _MOST_COUNTED) // _PER_PAGE))
    number = min(max(_whole(request.GET.get("page")), 1), last)
    page = _with_plates(list(houses.values_list("pk", flat=True)[(number - 1) * _PER_PAGE : number * _PER_PAGE]))
    for house in page:
        house.formerly = found.former.get(house.pk, "") if found is not None else ""
    if with_people:
        attach_people(request.user, page)
        audit_trail.listed(page, commune)
    return render(
        request,
        "households/houses.html",
        {
            "chosen": chosen,
            "communes": _communes(request),
            "villages": Unit.objects.current().villages().filter(parent=commune).in_order(),
            "streets": chosen.streets(request.user),
            "states": listing.STATES.items(),
            "missing": [
                (value, label)
                for value, label in listing.MISSING.items()
                if with_people or value not in listing.MISSING_PEOPLE
            ],
            "houses": page,
            "count": min(count, _MOST_COUNTED),
            "is_more": count > _MOST_COUNTED,
            "not_understood": "; ".join(found.not_understood) if found is not None else "",
            "is_cut": bool(chosen.text) and count >= listing.MOST_FOUND,
            "page": number,
            "last": last,
            "earlier": chosen.query(page=number - 1) if number > 1 else "",
            "later": chosen.query(page=number + 1) if number < last else "",
            "with_people": with_people,
            "with_names": may_in_commune(request.user, Capability.EXPORT_PEOPLE, commune),
            "with_full_numbers": exporting.may_take_numbers(request.user, commune),
            "may_import": access.has_anywhere(request.user, Capability.IMPORT),
            "may_find_phones": access.has_anywhere(request.user, Capability.REVEAL),
            "may_edit": bool(access.scope_of(request.user, Capability.EDIT)),
        },
    )


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The record: address, little map, people, plates, other codes, history, and what can be done."""
    return record(request, house_or_404(request.user, code))


def record(request: HttpRequest, house: House, *, revealed: uuid.UUID | None = None) -> HttpResponse:
    """The page of a house; the household `revealed`, which the person may see in full, with its numbers."""
    with_people = may_at_house(request.user, Capability.SEE_PEOPLE, house)
    may_edit = may_at_house(request.user, Capability.EDIT, house)
    if with_people:
        attach_people(request.user, [house], revealed=[revealed] if revealed else [])
        audit_trail.read(house, [household.pk for household in house.people])
    scanned = scan.by_house_code(house.code)
    history = list(undoing.history_of(house)[:20]) if may_edit else []
    for changeset in history:
        changeset.label = registry.change_labels.get(changeset.kind, changeset.kind)
    return render(
        request,
        "households/house.html",
        {
            "house": house,
            "address": address_reading.of_house(house),
            "former": house.former_addresses.select_related("decision").latest_first(),
            "frontage": Frontage.objects.select_related("street", "decision").filter(house=house).first(),
            "may_number": may_at_house(request.user, Capability.NUMBER, house),
            "formatted_code": format_house_code(house.code),
            "plus_code": plus_code(house.location.y, house.location.x),
            "maps_url": google_maps_url(house.location.y, house.location.x),
            "sketch": sketch_of(scanned, str(house)) if scanned else "",
            "plates": house_plates.plates_of(house),
            "may_print": (may_print := may_at_house(request.user, Capability.PRINT, house)),
            "given_certificates": certificates.of_house(house) if may_print else [],
            "external_ids": house.external_ids.order_by("scheme", "value"),
            "ground": registry.described(house.location.x, house.location.y, request.user),
            "history": history,
            "done": _just_done(request),
            "with_people": with_people,
            "photos": house.photos.all() if with_people else [],
            "with_numbers": with_people and any(household.personal_number for household in house.people),
            "may_see_sensitive": may_at_house(request.user, Capability.SEE_SENSITIVE, house),
            "may_reveal": may_at_house(request.user, Capability.REVEAL, house),
            "revealed": revealed,
            "may_edit": may_edit,
            "may_handle_residents": may_at_house(request.user, Capability.HANDLE_RESIDENTS, house),
            "may_see_audit": may_at_house(request.user, Capability.SEE_AUDIT, house),
        },
    )


def commune_to_list(request: HttpRequest) -> Unit:
    """The commune that `?commune=` names, else the person's own; a foreign one is 404."""
    code = request.GET.get("commune")
    communes = _communes(request)
    if code:
        commune = next((unit for unit in communes if unit.code == code), None)
        if commune is None:
            raise Http404
        return commune
    access.somewhere(request.user, Capability.SEE_HOUSES)
    own = access.own_commune(request.user, Capability.SEE_HOUSES)
    if own is None:
        raise UserError(_("Chưa có xã nào trong hệ thống; hãy nạp ranh giới bằng load_boundaries."), code="no_communes")
    return own


def _communes(request: HttpRequest) -> list[Unit]:
    return list(communes_of(request.user).order_by("code").only("code", "name", "designation", "kind"))


def _with_plates(ids: list[uuid.UUID]) -> list[House]:
    """These houses in this order, each with `has_plate` and `has_moved`: asked for one page alone."""
    plates = Plate.objects.released().filter(house=OuterRef("pk"))
    houses = House.objects.select_related("village").annotate(has_plate=Exists(plates)).in_bulk(ids)
    moved = house_plates.moved_from_plate(ids)
    for house in houses.values():
        house.has_moved = house.pk in moved
    return [houses[pk] for pk in ids if pk in houses]


def _just_done(request: HttpRequest) -> ChangeSet | None:
    """The change set that the person has just made, from `?done=`, while it can still be undone."""
    with contextlib.suppress(ValueError):
        changeset_id = uuid.UUID(request.GET.get("done", ""))
        done = undoing.changesets_for(request.user).filter(pk=changeset_id, undone_at=None).first()
        if done is not None:
            done.label = registry.change_labels.get(done.kind, done.kind)
            if done.kind == "house.split":
                added = done.changes.filter(table=House._meta.db_table, before__isnull=True).values("row_id")
                done.part = House.objects.for_user(request.user).filter(pk__in=added).first()
        return done
    return None


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
