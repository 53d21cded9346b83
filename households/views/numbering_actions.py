"""What an officer does to a proposal: mend a house's number, approve, discard; and ask for one house's number."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from households import codes
from households.finding import house_or_404
from households.models import House, NumberingProposal, ProposalState, ProposedNumber, Street
from households.numbering_forms import ApproveForm
from households.proposals import (
    approving,
    clashes,
    deciding,
    map_features,
    mending,
    one_house,
    reading,
    starting,
    telling,
)
from households.proposals.near import near_streets
from households.views import json_body
from households.views.numbering import proposal_or_404
from mapping.access import Capability
from mapping.errors import Conflict, UserError, wants_json
from mapping.text import clean


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit_proposed(request: HttpRequest, proposal_id: uuid.UUID, code: str) -> HttpResponse:
    """Mend one house of a draft: its number, its street, or leave it for later.

    A form for people, JSON for the page's script: GET `{house, version, near}`; POST `{do, number?, street?, version}`
    gives `{rows, version, counts, notes}`.
    """
    proposal = proposal_or_404(request.user, proposal_id)
    row = _row_or_404(proposal, code)
    if request.method != "POST":
        return JsonResponse(_editor(proposal, row)) if wants_json(request) else _page(request, proposal, row)
    if wants_json(request):
        rows = _mend(request, proposal, row.house, json_body.read_object(request))
        proposal.refresh_from_db()
        changed = [map_features.house_feature(one) for one in rows]
        return JsonResponse(
            {"rows": changed, "version": proposal.version, "counts": proposal.counts,
             "notes": reading.alleys_left(proposal, row.house)}
        )  # fmt: skip
    try:
        rows = _mend(request, proposal, row.house, request.POST)
    except UserError as error:
        return _page(request, proposal, row, error=error)
    messages.success(request, _said(rows, row.house))
    for note in reading.alleys_left(proposal, row.house):
        messages.warning(request, note)
    return redirect(_back(request, proposal, row.house))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approve_proposal(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Say exactly what a decision would do, ask for its number and date (GET), and do it or have it done (POST)."""
    proposal = proposal_or_404(request.user, proposal_id)
    if not proposal.is_open:
        return redirect("proposal", proposal_id=proposal.pk)
    form = ApproveForm(request.POST or None, initial={"version": proposal.version})
    status, moved_on = 200, False
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                job = deciding.decide(user=request.user, proposal=proposal, **form.cleaned_data)
            except UserError as error:
                form.add_error(None, error.sentence)
                status, moved_on = error.status, isinstance(error, Conflict)
            else:
                if job is None:
                    messages.success(request, deciding.decided(clean(form.cleaned_data["number"])))
                return redirect("proposal", proposal_id=proposal.pk)
    context = {
        "proposal": proposal,
        "form": form,
        "moved_on": moved_on,
        "scope": telling.scope_in_words(proposal),
        "takes_long": deciding.takes_long(proposal),
        "will_do": telling.approval_in_words(proposal.counts),
        "counts": proposal.counts,
        "stale": [] if status == 409 else clashes.changes_since(proposal),
        "mended": proposal.numbers.filter(by_hand=True).count(),
    }
    return render(request, "households/proposal_approve.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def discard_proposal(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Ask whether a proposal is to be set aside (GET), or do so (POST)."""
    proposal = proposal_or_404(request.user, proposal_id)
    if not proposal.is_open and proposal.state != ProposalState.COMPUTING:
        return redirect("proposal", proposal_id=proposal.pk)
    if request.method != "POST":
        context = {"proposal": proposal, "scope": telling.scope_in_words(proposal)}
        return render(request, "households/proposal_discard.html", context)
    version = request.POST.get("version", "")
    approving.discard(
        user=request.user, proposal=proposal, version=int(version) if version.isdecimal() and len(version) < 10 else 0
    )
    messages.success(request, _("Đã bỏ phương án; chưa có số nhà nào thay đổi."))
    return redirect(f"{reverse('numbering')}?commune={proposal.commune.code}")


@login_required
@require_POST
def propose_for_house(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a number for one house, which moves no other, and open the proposal."""
    house = house_or_404(request.user, code, Capability.NUMBER)
    return redirect("proposal", proposal_id=one_house.propose(user=request.user, house=house).pk)


@login_required
@require_POST
def compute_again(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Make a new draft over what an old one covers, and open it."""
    proposal = proposal_or_404(request.user, proposal_id)
    if not proposal.is_open:
        return redirect("proposal", proposal_id=proposal.pk)
    if proposal.house is not None:
        started = one_house.propose(user=request.user, house=proposal.house)
    else:
        started = starting.again(user=request.user, proposal=proposal)
    return redirect("proposal", proposal_id=started.pk)


# --- One house of a draft -------------------------------------------------------------------------


def _row_or_404(proposal: NumberingProposal, typed_code: str) -> ProposedNumber:
    try:
        code = codes.parse_house_code(typed_code)
    except codes.CodeError:
        raise Http404 from None
    row = proposal.numbers.select_related("house__village", "house__commune", "street").filter(house__code=code).first()
    if row is None:
        raise Http404
    row.house.commune = proposal.commune
    return row


def _mend(
    request: HttpRequest, proposal: NumberingProposal, house: House, asked: Mapping[str, Any]
) -> list[ProposedNumber]:
    """Do the one thing that was asked; raises UserError."""
    version = _version(asked.get("version"))
    what = {"user": request.user, "proposal": proposal, "house": house, "version": version}
    match asked.get("do"):
        case "number":
            number = clean(str(asked.get("number", "")))
            return mending.set_number(**what, number=number, against_rule=_ticked(asked.get("against_rule")))
        case "street":
            return mending.set_street(**what, street=_street(proposal, str(asked.get("street", ""))))
        case "leave_out":
            return mending.leave_out(**what)
        case "take_back":
            return mending.take_back(**what)
    raise UserError(_("Không rõ việc cần làm với nhà này. Hãy tải lại trang rồi thử lại."), code="do")


def _street(proposal: NumberingProposal, street_id: str) -> Street:
    try:
        street = Street.objects.filter(pk=uuid.UUID(street_id), commune=proposal.commune_id).first()
    except ValueError:
        street = None
    if street is None:
        raise UserError(_("Hãy chọn một đường, ngõ trong danh sách."), code="street")
    return street


def _version(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _ticked(value: Any) -> bool:
    return value is True or value == "on"


def _editor(proposal: NumberingProposal, row: ProposedNumber) -> dict[str, Any]:
    """What the script's editor shows of a house."""
    return {
        "house": map_features.house_feature(row),
        "version": proposal.version,
        "near": [
            {"id": str(near.street.pk), "name": near.name, "distance": near.distance_m,
             "chosen": near.street.pk == row.street_id}
            for near in near_streets(proposal, row.house)
        ],
    }  # fmt: skip


def _page(
    request: HttpRequest, proposal: NumberingProposal, row: ProposedNumber, *, error: UserError | None = None
) -> HttpResponse:
    """The forms for one house, for whoever works without scripts."""
    context = {
        "proposal": proposal,
        "row": row,
        "why": reading.doubt_of(row),
        "settled": reading.settled_doubt_of(row),
        "near": near_streets(proposal, row.house),
        "is_draft": proposal.is_open,
        "error": error,
        "typed": request.POST.get("number", row.new_number),
        "back": _back(request, proposal, row.house),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "households/proposal_house.html", context, status=error.status if error else 200)


def _said(rows: list[ProposedNumber], house: House) -> str:
    own = next((row for row in rows if row.house_id == house.pk), None)
    if own is None or own.outcome == "left_out":
        return _("Đã để nhà này lại sau.")
    saved = _("Đã lưu: %(address)s.") % {"address": f"{own.new_number} {own.new_street}".strip()}
    return (
        saved if len(rows) == 1 else f"{saved} {_('Có thêm %(count)s nhà khác đổi theo.') % {'count': len(rows) - 1}}"
    )


def _back(request: HttpRequest, proposal: NumberingProposal, house: House) -> str:
    """The page of the proposal from which the person came, at the house."""
    target = request.POST.get("next") or request.GET.get("next", "")
    page = reverse("proposal", args=[proposal.pk])
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not (is_ours and target.startswith(page)):
        target = f"{page}?at={house.code}"
    return f"{target.partition('#')[0]}#nha-{house.code}"
