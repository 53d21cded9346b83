"""The page for printing plates: choose, see how many sheets, print, fetch."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from households import desk_lists
from households.plates import press, printing
from households.plates.press import PrintOrder
from mapping import access
from mapping.access import Capability
from mapping.models import Unit
from mapping.printing.host import why_not_printable
from mapping.printing.sheet import A4_PLATES

JOBS_SHOWN = 10


class PrintForm(forms.Form):
    """What to print. Every field narrows; the empty form prints a whole commune."""

    commune = forms.ModelChoiceField(Unit.objects.none(), label=_("Xã"), empty_label=None)
    village = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Thôn"), required=False, empty_label=_("Tất cả các thôn")
    )
    street = forms.CharField(label=_("Đường, ngõ"), required=False, max_length=120)
    skip = forms.IntegerField(
        label=_("Số ô đã dùng trên tờ đầu"),
        required=False,
        min_value=0,
        max_value=A4_PLATES.cells - 1,
        help_text=_("Tờ A4 có 8 ô; ghi số ô đã cắt mất, nếu in tiếp trên tờ cũ."),
    )
    proof = forms.BooleanField(label=_("Bản in thử, có chữ chìm “BẢN IN THỬ”"), required=False)
    fresh = forms.BooleanField(
        label=_("Cấp mã mới cho mọi biển, kể cả nhà không thay đổi"),
        required=False,
        help_text=_("Chỉ chọn khi các biển cũ bị mất hoặc bị lộ. Biển đã treo vẫn mở được trang của nhà."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = access.scope_of(user, Capability.PRINT)
        villages = Unit.objects.current().villages().filter(scope.units()).select_related("parent")
        communes = Unit.objects.current().communes()
        if not scope.everything:
            communes = communes.filter(pk__in=scope.unit_ids | {village.parent_id for village in villages})
        self.fields["commune"].queryset = communes.order_by("name")
        chosen = self.data.get("commune", "")
        self.fields["village"].queryset = (
            villages.filter(parent=chosen).order_by("name") if _is_number(chosen) else villages.none()
        )
        if why_not_printable(settings.PLATE_HOST):
            self.fields["proof"].disabled = True
            self.initial["proof"] = True

    def clean(self) -> dict[str, Any]:
        """Refuse a village of another commune."""
        cleaned: dict[str, Any] = super().clean() or {}
        village, commune = cleaned.get("village"), cleaned.get("commune")
        if village and commune and village.parent_id != commune.pk:
            self.add_error("village", _("Thôn này không thuộc xã đã chọn."))
        return cleaned

    def order(self, user: Any) -> PrintOrder:
        """Return the order that the valid form asks for."""
        data = self.cleaned_data
        return PrintOrder(
            commune=data["commune"],
            scope=access.scope_of(user, Capability.PRINT),
            village=data["village"],
            street=data["street"] or None,
            proof=data["proof"],
            fresh=data["fresh"],
            skip=data["skip"] or 0,
        )


@login_required
@require_http_methods(["GET", "POST"])
def plates(request: HttpRequest) -> HttpResponse:
    """Choose what to print (GET keeps the choice in the address and shows the count), or print it (POST)."""
    access.somewhere(request.user, Capability.PRINT)
    if request.method == "POST":
        form = PrintForm(request.POST, user=request.user)
        if form.is_valid():
            job = printing.order_job(form.order(request.user), user=request.user)
            return redirect("job", job_id=job.pk)
    else:
        own = access.own_commune(request.user, Capability.PRINT)
        data = request.GET.copy()
        if not _is_number(data.get("commune", "")):
            data["commune"] = str(own.pk) if own is not None else ""
        form = PrintForm(data, user=request.user)
    return render(request, "households/plates.html", _context(request, form))


def _is_number(text: str) -> bool:
    """Whether the text can be a unit's number; an address may hold anything."""
    return text.isdecimal() and len(text) < 19


def _context(request: HttpRequest, form: PrintForm) -> dict[str, Any]:
    context: dict[str, Any] = {
        "form": form,
        "plate_host": settings.PLATE_HOST,
        "cells": A4_PLATES.cells,
        "jobs": list(desk_lists.prints_of(request.user)[:JOBS_SHOWN]),
    }
    desk_lists.name_villages(context["jobs"])
    reason = why_not_printable(settings.PLATE_HOST)
    if reason is not None:
        context["host_sentence"] = press.with_setting(
            press.not_printable_sentence(settings.PLATE_HOST, reason), request.user
        )
    if form.is_valid():
        order = form.order(request.user)
        context["count"] = press.count(order)
        context["sheets"] = math.ceil((context["count"] + order.skip) / A4_PLATES.cells)
        context["streets"] = press.streets_of(order.commune, order.village)
    return context
