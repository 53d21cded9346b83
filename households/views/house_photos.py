"""Photos in the record of a house."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from households.finding import house_or_404
from households.models import HousePhoto
from households.survey import house_photos
from mapping import audit, files
from mapping.access import Capability


@login_required
@never_cache
@require_safe
def house_photo(request: HttpRequest, code: str, photo_id: uuid.UUID) -> FileResponse:
    """A photo of a house, for whoever sees its people."""
    house = house_or_404(request.user, code, Capability.SEE_PEOPLE)
    photo = HousePhoto.objects.filter(house=house, pk=photo_id).select_related("file").first()
    if photo is None:
        raise Http404
    audit.record(
        "file.download", subject=photo.file.name, table=HousePhoto._meta.db_table, row_id=photo.pk,
        commune=house.commune_id, village_id=house.village_id, once=True,
    )  # fmt: skip
    return files.download(photo.file)


@login_required
@require_POST
def remove_house_photo(request: HttpRequest, code: str, photo_id: uuid.UUID) -> HttpResponse:
    """Take a photo out of the record of a house."""
    house = house_or_404(request.user, code, Capability.EDIT)
    photo = HousePhoto.objects.filter(house=house, pk=photo_id).first()
    if photo is None:
        raise Http404
    house_photos.remove(user=request.user, house=house, photo=photo)
    messages.success(request, _("Đã bỏ ảnh khỏi hồ sơ nhà. Lịch sử của nhà có nút hoàn tác."))
    return redirect("house", code=house.code)
