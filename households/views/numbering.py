"""Proposals of house numbers: the commune's list with the form for a new one, one proposal with its map, its annex."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from households.finding import communes_of
from households.models import House, NumberingProposal, ProposalState, Street
from households.numbering_forms import StartForm
from households.proposals import annex, choosing, clashes, map_features, reading, starting, telling, withdrawing
from households.proposals.choosing import KINDS, PER_PAGE, Choice
from households.proposals.counting import CONFLICTS
from households.proposals.map_features import Box
from households.views.numbering_map import map_config
from mapping import access, downloads, exporting, scratch
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Unit

_PROPOSALS_PER_PAGE = 30
_STREETS_PER_PAGE = 100
TABS = ("houses", "streets", "findings")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def numbering(request: HttpRequest) -> HttpResponse:
    """The proposals and decisions of a commune, and the form to start a run."""
    communes = list(communes_of(request.user, Capability.NUMBER).order_by("code").only("code", "name", "designation"))
    commune = _commune(request, communes)
    form = StartForm(request.POST or None, commune=commune)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                started = starting.start(
                    user=request.user, commune=commune, villages=form.chosen_villages(), rules=form.rules()
                )
            except UserError as error:
                form.add_error(None, error.sentence)
                status = error.status
            else:
                return redirect("proposal", proposal_id=started.pk)
        else:
            status = 400
    proposals = NumberingProposal.objects.for_user(request.user).filter(commune=commune)
    proposals = proposals.select_related("created_by", "decision", "house", "job", "commune").order_by("-created_at")
    page = Paginator(proposals, _PROPOSALS_PER_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.scope, one.failed = telling.scope_in_words(one), _failure(one)
    houses = House.objects.filter(commune=commune).active()
    context = {
        "commune": commune,
        "communes": communes,
        "form": form,
        "page": page,
        "streets": Street.objects.filter(commune=commune).count(),
        "houses": houses.count(),
        "without_number": houses.filter(number="").count(),
    }
    return render(request, "households/numbering.html", context, status=status)


@login_required
@never_cache
@require_GET
def proposal(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """One proposal: how far it is; then its counts, its map, its houses, streets and what is to be looked at."""
    found = proposal_or_404(request.user, proposal_id)
    context: dict[str, Any] = {
        "proposal": found,
        "decision": getattr(found, "decision", None),
        "scope": telling.scope_in_words(found),
        "rules": telling.rules_in_words(found),
        "failed": _failure(found),
    }
    if found.state == ProposalState.COMPUTING or not found.counts:
        return render(request, "households/proposal_working.html", context)
    tab = request.GET.get("tab", "")
    choice = Choice.read(request.GET)
    context |= {
        "tab": tab if tab in TABS else "houses",
        "choice": choice,
        "counts": _counts(found, choice, request.GET.get("show", "")),
        "finding_count": reading.findings(found).filter(settled=False).count(),
        "is_draft": found.is_open,
        "stale": clashes.changes_since(found) if found.is_open else [],
        "mended": found.numbers.filter(by_hand=True).count() if found.is_open else 0,
        "refused": found.refused,
        "may_undo": bool(found.changeset and found.changeset.undone_at is None),
    }
    if context["may_undo"] and context["decision"] is not None:
        context["built_upon"] = withdrawing.built_upon(context["decision"])
    context |= {"houses": _houses, "streets": _streets, "findings": _findings}[context["tab"]](request, found, choice)
    context["map"] = map_config(found, focus=context.get("focus"))
    return render(request, "households/proposal.html", context)


@login_required
@never_cache
@require_GET
def proposal_features(request: HttpRequest, proposal_id: uuid.UUID) -> JsonResponse:
    """What the map draws inside `?bbox=west,south,east,north`."""
    found = proposal_or_404(request.user, proposal_id)
    return JsonResponse(map_features.features(found, Box.read(request.GET.get("bbox", "")[:100])))


@login_required
@never_cache
@require_GET
def export_proposal(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """The annex of the decision as XLSX, with the filters of the page; a long one by a job."""
    found = proposal_or_404(request.user, proposal_id)
    choice = Choice.read(request.GET)
    if choice.rows(found)[: annex.AT_ONCE + 1].count() > annex.AT_ONCE:
        job = annex.order_job(proposal=found, choice=choice, user=request.user)
        return redirect("job", job_id=job.pk)
    with scratch.folder() as folder:
        path = annex.write(proposal=found, choice=choice, user=request.user, folder=folder)
        return downloads.attachment(path.open("rb"), name=path.name, content_type=exporting.XLSX)


def proposal_or_404(user: Any, proposal_id: uuid.UUID) -> NumberingProposal:
    """The proposal with what every page says of it; of a foreign commune 404, without the right there 403."""
    related = ("commune__parent", "house", "created_by", "job", "decision__approved_by", "changeset")
    found = NumberingProposal.objects.select_related(*related).filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    access.require(user, Capability.NUMBER, found.commune)
    return found


def _commune(request: HttpRequest, communes: list[Unit]) -> Unit:
    """The commune that `?commune=` names, else the person's own; a foreign one is 404."""
    access.somewhere(request.user, Capability.NUMBER)
    code = request.GET.get("commune")
    if code:
        chosen = next((unit for unit in communes if unit.code == code), None)
        if chosen is None:
            raise Http404
        return chosen
    own = access.own_commune(request.user, Capability.NUMBER)
    if own is None:
        raise UserError(_("Chưa có xã nào trong hệ thống; hãy nạp ranh giới bằng load_boundaries."), code="no_communes")
    return own


def _failure(found: NumberingProposal) -> str:
    """Why a run did not end well; "" while it works and when it did."""
    job = found.job
    if found.counts or job is None or not job.is_over:
        return ""
    return job.told or _("Việc này đã dừng; không có gì bị thay đổi.")


_ELSEWHERE = {
    "conflicts": "tab=findings&show=conflicts",
    "gaps": "tab=findings&show=gaps",
    "alleys_given": "tab=streets&alleys=given",
    "alleys_changed": "tab=streets&alleys=changed",
}
"""What is counted beside houses, and where on the page it stands."""


def _counts(found: NumberingProposal, choice: Choice, show: str) -> list[dict[str, Any]]:
    """What an official asks first, each with the houses behind it."""
    counts = found.counts
    shown = [
        ("given", _("Cấp số mới"), ("given",), ""),
        ("changed", _("Đổi số"), ("changed",), ""),
        ("kept", _("Giữ số"), ("same", "locked"), ""),
        ("doubts", _("Cần xem lại"), ("doubts",), "warn"),
        ("conflicts", _("Vướng mắc"), ("conflicts",), "error"),
        ("gaps", _("Số còn trống"), ("gaps",), ""),
        ("unplaced", _("Không trên đường nào"), ("unplaced",), "error"),
        ("left_out", _("Để lại sau"), ("left_out",), ""),
        ("reprint", _("Biển phải in lại"), ("plates_to_reprint",), "warn"),
        ("alleys_given", _("Ngõ cấp số mới"), ("alleys_given",), ""),
        ("alleys_changed", _("Ngõ đổi số"), ("alleys_changed",), "warn"),
    ]
    described = []
    for kind, label, names, tone in shown:
        count = sum(counts.get(name, 0) for name in names)
        query = _ELSEWHERE.get(kind) or choice.only(kind)
        described.append(
            {"label": label, "count": count, "of": " ".join(names), "tone": tone if count else "", "query": query,
             "is_shown": kind in (choice.kind, show)}
        )  # fmt: skip
    return described


def _houses(request: HttpRequest, found: NumberingProposal, choice: Choice) -> dict[str, Any]:
    """A page of houses, old → new; `?at=CODE` opens the page on which the house stands."""
    rows = choice.rows(found)
    focus = "".join(letter for letter in request.GET.get("at", "") if letter.isdigit())[:9]
    number: Any = request.GET.get("page")
    if focus and (place := choice.page_of(found, focus)):
        number = place
    page = Paginator(rows, PER_PAGE).get_page(number)
    for row in page:
        row.why, row.settled = reading.doubt_of(row), reading.settled_doubt_of(row)
        row.moves = row.old_street != row.new_street and bool(row.old_street)
    return {
        "page": page,
        "focus": focus,
        "kinds": KINDS.items(),
        "street_names": choosing.streets_of(found),
        "line_street": Street.objects.filter(pk=choice.line, commune=found.commune_id).first() if choice.line else None,
        "villages": choosing.villages_of(found),
        "return_to": request.get_full_path(),
        "unknown": unknown if (unknown := request.GET.get("only", "")) and unknown not in KINDS else "",
    }


def _streets(request: HttpRequest, found: NumberingProposal, choice: Choice) -> dict[str, Any]:
    """Streets and alleys, what each is called and why, and how many houses stand left and right."""
    asked = request.GET.get("alleys", "")
    alleys: reading.Alleys = asked if asked in ("given", "changed") else ""  # type: ignore[assignment]
    page = Paginator(reading.streets(found, alleys=alleys), _STREETS_PER_PAGE).get_page(request.GET.get("page"))
    names = telling.names_of(found, [one.street for one in page])
    for one in page:
        one.called, one.why = names[one.street_id], telling.alley_in_words(one, names)
        one.middle = one.street.line.interpolate_normalized(0.5)
        one.before = telling.called_before(one)
    return {
        "page": page,
        "alleys": alleys,
        "streets_query": f"tab=streets&alleys={alleys}" if alleys else "tab=streets",
    }


def _findings(request: HttpRequest, found: NumberingProposal, choice: Choice) -> dict[str, Any]:
    """What is to be looked at before a decision, conflicts first."""
    asked = request.GET.get("show", "")
    show: reading.Shown = asked if asked in reading.SHOWN else ""  # type: ignore[assignment]
    page = Paginator(reading.findings(found, show=show), PER_PAGE).get_page(request.GET.get("page"))
    places = reading.places_of(page)
    for one in page:
        one.sentence, one.is_conflict = reading.finding_sentence(one, places), one.code in CONFLICTS
    open_ones = reading.findings(found).filter(settled=False).order_by().values_list("code", flat=True)
    shown = [(kind, label, sum(_is_shown(kind, code) for code in open_ones)) for kind, label in _shown().items()]
    return {
        "page": page,
        "show": show,
        "shown": shown,
        "query": f"tab=findings&show={show}" if show else "tab=findings",
    }


def _shown() -> dict[str, str]:
    """The parts of the findings, as the links above them are called."""
    return {"": _("Tất cả"), "conflicts": _("Vướng mắc"), "gaps": _("Số còn trống"), "others": _("Điều nên biết")}


def _is_shown(kind: str, code: str) -> bool:
    of = "conflicts" if code in CONFLICTS else "gaps" if code == "gap" else "others"
    return kind in ("", of)
