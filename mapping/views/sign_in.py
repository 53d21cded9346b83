"""Getting in and out: the password, the second step, and the link on paper that lets someone set a password.

These pages stand outside the page's transaction: a failed try must be counted whatever becomes of the answer.
"""

from __future__ import annotations

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from mapping.accounts import links, second_factor, signing_in, traces
from mapping.accounts.forms import CodeForm, NewPasswordForm, SignInForm
from mapping.client_address import address_of
from mapping.errors import UserError
from mapping.models import Factor, LinkKind, User


@transaction.non_atomic_requests
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. Whatever is wrong with them, the answer is one and the same."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    next_page = signing_in.safe_next(request, asked)
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(signing_in.password_was_right(request, form.get_user(), next_page=next_page))
    return render(request, "mapping/sign_in.html", {"form": form, "next": next_page})


@transaction.non_atomic_requests
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the phone, or with `?recovery=1` a code from paper."""
    person = signing_in.between_steps(request)
    if person is None or not second_factor.has(person):
        return redirect("second_factor" if person else "sign_in")
    with_recovery = "recovery" in request.GET
    form = CodeForm(request.POST or None, with_recovery=with_recovery)
    if request.method == "POST" and form.is_valid():
        answer = second_factor.verify(person, form.cleaned_data["code"])
        if answer.factor:
            address = signing_in.complete(request, person, factor=answer.factor)
            return redirect("recovery_codes" if answer.factor == Factor.RECOVERY else address)
        if not answer.wait_s:
            traces.record("sign_in.failed", about=person, request=request, step="code")
        form.add_error("code", why_refused(answer, with_recovery=with_recovery))
    context = {"form": form, "person": person, "with_recovery": with_recovery}
    return render(request, "mapping/accounts/second_step.html", context)


def why_refused(answer: second_factor.Answer, *, with_recovery: bool = False) -> str:
    """Return what to tell about a code that was not taken."""
    if answer.wait_s:
        return ngettext(
            "Vừa thử sai nên phải chờ; hãy thử lại sau %(seconds)d giây.",
            "Vừa thử sai nên phải chờ; hãy thử lại sau %(seconds)d giây.",
            answer.wait_s,
        ) % {"seconds": answer.wait_s}
    if with_recovery:
        return _("Mã khôi phục chưa đúng hoặc đã dùng rồi. Hãy so lại từng chữ với tờ giấy, hoặc dùng mã khác.")
    return _(
        "Mã chưa đúng, hoặc đã dùng rồi. Hãy chờ mã mới hiện trên điện thoại rồi gõ lại; kiểm tra giờ của điện thoại "
        "đang để tự động."
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign this browser out."""
    logout(request)
    return redirect("front")


@transaction.non_atomic_requests
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """An invitation or a way back: whoever holds the paper sets a password, once."""
    with transaction.atomic():
        link = links.open_link(secret, for_use=request.method == "POST")
        if link is None:
            return render(request, "mapping/accounts/dead_link.html", status=404)
        person = link.user or User(username=link.username, full_name=link.full_name)
        form = NewPasswordForm(person, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                person = links.use(link, password=form.cleaned_data["new_password1"], address=address_of(request))
            except UserError as error:
                form.add_error(None, error.sentence)
            else:
                return redirect(signing_in.password_was_right(request, person, next_page=""))
    context = {"link": link, "form": form, "role": links.role_of(link), "is_invitation": link.kind == LinkKind.JOIN}
    return render(request, "mapping/accounts/open_link.html", context)
