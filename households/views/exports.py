"""Lists as files: that of houses at once while it is short and as a job when it is long, the others at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from households import desk_lists, exporting
from households.desk_lists import DeskList
from households.exporting import Taking
from households.finding import may_in_commune
from households.forms import CleanText, DeskForm
from households.listing import Listing
from households.views.houses import commune_to_list
from mapping import access, downloads, jobs, scratch
from mapping import exporting as files
from mapping.access import Capability
from mapping.errors import NotAllowed
from mapping.models import Unit


class NumbersForm(DeskForm):
    """Which numbers leave in a file, and why."""

    numbers = forms.MultipleChoiceField(
        label=gettext_lazy("Ghi đủ vào tệp"),
        choices=list(exporting.NUMBERS.items()),
        initial=["phone"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Hãy chọn ít nhất một loại số.")},
    )
    reason = CleanText(
        label=gettext_lazy("Lý do"),
        min_length=10,
        max_length=300,
        help_text=gettext_lazy("Ví dụ: gọi các hộ ven sông trước bão số 3. Lý do nằm trong tệp và trong nhật ký."),
        error_messages={"min_length": gettext_lazy("Hãy ghi rõ hơn: việc gì cần những số này (ít nhất 10 chữ).")},
    )


@login_required
@never_cache
@require_GET
def houses(request: HttpRequest, file_format: str) -> HttpResponse:
    """The list that the page shows, with the same filters; with names where they may leave, without numbers."""
    if file_format not in exporting.FORMATS:
        raise Http404
    commune = commune_to_list(request)
    taking = Taking(names=may_in_commune(request.user, Capability.EXPORT_PEOPLE, commune))
    return _houses(request, _listing(request, commune), taking, file_format)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Ask why telephone or personal numbers are to leave, then give the same list with them."""
    commune = commune_to_list(request)
    if not exporting.may_take_numbers(request.user, commune):
        raise NotAllowed(
            _("Tài khoản của bạn không có quyền làm việc này ở %(unit)s.") % {"unit": commune}, code="forbidden"
        )
    listing = _listing(request, commune)
    form = NumbersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = tuple(form.cleaned_data["numbers"])
        return _houses(request, listing, Taking(True, chosen, form.cleaned_data["reason"]), "xlsx")
    context = {
        "form": form,
        "title": _("Tải danh sách có số điện thoại, số định danh"),
        "intro": _("%(commune)s, theo các điều kiện lọc đang chọn. Tệp Excel; nhật ký ghi ai tải, tải gì và vì sao.")
        % {"commune": commune.full_name},
        "submit": _("Tải tệp"),
        "back": f"{reverse('houses')}?{listing.query()}",
    }
    return render(request, "households/form.html", context, status=400 if form.is_bound else 200)


def _listing(request: HttpRequest, commune: Unit) -> Listing:
    with_people = may_in_commune(request.user, Capability.SEE_PEOPLE, commune)
    return Listing.read(commune, request.GET, with_people=with_people)


def _houses(request: HttpRequest, listing: Listing, taking: Taking, file_format: str) -> HttpResponse:
    """The file at once, or the page of the job that writes a long one."""
    if listing.houses(request.user).order_by()[: exporting.AT_ONCE + 1].count() > exporting.AT_ONCE:
        with_people = exporting.WITH_NUMBERS if taking.numbers else exporting.WITH_PEOPLE
        job = jobs.start(
            kind=with_people if taking.names else exporting.PLACES_ONLY,
            commune=listing.commune,
            user=request.user,
            params={**listing.values(), **taking.values(), "format": file_format},
        )
        return redirect("job", job_id=job.pk)
    with scratch.folder() as folder:
        path = exporting.write(
            listing=listing, user=request.user, taking=taking, file_format=file_format, folder=folder
        )
        return _download(path, file_format)


@login_required
@never_cache
@require_GET
def imports(request: HttpRequest, file_format: str) -> FileResponse:
    """The list of imports."""
    return _desk_list(request, desk_lists.imports, Capability.IMPORT, file_format)


@login_required
@never_cache
@require_GET
def changes(request: HttpRequest, file_format: str) -> FileResponse:
    """The list of what was changed."""
    return _desk_list(request, desk_lists.changes, Capability.EDIT, file_format)


@login_required
@never_cache
@require_GET
def batches(request: HttpRequest, file_format: str) -> FileResponse:
    """The list of batches of plates."""
    return _desk_list(request, desk_lists.batches, Capability.PRINT, file_format)


def _desk_list(
    request: HttpRequest, make: Callable[[Any], DeskList], capability: Capability, file_format: str
) -> FileResponse:
    """A list without places, as XLSX or CSV."""
    access.somewhere(request.user, capability)
    return desk_list_file(make(request.user), file_format)


def desk_list_file(found: DeskList, file_format: str) -> FileResponse:
    """A list without places as a file; raises Http404 for another format."""
    if file_format not in ("xlsx", "csv"):
        raise Http404
    with scratch.folder() as folder:
        path = folder / f"{found.stem}-{timezone.localdate():%Y-%m-%d}.{file_format}"
        if file_format == "csv":
            with path.open("wb") as target:
                files.write_csv(target, columns=found.columns, rows=found.rows)
        else:
            files.write_xlsx(path, title=found.title, columns=found.columns, rows=found.rows)
        return _download(path, file_format)


def _download(path: Path, file_format: str) -> FileResponse:
    """The file, opened: it outlives its name, so nothing is left behind however the download ends."""
    return downloads.attachment(path.open("rb"), name=path.name, content_type=exporting.FORMATS[file_format])
