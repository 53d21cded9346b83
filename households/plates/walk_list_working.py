"""A walk list as a file: drawn at once while few houses are on it, by a job where they are many."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy

from households import audit_trail
from households.models import House, PlateBatch
from households.plates import press, walk_list_reading
from households.plates.walk_list import WalkList, write_walk_list
from mapping import jobs, registry, scratch
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Job, Unit
from mapping.text import fold
from mapping.wording import gettext as _
from mapping.wording import ngettext

KIND = "plates.walk_list"
INLINE_HOUSES: Final = 600
"""A list of so many houses is drawn while the person waits: about two seconds."""


def register() -> None:
    """Announce the kind of work."""
    registry.job_kinds[KIND] = registry.JobKind(
        KIND, gettext_lazy("vẽ danh sách đi lắp biển"), Capability.PRINT, run,
        back=lambda params: (reverse("plates"), _("Trở lại trang biển số")),
    )  # fmt: skip


def drawn_or_ordered(
    *, user: Any, commune: Unit, villages: Sequence[Unit], batch: PlateBatch | None, may_order: bool
) -> BinaryIO | Job:
    """Draw the list of a batch, or of villages (all of the commune's where none is named), or queue a large one.

    The caller has asked whether the person may. Raises UserError where there is no house, and where the list is large
    and nothing may be ordered.
    """
    if batch is not None:
        count = batch.plate_count
    else:
        houses = House.objects.for_user(user, Capability.PRINT).active().filter(commune=commune)
        count = (houses.filter(village__in=[one.pk for one in villages]) if villages else houses).count()
    if count <= INLINE_HOUSES:
        out, listed = io.BytesIO(), _listed(user, commune, villages, batch)
        write_walk_list(out, listed, press.fonts())
        audit_trail.walk_listed(commune, listed.title, len(listed.rows))
        out.seek(0)
        return out
    if not may_order:
        raise UserError(
            _("Danh sách này có %(count)d nhà nên cần vẽ một lúc; hãy bấm nút Danh sách đi lắp ở trang biển số.")
            % {"count": count},
            code="large",
        )
    params = {"villages": sorted(one.pk for one in villages), "batch": str(batch.pk) if batch else ""}
    return jobs.start_once(kind=KIND, commune=commune, user=user, params=params)


def run(work: jobs.Work) -> None:
    """Draw the list for whoever ordered it, and keep the file."""
    batch = None
    if work.params["batch"]:
        batch = PlateBatch.objects.for_user(work.user).filter(pk=work.params["batch"]).first()
        if batch is None:
            raise UserError(_("Lô biển này không còn, nên không còn gì để vẽ."), code="gone")
    villages = list(Unit.objects.filter(pk__in=work.params["villages"]).order_by("code"))
    listed = _listed(work.user, work.commune, villages, batch)
    with scratch.folder() as folder:
        path = folder / "walk.pdf"
        with path.open("wb") as out:
            pages = write_walk_list(out, listed, press.fonts(), work.progress)
        work.keep_file(path, name=file_name(work.commune, villages, batch), content_type="application/pdf")
    work.job.result = {"pages": pages, "houses": len(listed.rows)}
    work.job.sentence = ngettext(
        "Đã vẽ danh sách đi lắp biển trên %(pages)s trang.", "Đã vẽ danh sách đi lắp biển trên %(pages)s trang.", pages
    ) % {"pages": pages}
    audit_trail.walk_listed(work.commune, listed.title, len(listed.rows))


def file_name(commune: Unit, villages: Sequence[Unit], batch: PlateBatch | None) -> str:
    """Return the name of the file as an official would look for it: di-lap-thon-xa-thu.pdf."""
    if batch is not None:
        what = f"lô {batch.number}"
    else:
        what = villages[0].full_name if len(villages) == 1 else commune.full_name
    return f"di-lap-{'-'.join(fold(what).replace('/', '-').split())}.pdf"


def _listed(user: Any, commune: Unit, villages: Sequence[Unit], batch: PlateBatch | None) -> WalkList:
    if batch is not None:
        return walk_list_reading.of_batch(batch)
    return walk_list_reading.of_villages(user, commune, villages)
