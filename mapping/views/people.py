"""Who works at my units: whom I let in, for how long, and what I do when they lose their phone or leave."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mapping import access
from mapping.access import Capability
from mapping.accounts import former, links, people, second_factor
from mapping.accounts.forms import GrantForm, InviteForm
from mapping.errors import UserError
from mapping.models import AccountLink, Grant, Unit, User
from mapping.printing.qr_svg import svg

_PER_PAGE = 100
_JUST_ENDED = "ended_grant"  # in the session, until the page after shows it with a way back


def _unit_or_404(request: HttpRequest) -> Unit | None:
    """The unit that `?unit=` names, else the first one that I manage; None for an administrator who named none."""
    scope = access.somewhere(request.user, Capability.MANAGE_ACCOUNTS)
    units = Unit.objects.current().select_related("parent__parent")
    if code := request.GET.get("unit", ""):
        unit = None if "\0" in code else units.filter(code=code).first()
        if unit is None:
            raise Http404
        access.require(request.user, Capability.MANAGE_ACCOUNTS, unit)
        return unit
    if scope.everything:
        return None
    roots = access.roots_of(request.user, Capability.MANAGE_ACCOUNTS)
    return units.filter(pk__in=roots or ()).order_by("kind", "code").first()


@login_required
@never_cache
@require_safe
def people_of_unit(request: HttpRequest) -> HttpResponse:
    """Who has access at a unit and below, and which invitations wait."""
    unit = _unit_or_404(request)
    scope = access.scope_of(request.user, Capability.MANAGE_ACCOUNTS)
    above = [above for above in (unit.parent.parent if unit.parent else None, unit.parent) if above] if unit else []
    grants = people.grants_at(unit) if unit else people.grants_of_everyone()
    left = Paginator(former.people_at(unit), _PER_PAGE).get_page(request.GET.get("former"))
    context = {
        "unit": unit,
        "former_page": left,
        "former": former.last_grants(list(left.object_list)),
        "just_ended": _just_ended(request),
        "above": [step for step in above if step in scope],
        "is_administrator": scope.everything,
        "below": Unit.objects.current().filter(parent=unit).order_by("name"),
        "page": Paginator(grants, _PER_PAGE).get_page(request.GET.get("page")),
        "invitations": links.waiting_at(unit) if unit else [],
        "administrators": [] if unit else User.objects.filter(is_superuser=True, is_active=True).order_by("full_name"),
        "now": timezone.now(),
    }
    return render(request, "mapping/accounts/people.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the answer shows their link, this once."""
    unit = _unit_or_404(request)
    if unit is None:  # an administrator, who chooses the unit first
        return redirect("people")
    form = InviteForm(request.POST or None, manager=request.user, unit=unit)
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            link, secret = links.invite(manager=request.user, **form.service_arguments())
        except UserError as error:
            form.add_error(None, error.sentence)
            if error.code == "username_taken":
                known = people.person_named(request.user, form.cleaned_data["username"])
        else:
            return _slip(request, link, secret, back=_people_at(unit))
    context = {"form": form, "unit": unit, "back": _people_at(unit), "known": known}
    return render(request, "mapping/accounts/invite.html", context)


@login_required
@never_cache
@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person at my units: where they work, how they sign in, and what I may do about it."""
    return _person_page(request, _person_or_404(request, user_id), None)


@login_required
@never_cache
@require_POST
def give_grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a person who has an account another role at a unit of mine."""
    someone = _person_or_404(request, user_id)
    unit = _unit_or_404(request)
    if unit is None:
        raise Http404
    form = GrantForm(request.POST, manager=request.user, unit=unit)
    if form.is_valid():
        try:
            people.give(manager=request.user, person=someone, **form.service_arguments())
        except UserError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("Đã thêm phân công."))
            return redirect("person", user_id=someone.pk)
    return _person_page(request, someone, form)


@login_required
@require_POST
def end_grant(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a grant as of today."""
    grant = get_object_or_404(Grant.objects.select_related("user", "unit__parent"), pk=grant_id)
    until = grant.valid_until
    people.end(manager=request.user, grant=grant)
    request.session[_JUST_ENDED] = {"grant": grant.pk, "until": until.isoformat() if until else ""}
    return redirect(_people_at(grant.unit))


@login_required
@require_POST
def resume_grant(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take the end of a grant back: it holds again until the day that it held until before."""
    grant = get_object_or_404(Grant.objects.select_related("user", "unit__parent"), pk=grant_id)
    access.require(request.user, Capability.MANAGE_ACCOUNTS, grant.unit)
    try:
        until = datetime.date.fromisoformat(request.POST["until"]) if request.POST.get("until") else None
    except ValueError as error:
        raise UserError(
            _("Ngày cuối không đọc được; hãy phân công lại ở trang của người này."), code="until"
        ) from error
    people.give(manager=request.user, person=grant.user, role=grant.role, unit=grant.unit, until=until)
    messages.success(
        request, _("%(person)s lại được phân công ở %(unit)s.") % {"person": grant.user, "unit": grant.unit}
    )
    return redirect(_people_at(grant.unit))


@login_required
@require_POST
def reset_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """For a lost phone: the person's next sign-in sets up a new one."""
    someone = _person_or_404(request, user_id)
    people.reset_second_factor(manager=request.user, person=someone)
    messages.success(
        request,
        _("Đã đặt lại bước xác nhận của %(person)s: lần đăng nhập tới, họ thiết lập điện thoại mới.")
        % {"person": someone},
    )
    return redirect("person", user_id=someone.pk)


@login_required
@never_cache
@require_POST
def way_back(request: HttpRequest, user_id: int) -> HttpResponse:
    """For a forgotten password: a link with which the person sets a new one."""
    someone = _person_or_404(request, user_id)
    link, secret = links.way_back(manager=request.user, person=someone)
    return _slip(request, link, secret, back=reverse("person", args=[someone.pk]))


@login_required
@never_cache
@require_POST
def reissue_invitation(request: HttpRequest, link_id: int) -> HttpResponse:
    """A new link in place of one that was lost or ran out."""
    link = _invitation_or_404(request, link_id)
    return _slip(request, link, links.reissue(manager=request.user, link=link), back=_people_at(link.unit))


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, link_id: int) -> HttpResponse:
    """Take an invitation back."""
    link = _invitation_or_404(request, link_id)
    links.withdraw(manager=request.user, link=link)
    messages.success(request, _("Đã thu hồi lời mời của %(person)s.") % {"person": link.full_name})
    return redirect(_people_at(link.unit))


def _scope(request: HttpRequest) -> access.Scope:
    return access.scope_of(request.user, Capability.MANAGE_ACCOUNTS)


def _people_at(unit: Unit | None) -> str:
    return f"{reverse('people')}?unit={unit.code}" if unit else reverse("people")


def _just_ended(request: HttpRequest) -> dict[str, Any] | None:
    """The grant that was ended on the page before, and until when it had held; told once."""
    told = request.session.pop(_JUST_ENDED, None)
    grant = Grant.objects.select_related("user", "unit__parent").filter(pk=told["grant"]).first() if told else None
    if told is None or grant is None or grant.unit not in _scope(request):
        return None
    return {"grant": grant, "until": told["until"]}


def _person_or_404(request: HttpRequest, user_id: int) -> User:
    access.somewhere(request.user, Capability.MANAGE_ACCOUNTS)
    someone = people.person_for(request.user, user_id)
    if someone is None:
        raise Http404
    return someone


def _invitation_or_404(request: HttpRequest, link_id: int) -> AccountLink:
    """An invitation to a unit of mine, locked until the page's transaction ends."""
    link = AccountLink.objects.select_related("unit__parent").filter(pk=link_id, unit__isnull=False).first()
    if link is None:
        raise Http404
    access.require(request.user, Capability.MANAGE_ACCOUNTS, link.unit)
    return link


def _person_page(request: HttpRequest, someone: User, form: GrantForm | None) -> HttpResponse:
    scope = _scope(request)
    grants = people.current_grants().filter(user=someone).select_related("unit__parent").order_by("unit__kind", "pk")
    grants = [grant for grant in grants if grant.unit in scope]
    ended = former.ended_grants_of(someone, scope)
    today = set(Unit.objects.current().filter(pk__in=[grant.unit_id for grant in ended]).values_list("pk", flat=True))
    unit = _unit_or_404(request) or next((grant.unit for grant in [*grants, *ended]), None)
    if unit is None:  # an administrator looks at who never worked anywhere
        unit = Unit.objects.current().order_by("kind", "code").first()
    again = next((grant for grant in ended if str(grant.pk) == request.GET.get("again")), None)
    if form is None and unit is not None and someone.pk != request.user.pk:
        form = GrantForm(manager=request.user, unit=unit)
        if again:
            form.offer(again)
    context: dict[str, Any] = {
        "person": someone,
        "grants": [(grant, people.may_end(request.user, grant)) for grant in grants],
        "ended": [
            (grant, grant.unit_id in today and people.may_give(request.user, grant.role, grant.unit)) for grant in ended
        ],
        "is_again": again is not None,
        "stands_above": people.stands_above(request.user, someone),
        "has_second_factor": second_factor.has(someone),
        "form": form,
        "unit": unit,
        "back": _people_at(unit),
    }
    return render(request, "mapping/accounts/person.html", context, status=400 if form and form.errors else 200)


def _slip(request: HttpRequest, link: AccountLink, secret: str, *, back: str) -> HttpResponse:
    """The paper to hand over: address, QR, until when. Nobody can show it a second time."""
    address = request.build_absolute_uri(reverse("open_link", args=[secret]))
    context = {
        "link": link,
        "address": address,
        "role": links.role_of(link),
        "qr": mark_safe(svg(address, _("Mã QR của liên kết"))),  # noqa: S308 - drawn here
        "back": back,
    }
    return render(request, "mapping/accounts/slip.html", context)
