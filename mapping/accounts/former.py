"""Who worked at a unit and works nowhere today. Grants that ended are kept: they are the way back for who returns.

Whoever works elsewhere now is nobody's former colleague: their account is the business of where they work.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mapping.access import Scope
from mapping.accounts import people
from mapping.models import Grant, Unit, User


def works_nowhere() -> Q:
    """The filter for accounts without a grant of today; administrators need none and are never among them."""
    return Q(is_superuser=False) & ~Exists(people.current_grants().filter(user=OuterRef("pk")))


def worked_within(scope: Scope) -> Q:
    """The filter for accounts that work nowhere today and had a grant in the scope."""
    return works_nowhere() & Q(Exists(Grant.objects.filter(scope.units("unit__"), user=OuterRef("pk"))))


def people_at(unit: Unit | None) -> QuerySet[User]:
    """Active accounts that work nowhere today, each with `last_grant_id`, whose grant ended last first.

    At a unit those with a grant there or below; for None everybody, also who never had one (`last_grant_id` None).
    """
    grants = Grant.objects.filter(user=OuterRef("pk"))
    if unit is not None:
        grants = grants.filter(people.at_or_below(unit))
    last = grants.order_by("-valid_until", "-pk")
    found = User.objects.filter(works_nowhere(), is_active=True).annotate(
        last_grant_id=Subquery(last.values("pk")[:1]), ended_on=Subquery(last.values("valid_until")[:1])
    )
    if unit is not None:
        found = found.filter(last_grant_id__isnull=False)
    return found.order_by("-ended_on", "full_name", "pk")


def last_grants(former: list[User]) -> list[tuple[User, Grant | None]]:
    """The people of `people_at`, each with the grant that ended last."""
    wanted = [person.last_grant_id for person in former if person.last_grant_id]  # type: ignore[attr-defined]
    grants = Grant.objects.select_related("unit").in_bulk(wanted)
    return [(person, grants.get(person.last_grant_id)) for person in former]  # type: ignore[attr-defined]


def ended_grants_of(person: User, scope: Scope) -> list[Grant]:
    """The person's grants in the scope that ended, the last one first."""
    ended = Grant.objects.filter(scope.units("unit__"), user=person, valid_until__lt=timezone.localdate())
    return list(ended.select_related("unit__parent").order_by("-valid_until", "-pk"))
