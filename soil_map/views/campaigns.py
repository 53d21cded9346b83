"""Pages of a campaign: begun and changed by a form, its samples as a table and a file, published and taken back."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mapping import access, downloads, exporting
from mapping.access import Capability
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import Unit
from soil_map import audit_trail, campaigns, finding, publishing, sample_list
from soil_map.campaign_layers import layers_shown
from soil_map.forms import CampaignForm
from soil_map.measured import layers_of
from soil_map.models import Campaign
from soil_map.sample_list import Chosen, SampleTable
from soil_map.views import deciding

_FILE_TYPES = {"xlsx": exporting.XLSX, "csv": exporting.CSV}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a campaign in a commune."""
    commune = access.commune_or_404(request.user, code, Capability.EDIT_SOIL)
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = campaigns.add(user=request.user, commune=commune, fields=form.fields_typed())
        except NotAllowed:
            raise
        except UserError as error:
            form.add_error("name", error.sentence)
        else:
            messages.success(request, _("Đã tạo đợt “%(name)s”.") % {"name": campaign})
            return redirect("soil_campaign", campaign_id=campaign.pk)
    return _form(request, commune, form, None)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """Change what is written about a campaign, or delete it while it is empty."""
    campaign = finding.campaign_or_404(request.user, campaign_id, Capability.EDIT_SOIL)
    form = CampaignForm(request.POST) if request.method == "POST" else CampaignForm.of(campaign)
    status = 200
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            campaigns.change(user=request.user, campaign=campaign, version=version, fields=form.fields_typed())
        except NotAllowed:
            raise
        except Conflict as error:
            form.add_error(None, error.sentence)
            status = error.status
        except UserError as error:
            form.add_error("name", error.sentence)
        else:
            messages.success(request, _("Đã lưu đợt “%(name)s”.") % {"name": form.cleaned_data["name"]})
            return redirect("soil_campaign", campaign_id=campaign.pk)
    return _form(request, campaign.commune, form, campaign, status)


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """A campaign for those who may see the commune's soil: layers and surfaces, samples, publishing."""
    campaign = finding.campaign_or_404(request.user, campaign_id)
    layers = layers_of(campaign)
    chosen = Chosen.read(campaign, request.GET)
    table = SampleTable(campaign, layers)
    page = table.page(chosen.found(), request.GET.get("page"))
    audit_trail.private_read((line.sample.pk for line in page if line.sample.is_private), campaign)
    extent = publishing.extent_of(campaign)
    context = {
        "campaign": campaign,
        "commune": campaign.commune,
        "may_edit": access.may(request.user, Capability.EDIT_SOIL, campaign.commune),
        "layers": layers_shown(campaign, layers),
        "methods": table.methods,
        "chosen": chosen,
        "page": page,
        "query": chosen.query,
        "kinds": sample_list.KINDS.items(),
        "depths": sample_list.depths_of(campaign),
        "extent": extent,
        "why_kept": campaigns.why_kept(campaign),
        "imports_url": reverse("soil_imports", args=[campaign.commune.code]),
        "order_url": reverse("soil_surface_order", args=[campaign.pk]),
        "report_url": reverse("soil_report", args=[campaign.pk]),
        "cards_url": reverse("soil_cards_order", args=[campaign.pk]),
        "viewer_url": reverse("soil"),
    }
    return render(request, "soil_map/desk/campaign.html", context)


@login_required
@never_cache
@require_GET
def samples(request: HttpRequest, campaign_id: uuid.UUID, file_format: str) -> FileResponse:
    """The samples that the table shows, all pages of it, as a file."""
    if file_format not in _FILE_TYPES:
        raise Http404
    campaign = finding.campaign_or_404(request.user, campaign_id)
    found = Chosen.read(campaign, request.GET).found()
    table = SampleTable(campaign)
    rows = list(table.rows(table.lines(found)))
    private = found.filter(is_private=True).values_list("pk", flat=True)
    target = io.BytesIO()
    if file_format == "csv":
        exporting.write_csv(target, columns=table.columns(), rows=rows)
    else:
        exporting.write_xlsx(
            target,
            title=_("Mẫu đất"),
            columns=table.columns(),
            rows=rows,
            notes=_notes(campaign),
            notes_title=_("Tệp này"),
        )
    audit_trail.taken_out(str(campaign), campaign.commune_id, count=len(rows), file_format=file_format, private=private)
    target.seek(0)
    name = f"mau-dat-{campaign.commune.code}-{campaign.started_on:%Y}.{file_format}"
    return downloads.attachment(target, name=name, content_type=_FILE_TYPES[file_format])


@login_required
@require_POST
def publish(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """Let anyone see it."""
    campaign = finding.campaign_or_404(request.user, campaign_id, Capability.EDIT_SOIL)
    deciding.publish(request, campaign)
    return redirect("soil_campaign", campaign_id=campaign.pk)


@login_required
@require_POST
def unpublish(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """Show it to those alone who may see the commune's soil."""
    campaign = finding.campaign_or_404(request.user, campaign_id, Capability.EDIT_SOIL)
    deciding.unpublish(request, campaign)
    return redirect("soil_campaign", campaign_id=campaign.pk)


@login_required
@require_POST
def delete(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """Take away a campaign that nothing hangs on."""
    campaign = finding.campaign_or_404(request.user, campaign_id, Capability.EDIT_SOIL)
    version = request.POST.get("version", "")
    try:
        campaigns.remove(
            user=request.user,
            campaign=campaign,
            version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        )
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
        return redirect("soil_campaign", campaign_id=campaign.pk)
    messages.success(request, _("Đã xóa đợt “%(name)s”.") % {"name": campaign})
    return redirect("soil_desk", code=campaign.commune.code)


@login_required
@require_POST
def undo(request: HttpRequest, changeset_id: uuid.UUID) -> HttpResponse:
    """Take back what was done to a campaign: begun, changed, deleted."""
    changeset = finding.changeset_or_404(request.user, changeset_id)
    deciding.tell(request, lambda: campaigns.undo(user=request.user, changeset=changeset), _("Đã hoàn tác."))
    return redirect("soil_desk", code=changeset.commune.code)


def _form(
    request: HttpRequest, commune: Unit, form: CampaignForm, campaign: Campaign | None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "commune": commune,
        "form": form,
        "campaign": campaign,
        "why_kept": campaigns.why_kept(campaign) if campaign else "",
    }
    return render(request, "soil_map/desk/campaign_form.html", context, status=status)


def _notes(campaign: Campaign) -> list[tuple[str, str]]:
    notes = [(_("Đợt điều tra"), str(campaign)), (_("Xã"), str(campaign.commune))]
    if campaign.laboratory:
        notes.append((_("Phòng phân tích"), campaign.laboratory))
    if campaign.is_invented:
        notes.append((_("Lưu ý"), _("Số liệu giả lập, không có thật.")))
    notes.append((_("Riêng tư"), _("Mẫu ghi “có” lấy theo yêu cầu của người canh tác: không đưa vị trí ra ngoài.")))
    return notes
