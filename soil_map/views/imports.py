"""The pages that bring files into the soil map: the list with its form, and one page for each import."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mapping import access, audit, downloads, exporting, files
from mapping.access import Capability
from mapping.errors import Conflict, UserError
from mapping.models import Job, JobState, Unit
from mapping.receiving import received
from mapping.request_limits import takes_files
from soil_map.importing import keeping, working
from soil_map.importing.kinds import module_of
from soil_map.importing.polygons.model import PolygonLimits
from soil_map.models import Campaign, SoilImport, SoilImportKind, SoilImportState

_PER_PAGE = 30
_RELATED = ("commune", "campaign", "file", "changeset", "created_by")


@takes_files
@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The imports of a commune's soil, and the form for the next file."""
    commune = access.commune_or_404(request.user, code, Capability.EDIT_SOIL)
    sentence, status = "", 200
    if request.method == "POST":
        try:
            soil_import = _receive(request, commune)
        except UserError as error:
            sentence, status = error.sentence, error.status
        else:
            return redirect("soil_import", import_id=soil_import.pk)
    imports = SoilImport.objects.filter(commune=commune).select_related(*_RELATED)
    context = {
        "commune": commune,
        "page": Paginator(imports, _PER_PAGE).get_page(request.GET.get("page")),
        "open_states": keeping.OPEN,
        "kinds": SoilImportKind.choices,
        "kind": request.POST.get("kind") or request.GET.get("kind") or SoilImportKind.LABORATORY,
        "campaigns": Campaign.objects.filter(commune=commune),
        "campaign": request.POST.get("campaign") or request.GET.get("campaign") or "",
        "title": request.POST.get("title", ""),
        "sentence": sentence,
        "limit_mb": settings.MAX_UPLOAD_MB,
        "limit_rows": settings.MAX_IMPORT_ROWS,
        "limit_polygons": PolygonLimits().polygons,
    }
    return render(request, "soil_map/imports/list.html", context, status=status)


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Where an import stands: at work, what is asked and what was found, or what was written."""
    return _page(request, _or_404(request, import_id))


@login_required
@never_cache
@require_POST
def check(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Read the file as the form of the page says."""
    soil_import = _open_or_404(request, import_id)
    try:
        with transaction.atomic():
            meaning = module_of(soil_import.kind).chosen(soil_import, request.POST)
            working.check(soil_import=soil_import, meaning=meaning, user=request.user)
    except UserError as error:
        return _page(request, _or_404(request, import_id), error.sentence, error.status)
    return redirect("soil_import", import_id=soil_import.pk)


@login_required
@require_POST
def apply(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Write what the check showed."""
    soil_import = _open_or_404(request, import_id)
    try:
        with transaction.atomic():
            working.apply(soil_import=soil_import, user=request.user)
    except Conflict as error:
        messages.error(request, error.sentence)
    return redirect("soil_import", import_id=soil_import.pk)


@login_required
@require_POST
def undo(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Take back what the import wrote."""
    soil_import = _or_404(request, import_id)
    try:
        with transaction.atomic():
            job = working.undo(soil_import=soil_import, user=request.user)
    except Conflict as error:
        messages.error(request, error.sentence)
    else:
        if job is None:
            messages.success(request, _("Đã hoàn tác: dữ liệu trở lại như trước lần nhập này."))
    return redirect("soil_import", import_id=soil_import.pk)


@login_required
@require_POST
def discard(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Throw a file away that was not written."""
    soil_import = _open_or_404(request, import_id)
    keeping.discard(soil_import)
    messages.success(request, _("Đã bỏ tệp “%(file)s”; chưa có gì của nó được nhập.") % {"file": soil_import.file.name})
    return redirect("soil_imports", code=soil_import.commune.code)


@login_required
@never_cache
@require_GET
def report(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Everything that was refused or stands out, as a table for Excel."""
    soil_import = _or_404(request, import_id)
    titles, *rows = module_of(soil_import.kind).report_rows(soil_import)
    target = io.BytesIO()
    exporting.write_csv(target, columns=[exporting.Column(str(title)) for title in titles], rows=rows)
    target.seek(0)
    name = _("Kiểm tra %(name)s.csv") % {"name": soil_import.file.name.rpartition(".")[0][:100]}
    return downloads.attachment(target, name=name, content_type=exporting.CSV)


@login_required
@require_GET
def original(request: HttpRequest, import_id: uuid.UUID) -> FileResponse:
    """The file as it was brought: whoever may bring soil data in may see what was brought."""
    soil_import = _or_404(request, import_id)
    audit.record("file.download", subject=soil_import.file.name, commune=soil_import.commune)
    return files.download(soil_import.file)


def _page(request: HttpRequest, soil_import: SoilImport, sentence: str = "", status: int = 200) -> HttpResponse:
    job = working.job_of(soil_import)
    context: dict[str, Any] = {"soil_import": soil_import, "job": job}
    if job is not None and not job.is_over:
        return render(request, "soil_map/imports/working.html", context)
    kind = module_of(soil_import.kind)
    context |= kind.page(soil_import)
    context |= {
        "sentence": sentence or _failure(soil_import, job),
        "body": kind.TEMPLATE,
        "is_open": soil_import.state in keeping.OPEN,
        "written": soil_import.report.get("written"),
    }
    return render(request, "soil_map/imports/import.html", context, status=status)


def _or_404(request: HttpRequest, import_id: uuid.UUID) -> SoilImport:
    soil_import = SoilImport.objects.select_related(*_RELATED).filter(pk=import_id).first()
    if soil_import is None:
        raise Http404
    access.require(request.user, Capability.EDIT_SOIL, soil_import.commune)
    return soil_import


def _open_or_404(request: HttpRequest, import_id: uuid.UUID) -> SoilImport:
    """An import that has not been written and is not at work; Conflict otherwise."""
    soil_import = _or_404(request, import_id)
    job = working.job_of(soil_import)
    if soil_import.state not in keeping.OPEN or (job is not None and not job.is_over):
        raise Conflict(_("Tệp này đang được xử lý hoặc đã nhập rồi; hãy mở lại trang của nó."), code="not_open")
    return soil_import


def _receive(request: HttpRequest, commune: Unit) -> SoilImport:
    """Keep what was sent and read it: a bad file that is read at once leaves nothing, a long one is read by a job."""
    kind = request.POST.get("kind", "")
    if kind not in SoilImportKind.values:
        raise UserError(_("Hãy chọn tệp chứa gì: phiếu phân tích, khoanh đất hay thửa đất."), code="kind")
    campaign, meaning = None, {}
    if kind == SoilImportKind.LABORATORY:
        campaign = _campaign(request, commune)
    elif kind == SoilImportKind.SOIL_UNITS:
        title = " ".join(request.POST.get("title", "").split())
        if not title:
            raise UserError(_("Hãy ghi tên bản đồ đất, ví dụ “Bản đồ đất 1:10.000 năm 2005”."), code="title")
        meaning = {"title": title[:160]}
    digest = ""
    with received(request, [commune]) as sent:
        try:
            with transaction.atomic():
                soil_import = keeping.start(
                    path=sent.path, name=sent.name, commune=commune, user=request.user, kind=kind, campaign=campaign,
                    meaning=meaning,
                )  # fmt: skip
                digest = soil_import.file.sha256
                working.check(soil_import=soil_import, meaning=None, user=request.user)
        except UserError:
            if digest:
                files.remove_unneeded(digest)  # its row went with the transaction
            raise
    return soil_import


def _campaign(request: HttpRequest, commune: Unit) -> Campaign:
    named = request.POST.get("campaign", "")
    campaign = next((one for one in Campaign.objects.filter(commune=commune) if str(one.pk) == named), None)
    if campaign is None:
        raise UserError(_("Hãy chọn đợt điều tra mà phiếu thuộc về, hoặc tạo đợt mới trước."), code="campaign")
    return campaign


def _failure(soil_import: SoilImport, job: Job | None) -> str:
    """Why the last work on the import did not end well, while that is still the latest thing to say."""
    after = {
        working.CHECK: keeping.OPEN, working.APPLY: (SoilImportState.CHECKED,),
        working.UNDO: (SoilImportState.APPLIED,),
    }  # fmt: skip
    if job is None or job.state not in (JobState.FAILED, JobState.CANCELLED):
        return ""
    if soil_import.state not in after[job.kind] or soil_import.is_undone:
        return ""
    return job.told or _("Việc này đã dừng; không có gì bị thay đổi.")
