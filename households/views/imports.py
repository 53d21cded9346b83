"""The pages that bring a list in: file, columns, meaning of the coordinates, check, result.

Each step is a page of its own that can be left and come back to; nothing is written to houses before the last one.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from households import desk_lists
from households.importing import discarding, outcome, runs, working
from households.importing.fields import COORDINATES, LABELS, SCHEMES, Reading
from households.models import ImportPlace, ImportRun, ImportState
from mapping import access, crs, files
from mapping.access import Capability
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import Job, JobState, Unit
from mapping.place_words import meaning_label
from mapping.receiving import received
from mapping.request_limits import takes_files

_PER_PAGE = 30
# The outline on the page is a drawing: a few metres do not show.
_DRAWN_DEGREES = 0.00004


@takes_files
@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The imports of the person's communes, and the form for the next file."""
    communes = _communes(request)
    sentence, status = "", 200
    if request.method == "POST":
        try:
            run = _receive(request, communes)
        except UserError as error:
            sentence, status = error.sentence, error.status
        else:
            return redirect("import_columns", run_id=run.pk)
    own = access.own_commune(request.user, Capability.IMPORT)
    context = {
        "page": Paginator(desk_lists.imports_of(request.user), _PER_PAGE).get_page(request.GET.get("page")),
        "open_states": discarding.OPEN,
        "communes": communes,
        "chosen": request.POST.get("commune") or (own.code if own else ""),
        "sentence": sentence,
        "limit_mb": settings.MAX_UPLOAD_MB,
        "limit_rows": settings.MAX_IMPORT_ROWS,
    }
    return render(request, "households/import_list.html", context, status=status)


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Where the import stands: at work, checked, written or undone."""
    run = _run_or_404(request, run_id)
    job = working.job_of(run)
    context = {"run": run, "job": job, "failed": _failure(run, job), "step": 4}
    if job is not None and not job.is_over:
        return render(request, "households/import_working.html", context)
    if run.state == ImportState.UPLOADED:
        return redirect("import_columns", run_id=run.pk)
    context["report"] = outcome.for_page(run.report, Reading.from_json(run.reading))
    if run.state == ImportState.CHECKED:
        return render(request, "households/import_checked.html", context)
    undone = run.state == ImportState.UNDONE or (run.changeset is not None and run.changeset.undone_at is not None)
    return render(request, "households/import_result.html", context | {"undone": undone, "step": 5})


@login_required
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """What each column means: what was understood, the first rows, a choice for every column."""
    run = _open_run_or_404(request, run_id)
    kept = Reading.from_json(run.reading)
    sheet = request.POST.get("sheet") or request.GET.get("sheet") or kept.sheet
    path = files.path_of(run.file)
    seen = runs.look(path, run.file.name, sheet=sheet)
    reading = kept if sheet == kept.sheet else seen.reading
    sentence = ""
    if request.method == "POST":
        try:
            chosen = _chosen_columns(request, seen.reading)
            scheme = request.POST.get("scheme", "list")
            reading = replace(runs.with_columns(reading, chosen), scheme=scheme if scheme in SCHEMES else "list")
            runs.require_columns(reading)
        except UserError as error:
            sentence = error.sentence
        else:
            _keep(run, reading)
            return redirect("import_place", run_id=run.pk) if reading.places else _check(request, run)
    meaning = {index: name for name, index in reading.columns.items()}
    if sentence:  # what was chosen stays chosen, so that one slip does not cost the rest
        meaning = {index: request.POST.get(f"column-{index}", "") for index in seen.reading.titles}
    labels = {name: label for name, label in LABELS.items() if not (seen.reading.has_geometry and name in COORDINATES)}
    context = {
        "run": run,
        "step": 2,
        "sentence": sentence,
        "failed": _failure(run, working.job_of(run)),
        "sheets": seen.sheets,
        "sheet": seen.reading.sheet,
        "header_row": seen.header_row,
        "has_geometry": seen.reading.has_geometry,
        "columns": [
            {"index": index, "letter": letter, "title": title, "field": meaning.get(index, ""),
             "samples": [row.values[index] for row in seen.first_rows if index < len(row.values)]}
            for index, (letter, title) in seen.reading.titles.items()
        ],
        "row_numbers": [row.number for row in seen.first_rows],
        "labels": labels,
        "schemes": SCHEMES,
        "scheme": reading.scheme,
    }  # fmt: skip
    return render(request, "households/import_columns.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """What the coordinates mean: every reading that fits, drawn over the commune; the person says which."""
    run = _open_run_or_404(request, run_id)
    reading = Reading.from_json(run.reading)
    if not reading.places:
        return redirect("import_columns", run_id=run.pk)
    path = files.path_of(run.file)
    if request.method == "POST":
        srid, swapped = _meaning(request.POST.get("meaning", ""))
        _keep(run, replace(reading, srid=srid, swapped=swapped))
        return _check(request, run)
    finding = runs.find_meanings(path, run.file.name, reading, run.commune)
    candidates = [
        {"key": one.key, "label": meaning_label(one.srid, one.swapped), "inside": one.inside,
         "total": one.total, "sample": [[lng, lat, inside] for lng, lat, inside in one.sample]}
        for one in finding.candidates
    ]  # fmt: skip
    stated = f"{reading.file_srid}" if reading.file_srid else ""
    keys = [candidate["key"] for candidate in candidates]
    kept = "" if reading.srid is None else f"{reading.srid}{'-swapped' if reading.swapped else ''}"
    context = {
        "run": run,
        "step": 3,
        "candidates": candidates,
        "chosen": next((key for key in (kept, stated) if key in keys), keys[0] if finding.unambiguous else ""),
        "unambiguous": finding.unambiguous,
        "nothing_fits": not any(candidate["inside"] for candidate in candidates),
        "stated": meaning_label(reading.file_srid, False) if reading.file_srid else "",
        "map": {
            "outline": _drawn(run.commune),
            "villages": [_drawn(unit) for unit in _villages(run.commune)],
            "candidates": {candidate["key"]: candidate["sample"] for candidate in candidates},
            "basemap": settings.BASEMAP_URL,
            "attribution": settings.BASEMAP_ATTRIBUTION,
        },
    }
    return render(request, "households/import_place.html", context)


@login_required
@require_POST
def check(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Check once more, when the commune's houses have changed since."""
    return _check(request, _open_run_or_404(request, run_id))


@login_required
@require_POST
def apply(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Write what the check showed."""
    run = _open_run_or_404(request, run_id)
    with_doubles = request.POST.get("doubles") == "add"
    working.apply(run=run, user=request.user, with_doubles=with_doubles)
    return redirect("import_run", run_id=run.pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask whether the import is to be taken back, naming what goes (GET), or take it back (POST)."""
    run = _run_or_404(request, run_id)
    if request.method == "GET":
        job = working.job_of(run)
        if run.state != ImportState.APPLIED or (job is not None and not job.is_over):
            return redirect("import_run", run_id=run.pk)
        return render(request, "households/import_undo.html", {"run": run, "report": run.report})
    try:
        job = working.undo(run=run, user=request.user)
    except Conflict as error:
        messages.error(request, error.sentence)
    else:
        if job is None:
            messages.success(request, _("Đã hoàn tác: dữ liệu trở lại như trước lần nhập này."))
    return redirect("import_run", run_id=run.pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask whether a list that was not written is to be thrown away (GET), or do so (POST)."""
    run = _open_run_or_404(request, run_id)
    if request.method == "GET":
        return render(request, "households/import_discard.html", {"run": run})
    discarding.discard(run=run)
    messages.success(request, _("Đã bỏ danh sách “%(file)s”; chưa có gì của nó được nhập.") % {"file": run.file.name})
    return redirect("imports")


def _communes(request: HttpRequest) -> QuerySet[Unit]:
    """The communes where the person may bring a list in; NotAllowed when there is none."""
    communes = Unit.objects.current().communes().filter(access.somewhere(request.user, Capability.IMPORT).units())
    if not communes.exists():
        raise NotAllowed(_("Tài khoản của bạn không có quyền nhập danh sách cho cả một xã."), code="forbidden")
    return communes.order_by("name", "code")


def _run_or_404(request: HttpRequest, run_id: uuid.UUID) -> ImportRun:
    # The wall hides imports from whoever may not see people; whose they are is asked beside it.
    place = ImportPlace.objects.select_related("commune").filter(pk=run_id).first()
    if place is None:
        raise Http404
    access.require(request.user, Capability.IMPORT, place.commune)
    related = ("commune", "file", "report_file", "changeset", "created_by")
    return ImportRun.objects.select_related(*related).get(pk=run_id)


def _open_run_or_404(request: HttpRequest, run_id: uuid.UUID) -> ImportRun:
    """An import that has not been written and is not at work; Conflict otherwise."""
    run = _run_or_404(request, run_id)
    job = working.job_of(run)
    if run.state not in (ImportState.UPLOADED, ImportState.CHECKED) or (job is not None and not job.is_over):
        raise Conflict(_("Danh sách này đang được xử lý hoặc đã nhập rồi; hãy mở lại trang của nó."), code="not_open")
    return run


def _receive(request: HttpRequest, communes: QuerySet[Unit]) -> ImportRun:
    with received(request, communes) as sent:
        return runs.start(
            path=sent.path, name=sent.name, commune=sent.commune, user=request.user,
            content_type="application/octet-stream",  # whatever the browser says that it is
        )  # fmt: skip


def _chosen_columns(request: HttpRequest, seen: Reading) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for index, (letter, title) in seen.titles.items():
        name = request.POST.get(f"column-{index}", "")
        if name not in LABELS:
            continue
        if name in chosen:
            raise UserError(
                _("Hai cột “%(first)s” và “%(second)s” cùng được chọn là %(field)s; hãy chỉ giữ một.")
                % {"first": seen.titles[chosen[name]][1], "second": title or letter, "field": LABELS[name]},
                code="column_twice",
            )
        chosen[name] = index
    return chosen


def _meaning(key: str) -> tuple[int, bool]:
    srid, dash, swapped = key.partition("-")
    try:
        return crs.parse_srid(srid), bool(dash) and swapped == "swapped"
    except crs.CrsError as error:
        raise UserError(_("Hãy chọn một cách hiểu tọa độ trong danh sách."), code="meaning") from error


def _keep(run: ImportRun, reading: Reading) -> None:
    run.reading, run.state, run.report = reading.to_json(), ImportState.UPLOADED, {}
    run.save(update_fields=["reading", "state", "report"])


def _check(request: HttpRequest, run: ImportRun) -> HttpResponse:
    working.check(run=run, user=request.user)
    return redirect("import_run", run_id=run.pk)


def _failure(run: ImportRun, job: Job | None) -> str:
    """Why the last work on the import did not end well, while that is still the latest thing to say."""
    after = {working.CHECK: ImportState.UPLOADED, working.APPLY: ImportState.CHECKED, working.UNDO: ImportState.APPLIED}
    if job is None or job.state not in (JobState.FAILED, JobState.CANCELLED) or run.state != after.get(job.kind):
        return ""
    return job.told or _("Việc này đã dừng; không có gì bị thay đổi.")


def _villages(commune: Unit) -> QuerySet[Unit]:
    return Unit.objects.current().villages().filter(parent=commune, outline__isnull=False)


def _drawn(unit: Unit) -> Any:
    """The unit's outline as GeoJSON, no finer than can be seen."""
    return json.loads(unit.outline.simplify(_DRAWN_DEGREES, preserve_topology=True).geojson)
