"""One's own account: password, second factor, recovery codes, and where one is signed in."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mapping import api_keys
from mapping.accounts import devices, people, recovery, second_factor, signing_in, traces
from mapping.accounts.forms import ChangePasswordForm, CodeForm, OwnPasswordForm
from mapping.models import User
from mapping.printing.qr_svg import svg
from mapping.views.sign_in import why_refused


@login_required
@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What I may do, how I sign in, and where I am signed in."""
    here = devices.current(request)
    context = {
        "grants": people.current_grants().filter(user=request.user).select_related("unit"),
        "has_second_factor": second_factor.has(request.user),
        "needs_second_factor": second_factor.is_required(request.user),
        "codes_left": recovery.left(request.user),
        "devices": [(device, devices.in_words(device), device == here) for device in devices.of(request.user)],
    }
    return render(request, "mapping/accounts/account.html", context)


@transaction.non_atomic_requests
@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Set another password; every other browser of the person is signed out, and their keys of the API end."""
    form = ChangePasswordForm(request.user, request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        here = devices.current(request)
        with transaction.atomic():
            form.save()
            devices.end_all(request.user, but=here)
            keys = api_keys.revoke_all(request.user)
            traces.record("password.set", about=request.user)
        update_session_auth_hash(request, request.user)  # renews the session's key too
        messages.success(request, _("Đã đổi mật khẩu. Mọi thiết bị khác đã được đăng xuất."))
        if keys:
            messages.warning(request, _("Các khóa API của bạn cũng đã bị thu hồi; hãy tạo khóa mới nếu còn cần."))
        return redirect("account")
    return render(request, "mapping/accounts/change_password.html", {"form": form})


@transaction.non_atomic_requests
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Let a phone show codes from now on: at the first sign-in, before anything else opens, or later by choice.

    Who is signed in types their password once more: nobody ties a phone to an account at an open screen.
    """
    person = request.user if request.user.is_authenticated else signing_in.between_steps(request)
    if person is None:
        return redirect("sign_in")
    has_phone = second_factor.has(person)
    if has_phone and not request.user.is_authenticated:
        return redirect("second_step")
    password = OwnPasswordForm(request.POST or None, request=request) if request.user.is_authenticated else None
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (password is None or password.is_valid()):
        answer, codes = second_factor.confirm(person, form.cleaned_data["code"])
        if answer.factor:
            return _set_up(request, person, answer.factor, codes)
        form.add_error("code", why_refused(answer))
    device = second_factor.to_set_up(person)
    context = {
        "form": form,
        "password": password,
        "person": person,
        "has_phone": has_phone,
        "must": second_factor.is_required(person),
        "secret": second_factor.secret_in_letters(device),
        "address": second_factor.address_for_phone(device),
        "qr": mark_safe(svg(second_factor.address_for_phone(device), _("Mã QR để ứng dụng trên điện thoại quét"))),  # noqa: S308
    }
    return render(request, "mapping/accounts/set_up_second_factor.html", context)


def _set_up(request: HttpRequest, person: User, factor: str, codes: list[str]) -> HttpResponse:
    """Sign the person in when this was their second step, and show the recovery codes, this once."""
    if request.user.is_authenticated:
        here = devices.current(request)
        devices.mark(here, factor)
        devices.end_all(person, but=here)
        address = ""
    else:
        address = signing_in.complete(request, person, factor=factor)
    return _show_codes(request, codes, address)


@transaction.non_atomic_requests
@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """How many codes are left; with the password, ten new ones in their place, shown this once."""
    if not second_factor.has(request.user):
        return redirect("second_factor")
    form = OwnPasswordForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        return _show_codes(request, recovery.make(request.user), "")
    left = recovery.left(request.user)
    return render(request, "mapping/accounts/recovery_codes.html", {"form": form, "left": left})


def _show_codes(request: HttpRequest, codes: list[str], address: str) -> HttpResponse:
    return render(request, "mapping/accounts/new_codes.html", {"codes": codes, "address": address})


@login_required
@never_cache
@require_POST
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """The codes that the page before shows, as a text file; codes of nobody else make no file."""
    codes = request.POST.getlist("code")
    if not recovery.belong_to(request.user, codes):
        raise Http404
    lines = [_("Mã khôi phục SoNha của %(person)s") % {"person": request.user.get_username()}, "", *codes, ""]
    lines.append(_("Mỗi mã dùng một lần thay cho điện thoại. Cất nơi chỉ mình bạn mở được."))
    response = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sonha-ma-khoi-phuc.txt"'
    return response


@login_required
@require_POST
def end_device(request: HttpRequest, device_id: uuid.UUID) -> HttpResponse:
    """Sign one of my browsers out; somebody else's is none of mine."""
    if not devices.end(request.user, device_id):
        raise Http404
    traces.record("device.end", about=request.user)
    messages.success(request, _("Đã đăng xuất thiết bị đó."))
    return redirect("account")


@login_required
@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    """Sign every browser of mine out but this one."""
    count = devices.end_all(request.user, but=devices.current(request))
    traces.record("device.end", about=request.user, count=count)
    said = ngettext("Đã đăng xuất %(count)d thiết bị khác.", "Đã đăng xuất %(count)d thiết bị khác.", count)
    messages.success(request, said % {"count": count})
    return redirect("account")
