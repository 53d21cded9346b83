"""The events of what people were granted; migration 0011 makes the triggers that write them."""

from __future__ import annotations

from mapping.history import event_model
from mapping.models.accounts import Grant


class GrantEvent(event_model(Grant)):  # type: ignore[misc]
    """An event of a grant: who may act where, since when, by whom."""
