"""What every template may use besides Django's own context."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject

from mapping import access
from mapping.models import Unit
from mapping.registry import navigation

_SECONDS_REMEMBERED = 60


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A link in the bar for one person."""

    label: Promise
    url_name: str
    count: Callable[[Any], int] | None
    user: Any

    def waiting(self) -> int:
        """How many things wait there; asked when a template shows it."""
        if self.count is None:
            return 0
        with transaction.atomic(savepoint=False):  # pages of errors and of accounts stand outside of one
            return self.count(self.user)


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation entries that this person may use and the languages on offer."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "navigation": [
            ShownEntry(entry.label, entry.url_name, entry.waiting, user)
            for entry in sorted(navigation, key=lambda entry: entry.order)
            if entry.capability is None or (signed_in and access.has_anywhere(user, entry.capability))
        ],
        "languages": settings.LANGUAGES,
        "has_invented_data": SimpleLazyObject(_has_invented_data),
    }


def _has_invented_data() -> bool:
    """Whether any unit is invented; asked once a minute, because a whole country has 30,000 units to look at."""
    return bool(
        cache.get_or_set(
            "has_invented_data", Unit.objects.current().filter(is_invented=True).exists, _SECONDS_REMEMBERED
        )
    )
