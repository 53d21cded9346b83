"""One batch of plates: how far it is, its files, its plates, and what is done with all of them at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from households.finding import batch_or_404
from households.models import BatchFile, BatchFileKind, BatchState, Plate, PlateBatch, PlateState
from households.plates import batching, living, releasing, reprint
from households.plates.living import Moved
from households.views import batch_words
from mapping import audit, files
from mapping.errors import UserError
from mapping.models import Unit
from mapping.text import clean

_PER_PAGE: Final = 50
_MOST_CHOSEN: Final = 1_000
_REPRINT: Final = "reprint"


@login_required
@never_cache
@require_GET
def plate_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """The page; `show` keeps its plates to those in one state, or to those that say what is no longer so."""
    batch = batch_or_404(request.user, batch_id)
    job = batch.job
    is_over = batch.state in releasing.OVER
    # A job's own page tells more of why nothing came of it.
    sentence = job.told if job is not None and is_over and job.sentence else ""
    to_reprint = reprint.of_batch(batch) if batch.state == BatchState.PRINTED else set()
    show = request.GET.get("show", "")
    places = batch.places.select_related("plate__house__village", "plate__house__commune").order_by("serial")
    if show == _REPRINT:
        places = places.filter(plate__in=to_reprint)
    elif show in PlateState.values:
        places = places.filter(plate__state=show)
    else:
        show = ""
    context = {
        "batch": batch,
        "job": job,
        "is_over": is_over,
        "sentence": sentence,
        "villages": _villages(batch),
        "files": list(batch.files.select_related("file").order_by("pk")) if batch.state == BatchState.PRINTED else [],
        "may_go_on": batching.stopped_for_texts(batch),
        "certificates_told": batch_words.certificates_of(batch),
        "too_long": batch_words.too_long(batch),
        "states": _states(batch),
        "to_reprint": len(to_reprint),
        "marked": to_reprint,
        "show": show,
        "page": Paginator(places, _PER_PAGE).get_page(request.GET.get("page")),
        "may_hand_out": batch.state == BatchState.PRINTED and not batch.is_proof,
        "longest_name": living.LONGEST_NAME,
    }
    return render(request, "households/plate_batch.html", context)


@login_required
@never_cache
@require_GET
def batch_state(request: HttpRequest, batch_id: uuid.UUID) -> JsonResponse:
    """Where the work stands, for the page's progress bar."""
    batch = batch_or_404(request.user, batch_id)
    job = batch.job
    over = batch.state in releasing.OVER and (job is None or job.is_over)
    return JsonResponse(
        {
            "over": over,
            "label": capfirst(batch.get_state_display()),
            "done": job.done if job else 0,
            "total": job.total if job else 0,
            "percent": job.percent if job else 0,
        }
    )


@login_required
@never_cache
@require_GET
def batch_file(request: HttpRequest, batch_id: uuid.UUID, kind: str) -> FileResponse:
    """A file of a printed batch, the same bytes every time."""
    batch = batch_or_404(request.user, batch_id)
    known = kind in BatchFileKind.values
    kept = BatchFile.objects.select_related("file").filter(batch=batch, kind=kind).first() if known else None
    if kept is None or batch.state != BatchState.PRINTED:
        raise Http404
    villages = batch.village_ids or ()
    audit.record(
        "file.download", subject=kept.file.name, table=kept.file._meta.db_table, row_id=kept.file.pk,
        commune=batch.commune_id, village_id=villages[0] if len(villages) == 1 else None, once=True,
    )  # fmt: skip
    return files.download(kept.file)


@login_required
@require_POST
def cancel_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Stop a batch that is not printed yet."""
    return _done(request, batch_id, lambda batch: batching.cancel(user=request.user, batch=batch))


@login_required
@require_POST
def go_on_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Print a batch although some texts do not fit."""

    def go_on(batch: PlateBatch) -> None:
        batching.go_on(user=request.user, batch=batch)

    return _done(request, batch_id, go_on)


@login_required
@require_POST
def stock_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Take the chosen plates into stock, or all of the batch where none is chosen."""

    def stock(batch: PlateBatch) -> str:
        moved = living.take_into_stock(user=request.user, batch=batch, seen=_seen(request))
        done = ngettext("Đã nhập kho %(n)d biển.", "Đã nhập kho %(n)d biển.", moved.plates) % {"n": moved.plates}
        return done + _left(moved)

    return _done(request, batch_id, stock)


@login_required
@require_POST
def issue_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Give the chosen plates to somebody, or all of the batch where none is chosen."""

    def issue(batch: PlateBatch) -> str:
        to = clean(request.POST.get("to", ""))
        moved = living.issue(user=request.user, batch=batch, to=to, seen=_seen(request))
        done = ngettext("Đã giao %(n)d biển cho %(to)s.", "Đã giao %(n)d biển cho %(to)s.", moved.plates)
        return done % {"n": moved.plates, "to": " ".join(to.split())} + _left(moved)

    return _done(request, batch_id, issue)


def _done(request: HttpRequest, batch_id: uuid.UUID, act: Callable[[PlateBatch], str | None]) -> HttpResponse:
    """Do it and go back to the page, which says what came of it."""
    batch = batch_or_404(request.user, batch_id)
    try:
        said = act(batch)
    except UserError as error:
        messages.error(request, error.sentence)
    else:
        if said:
            messages.success(request, said)
    shown = {name: request.POST[name][:20] for name in ("show", "page") if request.POST.get(name)}
    address = reverse("plate_batch", args=[batch.pk])
    return redirect(f"{address}?{urlencode(shown)}" if shown else address)


def _seen(request: HttpRequest) -> dict[str, int] | None:
    """The plates that were ticked, with the versions that the page showed; None where none was. Raises UserError."""
    seen: dict[str, int] = {}
    for ticked in request.POST.getlist("token")[:_MOST_CHOSEN]:
        token, _dot, version = ticked.partition(".")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise UserError(_("Máy chủ không hiểu biểu mẫu này; hãy tải lại trang."), code="token")
        seen[clean(token)] = int(version)
    return seen or None


def _left(moved: Moved) -> str:
    if not moved.left:
        return ""
    return " " + ngettext(
        "%(n)d biển khác không ở tình trạng làm được việc này nên giữ nguyên.",
        "%(n)d biển khác không ở tình trạng làm được việc này nên giữ nguyên.",
        moved.left,
    ) % {"n": moved.left}


def _states(batch: PlateBatch) -> list[tuple[str, str, int]]:
    """Value, name and number of each state in which plates of the batch are."""
    plates = Plate.objects.filter(batch_places__batch=batch).order_by().values_list("state").annotate(n=Count("pk"))
    counts: dict[str, int] = dict(plates)
    return [(value, str(label), counts[value]) for value, label in PlateState.choices if value in counts]


def _villages(batch: PlateBatch) -> list[Any]:
    return list(Unit.objects.villages().filter(pk__in=batch.village_ids or ()).in_order())
