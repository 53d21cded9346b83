"""Printing as a job: ordered on a page, every plate read back, the file kept for whoever may have it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy

from households.plates import press, reading_back
from households.plates.press import PrintOrder
from mapping import access, jobs, registry, scratch
from mapping.access import Capability
from mapping.models import Job, Unit
from mapping.text import fold
from mapping.wording import ngettext

KIND = "plates.print"


def register() -> None:
    """Announce the kind of work and its page."""
    registry.job_kinds[KIND] = registry.JobKind(KIND, gettext_lazy("in biển số nhà"), Capability.PRINT, run)
    registry.navigation.append(
        registry.NavigationEntry(gettext_lazy("Biển số nhà"), "plates", Capability.PRINT, order=40)
    )


def order_job(order: PrintOrder, *, user: Any) -> Job:
    """Check what can be checked at once and queue the printing of `order`.

    The same order of the same person that is still waiting or running is handed back instead: a button pressed
    twice prints once.
    """
    order.check()
    params = {
        "village": order.village.pk if order.village else None,
        "street": order.street,
        "profile": order.profile,
        "design": order.design,
        "proof": order.proof,
        "fresh": order.fresh,
        "skip": order.skip,
    }
    return jobs.start_once(kind=KIND, commune=order.commune, user=user, params=params)


def run(work: jobs.Work) -> None:
    """Print, read every plate back, keep the file. Everything or nothing: see `press.print_plates`."""
    params = dict(work.params)
    village = Unit.objects.get(pk=params.pop("village")) if params.get("village") else params.pop("village", None)
    order = PrintOrder(
        commune=work.commune, village=village, scope=access.scope_of(work.user, Capability.PRINT), **params
    )
    plates = press.count(order)

    # Drawing is a tenth of the work, reading back the rest: one bar for both.
    def drawn(done: int) -> None:
        work.progress(done // 10, plates)

    def read(done: int) -> None:
        work.progress(plates // 10 + done * 9 // 10, plates)

    with scratch.folder() as folder:
        path = folder / "plates.pdf"
        printed = press.print_plates(
            order,
            path=path,
            user=work.user,
            on_progress=drawn,
            check_file=partial(reading_back.check_file, on_progress=read),
        )
        work.keep_file(path, name=file_name(order), content_type="application/pdf")
    work.job.result = {"plates": printed.plates, "pages": printed.pages, "new": printed.new}
    pages = ngettext("trên %(pages)d tờ A4", "trên %(pages)d tờ A4", printed.pages) % {"pages": printed.pages}
    work.job.sentence = ngettext(
        "Đã in %(plates)d biển %(pages)s; mọi mã QR đã được đọc lại và dẫn đúng nhà.",
        "Đã in %(plates)d biển %(pages)s; mọi mã QR đã được đọc lại và dẫn đúng nhà.",
        printed.plates,
    ) % {"plates": printed.plates, "pages": pages}


def file_name(order: PrintOrder) -> str:
    """Return the name of the file as an official would look for it: bien-so-nha-16543-xa-thu-ban-thu.pdf."""
    parts = ["bien-so-nha", order.commune.code, order.village.name if order.village else "", order.street or ""]
    parts += ["ban-thu"] if order.proof else []
    words = fold(" ".join(parts))
    return "-".join("".join(c if c.isalnum() else " " for c in words).split()) + ".pdf"
