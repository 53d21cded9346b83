"""Write what was planned for a laboratory sheet: sites, samples and results, each in one go, as one change set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from mapping import changes
from mapping.id_blocks import ends_of, id_in, new_block
from mapping.models import ChangeSet
from soil_map.importing.laboratory.planning import Plan, PlannedSample
from soil_map.models import Campaign, Result, Sample, SamplingSite

SITES: Final = SamplingSite._meta.db_table
SAMPLES: Final = Sample._meta.db_table
RESULTS: Final = Result._meta.db_table
_SITE_COLUMNS: Final = (
    "id", "commune_id", "code", "location", "written_x", "written_y", "written_epsg", "accuracy_m", "version",
    "created_at", "updated_at",
)  # fmt: skip
_SAMPLE_COLUMNS: Final = (
    "id", "campaign_id", "site_id", "parcel_id", "laboratory_code", "depth_from_cm", "depth_to_cm", "composite_count",
    "sampled_on", "is_private", "version", "created_at", "updated_at",
)  # fmt: skip
_RESULT_COLUMNS: Final = (
    "id", "sample_id", "method_id", "written", "written_unit", "value", "is_below_detection", "replicate", "version",
    "created_at", "updated_at",
)  # fmt: skip
_UPDATE_RESULTS: Final = f"""
UPDATE {RESULTS} result
   SET written = told.written, written_unit = told.unit, value = told.value, is_below_detection = told.below,
       version = result.version + 1, updated_at = now()
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::float8[], %s::bool[]) told (id, written, unit, value, below)
 WHERE result.id = told.id
"""
_UPDATE_SAMPLES: Final = f"""
UPDATE {SAMPLES} sample
   SET parcel_id = coalesce(told.parcel, sample.parcel_id),
       laboratory_code = coalesce(told.code, sample.laboratory_code),
       composite_count = coalesce(told.composite, sample.composite_count),
       sampled_on = coalesce(told.day, sample.sampled_on), is_private = coalesce(told.private, sample.is_private),
       version = sample.version + 1, updated_at = now()
  FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::int[], %s::date[], %s::bool[])
       told (id, parcel, code, composite, day, private)
 WHERE sample.id = told.id
"""


def write(plan: Plan, campaign: Campaign, changeset: ChangeSet) -> dict[str, int]:
    """Write the plan under `changeset`; call inside the transaction that made the plan. Returns how much of what."""
    touched = [sample for sample in plan.samples.values() if sample.status != "same"]
    changed_samples = _change_samples([sample for sample in touched if sample.changes], changeset)
    changed_results = _change_results(touched, changeset)
    changes.seal(changeset)
    sites = _add_sites(plan, campaign, changeset)
    samples = _add_samples(touched, sites, campaign, changeset)
    results = _add_results(touched, samples, changeset)
    return {
        "sites": len(sites),
        "samples": sum(1 for sample in touched if sample.id is None),
        "results": results,
        "changed_samples": changed_samples,
        "changed_results": changed_results,
    }


def _add_sites(plan: Plan, campaign: Campaign, changeset: ChangeSet) -> dict[str, str]:
    """Add the sites that come; returns their ids by code."""
    block, now = new_block(), timezone.now()
    ids = {code: str(id_in(block, number)) for number, code in enumerate(plan.sites)}
    rows = (
        (ids[site.code], campaign.commune_id, site.code, f"SRID=4326;POINT({site.lng!r} {site.lat!r})", site.written_x,
         site.written_y, site.epsg, site.accuracy_m, 1, now, now)
        for site in plan.sites.values()
    )  # fmt: skip
    _copy(SITES, _SITE_COLUMNS, rows, changeset, block, len(ids))
    return ids


def _add_samples(
    touched: Sequence[PlannedSample], sites: dict[str, str], campaign: Campaign, changeset: ChangeSet
) -> dict[int, str]:
    """Add the samples that come; returns the id of every sample by its place among `touched`."""
    block, now = new_block(), timezone.now()
    ids = {place: sample.id or str(id_in(block, place)) for place, sample in enumerate(touched)}
    rows = [
        (ids[place], campaign.pk, sample.site or sites[sample.code], sample.parcel, sample.laboratory_code,
         sample.depth[0], sample.depth[1], sample.composite or 1, sample.sampled_on, bool(sample.is_private), 1,
         now, now)
        for place, sample in enumerate(touched)
        if sample.id is None
    ]  # fmt: skip
    _copy(SAMPLES, _SAMPLE_COLUMNS, rows, changeset, block, len(rows))
    return ids


def _add_results(touched: Sequence[PlannedSample], ids: dict[int, str], changeset: ChangeSet) -> int:
    block, now = new_block(), timezone.now()
    count = sum(len(sample.figures) for sample in touched)
    told = (
        (ids[place], figure, replicate) for place, sample in enumerate(touched) for figure, replicate in sample.figures
    )
    rows = (
        (str(id_in(block, number)), sample, figure.method, figure.written, figure.unit, figure.value,
         figure.is_below_detection, replicate, 1, now, now)
        for number, (sample, figure, replicate) in enumerate(told)
    )  # fmt: skip
    _copy(RESULTS, _RESULT_COLUMNS, rows, changeset, block, count)
    return count


def _copy(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], changeset: ChangeSet, block: str, count: int
) -> None:
    """Add rows with ids of a block, and remember them as a range."""
    if not count:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    first, last = ends_of(block)
    changes.added_range(changeset, table, first_id=first, last_id=last, count=count)


def _change_samples(samples: Sequence[PlannedSample], changeset: ChangeSet) -> int:
    if not samples:
        return 0
    told = [
        (sample.id, *(sample.changes.get(name, (None, None))[1]
                      for name in ("parcel", "laboratory_code", "composite", "sampled_on", "is_private")))
        for sample in samples
    ]  # fmt: skip
    changes.remember(changeset, SAMPLES, [row[0] for row in told])
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE_SAMPLES, [list(column) for column in zip(*told, strict=True)])
    return len(samples)


def _change_results(touched: Sequence[PlannedSample], changeset: ChangeSet) -> int:
    told = [
        (known.id, figure.written, figure.unit, figure.value, figure.is_below_detection)
        for sample in touched
        for known, figure, _replicate in sample.changed_figures
    ]
    if not told:
        return 0
    changes.remember(changeset, RESULTS, [row[0] for row in told])
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE_RESULTS, [list(column) for column in zip(*told, strict=True)])
    return len(told)
