"""Which private samples somebody gets with a page or a file, for the audit to name."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from soil_map.field_facts import FieldFacts
from soil_map.models import Parcel, Sample


def of_parcels(parcels: QuerySet[Parcel], commune_id: int) -> list[uuid.UUID]:
    """Private samples of any campaign that were taken in these fields of a commune."""
    around = parcels.filter(outline_3857__contains=OuterRef("site__location_3857"))
    inside = Q(parcel__in=parcels) | Q(parcel=None) & Exists(around)
    samples = Sample.objects.filter(inside, is_private=True, campaign__commune=commune_id)
    return list(samples.values_list("pk", flat=True))


def of_facts(facts: FieldFacts) -> list[uuid.UUID]:
    """Those that the page or card of a sample or field tells of, for whoever may see them all."""
    if facts.sample is None:
        if facts.parcel is None:
            return []
        return of_parcels(Parcel.objects.filter(pk=facts.parcel.pk), facts.commune.pk)
    same_place = {
        "site": facts.sample.site_id, "depth_from_cm": facts.sample.depth_from_cm,
        "depth_to_cm": facts.sample.depth_to_cm,
    }  # fmt: skip
    return list(Sample.objects.filter(**same_place, is_private=True).values_list("pk", flat=True))
