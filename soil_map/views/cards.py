"""Soil cards as files: of one sample or field at once, of a campaign as a job."""

from __future__ import annotations

import io
import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mapping import downloads
from mapping.errors import UserError
from mapping.rate_limits import rate_limited
from soil_map import advising, audit_trail, field_access, private_rows, wishes
from soil_map.cards import batching, papers
from soil_map.cards.ground import Ground
from soil_map.field_facts import FieldFacts
from soil_map.finding import campaign_or_404
from soil_map.models import Fertiliser


@rate_limited("soil_pages")
@never_cache
@require_safe
def of_sample(request: HttpRequest, sample_id: uuid.UUID) -> HttpResponseBase:
    """The card of a sample, for whoever may see its page."""
    return _card(request, field_access.sample_facts(request, sample_id))


@rate_limited("soil_pages")
@never_cache
@require_safe
def of_parcel(request: HttpRequest, parcel_id: uuid.UUID) -> HttpResponseBase:
    """The card of a field, for whoever may see its page."""
    try:
        return _card(request, field_access.parcel_facts(request, parcel_id))
    except field_access.AskSignIn as asked:
        return asked.answer(request)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponseBase:
    """What to print of a campaign and for which crop; sent, it becomes a job."""
    campaign = campaign_or_404(request.user, campaign_id)
    sentence = ""
    if request.method == "POST":
        try:
            job = batching.order(
                user=request.user,
                campaign=campaign,
                of=request.POST.get("of", batching.SAMPLES),
                paper=request.POST.get("paper", "a5"),
                wish=wishes.read(request.POST),
            )
        except UserError as error:
            sentence = error.sentence
        else:
            return redirect("job", job.pk)
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        "campaign": campaign,
        "sentence": sentence,
        "counts": batching.counts(campaign),
        "crops": advising.crops_with_rules(),
        "fertilisers": Fertiliser.objects.all(),
        "asked": asked,
        "chosen": asked.getlist("with"),
    }
    return render(request, "soil_map/order_cards.html", context, status=400 if sentence else 200)


def _card(request: HttpRequest, facts: FieldFacts) -> HttpResponseBase:
    card = papers.card_of(facts, Ground(facts.commune), wishes.read(request.GET), request.user)
    out = io.BytesIO()
    papers.write(out, [card])
    out.seek(0)
    if field_access.may_see_commune(request.user, facts):
        private = private_rows.of_facts(facts)
        subject = str(facts.sample or facts.parcel)
        audit_trail.taken_out(subject, facts.commune, count=1, file_format="pdf", private=private)
    return downloads.attachment(out, name=papers.file_name(facts), content_type="application/pdf")
