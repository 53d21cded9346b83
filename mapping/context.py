"""What every template may use besides Django's own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from mapping.registry import navigation


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation entries that this person may use and the languages on offer."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {"navigation": [entry for entry in navigation if signed_in], "languages": settings.LANGUAGES}
