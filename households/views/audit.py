"""The audit as pages: a search for whoever may see it, and all that happened to one household."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from households import audit_trail
from households.auditing import extract
from households.auditing.lines import Line, lines_of
from households.auditing.searching import SearchForm
from households.codes import format_house_code
from mapping import access, audit, downloads, scratch
from mapping import exporting as files
from mapping.access import Capability
from mapping.exporting import Column

_PER_PAGE: Final = 50
_MOST_PAGES: Final = 200
_MOST_ROWS: Final = 10_000
"""So many of the latest lines go into a file; a narrower time gives the rest."""


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The lines that answer the form, a page at a time."""
    access.somewhere(request.user, Capability.SEE_AUDIT)
    form = SearchForm(request.GET, user=request.user)
    page = min(max(_whole(request.GET.get("page")), 1), _MOST_PAGES)
    entries = []
    if form.is_valid():
        entries = list(form.found()[(page - 1) * _PER_PAGE : page * _PER_PAGE + 1])
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form,
        "lines": lines_of(entries[:_PER_PAGE]),
        "page": page,
        "is_more": len(entries) > _PER_PAGE and page < _MOST_PAGES,
        "query": asked.urlencode(),
        "asked": any(value for value in asked.values()),
    }
    return render(request, "households/audit.html", context)


@login_required
@never_cache
@require_GET
def index_file(request: HttpRequest) -> HttpResponse:
    """The same lines as XLSX; that somebody took them out is itself a line."""
    access.somewhere(request.user, Capability.SEE_AUDIT)
    form = SearchForm(request.GET, user=request.user)
    if not form.is_valid():
        return index(request)
    lines = lines_of(list(form.found()[:_MOST_ROWS]))
    unit = form.cleaned_data["unit"] or access.own_commune(request.user, Capability.SEE_AUDIT)
    audit.record("export", subject=_("Nhật ký"), commune=unit, count=len(lines), detail={"list": "audit"})
    return _xlsx(lines, stem="nhat-ky", title=_("Nhật ký"))


@login_required
@never_cache
@require_GET
def household(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """All that happened to a household, there or removed."""
    found = extract.of_household(request.user, household_id)
    if found.household is not None:
        audit_trail.read(found.household.house, [household_id])
    return render(request, "households/household_audit.html", {"found": found})


@login_required
@never_cache
@require_GET
def household_file(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """The same as XLSX, to hand over."""
    found = extract.of_household(request.user, household_id)
    audit.record(
        "export", subject=_("Trích nhật ký của một hộ"), table="households_household", row_id=household_id,
        commune=found.place.parent if found.place and found.place.kind == "village" else found.place,
        count=len(found.lines), detail={"list": "household_audit"},
    )  # fmt: skip
    return _xlsx(found.lines, stem="nhat-ky-ho", title=_("Nhật ký của hộ"))


def _xlsx(lines: Iterable[Line], *, stem: str, title: str) -> FileResponse:
    columns = (
        Column(_("Lúc"), width=18), Column(_("Người làm"), width=26), Column(_("Việc"), width=44),
        Column(_("Đối tượng"), width=26), Column(_("Nơi"), width=22), Column(_("Từ địa chỉ"), width=18),
        Column(_("Lý do"), width=36),
    )  # fmt: skip
    with scratch.folder() as folder:
        path = folder / f"{stem}-{timezone.localdate():%Y-%m-%d}.xlsx"
        files.write_xlsx(path, title=title, columns=columns, rows=map(_row, lines))
        return downloads.attachment(path.open("rb"), name=path.name, content_type=files.XLSX)


def _row(line: Line) -> tuple[Any, ...]:
    code = format_house_code(line.house_code) if line.house_code else ""
    at = timezone.localtime(line.at).replace(tzinfo=None, microsecond=0)
    return (at, line.who, line.what, code or line.subject, line.place, line.address, line.why)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
