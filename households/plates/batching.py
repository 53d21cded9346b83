"""Batches of plates: ordered on a page, drawn and frozen, read back, printed; or stopped with nothing half kept.

Drawing is one transaction that leaves tokens, places in the batch and files, and the state `reading`. Whoever takes the
batch up after that goes on reading where the last one was; tokens are given once. Plates are released, and files handed
out, in the transaction that makes the batch `printed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from households import audit_trail
from households.models import DEAD, BatchFileKind, BatchOrder, BatchState, PlateBatch
from households.plates import (
    choosing,
    emblems,
    forecasting,
    frozen,
    making,
    own_profiles,
    press,
    reading_back,
    releasing,
)
from households.plates.choosing import Choice, Forecast
from households.plates.shipped import CUSTOMARY
from mapping import access, jobs, registry
from mapping.access import Capability
from mapping.errors import Conflict, UserError, may_pass
from mapping.models import Job, JobState, Unit
from mapping.printing.sheet import A4_PLATES, Sheet, SheetDoesNotFit
from mapping.wording import gettext as _
from mapping.wording import ngettext

KIND: Final = "plates.batch"
MOST_COPIES: Final = 20
BEARS_PLATES: Final = frozenset({BatchFileKind.SHEETS, BatchFileKind.FACTORY, BatchFileKind.SVG, BatchFileKind.CSV})
"""Files that plates are made of: without one of them nothing was printed."""


def register() -> None:
    """Announce the kind of work and the desk of plates."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("in lô biển số nhà"), Capability.PRINT, run, ended=_ended,
        back=lambda params: (reverse("plate_batch", args=[params["batch"]]), gettext("Đến trang của lô biển")),
    )  # fmt: skip
    registry.navigation.append(
        registry.NavigationEntry(gettext_lazy("Biển số nhà"), "plates", Capability.PRINT, order=40)
    )


def forecast(
    user: Any,
    commune: Unit,
    choice: Choice,
    *,
    profile: str = A4_PLATES.name,
    outputs: Sequence[BatchFileKind] = (BatchFileKind.SHEETS,),
    copies: int = 1,
    skip: int = 0,
) -> Forecast:
    """Return what a choice would come to where the person may print. Raises UserError for an unknown profile."""
    sheet = own_profiles.find(commune, profile).sheet
    _check_counts(sheet, copies, skip)
    houses = choosing.count(user, commune, choice)
    plates = houses * copies
    unnumbered = choosing.count_unnumbered(user, commune, choice)
    return Forecast(houses, sheet.pages(plates, skip), forecasting.seconds(plates, outputs), unnumbered)


def order(
    *,
    user: Any,
    commune: Unit,
    choice: Choice,
    design: str = CUSTOMARY,
    profile: str = A4_PLATES.name,
    order: BatchOrder = BatchOrder.ROUTE,
    outputs: Sequence[BatchFileKind] = (BatchFileKind.SHEETS,),
    copies: int = 1,
    skip: int = 0,
    proof: bool = False,
    fresh: bool = False,
    goes_on: bool = False,
) -> PlateBatch:
    """Check all that can be checked at once, freeze design and profile, and queue the batch.

    `design` and `profile` are the name of a shipped one or the id of one of the commune's own. The same order of the
    same person that waits or works already is handed back: a button pressed twice prints once. Raises UserError (no
    houses, a host that is not fit to print, a design that cannot be printed on its sheet, …), Http404 and NotAllowed.
    """
    villages = _villages(user, commune, choice)
    press.check_host(settings.PLATE_HOST, proof=proof)
    kept_sheet, sheet = frozen.freeze_sheet(commune, profile)
    _check_counts(sheet, copies, skip)
    if not outputs:
        raise UserError(_("Chưa chọn tệp nào để làm. Hãy chọn ít nhất một loại tệp."), code="outputs")
    if not BEARS_PLATES & set(outputs):
        raise UserError(
            _(
                "Danh sách đi lắp và giấy chứng nhận đi kèm biển: hãy chọn thêm một tệp có biển. Chỉ cần danh sách thì "
                "lấy ở trang Biển số nhà; chỉ cần giấy thì in từ trang của nhà."
            ),
            code="outputs",
        )
    kept_design = frozen.freeze_design(commune, design, host=settings.PLATE_HOST, sheet=sheet, fonts=press.fonts())
    if not choosing.count(user, commune, choice):
        raise _nothing_chosen(commune, choice)
    terms = {
        "commune": commune, "choice": choice.to_json(), "design_name": kept_design.title[:80],
        "design": kept_design.kept, "profile_name": kept_sheet.title[:80], "profile": kept_sheet.kept,
        "host": settings.PLATE_HOST, "order": order, "copies": copies, "skip": skip, "is_proof": proof, "fresh": fresh,
        "goes_on": goes_on, "outputs": [kind.value for kind in BatchFileKind if kind in outputs], "created_by": user,
    }  # fmt: skip
    with transaction.atomic():
        jobs.one_order_at_a_time(user.pk)
        standing = _standing(terms)
        if standing is not None:
            return standing
        emblems.hold(commune, kept_design.kept["emblems"])
        batch = PlateBatch.objects.create(number=_next_number(commune), village_ids=villages, **terms)
        _queue(batch, user)
        audit_trail.batch_ordered(batch)
    return batch


def cancel(*, user: Any, batch: PlateBatch) -> None:
    """Stop a batch that is not printed yet: its plates stay drafts, its files go. Raises Conflict when it is over."""
    with transaction.atomic():
        held = _held(user, batch)
        if held.state in releasing.OVER:
            raise Conflict(_("Lô này đã kết thúc nên không dừng được nữa. Hãy tải lại trang."), code="over")
        audit_trail.batch_stopped(held)
        if held.job is None:
            releasing.stop(held, BatchState.CANCELLED)
        else:
            jobs.cancel(held.job)
    batch.refresh_from_db()


def go_on(*, user: Any, batch: PlateBatch) -> PlateBatch:
    """Queue a batch again that stopped before printing, although some texts do not fit (`batch.too_long`).

    Raises Conflict when it did not stop for that.
    """
    with transaction.atomic():
        held = _held(user, batch)
        if not stopped_for_texts(held):
            raise Conflict(_("Lô này không dừng vì chỗ ghi quá dài. Hãy tải lại trang."), code="state")
        press.check_host(held.host, proof=held.is_proof)
        held.goes_on, held.state = True, BatchState.ORDERED
        held.save(update_fields=["goes_on", "state"])
        _queue(held, user)
        audit_trail.batch_ordered(held)
    batch.refresh_from_db()
    return batch


def stopped_for_texts(batch: PlateBatch) -> bool:
    """Whether a batch stopped before printing since some texts do not fit, and may be told to go on."""
    return batch.state == BatchState.FAILED and bool(batch.too_long) and not batch.goes_on


def run(work: jobs.Work) -> None:
    """Take a batch from where it is to its files: draw unless it is drawn, read back what is not read, release."""
    batch = PlateBatch.objects.select_related("commune__parent").get(pk=work.params["batch"])
    try:
        _work(batch, work)
    except jobs.Cancelled:
        releasing.stop(batch, BatchState.CANCELLED)
        raise
    except making.TextsTooLong as error:
        releasing.stop(batch, BatchState.FAILED, error.texts)
        raise
    except Exception as error:
        if not may_pass(error):  # else it is taken up again
            releasing.stop(batch, BatchState.FAILED)
        raise
    _tell(batch, work)


def _work(batch: PlateBatch, work: jobs.Work) -> None:
    bar = _Bar(batch, work)
    if batch.state in (BatchState.ORDERED, BatchState.DRAWING):
        PlateBatch.objects.filter(pk=batch.pk, state=BatchState.ORDERED).update(state=BatchState.DRAWING)
        bar.plates = choosing.count(work.user, batch.commune, Choice.from_json(batch.choice), batch.village_ids)
        making.make(batch, work.user, bar.drawn)
        batch.refresh_from_db()
    if batch.state == BatchState.READING:
        bar.plates = batch.plate_count
        reading_back.read_back(batch, bar.read)
        releasing.release(batch)
    elif batch.state == BatchState.CANCELLED:
        raise jobs.Cancelled


class _Bar:
    """One bar for drawing, a fifth of the work, and reading back, the rest of it; in plates."""

    def __init__(self, batch: PlateBatch, work: jobs.Work) -> None:
        self.plates = 0
        self._batch = batch
        self._work = work
        self._last = 0

    def drawn(self, done: int) -> None:
        """So many plates of a file are drawn; of several files each begins anew, and the bar never goes back."""
        self._last = max(self._last, min(done // self._batch.copies, self.plates) // 5)
        self._work.progress(self._last, self.plates + 1)

    def read(self, done: int) -> None:
        """So many plates of all are read back. What is read is not printed yet, so the bar is not full."""
        total = max(1, frozen.to_read(self._batch))
        self._work.progress(self.plates // 5 + self.plates * 4 // 5 * done // total, self.plates + 1)


def _tell(batch: PlateBatch, work: jobs.Work) -> None:
    work.job.result = {
        "batch": str(batch.pk), "plates": batch.plate_count, "pages": batch.page_count, "new": batch.new_count
    }  # fmt: skip
    if batch.page_count == 0:
        sentence = ngettext(
            "Đã làm xong tệp của %(plates)d biển.", "Đã làm xong tệp của %(plates)d biển.", batch.plate_count
        )
        work.job.sentence = sentence % {"plates": batch.plate_count}
        return
    pages = ngettext("trên %(pages)d tờ", "trên %(pages)d tờ", batch.page_count) % {"pages": batch.page_count}
    work.job.sentence = ngettext(
        "Đã in %(plates)d biển %(pages)s; mọi mã QR đã được đọc lại và dẫn đúng nhà.",
        "Đã in %(plates)d biển %(pages)s; mọi mã QR đã được đọc lại và dẫn đúng nhà.",
        batch.plate_count,
    ) % {"plates": batch.plate_count, "pages": pages}
    dead = batch.places.filter(plate__state__in=DEAD).values("plate").distinct().count()
    if dead and not batch.is_proof:
        work.job.sentence += " " + ngettext(
            "Trong lúc in, %(count)d biển đã được báo mất hoặc thu hồi: hãy bỏ ra, đừng lắp.",
            "Trong lúc in, %(count)d biển đã được báo mất hoặc thu hồi: hãy bỏ ra, đừng lắp.",
            dead,
        ) % {"count": dead}


def _ended(job: Job) -> None:
    """A job is over that nobody runs any more: stopped while it waited, or given up."""
    state = BatchState.CANCELLED if job.state == JobState.CANCELLED else BatchState.FAILED
    for batch in PlateBatch.objects.filter(job=job):
        releasing.stop(batch, state)


def _held(user: Any, batch: PlateBatch) -> PlateBatch:
    """The row of a batch that the person may see, held until the transaction ends."""
    seen = PlateBatch.objects.for_user(user).select_related("job", "commune")
    # While it is drawn its plates name the batch, which keeps others from its key, not from this.
    held = seen.select_for_update(of=("self",), no_key=True).filter(pk=batch.pk).first()
    if held is None:
        raise Http404
    return held


def _queue(batch: PlateBatch, user: Any) -> None:
    batch.job = jobs.start(kind=KIND, commune=batch.commune, user=user, params={"batch": str(batch.pk)})
    batch.save(update_fields=["job"])


def _standing(terms: dict[str, Any]) -> PlateBatch | None:
    """The same order of the same person that is not over and not being stopped."""
    batches = PlateBatch.objects.filter(**terms).exclude(state__in=releasing.OVER)
    return batches.filter(job__cancel_requested=False).select_related("commune").first()


def _next_number(commune: Unit) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('households.plates.number', %s))", [commune.pk])
    last: int | None = PlateBatch.objects.filter(commune=commune).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _villages(user: Any, commune: Unit, choice: Choice) -> list[int] | None:
    """The villages that the batch is kept to, None for the whole commune. Raises Http404 and NotAllowed."""
    scope = access.scope_of(user, Capability.PRINT)
    own = Unit.objects.villages().filter(parent=commune)
    chosen = list(own.filter(pk__in=choice.villages))
    if len(chosen) < len(choice.villages):
        raise UserError(_("Thôn đã chọn không thuộc %(commune)s.") % {"commune": commune}, code="village")
    for village in chosen:
        access.require(user, Capability.PRINT, village)
    if chosen:
        return sorted(village.pk for village in chosen)
    if commune in scope:
        return None
    held = sorted(own.filter(scope.units()).values_list("pk", flat=True))
    if not held:
        access.require(user, Capability.PRINT, commune)
    return held


def _check_counts(sheet: Sheet, copies: int, skip: int) -> None:
    if not 1 <= copies <= MOST_COPIES:
        raise UserError(
            _("Số bản mỗi biển phải từ 1 đến %(most)d, không phải %(count)d.") % {"most": MOST_COPIES, "count": copies},
            code="copies",
        )
    try:
        sheet.first_cell(skip)
    except SheetDoesNotFit as error:
        raise UserError(
            _("Khổ giấy này có %(cells)d ô mỗi tờ, nên số ô đã dùng phải từ 0 đến %(most)d, không phải %(count)d.")
            % {"cells": sheet.cells, "most": sheet.cells - 1, "count": skip},
            code="sheet",
        ) from error


def _nothing_chosen(commune: Unit, choice: Choice) -> UserError:
    if choice == Choice():
        return press.no_houses(commune)
    return UserError(
        _("Không có nhà nào như đã chọn để in biển. Hãy chọn thôn, ngõ, tình trạng biển hoặc vùng vẽ khác."),
        code="no_houses",
    )
