"""Streets, alleys and sub-alleys: the list, the page of each, and what the map's editor reads."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from households import undoing
from households.finding import commune_or_404, communes_of
from households.forms import SeenVersion
from households.models import Frontage, Street, StreetKind
from households.plates import choosing
from households.street_forms import StreetForm, renaming_note
from households.streets import editing, leaving, naming, picture
from households.streets.acting import Done
from households.streets.listing import NO_VILLAGE, StreetListing, as_file
from households.streets.reading import collection, houses_named, may_number, street_or_404
from households.views import exports, street_actions
from households.views.answering import answer_form
from households.views.houses import commune_to_list
from mapping import registry
from mapping.access import Capability
from mapping.errors import wants_json
from mapping.models import Change, ChangeSet, Unit

_PER_PAGE = 50
_MOST_HISTORY = 20

either = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The streets of a commune, narrowed by village, kind or a search."""
    commune = commune_to_list(request)
    chosen = StreetListing.read(commune, request.GET)
    page = Paginator(chosen.streets(request.user), _PER_PAGE).get_page(request.GET.get("page"))
    _call(page.object_list)
    return render(
        request,
        "households/streets.html",
        {
            "chosen": chosen,
            "page": page,
            "query": chosen.query(),
            "communes": communes_of(request.user).order_by("code"),
            "villages": Unit.objects.current().villages().filter(parent=commune).in_order(),
            "no_village": NO_VILLAGE,
            "kinds": StreetKind.choices,
            "may_number": may_number(request.user, commune),
        },
    )


@login_required
@never_cache
@require_GET
def export(request: HttpRequest, file_format: str) -> FileResponse:
    """The list that the page shows, with the same filters."""
    chosen = StreetListing.read(commune_to_list(request), request.GET)
    return exports.desk_list_file(as_file(chosen, request.user), file_format)


@login_required
@never_cache
@require_GET
def features(request: HttpRequest) -> JsonResponse:
    """All streets and house groups of a commune as GeoJSON: `?commune=CODE`."""
    commune = commune_or_404(request.user, request.GET.get("commune", ""))
    return JsonResponse(collection(request.user, commune))


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, street_id: uuid.UUID) -> HttpResponse:
    """What is known of a street: attributes, a little map, its alleys, its houses by number, what was done to it."""
    street = street_or_404(request.user, street_id)
    may = may_number(request.user, street.commune)
    houses = choosing.houses_on(request.user, street)
    frontages = [house.frontage for house in houses if hasattr(house, "frontage")]
    branches = list(street.branches.select_related("village").order_by("kind", "name", "number", "pk"))
    _call([street, *branches, *([street.parent] if street.parent else [])])
    done = _just_done(request) if may else None
    middle = street.line.interpolate_normalized(0.5)
    return render(
        request,
        "households/street.html",
        {
            "street": street,
            "houses": houses,
            "legal": sum(frontage.decision_id is not None for frontage in frontages),
            "branches": branches,
            "groups": street.house_groups.order_by("letter"),
            "sketch": picture.of_street(street, houses),
            "map_place": f"18/{middle.y:.5f}/{middle.x:.5f}",
            "length": round(street.length_m),
            "may_number": may,
            "history": _history(request, street) if may else [],
            "done": done,
        },
    )


@login_required
@never_cache
@either
def edit(request: HttpRequest, street_id: uuid.UUID) -> HttpResponse:
    """Change what is written about a street: JSON for the map, a form for a person."""
    street = street_or_404(request.user, street_id, Capability.NUMBER)
    if wants_json(request) and request.method == "POST":
        return street_actions.edit_from_map(request, street)
    form = StreetForm(request.POST or None, initial=StreetForm.initial_of(street), street=street)

    def act(typed: dict[str, Any]) -> tuple[Street, ChangeSet]:
        typed = dict(typed)
        chosen = typed.pop("parent")
        parent = editing.AS_IT_IS if (chosen.pk if chosen else None) == street.parent_id else chosen
        return _told(request, editing.edit(user=request.user, street=street, parent=parent, **typed))

    bearing = list(houses_named(street).values_list("pk", flat=True)) if street.name else []
    context = _context(street, _("Sửa đường, ngõ"), _("Lưu"))
    context["intro"] = renaming_note(len(bearing), naming.printed_plates(bearing))
    return answer_form(
        request,
        form,
        act,
        context,
        latest=lambda: StreetForm.initial_of(street_or_404(request.user, street_id, Capability.NUMBER)),
        go=to_street,
    )


@login_required
@never_cache
@either
def remove(request: HttpRequest, street_id: uuid.UUID) -> HttpResponse:
    """Remove a street: JSON for the map, asked about first for a person."""
    street = street_or_404(request.user, street_id, Capability.NUMBER)
    if wants_json(request) and request.method == "POST":
        return street_actions.remove_from_map(request, street)
    form = SeenVersion(request.POST or None, initial={"version": street.version})

    def act(typed: dict[str, Any]) -> tuple[Street, ChangeSet]:
        return _told(request, editing.remove(user=request.user, street=street, version=typed["version"]))

    context = _context(street, _("Xóa đường, ngõ"), _("Xóa"))
    houses = Frontage.objects.filter(street=street).count()
    context["intro"] = _(
        "Xóa hẳn đường này khỏi bản đồ. %(houses)d nhà đang gắn với đường giữ nguyên số. Xóa nhầm thì hoàn tác được."
    ) % {"houses": houses}
    context["danger"] = True
    return answer_form(request, form, act, context, go=to_list)


def to_street(street: Street, changeset: ChangeSet) -> HttpResponse:
    """Go to the page of a street, which offers to undo what was just done."""
    return redirect(f"{reverse('street', args=[street.pk])}?done={changeset.pk}")


def to_list(street: Street, changeset: ChangeSet) -> HttpResponse:
    """Go to the list of streets, when there is no page of the street any more."""
    return redirect(f"{reverse('streets')}?commune={street.commune.code}")


def _told(request: HttpRequest, done: Done) -> tuple[Street, ChangeSet]:
    """Say on the next page what an act has changed besides."""
    for note in done.notes:
        messages.info(request, note)
    if done.removed:
        messages.success(
            request,
            _("Đã xóa %(street)s; muốn lấy lại thì vào Các lần thay đổi.") % {"street": done.street.full_name},
        )
    return done.street, done.changeset


def _call(streets: Sequence[Street]) -> None:
    """Let streets be `called` so that nobody takes one nameless alley for another."""
    places = leaving.places_of(street.pk for street in streets if not street.name and not street.number)
    for street in streets:
        street.called = leaving.told_apart(street, places)


def _context(street: Street, title: str, submit: str) -> dict[str, Any]:
    return {
        "title": f"{title}: {street.full_name}",
        "submit": submit,
        "back": reverse("street", args=[street.pk]),
    }


def _history(request: HttpRequest, street: Street) -> list[ChangeSet]:
    touching = Change.objects.filter(row_id=street.pk).values("changeset")
    found = undoing.changesets_for(request.user).filter(pk__in=touching).select_related("created_by", "commune")
    history = list(found.order_by("-created_at")[:_MOST_HISTORY])
    for changeset in history:
        changeset.label = registry.change_labels.get(changeset.kind, changeset.kind)
    return history


def _just_done(request: HttpRequest) -> ChangeSet | None:
    """The change set that the person has just made, from `?done=`, while it can still be undone."""
    with contextlib.suppress(ValueError):
        changeset_id = uuid.UUID(request.GET.get("done", ""))
        done = undoing.changesets_for(request.user).filter(pk=changeset_id, undone_at=None).first()
        if done is not None:
            done.label = registry.change_labels.get(done.kind, done.kind)
        return done
    return None
