"""What was changed in the commune, and one button to take it back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from households import desk_lists, undoing
from households.models import ImportRun, NumberingProposal
from mapping import access, registry
from mapping.access import Capability
from mapping.errors import wants_json

_PER_PAGE = 50


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest change sets of the person's communes."""
    access.somewhere(request.user, Capability.EDIT)
    page = Paginator(desk_lists.changes_of(request.user), _PER_PAGE).get_page(request.GET.get("page"))
    for changeset in page:
        changeset.label = registry.change_labels.get(changeset.kind, changeset.kind)
    return render(request, "households/changes.html", {"page": page})


@login_required
@require_POST
def undo(request: HttpRequest, changeset_id: uuid.UUID) -> HttpResponse:
    """Undo one change set: JSON `{restored}` for the map, back to the page for a person.

    A whole list is asked about first, on a page of its own; a decision over house numbers on that of its proposal,
    whose button says that what hangs on it was seen.
    """
    changeset = undoing.changeset_or_404(request.user, changeset_id)
    run = ImportRun.objects.filter(changeset=changeset).first()
    if run is not None:
        return redirect("import_undo", run_id=run.pk)
    proposal = NumberingProposal.objects.filter(changeset=changeset).first()
    if proposal is not None and request.POST.get("seen") != "yes":
        return redirect(f"{reverse('proposal', args=[proposal.pk])}?undo=ask")
    restored = undoing.undo_changes(user=request.user, changeset=changeset)
    if wants_json(request):
        return JsonResponse({"restored": restored})
    messages.success(
        request,
        ngettext(
            "Đã hoàn tác: %(count)s mục trở lại như trước.", "Đã hoàn tác: %(count)s mục trở lại như trước.", restored
        )
        % {"count": intcomma(restored)},
    )
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("changes")
    return redirect(target)
