"""Addresses of pages that other parts of the soil map have."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def link(name: str, *keys: object) -> str | None:
    """Return the address of a page of one thing or of several; None where there is no such page."""
    try:
        return reverse(name, args=keys)
    except NoReverseMatch:
        return None
