"""One's own keys for programs that use the API."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from mapping import api_keys
from mapping.accounts import devices
from mapping.accounts.forms import OwnPasswordForm
from mapping.api_key_form import ApiKeyForm


@transaction.non_atomic_requests
@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_keys(request: HttpRequest) -> HttpResponse:
    """List the keys that hold, and make another, whose text is shown this once.

    A key works without the phone's code for months: whoever makes one types their password, wrong ones are counted
    outside of any transaction, as at sign-in. The key remembers whether this browser has shown the second factor.
    """
    form = ApiKeyForm(request.POST or None)
    password = OwnPasswordForm(request.POST or None, request=request)
    text = ""
    if request.method == "POST" and form.is_valid() and password.is_valid():
        here = devices.current(request)
        _key, text = api_keys.give(
            user=request.user,
            name=form.cleaned_data["name"],
            days=form.cleaned_data["days"],
            with_second_factor=bool(here and here.factor),
        )
        form, password = ApiKeyForm(), OwnPasswordForm(request=request)
    keys = request.user.api_keys.filter(revoked_at=None, valid_until__gte=timezone.localdate()).order_by("created_at")
    context = {"form": form, "password": password, "keys": keys, "text": text}
    return render(request, "mapping/accounts/api_keys.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Take a key back at once."""
    if not api_keys.revoke(user=request.user, key_id=key_id):
        raise Http404
    messages.success(request, _("Đã thu hồi khóa; chương trình dùng nó không vào được nữa."))
    return redirect("api_keys")
