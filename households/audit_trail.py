"""What the audit writes down of this floor: who looked, searched, printed, brought in, numbered, took back.

An entry names a household by its house's code and never by a person.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime

from households.codes import format_house_code
from households.models import House, Household
from mapping import audit
from mapping.models import ChangeSet, Unit

HOUSEHOLDS = Household._meta.db_table


def read(house: House, households: Iterable[uuid.UUID]) -> None:
    """Somebody looked at the full record of a house's households; looking again within minutes is one reading."""
    for household_id in households:
        audit.record(
            "household.read",
            subject=format_house_code(house.code),
            table=HOUSEHOLDS,
            row_id=household_id,
            commune=house.commune_id,
            village_id=house.village_id,
            once=True,
        )


def listed(houses: Iterable[House], commune: Unit) -> None:
    """Somebody had a page of a list with the names of these houses' heads."""
    names = [household.pk for house in houses for household in house.people]
    if names:
        audit.record(
            "household.list", subject=str(commune), table=HOUSEHOLDS, rows=names, commune=commune, count=len(names)
        )


def found(houses: Iterable[House]) -> None:
    """Somebody searched and the answer named heads of households: whom.

    Searching goes on with every letter typed, so a household that the person's searches named minutes ago is left out.
    """
    at: dict[int, list[uuid.UUID]] = {}
    for house in houses:
        at.setdefault(house.commune_id, []).extend(household.pk for household in house.people)
    for commune_id, rows in at.items():
        if rows:
            audit.record("household.search", table=HOUSEHOLDS, rows=rows, commune=commune_id, once=True)


def named(households: Iterable[Household]) -> None:
    """Somebody had a page that names these households, each with its house loaded."""
    at: dict[int, list[uuid.UUID]] = {}
    for household in households:
        at.setdefault(household.house.commune_id, []).append(household.pk)
    for commune_id, rows in at.items():
        audit.record("household.list", table=HOUSEHOLDS, rows=dict.fromkeys(rows), commune=commune_id, once=True)


def found_by_phone(households: Iterable[Household]) -> None:
    """Somebody typed a telephone number or its end and learned that these households have it."""
    rows = (
        (format_house_code(one.house.code), one.pk, one.house.commune_id, one.house.village_id) for one in households
    )
    audit.record_each("household.find_by_phone", table=HOUSEHOLDS, rows=rows)


def printed(order: Any, plates: int) -> None:
    """A run of plates is done (`households.plates.press.PrintOrder`)."""
    audit.record(
        "print",
        subject=str(order.village or order.commune),
        commune=order.commune,
        village_id=order.village.pk if order.village else None,
        count=plates,
        detail={"proof": order.proof, **({"street": order.street} if order.street else {})},
    )


def report_handled(report: Any) -> None:
    """A stranger's report on a plate was answered (`PlateReport`)."""
    audit.record(
        "plate.report", subject=format_house_code(report.house.code), table=report._meta.db_table, row_id=report.pk,
        commune=report.commune_id, village_id=report.village_id, detail={"kind": report.kind, "state": report.state},
    )  # fmt: skip


def certified(house: House) -> None:
    """Somebody was given the certificate of a house's number."""
    audit.record(
        "certificate.issue", subject=format_house_code(house.code), table=House._meta.db_table, row_id=house.pk,
        commune=house.commune_id, village_id=house.village_id,
    )  # fmt: skip


def certificate_revoked(house: House, identifier: str) -> None:
    """A certificate of a house's number was taken back."""
    audit.record(
        "certificate.revoke", subject=format_house_code(house.code), table=House._meta.db_table, row_id=house.pk,
        commune=house.commune_id, village_id=house.village_id, detail={"identifier": identifier},
    )  # fmt: skip


def batch_ordered(batch: Any) -> None:
    """Plates were ordered, or told to go on although some texts do not fit (`PlateBatch`)."""
    _of_batch("print.order", batch, {"goes_on": True} if batch.goes_on else {})


def batch_stopped(batch: Any) -> None:
    """Somebody asked to stop a batch before it was printed."""
    _of_batch("print.stop", batch, {})


def batch_printed(batch: Any) -> None:
    """A batch is read back, and its plates may hang."""
    _of_batch("print", batch, {"proof": batch.is_proof}, count=batch.plate_count)


def _of_batch(action: str, batch: Any, detail: dict[str, Any], count: int = 1) -> None:
    villages = batch.village_ids or ()
    audit.record(
        action, subject=f"{batch.commune} {batch.number}", table=batch._meta.db_table, row_id=batch.pk,
        commune=batch.commune_id, village_id=villages[0] if len(villages) == 1 else None, count=count, detail=detail,
    )  # fmt: skip


def public_pages_exported(exported: Any, commune: Unit | None) -> None:
    """All public pages were written into a folder (`households.public_export.Exported`)."""
    counts = {"plates": exported.plates, "dead": exported.dead, "houses": exported.houses, "alleys": exported.alleys}
    counts["certificates"] = exported.certificates
    audit.record(
        "public.export", subject=str(commune or ""), commune=commune, count=max(1, sum(counts.values())), detail=counts
    )


def batch_certified(batch: Any, count: int) -> None:
    """Certificates were given for the houses of a batch (`PlateBatch`)."""
    audit.record(
        "certificate.issue", subject=f"lô {batch.number}", table=batch._meta.db_table, row_id=batch.pk,
        commune=batch.commune_id, count=count,
    )  # fmt: skip


def walk_listed(commune: Unit, title: str, houses: int) -> None:
    """Somebody took the list of where plates are to be hung: addresses and codes, nobody's name."""
    audit.record("walk_list", subject=title, commune=commune, count=houses)


def brought_in(run: Any, counts: dict[str, int]) -> None:
    """An import was written (`ImportRun`)."""
    audit.record(
        "import", subject=run.file.name, table=run._meta.db_table, row_id=run.pk, commune=run.commune_id,
        count=run.report.get("total", 1), detail=counts,
    )  # fmt: skip


def streets_brought_in(run: Any, counts: dict[str, int]) -> None:
    """Streets of a file were written (`StreetImport`)."""
    audit.record(
        "street.import", subject=run.file.name, table=run._meta.db_table, row_id=run.pk, commune=run.commune_id,
        count=max(1, counts["added"] + counts["amended"]), detail=counts,
    )  # fmt: skip


def draft_mended(act: str, house: House, proposal: Any, detail: dict[str, str]) -> None:
    """Somebody changed a house's row in a draft (`NumberingProposal`): its number, its street, or left it for later."""
    audit.record(
        "numbering.mend", subject=format_house_code(house.code), table=House._meta.db_table, row_id=house.pk,
        commune=house.commune_id, village_id=house.village_id,
        detail={"act": act, "proposal": str(proposal.pk), **detail},
    )  # fmt: skip


def draft_discarded(proposal: Any) -> None:
    """A proposal was set aside (`NumberingProposal`), a draft or one that was being computed."""
    audit.record(
        "numbering.discard", subject=f"{localtime(proposal.created_at):%d/%m/%Y %H:%M}", table=proposal._meta.db_table,
        row_id=proposal.pk, commune=proposal.commune_id, count=max(1, proposal.counts.get("houses", 1)),
    )  # fmt: skip


def numbers_decided(decision: Any, proposal: Any) -> None:
    """House numbers became law (`NumberingDecision`, `NumberingProposal`)."""
    counts = {name: proposal.counts.get(name, 0) for name in ("given", "changed", "same", "alleys")}
    audit.record(
        "numbering.approve", subject=decision.number, table=decision._meta.db_table, row_id=decision.pk,
        commune=decision.commune_id, count=counts["given"] + counts["changed"] + counts["same"],
        detail={"decided_on": decision.decided_on.isoformat(), **counts},
    )  # fmt: skip


def taken_back(changeset: ChangeSet, rows: int) -> None:
    """An action was undone."""
    audit.record(
        "undo", subject=changeset.subject, table=changeset._meta.db_table, row_id=changeset.pk,
        commune=changeset.commune_id, count=rows, detail={"kind": changeset.kind},
    )  # fmt: skip
