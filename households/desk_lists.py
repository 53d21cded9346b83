"""The lists of imports, changes and batches of plates: which rows somebody may see, and the same rows for a file.

Newest first, as the pages show them. They name no people but those who did the work.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from households import undoing
from households.models import ImportRun, PlateBatch
from households.plates import own_designs, own_profiles
from mapping import access, registry
from mapping.access import Capability
from mapping.exporting import Column
from mapping.models import ChangeSet, Job, Unit

MOST_CHANGES: Final = 2_000
"""So many of the latest changes are listed; each house's own page has the rest."""


@dataclass(frozen=True, slots=True)
class DeskList:
    """A list as a file: `stem` is its name without date and ending, `title` that of its sheet."""

    stem: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def imports_of(user: Any) -> QuerySet[ImportRun]:
    """The imports of the communes where the person brings lists in."""
    imports = ImportRun.objects.filter(access.scope_of(user, Capability.IMPORT).communes())
    return imports.select_related("commune", "file", "created_by", "changeset")


def changes_of(user: Any) -> QuerySet[ChangeSet]:
    """The latest changes that the person may take back."""
    changesets = undoing.changesets_for(user).select_related("commune", "created_by", "undone_by")
    return changesets.order_by("-created_at")[:MOST_CHANGES]


def name_villages(found: list[Job]) -> None:
    """Give each job of letters `village`, the name of the one it was made for, "" for a whole commune."""
    names = {
        unit.pk: unit.full_name
        for unit in Unit.objects.filter(pk__in={job.params.get("village") for job in found} - {None})
    }
    for job in found:
        job.village = names.get(job.params.get("village"), "")


def imports(user: Any) -> DeskList:
    """Every import, with its rows and where it stands."""
    columns = (
        Column(_("Tệp"), width=40), Column(_("Xã"), width=20), Column(_("Lúc"), width=18),
        Column(_("Người nhập"), width=24), Column(_("Số dòng"), "whole", 10), Column(_("Tình trạng"), width=16),
    )  # fmt: skip
    rows = (
        (run.file.name, run.commune.name, _local(run.created_at), _name(run.created_by), run.report.get("total"),
         _("đã hoàn tác") if run.changeset and run.changeset.undone_at else run.get_state_display())
        for run in imports_of(user)
    )  # fmt: skip
    return DeskList("cac-lan-nhap", _("Các lần nhập"), columns, rows)


def changes(user: Any) -> DeskList:
    """What was done, and what of it was taken back."""
    columns = (
        Column(_("Lúc"), width=18), Column(_("Việc"), width=20), Column(_("Đối tượng"), width=40),
        Column(_("Xã"), width=20), Column(_("Người làm"), width=24), Column(_("Hoàn tác lúc"), width=18),
        Column(_("Người hoàn tác"), width=24),
    )  # fmt: skip
    rows = (
        (_local(change.created_at), capfirst(str(registry.change_labels.get(change.kind, change.kind))),
         change.subject, change.commune.full_name, _name(change.created_by), _local(change.undone_at),
         _name(change.undone_by))
        for change in changes_of(user)
    )  # fmt: skip
    return DeskList("cac-lan-thay-doi", _("Các lần thay đổi"), columns, rows)


def batches(user: Any) -> DeskList:
    """Every batch of plates that the person may see, and how it stands."""
    columns = (
        Column(_("Xã"), width=20), Column(_("Lô"), "whole", 8), Column(_("Đặt lúc"), width=18),
        Column(_("Người đặt"), width=24), Column(_("Mẫu biển"), width=30), Column(_("Khổ giấy"), width=30),
        Column(_("Số biển"), "whole", 10), Column(_("Số tờ"), "whole", 10), Column(_("Tình trạng"), width=16),
        Column(_("Bản in thử"), width=12), Column(_("In lúc"), width=18),
    )  # fmt: skip
    found = PlateBatch.objects.for_user(user).select_related("commune", "created_by").order_by("-created_at")
    rows = (
        (one.commune.name, one.number, _local(one.created_at), _name(one.created_by), own_designs.title_of(one),
         own_profiles.title_of(one), one.plate_count or None, one.page_count or None, one.get_state_display(),
         _("có") if one.is_proof else None, _local(one.printed_at))
        for one in found
    )  # fmt: skip
    return DeskList("cac-lo-bien", _("Các lô biển"), columns, rows)


def _local(when: datetime.datetime | None) -> datetime.datetime | None:
    """A time as clocks here show it; spreadsheets know no zones."""
    return None if when is None else timezone.localtime(when).replace(tzinfo=None, microsecond=0)


def _name(user: Any) -> str | None:
    return None if user is None else str(user)
