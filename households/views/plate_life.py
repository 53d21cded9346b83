"""The page of one plate: its state, what was printed on it, where it hangs, what happened to it, what can be done."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from households import codes, scan
from households.finding import may_at_house, require_at_house
from households.models import Plate
from households.plates import house_plates, living, reprint, story, swapping
from households.plates.life import Act, acts_from
from households.scan_page import sketch_of
from mapping import audit, files
from mapping.access import Capability
from mapping.errors import UserError

_TROUBLES: Final[dict[Act, Promise]] = {
    Act.DAMAGE: gettext_lazy("Biển hỏng"),
    Act.LOSE: gettext_lazy("Biển mất"),
    Act.STEAL: gettext_lazy("Biển bị lấy cắp"),
}
_DONE: Final[dict[str, Promise]] = {
    Act.STOCK: gettext_lazy("Đã nhập kho."),
    Act.ISSUE: gettext_lazy("Đã ghi giao biển."),
    Act.INSTALL: gettext_lazy("Đã ghi biển được lắp."),
    Act.INSPECT: gettext_lazy("Đã ghi kiểm tra biển."),
    Act.DAMAGE: gettext_lazy("Đã ghi biển hỏng."),
    Act.LOSE: gettext_lazy("Đã ghi biển mất: mã QR thôi mở địa chỉ."),
    Act.STEAL: gettext_lazy("Đã ghi biển bị lấy cắp: mã QR thôi mở địa chỉ."),
    Act.FIND: gettext_lazy("Đã ghi tìm thấy biển."),
    Act.REVOKE: gettext_lazy("Đã thu hồi biển: mã QR thôi mở địa chỉ."),
    "swap": gettext_lazy("Đã ghi hai biển được lắp đúng nhà."),
}


class ActForm(forms.Form):
    """One act on the plate that was seen in `version`."""

    act = forms.ChoiceField(choices=[(act.value, act.value) for act in Act if act is not Act.INSTALL])
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
    note = forms.CharField(required=False)
    to = forms.CharField(required=False)
    sure = forms.BooleanField(required=False)


def plate_or_404(user: Any, typed: str) -> Plate:
    """Return the plate with this token of a house where the person prints; foreign 404, without the right 403."""
    try:
        token = codes.parse_token(typed)
    except codes.CodeError:
        raise Http404 from None
    units = ("house__commune__parent", "house__village", "created_by", "installed_photo", "replaced_by")
    plate = Plate.objects.select_related(*units).filter(token=token).first()
    if plate is None:
        raise Http404
    require_at_house(user, Capability.PRINT, plate.house)
    return plate


@login_required
@never_cache
@require_GET
def plate(request: HttpRequest, token: str) -> HttpResponse:
    """The page; `?done=` names what was just done."""
    return page_of(request, plate_or_404(request.user, token))


@login_required
@require_POST
def move_plate(request: HttpRequest, token: str) -> HttpResponse:
    """Do one act and go back to the page; what is refused stands above it."""
    found = plate_or_404(request.user, token)
    form = ActForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, refusal=_("Chưa chọn việc cần ghi cho biển."), status=400)
    typed = form.cleaned_data
    revoke_note = typed["note"] if typed["act"] == Act.REVOKE else ""
    if typed["act"] == Act.REVOKE and not typed["sure"]:
        refusal = _("Chưa thu hồi: hãy đánh dấu “Tôi hiểu, thu hồi là vĩnh viễn” rồi bấm lại.")
        return page_of(request, found, refusal=refusal, status=400, revoke_note=revoke_note)
    try:
        living.move(token=found.pk, version=typed["version"], act=Act(typed["act"]), note=typed["note"], to=typed["to"])
    except UserError as error:
        latest = plate_or_404(request.user, token)
        return page_of(request, latest, refusal=error.sentence, status=error.status, revoke_note=revoke_note)
    return to_plate(found.pk, typed["act"])


@login_required
@never_cache
@require_GET
def plate_photo(request: HttpRequest, token: str) -> FileResponse:
    """The photo that was taken when the plate was hung."""
    found = plate_or_404(request.user, token)
    stored = found.installed_photo
    if stored is None:
        raise Http404
    audit.record(
        "file.download", subject=stored.name, table=stored._meta.db_table, row_id=stored.pk,
        commune=found.house.commune_id, village_id=found.house.village_id, once=True,
    )  # fmt: skip
    return files.download(stored)


def to_plate(token: str, done: str) -> HttpResponse:
    """Go to the page of a plate, which says what was done."""
    return redirect(f"{reverse('plate', args=[token])}?done={done}")


def page_of(
    request: HttpRequest, plate: Plate, *, refusal: str = "", status: int = 200, revoke_note: str = ""
) -> HttpResponse:
    """The page of a plate, with what was refused, and why it was to be revoked."""
    house = plate.house
    scanned = scan.by_house_code(house.code)
    acts = acts_from(plate.state)
    place = plate.installed_location
    due = house_plates.due(plate) if Act.INSPECT in acts else None
    counting = reprint.counting([plate.pk])
    other = swapping.mixed_up_with(plate)
    if other is not None and not may_at_house(request.user, Capability.PRINT, other.house):
        other = None
    context = {
        "plate": plate,
        "other": other,
        "house": house,
        "formatted_code": codes.format_house_code(house.code),
        "done": _DONE.get(request.GET.get("done", ""), "") if not refusal else "",
        "refusal": refusal,
        "says_otherwise": plate.pk in reprint.among(counting),
        "place_now": reprint.place_of(house.commune),
        "has_moved": plate.pk in reprint.moved(counting),
        "due": due,
        "is_overdue": house_plates.is_overdue(plate),
        "may_install": Act.INSTALL in acts and plate.replaced_by_id is None,
        "may_stock": Act.STOCK in acts,
        "may_issue": Act.ISSUE in acts,
        "may_inspect": Act.INSPECT in acts,
        "may_find": Act.FIND in acts,
        "may_revoke": Act.REVOKE in acts,
        "revoke_note": revoke_note,
        "troubles": [(act.value, label) for act, label in _TROUBLES.items() if act in acts],
        "longest_note": living.LONGEST_NOTE,
        "longest_name": living.LONGEST_NAME,
        "story": story.story_of(plate),
        "sketch": sketch_of(scanned, str(house), mark=(place.x, place.y) if place else None) if scanned else "",
        "maps_url": codes.google_maps_url(place.y, place.x) if place else "",
    }
    return render(request, "households/plate.html", context, status=status)
