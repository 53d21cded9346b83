"""What the audit writes down of the soil map: who looked at private samples, took data out, published.

An entry names campaigns and maps, never a person, a place or a value.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from mapping import audit
from mapping.models import Unit
from soil_map.models import Campaign, Parcel, Sample, SoilMapVersion

SAMPLES = Sample._meta.db_table


def private_read(samples: Iterable[uuid.UUID], campaign: Campaign) -> None:
    """Somebody had a page with places or values of these private samples; again within minutes is one reading."""
    rows = list(samples)
    if rows:
        audit.record(
            "soil.read_private", subject=str(campaign), table=SAMPLES, rows=rows, commune=campaign.commune_id, once=True
        )


def private_read_in_field(samples: Iterable[uuid.UUID], parcel: Parcel) -> None:
    """Somebody had a page with values of these private samples, taken in one field, of any campaign."""
    rows = list(samples)
    if rows:
        audit.record(
            "soil.read_private", subject=str(parcel.commune), table=SAMPLES, rows=rows, commune=parcel.commune_id,
            once=True,
        )  # fmt: skip


def private_seen_on_map(campaign: Campaign) -> None:
    """Somebody had tiles with places and values of private samples: one reading of the campaign within minutes."""
    audit.record(
        "soil.read_private",
        subject=str(campaign),
        table=Campaign._meta.db_table,
        row_id=campaign.pk,
        commune=campaign.commune_id,
        once=True,
    )


def taken_out(
    subject: str, commune: Unit | int, *, count: int, file_format: str, private: Iterable[uuid.UUID] = ()
) -> None:
    """Somebody had samples as a file; `private` are those of them that were taken on somebody's request."""
    audit.record(
        "soil.export", subject=subject, table=SAMPLES, rows=list(private) or None, commune=commune, count=count,
        detail={"as": file_format},
    )  # fmt: skip


def published(thing: Campaign | SoilMapVersion, *, count: int, private: int = 0) -> None:
    """Somebody let anyone see a campaign or a map: of how many samples or units, how many of them private."""
    _told("soil.publish", thing, count, {"private": private} if private else {})


def hidden(thing: Campaign | SoilMapVersion) -> None:
    """Somebody took back what anyone could see."""
    _told("soil.unpublish", thing, 1, {})


def _told(action: str, thing: Campaign | SoilMapVersion, count: int, detail: dict[str, int]) -> None:
    audit.record(
        action,
        subject=str(thing),
        table=thing._meta.db_table,
        row_id=thing.pk,
        commune=thing.commune_id,
        count=count,
        detail=detail,
    )
