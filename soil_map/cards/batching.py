"""The cards of a campaign as one file, by a job: drawn as a stream, every symbol read back before the file is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from mapping import access, jobs, registry, scratch
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job
from mapping.printing import reading_apart
from mapping.printing.sheet import Sheet
from mapping.text import fold
from mapping.wording import gettext as _
from mapping.wording import ngettext
from soil_map import audit_trail, field_facts, privacy, private_rows, wishes
from soil_map.cards import papers
from soil_map.cards.drawing import SHEETS
from soil_map.cards.ground import Ground
from soil_map.field_facts import FieldFacts, SchemeBook
from soil_map.models import Campaign, Parcel, Result, Sample
from soil_map.wishes import Wish

KIND: Final = "soil.cards"
SAMPLES, PARCELS = "samples", "parcels"
MOST_CARDS: Final = 5_000
"""In one file; such a commune prints by village."""
_SLICE: Final = 4  # pages that are read back at once


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("in phiếu đất"), Capability.SEE_SOIL, run,
        back=lambda params: (reverse("soil_cards_order", args=[params["campaign"]]), str(_("In phiếu khác"))),
    )  # fmt: skip


def counts(campaign: Campaign) -> dict[str, int]:
    """Return how many cards there would be of samples, and of fields that a sample was taken in."""
    return {SAMPLES: _samples(campaign).count(), PARCELS: _parcels(campaign).count()}


def order(*, user: Any, campaign: Campaign, of: str, paper: str, wish: Wish | None) -> Job:
    """Queue the cards of a campaign; the same order that waits or runs already is handed back.

    The caller has asked whether the person may. Raises UserError where there is nothing to print, or too much.
    """
    if of not in (SAMPLES, PARCELS) or paper not in SHEETS:
        raise UserError(_("Hãy chọn in phiếu theo mẫu hay theo thửa, trên giấy A5 hay A4."), code="choice")
    count = counts(campaign)[of]
    if not count and of == PARCELS:
        raise UserError(
            _("Chưa có thửa nào có mẫu của đợt này. Hãy nhập thửa đất của xã, hoặc in phiếu theo mẫu."), code="none"
        )
    if not count:
        raise UserError(_("Đợt này chưa có mẫu nào có kết quả phân tích, nên chưa có phiếu nào để in."), code="none")
    if count > MOST_CARDS:
        sentence = _("Đợt này có %(count)d phiếu, nhiều hơn %(most)d phiếu mà một tệp chứa được.")
        raise UserError(sentence % {"count": count, "most": MOST_CARDS}, code="too_many")
    params = {
        "campaign": str(campaign.pk),
        "of": of,
        "paper": paper,
        "wish": wish.to_json() if wish is not None else None,
    }
    return jobs.start_once(kind=KIND, commune=campaign.commune, user=user, params=params)


def run(work: jobs.Work) -> None:
    """Draw the cards, read each symbol back, and keep the file."""
    campaign = Campaign.objects.select_related("commune__parent").filter(pk=work.params["campaign"]).first()
    if campaign is None:
        raise UserError(_("Đợt điều tra này không còn, nên không còn gì để in."), code="gone")
    access.require(work.user, Capability.SEE_SOIL, campaign.commune)
    if work.job.result_file_id is not None:  # killed after its work and before that was told
        return
    wish = wishes.of_json(work.params["wish"] or {})
    sheet = SHEETS[work.params["paper"]]
    total = counts(campaign)[work.params["of"]]
    ground, book = Ground(campaign.commune), SchemeBook()
    expected: list[str] = []
    if work.params["of"] == PARCELS:
        private = private_rows.of_parcels(_parcels(campaign), campaign.commune_id)
    else:
        private = list(_samples(campaign).filter(is_private=True).values_list("pk", flat=True))

    def cards() -> Iterator[Any]:
        for facts in _each(campaign, work.params["of"], book):
            card = papers.card_of(facts, ground, wish, work.user)
            expected.append(card.url)
            yield card

    with scratch.folder() as folder:
        path = folder / "cards.pdf"
        with path.open("wb") as out:
            made = papers.write(out, cards(), sheet=sheet, on_progress=lambda done: work.progress(done, 2 * total))
        pages = sheet.pages(made)
        _read_back(path, sheet, expected, pages, work)
        work.job.result = {"cards": made, "pages": pages}
        told = ngettext(
            "Đã in %(cards)d phiếu đất trên %(pages)d trang; mọi mã QR đã được đọc lại và dẫn đúng trang.",
            "Đã in %(cards)d phiếu đất trên %(pages)d trang; mọi mã QR đã được đọc lại và dẫn đúng trang.",
            made,
        )
        work.job.tell(told % {"cards": made, "pages": pages})
        with transaction.atomic():  # the file, what is said of it and that it was taken out, or none of these
            keep_days = privacy.KEPT_DAYS if private else None
            work.keep_file(path, name=_file_name(campaign), content_type="application/pdf", keep_days=keep_days)
            audit_trail.taken_out(str(campaign), campaign.commune, count=made, file_format="pdf", private=private)
            work.job.save(update_fields=["result", "sentence"])


def _read_back(path: Path, sheet: Sheet, expected: list[str], pages: int, work: jobs.Work) -> None:
    """Raises UserError where a symbol cannot be read or leads elsewhere: such a file is not handed out."""
    slices = [(first, min(first + _SLICE, pages)) for first in range(0, pages, _SLICE)]
    reading = reading_apart.read_slices(path, sheet, slices)
    place = 0
    try:
        for read in reading:
            for texts in (cell for page in read for cell in page):
                if place < len(expected) and texts != (expected[place],):
                    raise UserError(
                        _("Mã QR của phiếu thứ %(place)d không đọc lại được, nên tệp không được giao. Hãy đặt in lại.")
                        % {"place": place + 1},
                        code="unreadable",
                    )
                place += 1
            work.progress(len(expected) + min(place, len(expected)), 2 * len(expected))
    finally:
        reading.close()


def _samples(campaign: Campaign) -> QuerySet[Sample]:
    """Those with results, by code of their site and depth."""
    results = Result.objects.filter(sample=OuterRef("pk"))
    rows = Sample.objects.filter(Exists(results), campaign=campaign)
    return rows.order_by("site__code", "depth_from_cm", "depth_to_cm", "pk")


def _parcels(campaign: Campaign) -> QuerySet[Parcel]:
    """Fields of the commune that a sample of the campaign with results was taken in."""
    taken = _samples(campaign).order_by()
    named = taken.filter(parcel=OuterRef("pk"))
    inside = taken.filter(parcel=None, site__location_3857__within=OuterRef("outline_3857"))
    rows = Parcel.objects.filter(Exists(named) | Exists(inside), commune=campaign.commune_id)
    return rows.order_by("sheet", "number", "pk")


def _each(campaign: Campaign, of: str, book: SchemeBook) -> Iterator[FieldFacts]:
    if of == PARCELS:
        for parcel in _parcels(campaign).select_related("commune__parent"):
            yield field_facts.of_parcel(parcel, exactly=True, book=book)
        return
    for sample in _samples(campaign).select_related("campaign__commune__parent", "site", "parcel"):
        if sample.parcel is None:
            sample.parcel = field_facts.parcel_at(sample.site.location, campaign.commune)
        yield field_facts.of_sample(sample, exactly=True, book=book)


def _file_name(campaign: Campaign) -> str:
    return f"phieu-dat-{'-'.join(fold(campaign.name).replace('/', '-').split())}.pdf"
