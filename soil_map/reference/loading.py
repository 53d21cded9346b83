"""Put the shipped reference rows into the database, and refuse shipped ones that were edited instead of versioned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from soil_map import classes, rule_terms, units
from soil_map.models import ClassScheme, Crop, DoseRule, Fertiliser, Method, Property, SoilClass

_FOLDER = Path(__file__).parent
_OF_CLASS = ("lower", "level", "label_vi", "label_en", "colour")
_OF_RULE = ("crop_id", "kind", "terms", "citation")


class ReferenceWrong(ValueError):
    """A shipped text that contradicts itself or a version that is there; the sentence is for whoever ships it."""


def read(name: str) -> list[dict[str, Any]]:
    """Return the rows of one shipped text."""
    rows: list[dict[str, Any]] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return rows


@transaction.atomic
def load() -> None:
    """Add what is missing, and bring names, units and ranges up to date. Raises ReferenceWrong."""
    for row in read("properties"):
        key, methods = row.pop("key"), row.pop("methods")
        units.unit_of(row["unit"])
        Property.objects.update_or_create(key=key, defaults=row)
        for method in methods:
            Method.objects.update_or_create(key=method.pop("key"), defaults={**method, "property_id": key})
    for row in read("schemes"):
        _load_scheme(row)
    for row in read("crops"):
        Crop.objects.update_or_create(key=row.pop("key"), defaults=row)
    for row in read("fertilisers"):
        Fertiliser.objects.update_or_create(key=row.pop("key"), defaults=row)
    for row in read("dose_rules"):
        _load_rule({**row, "crop_id": row["crop"]})


def _load_scheme(row: dict[str, Any]) -> None:
    """A version that is there keeps its limits and its state: somebody may have approved it."""
    named = f"{row['key']} {row['version']}"
    shipped = row.pop("classes")
    try:
        classes.scheme([one["lower"] for one in shipped])
    except classes.LimitsWrong as error:
        raise ReferenceWrong(f"{named}: {error.code} at {error.where}") from error
    methods = row.pop("methods")
    target = units.unit_of(Property.objects.get(pk=row["property"]).unit)
    units.conversion(target, units.unit_of(row["unit"]))
    row["property_id"] = row.pop("property")
    key, version = row.pop("key"), row.pop("version")
    scheme, is_new = ClassScheme.objects.get_or_create(key=key, version=version, defaults=row)
    if is_new:
        scheme.methods.set(methods)
        SoilClass.objects.bulk_create(SoilClass(scheme=scheme, rank=rank, **one) for rank, one in enumerate(shipped))
    elif [
        dict(zip(_OF_CLASS, one, strict=True)) for one in scheme.classes.order_by("rank").values_list(*_OF_CLASS)
    ] != [{name: one[name] for name in _OF_CLASS} for one in shipped]:
        raise ReferenceWrong(f"{named} is in use with other limits: ship it as version {version + 1}")


def _load_rule(row: dict[str, Any]) -> None:
    row.pop("crop")
    key, version = row.pop("key"), row.pop("version")
    try:
        rule_terms.check(row["kind"], row["terms"])
    except rule_terms.TermsWrong as error:
        raise ReferenceWrong(f"{key} {version}: {error.code} at {error.where}") from error
    rule, is_new = DoseRule.objects.get_or_create(key=key, version=version, defaults=row)
    if not is_new and any(getattr(rule, name) != row[name] for name in _OF_RULE):
        raise ReferenceWrong(f"{key} {version} is in use with other terms: ship it as version {version + 1}")
