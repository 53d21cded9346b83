"""What is known of one sample or one field: values with their classes, where they are from, what was found before.

The page and the card tell the same. `exactly` stands for whoever may see private samples there (`soil_map.privacy`);
anybody else, holders of cards too, is told of open samples of published campaigns alone, besides the sample asked for.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import OuterRef, Q, Subquery

from mapping.models import Unit
from soil_map.bars import Bar, bar
from soil_map.models import Campaign, Method, Parcel, Result, Sample, SoilClass, SurfaceState
from soil_map.sample_names import open_code
from soil_map.schemes import UsedScheme, scheme_of
from soil_map.shown import Shown, shown_of
from soil_map.surfaces import reading
from soil_map.surfaces.reading import Estimate
from soil_map.viewing import telling
from soil_map.viewing.standing import standing


class SchemeBook:
    """The scheme of each method, looked up once for many cards."""

    def __init__(self) -> None:
        self._of: dict[str, UsedScheme | None] = {}

    def of(self, method: Method) -> UsedScheme | None:
        """Return what classes a method's values; None where nothing does."""
        if method.pk not in self._of:
            self._of[method.pk] = scheme_of(method)
        return self._of[method.pk]


@dataclass(frozen=True)
class Reading:
    """A value by one method: measured in `count` samples, or estimated from those around (`estimate`, then 0)."""

    method: Method
    value: float
    campaign: Campaign
    used: UsedScheme | None
    count: int = 1
    detection_limit: float | None = None
    """Where all was below detection: the largest of the limits, canonical as the value, which is a mean of halves."""
    sampled_on: datetime.date | None = None
    estimate: Estimate | None = None
    depth: tuple[float, float] | None = None

    @property
    def is_below_detection(self) -> bool:
        """Whether nothing was found in any of the samples."""
        return self.detection_limit is not None

    @property
    def soil_class(self) -> SoilClass | None:
        """The class of the value; None where no scheme holds for the method."""
        return self.used.class_of(self.value) if self.used else None

    @property
    def figure(self) -> str:
        """The value without its unit: "5,2", "< 0,05"; in the unit of the scheme, as limits stand beside it."""
        if self.detection_limit is not None:
            return f"< {self._shown.figure(self.detection_limit)}"
        return self._shown.figure(self.value)

    @property
    def unit(self) -> str:
        """The unit as people write it: the scheme's, else the property's."""
        return telling.unit_text(self._shown.unit)

    @property
    def interval(self) -> tuple[str, str] | None:
        """The ends of what 95 of a hundred samples there would lie in, in words; None of what was measured."""
        if self.estimate is None:
            return None
        low, high = telling.interval(self.estimate, self.method.property)
        return self._shown.figure(low), self._shown.figure(high)

    @property
    def bar(self) -> Bar | None:
        """Where the value lies among its classes; None where no scheme holds for the method."""
        if self.used is None:
            return None
        spread = telling.interval(self.estimate, self.method.property) if self.estimate else None
        classes = [(one.colour, one.label) for one in self.used.classes]
        own = self.used.in_own_unit
        return bar(self.used.own_limits, classes, own(self.value), (own(spread[0]), own(spread[1])) if spread else None)

    @property
    def depth_text(self) -> str:
        """From where to where it was sampled: "0–20 cm"."""
        return f"{self.depth[0]:g}–{self.depth[1]:g} cm".replace(".", ",") if self.depth else ""

    @property
    def _shown(self) -> Shown:
        return shown_of(self.method, self.used)


@dataclass(frozen=True)
class FieldFacts:
    """A sample or a field: exactly one of `sample` and `parcel` is what it is about.

    `parcel` is also there for a sample whose field is known and may be told. `may_hand_on` says whether its card may
    carry the key that opens this page: for whoever came with it, or may see the soil. `history` are readings of earlier
    campaigns, the latest first. `place` is longitude and latitude.
    """

    commune: Unit
    place: tuple[float, float]
    readings: tuple[Reading, ...]
    history: tuple[Reading, ...]
    sample: Sample | None = None
    parcel: Parcel | None = None
    may_hand_on: bool = False
    code: str = ""
    """What the sample is called before whoever asks: see `sample_names`."""

    @property
    def campaigns(self) -> tuple[Campaign, ...]:
        """The campaigns that the readings are from, the latest first."""
        found = {one.campaign.pk: one.campaign for one in self.readings}
        return tuple(sorted(found.values(), key=lambda one: (one.started_on, one.name), reverse=True))

    @property
    def is_invented(self) -> bool:
        """Whether any of it was made up to show what the map can do."""
        return any(one.is_invented for one in self.campaigns) or bool(self.sample and self.sample.campaign.is_invented)

    @property
    def is_estimated(self) -> bool:
        """Whether any value was estimated from samples around."""
        return any(one.estimate is not None for one in self.readings)

    @property
    def values(self) -> dict[str, list[tuple[float, str]]]:
        """As `soil_map.advising` takes them; what was measured before what was estimated."""
        found: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for one in sorted(self.readings, key=lambda each: each.estimate is not None):
            found[one.method.property_id].append((one.value, one.method.pk))
        return dict(found)


def of_sample(sample: Sample, *, exactly: bool, is_holder: bool = False, book: SchemeBook | None = None) -> FieldFacts:
    """Return what was found in a sample, and at its site and depth in other campaigns.

    The caller has asked whether the person may see it. Site, campaign and commune are to be fetched along. Its field
    is for those alone who see `exactly` or hold the card.
    """
    book = book or SchemeBook()
    readings = _measured(_results(Q(sample=sample)), book)
    earlier = Q(
        sample__site=sample.site_id,
        sample__depth_from_cm=sample.depth_from_cm,
        sample__depth_to_cm=sample.depth_to_cm,
    ) & ~Q(sample=sample)
    history = [one for one in _measured(_results(earlier & _seen(exactly)), book) if _known(one, readings)]
    at = sample.site.location
    may_know = exactly or is_holder
    return FieldFacts(
        sample.campaign.commune, (at.x, at.y), tuple(readings), _latest_first(history), sample,
        sample.parcel if may_know else None, may_know, sample.site.code if may_know else open_code(sample),
    )  # fmt: skip


def of_parcel(parcel: Parcel, *, exactly: bool, is_holder: bool = False, book: SchemeBook | None = None) -> FieldFacts:
    """Return what is known of a field's topsoil: samples in it by the latest campaign, else what surfaces estimate.

    Samples of one campaign and method are averaged. Of each campaign other depths than its uppermost are left out.
    """
    book = book or SchemeBook()
    inside = Q(sample__parcel=parcel) | Q(
        sample__parcel=None,
        sample__site__location_3857__within=parcel.outline_3857,
        sample__site__commune=parcel.commune,
    )
    found = _measured(_topmost(_results(inside & _seen(exactly))), book)
    by_method: dict[str, list[Reading]] = defaultdict(list)
    for one in _latest_first(found):
        by_method[one.method.pk].append(one)
    readings = [several[0] for several in by_method.values()]
    history = [one for several in by_method.values() for one in several[1:]]
    middle = parcel.outline.point_on_surface
    place = (middle.x, middle.y)
    measured = {one.method.property_id for one in readings}
    estimated = _estimated(parcel.commune, place, exactly=exactly, book=book)
    readings += [one for one in estimated if one.method.property_id not in measured]
    may_hand_on = exactly or is_holder
    return FieldFacts(
        parcel.commune, place, tuple(_in_order(readings)), _latest_first(history), None, parcel, may_hand_on
    )


def parcel_at(place: Point, commune: Unit) -> Parcel | None:
    """Return the field that holds a place (EPSG:4326); the smaller one where two overlap."""
    there = place.transform(3857, clone=True)
    return Parcel.objects.filter(commune=commune, outline_3857__contains=there).order_by("area_m2").first()


def parcels_at(samples: Iterable[Sample]) -> dict[uuid.UUID, Parcel]:
    """Return `parcel_at` each sample that lies in a field, by the samples' ids, in two queries; without outlines."""
    holding = Parcel.objects.filter(
        commune=OuterRef("campaign__commune"), outline_3857__contains=OuterRef("site__location_3857")
    )
    first = Subquery(holding.order_by("area_m2").values("pk")[:1])
    asked = Sample.objects.filter(pk__in=[one.pk for one in samples]).order_by()
    fields = dict(asked.annotate(field=first).filter(field__isnull=False).values_list("pk", "field"))
    parcels = Parcel.objects.only("sheet", "number").in_bulk(set(fields.values()))
    return {sample: parcels[field] for sample, field in fields.items()}


def _seen(exactly: bool) -> Q:
    return Q() if exactly else Q(sample__is_private=False, sample__campaign__published_at__isnull=False)


def _results(which: Q) -> list[Result]:
    rows = Result.objects.filter(which).select_related("method__property", "sample__campaign")
    return list(rows.order_by("sample", "method", "replicate"))


def _topmost(results: Sequence[Result]) -> list[Result]:
    """Of each campaign those of the depth that begins highest, the thinner one of two."""
    depths: dict[object, tuple[float, float]] = {}
    for one in results:
        key, depth = one.sample.campaign_id, (one.sample.depth_from_cm, one.sample.depth_to_cm)
        depths[key] = min(depth, depths.get(key, depth))
    return [
        one for one in results if (one.sample.depth_from_cm, one.sample.depth_to_cm) == depths[one.sample.campaign_id]
    ]


def _measured(results: Iterable[Result], book: SchemeBook) -> list[Reading]:
    """One reading for each campaign and method: the mean of samples, each the mean of its replicates."""
    grouped: dict[tuple[object, str], dict[object, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for one in results:
        grouped[one.sample.campaign_id, one.method_id][one.sample_id].append(one)
    readings = []
    for samples in grouped.values():
        rows = [row for several in samples.values() for row in several]
        means = [sum(row.value for row in several) / len(several) for several in samples.values()]
        days = [row.sample.sampled_on for row in rows if row.sample.sampled_on]
        readings.append(
            Reading(
                method=rows[0].method,
                value=sum(means) / len(means),
                campaign=rows[0].sample.campaign,
                used=book.of(rows[0].method),
                count=len(samples),
                detection_limit=_detection_limit(rows),
                sampled_on=max(days, default=None),
                depth=(rows[0].sample.depth_from_cm, rows[0].sample.depth_to_cm),
            )
        )
    return _in_order(readings)


def _detection_limit(rows: Sequence[Result]) -> float | None:
    """The largest limit where all are below detection: of each of them this alone is known, that it is below that."""
    if not all(row.is_below_detection for row in rows):
        return None
    return 2 * max(row.value for row in rows)  # half the limit is kept


def _estimated(commune: Unit, place: tuple[float, float], *, exactly: bool, book: SchemeBook) -> list[Reading]:
    """What the surfaces of each campaign's topsoil tell at a place, of each method the latest campaign's."""
    campaigns = Campaign.objects.filter(commune=commune)
    if not exactly:
        campaigns = campaigns.filter(published_at__isnull=False)
    by_key = {one.pk: one for one in campaigns}
    made = [one for one in standing(by_key.values(), exactly=exactly).values() if one.state == SurfaceState.MADE]
    top: dict[object, tuple[float, float]] = {}
    for one in made:
        depth = (one.depth_from_cm, one.depth_to_cm)
        top[one.campaign_id] = min(depth, top.get(one.campaign_id, depth))
    found: dict[str, Reading] = {}
    for surface in sorted(made, key=lambda one: by_key[one.campaign_id].started_on, reverse=True):
        depth = (surface.depth_from_cm, surface.depth_to_cm)
        if depth != top[surface.campaign_id] or surface.method_id in found:
            continue
        told = reading.at(surface, *place, exactly=exactly)
        if told is not None:
            campaign, used = by_key[surface.campaign_id], book.of(surface.method)
            found[surface.method_id] = Reading(
                surface.method, told.value, campaign, used, 0, estimate=told, depth=depth
            )
    return list(found.values())


def _known(one: Reading, readings: Sequence[Reading]) -> bool:
    """Whether a property is among the readings: another method's value stands beside them and is named."""
    return any(one.method.property_id == other.method.property_id for other in readings)


def _in_order(readings: Iterable[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda one: (one.method.property.rank, one.method.pk))


def _latest_first(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    day = datetime.date.min
    return tuple(
        sorted(_in_order(readings), key=lambda one: (one.campaign.started_on, one.sampled_on or day), reverse=True)
    )
