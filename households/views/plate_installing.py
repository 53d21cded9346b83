"""Hanging a plate with a phone in the hand: where the phone is, a photo, and what is said at a wrong door."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from households.models import Plate
from households.plates import installing, swapping
from households.plates.installing import AtAnotherDoor, Nearest
from households.plates.life import WORST_ACCURACY_M, Act, Doubt, Fix, acts_from
from households.views.plate_life import plate_or_404, to_plate
from mapping.errors import UserError
from mapping.models import StoredFile
from mapping.request_limits import takes_files

_PHOTO_SALT: Final = "households.plates.photo"
_PHOTO_SECONDS: Final = 20 * 3600  # less than the photo waits for


class InstallForm(forms.Form):
    """What the phone sends. Latitude, longitude and accuracy come all three, or the phone knew no place."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
    lat = forms.FloatField(required=False)
    lng = forms.FloatField(required=False)
    accuracy = forms.FloatField(required=False)
    photo = forms.FileField(required=False)
    photo_kept = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    told = forms.CharField(required=False, max_length=40)
    not_at = forms.CharField(required=False, max_length=40)

    def reason_for(self, fix: Fix | None) -> str:
        """The reason of whoever was told what is doubtful: one for a missing place excuses no wrong door."""
        reason: str = self.cleaned_data["reason"]
        told = self.cleaned_data["told"]
        if fix is None or told in (Doubt.WRONG_DOOR, Doubt.OUTDATED):
            return reason
        return reason if told == Doubt.ROUGH_POSITION and fix.accuracy_m > WORST_ACCURACY_M else ""

    def fix(self) -> Fix | None:
        """Where the phone was; None where it did not say, or said what is no place."""
        lat, lng, accuracy = (self.cleaned_data.get(name) for name in ("lat", "lng", "accuracy"))
        if lat is None or lng is None or accuracy is None:
            return None
        fix = Fix(lat=lat, lng=lng, accuracy_m=accuracy)
        return fix if fix.is_sound() else None


class SwapForm(InstallForm):
    """The same of a swap, and which other plate."""

    other = forms.CharField(max_length=40)
    other_version = forms.IntegerField(min_value=1, max_value=2_000_000_000)


@takes_files
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def install_plate(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be hung where; hang it, or say what is wrong and keep the photo for the next try."""
    plate = plate_or_404(request.user, token)
    if request.method != "POST":
        return _page(request, plate)
    form = InstallForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, plate, refusal=_("Máy chủ không hiểu biểu mẫu này; hãy tải lại trang."), status=400)
    photo: StoredFile | None = None
    try:
        photo = _photo_of(request, plate, form)
        installing.install(
            user=request.user,
            token=plate.pk,
            version=form.cleaned_data["version"],
            fix=form.fix(),
            photo=photo,
            reason=form.reason_for(form.fix()),
            not_at=form.cleaned_data["not_at"],
        )
    except UserError as error:
        return _page(
            request, plate_or_404(request.user, token), refusal=error.sentence, status=error.status, error=error,
            fix=form.fix(), photo=photo, reason=form.cleaned_data["reason"],
        )  # fmt: skip
    return to_plate(plate.pk, Act.INSTALL)


@login_required
@require_POST
def swap_plates(request: HttpRequest, token: str) -> HttpResponse:
    """Hang two neighbours' plates that were mixed up, at once."""
    plate = plate_or_404(request.user, token)
    form = SwapForm(request.POST)
    if not form.is_valid():
        return _page(request, plate, refusal=_("Máy chủ không hiểu biểu mẫu này; hãy tải lại trang."), status=400)
    typed = form.cleaned_data
    other = plate_or_404(request.user, typed["other"])
    try:
        swapping.swap(
            token=plate.pk,
            version=typed["version"],
            other=other.pk,
            other_version=typed["other_version"],
            fix=form.fix(),
            photo=_photo_of(request, plate, form),
        )
    except UserError as error:
        return _page(request, plate_or_404(request.user, token), refusal=error.sentence, status=error.status)
    return to_plate(plate.pk, "swap")


def _photo_of(request: HttpRequest, plate: Plate, form: InstallForm) -> StoredFile | None:
    """The photo that came with the form, or the one that an earlier try left waiting."""
    sent = form.cleaned_data["photo"]
    if sent is not None:
        return installing.keep_photo(user=request.user, plate=plate, content=sent.read())
    try:
        kept = signing.loads(form.cleaned_data["photo_kept"], salt=_PHOTO_SALT, max_age=_PHOTO_SECONDS)
    except signing.BadSignature:
        return None
    if kept["plate"] != plate.pk:
        return None
    return StoredFile.objects.filter(pk=kept["file"], removed_at=None).first()


def _page(
    request: HttpRequest,
    plate: Plate,
    *,
    refusal: str = "",
    status: int = 200,
    error: UserError | None = None,
    fix: Fix | None = None,
    photo: StoredFile | None = None,
    reason: str = "",
) -> HttpResponse:
    nearest: Nearest | None = error.nearest if isinstance(error, AtAnotherDoor) else None
    may_swap = swapping.may_be_swapped(plate, nearest, fix)
    is_asked = isinstance(error, AtAnotherDoor) and error.doubt is Doubt.NEXT_DOOR
    context: dict[str, Any] = {
        "plate": plate,
        "house": plate.house,
        "refusal": refusal,
        "may_install": Act.INSTALL in acts_from(plate.state) and plate.replaced_by_id is None,
        "is_elsewhere": isinstance(error, AtAnotherDoor) and error.doubt is Doubt.WRONG_DOOR,
        "asks_reason": isinstance(error, AtAnotherDoor) and not is_asked,
        "is_asked": is_asked,
        "nearest": nearest if nearest is not None and nearest.house.pk != plate.house_id else None,
        "may_swap": may_swap,
        "fix": fix,
        "reason": reason,
        "told": error.doubt.value if isinstance(error, AtAnotherDoor) else "",
        "photo_kept": signing.dumps({"plate": plate.pk, "file": str(photo.pk)}, salt=_PHOTO_SALT) if photo else "",
        "longest_reason": installing.LONGEST_REASON,
    }  # fmt: skip
    return render(request, "households/plate_install.html", context, status=status)
