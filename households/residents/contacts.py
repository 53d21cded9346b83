"""Whom letters of a commune name for questions: what was typed last time."""

from __future__ import annotations

from django.http import HttpRequest

from households.residents import letter_job
from mapping.models import Job, Unit


def of_commune(request: HttpRequest, commune: Unit) -> str:
    """What this person typed last, else what the commune's latest batch of letters says; "" for nothing yet."""
    typed = request.session.get(_key(commune))
    if typed is not None:
        return str(typed)
    latest = Job.objects.filter(kind=letter_job.KIND, commune=commune).exclude(params__contact="")
    return str(latest.order_by("-created_at").values_list("params__contact", flat=True).first() or "")


def remember(request: HttpRequest, commune: Unit, contact: str) -> None:
    """Keep it for the next letter."""
    request.session[_key(commune)] = contact


def _key(commune: Unit) -> str:
    return f"letters.contact.{commune.pk}"
