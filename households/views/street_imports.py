"""The pages that bring streets in from a file: the list of imports, and one page an import from reading to result."""

from __future__ import annotations

import uuid
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
from django.views.decorators.http import require_http_methods, require_POST

from households.models import StreetImport, StreetImportState
from households.streets.importing import runs, telling, working
from households.streets.importing.titles import FIELDS
from households.streets.importing.words import KINDS, LEAVE_OUT
from mapping import access
from mapping.access import Capability
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import Job, JobState, Unit
from mapping.receiving import received
from mapping.request_limits import takes_files
from mapping.text import fold

_PER_PAGE = 30


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
            return redirect("street_import", import_id=run.pk)
    own = access.own_commune(request.user, Capability.NUMBER)
    imports = StreetImport.objects.for_user(request.user).select_related("commune", "file", "created_by", "changeset")
    context = {
        "page": Paginator(imports, _PER_PAGE).get_page(request.GET.get("page")),
        "open_states": runs.OPEN,
        "communes": communes,
        "chosen": request.POST.get("commune") or (own.code if own else ""),
        "sentence": sentence,
        "limit_mb": settings.MAX_UPLOAD_MB,
    }
    return render(request, "households/street_import_list.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """What was read of a file and what it would do (GET); read it otherwise (POST)."""
    sentence, status = "", 200
    if request.method == "POST":
        run = _open_or_404(request, import_id)
        try:
            meaning = runs.meaning_chosen(run, _choices(request, run)) if run.report else None
            working.check(run=run, meaning=meaning, user=request.user)
        except UserError as error:
            sentence, status = error.sentence, error.status
        else:
            return redirect("street_import", import_id=run.pk)
    else:
        run = _or_404(request, import_id)
    job = working.job_of(run)
    if job is not None and not job.is_over:
        return render(request, "households/street_import_working.html", {"run": run, "job": job})
    context = {"run": run, "sentence": sentence or _failure(run, job), "report": telling.page_of(run)}
    if run.state == StreetImportState.APPLIED:
        return render(request, "households/street_import_result.html", context)
    context["map"] = telling.map_of(run, _villages(run.commune))
    return render(request, "households/street_import.html", context, status=status)


@login_required
@require_POST
def apply(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Write what the check showed."""
    run = _open_or_404(request, import_id)
    try:
        working.apply(run=run, user=request.user, with_amendments=request.POST.get("amend") == "yes")
    except Conflict as error:
        messages.error(request, error.sentence)
    return redirect("street_import", import_id=run.pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Ask whether a file that was not written is to be thrown away (GET), or do so (POST)."""
    run = _open_or_404(request, import_id)
    if request.method == "GET":
        return render(request, "households/street_import_discard.html", {"run": run})
    runs.discard(run=run)
    messages.success(request, _("Đã bỏ tệp “%(file)s”; chưa có gì của nó được nhập.") % {"file": run.file.name})
    return redirect("street_imports")


def _communes(request: HttpRequest) -> QuerySet[Unit]:
    """The communes where the person may bring streets in; NotAllowed when there is none."""
    communes = Unit.objects.current().communes().filter(access.somewhere(request.user, Capability.NUMBER).units())
    if not communes.exists():
        raise NotAllowed(_("Tài khoản của bạn không có quyền nhập đường, ngõ cho cả một xã."), code="forbidden")
    return communes.order_by("name", "code")


def _or_404(request: HttpRequest, import_id: uuid.UUID) -> StreetImport:
    related = ("commune", "file", "changeset", "created_by")
    run = StreetImport.objects.select_related(*related).filter(pk=import_id).first()
    if run is None:
        raise Http404
    access.require(request.user, Capability.NUMBER, run.commune)
    return run


def _open_or_404(request: HttpRequest, import_id: uuid.UUID) -> StreetImport:
    """An import that has not been written and is not at work; Conflict otherwise."""
    run = _or_404(request, import_id)
    job = working.job_of(run)
    if run.state not in runs.OPEN or (job is not None and not job.is_over):
        raise Conflict(_("Tệp này đang được xử lý hoặc đã nhập rồi; hãy mở lại trang của nó."), code="not_open")
    return run


def _receive(request: HttpRequest, communes: QuerySet[Unit]) -> StreetImport:
    """Keep what was sent: a small file is read first, so that a bad one leaves nothing; a large one by a job."""
    with received(request, communes) as sent:
        examined = None if working.is_long(sent.path) else runs.examine(sent.path, sent.name, sent.commune)
        run = runs.start(path=sent.path, name=sent.name, unit=sent.commune, user=request.user, examined=examined)
    if examined is None:
        working.check(run=run, meaning=None, user=request.user)
    return run


def _choices(request: HttpRequest, run: StreetImport) -> dict[str, Any]:
    """What the person chose on the page, as `runs.meaning_chosen` takes it."""
    titles = run.report.get("titles", [])
    columns = {}
    for name in FIELDS:
        chosen = request.POST.get(f"column-{name}", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 6 and int(chosen) < len(titles):
            columns[name] = int(chosen)
    kinds = {}
    for number, (value, _count, _kind, _is_chosen) in enumerate(run.report.get("kind_values", [])):
        chosen = request.POST.get(f"kind-{number}", "")
        if chosen in (*KINDS, LEAVE_OUT):
            kinds[fold(value)] = chosen
    choices: dict[str, Any] = {"columns": columns, "kinds": kinds, "system": request.POST.get("system", "")}
    if (layer := request.POST.get("layer")) in run.report.get("layers", []):
        choices["layer"] = layer
    return choices


def _failure(run: StreetImport, job: Job | None) -> str:
    """Why the last work on the import did not end well, while that is still the latest thing to say."""
    after = {working.CHECK: runs.OPEN, working.APPLY: (StreetImportState.CHECKED,)}
    if job is None or job.state not in (JobState.FAILED, JobState.CANCELLED) or run.state not in after[job.kind]:
        return ""
    return job.told or _("Việc này đã dừng; không có gì bị thay đổi.")


def _villages(commune: Unit) -> QuerySet[Unit]:
    return Unit.objects.current().villages().filter(parent=commune, outline__isnull=False)
