"""The page from addresses to houses and back: one address, one place, or a whole list as long work."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from households import scan, sketch
from households.finding import communes_of
from households.geocoding import lists, reverse, working
from households.geocoding.answers import Answer, asked_too_fast
from households.geocoding.batch import geocode
from households.geocoding.writing import LONGEST_TEXT
from households.locating import point_of
from households.scan_page import sketch_of
from mapping import access, files, jobs, rate_limits
from mapping.access import Capability
from mapping.coordinate_text import UnreadableError, read_pair
from mapping.errors import UserError
from mapping.models import StoredFile, Unit
from mapping.receiving import received
from mapping.request_limits import takes_files

_JOBS_SHOWN: Final = 5
_AROUND_M: Final = 150.0
_NEIGHBOURS: Final = 40


@takes_files
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Find an address (`?text=`), tell a place's address (`?place=`), or take a list in (POST)."""
    access.somewhere(request.user, Capability.SEE_HOUSES)
    if request.GET.get("text") or request.GET.get("place"):
        rate_limits.require_of_person("address", request, asked_too_fast())
    communes = list(communes_of(request.user).order_by("name", "code").only("pk", "code", "name", "designation"))
    context: dict[str, Any] = {"sentence": "", "asked_about": ""}
    status = 200
    try:
        if request.method == "POST":
            context["asked_about"] = "list"
            if request.POST.get("file"):
                return _start(request)
            context |= _brought(request, communes)
        elif request.GET.get("text", "").strip():
            context["asked_about"] = "text"
            context |= _one_address(request, communes)
        elif request.GET.get("place", "").strip():
            context["asked_about"] = "place"
            context |= _one_place(request)
    except UserError as error:
        context["sentence"], status = error.sentence, error.status
        if request.POST.get("file") and error.code != "no_file":
            context |= _chosen_again(request)  # one slip does not cost the file
    own = access.own_commune(request.user, Capability.SEE_HOUSES)
    context |= {
        "communes": communes,
        "chosen": request.POST.get("commune") or request.GET.get("commune", own.code if own else ""),
        "text": request.GET.get("text", "")[:LONGEST_TEXT],
        "typed_place": request.GET.get("place", "")[:100],
        "jobs": jobs.jobs_for(request.user, working.KIND)
        .select_related("commune", "result_file")
        .order_by("-created_at")[:_JOBS_SHOWN],
        "limit_mb": settings.MAX_UPLOAD_MB,
        "limit_rows": settings.MAX_IMPORT_ROWS,
    }
    return render(request, "households/geocode.html", context, status=status)


def _commune(communes: list[Unit], code: str) -> Unit | None:
    return next((commune for commune in communes if commune.code == code), None)


def _one_address(request: HttpRequest, communes: list[Unit]) -> dict[str, Any]:
    commune = _commune(communes, request.GET.get("commune", ""))
    answer = next(geocode(user=request.user, texts=[request.GET["text"][:LONGEST_TEXT]], commune=commune))
    return {"answer": answer, "sketch": _sketch_of_answer(request, answer)}


def _sketch_of_answer(request: HttpRequest, answer: Answer) -> str:
    first = answer.first
    if first is None or first.lng is None or first.lat is None:
        return ""
    house = scan.by_house_code(first.code) if first.code else None
    if house is not None:
        return sketch_of(house, first.short)
    return _sketch_around(request, first.lng, first.lat, first.short) if answer.grade == "street" else ""


def _one_place(request: HttpRequest) -> dict[str, Any]:
    """The address of typed coordinates, latitude first as maps on telephones give them."""
    try:
        pair = read_pair(request.GET["place"][:200])
    except UnreadableError:
        raise UserError(
            _("Không đọc được tọa độ; hãy ghi vĩ độ rồi kinh độ, ví dụ 19,67012, 105,81034."), code="place"
        ) from None
    lng, lat = pair.x, pair.y
    if abs(lat) > 90 >= abs(lng):
        lng, lat = lat, lng
    place = reverse.at(user=request.user, point=point_of(lng, lat))
    return {"place": place, "sketch": _sketch_around(request, lng, lat, _("điểm đã hỏi"))}


def _sketch_around(request: HttpRequest, lng: float, lat: float, title: str) -> str:
    """The houses around a point that the person may see."""
    place = reverse.at(user=request.user, point=point_of(lng, lat), reach_m=_AROUND_M, most=_NEIGHBOURS)
    middle = place.point.transform(3857, clone=True)
    neighbours = [
        sketch.Neighbour(
            near.house.location_3857.x - middle.x, near.house.location_3857.y - middle.y, near.house.number
        )
        for near in place.houses
    ]
    drawing = sketch.draw(
        x=middle.x, y=middle.y, lat=lat, number="", neighbours=neighbours, are_cut_off=len(neighbours) == _NEIGHBOURS,
        edges=(), commune=None, title=title, north_letter=_("B"),
    )  # fmt: skip
    return mark_safe(drawing)  # noqa: S308 - the sketch escapes what people have written


def _brought(request: HttpRequest, communes: list[Unit]) -> dict[str, Any]:
    """Keep the list for a day and show what its columns seem to be."""
    no_file = _("Hãy chọn một tệp có cột địa chỉ.")
    with received(request, communes, field="list", no_file=no_file) as sent:
        look = lists.look(sent.path, sent.name)
        with sent.path.open("rb") as source:
            stored = files.store(
                source=File(source), name=sent.name, content_type="application/octet-stream", commune=sent.commune,
                user=request.user, keep_days=working.BROUGHT_FILE_DAYS,
            )  # fmt: skip
    return {"stored": stored, "commune": sent.commune, **_columns(look)}


def _columns(look: lists.Look) -> dict[str, Any]:
    meaning = {index: field for field, index in look.fields.items()}
    columns = [
        {"index": index, "letter": letter, "title": title, "field": meaning.get(index, ""),
         "samples": [sample for sample in samples if sample.strip()]}
        for index, letter, title, samples in look.columns
    ]  # fmt: skip
    return {"columns": columns, "fields": lists.FIELDS, "sheet": look.sheet}


def _chosen_again(request: HttpRequest) -> dict[str, Any]:
    """The columns as they were chosen just now."""
    stored = _own_file(request)
    shown = _columns(lists.look(files.path_of(stored), stored.name, sheet=request.POST.get("sheet", "")))
    for column in shown["columns"]:
        column["field"] = request.POST.get(f"column-{column['index']}", "")
    return {"stored": stored, "commune": stored.commune, **shown}


def _start(request: HttpRequest) -> HttpResponse:
    """Queue the work on the list that was brought a moment ago, by the columns as they were chosen."""
    stored = _own_file(request)
    sheet = request.POST.get("sheet", "")
    fields: dict[str, int] = {}
    for index, *_rest in lists.look(files.path_of(stored), stored.name, sheet=sheet).columns:
        chosen = request.POST.get(f"column-{index}", "")
        if chosen in lists.FIELDS:
            if chosen in fields:
                raise UserError(
                    _("Hai cột cùng được chọn là “%(field)s”; hãy chỉ giữ một.") % {"field": lists.FIELDS[chosen]},
                    code="column_twice",
                )
            fields[chosen] = index
    file_format = request.POST.get("format", "")
    job = working.order(
        stored=stored, fields=fields, sheet=sheet, user=request.user,
        file_format=file_format if file_format in lists.FORMATS else "xlsx",
    )  # fmt: skip
    return redirect("job", job_id=job.pk)


def _own_file(request: HttpRequest) -> StoredFile:
    """The list that this person brought; nobody else's file can be named."""
    try:
        file_id = uuid.UUID(request.POST["file"])
    except ValueError:
        file_id = uuid.UUID(int=0)
    own = StoredFile.objects.select_related("commune").filter(pk=file_id, created_by=request.user, removed_at=None)
    stored = own.filter(commune__in=communes_of(request.user)).first()
    if stored is None:
        raise UserError(_("Danh sách này không còn trên máy chủ; hãy chọn lại tệp."), code="no_file")
    return stored
