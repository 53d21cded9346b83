"""Short words of the desk's tables, and addresses of pages that a row leads to."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from soil_map import units
from soil_map.models import Method, Sample
from soil_map.reference_acts import own_number

register = template.Library()

_SHORT = {
    "om": "OM", "oc": "OC", "n_total": "N", "p_total": "P₂O₅ ts", "k_total": "K₂O ts", "p_available": "P₂O₅ dt",
    "k_available": "K₂O dt", "cec": "CEC", "bases": "S",
}  # fmt: skip


@register.filter
def said_unit(key: str) -> str:
    """A kept unit as people write it."""
    try:
        return str(units.unit_of(key))
    except units.UnitUnknown:
        return key


@register.filter
def short_method(method: Method) -> str:
    """What stands above a narrow column."""
    return _SHORT.get(method.property_id, method.name)


@register.simple_tag
def surface_address(surface: Any) -> str:
    """The page of a surface; nothing where there is none."""
    return reverse("soil_surface", args=[surface.pk]) if surface else ""


@register.simple_tag
def sample_address(sample: Sample) -> str:
    """The online card of a sample."""
    return reverse("soil_sample", args=[sample.pk])


@register.filter
def said_version(version: int) -> str:
    """Which version it is: one that the project ships, or one of this server's own."""
    own = own_number(version)
    if own is None:
        return _("phiên bản %(number)d") % {"number": version}
    return _("bản riêng %(number)d") % {"number": own}
